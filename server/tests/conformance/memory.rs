//! The adapters that use cases are tested with.

use std::sync::Arc;

use domain::ports::memory::{Lag, MemoryBlobs, MemoryIdentity, MemoryRecords, MemorySearch, TestClock};

use crate::run_promises;

async fn records() -> ((), MemoryRecords) {
    // Another seed at each, so that promises meet many lags; written down where one fails.
    static SEEDS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let seed = SEEDS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    println!("lag seed {seed}");
    ((), MemoryRecords::new(Arc::new(TestClock::default()), Lag::Random(seed)))
}

async fn blobs() -> ((), MemoryBlobs) {
    Default::default()
}

async fn search() -> ((), MemorySearch) {
    Default::default()
}

async fn identity() -> ((), MemoryIdentity) {
    Default::default()
}

async fn clock() -> ((), TestClock) {
    Default::default()
}

domain::records_promises! { run_promises { crate::memory::records } }
domain::records_queries_promises! { run_promises { crate::memory::records } }
domain::blobs_promises! { run_promises { crate::memory::blobs } }
domain::search_promises! { run_promises { crate::memory::search } }
domain::search_ranking_promises! { run_promises { crate::memory::search } }
domain::identity_promises! { run_promises { crate::memory::identity } }
domain::clock_promises! { run_promises { crate::memory::clock } }
