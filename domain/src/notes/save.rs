//! Saves and publishes. What was sent is merged with what is stored where that has moved on; nothing is overwritten that
//! the sender has not seen.

use shared::ids::NoteId;
use shared::merge::{Merged, merge};
use shared::notes::{EditNote, Note, SaveOutcome, VersionReason, fold_tag};
use shared::{Error, Result, Viewer};

use super::publish::{check_publishable, publish_working};
use super::record::{Snapshot, Working};
use super::slugs;
use super::store::{self, Change, Entry, PublishedText};
use super::text;
use crate::Site;
use crate::outbox::Event;
use crate::table::Stored;
use crate::unit::{Attempt, Unit, attempt};

/// What a form's button asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Save,
    Publish,
}

/// Owner. Stores the working text and properties; merges where the stored version moved on. A changed slug renames: the
/// old address redirects for ever and links that point here are rewritten.
pub async fn save(site: &Site, viewer: &Viewer, id: NoteId, edit: EditNote) -> Result<SaveOutcome> {
    viewer.require_owner()?;
    edit.check()?;
    attempt!(try_save(site, id, &edit, Goal::Save))
}

/// Owner. Saves, and if that succeeded copies the working text to the published text.
pub async fn publish(site: &Site, viewer: &Viewer, id: NoteId, edit: EditNote) -> Result<SaveOutcome> {
    viewer.require_owner()?;
    edit.check()?;
    attempt!(try_save(site, id, &edit, Goal::Publish))
}

async fn try_save(site: &Site, id: NoteId, edit: &EditNote, goal: Goal) -> Attempt<SaveOutcome> {
    let before = store::working(site, id).await?.ok_or(Error::NotFound)?;
    let stored = Snapshot::of(&before.doc.note);
    let mut mine = Snapshot::sent(edit, &stored.slug);
    mine.body = line_ends_of(&stored.body, &mine.body);
    let together = if edit.base == before.doc.note.version {
        Together::Mine(mine.clone())
    } else {
        let base = store::text(site, id, edit.base).await?;
        // A form's empty slug field meant the slug that it was opened with.
        if let Some(base) = base.as_ref().filter(|_| edit.slug.is_empty()) {
            mine.slug.clone_from(&base.slug);
        }
        bring_together(base.as_ref(), &stored, &mine)
    };
    match together {
        Together::Mine(result) => {
            let note = store_result(site, before, result, (goal, &edit.slug), None).await?;
            Ok(SaveOutcome::Saved { note })
        }
        Together::Both(result) => {
            let note = store_result(site, before, result, (goal, &edit.slug), Some(mine)).await?;
            Ok(SaveOutcome::Merged { note })
        }
        Together::Apart { marked } => {
            let stored = keep_conflict(site, before, mine).await?;
            Ok(SaveOutcome::Conflict { stored, mine: edit.clone(), marked })
        }
    }
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

enum Together {
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
            title: either(&base.title, &stored.title, &mine.title)?,
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
    (goal, typed_slug): (Goal, &str),
    merged_from: Option<Snapshot>,
) -> Attempt<Note> {
    let mut unit = Unit::new(site);
    let old = &before.doc;
    let reading = text::read(&result.body, &shared::markdown::Plain);
    let mut after = old.clone();
    result.store_in(&mut after.note);
    let note = &mut after.note;
    note.title = reading.title(&note.title);
    note.problem.clone_from(&reading.problem);
    if goal == Goal::Publish {
        check_publishable(note, &reading)?;
    }
    slugs::settle(&mut unit, old, &mut after, &reading, (goal, typed_slug)).await?;
    reading.describe(&mut after.meta, &after.note.tags);
    let snapshot = Snapshot::of(&after.note);
    let is_new_text = goal == Goal::Publish
        && (old.note.published.is_none()
            || old.meta.reader.as_ref().is_none_or(|reader| reader.fingerprint != snapshot.fingerprint()));
    if after == *old && !is_new_text {
        return Ok(after.note);
    }
    let text_changed = snapshot.fingerprint() != Snapshot::of(&old.note).fingerprint();
    let mut history = Vec::new();
    if let Some(mine) = merged_from.filter(|_| text_changed) {
        after.note.version += 1;
        history.push(Entry { number: after.note.version, reason: VersionReason::Merge, text: Some(mine) });
    }
    after.note.version += 1;
    after.note.updated = site.clock.now();
    let published = if is_new_text {
        publish_working(&mut after, &reading, &snapshot, None, site.clock.now())
    } else {
        after.settle_publication();
        PublishedText::Stays
    };
    if text_changed || is_new_text {
        let reason = if is_new_text { VersionReason::Publish } else { VersionReason::Save };
        history.push(Entry { number: after.note.version, reason, text: None });
    }
    let events = renamed(old, &mut after);
    let note = after.note.clone();
    let late = store::add(&mut unit, Change { before: Some(before), after, published, history, events }).await?;
    unit.flush().await?;
    if let Some(late) = late {
        store::write_names(site, late).await?;
    }
    Ok(note)
}

/// Names that the note no longer has: remembered, and told to the outbox. What counts as the title is the published one,
/// for a note that has one: nobody is to read of a title before it is published.
pub(crate) fn renamed(old: &Working, after: &mut Working) -> Vec<Event> {
    const FORMER: usize = 20;
    let title = |working: &Working| {
        working.meta.reader.as_ref().map_or_else(|| working.note.title.clone(), |reader| reader.title.clone())
    };
    let (old_title, old_slug) = (title(old), old.note.slug.clone());
    let (new_title, new_slug) = (title(after), after.note.slug.clone());
    if (&old_title, &old_slug) == (&new_title, &new_slug) {
        return Vec::new();
    }
    let remember = |list: &mut Vec<String>, old: &String, new: &String| {
        list.retain(|name| name != old && name != new);
        if old != new {
            list.push(old.clone());
        }
        list.drain(..list.len().saturating_sub(FORMER));
    };
    remember(&mut after.meta.former_titles, &old_title, &new_title);
    remember(&mut after.meta.former_slugs, &old_slug, &new_slug);
    vec![Event::NoteRenamed { id: old.note.id, old_slug, old_title }]
}

/// Keeps what was sent as a version beside the working text, which stays as it is.
async fn keep_conflict(site: &Site, before: Stored<Working>, mine: Snapshot) -> Attempt<Note> {
    let fingerprint = mine.fingerprint();
    if before.doc.meta.conflict.as_ref() == Some(&fingerprint) {
        return Ok(before.doc.note);
    }
    let mut after = before.doc.clone();
    let number = after.note.version + 1;
    after.note.version += 2;
    after.meta.conflict = Some(fingerprint);
    after.settle_publication();
    let note = after.note.clone();
    let history = vec![Entry { number, reason: VersionReason::Conflict, text: Some(mine) }];
    let published = PublishedText::Stays;
    store::commit(site, Change { before: Some(before), after, published, history, events: Vec::new() }).await?;
    Ok(note)
}
