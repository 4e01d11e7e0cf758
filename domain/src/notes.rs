//! Notes: what owners do with them and what readers get. Access patterns and keys are listed in `notes/keys.rs`.

mod create;
mod desk;
mod history;
pub(crate) mod keys;
mod list;
mod packed;
mod publish;
pub(crate) mod record;
mod save;
pub(crate) mod show;
mod slugs;
pub(crate) mod store;
pub(crate) mod text;
mod trash;

#[cfg(test)]
pub(crate) mod tests;

use shared::ids::NoteId;
use shared::notes::{NewNote, Note, NoteSummary, TagCount, Unresolved};
use shared::{Result, Viewer};

use crate::Site;

pub use create::{create, open};
pub use desk::{all, desk, trashed, unresolved};
pub use history::{history, restore_version, version};
pub use list::{archive, list, list_tagged};
pub use publish::{set_visibility, withdraw};
pub use save::{publish, save};
pub use show::{any_readable, preview, show, source};
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

/// All tags under which this viewer finds something, by name.
pub async fn tags(site: &Site, viewer: &Viewer) -> Result<Vec<TagCount>> {
    let _ = (site, viewer);
    Ok(Vec::new())
}

/// The latest public notes with their whole text, at most `count`; all notes, or those under a tag.
pub async fn feed(site: &Site, tag: Option<&str>, count: usize) -> Result<Vec<FeedEntry>> {
    let _ = (site, tag, count);
    Ok(Vec::new())
}

/// For a 404: public notes whose address resembles this one, at most five.
pub async fn resembling(site: &Site, slug: &str) -> Result<Vec<NoteSummary>> {
    let _ = (site, slug);
    Ok(Vec::new())
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

/// What an import makes of the published text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publish {
    /// The working text is the published text.
    Publish,
    /// Nobody but the owner sees it; withdrawn if it was published.
    Withhold,
}

/// Owner. The bulk path of importers: each note whole or absent, many in one transaction, each with a version of reason
/// `Import` and its events. The answers stand in the order of the notes; one that is refused stops no other.
pub async fn put_many(site: &Site, viewer: &Viewer, notes: Vec<Incoming>) -> Result<Vec<Result<Note>>> {
    todo!("{:?}{:?}{}", viewer, notes, site.clock.id())
}
