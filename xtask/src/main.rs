//! The steps.
fn main() {}
