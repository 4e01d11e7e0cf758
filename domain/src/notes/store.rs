//! Reads notes, and writes a change of one: the note, what follows from it by rule, its history and its event, all in one
//! transaction.

use jiff::{SignedDuration, Timestamp};
use shared::editor::SaveKey;
use shared::ids::NoteId;
use shared::notes::{Note, VersionReason, VersionSummary};

use super::keys::{self, Shelf};
use super::packed::{pack, unpack};
use super::record::{Address, AddressState, Fate, Head, LastVersion, Merged, Named, Published, Snapshot, Working};
use crate::Site;
use crate::links::names;
use crate::outbox::{self, Event};
use crate::ports::{Expect, Key, PortError, PortResult, Put, Write};
use crate::table::{Stored, decode, put};
use crate::unit::Unit;

/// How long a text is kept for forms that were opened on it and not saved since.
const PASSING: SignedDuration = SignedDuration::from_hours(7 * 24);
/// And how many such texts of one note, and how many bytes of them.
const PASSING_TEXTS: usize = 100;
const PASSING_BYTES: u64 = 8 * 1024 * 1024;
/// Edits with no longer pause than this are one session, and one version.
const SESSION_PAUSE: SignedDuration = SignedDuration::from_mins(30);
/// A session is no longer than this.
const SESSION: SignedDuration = SignedDuration::from_hours(4);
/// Writes of one transaction that may be names; more follow in transactions of their own.
const NAMES: usize = 70;

const WORKING_TEXT: &str = "/note/body";
const TEXT: &str = "/body";

pub(crate) async fn working(site: &Site, id: NoteId) -> PortResult<Option<Stored<Working>>> {
    site.records.get(&keys::working(id)).await?.map(unpack_working).transpose()
}

pub(crate) fn unpack_working(record: crate::ports::Record) -> PortResult<Stored<Working>> {
    unpack(record, WORKING_TEXT)
}

pub(crate) fn unpack_published(record: crate::ports::Record) -> PortResult<Published> {
    Ok(unpack(record, TEXT)?.doc)
}

/// The text of a version, if it is kept.
pub(crate) async fn text(site: &Site, id: NoteId, number: u64) -> PortResult<Option<Snapshot>> {
    let record = site.records.get(&keys::text(id, number)).await?;
    Ok(record.map(|record| unpack(record, TEXT)).transpose()?.map(|stored| stored.doc))
}

/// The write of a version's text, for a note that comes from another home.
pub(crate) fn write_text(id: NoteId, number: u64, text: &Snapshot) -> PortResult<Write> {
    let doc = pack(text, TEXT)?;
    Ok(Put { key: keys::text(id, number), doc, index: None, expires: None, expect: Expect::Any }.into())
}

/// Heads by id; `None` where there is none.
pub(crate) async fn heads(site: &Site, ids: &[NoteId]) -> PortResult<Vec<Option<Head>>> {
    let keys: Vec<Key> = ids.iter().map(|id| keys::head(*id)).collect();
    let records = crate::unit::get_many(site, &keys).await?;
    records.into_iter().map(|record| Ok(record.map(decode).transpose()?.map(|stored| stored.doc))).collect()
}

/// What happens to the published text.
#[derive(Debug)]
pub(crate) enum PublishedText {
    /// It stays as it is.
    Stays,
    /// It becomes this.
    Becomes(Published),
    /// There is none from now on.
    Goes,
}

/// A line of the history to be.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) reason: VersionReason,
    /// Its text, where it is not the working text that is stored with it.
    pub(crate) text: Option<Snapshot>,
}

/// A change of one note. `after` has its version, and all that is said of its publishing, already.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) before: Option<Stored<Working>>,
    pub(crate) after: Working,
    pub(crate) published: PublishedText,
    pub(crate) history: Vec<Entry>,
    pub(crate) events: Vec<Event>,
    pub(crate) follow: Follow,
}

/// When the outbox follows a change up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Follow {
    /// At once.
    Now,
    /// Together with others of the same note: nothing that a reader sees has changed.
    Soon,
}

