//! Writes what follows from notes, and takes away what no longer does. Each transaction leaves what is noted in
//! [`Derived`] exactly true, so that it may be broken off between any two.

use std::collections::{BTreeSet, HashMap};

use shared::ids::NoteId;
use shared::limits::TRANSACTION_ITEMS;

use super::derived::{Derived, Membership};
use super::facts::{Facts, Found, Subject};
use super::queue::{due_key, write};
use super::{Event, tags};
use crate::links::names::Named;
use crate::notes::keys;
use crate::notes::record::Address;
use crate::notes::show::{Back, How};
use crate::notes::store::delete;
use crate::ports::{Expect, Key, PortResult, Put, Query, Range, Table};
use crate::table::{decode, put};
use crate::unit::{Unit, get_many};

/// Writes at a time: the rest of a transaction's room is for documents that are changed along with them.
const ROOM: usize = TRANSACTION_ITEMS - 8;
/// Bytes of bodies at a time.
const BYTES: usize = 2_000_000;
/// Notes that share a name with a new one are looked at if they are no more than these.
const NAMESAKES: usize = 10;

/// The item whose version counts the transactions of all that drain.
pub(super) fn epoch() -> Key {
    Key::new(Table::Site, "outbox-epoch", "epoch")
}

/// Writes for a chunk of notes.
pub(super) struct Pen<'u, 's> {
    unit: &'u mut Unit<'s>,
    key: Key,
    current: Derived,
    bytes: usize,
}

impl<'u, 's> Pen<'u, 's> {
    pub(super) fn new(unit: &'u mut Unit<'s>) -> Self {
        Self { unit, key: epoch(), current: Derived::default(), bytes: 0 }
    }

    /// Makes room for so many more writes.
    async fn room(&mut self, writes: usize) -> PortResult<()> {
        if self.unit.len() + writes > ROOM || self.bytes > BYTES {
            self.note()?;
            self.flush().await?;
        }
        Ok(())
    }

    /// Notes what is true of the note in hand.
    fn note(&mut self) -> PortResult<()> {
        if self.key == epoch() {
            return Ok(());
        }
        let rest = (self.current != Derived::default()).then_some(&self.current);
        self.unit.set(&self.key, rest)
    }

    pub(super) async fn flush(&mut self) -> PortResult<()> {
        if self.unit.len() > 0 {
            self.unit.touch(&epoch());
            self.unit.flush().await?;
        }
        self.bytes = 0;
        Ok(())
    }

    /// All that follows from one note. `chunk` are the notes that are followed up together with it.
    pub(super) async fn write(&mut self, subject: &Subject, facts: Facts, chunk: &BTreeSet<NoteId>) -> PortResult<()> {
        self.key = keys::derived(subject.id);
        self.current = subject.old.clone();
        let id = subject.id;
        self.tell(id, &facts, chunk).await?;
        self.tags(&facts.target.tags).await?;
        self.links(&facts).await?;
        self.wanted(id, &facts).await?;
        self.body(&facts).await?;
        self.due(id, &facts).await?;
        self.room(1).await?;
        let (parts, body) = (self.current.parts, self.current.body);
        let search = self.current.search.or(facts.target.search);
        self.current = Derived { parts, body, search, ..facts.target };
        self.note()
    }

