//! Bytes in a folder: a blob's key is its path, so the folder can be browsed and copied as it is.
//!
//! A put writes a temporary file beside its target, syncs it, renames it over the target and syncs the folder: whole or
//! absent. A media type that does not follow from the name stands in a note beside the file ([`sidecar`]). Names of ours
//! carry a `~`, which no key has.

mod sidecar;
mod tree;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::ports::{BlobMeta, Blobs, ByteRange, PortError, PortResult, rules};
use shared::page::Page;

/// The store of bytes.
#[derive(Clone)]
pub struct FolderBlobs(Arc<Folder>);

struct Folder {
    root: PathBuf,
    /// Puts and deletes take turns, so that a file and its note change together.
    turn: Mutex<()>,
}

impl FolderBlobs {
    /// Opens the folder, or makes it, and removes what a crash left behind.
    ///
    /// # Errors
    /// When it cannot be made or read.
    pub fn open(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        tree::clean(root)?;
        Ok(Self(Arc::new(Folder { root: root.into(), turn: Mutex::new(()) })))
    }

    async fn run<T: Send + 'static>(
        &self,
        context: &'static str,
        work: impl FnOnce(&Folder) -> io::Result<T> + Send + 'static,
    ) -> PortResult<T> {
        let folder = self.0.clone();
        let outcome = tokio::task::spawn_blocking(move || work(&folder)).await;
        outcome.map_err(PortError::failed(context))?.map_err(|error| match error.kind() {
            ErrorKind::NotFound => PortError::Absent,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => PortError::Full,
            _ => PortError::failed(context)(error),
        })
    }
}

impl Folder {
    fn put(&self, key: &str, media_type: &str, bytes: &[u8]) -> io::Result<()> {
        let target = self.root.join(key);
        let parent = target.parent().unwrap_or(&self.root);
        let temporary = self.write_beside(parent, bytes)?;
        let place = || {
            let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let noted = sidecar::prepare(&target, &temporary, media_type)?;
            fs::rename(&temporary, &target)?;
            sync_folder(parent)?;
            sidecar::settle(&target, media_type, noted)
        };
        let placed = place();
        if placed.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        placed
    }

    /// Writes a durable temporary file. Where another process just removed the folder because it was empty, once more.
    fn write_beside(&self, folder: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
        let mut tries = 0;
        loop {
            create_folders(&self.root, folder)?;
            let temporary = temporary(folder);
            match write_synced(&temporary, bytes) {
                Ok(()) => return Ok(temporary),
                Err(error) if error.kind() == ErrorKind::NotFound && tries < 3 => tries += 1,
                Err(error) => {
                    let _ = fs::remove_file(&temporary);
                    return Err(error);
                }
            }
        }
    }

    fn get(&self, key: &str, range: Option<ByteRange>) -> io::Result<Vec<u8>> {
        let mut file = open_file(&self.root.join(key))?;
        let size = file.metadata()?.len();
        let (first, length) = match range {
            None => (0, size),
            Some(range) => range.within(size).ok_or(ErrorKind::NotFound)?,
        };
        if first > 0 {
            file.seek(SeekFrom::Start(first))?;
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn head(&self, key: &str) -> io::Result<BlobMeta> {
        let target = self.root.join(key);
        let size = open_file(&target)?.metadata()?.len();
        Ok(BlobMeta { size, media_type: sidecar::read(&target)? })
    }

    fn delete(&self, key: &str) -> io::Result<()> {
        let target = self.root.join(key);
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        open_file(&target)?;
        fs::remove_file(&target)?;
        sidecar::remove(&target)?;
        sync_folder(target.parent().unwrap_or(&self.root))
    }
}

/// Opens a file; a folder is none.
fn open_file(path: &Path) -> io::Result<File> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotADirectory | ErrorKind::InvalidFilename => ErrorKind::NotFound.into(),
        _ => error,
    })?;
    if file.metadata()?.is_dir() {
        return Err(ErrorKind::NotFound.into());
    }
    Ok(file)
}

/// Makes the folders down to `to`, each one's entry durable.
fn create_folders(root: &Path, to: &Path) -> io::Result<()> {
    if to.is_dir() || to == root {
        return Ok(());
    }
    let parent = to.parent().unwrap_or(root);
    create_folders(root, parent)?;
    match fs::create_dir(to) {
        Ok(()) => sync_folder(parent),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && to.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
}

/// A name that no key and no other temporary file has.
fn temporary(folder: &Path) -> PathBuf {
    folder.join(format!("{:016x}~part", rand::random::<u64>()))
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a folder's entries durable.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if std::env::consts::FAMILY == "unix" { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[async_trait]
impl Blobs for FolderBlobs {
    async fn put(&self, key: &str, media_type: &str, bytes: Vec<u8>) -> PortResult<()> {
        rules::check_blob_key(key)?;
        let (key, media_type) = (key.to_owned(), media_type.to_owned());
        let placed = self.run("put a blob", move |folder| folder.put(&key, &media_type, &bytes)).await;
        placed.map_err(|error| match error {
            PortError::Absent => PortError::failed("put a blob")("its folder went away"),
            other => other,
        })
    }

    async fn get(&self, key: &str, range: Option<ByteRange>) -> PortResult<Vec<u8>> {
        rules::check_blob_key(key).map_err(|_| PortError::Absent)?;
        let key = key.to_owned();
        self.run("get a blob", move |folder| folder.get(&key, range)).await
    }

    async fn head(&self, key: &str) -> PortResult<Option<BlobMeta>> {
        if rules::check_blob_key(key).is_err() {
            return Ok(None);
        }
        let key = key.to_owned();
        match self.run("look at a blob", move |folder| folder.head(&key)).await {
            Err(PortError::Absent) => Ok(None),
            other => other.map(Some),
        }
    }

    async fn delete(&self, key: &str) -> PortResult<()> {
        if rules::check_blob_key(key).is_err() {
            return Ok(());
        }
        let key = key.to_owned();
        match self.run("delete a blob", move |folder| folder.delete(&key)).await {
            Err(PortError::Absent) => Ok(()),
            other => other,
        }
    }

    async fn list(&self, prefix: &str, cursor: Option<&str>) -> PortResult<Page<String>> {
        let (prefix, cursor) = (prefix.to_owned(), cursor.map(str::to_owned));
        self.run("list blobs", move |folder| tree::list(&folder.root, &prefix, cursor.as_deref())).await
    }
}

#[cfg(test)]
mod tests;
