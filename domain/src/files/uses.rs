//! Which notes use which files: derived by the outbox from the published texts.

use std::collections::BTreeSet;

use shared::ids::NoteId;
use shared::limits::TRANSACTION_ITEMS;
use shared::{Error, Result};

use super::keys::{self, Uses};
use crate::Site;
use crate::ports::{Expect, PortError, Write};
use crate::table::{self, Stored};

/// Another process that derives the same note may get in between so often.
const TRIES: u32 = 5;

/// For the outbox: the *published* text of this note shows or links exactly these files ([`shared::files::File::hash`],
/// the original's) from now on; none when it is withdrawn, trashed or purged. Idempotent.
///
/// # Errors
/// Those of the store.
pub async fn set_uses(site: &Site, note: NoteId, hashes: &[String]) -> Result<()> {
    let wanted: BTreeSet<&str> = hashes.iter().map(String::as_str).filter(|hash| keys::is_hash(hash)).collect();
    for _ in 0..TRIES {
        let stored = site.get::<Uses>(&keys::uses_key(note)).await?;
        match replace(site, note, stored, &wanted).await {
            Err(PortError::Conflict) => {}
            other => return Ok(other?),
        }
    }
    Err(Error::Busy { retry_after: 1 })
}

/// In one transaction if it fits; otherwise the list is marked as changing first, so that a change that was broken off
/// is made anew.
async fn replace(
    site: &Site,
    note: NoteId,
    stored: Option<Stored<Uses>>,
    wanted: &BTreeSet<&str>,
) -> crate::ports::PortResult<()> {
    let (version, before) = stored.map_or((0, Uses::default()), |stored| (stored.version, stored.doc));
    let had: BTreeSet<&str> = before.hashes.iter().map(String::as_str).collect();
    if had == *wanted && !before.changing {
        return Ok(());
    }
    let list = |hashes: &BTreeSet<&str>, changing, version| {
        let uses = Uses { hashes: hashes.iter().map(|hash| (*hash).to_owned()).collect(), changing };
        let expect = if version == 0 { Expect::Absent } else { Expect::Version(version) };
        table::put(keys::uses_key(note), &uses, expect)
    };
    let mut writes = Vec::new();
    for hash in wanted.iter().filter(|hash| before.changing || !had.contains(*hash)) {
        writes.push(table::put(keys::use_key(hash, note), &serde_json::json!({}), Expect::Any)?.into());
    }
    for hash in had.difference(wanted) {
        writes.push(Write::Delete { key: keys::use_key(hash, note), expect: Expect::Any });
    }
    if writes.len() < TRANSACTION_ITEMS {
        writes.push(list(wanted, false, version)?.into());
        return site.records.transact(writes).await;
    }
    let both: BTreeSet<&str> = had.union(wanted).copied().collect();
    let version = site.records.put(list(&both, true, version)?).await?;
    for chunk in writes.chunks(TRANSACTION_ITEMS) {
        site.records.transact(chunk.to_vec()).await?;
    }
    site.records.put(list(wanted, false, version)?).await?;
    Ok(())
}
