//! The full-text index on S3: tantivy's files as blobs that never change, and one manifest that names those of a commit.
//!
//! A write fetches the latest commit, makes the next one in a folder of its own, stores its new files under names that hold
//! their hash, and swaps the manifest on condition that it is still the one it began with. So there may be several writers
//! (the worker is meant to be the only one): who loses begins again from the winner's commit. A reader asks for the manifest
//! before each search, which is answered "unchanged" or with the files it has to fetch. What a commit no longer names is
//! removed [`manifest::GRACE_SECONDS`] later, when nobody reads it any more. A writer that dies between storing and swapping leaves
//! files that no manifest names: a few kilobytes, found by nobody.

mod local;
mod manifest;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::ports::{Blobs as _, Clock, Found, PortError, PortResult, Search, SearchDoc, SearchQuery};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::Mutex as Turn;

use self::local::{Local, Made};
use self::manifest::Manifest;
use super::blobs::{ETag, S3Blobs, Stored};
use super::pause;
use crate::adapters::full_text::fields::Fields;
use crate::adapters::full_text::{VERSION, ask};

/// How often a write begins again after another one was faster.
const TRIES: u32 = 8;
/// Blobs fetched or stored at once.
const AT_ONCE: usize = 8;
const OCTETS: &str = "application/octet-stream";
const PULL: &str = "fetch the search index";
const MAKE: &str = "write the search index";

/// The index.
#[derive(Clone)]
pub struct S3Search(Arc<Inner>);

struct Inner {
    blobs: S3Blobs,
    /// Before the name of every blob.
    prefix: String,
    /// Holds the folders with copies of the files.
    cache: std::path::PathBuf,
    clock: Arc<dyn Clock>,
    /// One at a time fetches, commits and swaps; holds the version of the manifest that the copy is of.
    turn: Turn<Option<ETag>>,
    local: Mutex<Local>,
}

/// What a commit consists of, once more for each try.
type Work = Arc<dyn Fn(&mut tantivy::IndexWriter, &Fields) -> tantivy::Result<()> + Send + Sync>;

impl S3Search {
    /// The index in these blobs, with copies of its files in a folder of its own below `cache`, which goes with it.
    ///
    /// # Errors
    /// When the folder cannot be made or written.
    pub fn open(blobs: S3Blobs, cache: &Path, clock: Arc<dyn Clock>) -> PortResult<Self> {
        let local = Mutex::new(Local::new(cache).map_err(PortError::failed(PULL))?);
        let prefix = format!("search/v{VERSION}");
        Ok(Self(Arc::new(Inner { blobs, prefix, cache: cache.into(), clock, turn: Turn::default(), local })))
    }

    /// True when the index was not filled since it was begun: of a new site, or by a program with other fields.
    ///
    /// # Errors
    /// Those of the blobs.
    pub async fn needs_rebuild(&self) -> PortResult<bool> {
        let mut turn = self.0.turn.lock().await;
        self.pull(&mut turn).await?;
        Ok(!self.with(|local| local.manifest.filled))
    }

