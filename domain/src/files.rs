//! Files: originals by content, each exactly as visible as the notes that use it.

use shared::files::File;
use shared::ids::NoteId;
use shared::page::Page;
use shared::{Result, Viewer};

use crate::Site;
use crate::ports::ByteRange;

/// What somebody brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewFile {
    /// Its name, without folders.
    pub name: String,
    /// Where it stood in a vault.
    pub path: Option<String>,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Owner. Keeps the bytes (once, however often they come) and what is known of them.
pub async fn add(site: &Site, viewer: &Viewer, new: NewFile) -> Result<File> {
    todo!("{:?}{:?}{}", viewer, new, site.clock.id())
}

/// What stands at `/media/{hash}/{name}` for this viewer: `NotFound` unless a thing that uses it may be read by them.
pub async fn open(site: &Site, viewer: &Viewer, hash: &str) -> Result<File> {
    todo!("{:?}{:?}{}", viewer, hash, site.clock.id())
}

/// Its bytes, or a range of them. Ask [`open`] first.
pub async fn read(site: &Site, file: &File, range: Option<ByteRange>) -> Result<Vec<u8>> {
    todo!("{:?}{:?}{}", file, range, site.clock.id())
}

/// Owner. Latest first.
pub async fn list(site: &Site, viewer: &Viewer, cursor: Option<&str>) -> Result<Page<File>> {
    todo!("{:?}{:?}{}", viewer, cursor, site.clock.id())
}

/// What links find files by: each name and vault path under which the same bytes came.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NamedFile {
    /// Without folders, as it came.
    pub name: String,
    /// Where it stood in a vault.
    pub path: Option<String>,
    /// The file; `file.href()` is the address for readers.
    pub file: File,
}

/// For links (checks nobody's rights): every file of one of these names, folders left out, upper and lower case alike.
/// One query a distinct name.
pub async fn named(site: &Site, names: &[String]) -> Result<Vec<NamedFile>> {
    todo!("{:?}{}", names, site.clock.id())
}

/// For links (checks nobody's rights): every name of every file.
pub async fn all_named(site: &Site) -> Result<Vec<NamedFile>> {
    todo!("{}", site.clock.id())
}

/// For the outbox: the *published* text of this note shows or links exactly these files ([`File::hash`]) from now on; none
/// when it is withdrawn, trashed or purged. Idempotent.
pub async fn set_uses(site: &Site, note: NoteId, hashes: &[String]) -> Result<()> {
    todo!("{:?}{:?}{}", note, hashes, site.clock.id())
}
