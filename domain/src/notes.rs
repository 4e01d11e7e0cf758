//! Notes: what owners do with them and what readers get. Access patterns and keys are listed in `notes/keys.rs`.

mod autosave;
mod bulk;
mod create;
pub(crate) mod desk;
mod feed;
mod history;
pub(crate) mod keys;
mod list;
mod names;
mod packed;
mod preview;
pub(crate) mod publish;
pub(crate) mod record;
mod save;
pub(crate) mod show;
pub(crate) mod slugs;
pub(crate) mod store;
mod tags;
pub(crate) mod text;
mod trash;

#[cfg(test)]
pub(crate) mod tests;

use shared::ids::NoteId;
use shared::notes::{NewNote, NoteSummary, Unresolved};

pub use crate::search::resembling;
pub use autosave::autosave;
pub use bulk::put_many;
pub use create::{create, current, open};
pub use desk::{all, desk, trashed, unresolved};
pub use feed::feed;
pub use history::{history, name_version, restore_version, version};
pub use list::{archive, list, list_tagged};
pub use names::{NamesCache, names};
pub use preview::preview_text;
pub use publish::{set_visibility, withdraw};
pub use save::{keep_beside, publish, save};
pub(crate) use show::is_here;
pub use show::{any_readable, preview, show, source};
pub use tags::tags;
pub use trash::{purge, restore, sweep_trash, trash};

/// What a feed holds of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedEntry {
    /// Its line in a list.
    pub summary: NoteSummary,
    /// The whole published text, rendered for a feed: absolute or root-relative addresses, no scripts, no anchors.
    pub html: String,
}

/// What the desk opens on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    /// Never published or withdrawn, latest first.
    pub drafts: Vec<NoteSummary>,
    /// Any, latest change first.
    pub recent: Vec<NoteSummary>,
    /// Links that lead nowhere; at most 20.
    pub unresolved: Vec<Unresolved>,
    /// All notes that are not in the trash.
    pub count: u32,
}

/// The Markdown under `/notes/{slug}.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The published text less comments and private front matter.
    Here(String),
    /// It once had this address.
    Moved {
        /// The slug it has now.
        slug: String,
    },
}

/// A note that an importer brings, whole.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// For ever; one from `site.clock.id()` for a note that comes for the first time, so that `beside` can name it.
    pub id: NoteId,
    /// Its texts and names. `path` is set; a taken slug is prefixed with the folder's slug, then numbered.
    pub new: NewNote,
    /// The readers' date where the text's front matter has none.
    pub date: Option<jiff::Timestamp>,
    /// Whether it is published at once.
    pub publish: Publish,
    /// The version it was seen at, for a note that is there already: `Conflict` for this one if it moved on. `new` is what
    /// the note becomes, `path` included; an empty slug keeps the present one.
    pub replaces: Option<u64>,
    /// Written in the same transaction as the note: what the importer remembers of it.
    pub beside: Vec<crate::ports::Write>,
}

impl Incoming {
    /// One that comes for the first time, is published at once and has nothing beside it.
    pub fn published(id: NoteId, new: NewNote) -> Self {
        Self { id, new, date: None, publish: Publish::Publish, replaces: None, beside: Vec::new() }
    }
}

/// What an import makes of the published text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publish {
    /// The working text is the published text.
    Publish,
    /// Nobody but the owner sees it; withdrawn if it was published.
    Withhold,
}