    /// Tells notes whose links may mean something else from now on.
    async fn tell(&mut self, id: NoteId, facts: &Facts, chunk: &BTreeSet<NoteId>) -> PortResult<()> {
        let site = self.unit.site;
        let (old, new) = (&self.current, &facts.target);
        let gone = old.names.iter().any(|name| !new.names.contains(name));
        let came: Vec<&String> = new.names.iter().filter(|name| !old.names.contains(name)).collect();
        let shows = (&old.direct, old.shows, &old.slug) != (&new.direct, new.shows, &new.slug);
        let mut told: BTreeSet<NoteId> = BTreeSet::new();
        let named: Vec<Key> = came.iter().map(|name| keys::name(name)).collect();
        for (name, record) in came.iter().zip(get_many(site, &named).await?) {
            let Some(record) = record else { continue };
            let Named { notes, wanted } = decode(record)?.doc;
            if wanted {
                told.extend(wanting(site, name).await?);
            }
            let others = notes.iter().filter(|other| other.id != id);
            if notes.len() <= NAMESAKES {
                for other in others {
                    told.extend(backs(site, &other.slug, other.id).await?.iter().map(|back| back.from));
                }
            }
        }
        if gone || shows {
            for slug in BTreeSet::from([&old.slug, &new.slug]).into_iter().filter(|slug| !slug.is_empty()) {
                let backs = backs(site, slug, id).await?;
                told.extend(backs.iter().filter(|back| gone || back.how == How::Embed).map(|back| back.from));
            }
        }
        for source in told.difference(chunk) {
            self.room(1).await?;
            let event = write(site, &Event::NoteChanged { id: *source })?;
            self.unit.push(event);
        }
        self.current.names.clone_from(&facts.target.names);
        self.current.direct.clone_from(&facts.target.direct);
        self.current.shows = facts.target.shows;
        Ok(())
    }

    async fn tags(&mut self, new: &[Membership]) -> PortResult<()> {
        let old = self.current.tags.clone();
        let going: Vec<&Membership> = tags::missing(&old, new);
        let coming: Vec<&Membership> = tags::missing(new, &old);
        for membership in going {
            self.room(3).await?;
            let Membership { folded, shelf, place, .. } = membership;
            let stays = new.iter().any(|m| (&m.folded, m.shelf, &m.place) == (folded, *shelf, place));
            if !stays {
                self.unit.push(delete(keys::tagged(*shelf, folded, place)));
            }
            tags::change(self.unit, folded, |tag| tag.remove(membership))?;
            self.current.tags.retain(|have| have != membership);
        }
        for membership in coming {
            self.room(3).await?;
            let Membership { folded, shelf, place, .. } = membership;
            let was = old.iter().any(|m| (&m.folded, m.shelf, &m.place) == (folded, *shelf, place));
            if !was {
                self.unit.push(put(keys::tagged(*shelf, folded, place), &(), Expect::Any)?);
            }
            tags::change(self.unit, folded, |tag| tag.add(membership))?;
            self.current.tags.push(membership.clone());
        }
        Ok(())
    }

    async fn links(&mut self, facts: &Facts) -> PortResult<()> {
        let old = std::mem::take(&mut self.current.links);
        self.current.links.clone_from(&old);
        for out in &old {
            let stays = facts.target.links.iter().any(|new| (&new.slug, new.rank) == (&out.slug, out.rank));
            if !stays {
                self.room(1).await?;
                let source = self.source();
                self.unit.push(delete(keys::from(&out.slug, out.rank, source)));
            }
            if !facts.target.links.contains(out) {
                self.current.links.retain(|have| have != out);
            }
        }
        for (out, back) in facts.backs.iter().filter(|(out, _)| !old.contains(out)) {
            self.room(1).await?;
            self.unit.push(put(keys::from(&out.slug, out.rank, back.from), back, Expect::Any)?);
            self.current.links.push(out.clone());
        }
        Ok(())
    }

    /// The note in hand.
    fn source(&self) -> NoteId {
        let id = self.key.pk.rsplit_once('#').and_then(|(_, id)| id.parse().ok());
        id.expect("a note's partition ends in its id")
    }

    async fn wanted(&mut self, id: NoteId, facts: &Facts) -> PortResult<()> {
        let old = self.current.wanted.clone();
        for (name, _) in &old {
            if !facts.target.wanted.iter().any(|(new, _)| new == name) {
                self.room(1).await?;
                self.unit.push(delete(keys::wanted(name, id)));
                self.current.wanted.retain(|(have, _)| have != name);
            }
        }
        for ((name, wanted, found), entry) in facts.wanted.iter().zip(&facts.target.wanted) {
            if old.contains(entry) {
                continue;
            }
            self.room(2).await?;
            let item = put(keys::wanted(name, id), wanted, Expect::Any)?;
            let shown = match found {
                Found::Yes => item,
                Found::No => item.indexed(keys::UNRESOLVED, format!("{name}#{id}")),
            };
            self.unit.push(shown);
            let key = keys::name(name);
            self.unit.load([key.clone()]).await?;
            let named: Named = self.unit.get(&key)?.unwrap_or_default();
            self.unit.set(&key, Some(&Named { wanted: true, ..named }))?;
            self.current.wanted.retain(|(have, _)| have != name);
            self.current.wanted.push(entry.clone());
        }
        Ok(())
    }

