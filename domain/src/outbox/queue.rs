//! The queue of events.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::Result;
use shared::ids::NoteId;
use shared::limits::TRANSACTION_ITEMS;

use super::{Event, follow};
use crate::Site;
use crate::ports::{Expect, Key, PortError, PortResult, Put, Query, Range, Table, Write};
use crate::table::{Stored, put};

/// Events that are followed up together: one commit of the index each.
const BATCH: usize = 300;
/// An event that failed so often is set aside.
const TRIES: u32 = 5;

/// Between two times that a note is followed up while it is being written.
const SOON: SignedDuration = SignedDuration::from_secs(20);

const QUEUE: &str = "outbox";
const EVENT: &str = "event#";
const FAILED: &str = "failed#";
const DUE: &str = "due";

/// An event in its queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) event: Event,
    /// How often following it up has failed.
    pub(crate) tries: u32,
    #[serde(default)]
    pub(crate) stage: Stage,
}

/// How far an event has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// Nothing was done.
    #[default]
    New,
    /// All but the index, which another process holds.
    Index,
}

/// An event with its place in the queue.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) sk: String,
    pub(crate) waiting: Waiting,
}

/// The row that tells of something, for the transaction that writes it.
///
/// # Errors
/// Never, for an event that has a JSON form.
pub fn write(site: &Site, event: &Event) -> PortResult<Put> {
    let key = Key::new(Table::Site, QUEUE, format!("{EVENT}{:032x}", site.clock.id()));
    put(key, &Waiting { event: event.clone(), tries: 0, stage: Stage::New }, Expect::Absent)
}

/// The row that has a note followed up within half a minute: the same one for all that write it until shortly before, so
/// that hours of typing are followed up now and then and not with every save.
pub(crate) fn soon(site: &Site, id: NoteId) -> PortResult<Put> {
    let window = SOON.as_millis() as i64;
    let now = site.clock.now().as_millisecond();
    let at = Timestamp::from_millisecond((now + window / 2).div_euclid(window) * window + window);
    put(due_key(at.unwrap_or(site.clock.now()), id), &id, Expect::Any)
}

/// How many events wait to be worked off (at most a page of them is counted).
///
/// # Errors
/// Those of the store.
pub async fn waiting(site: &Site) -> Result<u64> {
    let query = Query {
        range: Range::Prefix(EVENT.into()),
        limit: shared::limits::BATCH_ITEMS,
        ..Query::partition(Table::Site, QUEUE)
    };
    Ok(site.records.query(&query).await?.items.len() as u64)
}

async fn rows(site: &Site, range: Range, limit: usize) -> PortResult<Vec<Row>> {
    let mut query = Query { range, limit, ..Query::partition(Table::Site, QUEUE) };
    let mut rows = Vec::new();
    loop {
        let page = site.records.query(&query).await?;
        for record in page.items {
            let sk = record.key.sk.clone();
            match crate::table::decode::<Waiting>(record) {
                Ok(Stored { doc: waiting, .. }) => rows.push(Row { sk, waiting }),
                // A newer program's, perhaps: it is left for that one.
                Err(error) => tracing::error!(sk, %error, "an event cannot be read"),
            }
        }
        query.cursor = page.next;
        if query.cursor.is_none() || rows.len() >= limit {
            return Ok(rows);
        }
    }
}

/// Notes of which something is waiting to be followed up, or failed to be: what was derived of them may be out of date.
pub(crate) async fn pending(site: &Site) -> PortResult<BTreeSet<NoteId>> {
    let all = rows(site, Range::All, usize::MAX / 2).await?;
    let id = |row: Row| match row.waiting.event {
        Event::NoteChanged { id } | Event::NotePurged { id } | Event::NoteRenamed { id, .. } => Some(id),
        Event::FileNamed { .. } => None,
    };
    Ok(all.into_iter().filter_map(id).collect())
}

