//! Items in memory, with a secondary index that lags.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use shared::limits;
use shared::page::Page;

use super::super::{
    ByIndex, Clock, Expect, Index, Key, Order, PortError, PortResult, Put, Query, Range, Record, Records, Table, Write,
    rules,
};
use super::locked;

/// How far behind the secondary index may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lag {
    /// It is always up to date.
    None,
    /// Writes reach it some reads later, by the dice of this seed.
    Random(u64),
}

/// A write that was passed over by so many index reads is seen by the next one.
const LAG_READS: u8 = 3;

/// The store of structured items.
pub struct MemoryRecords {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    items: BTreeMap<Key, Record>,
    index: BTreeMap<IndexKey, Record>,
    pending: VecDeque<Pending>,
    dice: Option<StdRng>,
    generation: u64,
}

/// Index partition and sort key, then the item's own, which make it unique.
type IndexKey = (Table, String, String, String, String);

struct Pending {
    remove: Option<IndexKey>,
    insert: Option<(IndexKey, Record)>,
    passed_over: u8,
}

impl MemoryRecords {
    /// Empty.
    pub fn new(clock: Arc<dyn Clock>, lag: Lag) -> Self {
        let dice = match lag {
            Lag::None => None,
            Lag::Random(seed) => Some(StdRng::seed_from_u64(seed)),
        };
        let state =
            State { items: BTreeMap::new(), index: BTreeMap::new(), pending: VecDeque::new(), dice, generation: 0 };
        Self { clock, state: Mutex::new(state) }
    }

    /// Lets every write reach the secondary index.
    pub fn settle(&self) {
        locked(&self.state).settle(None);
    }

    /// Every item, in order of keys: for tests that look for what was left behind.
    pub fn dump(&self) -> Vec<Record> {
        locked(&self.state).items.values().cloned().collect()
    }

    fn write(&self, writes: Vec<Write>) -> PortResult<u64> {
        rules::check_writes(&writes)?;
        let now = self.clock.now();
        let mut state = locked(&self.state);
        let held = |write: &Write| {
            let (key, expect) = write.target();
            expect.holds(state.live(key, now).map(|record| record.version))
        };
        if !writes.iter().all(held) {
            return Err(PortError::Conflict);
        }
        let mut version = 0;
        for write in writes {
            match write {
                Write::Put(put) => version = state.put(put, now),
                Write::Delete { key, .. } => state.replace(key, None),
                Write::Check { .. } => {}
            }
        }
        state.generation += 1;
        Ok(version)
    }
}

impl State {
    fn live(&self, key: &Key, now: Timestamp) -> Option<&Record> {
        self.items.get(key).filter(|record| is_live(record, now))
    }

    fn put(&mut self, put: Put, now: Timestamp) -> u64 {
        let version = self.live(&put.key, now).map_or(0, |record| record.version) + 1;
        let expires = put.expires.map(whole_seconds);
        let record = Record { key: put.key.clone(), version, doc: put.doc, index: put.index, expires };
        self.replace(put.key, Some(record));
        version
    }

    fn replace(&mut self, key: Key, new: Option<Record>) {
        let old = match new.clone() {
            Some(record) => self.items.insert(key, record),
            None => self.items.remove(&key),
        };
        let remove = old.as_ref().and_then(index_key);
        let insert = new.and_then(|record| Some((index_key(&record)?, record)));
        if remove.is_some() || insert.is_some() {
            self.pending.push_back(Pending { remove, insert, passed_over: 0 });
        }
    }

    /// Applies pending writes, in order: all of them, or as far as the dice say.
    fn settle(&mut self, mut dice: Option<StdRng>) {
        while let Some(pending) = self.pending.front() {
            let stays = dice.as_mut().is_some_and(|dice| pending.passed_over < LAG_READS && dice.random_bool(0.5));
            if stays {
                break;
            }
            let Some(Pending { remove, insert, .. }) = self.pending.pop_front() else { break };
            if let Some(key) = remove {
                self.index.remove(&key);
            }
            if let Some((key, record)) = insert {
                self.index.insert(key, record);
            }
        }
        for pending in &mut self.pending {
            pending.passed_over += 1;
        }
        if dice.is_some() {
            self.dice = dice;
        }
    }

    fn query(&mut self, query: &Query, now: Timestamp) -> PortResult<Page<Record>> {
        if query.by_index == ByIndex::Secondary {
            let dice = self.dice.clone();
            self.settle(dice);
        }
        let after = query.cursor.as_deref().map(|cursor| Place::decode(cursor, query.by_index)).transpose()?;
        let rows: Box<dyn DoubleEndedIterator<Item = &Record>> = match query.by_index {
            ByIndex::Base => Box::new(self.base_rows(query)),
            ByIndex::Secondary => Box::new(self.index_rows(query)),
        };
        let rows: Box<dyn Iterator<Item = &Record>> = match query.order {
            Order::Ascending => Box::new(rows),
            Order::Descending => Box::new(rows.rev()),
        };
        let follows = |record: &Record| match (&after, query.order) {
            (None, _) => true,
            (Some(after), Order::Ascending) => Place::of(record, query.by_index) > *after,
            (Some(after), Order::Descending) => Place::of(record, query.by_index) < *after,
        };
        Ok(page(rows.filter(|record| follows(record) && is_live(record, now)), query))
    }

