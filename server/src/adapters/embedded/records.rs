//! Items in SQLite: one real table a resource, one thread that writes, and as many readers as ask at once.
//!
//! Reads run where they are called: a page's worth of items comes out of the file cache in some ten microseconds, less
//! than a trip to another thread costs.

pub(super) mod read;
pub(super) mod schema;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::ports::{Clock, Expect, Key, PortError, PortResult, Put, Query, Record, Records, Write, rules};
use rusqlite::{Connection, ErrorCode};
use shared::page::Page;
use tokio::sync::oneshot;

use self::writer::{Job, Writer};
use super::OpenError;

/// Readers that are kept open.
const IDLE_READERS: usize = 8;

/// The store of structured items, in one file.
pub struct SqliteRecords {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    writer: Writer,
    readers: Mutex<Vec<Connection>>,
    /// One connection that never writes sees every other one's commits, this process's and others', as new versions.
    watch: Mutex<Connection>,
}

impl SqliteRecords {
    /// Opens the file, or makes it; brings an older one forward after copying it to `backups`.
    ///
    /// # Errors
    /// [`OpenError`], in words.
    pub fn open(path: &Path, backups: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let connection = schema::open(path, backups, schema::MIGRATIONS, clock.now())?;
        Self::over(connection, path, clock)
    }

    fn over(connection: Connection, path: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let refused =
            |source: Box<dyn std::error::Error + Send + Sync>| OpenError::Database { path: path.into(), source };
        let watch = schema::reader(path).map_err(|error| refused(error.into()))?;
        let now = clock.clone();
        let writer = Writer::start(connection, move || now.now()).map_err(|error| refused(error.into()))?;
        Ok(Self { path: path.into(), clock, writer, readers: Mutex::default(), watch: Mutex::new(watch) })
    }

    /// Writes a consistent copy into a new file while the store goes on working.
    ///
    /// # Errors
    /// `Full`, `Failed`.
    pub fn back_up(&self, to: &Path) -> PortResult<()> {
        self.read("copy the database", |connection| {
            // A copy is a write into another file, which `query_only` forbids.
            connection.pragma_update(None, "query_only", false)?;
            let copied = schema::back_up(connection, to);
            connection.pragma_update(None, "query_only", true)?;
            copied
        })
    }

    /// Asks SQLite to look at every page; answers what it finds, nothing when all is well.
    ///
    /// # Errors
    /// `Failed`.
    pub fn check(&self) -> PortResult<Vec<String>> {
        self.read("check the database", |connection| {
            let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
            let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
            lines.filter(|line| line.as_ref().map_or(true, |line| line != "ok")).collect()
        })
    }

    fn read<T>(&self, context: &'static str, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> PortResult<T> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| schema::reader(&self.path), Ok).map_err(failed(context))?;
        let outcome = read(&connection);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < IDLE_READERS && connection.is_autocommit() {
            readers.push(connection);
        }
        outcome.map_err(failed(context))
    }

    async fn write(&self, writes: Vec<Write>) -> PortResult<u64> {
        rules::check_writes(&writes)?;
        let (reply, answer) = oneshot::channel();
        self.writer.send(Job { writes, now: self.clock.now(), reply })?;
        answer.await.unwrap_or_else(|gone| Err(PortError::failed("write")(gone)))
    }
}

#[async_trait]
impl Records for SqliteRecords {
    async fn get(&self, key: &Key) -> PortResult<Option<Record>> {
        let now = self.clock.now();
        self.read("get an item", |connection| read::get(connection, key, now))
    }

    async fn batch_get(&self, keys: &[Key]) -> PortResult<Vec<Option<Record>>> {
        rules::check_batch(keys)?;
        let now = self.clock.now();
        self.read("get items", |connection| read::batch_get(connection, keys, now))
    }

    async fn query(&self, query: &Query) -> PortResult<Page<Record>> {
        let now = self.clock.now();
        let plan = read::plan(query)?;
        self.read("query items", |connection| read::query(connection, query, &plan, now))
    }

    async fn put(&self, put: Put) -> PortResult<u64> {
        self.write(vec![Write::Put(put)]).await
    }

    async fn delete(&self, key: &Key, expect: Expect) -> PortResult<()> {
        self.write(vec![Write::Delete { key: key.clone(), expect }]).await.map(drop)
    }

    async fn transact(&self, writes: Vec<Write>) -> PortResult<()> {
        if writes.is_empty() {
            return Ok(());
        }
        self.write(writes).await.map(drop)
    }

    async fn generation(&self) -> PortResult<Option<u64>> {
        let watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let version = || watch.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0));
        version().map(Some).map_err(failed("ask for the generation"))
    }
}

/// What SQLite says, in the port's words.
fn failed(context: &'static str) -> impl FnOnce(rusqlite::Error) -> PortError {
    move |error| match error.sqlite_error_code() {
        _ if schema::is_full(&error) => PortError::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => PortError::Busy { retry_after: 1 },
        _ => PortError::failed(context)(error),
    }
}

#[cfg(test)]
mod tests;