    async fn body(&mut self, facts: &Facts) -> PortResult<()> {
        let (old_slug, old_parts) = (self.current.slug.clone(), self.current.parts);
        let (docs, hash) = facts.body.as_ref().map(|body| body.parts()).transpose()?.unwrap_or_default();
        let slug = &facts.target.slug;
        let stays = old_slug == *slug;
        if stays && hash == self.current.body && docs.len() == old_parts {
            return Ok(());
        }
        self.room(docs.len() + old_parts).await?;
        let kept = if stays { docs.len() } else { 0 };
        // An address that was freed may be another note's by now, and so is the body there.
        let address = keys::address(&old_slug);
        self.unit.load([address.clone()]).await?;
        let is_ours = self.unit.get::<Address>(&address)?.is_none_or(|address| address.id == self.source());
        for part in (kept..old_parts).filter(|_| is_ours) {
            self.unit.push(delete(keys::body(&old_slug, part)));
        }
        self.current.parts = docs.len();
        self.current.body = hash;
        self.current.slug.clone_from(slug);
        self.bytes += facts.body.as_ref().map_or(0, crate::links::body::Body::weight);
        for (part, doc) in docs.into_iter().enumerate() {
            let key = keys::body(slug, part);
            self.unit.push(Put { key, doc, index: None, expires: None, expect: Expect::Any });
        }
        Ok(())
    }

    async fn due(&mut self, id: NoteId, facts: &Facts) -> PortResult<()> {
        if self.current.due == facts.target.due {
            return Ok(());
        }
        self.room(2).await?;
        if let Some(at) = self.current.due {
            self.unit.push(delete(due_key(at, id)));
        }
        if let Some(at) = facts.target.due {
            self.unit.push(put(due_key(at, id), &id, Expect::Any)?);
        }
        self.current.due = facts.target.due;
        Ok(())
    }
}

/// Notes that point at a note which had this slug.
pub(super) async fn backs(site: &crate::Site, slug: &str, id: NoteId) -> PortResult<Vec<Back>> {
    let query = Query {
        range: Range::Prefix(keys::FROM.into()),
        limit: 1_000,
        ..Query::partition(Table::Notes, keys::at_partition(slug))
    };
    let backs: Vec<Back> = all(site, query).await?;
    Ok(backs.into_iter().filter(|back| back.to == id).collect())
}

/// Notes that ask for a name.
pub(super) async fn wanting(site: &crate::Site, name: &str) -> PortResult<Vec<NoteId>> {
    let query = Query { limit: 1_000, ..Query::partition(Table::Notes, keys::wanted_partition(name)) };
    let wanted: Vec<crate::notes::desk::Wanted> = all(site, query).await?;
    Ok(wanted.into_iter().map(|wanted| wanted.source).collect())
}

async fn all<T: serde::de::DeserializeOwned>(site: &crate::Site, mut query: Query) -> PortResult<Vec<T>> {
    let mut found = Vec::new();
    loop {
        let page = site.list::<T>(&query).await?;
        found.extend(page.items.into_iter().map(|stored| stored.doc));
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(found);
        }
    }
}

/// By tag, the places of the notes of a chunk.
pub(super) fn by_tag(facts: &[Facts]) -> HashMap<String, Vec<String>> {
    let mut by_tag: HashMap<String, Vec<String>> = HashMap::new();
    for membership in facts.iter().flat_map(|facts| &facts.target.tags) {
        if membership.shelf == keys::Shelf::Public {
            by_tag.entry(membership.folded.clone()).or_default().push(membership.place.clone());
        }
    }
    by_tag
}
