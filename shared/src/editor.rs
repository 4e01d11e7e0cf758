//! The editor's rules, as far as they need no browser: what it says to the site, what it keeps on the device, when it
//! does which, and what typing does to Markdown.

mod wire;

pub use wire::{Attached, Autosave, NameLine, Names, Preview, SaveGoal, SaveKey};
