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

/// True when this viewer may read the published text of at least one of these notes by its address. One batch get of
/// heads for every hundred; what does not exist counts as not readable. For files, which are as visible as their uses.
pub async fn any_readable(site: &Site, viewer: &Viewer, ids: &[NoteId]) -> Result<bool> {
    todo!("{:?}{:?}{}", viewer, ids, site.clock.id())
}

/// The worker's: removes for good what has been in the trash for longer than `TRASH_DAYS`; answers how many notes.
pub async fn sweep_trash(site: &Site) -> Result<u64> {
    todo!("{}", site.clock.id())
}
