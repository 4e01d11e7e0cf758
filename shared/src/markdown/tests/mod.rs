//! Tests of the renderer.
#![allow(clippy::unwrap_used)]
#![allow(clippy::disallowed_methods, reason = "the environment says where the data are")]

mod support;

mod bombs;
mod features;
mod finishing;
mod front;
mod judge;
mod linking;
mod parts;
mod safety;
mod specification;
mod vault;
