//! The editor: a plain form, and the islands that make it a place to write in for hours.

pub mod device;
pub mod dom;
mod form;
pub mod tabs;
pub mod text_area;

pub use form::{Editor, Stored};
