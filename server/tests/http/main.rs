//! The site's HTTP, through the router on an embedded home in a folder of its own. A module a feature.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should stop")]

mod accounts;
mod binary;
mod cast;
mod editor;
mod editor_program;
mod health;
mod html;
mod killed;
mod leaks;
mod limits;
mod media;
mod notes;
mod offline;
mod pages;
mod program;
mod proxies;
mod round_trips;
mod security;
mod syndication;
