//! Counts what a use case costs the store.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use shared::page::Page;

use super::super::{Expect, Key, PortResult, Put, Query, Record, Records, Write};
use super::locked;

/// What was asked of the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Round trips: calls that were under way at the same time count as one.
    pub rounds: u32,
    /// Calls that read.
    pub reads: u32,
    /// Calls that wrote.
    pub writes: u32,
    /// Items that came back.
    pub items: usize,
}

/// A store that counts what is asked of the one behind it.
pub struct Counted {
    inner: Arc<dyn Records>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    under_way: u32,
    counts: Counts,
}

impl Counted {
    /// Counts from zero.
    pub fn new(inner: Arc<dyn Records>) -> Self {
        Self { inner, state: Mutex::default() }
    }

    /// What was counted since it was last asked.
    pub fn take(&self) -> Counts {
        std::mem::take(&mut locked(&self.state).counts)
    }

    /// Begins a call. Yields once, so that calls joined with this one begin before it ends.
    async fn begin(&self, count: impl FnOnce(&mut Counts)) -> UnderWay<'_> {
        let guard = {
            let mut state = locked(&self.state);
            if state.under_way == 0 {
                state.counts.rounds += 1;
            }
            state.under_way += 1;
            count(&mut state.counts);
            UnderWay(self)
        };
        let mut yielded = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut yielded, true) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
        guard
    }

    async fn read(&self) -> UnderWay<'_> {
        self.begin(|counts| counts.reads += 1).await
    }

    async fn write(&self) -> UnderWay<'_> {
        self.begin(|counts| counts.writes += 1).await
    }

    fn came_back(&self, items: usize) {
        locked(&self.state).counts.items += items;
    }
}

struct UnderWay<'a>(&'a Counted);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        locked(&self.0.state).under_way -= 1;
    }
}

#[async_trait]
impl Records for Counted {
    async fn get(&self, key: &Key) -> PortResult<Option<Record>> {
        let _call = self.read().await;
        let record = self.inner.get(key).await?;
        self.came_back(usize::from(record.is_some()));
        Ok(record)
    }

    async fn batch_get(&self, keys: &[Key]) -> PortResult<Vec<Option<Record>>> {
        let _call = self.read().await;
        let records = self.inner.batch_get(keys).await?;
        self.came_back(records.iter().flatten().count());
        Ok(records)
    }

    async fn query(&self, query: &Query) -> PortResult<Page<Record>> {
        let _call = self.read().await;
        let page = self.inner.query(query).await?;
        self.came_back(page.items.len());
        Ok(page)
    }

    async fn put(&self, put: Put) -> PortResult<u64> {
        let _call = self.write().await;
        self.inner.put(put).await
    }

    async fn delete(&self, key: &Key, expect: Expect) -> PortResult<()> {
        let _call = self.write().await;
        self.inner.delete(key, expect).await
    }

    async fn transact(&self, writes: Vec<Write>) -> PortResult<()> {
        let _call = self.write().await;
        self.inner.transact(writes).await
    }

    async fn generation(&self) -> PortResult<Option<u64>> {
        self.inner.generation().await
    }
}
