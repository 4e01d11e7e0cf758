//! The outside world.

pub mod adapters;
pub mod assets;