/// Works off what is waiting, oldest first, until nothing is; answers how many events. Safe to run in two processes.
///
/// # Errors
/// Those of the store. What could not be followed up waits for the next time.
pub async fn drain(site: &Site) -> Result<u64> {
    what_is_due(site).await?;
    let mut done = 0;
    let mut after = EVENT.to_owned();
    loop {
        let batch = rows(site, Range::Between(after.clone(), format!("{EVENT}~")), BATCH).await?;
        let Some(last) = batch.last() else { return Ok(done) };
        after = format!("{}!", last.sk);
        done += work(site, batch).await?;
    }
}

async fn work(site: &Site, batch: Vec<Row>) -> Result<u64> {
    let outcome = follow::follow(site, &batch).await?;
    let mut writes: Vec<Write> = Vec::new();
    let mut done = 0;
    for row in batch {
        let key = Key::new(Table::Site, QUEUE, row.sk.clone());
        let fate = outcome.of(&row.waiting.event);
        let kept = match fate {
            follow::Fate::Done => None,
            follow::Fate::Later => continue,
            follow::Fate::Index if row.waiting.stage == Stage::Index => continue,
            follow::Fate::Index => Some((key.clone(), Waiting { stage: Stage::Index, ..row.waiting })),
            follow::Fate::Failed => Some(again(&key, row.waiting)),
        };
        done += u64::from(kept.is_none());
        match kept {
            Some((new_key, waiting)) => {
                if new_key != key {
                    writes.push(Write::Delete { key, expect: Expect::Any });
                }
                writes.push(put(new_key, &waiting, Expect::Any)?.into());
            }
            None => writes.push(Write::Delete { key, expect: Expect::Any }),
        }
    }
    for chunk in writes.chunks(TRANSACTION_ITEMS) {
        site.records.transact(chunk.to_vec()).await?;
    }
    Ok(done)
}

/// The row of an event that failed: in the queue, or set aside after too many tries.
fn again(key: &Key, waiting: Waiting) -> (Key, Waiting) {
    let tries = waiting.tries + 1;
    let waiting = Waiting { tries, ..waiting };
    if tries < TRIES {
        return (key.clone(), waiting);
    }
    tracing::error!(event = ?waiting.event, tries, "an event is set aside");
    let sk = key.sk.replacen(EVENT, FAILED, 1);
    (Key::new(Table::Site, QUEUE, sk), waiting)
}

/// Puts what was set aside back into the queue.
pub(crate) async fn revive(site: &Site) -> PortResult<()> {
    for row in rows(site, Range::Prefix(FAILED.into()), usize::MAX / 2).await? {
        let delete = Write::Delete { key: Key::new(Table::Site, QUEUE, row.sk), expect: Expect::Any };
        site.records.transact(vec![delete, write(site, &row.waiting.event)?.into()]).await?;
    }
    Ok(())
}

/// The row that wakes a note up at a time.
pub(crate) fn due_key(at: Timestamp, id: NoteId) -> Key {
    Key::new(Table::Site, DUE, format!("{:016x}#{id}", at.as_millisecond().max(0)))
}

/// Notes that were private until now.
async fn what_is_due(site: &Site) -> PortResult<()> {
    let now = format!("{:016x}~", site.clock.now().as_millisecond().max(0));
    let query = Query { range: Range::Between("0".into(), now), ..Query::partition(Table::Site, DUE) };
    loop {
        let page = site.records.query(&query).await?;
        let more = page.next.is_some();
        for record in page.items {
            let key = record.key.clone();
            let Stored { doc: id, .. } = crate::table::decode::<NoteId>(record)?;
            let delete = Write::Delete { key, expect: Expect::Any };
            match site.records.transact(vec![delete, write(site, &Event::NoteChanged { id })?.into()]).await {
                Err(PortError::Conflict) | Ok(()) => {}
                Err(error) => return Err(error),
            }
        }
        if !more {
            return Ok(());
        }
    }
}
