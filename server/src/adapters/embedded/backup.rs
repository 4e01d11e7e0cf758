//! A home in one zip file: `site.db` and `blobs/`. The search index is left out; it is rebuilt.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Component, Path, PathBuf};

use domain::ports::PortError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::records::SqliteRecords;

const DATABASE: &str = "site.db";
const BLOBS: &str = "blobs";

/// Why a backup was not written or not restored, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Nothing is overwritten.
    #[error("{path} is there already. Choose another name, or move it away.")]
    Taken {
        /// What is in the way.
        path: PathBuf,
    },
    /// There is no such file, or it is something else.
    #[error("{path} is no backup of Commonplace: {reason}.")]
    NoBackup {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The database could not be copied.
    #[error("the database cannot be copied: {0}")]
    Database(#[source] PortError),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    |source| BackupError::Io { path, source }
}

/// Writes the zip under a temporary name and moves it into place. The database comes first: every blob that it names was
/// stored before it was.
pub fn write(records: &SqliteRecords, data: &Path, to: &Path) -> Result<(), BackupError> {
    if to.exists() {
        return Err(BackupError::Taken { path: to.into() });
    }
    let folder = match to.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(at(folder))?;
    let mark = format!("{:016x}", rand::random::<u64>());
    let (copy, temporary) = (folder.join(format!("{mark}.db~part")), folder.join(format!("{mark}.zip~part")));
    let written = records.back_up(&copy).map_err(BackupError::Database).and_then(|()| {
        write_zip(&copy, &data.join(BLOBS), &temporary).map_err(at(&temporary))?;
        fs::rename(&temporary, to).map_err(at(to))
    });
    let _ = fs::remove_file(&copy);
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_zip(database: &Path, blobs: &Path, to: &Path) -> io::Result<()> {
    let mut zip = ZipWriter::new(File::create_new(to)?);
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    // Pictures are packed already.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    zip.start_file(DATABASE, packed)?;
    io::copy(&mut File::open(database)?, &mut zip)?;
    let mut folders = vec![blobs.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(blobs).map_err(io::Error::other)?;
            let mut file = match File::open(&path) {
                // Deleted, or a temporary file moved into place, since the folder was listed.
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                other => other?,
            };
            if below.to_string_lossy().ends_with("~part") {
                continue;
            }
            zip.start_file(format!("{BLOBS}/{}", with_slashes(below)), stored)?;
            io::copy(&mut file, &mut zip)?;
        }
    }
    let mut file = zip.finish()?;
    file.flush()?;
    file.sync_all()
}

fn with_slashes(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Unpacks a backup into a folder that holds no site yet. The database is put in place last, so that a restore that
/// breaks off leaves no half site.
///
/// # Errors
/// [`BackupError`], in words for the operator.
pub fn restore(from: &Path, data: &Path) -> Result<(), BackupError> {
    let database = data.join(DATABASE);
    if database.exists() {
        return Err(BackupError::Taken { path: database });
    }
    let no_backup = |reason: String| BackupError::NoBackup { path: from.into(), reason };
    let file = File::open(from).map_err(at(from))?;
    let mut zip = ZipArchive::new(file).map_err(|error| no_backup(error.to_string()))?;
    if zip.by_name(DATABASE).is_err() {
        return Err(no_backup(format!("it holds no {DATABASE}")));
    }
    fs::create_dir_all(data).map_err(at(data))?;
    let arriving = data.join(format!("{DATABASE}~part"));
    for i in 0..zip.len() {
        let mut entry = zip.by_index(i).map_err(|error| no_backup(error.to_string()))?;
        let name = entry.name().map_err(|error| no_backup(error.to_string()))?.into_owned();
        let elsewhere = || no_backup(format!("{name:?} in it leads elsewhere"));
        let target =
            if name == DATABASE { arriving.clone() } else { data.join(below_blobs(&name).ok_or_else(elsewhere)?) };
        let parent = target.parent().unwrap_or(data);
        fs::create_dir_all(parent).map_err(at(parent))?;
        let unpacked = File::create(&target).and_then(|mut file| {
            io::copy(&mut entry, &mut file)?;
            file.sync_all()
        });
        unpacked.map_err(at(&target))?;
    }
    fs::rename(&arriving, &database).map_err(at(&database))
}

/// A relative path below the folder of blobs, and nothing else.
fn below_blobs(name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_))) && !name.contains('\\');
    (plain && path.starts_with(BLOBS) && path.components().count() > 1).then(|| path.to_owned())
}
