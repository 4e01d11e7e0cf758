//! One function a promise; each takes a builder that gives a guard and an adapter.
