//! The owner's settings of the whole site.

use shared::settings::Settings;
use shared::{Result, Viewer};

use crate::Site;
use crate::ports::{Key, Table};

fn key() -> Key {
    Key::new(Table::Site, "settings", "settings")
}

/// As stored, or the defaults.
pub async fn get(site: &Site) -> Result<Settings> {
    let stored = site.get::<Settings>(&key()).await?;
    Ok(stored.map(|stored| Settings { version: stored.version, ..stored.doc }).unwrap_or_default())
}

/// Owner. `settings.version` names the version it was based on; `Conflict` when that is not the stored one. A home note
/// must be the slug of a note.
pub async fn save(site: &Site, viewer: &Viewer, settings: Settings) -> Result<Settings> {
    todo!("{:?}{:?}{}", viewer, settings, site.clock.id())
}
