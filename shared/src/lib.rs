//! The nouns: records, their rules and the Markdown renderer. No I/O; compiles to WebAssembly.

pub mod accounts;
pub mod diff;
pub mod editor;
pub mod error;
pub mod files;
pub mod ids;
pub mod import;
pub mod limits;
pub mod markdown;
pub mod merge;
pub mod notes;
pub mod page;
pub mod search;
pub mod settings;
pub mod slug;
pub mod viewer;

pub use error::{Error, Result};
pub use viewer::{Viewer, Visibility};
