//! The outside world: HTTP, adapters, configuration and the command line.

pub mod adapters;
pub mod assets;
#[cfg(feature = "embedded")]
pub mod cli;
pub mod config;
#[cfg(feature = "aws")]
pub mod functions;
pub mod http;
pub mod listen;
pub mod logging;
pub mod vault;
pub mod wire;

pub use http::{Options, router};
