//! The importers' path: many notes in one transaction.

use shared::markdown::Plain;
use shared::notes::{Note, VersionReason};
use shared::{Error, Result, Viewer};

use super::create::draft;
use super::publish::publish_working;
use super::record::{Snapshot, Working};
use super::save::renamed;
use super::slugs::{self, Wish};
use super::store::{self, Change, Entry, Follow, LateNames, PublishedText};
use super::text::{self, Reading};
use super::{Incoming, Publish};
use crate::Site;
use crate::ports::PortError;
use crate::table::Stored;
use crate::unit::{Attempt, Fault, Unit, attempt};

/// Writes of one note beside its names.
const WRITES: usize = 14;
/// Writes of one transaction at most: one note more must still fit.
const FULL: usize = 96;
/// Bytes of texts of one transaction, of which each note's is written three times.
const BYTES: usize = 1_000_000;

/// Owner. The bulk path of importers: each note whole or absent, many in one transaction, each with a version of reason
/// `Import` and its events. The answers stand in the order of the notes; one that is refused stops no other.
pub async fn put_many(site: &Site, viewer: &Viewer, notes: Vec<Incoming>) -> Result<Vec<Result<Note>>> {
    viewer.require_owner()?;
    let mut answers: Vec<Option<Result<Note>>> = notes.iter().map(|_| None).collect();
    let mut group = Group::new(site);
    for (at, incoming) in notes.iter().enumerate() {
        let staged = group.stage(at, incoming).await;
        match staged {
            Ok(()) => {}
            Err(Fault::Told(error)) => answers[at] = Some(Err(error)),
            Err(Fault::Port(error)) => return Err(error.into()),
        }
        if group.is_full() || at + 1 == notes.len() {
            let full = std::mem::replace(&mut group, Group::new(site));
            full.finish(site, &notes, &mut answers).await?;
        }
    }
    Ok(answers.into_iter().map(|answer| answer.unwrap_or(Err(Error::Internal))).collect())
}

/// Notes that are written together.
struct Group<'s> {
    unit: Unit<'s>,
    staged: Vec<(usize, Note)>,
    late: Vec<LateNames>,
    bytes: usize,
    /// Too much for one more note as large as the last.
    needs: usize,
}

impl<'s> Group<'s> {
    fn new(site: &'s Site) -> Self {
        Self { unit: Unit::new(site), staged: Vec::new(), late: Vec::new(), bytes: 0, needs: WRITES }
    }

    fn is_full(&self) -> bool {
        self.unit.len() + self.needs > FULL || self.bytes > BYTES
    }

    async fn stage(&mut self, at: usize, incoming: &Incoming) -> Attempt<()> {
        let before = self.unit.len();
        let (note, late) = stage(&mut self.unit, incoming).await?;
        self.needs = self.needs.max(self.unit.len() - before);
        self.bytes += note.body.len();
        self.late.extend(late);
        self.staged.push((at, note));
        Ok(())
    }

    /// Writes the group; if that is refused, each of its notes by itself.
    async fn finish(mut self, site: &Site, notes: &[Incoming], answers: &mut [Option<Result<Note>>]) -> Result<()> {
        match self.unit.flush().await {
            Ok(()) => {
                for late in self.late {
                    attempt!(async { Ok(store::write_names(site, late.clone()).await?) })?;
                }
                for (at, note) in self.staged {
                    answers[at] = Some(Ok(note));
                }
            }
            Err(PortError::Conflict | PortError::TooLarge { .. }) => {
                for (at, _) in self.staged {
                    answers[at] = Some(attempt!(alone(site, &notes[at])));
                }
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}

async fn alone(site: &Site, incoming: &Incoming) -> Attempt<Note> {
    let mut unit = Unit::new(site);
    let (note, late) = stage(&mut unit, incoming).await?;
    unit.flush().await?;
    if let Some(late) = late {
        store::write_names(site, late).await?;
    }
    Ok(note)
}

/// Adds one note to a unit. What is refused is refused before the unit is touched.
async fn stage(unit: &mut Unit<'_>, incoming: &Incoming) -> Attempt<(Note, Option<LateNames>)> {
    incoming.new.check()?;
    let reading = text::read(&incoming.new.body, &Plain);
    let (before, mut after) = match incoming.replaces {
        None => (None, draft(unit, incoming.id, &incoming.new, &reading).await?),
        Some(version) => {
            let (before, after) = replaced(unit, incoming, version, &reading).await?;
            (Some(before), after)
        }
    };
    let now = unit.site.clock.now();
    let date = reading.front.date.or(incoming.date);
    if before.is_none() {
        after.note.created = date.map_or(now, |date| date.min(now));
    }
    let snapshot = Snapshot::of(&after.note);
    let fingerprint = snapshot.fingerprint();
    let published = match incoming.publish {
        Publish::Publish => {
            let is_new = after.note.published.is_none()
                || after.meta.reader.as_ref().is_none_or(|reader| reader.fingerprint != fingerprint);
            if is_new {
                let updated = reading.front.updated.or(incoming.date).unwrap_or(now);
                let becomes = publish_working(&mut after, &reading, &snapshot, incoming.date, now);
                if let Some(publication) = &mut after.note.published {
                    publication.updated = updated;
                }
                becomes
            } else {
                after.settle_publication();
                PublishedText::Stays
            }
        }
        Publish::Withhold if after.note.published.is_some() => {
            after.meta.reader = None;
            after.settle_publication();
            PublishedText::Goes
        }
        Publish::Withhold => PublishedText::Stays,
    };
    let mut events = Vec::new();
    let mut history = vec![Entry { number: after.note.version, reason: VersionReason::Import, text: None }];
    if let Some(Stored { doc: old, .. }) = &before {
        if Snapshot::of(&old.note).fingerprint() == fingerprint {
            history.clear();
        }
        events = renamed(old, &mut after);
    }
    let note = after.note.clone();
    let late = store::add(unit, Change { before, after, published, history, events, follow: Follow::Now }).await?;
    for write in &incoming.beside {
        unit.push(write.clone());
    }
    Ok((note, late))
}

/// What a stored note becomes.
async fn replaced(
    unit: &mut Unit<'_>,
    incoming: &Incoming,
    version: u64,
    reading: &Reading,
) -> Attempt<(Stored<Working>, Working)> {
    let before = store::working(unit.site, incoming.id).await?.ok_or(Error::NotFound)?;
    if before.doc.note.version != version {
        return Err(Error::conflict("It was changed here in the meantime.").into());
    }
    let new = &incoming.new;
    let mut after = before.doc.clone();
    let note = &mut after.note;
    note.title = reading.title(&new.title);
    note.body.clone_from(&new.body);
    note.tags.clone_from(&new.tags);
    note.aliases.clone_from(&new.aliases);
    note.visibility = new.visibility;
    note.publish_at = new.publish_at;
    note.path.clone_from(&new.path);
    note.problem.clone_from(&reading.problem);
    if !new.slug.is_empty() && new.slug != note.slug {
        note.slug = slugs::free(unit, &Wish::Exactly(new.slug.clone()), note.id).await?;
    }
    let permalink = slugs::permalink(reading).filter(|link| before.doc.meta.permalink.as_ref() != Some(link));
    if let Some(permalink) = permalink.filter(|_| new.slug.is_empty()) {
        note.slug = slugs::free(unit, &Wish::Exactly(permalink.clone()), note.id).await?;
        after.meta.permalink = Some(permalink);
    }
    after.note.version += 1;
    after.note.updated = unit.site.clock.now();
    reading.describe(&mut after.meta, &after.note.tags);
    Ok((before, after))
}
