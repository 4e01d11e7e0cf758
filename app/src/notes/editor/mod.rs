//! The editor: a plain form, and the islands that make it a place to write in for hours.

mod clash;
pub mod clock;
pub mod device;
pub mod dom;
pub mod door;
mod form;
pub mod offer;
pub mod page;
mod session;
pub mod tabs;
pub mod text_area;
pub(super) mod unsent;
mod writing;

pub use form::{Editor, Stored};
