//! Saves and publishes. What was sent is merged with what is stored where that has moved on; nothing is overwritten that
//! the sender has not seen.

use jiff::{SignedDuration, Timestamp};
use shared::editor::{SaveGoal, SaveKey};
use shared::ids::NoteId;
use shared::merge::{Merged, merge};
use shared::notes::{EditNote, Note, SaveOutcome, VersionReason, fold_tag};
use shared::{Error, Result, Viewer};

use super::publish::{check_publishable, publish_working};
use super::record::{self, Changed, Fate, Head, Snapshot, Working};
use super::slugs;
use super::store::{self, Change, Entry, Follow, PublishedText};
use super::text::{self, UNTITLED};
use crate::Site;
use crate::outbox::Event;
use crate::table::Stored;
use crate::unit::{Attempt, Unit, attempt};

/// A title that was left for so long was no half-typed one: links by it go on leading to the note.
const STOOD: SignedDuration = SignedDuration::from_mins(2);
/// Names that are remembered of a note.
const FORMER: usize = 20;

/// What a save is for, and how it came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intent<'e> {
    pub(crate) goal: SaveGoal,
    /// The editor's; `None` for a form.
    pub(crate) key: Option<SaveKey>,
    /// The version it is based on.
    pub(crate) base: u64,
    /// As it was typed, empty where it was not.
    pub(crate) slug: &'e str,
}

impl Intent<'_> {
    pub(crate) fn publishes(&self) -> bool {
        self.goal == SaveGoal::Publish
    }

    /// Whether the owner is in the middle of typing: then nothing is settled yet.
    fn is_typing(&self) -> bool {
        self.key.is_some() && !self.publishes()
    }
}

/// Owner. Stores the working text and properties; merges where the stored version moved on. A changed slug renames: the
/// old address redirects for ever and links that point here are rewritten.
pub async fn save(site: &Site, viewer: &Viewer, id: NoteId, edit: EditNote) -> Result<SaveOutcome> {
    viewer.require_owner()?;
    edit.check()?;
    attempt!(try_save(site, id, &edit, SaveGoal::Keep))
}

/// Owner. Saves, and if that succeeded copies the working text to the published text.
pub async fn publish(site: &Site, viewer: &Viewer, id: NoteId, edit: EditNote) -> Result<SaveOutcome> {
    viewer.require_owner()?;
    edit.check()?;
    attempt!(try_save(site, id, &edit, SaveGoal::Publish))
}

/// Owner. Keeps a text as a version beside the working one, which stays as it is: what another tab left, and what nobody
/// wants in the text now. The same text twice is one version.
pub async fn keep_beside(site: &Site, viewer: &Viewer, id: NoteId, edit: EditNote) -> Result<Note> {
    viewer.require_owner()?;
    edit.check()?;
    attempt!(try_keep_beside(site, id, &edit))
}

async fn try_keep_beside(site: &Site, id: NoteId, edit: &EditNote) -> Attempt<Note> {
    let before = store::working(site, id).await?.ok_or(Error::NotFound)?;
    let (mine, _) = meet(site, &before.doc, edit).await?;
    keep_aside(site, before, mine, None).await
}

async fn try_save(site: &Site, id: NoteId, edit: &EditNote, goal: SaveGoal) -> Attempt<SaveOutcome> {
    let before = store::working(site, id).await?.ok_or(Error::NotFound)?;
    settle(site, before, edit, Intent { goal, key: None, base: edit.base, slug: &edit.slug }).await
}

