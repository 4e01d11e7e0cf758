//! The editor: a plain form, and the islands that make it a place to write in for hours.

mod clash;
pub mod clock;
pub mod device;
pub mod dom;
pub mod door;
mod form;
mod history;
pub mod offer;
pub mod page;
mod paste;
mod pictures;
mod preview;
mod scroll;
mod session;
pub mod tabs;
pub mod text_area;
mod tools;
pub(super) mod unsent;
mod writing;

pub use form::{Editor, Stored};
pub use preview::live_preview;
