//! The outside world: HTTP, adapters, configuration and the command line.

pub mod adapters;
pub mod assets;
pub mod cli;
pub mod config;
pub mod http;
pub mod listen;
pub mod vault;
pub mod wire;

pub use http::{Options, router};