/// Brings what was sent together with what is stored, and stores what comes of it.
pub(crate) async fn settle(
    site: &Site,
    before: Stored<Working>,
    edit: &EditNote,
    intent: Intent<'_>,
) -> Attempt<SaveOutcome> {
    let (mine, together) = meet(site, &before.doc, edit).await?;
    match together {
        Together::Mine(result) => {
            let note = store_result(site, before, result, intent, None).await?;
            Ok(SaveOutcome::Saved { note })
        }
        Together::Both(result) => {
            let note = store_result(site, before, result, intent, Some(mine)).await?;
            Ok(SaveOutcome::Merged { note })
        }
        Together::Apart { marked } => {
            let key = intent.key.map(|key| (key, Fate::Apart));
            let stored = keep_aside(site, before, mine, key).await?;
            Ok(SaveOutcome::Conflict { stored, mine: edit.clone(), marked })
        }
    }
}

/// What was sent, and what it and the stored note make together.
pub(crate) async fn meet(site: &Site, working: &Working, edit: &EditNote) -> Attempt<(Snapshot, Together)> {
    let stored = Snapshot::of(&working.note);
    let mut mine = Snapshot::sent(edit.clone(), &stored.slug);
    mine.body = line_ends_of(&stored.body, &mine.body);
    if edit.base == working.note.version {
        return Ok((mine.clone(), Together::Mine(mine)));
    }
    let base = store::text(site, working.note.id, edit.base).await?;
    // A form's empty slug field meant the slug that it was opened with.
    if let Some(base) = base.as_ref().filter(|_| edit.slug.is_empty()) {
        mine.slug.clone_from(&base.slug);
    }
    let together = bring_together(base.as_ref(), &stored, &mine);
    Ok((mine, together))
}

/// A form posts line ends as CRLF whatever the text has (HTML, 4.10.21.4); the text keeps its own.
fn line_ends_of(stored: &str, sent: &str) -> String {
    let crlf = sent.matches("\r\n").count();
    let all = sent.matches('\n').count();
    let stored_crlf = stored.matches("\r\n").count();
    if crlf > 0 && crlf == all && stored_crlf == 0 {
        sent.replace("\r\n", "\n")
    } else if crlf == 0 && stored_crlf > 0 && stored_crlf == stored.matches('\n').count() {
        sent.replace('\n', "\r\n")
    } else {
        sent.to_owned()
    }
}

/// What a sent text and the stored one make.
pub(crate) enum Together {
    /// What was sent, or nothing else than that came of it.
    Mine(Snapshot),
    /// Both changes.
    Both(Snapshot),
    Apart {
        marked: String,
    },
}

fn bring_together(base: Option<&Snapshot>, stored: &Snapshot, mine: &Snapshot) -> Together {
    if stored == mine {
        return Together::Mine(stored.clone());
    }
    let base_body = base.map_or("", |base| &base.body);
    let body = match merge(base_body, &stored.body, &mine.body) {
        Merged::Clean(text) => text,
        Merged::Conflict { marked } => return Together::Apart { marked },
    };
    let Some(base) = base else { return Together::Apart { marked: body } };
    let list = |base: &[String], stored: &[String], mine: &[String]| merge_lists(base, stored, mine);
    let merged = (|| {
        Some(Snapshot {
            title: title(&base.title, &stored.title, &mine.title)?,
            body: body.clone(),
            slug: either(&base.slug, &stored.slug, &mine.slug)?,
            tags: list(&base.tags, &stored.tags, &mine.tags),
            aliases: list(&base.aliases, &stored.aliases, &mine.aliases),
            visibility: either(&base.visibility, &stored.visibility, &mine.visibility)?,
            publish_at: either(&base.publish_at, &stored.publish_at, &mine.publish_at)?,
        })
    })();
    match merged {
        Some(merged) if merged == *mine => Together::Mine(merged),
        Some(merged) => Together::Both(merged),
        None => Together::Apart { marked: body },
    }
}

/// As [`either`]; an empty title leaves the choice to the site, and so is in nobody's way.
fn title(base: &String, stored: &String, mine: &String) -> Option<String> {
    if mine.trim().is_empty() && stored != base { Some(stored.clone()) } else { either(base, stored, mine) }
}

