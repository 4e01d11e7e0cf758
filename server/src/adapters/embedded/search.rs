//! The full-text index in a folder, on tantivy. Any process may search; one at a time may write.
//!
//! The index stands in a folder named after [`VERSION`]. One that is missing or does not open is begun anew, empty, and a
//! file says so until it was filled again ([`TantivySearch::mark_rebuilt`]).

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use domain::ports::{Found, PortError, PortResult, Search, SearchDoc, SearchQuery};
use tantivy::directory::error::{LockError, OpenWriteError};
use tantivy::{Index, IndexReader, IndexWriter, TantivyError};

use crate::adapters::full_text::fields::Fields;
use crate::adapters::full_text::{self, VERSION, WRITER_BYTES, ask};

/// A write that fails with less room than this failed for want of it: tantivy does not always say why.
const ROOM: u64 = 2 * WRITER_BYTES as u64;
/// Two commits within this time may bear the same time: file systems count in ticks, the coarsest in seconds.
const TICK: Duration = Duration::from_secs(2);

/// The index.
#[derive(Clone)]
pub struct TantivySearch(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    marker: PathBuf,
    index: Index,
    fields: Fields,
    reader: IndexReader,
    /// When the commit that the reader shows was made; `None` while another may yet bear the same time.
    shown: Mutex<Option<SystemTime>>,
    /// Made by the first write, and kept: it holds the lock.
    writer: Mutex<Option<IndexWriter>>,
}

impl TantivySearch {
    /// Opens the index below `root`, or begins it anew.
    ///
    /// # Errors
    /// When the folder cannot be made or written.
    pub fn open(root: &Path) -> io::Result<Self> {
        let folder = root.join(format!("v{VERSION}"));
        let marker = root.join("needs-rebuild");
        remove_others(root, &folder)?;
        let (fields, schema) = Fields::new();
        let begun = folder.join("meta.json").try_exists()?;
        // tantivy panics over some damages.
        let opened = std::panic::catch_unwind(|| begun.then(|| full_text::open(&folder, &schema).ok()).flatten());
        let opened = opened.unwrap_or(None);
        let (index, reader) = match opened {
            Some(opened) => opened,
            None => {
                fs::create_dir_all(root)?;
                fs::write(&marker, "")?;
                if folder.try_exists()? {
                    fs::remove_dir_all(&folder)?;
                }
                fs::create_dir_all(&folder)?;
                full_text::open(&folder, &schema).map_err(io::Error::other)?
            }
        };
        let (shown, writer) = (Mutex::default(), Mutex::default());
        Ok(Self(Arc::new(Inner { folder, marker, index, fields, reader, shown, writer })))
    }

    /// True when the index was begun anew and not filled again since.
    pub fn needs_rebuild(&self) -> bool {
        self.0.marker.exists()
    }

    /// Says that the index was filled again.
    ///
    /// # Errors
    /// `Failed`.
    pub fn mark_rebuilt(&self) -> PortResult<()> {
        match fs::remove_file(&self.0.marker) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(PortError::failed("mark the index as filled")(error))
            }
            _ => Ok(()),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        context: &'static str,
        work: impl FnOnce(&Inner) -> tantivy::Result<T> + Send + 'static,
    ) -> PortResult<T> {
        let inner = self.0.clone();
        let outcome = tokio::task::spawn_blocking(move || work(&inner)).await;
        let room = || fs4::available_space(&self.0.folder);
        outcome.map_err(PortError::failed(context))?.map_err(|error| in_words(context, error, room))
    }
}

fn in_words(context: &'static str, error: TantivyError, room: impl Fn() -> io::Result<u64>) -> PortError {
    let is_full = |error: &io::Error| matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded);
    match &error {
        TantivyError::LockFailure(LockError::LockBusy, _) => PortError::Busy { retry_after: 5 },
        TantivyError::IoError(io) if is_full(io) => PortError::Full,
        TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. }) if is_full(io_error) => PortError::Full,
        // What fails in a thread of tantivy's own arrives as a sentence.
        TantivyError::ErrorInThread(_) | TantivyError::IoError(_) | TantivyError::OpenWriteError(_)
            if room().is_ok_and(|room| room < ROOM) =>
        {
            PortError::Full
        }
        _ => PortError::failed(context)(error),
    }
}

/// Removes the indexes of other versions.
fn remove_others(root: &Path, keep: &Path) -> io::Result<()> {
    let reader = match fs::read_dir(root) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    for entry in reader {
        let path = entry?.path();
        if path.is_dir() && path != keep {
            fs::remove_dir_all(&path)?;
        }
    }
    Ok(())
}

impl Inner {
    /// Writes and commits; a writer that failed is thrown away with all that was not committed.
    fn write(&self, work: impl FnOnce(&mut IndexWriter) -> tantivy::Result<()>) -> tantivy::Result<()> {
        let mut slot = locked(&self.writer);
        let mut writer = match slot.take() {
            Some(writer) => writer,
            None => self.index.writer_with_num_threads(1, WRITER_BYTES)?,
        };
        work(&mut writer)?;
        writer.commit()?;
        *slot = Some(writer);
        self.show_latest()
    }

    /// Lets the reader show the latest commit of any process. tantivy replaces `meta.json` at each.
    fn show_latest(&self) -> tantivy::Result<()> {
        let latest = fs::metadata(self.folder.join("meta.json")).and_then(|meta| meta.modified()).ok();
        let mut shown = locked(&self.shown);
        if latest.is_none() || *shown != latest {
            let is_settled = |time: &SystemTime| time.elapsed().is_ok_and(|age| age > TICK);
            let latest = latest.filter(is_settled);
            self.reader.reload()?;
            *shown = latest;
        }
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Search for TantivySearch {
    async fn put(&self, docs: Vec<SearchDoc>) -> PortResult<()> {
        if docs.is_empty() {
            return Ok(());
        }
        let put = move |inner: &Inner| {
            inner.write(|writer| {
                for doc in docs {
                    writer.delete_term(inner.fields.id_term(&doc.id));
                    writer.add_document(inner.fields.document(doc))?;
                }
                Ok(())
            })
        };
        self.run("put into the search index", put).await
    }

    async fn delete(&self, things: &[String]) -> PortResult<()> {
        if things.is_empty() {
            return Ok(());
        }
        let things = things.to_vec();
        let delete = move |inner: &Inner| {
            inner.write(|writer| {
                for thing in &things {
                    writer.delete_term(inner.fields.thing_term(thing));
                }
                Ok(())
            })
        };
        self.run("delete from the search index", delete).await
    }

    async fn search(&self, query: &SearchQuery) -> PortResult<Vec<Found>> {
        let query = query.clone();
        let search = move |inner: &Inner| {
            inner.show_latest()?;
            ask::search(&inner.reader.searcher(), &inner.fields, &query)
        };
        self.run("search", search).await
    }

    async fn clear(&self) -> PortResult<()> {
        let clear = |inner: &Inner| inner.write(|writer| writer.delete_all_documents().map(drop));
        self.run("clear the search index", clear).await
    }
}

#[cfg(test)]
mod tests;
