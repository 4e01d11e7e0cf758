//! Search: one box over everything the viewer may see.

pub mod api;
mod page;
mod suggest;

pub use page::Search;