/// Adds the change to a unit. Answers names that found no room in its transaction, for [`write_names`].
pub(crate) async fn add(unit: &mut Unit<'_>, change: Change) -> PortResult<Option<LateNames>> {
    let Change { before, mut after, published, history, events, follow } = change;
    let id = after.note.id;
    let now = unit.site.clock.now();
    let old = before.as_ref().map(|stored| &stored.doc);
    let late = move_names(unit, id, old, &after).await?;
    count_live(unit, old, &after).await?;
    move_address(unit, old, &after).await?;
    if let Some(before) = old {
        keep_text(unit, before, &mut after, &history, now)?;
    }
    for entry in history {
        add_version(unit, old, &mut after, entry, now).await?;
    }
    put_heads(unit, old, &after)?;
    match published {
        PublishedText::Stays => {}
        PublishedText::Becomes(text) => {
            let doc = pack(&text, TEXT)?;
            unit.push(Put { key: keys::published(id), doc, index: None, expires: None, expect: Expect::Any });
        }
        PublishedText::Goes => unit.push(delete(keys::published(id))),
    }
    let index = crate::ports::Index { pk: after.desk_list().into(), sk: keys::place(after.note.updated, id) };
    let line = put(keys::desk(id), &after.desk_line()?, Expect::Any)?;
    unit.push(line.indexed(index.pk, index.sk));
    let expect = before.as_ref().map_or(Expect::Absent, |stored| Expect::Version(stored.version));
    let doc = pack(&after, WORKING_TEXT)?;
    unit.push(Put { key: keys::working(id), doc, index: None, expires: None, expect });
    unit.push(match follow {
        Follow::Now => outbox::write(unit.site, &Event::NoteChanged { id })?,
        Follow::Soon => outbox::soon(unit.site, id)?,
    });
    for event in events {
        unit.push(outbox::write(unit.site, &event)?);
    }
    Ok(late)
}

/// Writes one change by itself.
pub(crate) async fn commit(site: &Site, change: Change) -> PortResult<()> {
    let mut unit = Unit::new(site);
    let late = add(&mut unit, change).await?;
    unit.flush().await?;
    if let Some(late) = late {
        write_names(site, late).await?;
    }
    Ok(())
}

/// The write of a note of which nothing changes but what is known of its versions.
pub(crate) fn put_working(stored: &Stored<Working>) -> PortResult<Put> {
    let (key, doc) = (keys::working(stored.doc.note.id), pack(&stored.doc, WORKING_TEXT)?);
    Ok(Put { key, doc, index: None, expires: None, expect: Expect::Version(stored.version) })
}

/// Keeps the key of a save that changed nothing, so that it changes nothing later either. The version of the note stays.
pub(crate) async fn know(site: &Site, before: Stored<Working>, key: SaveKey, fate: Fate) -> PortResult<Note> {
    let mut stored = before;
    stored.doc.meta.know(key, fate);
    site.records.put(put_working(&stored)?).await?;
    Ok(stored.doc.note)
}

pub(crate) fn delete(key: Key) -> Write {
    Write::Delete { key, expect: Expect::Any }
}

/// A note of very many names: those beyond the first.
#[derive(Clone, Debug)]
pub(crate) struct LateNames(names::Changes);

async fn move_names(
    unit: &mut Unit<'_>,
    id: NoteId,
    old: Option<&Working>,
    after: &Working,
) -> PortResult<Option<LateNames>> {
    let mut changes = names::Changes::between(id, old, Some(after));
    let late = changes.split_off(NAMES);
    unit.load(changes.keys()).await?;
    changes.apply(unit)?;
    Ok(late.map(LateNames))
}

/// Writes names that found no room beside their note. The outbox does the same if this process dies here.
pub(crate) async fn write_names(site: &Site, late: LateNames) -> PortResult<()> {
    let mut rest = Some(late.0);
    while let Some(mut changes) = rest {
        rest = changes.split_off(NAMES);
        let mut unit = Unit::new(site);
        unit.load(changes.keys()).await?;
        changes.apply(&mut unit)?;
        unit.flush().await?;
    }
    Ok(())
}

async fn count_live(unit: &mut Unit<'_>, old: Option<&Working>, after: &Working) -> PortResult<()> {
    let was = old.is_some_and(|old| old.note.trashed.is_none());
    let is = after.note.trashed.is_none();
    if was == is {
        return Ok(());
    }
    let key = keys::counts();
    unit.load([key.clone()]).await?;
    let count: u32 = unit.get(&key)?.unwrap_or(0);
    let count = if is { count.saturating_add(1) } else { count.saturating_sub(1) };
    unit.set(&key, Some(&count))
}

async fn move_address(unit: &mut Unit<'_>, old: Option<&Working>, after: &Working) -> PortResult<()> {
    let note = &after.note;
    let old_slug = old.map(|old| old.note.slug.as_str());
    if old_slug == Some(note.slug.as_str()) {
        return Ok(());
    }
    let new_key = keys::address(&note.slug);
    unit.load([new_key.clone()].into_iter().chain(old_slug.map(keys::address))).await?;
    if unit.get::<Address>(&new_key)?.is_some_and(|address| address.id != note.id) {
        return Err(PortError::Conflict);
    }
    unit.set(&new_key, Some(&Address { id: note.id, state: AddressState::Current }))?;
    let Some(old) = old else { return Ok(()) };
    let old_slug = old.note.slug.as_str();
    // What never worked for anybody need not work for ever.
    if old.meta.first_published.is_none() {
        unit.set::<Address>(&keys::address(old_slug), None)?;
    } else {
        unit.set(&keys::address(old_slug), Some(&Address { id: note.id, state: AddressState::Former }))?;
        unit.push(put(keys::former(note.id, old_slug), &old_slug, Expect::Any)?);
    }
    Ok(())
}

