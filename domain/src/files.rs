//! Files: originals by content, each exactly as visible as the notes that use it.

use shared::files::File;
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
