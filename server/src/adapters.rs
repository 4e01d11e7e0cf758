//! The ports' other sides: what stands outside, chosen when the program starts.

#[cfg(feature = "aws")]
pub mod aws;
pub mod clock;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod fetch;
#[cfg(any(feature = "aws", feature = "embedded"))]
mod full_text;
