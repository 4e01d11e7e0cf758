//! What earlier imports remember: for each path the note it became and the text it had.
//!
//! Stored in the table `notes` under `import` / `{path}`, in the same transaction as the note itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::ids::NoteId;

use crate::Site;
use crate::notes::Publish;
use crate::ports::{Expect, Key, PortResult, Query, Table, Write};
use crate::table::{self, decode};

const PARTITION: &str = "import";
/// A longer path is no key in every store; such a note is imported and not recognised again.
pub(super) const PATH_BYTES: usize = 1_000;

/// What is remembered of an imported note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    pub note: NoteId,
    /// SHA-256 of the file, which is the note's text as it was then.
    pub hash: String,
    /// The title it was given.
    pub title: String,
    /// What its front matter asked for.
    pub publish: Publish,
    /// What the vault was called. It may be called otherwise by now; see `plan::family`.
    #[serde(default)]
    pub vault: String,
}

fn key(path: &str) -> Key {
    Key::new(Table::Notes, PARTITION, path)
}

/// SHA-256, hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// Everything, by path.
pub(super) async fn all(site: &Site) -> PortResult<BTreeMap<String, Known>> {
    let mut query = Query { limit: 1_000, ..Query::partition(Table::Notes, PARTITION) };
    let mut found = BTreeMap::new();
    loop {
        let page = site.records.query(&query).await?;
        for record in page.items {
            let path = record.key.sk.clone();
            found.insert(path, decode::<Known>(record)?.doc);
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(found);
        }
    }
}

/// The write that remembers.
pub(super) fn remember(path: &str, known: &Known) -> PortResult<Write> {
    Ok(table::put(key(path), known, Expect::Any)?.into())
}

/// The write that forgets a path the note no longer has.
pub(super) fn forget(path: &str) -> Write {
    Write::Delete { key: key(path), expect: Expect::Any }
}
