//! The Lambda functions: what each does with the events it is given.

pub mod gateway;
pub mod worker;
