//! Versions: what a note was, how it differs from what it was before, and bringing it back.

use shared::ids::NoteId;
use shared::limits::{PAGE_ITEMS, VERSION_NAME_CHARS};
use shared::notes::{DiffRun, Note, Version, VersionReason, VersionSummary, check_line};
use shared::page::Page;
use shared::{Error, Result, Viewer, diff};

use super::record::{Named, Snapshot, Working};
use super::save::renamed;
use super::store::{self, Change, Entry, Follow, PublishedText};
use super::{keys, text};
use crate::Site;
use crate::ports::{Expect, Order, PortResult, Query, Range, Table, Write};
use crate::table::{Stored, put};
use crate::unit::{Attempt, attempt};

fn versions(id: NoteId, limit: usize) -> Query {
    Query {
        order: Order::Descending,
        range: Range::Prefix(keys::VERSION.into()),
        limit,
        ..Query::partition(Table::Notes, keys::note_partition(id))
    }
}

/// Owner. Latest first.
pub async fn history(site: &Site, viewer: &Viewer, id: NoteId, cursor: Option<&str>) -> Result<Page<VersionSummary>> {
    viewer.require_owner()?;
    let query = Query { cursor: cursor.map(str::to_owned), ..versions(id, PAGE_ITEMS) };
    let page = site.list::<VersionSummary>(&query).await?;
    if page.items.is_empty() && cursor.is_none() && store::working(site, id).await?.is_none() {
        return Err(Error::NotFound);
    }
    Ok(page.map(|stored| stored.doc))
}

/// Owner. One version and its readable difference from the one before it.
pub async fn version(site: &Site, viewer: &Viewer, id: NoteId, number: u64) -> Result<(Version, Vec<DiffRun>)> {
    viewer.require_owner()?;
    let this = site.get::<VersionSummary>(&keys::version(id, number)).await?.ok_or(Error::NotFound)?.doc;
    let before = keys::version(id, number.saturating_sub(1)).sk;
    let query = Query { range: Range::Between(keys::VERSION.into(), before), ..versions(id, 1) };
    let before = site.list::<VersionSummary>(&query).await?.items.pop();
    let body = text_of(site, id, number).await?.ok_or(Error::NotFound)?.body;
    let older = match before {
        Some(Stored { doc, .. }) => text_of(site, id, doc.number).await?.map(|text| text.body).unwrap_or_default(),
        None => String::new(),
    };
    let runs = diff::readable(&older, &body);
    Ok((Version { summary: this, body }, runs))
}

/// The text of a version of the history: the latest one's is the working text, or was when it was made.
async fn text_of(site: &Site, id: NoteId, number: u64) -> PortResult<Option<Snapshot>> {
    if let Some(text) = store::text(site, id, number).await? {
        return Ok(Some(text));
    }
    let working = store::working(site, id).await?.map(|stored| stored.doc.note);
    Ok(working.filter(|note| note.version == number).map(|note| Snapshot::of(&note)))
}

/// Owner. Gives a version a name, which keeps it for ever; an empty name takes it away, and leaves the version.
pub async fn name_version(site: &Site, viewer: &Viewer, id: NoteId, number: u64, name: &str) -> Result<VersionSummary> {
    viewer.require_owner()?;
    let name = name.trim();
    check_line("name", name, VERSION_NAME_CHARS)?;
    attempt!(try_name(site, id, number, name))
}

async fn try_name(site: &Site, id: NoteId, number: u64, name: &str) -> Attempt<VersionSummary> {
    let key = keys::version(id, number);
    let mut working = store::working(site, id).await?.ok_or(Error::NotFound)?;
    let mut writes: Vec<Write> = Vec::new();
    let (expect, mut line) = match site.get::<VersionSummary>(&key).await? {
        Some(Stored { version, doc }) => (Expect::Version(version), doc),
        None => {
            let (line, text) = passed(site, &working.doc, number).await?;
            writes.push(text);
            (Expect::Absent, line)
        }
    };
    line.name = Some(name.to_owned()).filter(|name| !name.is_empty());
    writes.push(put(key, &line, expect)?.into());
    let meta = &mut working.doc.meta;
    let (known, passing) = (meta.last.clone(), meta.passing.len());
    meta.passing.retain(|(kept, _)| *kept != number);
    // The latest version would be replaced by the next save of its session.
    if let Some(last) = meta.last.as_mut().filter(|last| last.number == number && line.name.is_some()) {
        last.named = Named::Yes;
    }
    if known != meta.last || passing != meta.passing.len() {
        writes.push(store::put_working(&working)?.into());
    }
    site.records.transact(writes).await?;
    Ok(line)
}

/// A text that was the latest of its session when its owner saw it in the history, and was replaced there by a save
/// since: as a version again.
async fn passed(site: &Site, working: &Working, number: u64) -> Attempt<(VersionSummary, Write)> {
    let id = working.note.id;
    let text = store::text(site, id, number).await?.ok_or(Error::NotFound)?;
    let before = working.meta.last.as_ref().map_or(0, |last| last.before);
    let older = store::text(site, id, before).await?.map(|text| text.body).unwrap_or_default();
    let (added, removed) = diff::count(&older, &text.body);
    let (at, reason) = (site.clock.now(), VersionReason::Save);
    let line = VersionSummary { number, at, reason, title: text.title.clone(), added, removed, name: None };
    Ok((line, store::write_text(id, number, &text)?))
}

/// Owner. Makes an older version's title and text the working ones, as a new version; what was there stays in the history.
pub async fn restore_version(site: &Site, viewer: &Viewer, id: NoteId, number: u64) -> Result<Note> {
    viewer.require_owner()?;
    attempt!(try_restore(site, id, number))
}

async fn try_restore(site: &Site, id: NoteId, number: u64) -> Attempt<Note> {
    site.get::<VersionSummary>(&keys::version(id, number)).await?.ok_or(Error::NotFound)?;
    let older = text_of(site, id, number).await?.ok_or(Error::NotFound)?;
    let before = store::working(site, id).await?.ok_or(Error::NotFound)?;
    let Snapshot { title, body, .. } = older;
    Ok(put_text(site, before, Some(title), body, VersionReason::Restore).await?)
}

/// Stores another working text as a version, and leaves the rest of the note alone.
pub(crate) async fn put_text(
    site: &Site,
    before: Stored<Working>,
    title: Option<String>,
    body: String,
    reason: VersionReason,
) -> PortResult<Note> {
    let mut after = before.doc.clone();
    after.note.title = title.unwrap_or(after.note.title);
    after.note.body = body;
    if after == before.doc {
        return Ok(after.note);
    }
    let reading = text::read(&after.note.body, &shared::markdown::Plain);
    after.note.version += 1;
    after.note.updated = site.clock.now();
    after.note.problem.clone_from(&reading.problem);
    reading.describe(&mut after.meta, &after.note.tags);
    after.settle_publication();
    let events = renamed(&before.doc, &mut after);
    let note = after.note.clone();
    let history = vec![Entry { number: note.version, reason, text: None }];
    let published = PublishedText::Stays;
    store::commit(site, Change { before: Some(before), after, published, history, events, follow: Follow::Now })
        .await?;
    Ok(note)
}
