//! The editor: a plain form, and the islands that make it a place to write in for hours.

pub mod actions;
mod clash;
pub mod clock;
mod complete;
pub mod device;
pub mod dom;
pub mod door;
mod early;
mod find;
mod focus;
mod form;
mod history;
mod keys;
mod later;
mod list_box;
pub mod mirror;
mod names;
pub mod offer;
pub mod page;
mod palette;
mod paste;
mod pictures;
mod preview;
mod properties;
mod scroll;
mod session;
mod slash;
pub mod tabs;
mod tags;
pub mod text_area;
mod tools;
pub(super) mod unsent;
mod writing;

pub use form::{Editor, Stored};
