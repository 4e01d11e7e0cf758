//! The ports' other sides: what stands outside, chosen when the program starts.

#[cfg(feature = "embedded")]
pub mod embedded;
pub mod fetch;
