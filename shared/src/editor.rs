//! The editor's rules, as far as they need no browser: what it says to the site, what it keeps on the device, when it
//! does which, and what typing does to Markdown.

mod answer;
pub mod complete;
mod draft;
mod engine;
pub mod find;
mod journal;
pub mod paste;
mod preview;
mod resume;
mod status;
pub mod typing;
pub mod waiting;
mod wire;

pub use answer::{Received, Reply, Trouble};
pub use draft::{Attachment, Base, Draft, FieldName, Fields, Sending};
pub use engine::{Clash, Effect, Engine, Event, Fault, Held, Moment, Question, Standing};
pub use journal::{Journal, LogId, Record, Replayed, replay};
pub use preview::{AtHand, Known, PreviewPart};
pub use resume::{Found, Plan, has_arrived, plan};
pub use status::{Kept, OnDevice, Status};
pub use typing::{Edit, Selection};
pub use wire::{Attached, Autosave, NameLine, Names, Preview, SaveGoal, SaveKey};
