//! A unit of work: documents read once, changed in memory and written in one transaction that fails if any of them was
//! changed by somebody else since. Whoever gets `Conflict` starts again from reading.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::limits::BATCH_ITEMS;

use crate::Site;
use crate::ports::{Doc, Expect, Key, PortError, PortResult, Put, Record, Write};

/// How often a verb starts again when somebody else was faster.
pub(crate) const TRIES: usize = 8;

/// Why an attempt came to nothing.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A port's; `Conflict` is tried again.
    Port(PortError),
    /// What the caller is told.
    Told(shared::Error),
}

impl From<PortError> for Fault {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl From<shared::Error> for Fault {
    fn from(error: shared::Error) -> Self {
        Self::Told(error)
    }
}

impl From<Fault> for shared::Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Port(error) => error.into(),
            Fault::Told(error) => error,
        }
    }
}

/// Awaits an attempt, which is an expression, again and again while somebody else is faster.
macro_rules! attempt {
    ($attempt:expr) => {{
        let mut tries = 0;
        loop {
            match $attempt.await {
                Err($crate::unit::Fault::Port($crate::ports::PortError::Conflict)) if tries < $crate::unit::TRIES => {
                    tries += 1;
                }
                Err($crate::unit::Fault::Port($crate::ports::PortError::Conflict)) => {
                    break Err(shared::Error::Busy { retry_after: 1 });
                }
                other => break other.map_err(shared::Error::from),
            }
        }
    }};
}
pub(crate) use attempt;

/// What an attempt answers.
pub(crate) type Attempt<T> = Result<T, Fault>;

struct Slot {
    /// 0 when absent.
    version: u64,
    doc: Option<Doc>,
    index: Option<crate::ports::Index>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Clean,
    Dirty,
}

/// See the module.
pub(crate) struct Unit<'s> {
    pub(crate) site: &'s Site,
    slots: HashMap<Key, Slot>,
    writes: Vec<Write>,
    dirty: usize,
}

impl<'s> Unit<'s> {
    pub(crate) fn new(site: &'s Site) -> Self {
        Self { site, slots: HashMap::new(), writes: Vec::new(), dirty: 0 }
    }

    /// Reads what was not read before: one round for every hundred keys, all at the same time.
    pub(crate) async fn load(&mut self, keys: impl IntoIterator<Item = Key>) -> PortResult<()> {
        let mut keys: Vec<Key> = keys.into_iter().filter(|key| !self.slots.contains_key(key)).collect();
        keys.sort();
        keys.dedup();
        let records = get_many(self.site, &keys).await?;
        for (key, record) in keys.into_iter().zip(records) {
            self.keep(key, record);
        }
        Ok(())
    }

    /// Takes in a record that was read elsewhere.
    pub(crate) fn keep(&mut self, key: Key, record: Option<Record>) {
        let slot = match record {
            Some(record) => {
                Slot { version: record.version, doc: Some(record.doc), index: record.index, state: State::Clean }
            }
            None => Slot { version: 0, doc: None, index: None, state: State::Clean },
        };
        self.slots.insert(key, slot);
    }

    /// A document that was loaded; `None` when it is absent.
    pub(crate) fn get<T: DeserializeOwned>(&self, key: &Key) -> PortResult<Option<T>> {
        let Some(doc) = self.slots.get(key).and_then(|slot| slot.doc.as_ref()) else { return Ok(None) };
        doc.read().map(Some).map_err(PortError::failed("read a stored document"))
    }

    /// Changes a document that was loaded; `None` removes it.
    pub(crate) fn set<T: Serialize>(&mut self, key: &Key, doc: Option<&T>) -> PortResult<()> {
        let doc = doc.map(Doc::of).transpose().map_err(PortError::failed("write a document"))?;
        let slot = self.slots.get_mut(key).ok_or(PortError::Absent)?;
        if slot.doc != doc {
            slot.doc = doc;
            self.dirty += usize::from(slot.state == State::Clean);
            slot.state = State::Dirty;
        }
        Ok(())
    }

    /// A write whose condition, if any, is the caller's.
    pub(crate) fn push(&mut self, write: impl Into<Write>) {
        self.writes.push(write.into());
    }

    /// Writes a document that was loaded even where it stays the same, so that its version counts the flushes.
    pub(crate) fn touch(&mut self, key: &Key) {
        if let Some(slot) = self.slots.get_mut(key) {
            self.dirty += usize::from(slot.state == State::Clean);
            slot.state = State::Dirty;
        }
    }

    /// How many writes the next flush has.
    pub(crate) fn len(&self) -> usize {
        self.writes.len() + self.dirty
    }

    /// Writes all of it, or nothing.
    pub(crate) async fn flush(&mut self) -> PortResult<()> {
        let mut writes = std::mem::take(&mut self.writes);
        for (key, slot) in self.slots.iter().filter(|(_, slot)| slot.state == State::Dirty) {
            let expect = if slot.version == 0 { Expect::Absent } else { Expect::Version(slot.version) };
            let key = key.clone();
            writes.push(match slot.doc.clone() {
                Some(doc) => Put { key, doc, index: slot.index.clone(), expires: None, expect }.into(),
                None => Write::Delete { key, expect },
            });
        }
        if writes.is_empty() {
            return Ok(());
        }
        self.site.records.transact(writes).await?;
        for slot in self.slots.values_mut().filter(|slot| slot.state == State::Dirty) {
            slot.version = if slot.doc.is_none() { 0 } else { slot.version + 1 };
            slot.state = State::Clean;
        }
        self.dirty = 0;
        Ok(())
    }
}

/// Any number of items, in the order of the keys: one round, however many batches it takes.
pub(crate) async fn get_many(site: &Site, keys: &[Key]) -> PortResult<Vec<Option<Record>>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let batches = keys.chunks(BATCH_ITEMS).map(|batch| site.records.batch_get(batch));
    let batches = futures::future::try_join_all(batches).await?;
    Ok(batches.into_iter().flatten().collect())
}