/// The one that changed; `None` when both did, and not alike.
fn either<T: PartialEq + Clone>(base: &T, stored: &T, mine: &T) -> Option<T> {
    if stored == mine || mine == base { Some(stored.clone()) } else { (stored == base).then(|| mine.clone()) }
}

/// What is stored, with what was added and without what was removed in mine.
fn merge_lists(base: &[String], stored: &[String], mine: &[String]) -> Vec<String> {
    if stored == base {
        return mine.to_vec();
    }
    let has = |list: &[String], item: &String| list.iter().any(|have| fold_tag(have) == fold_tag(item));
    let kept = stored.iter().filter(|item| has(mine, item) || !has(base, item));
    let added = mine.iter().filter(|item| !has(base, item) && !has(stored, item));
    kept.chain(added).cloned().collect()
}

/// Stores a text in place of what is there, and publishes it if that is the goal.
async fn store_result(
    site: &Site,
    before: Stored<Working>,
    result: Snapshot,
    intent: Intent<'_>,
    merged_from: Option<Snapshot>,
) -> Attempt<Note> {
    let mut unit = Unit::new(site);
    let now = site.clock.now();
    let old = &before.doc;
    let reading = text::read(&result.body, &shared::markdown::Plain);
    let mut after = old.clone();
    result.store_in(&mut after.note);
    after.note.title = reading.title(&after.note.title);
    after.note.problem.clone_from(&reading.problem);
    if intent.publishes() {
        check_publishable(&after.note, &reading)?;
    }
    slugs::settle(&mut unit, old, &mut after, &reading, &intent).await?;
    reading.describe(&mut after.meta, &after.note.tags);
    let snapshot = Snapshot::of(&after.note);
    let is_new_text = intent.publishes()
        && (old.note.published.is_none()
            || old.meta.reader.as_ref().is_none_or(|reader| reader.fingerprint != snapshot.fingerprint()));
    if after == *old && !is_new_text {
        // A save that is based on what is stored and changes nothing changes nothing later either, unless it publishes.
        return match intent.key.filter(|_| intent.publishes() || intent.base != old.note.version) {
            Some(key) => Ok(store::know(site, before, key, Fate::Applied).await?),
            None => Ok(after.note),
        };
    }
    let text_changed = snapshot.fingerprint() != Snapshot::of(&old.note).fingerprint();
    let mut history = Vec::new();
    if let Some(mine) = merged_from.filter(|_| text_changed && !has_merge(old, &intent, now)) {
        after.note.version += 1;
        history.push(Entry { number: after.note.version, reason: VersionReason::Merge, text: Some(mine) });
    }
    after.note.version += 1;
    after.note.updated = now;
    let published = if is_new_text {
        publish_working(&mut after, &reading, &snapshot, None, now)
    } else {
        after.settle_publication();
        PublishedText::Stays
    };
    if text_changed || is_new_text {
        let reason = if is_new_text { VersionReason::Publish } else { VersionReason::Save };
        history.push(Entry { number: after.note.version, reason, text: None });
    }
    let events = if intent.is_typing() { typed(old, &mut after, now) } else { renamed(old, &mut after) };
    if let Some(key) = intent.key {
        after.meta.know(key, Fate::Applied);
    }
    let note = after.note.clone();
    let follow = follow(&intent, old, &after);
    let change = Change { before: Some(before), after, published, history, events, follow };
    let late = store::add(&mut unit, change).await?;
    unit.flush().await?;
    if let Some(late) = late {
        store::write_names(site, late).await?;
    }
    Ok(note)
}

/// True where the history of the present session of autosaves has a text from before a merge already. Two devices that
/// write into one note all evening would fill it with them otherwise; every word of theirs is in the merged text.
fn has_merge(old: &Working, intent: &Intent<'_>, now: Timestamp) -> bool {
    let session = old.meta.last.as_ref().filter(|last| last.number == old.note.version);
    intent.is_typing()
        && session
            .is_some_and(|last| last.merged == record::Merged::Yes && store::continues(last, VersionReason::Save, now))
}

