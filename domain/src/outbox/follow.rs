//! Follows up a batch of events.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use shared::Result;
use shared::ids::NoteId;

use super::facts::{self, Facts, Subject};
use super::queue::{Row, Stage, write};
use super::{Event, apply, index, renames, tags};
use crate::Site;
use crate::links::body::{closure, know};
use crate::notes::keys;
use crate::ports::{Expect, PortError, PortResult, Query, Table, Write};
use crate::unit::{Attempt, Unit, attempt};

/// Notes that are read, rendered and written together.
const CHUNK: usize = 40;

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// All that follows is stored.
    Done,
    /// All but the index.
    Index,
    /// It waits for the next time: somebody else was faster all the time.
    Later,
    /// It is to be tried again, but not for ever.
    Failed,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    failed_notes: HashSet<NoteId>,
    failed_events: Vec<Event>,
    later: HashSet<NoteId>,
    unindexed: HashSet<NoteId>,
}

impl Outcome {
    pub(super) fn of(&self, event: &Event) -> Fate {
        let id = match event {
            Event::NoteChanged { id } | Event::NotePurged { id } => id,
            Event::NoteRenamed { .. } | Event::FileNamed { .. } => {
                return if self.failed_events.contains(event) { Fate::Failed } else { Fate::Done };
            }
        };
        if self.failed_notes.contains(id) || self.failed_events.contains(event) {
            Fate::Failed
        } else if self.later.contains(id) {
            Fate::Later
        } else if self.unindexed.contains(id) {
            Fate::Index
        } else {
            Fate::Done
        }
    }

    fn fail(&mut self, event: &Event, error: &shared::Error) {
        tracing::warn!(?event, %error, "an event could not be followed up");
        self.failed_events.push(event.clone());
    }
}

/// Follows events in order, except that notes are derived together as far as no rename stands between them: a rename
/// rewrites the links that the notes before it have.
pub(super) async fn follow(site: &Site, rows: &[Row]) -> Result<Outcome> {
    let mut batch = Batch { site, outcome: Outcome::default(), changed: BTreeSet::new(), jobs: BTreeMap::new() };
    let (mut only_index, mut purged) = (BTreeSet::new(), BTreeSet::new());
    for Row { waiting, .. } in rows {
        let event = &waiting.event;
        let told = match event {
            Event::NoteChanged { id } if waiting.stage == Stage::Index => {
                only_index.insert(*id);
                Ok(())
            }
            Event::NoteChanged { id } => {
                batch.changed.insert(*id);
                Ok(())
            }
            Event::NotePurged { id } => {
                batch.changed.insert(*id);
                purged.insert(*id);
                Ok(())
            }
            Event::NoteRenamed { id, old_slug, old_title } => {
                batch.derive().await;
                renames::follow(site, *id, old_slug, old_title).await
            }
            Event::FileNamed { name } => tell_wanting(site, name).await,
        };
        if let Err(error) = told {
            batch.outcome.fail(event, &error);
        }
    }
    batch.derive().await;
    only_index.retain(|id| !batch.jobs.contains_key(id));
    batch.index(only_index).await;
    let Batch { mut outcome, .. } = batch;
    purged.retain(|id| !outcome.failed_notes.contains(id) && !outcome.later.contains(id));
    for id in purged {
        if let Err(error) = clean(site, id).await {
            outcome.fail(&Event::NotePurged { id }, &error.into());
        }
    }
    Ok(outcome)
}

/// Notes to be derived, and what came of others.
struct Batch<'s> {
    site: &'s Site,
    outcome: Outcome,
    changed: BTreeSet<NoteId>,
    jobs: BTreeMap<NoteId, index::Job>,
}

impl Batch<'_> {
    async fn derive(&mut self) {
        let changed: Vec<NoteId> = std::mem::take(&mut self.changed).into_iter().collect();
        for chunk in changed.chunks(CHUNK) {
            let jobs = derive_or_fail(self.site, chunk, &mut self.outcome).await;
            self.jobs.extend(jobs.into_iter().map(|job| (job.id, job)));
        }
    }

    /// Writes the index for what was derived, and for these, of which all else is stored.
    async fn index(&mut self, rest: BTreeSet<NoteId>) {
        let jobs = std::mem::take(&mut self.jobs);
        let ids: Vec<NoteId> = jobs.keys().copied().collect();
        if !self.put(&ids, jobs.into_values().collect()).await {
            self.outcome.unindexed.extend(rest);
            return;
        }
        let rest: Vec<NoteId> = rest.into_iter().collect();
        // The first by itself: there is no need to read the others while another process holds the index.
        let (first, others) = rest.split_at(rest.len().min(1));
        for ids in [first, others] {
            let mut jobs = Vec::with_capacity(ids.len());
            for id in ids {
                match index::jobs(self.site, &[*id]).await {
                    Ok(job) => jobs.extend(job),
                    Err(error) => {
                        tracing::warn!(%id, %error, "a note could not be indexed");
                        self.outcome.failed_notes.insert(*id);
                    }
                }
            }
            if !self.put(ids, jobs).await {
                self.outcome.unindexed.extend(others);
                return;
            }
        }
    }

    /// False when it has to be done later.
    async fn put(&mut self, ids: &[NoteId], jobs: Vec<index::Job>) -> bool {
        let Err(error) = index::put(self.site, jobs).await else { return true };
        match error {
            PortError::Busy { .. } => tracing::debug!(notes = ids.len(), "another process holds the index"),
            error => tracing::error!(notes = ids.len(), %error, "the index could not be written"),
        }
        self.outcome.unindexed.extend(ids);
        false
    }
}

