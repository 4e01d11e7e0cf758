//! The owner's originals.

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use shared::Result;

use super::archive::Archive;
use super::{FileEntry, FileName, failed};
use crate::Site;
use crate::files::{self, NamedFile};
use crate::import::{Progress, Stage};

/// Every file under each of its names.
pub(super) async fn write<W: Write + Seek>(
    site: &Site,
    archive: &mut Archive<W>,
    progress: &dyn Progress,
) -> Result<Vec<FileEntry>> {
    let mut by_hash: BTreeMap<String, Vec<NamedFile>> = BTreeMap::new();
    for named in files::all_named(site).await? {
        by_hash.entry(named.file.hash.clone()).or_default().push(named);
    }
    let total = by_hash.len() as u64;
    let mut entries = Vec::new();
    for (hash, names) in by_hash {
        progress.at(Stage::Files, entries.len() as u64, total);
        let Some(file) = names.first().map(|named| named.file.clone()) else { continue };
        let bytes = files::original(site, &hash).await?;
        let mut kept = Vec::new();
        for NamedFile { name, path, .. } in names {
            let place = match &path {
                Some(path) => archive.name("notes", path),
                None => archive.name("files", &name),
            };
            archive.add(&place, &bytes).map_err(failed)?;
            kept.push(FileName { name, path, file: place });
        }
        entries.push(FileEntry {
            id: file.id,
            hash,
            media_type: file.media_type,
            size: file.size,
            created: file.created,
            serving: file.serving,
            names: kept,
        });
    }
    progress.at(Stage::Files, total, total);
    Ok(entries)
}
