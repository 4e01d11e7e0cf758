//! The outbox in trouble: killed between any two writes, run twice at once, an index held by another, an event that
//! cannot be followed up.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use shared::Visibility;
use shared::ids::NoteId;
use shared::notes::{EditNote, NewNote, Note};
use shared::page::Page;

use super::{drain, waiting};
use crate::Site;
use crate::notes::tests::{Desk, OWNER, VISITOR, edit};
use crate::notes::{Incoming, keys, put_many, tags, trash, unresolved};
use crate::ports::{
    Doc, Expect, Found, Key, PortError, PortResult, Put, Query, Record, Records, Search, SearchDoc, SearchQuery, Table,
    Write,
};
use crate::search::search;

/// A store that stops working after so many writes.
struct Dying {
    inner: Arc<dyn Records>,
    writes: AtomicI64,
}

impl Dying {
    fn write(&self) -> PortResult<()> {
        if self.writes.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Ok(());
        }
        Err(PortError::failed("write")("the power went"))
    }
}

#[async_trait]
impl Records for Dying {
    async fn get(&self, key: &Key) -> PortResult<Option<Record>> {
        self.inner.get(key).await
    }

    async fn batch_get(&self, keys: &[Key]) -> PortResult<Vec<Option<Record>>> {
        self.inner.batch_get(keys).await
    }

    async fn query(&self, query: &Query) -> PortResult<Page<Record>> {
        self.inner.query(query).await
    }

    async fn put(&self, put: Put) -> PortResult<u64> {
        self.write()?;
        self.inner.put(put).await
    }

    async fn delete(&self, key: &Key, expect: Expect) -> PortResult<()> {
        self.write()?;
        self.inner.delete(key, expect).await
    }

    async fn transact(&self, writes: Vec<Write>) -> PortResult<()> {
        self.write()?;
        self.inner.transact(writes).await
    }

    async fn generation(&self) -> PortResult<Option<u64>> {
        self.inner.generation().await
    }
}

/// An index that another process holds while this is set.
struct Held {
    inner: Arc<dyn Search>,
    held: AtomicI64,
}

#[async_trait]
impl Search for Held {
    async fn put(&self, docs: Vec<SearchDoc>) -> PortResult<()> {
        if self.held.load(Ordering::SeqCst) > 0 {
            return Err(PortError::Busy { retry_after: 1 });
        }
        self.inner.put(docs).await
    }

    async fn delete(&self, things: &[String]) -> PortResult<()> {
        if self.held.load(Ordering::SeqCst) > 0 {
            return Err(PortError::Busy { retry_after: 1 });
        }
        self.inner.delete(things).await
    }

    async fn search(&self, query: &SearchQuery) -> PortResult<Vec<Found>> {
        self.inner.search(query).await
    }

    async fn clear(&self) -> PortResult<()> {
        self.inner.clear().await
    }
}

/// A site with much to follow up: links both ways, embeds, tags, a rename, a trashed note.
async fn busy(size: usize) -> Desk {
    let desk = Desk::new();
    let body = |n: usize| {
        let next = (n + 1) % size;
        format!("Text [[Note {next}]] [[Lost {n}]] #t{} #all/x{n}\n\n![[Note {}]]\n", n % 3, (n * 5 + 2) % size)
    };
    let incoming = |n: usize| {
        let new =
            NewNote { title: format!("Note {n}"), body: body(n), visibility: Visibility::Public, ..NewNote::default() };
        Incoming::published(NoteId::from_u128(desk.site.clock.id()), new)
    };
    let notes: Vec<Incoming> = (0..size).map(incoming).collect();
    let answers = put_many(&desk.site, &OWNER, notes).await.unwrap();
    let notes: Vec<Note> = answers.into_iter().map(Result::unwrap).collect();
    let renamed = EditNote { title: "New name".into(), slug: "new-name".into(), ..edit(&notes[1]) };
    desk.publish(&renamed, notes[1].id).await;
    trash(&desk.site, &OWNER, notes[2].id).await.unwrap();
    desk
}

/// What is derived, without what counts how often it was written.
fn derived(desk: &Desk) -> BTreeMap<String, Doc> {
    let records = desk.home.records.dump().into_iter();
    let counts = ["note#", "outbox", "list#"];
    let derived =
        records.filter(|r| !counts.iter().any(|prefix| r.key.pk.starts_with(prefix)) && r.key.table != Table::Files);
    derived.map(|record| (format!("{} {}", record.key.pk, record.key.sk), record.doc)).collect()
}

