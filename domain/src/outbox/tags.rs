//! Tags: how many notes are under each, and which are near a note.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::ids::NoteId;
use shared::notes::fold_tag;

use super::derived::Membership;
use crate::notes::keys::{self, Shelf};
use crate::notes::record::Head;
use crate::ports::PortResult;
use crate::unit::Unit;

/// Tags and tags above them that one note counts for.
const MEMBERSHIPS: usize = 200;
/// Latest notes that a tag remembers, for finding related ones.
const RECENT: usize = 12;
/// Ways of writing that a tag remembers.
const LABELS: usize = 8;
/// Related notes that a page is given to choose from.
const RELATED: usize = 12;

/// A tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tag {
    /// Notes on each shelf: public, members, owner.
    pub(crate) counts: [u32; 3],
    /// Ways of writing it on each shelf, and how many notes do: who may not see a note does not see its way of writing.
    pub(crate) labels: [Vec<(String, u32)>; 3],
    /// Places of the latest public ones.
    pub(crate) recent: Vec<String>,
}

impl Tag {
    pub(crate) fn add(&mut self, membership: &Membership) {
        let shelf = membership.shelf as usize;
        self.counts[shelf] = self.counts[shelf].saturating_add(1);
        let labels = &mut self.labels[shelf];
        match labels.iter().position(|(label, _)| *label == membership.label) {
            Some(at) => labels[at].1 = labels[at].1.saturating_add(1),
            None if labels.len() < LABELS => labels.push((membership.label.clone(), 1)),
            None => {}
        }
        if membership.shelf == Shelf::Public {
            self.recent.push(membership.place.clone());
            self.recent.sort();
            self.recent.dedup();
            self.recent.truncate(RECENT);
        }
    }

    pub(crate) fn remove(&mut self, membership: &Membership) {
        let shelf = membership.shelf as usize;
        self.counts[shelf] = self.counts[shelf].saturating_sub(1);
        let labels = &mut self.labels[shelf];
        if let Some(at) = labels.iter().position(|(label, _)| *label == membership.label) {
            labels[at].1 = labels[at].1.saturating_sub(1);
            labels.retain(|(_, count)| *count > 0);
        }
        self.recent.retain(|place| *place != membership.place);
    }

    fn is_empty(&self) -> bool {
        self.counts == [0, 0, 0]
    }

    /// How many a reader of these shelves finds, and how it is most often written.
    pub(crate) fn seen(&self, shelves: &[Shelf]) -> (u32, Option<&str>) {
        let count = shelves.iter().map(|shelf| self.counts[*shelf as usize]).sum();
        let mut labels: BTreeMap<&str, u32> = BTreeMap::new();
        for (label, count) in shelves.iter().flat_map(|shelf| &self.labels[*shelf as usize]) {
            *labels.entry(label).or_default() += count;
        }
        let best = labels.into_iter().rev().max_by_key(|(_, count)| *count);
        (count, best.map(|(label, _)| label))
    }
}

/// Under which tags a note is listed; nested tags count for those above them. None while it is not published or not yet.
pub(crate) fn memberships(head: &Head, now: Timestamp) -> Vec<Membership> {
    let waits = head.exposure.publish_at.is_some_and(|at| at > now);
    let Some(date) = head.date.filter(|_| head.exposure.published && !waits) else { return Vec::new() };
    let shelf = Shelf::of(head.exposure.visibility);
    let place = keys::place(date, head.id);
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for tag in &head.tags {
        for end in tag.match_indices('/').map(|(at, _)| at).chain([tag.len()]) {
            let label = &tag[..end];
            let folded = fold_tag(label);
            let is_part = !label.is_empty() && !label.ends_with('/');
            if is_part && out.len() < MEMBERSHIPS && seen.insert(folded.clone()) {
                out.push(Membership { folded, label: label.to_owned(), shelf, place: place.clone() });
            }
        }
    }
    out.sort();
    out
}

/// The memberships of `new` that are not in `old`.
pub(crate) fn missing<'m>(new: &'m [Membership], old: &[Membership]) -> Vec<&'m Membership> {
    let old: BTreeSet<_> = old.iter().collect();
    new.iter().filter(|membership| !old.contains(membership)).collect()
}

/// Changes a tag that the unit has loaded.
pub(crate) fn change(unit: &mut Unit<'_>, folded: &str, change: impl FnOnce(&mut Tag)) -> PortResult<()> {
    let key = keys::tag(folded);
    let mut tag: Tag = unit.get(&key)?.unwrap_or_default();
    change(&mut tag);
    unit.set(&key, (!tag.is_empty()).then_some(&tag))
}

/// Notes that share tags with a note, most first, then latest: from what tags remember, and from the batch in hand.
pub(crate) fn related(
    unit: &Unit<'_>,
    own: &Head,
    tags: &[Membership],
    in_batch: &HashMap<String, Vec<String>>,
) -> PortResult<Vec<NoteId>> {
    let written: BTreeSet<String> = own.tags.iter().map(|tag| fold_tag(tag)).collect();
    let mut shared: HashMap<String, u32> = HashMap::new();
    for tag in tags.iter().filter(|tag| written.contains(&tag.folded)) {
        let remembered = unit.get::<Tag>(&keys::tag(&tag.folded))?.unwrap_or_default().recent;
        let here = in_batch.get(&tag.folded).into_iter().flatten().take(RECENT).cloned();
        let places: BTreeSet<String> = remembered.into_iter().chain(here).collect();
        for place in places {
            *shared.entry(place).or_default() += 1;
        }
    }
    let mut places: Vec<(String, u32)> = shared.into_iter().collect();
    places.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let id = |place: &str| place.rsplit_once('#').and_then(|(_, id)| id.parse::<NoteId>().ok());
    let ids = places.iter().filter_map(|(place, _)| id(place)).filter(|id| *id != own.id);
    Ok(ids.take(RELATED).collect())
}