    fn base_rows<'a>(&'a self, query: &'a Query) -> impl DoubleEndedIterator<Item = &'a Record> {
        let (first, end) = bounds(&query.range);
        let key = |sk| Key::new(query.table, query.pk.clone(), sk);
        let above = Key::new(query.table, format!("{}\0", query.pk), "");
        let end = end.map(key);
        let end = if let Bound::Unbounded = end { Bound::Excluded(above) } else { end };
        between(&self.items, Bound::Included(key(first)), end)
    }

    fn index_rows<'a>(&'a self, query: &'a Query) -> impl DoubleEndedIterator<Item = &'a Record> {
        let (first, end) = bounds(&query.range);
        let key = |sk| (query.table, query.pk.clone(), sk, String::new(), String::new());
        let above = (query.table, format!("{}\0", query.pk), String::new(), String::new(), String::new());
        let end = match end {
            Bound::Unbounded => Bound::Excluded(above),
            Bound::Excluded(sk) => Bound::Excluded(key(sk)),
            // No item's own key is empty, so what follows `sk\0` does not begin with this sort key.
            Bound::Included(sk) => Bound::Excluded(key(format!("{sk}\0"))),
        };
        between(&self.index, Bound::Included(key(first)), end)
    }
}

/// Where an item stands in a query's order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Base([String; 1]),
    Secondary([String; 3]),
}

impl Place {
    fn of(record: &Record, by_index: ByIndex) -> Self {
        let Key { pk, sk, .. } = &record.key;
        match (by_index, &record.index) {
            (ByIndex::Secondary, Some(index)) => Self::Secondary([index.sk.clone(), pk.clone(), sk.clone()]),
            _ => Self::Base([sk.clone()]),
        }
    }

    fn decode(cursor: &str, by_index: ByIndex) -> PortResult<Self> {
        match by_index {
            ByIndex::Base => rules::decode_cursor(cursor).map(Self::Base),
            ByIndex::Secondary => rules::decode_cursor(cursor).map(Self::Secondary),
        }
    }

    fn encode(&self) -> String {
        let parts: &[String] = match self {
            Self::Base(parts) => parts,
            Self::Secondary(parts) => parts,
        };
        rules::encode_cursor(&parts.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// The first sort key of a range, and where it ends.
fn bounds(range: &Range) -> (String, Bound<String>) {
    match range {
        Range::All => (String::new(), Bound::Unbounded),
        Range::Prefix(prefix) => (prefix.clone(), rules::prefix_end(prefix).map_or(Bound::Unbounded, Bound::Excluded)),
        Range::Between(first, last) => (first.clone(), Bound::Included(last.clone())),
    }
}

/// A map's values between two bounds; none where the second is below the first, for which the map would panic.
fn between<K: Ord + Clone>(
    map: &BTreeMap<K, Record>,
    first: Bound<K>,
    end: Bound<K>,
) -> impl DoubleEndedIterator<Item = &Record> {
    let empty = match (&first, &end) {
        (Bound::Included(first), Bound::Included(end)) => first > end,
        (Bound::Included(first), Bound::Excluded(end)) => first >= end,
        _ => false,
    };
    let rows = (!empty).then(|| map.range((first, end)));
    rows.into_iter().flatten().map(|(_, record)| record)
}

/// Cuts at the limit and at [`limits::QUERY_BYTES`].
fn page<'a>(mut rows: impl Iterator<Item = &'a Record>, query: &Query) -> Page<Record> {
    let mut bytes = 0;
    let mut items: Vec<Record> = Vec::new();
    let mut more = false;
    for record in rows.by_ref() {
        bytes += rules::item_bytes(&record.key, record.index.as_ref(), record.doc.as_str().len());
        more = items.len() == query.limit.max(1) || (bytes > limits::QUERY_BYTES && !items.is_empty());
        if more {
            break;
        }
        items.push(record.clone());
    }
    let next = items.last().filter(|_| more).map(|last| Place::of(last, query.by_index).encode());
    Page { items, next }
}

fn index_key(record: &Record) -> Option<IndexKey> {
    let Index { pk, sk } = record.index.as_ref()?;
    Some((record.key.table, pk.clone(), sk.clone(), record.key.pk.clone(), record.key.sk.clone()))
}

fn is_live(record: &Record, now: Timestamp) -> bool {
    record.expires.is_none_or(|expires| expires > now)
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).expect("a whole second of a valid time is valid")
}

#[async_trait]
impl Records for MemoryRecords {
    async fn get(&self, key: &Key) -> PortResult<Option<Record>> {
        let now = self.clock.now();
        Ok(locked(&self.state).live(key, now).cloned())
    }

    async fn batch_get(&self, keys: &[Key]) -> PortResult<Vec<Option<Record>>> {
        rules::check_batch(keys)?;
        let now = self.clock.now();
        let state = locked(&self.state);
        Ok(keys.iter().map(|key| state.live(key, now).cloned()).collect())
    }

    async fn query(&self, query: &Query) -> PortResult<Page<Record>> {
        let now = self.clock.now();
        locked(&self.state).query(query, now)
    }

    async fn put(&self, put: Put) -> PortResult<u64> {
        self.write(vec![Write::Put(put)])
    }

    async fn delete(&self, key: &Key, expect: Expect) -> PortResult<()> {
        self.write(vec![Write::Delete { key: key.clone(), expect }]).map(drop)
    }

    async fn transact(&self, writes: Vec<Write>) -> PortResult<()> {
        self.write(writes).map(drop)
    }

    async fn generation(&self) -> PortResult<Option<u64>> {
        Ok(Some(locked(&self.state).generation))
    }
}
