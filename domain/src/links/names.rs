//! Which notes have a name: kept in the same transaction as the notes, so that a link typed now finds a note made a moment
//! ago.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::ids::NoteId;

use super::{base, fold, without_md};
use crate::notes::keys;
use crate::notes::record::Working;
use crate::ports::PortResult;
use crate::unit::Unit;

/// Notes that may share a name; further ones are found by their path or other names.
const NAMESAKES: usize = 200;
/// Longer names name nothing: with a note's id they would not fit a sort key.
pub(super) const NAME_BYTES: usize = 950;

/// By which of a note's names; the first counts most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    /// Its path in a vault, or the last part of it.
    Path,
    /// Its title, working or published.
    Title,
    /// An alias, typed or of its front matter.
    Alias,
    /// Its slug, or the last part of it.
    Slug,
    /// A title or slug it once had: what was published with an old name still leads somewhere.
    Former,
}

/// A note that has a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Candidate {
    pub(crate) id: NoteId,
    pub(crate) slug: String,
    /// Folded, without `.md`.
    pub(crate) path: Option<String>,
    pub(crate) by: By,
}

/// All that have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Named {
    pub(crate) notes: Vec<Candidate>,
    /// True once some text asked for the name in vain; then `wanted#{name}` says which.
    #[serde(default)]
    pub(crate) wanted: bool,
}

/// The names of a note; none while it is in the trash.
pub(crate) fn of(working: &Working) -> BTreeMap<String, By> {
    let mut names = BTreeMap::new();
    let Working { note, meta } = working;
    if note.trashed.is_some() {
        return names;
    }
    let mut add = |name: &str, by: By| {
        let name = fold(name);
        if !name.is_empty() && name.len() <= NAME_BYTES {
            let best = names.entry(name).or_insert(by);
            *best = by.min(*best);
        }
    };
    if let Some(path) = note.path.as_deref().map(without_md) {
        add(path, By::Path);
        add(base(path), By::Path);
    }
    add(&note.title, By::Title);
    note.aliases.iter().chain(&meta.aliases).for_each(|alias| add(alias, By::Alias));
    if let Some(reader) = &meta.reader {
        add(&reader.title, By::Title);
        reader.aliases.iter().for_each(|alias| add(alias, By::Alias));
    }
    add(&note.slug, By::Slug);
    add(base(&note.slug), By::Slug);
    meta.former_slugs.iter().chain(&meta.former_titles).for_each(|name| add(name, By::Former));
    names
}

fn candidates(working: Option<&Working>) -> BTreeMap<String, Candidate> {
    let Some(working) = working else { return BTreeMap::new() };
    let path = working.note.path.as_deref().map(|path| fold(without_md(path)));
    let candidate = |by| Candidate { id: working.note.id, slug: working.note.slug.clone(), path: path.clone(), by };
    of(working).into_iter().map(|(name, by)| (name, candidate(by))).collect()
}

/// What a change of a note does to names: each with the candidate that it has from then on, if any.
#[derive(Clone, Debug)]
pub(crate) struct Changes(Vec<(String, Option<Candidate>)>, NoteId);

impl Changes {
    pub(crate) fn between(id: NoteId, before: Option<&Working>, after: Option<&Working>) -> Self {
        let (mut old, new) = (candidates(before), candidates(after));
        let mut changes = Vec::new();
        for (name, candidate) in new {
            if old.remove(&name).as_ref() != Some(&candidate) {
                changes.push((name, Some(candidate)));
            }
        }
        changes.extend(old.into_keys().map(|name| (name, None)));
        Self(changes, id)
    }

    /// Keeps so many and gives back the others, if there are any.
    pub(crate) fn split_off(&mut self, at: usize) -> Option<Self> {
        (self.0.len() > at).then(|| Self(self.0.split_off(at), self.1))
    }

    /// What [`Self::apply`] must find loaded.
    pub(crate) fn keys(&self) -> impl Iterator<Item = crate::ports::Key> {
        self.0.iter().map(|(name, _)| keys::name(name))
    }

    pub(crate) fn apply(self, unit: &mut Unit<'_>) -> PortResult<()> {
        for (name, candidate) in self.0 {
            let key = keys::name(&name);
            let mut named: Named = unit.get(&key)?.unwrap_or_default();
            named.notes.retain(|note| note.id != self.1);
            named.notes.extend(candidate.filter(|_| named.notes.len() < NAMESAKES));
            named.notes.sort_by_key(|note| note.id);
            let rest = (!named.notes.is_empty() || named.wanted).then_some(&named);
            unit.set(&key, rest)?;
        }
        Ok(())
    }
}
