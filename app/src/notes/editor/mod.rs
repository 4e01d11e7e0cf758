//! The editor: a plain form, and the islands that make it a place to write in for hours.

mod form;

pub use form::{Editor, Stored};
