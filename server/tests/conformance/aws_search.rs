//! What only an index on S3 has to keep: several processes, each with a copy of its own, and no rubbish.

use std::sync::Arc;

use domain::ports::conformance::search::note;
use domain::ports::memory::TestClock;
use domain::ports::{Audience, Blobs as _, Search as _, SearchQuery};
use futures::future::try_join_all;
use jiff::SignedDuration;
use server::adapters::aws::search::S3Search;
use tempfile::TempDir;

use super::{Place, make_bucket, open_blobs};

struct Home {
    place: Place,
    cache: TempDir,
    clock: Arc<TestClock>,
}

impl Home {
    async fn new() -> Self {
        let cache = tempfile::tempdir().unwrap();
        Self { place: make_bucket().await, cache, clock: Arc::default() }
    }

    async fn open(&self) -> S3Search {
        S3Search::open(open_blobs(&self.place).await, self.cache.path(), self.clock.clone()).unwrap()
    }

    async fn files(&self) -> Vec<String> {
        open_blobs(&self.place).await.list("search/", None).await.unwrap().items
    }
}

async fn found(search: &S3Search, text: &str) -> Vec<String> {
    let query = SearchQuery { text: text.into(), audience: Audience::Public, offset: 0, limit: 100 };
    let mut things: Vec<_> = search.search(&query).await.unwrap().into_iter().map(|found| found.thing).collect();
    things.sort();
    things
}

#[tokio::test]
async fn a_reader_finds_at_once_what_another_process_commits() {
    let home = Home::new().await;
    let (writer, reader) = (home.open().await, home.open().await);
    assert!(found(&reader, "apples").await.is_empty(), "there is no index yet");
    for (number, expected) in [(0, &["0"][..]), (1, &["0", "1"]), (2, &["0", "1", "2"])] {
        writer.put(vec![note(&number.to_string(), "apples")]).await.unwrap();
        assert_eq!(found(&reader, "apples").await, expected);
    }
    writer.delete(&["1".into()]).await.unwrap();
    assert_eq!(found(&reader, "apples").await, ["0", "2"]);
    reader.put(vec![note("3", "apples")]).await.unwrap();
    assert_eq!(found(&writer, "apples").await, ["0", "2", "3"], "whoever wrote before sees it too");
    writer.clear().await.unwrap();
    assert!(found(&reader, "apples").await.is_empty());
}

#[tokio::test]
async fn writers_that_meet_lose_nothing() {
    let home = Home::new().await;
    let writers = [home.open().await, home.open().await, home.open().await];
    let work = writers.iter().enumerate().map(|(who, writer)| async move {
        for number in 0..4 {
            writer.put(vec![note(&format!("{who}-{number}"), "apples"), note("same", "pears")]).await?;
            writer.delete(&[format!("{who}-{}", number - 1)]).await?;
        }
        Ok::<_, domain::ports::PortError>(())
    });
    try_join_all(work).await.unwrap();
    for search in writers.iter().chain([&home.open().await]) {
        assert_eq!(found(search, "apples").await, ["0-3", "1-3", "2-3"]);
        assert_eq!(found(search, "pears").await, ["same"]);
    }
}

#[tokio::test]
async fn files_that_no_commit_names_are_removed_after_a_while() {
    let home = Home::new().await;
    let (writer, reader) = (home.open().await, home.open().await);
    for number in 0..40 {
        writer.put(vec![note(&format!("{number:02}"), "apples")]).await.unwrap();
        home.clock.advance(SignedDuration::from_secs(400));
    }
    let files = home.files().await;
    assert!(files.len() < 100, "segments are merged and old files removed: {}", files.len());
    assert_eq!(found(&reader, "apples").await.len(), 40);
    let copies = std::fs::read_dir(home.cache.path()).unwrap().count();
    drop((writer, reader));
    assert_eq!((copies, std::fs::read_dir(home.cache.path()).unwrap().count()), (2, 0), "a copy goes with its process");
}

#[tokio::test]
async fn an_index_asks_to_be_filled_until_somebody_has() {
    let home = Home::new().await;
    let search = home.open().await;
    assert!(search.needs_rebuild().await.unwrap());
    search.put(vec![note("a", "apples")]).await.unwrap();
    assert!(home.open().await.needs_rebuild().await.unwrap(), "a commit does not say that all is in");
    search.mark_rebuilt().await.unwrap();
    search.put(vec![note("b", "apples")]).await.unwrap();
    assert!(!home.open().await.needs_rebuild().await.unwrap());
    let blobs = open_blobs(&home.place).await;
    for file in home.files().await {
        blobs.delete(&file).await.unwrap();
    }
    assert!(search.needs_rebuild().await.unwrap(), "it was taken away");
    assert!(found(&search, "apples").await.is_empty());
    search.put(vec![note("c", "apples")]).await.unwrap();
    assert_eq!(found(&home.open().await, "apples").await, ["c"]);
}