/// What is typed into a working text is followed up now and then, all else at once.
fn follow(intent: &Intent<'_>, old: &Working, after: &Working) -> Follow {
    let is_unseen = |working: &Working| !working.note.exposure().published;
    let head = |working: &Working| Head { changed: Changed::No, ..Head::of(working) };
    let no_reader = is_unseen(old) && is_unseen(after) || head(old) == head(after);
    if intent.is_typing() && no_reader { Follow::Soon } else { Follow::Now }
}

/// Names that the note no longer has: remembered, and told to the outbox. What counts as the title is the published one,
/// for a note that has one: nobody is to read of a title before it is published.
pub(crate) fn renamed(old: &Working, after: &mut Working) -> Vec<Event> {
    let title = |working: &Working| {
        working.meta.reader.as_ref().map_or_else(|| working.note.title.clone(), |reader| reader.title.clone())
    };
    let (old_title, old_slug) = (title(old), old.note.slug.clone());
    let (new_title, new_slug) = (title(after), after.note.slug.clone());
    if (&old_title, &old_slug) == (&new_title, &new_slug) {
        return Vec::new();
    }
    remember(&mut after.meta.former_titles, &old_title, &new_title);
    // An address that a draft only had is free for others.
    if old.meta.first_published.is_some() {
        remember(&mut after.meta.former_slugs, &old_slug, &new_slug);
    }
    vec![Event::NoteRenamed { id: old.note.id, old_slug, old_title }]
}

/// The same while the owner types. The half-typed titles and slugs of a draft are no names it had, and no link follows
/// them.
fn typed(old: &Working, after: &mut Working, now: Timestamp) -> Vec<Event> {
    if after.meta.first_published.is_some() {
        return renamed(old, after);
    }
    let (old_title, new_title) = (&old.note.title, after.note.title.clone());
    if *old_title != new_title {
        let stood = old.meta.titled.is_none_or(|since| now.duration_since(since) >= STOOD);
        if stood && old_title != UNTITLED {
            remember(&mut after.meta.former_titles, old_title, &new_title);
        }
        after.meta.titled = Some(now);
    }
    Vec::new()
}

fn remember(list: &mut Vec<String>, old: &str, new: &str) {
    list.retain(|name| name != old && name != new);
    if old != new {
        list.push(old.to_owned());
    }
    list.drain(..list.len().saturating_sub(FORMER));
}

/// Keeps what was sent as a version beside the working text, which stays as it is. The same text twice is one version.
/// Whatever is saved next, the text that stands now stays a version too: it may be replaced because its owner chose
/// another, and not because it was typed on.
pub(crate) async fn keep_aside(
    site: &Site,
    before: Stored<Working>,
    mine: Snapshot,
    key: Option<(SaveKey, Fate)>,
) -> Attempt<Note> {
    let fingerprint = mine.fingerprint();
    let is_kept = before.doc.meta.conflict.as_ref() == Some(&fingerprint);
    let is_open = before.doc.meta.last.as_ref().is_some_and(|last| last.number == before.doc.note.version);
    if is_kept && !is_open {
        return match key {
            Some((key, fate)) => Ok(store::know(site, before, key, fate).await?),
            None => Ok(before.doc.note),
        };
    }
    let mut after = before.doc.clone();
    let mut history = Vec::new();
    if !is_kept {
        after.meta.conflict = Some(fingerprint);
        after.note.version += 1;
        history.push(Entry { number: after.note.version, reason: VersionReason::Conflict, text: Some(mine) });
    }
    // Under a number of its own, which is in no session of edits.
    after.note.version += 1;
    after.settle_publication();
    if let Some((key, fate)) = key {
        after.meta.know(key, fate);
    }
    let note = after.note.clone();
    let (published, follow) = (PublishedText::Stays, Follow::Now);
    store::commit(site, Change { before: Some(before), after, published, history, events: Vec::new(), follow }).await?;
    Ok(note)
}