#[tokio::test]
async fn killed_between_any_two_writes_it_goes_on_where_it_stopped() {
    let whole = busy(8).await;
    drain(&whole.site).await.unwrap();
    let whole = derived(&whole);
    assert!(whole.len() > 60, "{}", whole.len());
    for writes in 0..60 {
        let desk = busy(8).await;
        let dying = Dying { inner: desk.site.records.clone(), writes: AtomicI64::new(writes) };
        let site = Site { records: Arc::new(dying), ..desk.site.clone() };
        let _ = drain(&site).await;
        drain(&desk.site).await.unwrap();
        let after = derived(&desk);
        for (key, doc) in &whole {
            assert_eq!(after.get(key), Some(doc), "{key}, killed after {writes} writes");
        }
        let more: Vec<_> = after.keys().filter(|key| !whole.contains_key(*key)).collect();
        assert!(more.is_empty(), "{more:?}, killed after {writes} writes");
        assert_eq!(waiting(&desk.site).await, Ok(0));
    }
}

#[tokio::test]
async fn two_that_drain_at_once_come_to_the_same() {
    let whole = busy(30).await;
    drain(&whole.site).await.unwrap();
    for _ in 0..5 {
        let desk = busy(30).await;
        let yielding = |desk: &Desk| Site {
            records: Arc::new(crate::ports::memory::Counted::new(desk.site.records.clone())),
            ..desk.site.clone()
        };
        let (one, two, three) = (yielding(&desk), yielding(&desk), yielding(&desk));
        let (a, b, c) = tokio::join!(drain(&one), drain(&two), drain(&three));
        assert!(a.is_ok() && b.is_ok() && c.is_ok());
        drain(&desk.site).await.unwrap();
        assert_eq!(derived(&desk), derived(&whole));
    }
}

#[tokio::test]
async fn an_index_held_by_another_holds_up_nothing_else() {
    let desk = Desk::new();
    let held = Arc::new(Held { inner: desk.site.search.clone(), held: AtomicI64::new(1) });
    let site = Site { search: held.clone(), ..desk.site.clone() };
    desk.note("Apples", "Red [[Pears]] #fruit").await;
    for _ in 0..3 {
        drain(&site).await.unwrap();
    }
    desk.note("Pears", "Green #fruit").await;
    drain(&site).await.unwrap();
    assert!(waiting(&site).await.unwrap() >= 2);
    assert_eq!(desk.show(&VISITOR, "pears").await.unwrap().backlinks.len(), 1);
    assert_eq!(tags(&site, &VISITOR).await.unwrap()[0].count, 2);
    assert!(search(&site, &VISITOR, "red", 1).await.unwrap().hits.is_empty());
    held.held.store(0, Ordering::SeqCst);
    drain(&site).await.unwrap();
    assert_eq!(waiting(&site).await, Ok(0));
    assert_eq!(search(&site, &VISITOR, "red", 1).await.unwrap().hits.len(), 1);
    assert_eq!(search(&site, &VISITOR, "green", 1).await.unwrap().hits.len(), 1);
}

#[tokio::test]
async fn an_event_that_fails_is_set_aside_and_blocks_nothing() {
    let desk = Desk::new();
    let bad = desk.note("Bad", "Text.").await;
    drain(&desk.site).await.unwrap();
    // As a broken program might leave it.
    let broken = Put {
        key: keys::derived(bad.id),
        doc: Doc::of("no such shape").unwrap(),
        index: None,
        expires: None,
        expect: Expect::Any,
    };
    desk.site.records.put(broken).await.unwrap();
    desk.publish(&EditNote { body: "Other text.".into(), ..edit(&bad) }, bad.id).await;
    desk.note("Good", "See [[Missing]] #good").await;
    for _ in 0..6 {
        drain(&desk.site).await.unwrap();
    }
    assert_eq!(waiting(&desk.site).await, Ok(0));
    desk.home.records.settle();
    assert_eq!(unresolved(&desk.site, &OWNER, None).await.unwrap().items.len(), 1);
    let set_aside = desk.home.records.dump().into_iter().filter(|r| r.key.sk.starts_with("failed#")).count();
    assert_eq!(set_aside, 1);
    desk.site.records.delete(&keys::derived(bad.id), Expect::Any).await.unwrap();
    crate::search::rebuild_unchecked(&desk.site).await.unwrap();
    drain(&desk.site).await.unwrap();
    assert_eq!(search(&desk.site, &VISITOR, "other", 1).await.unwrap().hits.len(), 1);
}