    /// Says that the index was filled.
    ///
    /// # Errors
    /// Those of the blobs.
    pub async fn mark_rebuilt(&self) -> PortResult<()> {
        let mut turn = self.0.turn.lock().await;
        for attempt in 0..TRIES {
            self.pull(&mut turn).await?;
            let filled = Manifest { filled: true, ..self.with(|local| local.manifest.clone()) };
            match self.swap(&mut turn, &filled).await {
                Err(PortError::Conflict) => pause(attempt).await,
                Err(error) => return Err(error),
                Ok(()) => {
                    self.with(|local| local.manifest = filled);
                    return Ok(());
                }
            }
        }
        Err(PortError::Busy { retry_after: 1 })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Local) -> T) -> T {
        work(&mut self.0.local.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Does what blocks on a thread that may.
    async fn blocking<T: Send + 'static>(
        &self,
        context: &'static str,
        work: impl FnOnce(&mut Local) -> tantivy::Result<T> + Send + 'static,
    ) -> PortResult<T> {
        let this = self.clone();
        let done = tokio::task::spawn_blocking(move || this.with(work)).await;
        done.map_err(PortError::failed(context))?.map_err(PortError::failed(context))
    }

    /// Makes the copy one of the latest commit.
    async fn pull(&self, turn: &mut Option<ETag>) -> PortResult<()> {
        for attempt in 0..TRIES {
            let (manifest, etag) = match self.0.blobs.get_if_changed(&self.manifest_key(), turn.as_ref()).await {
                Ok(None) => return Ok(()),
                Ok(Some((bytes, etag))) => (Manifest::read(&bytes)?, Some(etag)),
                Err(PortError::Absent) if turn.is_none() => return Ok(()),
                Err(PortError::Absent) => (Manifest::default(), None),
                Err(error) => return Err(error),
            };
            if self.with(|local| !local.may_become(&manifest)) {
                self.begin_anew(turn).await?;
            }
            match self.fetch(&manifest).await {
                // It was overtaken: the next one is there already.
                Err(PortError::Absent) => pause(attempt).await,
                Err(error) => return Err(error),
                Ok(()) => {
                    self.blocking(PULL, move |local| local.show(manifest)).await?;
                    *turn = etag;
                    return Ok(());
                }
            }
        }
        Err(PortError::failed(PULL)("its manifest names files that are not there; rebuild the index"))
    }

    /// Copies what a commit has and the folder lacks.
    async fn fetch(&self, manifest: &Manifest) -> PortResult<()> {
        let (folder, missing) = self.with(|local| (local.folder().to_owned(), local.missing(manifest)));
        stream::iter(missing.into_iter().map(|(name, key)| {
            let path = folder.join(name);
            async move {
                let bytes = self.0.blobs.get(&self.key(&key), None).await?;
                tokio::fs::write(path, bytes).await.map_err(PortError::failed(PULL))
            }
        }))
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
    }

    async fn change(&self, work: Work) -> PortResult<()> {
        let mut turn = self.0.turn.lock().await;
        for attempt in 0..TRIES {
            self.pull(&mut turn).await?;
            let work = work.clone();
            let outcome = match self.blocking(MAKE, move |local| local.commit(work.as_ref())).await {
                Ok(made) => self.publish(&mut turn, made).await,
                Err(error) => Err(error),
            };
            let Err(error) = outcome else { return Ok(()) };
            // The copy holds a commit that never was.
            self.begin_anew(&mut turn).await?;
            let PortError::Conflict = error else { return Err(error) };
            pause(attempt).await;
        }
        Err(PortError::Busy { retry_after: 1 })
    }

    /// Stores the files of a commit, then the manifest that names them.
    async fn publish(&self, turn: &mut Option<ETag>, made: Made) -> PortResult<()> {
        let now = self.0.clock.now().as_second();
        let (next, due) = self.with(|local| local.manifest.next(made.meta, made.files, now));
        stream::iter(
            made.new
                .into_iter()
                .map(|(key, bytes)| async move { self.0.blobs.put(&self.key(&key), OCTETS, bytes).await }),
        )
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
        for key in due {
            self.0.blobs.delete(&self.key(&key)).await?;
        }
        self.swap(turn, &next).await?;
        self.blocking(MAKE, move |local| local.keep(next)).await
    }

    async fn swap(&self, turn: &mut Option<ETag>, manifest: &Manifest) -> PortResult<()> {
        let stored = turn.as_ref().map_or(Stored::Absent, Stored::Is);
        let etag = self.0.blobs.put_if(&self.manifest_key(), manifest.write()?, stored).await?;
        *turn = Some(etag);
        Ok(())
    }

    /// Throws the copy away.
    async fn begin_anew(&self, turn: &mut Option<ETag>) -> PortResult<()> {
        *turn = None;
        let cache = self.0.cache.clone();
        self.blocking(PULL, move |local| {
            *local = Local::new(&cache)?;
            Ok(())
        })
        .await
    }

    fn manifest_key(&self) -> String {
        format!("{}/manifest.json", self.0.prefix)
    }

    fn key(&self, name: &str) -> String {
        format!("{}/files/{name}", self.0.prefix)
    }
}

#[async_trait]
impl Search for S3Search {
    async fn put(&self, docs: Vec<SearchDoc>) -> PortResult<()> {
        if docs.is_empty() {
            return Ok(());
        }
        self.change(Arc::new(move |writer, fields| {
            for doc in &docs {
                writer.delete_term(fields.id_term(&doc.id));
                writer.add_document(fields.document(doc.clone()))?;
            }
            Ok(())
        }))
        .await
    }

    async fn delete(&self, things: &[String]) -> PortResult<()> {
        if things.is_empty() {
            return Ok(());
        }
        let things = things.to_vec();
        self.change(Arc::new(move |writer, fields| {
            for thing in &things {
                writer.delete_term(fields.thing_term(thing));
            }
            Ok(())
        }))
        .await
    }

    async fn search(&self, query: &SearchQuery) -> PortResult<Vec<Found>> {
        let mut turn = self.0.turn.lock().await;
        self.pull(&mut turn).await?;
        let (searcher, fields) = self.with(|local| local.searcher());
        drop(turn);
        let query = query.clone();
        let found = tokio::task::spawn_blocking(move || ask::search(&searcher, &fields, &query)).await;
        found.map_err(PortError::failed("search"))?.map_err(PortError::failed("search"))
    }

    async fn clear(&self) -> PortResult<()> {
        self.change(Arc::new(|writer, _| writer.delete_all_documents().map(drop))).await
    }
}
