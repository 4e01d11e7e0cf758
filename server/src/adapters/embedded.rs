//! The embedded home: one folder with everything in it. `docs/storage.md` says what lies where.

mod backup;
pub mod blobs;
pub mod identity;
pub mod mail;
pub mod records;
pub mod search;

use std::error::Error as StdError;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::Site;
use domain::ports::{Clock, PortResult};

use self::blobs::FolderBlobs;
use self::identity::RecordsIdentity;
use self::mail::FolderMail;
use self::records::SqliteRecords;
use self::search::TantivySearch;
use super::clock::SystemClock;
use super::fetch::{AddressPolicy, HttpFetch};

pub use self::backup::{BackupError, restore};

/// Why a home does not open, in words for its operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or a file in it refuses.
    #[error(
        "{path} cannot be made or written: {source}. Choose another data folder with --data, or mend its permissions."
    )]
    NotWritable {
        /// What refused.
        path: PathBuf,
        /// Why.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// No room left.
    #[error("the disk that holds {path} is full. Free some space on it, then try again.")]
    Full {
        /// What could not grow.
        path: PathBuf,
    },
    /// The file is something else, or damaged.
    #[error("{path} is not a database, or is damaged. Move it away to begin anew, or restore a backup in its place.")]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// It is a database that another program made.
    #[error("{path} is another program's database. Choose another data folder with --data.")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer Commonplace wrote it.
    #[error(
        "{path} was written by a newer version of Commonplace (schema {found}; this one knows {known}). \
         Install the newer version, or restore a backup from before it."
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: usize,
        /// The newest that this program knows.
        known: usize,
    },
    /// Anything else that SQLite says.
    #[error("{path} cannot be opened: {source}")]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// Another server has this folder.
    #[error("another server has {path} already. Stop it first, or choose another data folder with --data.")]
    Served {
        /// The folder.
        path: PathBuf,
    },
}

/// What may be set when a home is opened.
#[derive(Clone)]
pub struct Options {
    /// The source of time, ids and randomness.
    pub clock: Arc<dyn Clock>,
    /// What may be fetched from outside.
    pub fetch: AddressPolicy,
}

impl Default for Options {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), fetch: AddressPolicy::Public }
    }
}

/// The embedded home.
pub struct Embedded;

impl Embedded {
    /// Opens the home in this folder, or makes it. Several processes may have it open.
    ///
    /// # Errors
    /// [`OpenError`], in words for the operator.
    pub fn open(data: &Path, options: Options) -> Result<(Site, EmbeddedHandle), OpenError> {
        let Options { clock, fetch } = options;
        let refused = |path: PathBuf| move |error| OpenError::from_io(&path, error);
        create_private(data).map_err(refused(data.into()))?;
        let database = data.join("site.db");
        let is_new = !database.try_exists().map_err(refused(database.clone()))?;
        let records = SqliteRecords::open(&database, &data.join("backups"), clock.clone())?;
        let records = Arc::new(records);
        let folder = data.join("blobs");
        let blobs = FolderBlobs::open(&folder).map_err(refused(folder))?;
        let folder = data.join("search");
        let search = Arc::new(TantivySearch::open(&folder).map_err(refused(folder))?);
        if is_new {
            // There is nothing that its index lacks. Where that cannot be noted, it is filled again for nothing.
            let _ = search.mark_rebuilt();
        }
        let site = Site {
            records: records.clone(),
            blobs: Arc::new(blobs),
            search: search.clone(),
            identity: Arc::new(RecordsIdentity::new(records.clone(), clock.clone())),
            mail: Arc::new(FolderMail::new(&data.join("mail"), clock.clone())),
            fetch: Arc::new(HttpFetch::new(fetch)),
            clock,
        };
        Ok((site, EmbeddedHandle { data: data.into(), records, search }))
    }
}

impl OpenError {
    fn from_io(path: &Path, error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full { path: path.into() },
            _ => Self::NotWritable { path: path.into(), source: error.into() },
        }
    }
}

/// Makes the folder for its owner's eyes only; one that is there keeps its permissions.
fn create_private(folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// What only an embedded home can do.
pub struct EmbeddedHandle {
    data: PathBuf,
    records: Arc<SqliteRecords>,
    search: Arc<TantivySearch>,
}

impl EmbeddedHandle {
    /// The folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// True when the search index was found missing, old or damaged, and was not filled again since.
    pub fn search_needs_rebuild(&self) -> bool {
        self.search.needs_rebuild()
    }

    /// Fills the search index again from the records; answers how many things it holds then.
    ///
    /// # Errors
    /// `Busy` when another process holds the index; then it is for that one to do.
    pub async fn rebuild_search(&self, site: &Site) -> shared::Result<u64> {
        let count = domain::search::rebuild_unchecked(site).await?;
        self.search.mark_rebuilt()?;
        Ok(count)
    }

    /// Claims the folder for one server; it has it until the guard is dropped or the process ends.
    ///
    /// # Errors
    /// [`OpenError::Served`] when another one has it.
    pub fn lock_for_serving(&self) -> Result<ServeLock, OpenError> {
        let path = self.data.join("serve.lock");
        let file = File::create(&path).map_err(|error| OpenError::from_io(&path, error))?;
        match file.try_lock() {
            Ok(()) => Ok(ServeLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Served { path: self.data.clone() }),
            Err(TryLockError::Error(error)) => Err(OpenError::from_io(&path, error)),
        }
    }

    /// Writes everything that cannot be rebuilt into one new zip file, while the site goes on working: a consistent copy
    /// of the database and every blob. Blocks.
    ///
    /// # Errors
    /// [`BackupError`], in words for the operator.
    pub fn backup(&self, to: &Path) -> Result<(), BackupError> {
        backup::write(&self.records, &self.data, to)
    }

    /// Looks at every page of the database; answers what is wrong, nothing when all is well. Blocks.
    ///
    /// # Errors
    /// `Failed` when it cannot be looked at.
    pub fn check_database(&self) -> PortResult<Vec<String>> {
        self.records.check()
    }
}

/// One server's claim on a folder.
#[derive(Debug)]
pub struct ServeLock {
    _file: File,
}

#[cfg(test)]
mod tests;
