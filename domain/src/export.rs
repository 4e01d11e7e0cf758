//! Leaving with everything: a zip of ordinary files, and a manifest that says what files cannot.
//!
//! | in the zip | is |
//! | --- | --- |
//! | `notes/{vault path, or slug}.md` | the working text, with the front matter it lacks added |
//! | `notes/{vault path}` | a file that came with a vault, as it came |
//! | `published/{…}.md` | the published text, where it is another than the working text |
//! | `versions/{id}/{number}.md` | a text of the history, where it is none of these |
//! | `files/{name}` | another file, as it came |
//! | `commonplace.json` | the [`Manifest`] |
//!
//! The same site gives the same bytes: nothing in the zip depends on when or where it was made.

use std::io::{Seek, Write};

use shared::{Error, Result, Viewer};

use crate::Site;
use crate::import::{Progress, Stage};
use crate::ports::PortError;

mod archive;
mod front;
mod manifest;
mod notes;
mod originals;
mod restore;

#[cfg(test)]
mod tests;

pub use manifest::{FileEntry, FileName, Inserted, Manifest, NoteEntry, PublicationEntry, TextPlace, VersionEntry};

pub use restore::restore;

/// What was written, or brought back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Notes, those in the trash among them.
    pub notes: u64,
    /// Originals.
    pub files: u64,
    /// Texts of histories.
    pub versions: u64,
}

/// Owner. Writes everything: notes with their histories, files, settings. No passwords and no sessions.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Internal`] when the writer fails, with the reason in the log; those of the store.
pub async fn run<W: Write + Seek + Send>(
    site: &Site,
    viewer: &Viewer,
    writer: W,
    progress: &dyn Progress,
) -> Result<Exported> {
    viewer.require_owner()?;
    let mut archive = archive::Archive::new(writer);
    let mut exported = Exported::default();
    let ids = notes::ids(site, viewer).await?;
    let mut manifest = Manifest::new(crate::settings::get(site).await?);
    for (done, id) in ids.iter().enumerate() {
        progress.at(Stage::Notes, done as u64, ids.len() as u64);
        let Some(entry) = notes::write(site, *id, &mut archive).await? else { continue };
        exported.notes += 1;
        exported.versions += entry.versions.len() as u64;
        manifest.notes.push(entry);
    }
    progress.at(Stage::Notes, ids.len() as u64, ids.len() as u64);
    manifest.files = originals::write(site, &mut archive, progress).await?;
    manifest.imported = crate::import::remembered(site).await?;
    exported.files = manifest.files.len() as u64;
    let text = serde_json::to_vec_pretty(&manifest).map_err(PortError::failed("write the manifest"))?;
    archive.add(manifest::PATH, &text).map_err(failed)?;
    archive.finish().map_err(failed)?;
    Ok(exported)
}

fn failed(error: std::io::Error) -> Error {
    PortError::failed("write the export")(error).into()
}
