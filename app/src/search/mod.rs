//! Search: one box over everything the viewer may see.

pub mod api;
mod page;

pub use page::Search;
