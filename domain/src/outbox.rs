//! What happened, and what follows from it: links, lists by tag, search index. At least once, idempotent.
//!
//! An event is a row of the queue, written in the transaction of what it tells of. It is removed when all that follows is
//! stored and searchable. One that fails again and again is set aside, logged, and blocks nothing. Two processes may drain
//! at once: every transaction of theirs counts up one item (`epoch`), so that what one of them has read is known to be
//! still true when it writes.

mod apply;
pub(crate) mod derived;
mod facts;
mod follow;
mod index;
mod queue;
mod renames;
pub(crate) mod tags;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use shared::ids::NoteId;

pub use index::rebuild;
pub(crate) use queue::pending;
pub(crate) use queue::soon;
pub use queue::{drain, waiting, write};

/// Written in the same transaction as what it tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Anything about a note changed: its texts, names, slug, visibility, trash.
    NoteChanged {
        /// Which.
        id: NoteId,
    },
    /// A note is gone for good.
    NotePurged {
        /// Which.
        id: NoteId,
    },
    /// A note's slug or title changed: rewrite the links that point at it.
    NoteRenamed {
        /// Which.
        id: NoteId,
        /// The slug it had.
        old_slug: String,
        /// The title it had.
        old_title: String,
    },
    /// A file of this name came, or this name stands for another file now: notes that ask for it are derived again.
    FileNamed {
        /// As [`crate::files::NamedFile::name`] has it.
        name: String,
    },
}
