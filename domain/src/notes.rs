//! Notes: what owners do with them and what readers get. Access patterns and keys are listed in `notes/keys.rs`.

use shared::ids::NoteId;
use shared::notes::{
    DiffRun, EditNote, Found, NewNote, Note, NoteSummary, SaveOutcome, TagCount, Unresolved, Version, VersionSummary,
};
use shared::page::Page;
use shared::viewer::Visibility;
use shared::{Result, Viewer};

use crate::Site;

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

/// Owner. Makes a draft.
pub async fn create(site: &Site, viewer: &Viewer, new: NewNote) -> Result<Note> {
    todo!("{:?}{:?}{}", viewer, new, site.clock.id())
}

/// Owner. The working note, trashed or not.
pub async fn open(site: &Site, viewer: &Viewer, id: NoteId) -> Result<Note> {
    todo!("{:?}{:?}{}", viewer, id, site.clock.id())
}

/// Owner. Stores the working text and properties; merges where the stored version moved on. A changed slug renames: the
/// old address redirects for ever and links that point here are rewritten.
pub async fn save(site: &Site, viewer: &Viewer, id: NoteId, edit: EditNote) -> Result<SaveOutcome> {
    todo!("{:?}{:?}{:?}{}", viewer, id, edit, site.clock.id())
}

/// Owner. Saves, and if that succeeded copies the working text to the published text.
pub async fn publish(site: &Site, viewer: &Viewer, id: NoteId, edit: EditNote) -> Result<SaveOutcome> {
    todo!("{:?}{:?}{:?}{}", viewer, id, edit, site.clock.id())
}

/// Owner. Nobody else sees the note from now on; its texts and history stay.
pub async fn withdraw(site: &Site, viewer: &Viewer, id: NoteId) -> Result<Note> {
    todo!("{:?}{:?}{}", viewer, id, site.clock.id())
}

/// Owner. Into the trash: gone for everybody else at once, kept for `TRASH_DAYS`.
pub async fn trash(site: &Site, viewer: &Viewer, id: NoteId) -> Result<Note> {
    todo!("{:?}{:?}{}", viewer, id, site.clock.id())
}

/// Owner. Out of the trash, as it was (published again if it was published).
pub async fn restore(site: &Site, viewer: &Viewer, id: NoteId) -> Result<Note> {
    todo!("{:?}{:?}{}", viewer, id, site.clock.id())
}

/// Owner. Removes a trashed note and its history for good.
pub async fn purge(site: &Site, viewer: &Viewer, id: NoteId) -> Result<()> {
    todo!("{:?}{:?}{}", viewer, id, site.clock.id())
}

/// Owner. The trash, latest first.
pub async fn trashed(site: &Site, viewer: &Viewer, cursor: Option<&str>) -> Result<Page<NoteSummary>> {
    todo!("{:?}{:?}{}", viewer, cursor, site.clock.id())
}

/// Owner. Everything not in the trash, latest change first.
pub async fn all(site: &Site, viewer: &Viewer, cursor: Option<&str>) -> Result<Page<NoteSummary>> {
    todo!("{:?}{:?}{}", viewer, cursor, site.clock.id())
}

/// Owner. What the desk opens on.
pub async fn desk(site: &Site, viewer: &Viewer) -> Result<Desk> {
    todo!("{:?}{}", viewer, site.clock.id())
}

/// Owner. Links that lead nowhere.
pub async fn unresolved(site: &Site, viewer: &Viewer, cursor: Option<&str>) -> Result<Page<Unresolved>> {
    todo!("{:?}{:?}{}", viewer, cursor, site.clock.id())
}

/// Owner. Latest first.
pub async fn history(site: &Site, viewer: &Viewer, id: NoteId, cursor: Option<&str>) -> Result<Page<VersionSummary>> {
    todo!("{:?}{:?}{:?}{}", viewer, id, cursor, site.clock.id())
}

/// Owner. One version and its readable difference from the one before it.
pub async fn version(site: &Site, viewer: &Viewer, id: NoteId, number: u64) -> Result<(Version, Vec<DiffRun>)> {
    todo!("{:?}{:?}{:?}{}", viewer, id, number, site.clock.id())
}

/// Owner. Makes an older version's title and text the working ones, as a new version; what was there stays in the history.
pub async fn restore_version(site: &Site, viewer: &Viewer, id: NoteId, number: u64) -> Result<Note> {
    todo!("{:?}{:?}{:?}{}", viewer, id, number, site.clock.id())
}

/// Owner. The working text rendered as its reader would see it.
pub async fn preview(site: &Site, viewer: &Viewer, id: NoteId) -> Result<shared::notes::NotePage> {
    todo!("{:?}{:?}{}", viewer, id, site.clock.id())
}

/// What an address under `/notes/` leads to, for this viewer. At most two round trips to the store.
pub async fn show(site: &Site, viewer: &Viewer, slug: &str) -> Result<Found> {
    todo!("{:?}{:?}{}", viewer, slug, site.clock.id())
}

/// The source for others: see `product.md`; `Moved` as in [`show`].
pub async fn source(site: &Site, viewer: &Viewer, slug: &str) -> Result<Source> {
    todo!("{:?}{:?}{}", viewer, slug, site.clock.id())
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

/// What this viewer finds listed, latest first.
pub async fn list(site: &Site, viewer: &Viewer, cursor: Option<&str>) -> Result<Page<NoteSummary>> {
    todo!("{:?}{:?}{}", viewer, cursor, site.clock.id())
}

/// The same under a tag (folded; nested tags count for their parents too).
pub async fn list_tagged(site: &Site, viewer: &Viewer, tag: &str, cursor: Option<&str>) -> Result<Page<NoteSummary>> {
    todo!("{:?}{:?}{:?}{}", viewer, tag, cursor, site.clock.id())
}

/// All tags under which this viewer finds something, by name.
pub async fn tags(site: &Site, viewer: &Viewer) -> Result<Vec<TagCount>> {
    todo!("{:?}{}", viewer, site.clock.id())
}

/// The whole of what a visitor finds listed, latest first: archive and sitemap. Head only.
pub async fn archive(site: &Site, viewer: &Viewer) -> Result<Vec<NoteSummary>> {
    todo!("{:?}{}", viewer, site.clock.id())
}

/// The latest public notes with their whole text, at most `count`; all notes, or those under a tag.
pub async fn feed(site: &Site, tag: Option<&str>, count: usize) -> Result<Vec<FeedEntry>> {
    todo!("{:?}{:?}{}", tag, count, site.clock.id())
}

/// For a 404: public notes whose address resembles this one, at most five.
pub async fn resembling(site: &Site, slug: &str) -> Result<Vec<NoteSummary>> {
    todo!("{:?}{}", slug, site.clock.id())
}

/// Owner. Sets who may see the published text, without touching the text.
pub async fn set_visibility(site: &Site, viewer: &Viewer, id: NoteId, visibility: Visibility) -> Result<Note> {
    todo!("{:?}{:?}{:?}{}", viewer, id, visibility, site.clock.id())
}