/// Keeps the text that is about to be replaced: for ever if it is a version of the history, else for a while.
fn keep_text(
    unit: &mut Unit<'_>,
    before: &Working,
    after: &mut Working,
    history: &[Entry],
    now: Timestamp,
) -> PortResult<()> {
    let (id, number) = (before.note.id, before.note.version);
    let own = before.meta.last.as_ref().filter(|last| last.number == number);
    let is_version = own.is_some();
    let replaced = own.is_some_and(|last| history.first().is_some_and(|entry| continues(last, entry.reason, now)));
    let snapshot = Snapshot::of(&before.note);
    let doc = pack(&snapshot, TEXT)?;
    let mut text = Put { key: keys::text(id, number), doc, index: None, expires: None, expect: Expect::Any };
    if replaced {
        unit.push(delete(keys::version(id, number)));
    }
    if !is_version || replaced {
        text.expires = Some(now + PASSING);
        after.meta.passing.push((number, snapshot.body.len() as u64));
        let passing = &mut after.meta.passing;
        while passing.len() > PASSING_TEXTS || passing.iter().map(|(_, bytes)| bytes).sum::<u64>() > PASSING_BYTES {
            unit.push(delete(keys::text(id, passing.remove(0).0)));
        }
    }
    unit.push(text);
    Ok(())
}

/// True if a change belongs to the same session of edits as the version before.
pub(crate) fn continues(last: &LastVersion, reason: VersionReason, now: Timestamp) -> bool {
    last.reason == VersionReason::Save
        && last.named == Named::No
        && matches!(reason, VersionReason::Save | VersionReason::Publish)
        && now.duration_since(last.at) <= SESSION_PAUSE
        && now.duration_since(last.since) <= SESSION
}

async fn add_version(
    unit: &mut Unit<'_>,
    old: Option<&Working>,
    after: &mut Working,
    entry: Entry,
    now: Timestamp,
) -> PortResult<()> {
    let Entry { number, reason, text: kept } = entry;
    let id = after.note.id;
    let session = after.meta.last.as_ref().filter(|last| {
        let unbroken = old.is_some_and(|old| old.note.version == last.number);
        unbroken && continues(last, reason, now)
    });
    let before = match (session, &after.meta.last) {
        (Some(session), _) => session.before,
        (None, Some(last)) => last.number,
        (None, None) => 0,
    };
    let since = session.map_or(now, |session| session.since);
    let in_session = session.is_some();
    let merged = match (&after.meta.last, reason) {
        (_, VersionReason::Merge) => Merged::Yes,
        (Some(last), _) if in_session || last.reason == VersionReason::Merge => last.merged,
        _ => Merged::No,
    };
    let older = match old {
        Some(old) if !in_session => old.note.body.clone(),
        _ if before > 0 => text(unit.site, id, before).await?.map(|text| text.body).unwrap_or_default(),
        _ => String::new(),
    };
    let (title, body) = match &kept {
        Some(text) => (text.title.clone(), &text.body),
        None => (after.note.title.clone(), &after.note.body),
    };
    let (added, removed) = shared::diff::count(&older, body);
    let line = VersionSummary { number, at: now, reason, title, added, removed, name: None };
    unit.push(put(keys::version(id, number), &line, Expect::Any)?);
    if let Some(text) = kept {
        let doc = pack(&text, TEXT)?;
        unit.push(Put { key: keys::text(id, number), doc, index: None, expires: None, expect: Expect::Any });
    }
    after.meta.last = Some(LastVersion { number, reason, at: now, since, before, merged, named: Named::No });
    Ok(())
}

fn put_heads(unit: &mut Unit<'_>, old: Option<&Working>, after: &Working) -> PortResult<()> {
    let (before, head) = (old.map(Head::of), Head::of(after));
    if before.as_ref() == Some(&head) {
        return Ok(());
    }
    unit.push(put(keys::head(head.id), &head, Expect::Any)?);
    let was = before.and_then(|head| head.listed());
    let is: Option<(Shelf, Key)> = head.listed();
    if let Some((_, key)) = was.filter(|was| Some(was) != is.as_ref()) {
        unit.push(delete(key));
    }
    if let Some((_, key)) = is {
        unit.push(put(key, &head, Expect::Any)?);
    }
    Ok(())
}
