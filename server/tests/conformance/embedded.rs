//! The adapters of the embedded home, each in a folder of its own.

use std::sync::Arc;
use std::time::Instant;

use domain::ports::memory::TestClock;
use domain::ports::{Identity as _, conformance};
use server::adapters::clock::SystemClock;
use server::adapters::embedded::blobs::FolderBlobs;
use server::adapters::embedded::identity::RecordsIdentity;
use server::adapters::embedded::records::SqliteRecords;
use server::adapters::embedded::search::TantivySearch;
use tempfile::TempDir;

use crate::run_promises;

pub async fn open_records(folder: &TempDir) -> SqliteRecords {
    let clock = Arc::new(TestClock::default());
    SqliteRecords::open(&folder.path().join("site.db"), &folder.path().join("backups"), clock).unwrap()
}

async fn open_blobs(folder: &TempDir) -> FolderBlobs {
    FolderBlobs::open(folder.path()).unwrap()
}

async fn open_search(folder: &TempDir) -> TantivySearch {
    TantivySearch::open(folder.path()).unwrap()
}

async fn open_identity(folder: &TempDir) -> RecordsIdentity {
    RecordsIdentity::new(Arc::new(open_records(folder).await), Arc::new(SystemClock))
}

async fn records() -> (TempDir, SqliteRecords) {
    let folder = tempfile::tempdir().unwrap();
    let records = open_records(&folder).await;
    (folder, records)
}

async fn blobs() -> (TempDir, FolderBlobs) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = open_blobs(&folder).await;
    (folder, blobs)
}

async fn search() -> (TempDir, TantivySearch) {
    let folder = tempfile::tempdir().unwrap();
    let search = open_search(&folder).await;
    (folder, search)
}

async fn identity() -> (TempDir, RecordsIdentity) {
    let folder = tempfile::tempdir().unwrap();
    let identity = open_identity(&folder).await;
    (folder, identity)
}

async fn clock() -> ((), SystemClock) {
    Default::default()
}

domain::records_promises! { run_promises { crate::embedded::records } }
domain::records_queries_promises! { run_promises { crate::embedded::records } }
domain::blobs_promises! { run_promises { crate::embedded::blobs } }
domain::search_promises! { run_promises { crate::embedded::search } }
domain::search_ranking_promises! { run_promises { crate::embedded::search } }
domain::identity_promises! { run_promises { crate::embedded::identity } }
domain::clock_promises! { run_promises { crate::embedded::clock } }

#[tokio::test]
async fn records_survive_a_restart() {
    conformance::records::what_was_written_survives_a_restart(tempfile::tempdir().unwrap(), open_records).await;
}

#[tokio::test]
async fn blobs_survive_a_restart() {
    conformance::blobs::what_was_put_survives_a_restart(tempfile::tempdir().unwrap(), open_blobs).await;
}

#[tokio::test]
async fn search_survives_a_restart() {
    conformance::search::what_was_put_survives_a_restart(tempfile::tempdir().unwrap(), open_search).await;
}

/// Else the time that a sign-in takes would tell which addresses have accounts.
#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    let (_folder, identity) = identity().await;
    identity.create("ada@example.org", "correct horse battery staple").await.unwrap();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..7 {
        for (email, times) in [("ada@example.org", &mut known), ("bob@example.org", &mut unknown)] {
            let start = Instant::now();
            assert_eq!(identity.verify(email, "a wrong password").await.unwrap(), None);
            times.push(start.elapsed());
        }
    }
    known.sort();
    unknown.sort();
    let ratio = unknown[3].as_secs_f64() / known[3].as_secs_f64();
    assert!((0.4..2.5).contains(&ratio), "{:?} against {:?}", unknown[3], known[3]);
}
