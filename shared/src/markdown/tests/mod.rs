//! Tests of the renderer.
#![allow(clippy::unwrap_used)]

mod support;

mod bombs;
mod features;
mod safety;
mod specification;
mod vault;
