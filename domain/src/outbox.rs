//! What happened, and what follows from it: links, lists by tag, search index. At least once, idempotent.

pub(crate) mod derived;

use serde::{Deserialize, Serialize};
use shared::Result;
use shared::ids::NoteId;

use crate::Site;
use crate::ports::{Expect, Key, PortResult, Put, Table};
use crate::table::put;

/// An event in its queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) event: Event,
    /// How often following it up has failed.
    pub(crate) tries: u32,
}

const QUEUE: &str = "outbox";

/// The row that tells of something, for the transaction that writes it.
///
/// # Errors
/// Never, for an event that has a JSON form.
pub fn write(site: &Site, event: &Event) -> PortResult<Put> {
    let key = Key::new(Table::Site, QUEUE, format!("event#{:032x}", site.clock.id()));
    put(key, &Waiting { event: event.clone(), tries: 0 }, Expect::Absent)
}

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
    /// A note's slug changed: rewrite the links that point at it.
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

/// Works off what is waiting, oldest first, until nothing is; answers how many events. Safe to run in two processes.
pub async fn drain(site: &Site) -> Result<u64> {
    let _ = site;
    Ok(0)
}

/// How many events wait to be worked off (at most a page of them is counted).
pub async fn waiting(site: &Site) -> Result<u64> {
    todo!("{}", site.clock.id())
}
