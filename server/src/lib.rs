//! The outside world.

pub mod assets;