/// Derives some notes together; if that fails, each by itself, so that one cannot hold up the others.
async fn derive_or_fail(site: &Site, chunk: &[NoteId], outcome: &mut Outcome) -> Vec<index::Job> {
    let together: Result<Vec<index::Job>> = attempt!(derive(site, chunk));
    match together {
        Ok(done) => return done,
        Err(error) => tracing::warn!(notes = chunk.len(), %error, "notes could not be followed up together"),
    }
    let mut jobs = Vec::new();
    for id in chunk {
        let alone: Result<Vec<index::Job>> = attempt!(derive(site, &[*id]));
        match alone {
            Ok(done) => jobs.extend(done),
            Err(shared::Error::Busy { .. }) => drop(outcome.later.insert(*id)),
            Err(error) => {
                tracing::warn!(%id, %error, "a note could not be followed up");
                outcome.failed_notes.insert(*id);
            }
        }
    }
    jobs
}

async fn derive(site: &Site, ids: &[NoteId]) -> Attempt<Vec<index::Job>> {
    let now = site.clock.now();
    let mut unit = Unit::new(site);
    unit.load([apply::epoch()]).await?;
    let mut epoch: u64 = unit.get(&apply::epoch())?.unwrap_or(0);
    epoch += 1;
    unit.set(&apply::epoch(), Some(&epoch))?;
    let subjects = facts::load(&mut unit, ids).await?;
    let names = facts::look_up(site, &subjects).await?;
    let mut all: Vec<Facts> = subjects.iter().map(|subject| subject.facts(&names, now)).collect();
    load_shared(&mut unit, &subjects, &all).await?;
    complete(&unit, &subjects, &mut all).await?;
    let chunk: BTreeSet<NoteId> = ids.iter().copied().collect();
    let jobs =
        subjects.iter().zip(&all).map(|(subject, facts)| index::job(subject, facts.head.as_ref(), now)).collect();
    for (subject, facts) in subjects.iter().zip(&all) {
        if subject.old.files != facts.target.files {
            crate::files::set_uses(site, subject.id, &facts.target.files).await?;
        }
    }
    let mut pen = apply::Pen::new(&mut unit);
    for (subject, facts) in subjects.iter().zip(all) {
        pen.write(subject, facts, &chunk).await?;
    }
    pen.flush().await?;
    Ok(jobs)
}

/// Documents that several notes share: tags, and names that are wanted.
async fn load_shared(unit: &mut Unit<'_>, subjects: &[Subject], all: &[Facts]) -> PortResult<()> {
    let old = subjects.iter().flat_map(|subject| &subject.old.tags);
    let new = all.iter().flat_map(|facts| &facts.target.tags);
    let tags = old.chain(new).map(|membership| keys::tag(&membership.folded));
    let wanted = all.iter().flat_map(|facts| &facts.wanted).map(|(name, ..)| keys::name(name));
    let keys: Vec<_> = tags.chain(wanted).collect();
    unit.load(keys).await
}

/// Adds what needs to be known of other notes: those shown in a note, and those related to it.
async fn complete(unit: &Unit<'_>, subjects: &[Subject], all: &mut [Facts]) -> PortResult<()> {
    let mut known = facts::direct(subjects, all);
    let embeds: Vec<NoteId> = all.iter().flat_map(|facts| facts.target.direct.embeds.clone()).collect();
    know(unit.site, embeds, &mut known).await?;
    let by_tag: HashMap<String, Vec<String>> = apply::by_tag(all);
    for (subject, facts) in subjects.iter().zip(all) {
        let (Some(body), Some(head)) = (&mut facts.body, &facts.head) else { continue };
        (body.embeds, body.further) = closure(subject.id, &facts.target.direct, &known);
        facts.target.shows = facts::hash(&(&body.embeds, &body.further));
        body.related = tags::related(unit, head, &facts.target.tags, &by_tag)?;
    }
    Ok(())
}

/// A file's name came: notes that ask for it are looked at again.
async fn tell_wanting(site: &Site, name: &str) -> Result<()> {
    for id in apply::wanting(site, &facts::watched(name)).await? {
        site.records.put(write(site, &Event::NoteChanged { id })?).await?;
    }
    Ok(())
}

/// Removes all that is left of a purged note, its old addresses too. An editor that still had its text may have made it
/// anew: then nothing is removed.
async fn clean(site: &Site, id: NoteId) -> PortResult<()> {
    let query = Query::partition(Table::Notes, keys::note_partition(id));
    let working = keys::working(id);
    loop {
        let page = site.records.query(&query).await?;
        if page.items.iter().any(|record| record.key == working) {
            return Ok(());
        }
        let mut writes = Vec::new();
        for record in &page.items {
            if let Some(slug) = record.key.sk.strip_prefix(keys::FORMER) {
                let address = keys::address(slug);
                let stored = site.get::<crate::notes::record::Address>(&address).await?;
                if let Some(stored) = stored.filter(|stored| stored.doc.id == id) {
                    writes.push(Write::Delete { key: address, expect: Expect::Version(stored.version) });
                }
            }
            writes.push(Write::Delete { key: record.key.clone(), expect: Expect::Any });
        }
        for write in writes.chunks(shared::limits::TRANSACTION_ITEMS - 1) {
            let gone = Write::Check { key: working.clone(), expect: Expect::Absent };
            let writes = write.iter().cloned().chain([gone]).collect();
            match site.records.transact(writes).await {
                Err(PortError::Conflict) => break,
                other => other?,
            }
        }
        if page.items.is_empty() {
            return Ok(());
        }
    }
}
