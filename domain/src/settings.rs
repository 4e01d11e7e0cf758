//! The owner's settings of the whole site.

use shared::settings::Settings;
use shared::{Error, Result, Viewer};

use crate::Site;
use crate::notes;
use crate::ports::{Expect, Key, Table, Write};
use crate::table::put;

pub(crate) fn key() -> Key {
    Key::new(Table::Site, "settings", "settings")
}

/// As stored, or the defaults.
pub async fn get(site: &Site) -> Result<Settings> {
    let stored = site.get::<Settings>(&key()).await?;
    Ok(stored.map(|stored| Settings { version: stored.version, ..stored.doc }).unwrap_or_default())
}

/// The first owner's name stands as the author until they say otherwise.
pub(crate) async fn introduce(site: &Site, name: &str) -> Result<()> {
    let stored = get(site).await?;
    if !stored.author.is_empty() {
        return Ok(());
    }
    let expect = if stored.version == 0 { Expect::Absent } else { Expect::Version(stored.version) };
    let settings = Settings { author: name.to_owned(), version: stored.version + 1, ..stored };
    match site.records.transact(vec![Write::Put(put(key(), &settings, expect)?)]).await {
        // Somebody is choosing settings already.
        Ok(()) | Err(crate::ports::PortError::Conflict) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Owner. `settings.version` names the version it was based on; `Conflict` when that is not the stored one. A home note
/// must be the slug of a note.
pub async fn save(site: &Site, viewer: &Viewer, settings: Settings) -> Result<Settings> {
    viewer.require_owner()?;
    settings.check()?;
    if let Some(slug) = &settings.home_note
        && !notes::is_here(site, slug).await?
    {
        let reason = format!("No note has the address “{slug}”.");
        return Err(Error::invalid("home_note", reason));
    }
    let expect = if settings.version == 0 { Expect::Absent } else { Expect::Version(settings.version) };
    let version = settings.version + 1;
    let settings = Settings { version, ..settings };
    match site.records.transact(vec![Write::Put(put(key(), &settings, expect)?)]).await {
        Ok(()) => Ok(settings),
        Err(crate::ports::PortError::Conflict) => {
            Err(Error::conflict("The settings were changed elsewhere since this page was opened. Look at them again."))
        }
        Err(error) => Err(error.into()),
    }
}
