//! Saves of the editor, which arrive once, twice, late, or after their sender was killed: each is applied once, by its key.

use shared::editor::{Autosave, SaveGoal, SaveKey};
use shared::notes::{NewNote, Note, SaveOutcome};
use shared::{Error, Result, Viewer};

use super::create::try_create;
use super::publish::check_text_publishable;
use super::record::{Fate, Meta, Snapshot, Working};
use super::save::{self, Intent, Together};
use super::{keys, slugs, store, text};
use crate::Site;
use crate::ports::{Query, Table};
use crate::table::Stored;
use crate::unit::{Attempt, Fault, attempt};

/// Owner. Applies a save once, however often and in whatever order it arrives; the keys of the last
/// [`shared::limits::SAVE_KEYS`] saves of a note are known. What could not be merged is a version, and is answered so each
/// time. `base` 0 makes the note with the id that the device gave it. A note in the trash takes text like any other, but
/// is not published. What is refused is not stored, not in part either: the sender still has it.
pub async fn autosave(site: &Site, viewer: &Viewer, save: &Autosave) -> Result<SaveOutcome> {
    viewer.require_owner()?;
    save.edit.check()?;
    attempt!(try_autosave(site, save))
}

async fn try_autosave(site: &Site, save: &Autosave) -> Attempt<SaveOutcome> {
    let Some(before) = store::working(site, save.id).await? else { return begin(site, save).await };
    match before.doc.meta.fate(save.key) {
        Some(Fate::Applied) => return Ok(SaveOutcome::Saved { note: before.doc.note }),
        Some(Fate::Apart) => return still_apart(site, before.doc, save).await,
        Some(Fate::Refused) => return Err(still_refused(&before.doc, save.key).into()),
        None => {}
    }
    if save.unless.is_some_and(|key| before.doc.meta.has_applied(key)) {
        let note = store::know(site, before, save.key, Fate::Applied).await?;
        return Ok(SaveOutcome::Saved { note });
    }
    let mut edit = save.edit.clone();
    match before.doc.meta.born {
        _ if edit.base > 0 => {}
        // It made the note, and what it was to do then is still to be done.
        Some(key) if key == save.key => edit.base = FIRST,
        Some(_) => {}
        None => {
            let reason = "There is another note of this id already. Save this text as a new note.";
            return Err(Error::conflict(reason).into());
        }
    }
    if edit.title.trim().is_empty() && has_typed_title(&before.doc.note) {
        edit.title.clone_from(&before.doc.note.title);
    }
    if save.goal == SaveGoal::Aside {
        let (mine, _) = save::meet(site, &before.doc, &edit).await?;
        let note = save::keep_aside(site, before, mine, Some((save.key, Fate::Applied))).await?;
        return Ok(SaveOutcome::Saved { note });
    }
    let intent = Intent { goal: save.goal, key: Some(save.key), base: edit.base, slug: &edit.slug };
    match save::settle(site, before.clone(), &edit, intent).await {
        Err(Fault::Told(error)) => {
            refuse(site, before, save.key, error.clone()).await?;
            Err(error.into())
        }
        other => other,
    }
}

/// Keeps that a save was refused: what refused it may be gone when the save comes again, and its owner, who was told,
/// does not expect that a publishing happens after all.
async fn refuse(site: &Site, mut before: Stored<Working>, key: SaveKey, error: Error) -> Attempt<()> {
    before.doc.meta.refusal = Some((key, error));
    store::know(site, before, key, Fate::Refused).await?;
    Ok(())
}

fn still_refused(working: &Working, key: SaveKey) -> Error {
    match &working.meta.refusal {
        Some((refused, error)) if *refused == key => error.clone(),
        _ => Error::conflict("This save was refused before."),
    }
}

/// Whether a title is another than its text would get by itself. An editor whose title is empty leaves the choice to the
/// site, and shows nothing of a title that was given elsewhere: it must not take that away.
fn has_typed_title(note: &Note) -> bool {
    text::read(&note.body, &shared::markdown::Plain).title("") != note.title
}

/// The version that a note begins with.
const FIRST: u64 = 1;

/// Makes the note. One that is to be published is made first and published then: if the site dies in between, the same
/// save sent again goes on from there.
async fn begin(site: &Site, save: &Autosave) -> Attempt<SaveOutcome> {
    if save.edit.base > 0 || save.goal == SaveGoal::Aside {
        return Err(Error::NotFound.into());
    }
    let new = new_note(save);
    let reading = text::read(&new.body, &shared::markdown::Plain);
    if save.goal == SaveGoal::Publish {
        check_text_publishable(&reading)?;
        slugs::check_new(&reading, &new.title, &new.slug, save.id)?;
    }
    // A note of this id was removed for good, and the outbox is at it.
    let rest = Query { limit: 1, ..Query::partition(Table::Notes, keys::note_partition(save.id)) };
    if !site.records.query(&rest).await?.items.is_empty() {
        return Err(Error::Busy { retry_after: 2 }.into());
    }
    let now = site.clock.now();
    let beside = |meta: &mut Meta| {
        meta.born = Some(save.key);
        meta.titled = Some(now);
        if save.goal == SaveGoal::Keep {
            meta.know(save.key, Fate::Applied);
        }
    };
    let note = try_create(site, save.id, &new, &reading, beside).await?;
    if save.goal == SaveGoal::Keep {
        return Ok(SaveOutcome::Saved { note });
    }
    let before = store::working(site, save.id).await?.ok_or(Error::NotFound)?;
    let edit = shared::notes::EditNote { base: FIRST, ..save.edit.clone() };
    let intent = Intent { goal: save.goal, key: Some(save.key), base: FIRST, slug: &edit.slug };
    save::settle(site, before, &edit, intent).await
}

fn new_note(save: &Autosave) -> NewNote {
    let edit = save.edit.clone();
    NewNote {
        title: edit.title,
        body: edit.body,
        slug: edit.slug,
        tags: edit.tags,
        aliases: edit.aliases,
        visibility: edit.visibility,
        publish_at: edit.publish_at,
        path: None,
    }
}

/// The answer to a save that is a version beside the note: the same again, whatever became of the note since. It is not
/// merged now: its owner may have answered the question that the conflict was.
async fn still_apart(site: &Site, working: Working, save: &Autosave) -> Attempt<SaveOutcome> {
    let (_, together) = save::meet(site, &working, &save.edit).await?;
    let marked = match together {
        Together::Apart { marked } => marked,
        Together::Mine(Snapshot { body, .. }) | Together::Both(Snapshot { body, .. }) => body,
    };
    Ok(SaveOutcome::Conflict { stored: working.note, mine: save.edit.clone(), marked })
}
