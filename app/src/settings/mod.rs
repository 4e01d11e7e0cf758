//! Settings: what the owner decides about the whole site.

mod edit;

pub use edit::Settings;
