//! What stands around every screen: the frame of the page, its navigation, and its head.

mod document;
mod frame;
mod head;
mod load;

pub use document::{Document, SCHEME_SCRIPT};
pub use frame::{DeskNav, Frame};
pub use head::{Head, HeadSlot, Kind, Robots, head};
pub use load::{cursor, loaded, page_number, param, query};
