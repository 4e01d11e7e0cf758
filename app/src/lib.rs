//! The faces.

pub mod context;
