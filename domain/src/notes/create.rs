//! A note begins; a note is opened.

use shared::ids::NoteId;
use shared::notes::{NewNote, Note, VersionReason};
use shared::{Error, Result, Viewer};

use super::record::{Meta, Working};
use super::slugs::{self, Wish};
use super::store::{self, Change, Entry, Follow, PublishedText};
use super::text::{self, Reading};
use crate::Site;
use crate::unit::{Attempt, Unit, attempt};

/// Owner. Makes a draft.
pub async fn create(site: &Site, viewer: &Viewer, new: NewNote) -> Result<Note> {
    viewer.require_owner()?;
    new.check()?;
    let id = NoteId::from_u128(site.clock.id());
    let reading = text::read(&new.body, &shared::markdown::Plain);
    attempt!(try_create(site, id, &new, &reading, |_| {}))
}

/// Makes a note; `beside` adds to what is known of it.
pub(crate) async fn try_create(
    site: &Site,
    id: NoteId,
    new: &NewNote,
    reading: &Reading,
    beside: impl Fn(&mut Meta),
) -> Attempt<Note> {
    let mut unit = Unit::new(site);
    let mut working = draft(&mut unit, id, new, reading).await?;
    beside(&mut working.meta);
    let note = working.note.clone();
    let entry = Entry { number: note.version, reason: VersionReason::Save, text: None };
    let change = Change {
        before: None,
        after: working,
        published: PublishedText::Stays,
        history: vec![entry],
        events: Vec::new(),
        follow: Follow::Now,
    };
    let late = store::add(&mut unit, change).await?;
    unit.flush().await?;
    if let Some(late) = late {
        store::write_names(site, late).await?;
    }
    Ok(note)
}

/// The first version of a note, with a slug that is free.
pub(crate) async fn draft(unit: &mut Unit<'_>, id: NoteId, new: &NewNote, reading: &Reading) -> Attempt<Working> {
    let title = reading.title(&new.title);
    let wish = Wish::of(&new.slug, reading, &title, new.path.as_deref(), id);
    let slug = slugs::free(unit, &wish, id).await?;
    let now = unit.site.clock.now();
    let note = Note {
        id,
        version: 1,
        title,
        slug,
        aliases: new.aliases.clone(),
        tags: new.tags.clone(),
        visibility: new.visibility,
        publish_at: new.publish_at,
        body: new.body.clone(),
        path: new.path.clone(),
        created: now,
        updated: now,
        published: None,
        trashed: None,
        problem: reading.problem.clone(),
    };
    let chosen = Some(new.slug.clone()).filter(|slug| !slug.is_empty());
    let mut meta = Meta { permalink: slugs::permalink(reading), chosen, ..Meta::default() };
    reading.describe(&mut meta, &note.tags);
    Ok(Working { note, meta })
}

/// Owner. The working note, trashed or not.
pub async fn open(site: &Site, viewer: &Viewer, id: NoteId) -> Result<Note> {
    viewer.require_owner()?;
    let stored = store::working(site, id).await?.ok_or(Error::NotFound)?;
    Ok(stored.doc.note)
}

/// Owner. As [`open`]; nothing where its version is still the one that the caller has.
pub async fn current(site: &Site, viewer: &Viewer, id: NoteId, known: u64) -> Result<Option<Note>> {
    let note = open(site, viewer, id).await?;
    Ok((note.version != known).then_some(note))
}
