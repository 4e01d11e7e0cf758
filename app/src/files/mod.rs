//! Files: what was uploaded and imported.

pub mod api;
mod list;

pub use list::Files;
