//! Leaving with everything: a zip of ordinary files, and a manifest that says what files cannot.

use std::io::{Seek, Write};

use shared::{Result, Viewer};

use crate::Site;
use crate::import::Progress;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Notes, those in the trash among them.
    pub notes: u64,
    /// Originals.
    pub files: u64,
    /// Versions of histories.
    pub versions: u64,
}

/// Owner. Writes everything: notes with their histories, files, settings. No passwords and no sessions.
pub async fn run<W: Write + Seek + Send>(
    site: &Site,
    viewer: &Viewer,
    writer: W,
    progress: &dyn Progress,
) -> Result<Exported> {
    let _ = (writer, progress);
    todo!("{:?}{}", viewer, site.clock.id())
}
