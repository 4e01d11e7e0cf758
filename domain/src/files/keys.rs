//! What is stored of files, in the table `files` and among the blobs.
//!
//! | to find | key | document |
//! | --- | --- | --- |
//! | a file by the hash of its original | `file#{hash}` / `file` | [`File`]; index `files` / latest first |
//! | a file by the hash of the copy that readers get | `served#{hash}` / `file` | [`File`] |
//! | the notes whose published text uses it | `file#{hash}` / `use#{note}` | empty |
//! | what a note uses, to tell what changed | `note#{note}` / `uses` | [`Uses`] |
//! | files by name, all names | `names` / `{folded name}/{path}` | [`super::NamedFile`] |
//! | which bytes took a name that an attachment wished for | `claim` / `{folded name}` | their hash |
//! | the original's bytes | blob `originals/{hash}` | |
//! | the bytes readers get, where they are others | blob `public/{hash}` | |

use serde::{Deserialize, Serialize};
use shared::files::{File, Serving};
use shared::ids::NoteId;

use super::{NamedFile, fold_name};
use crate::ports::{Key, Table};

/// What a note uses, by hash of the original.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Uses {
    pub hashes: Vec<String>,
    /// True while a change too large for one transaction is under way: then some of the hashes may not be written yet.
    #[serde(default)]
    pub changing: bool,
}

fn files(pk: impl Into<String>, sk: impl Into<String>) -> Key {
    Key::new(Table::Files, pk, sk)
}

pub(super) fn file_key(hash: &str) -> Key {
    files(format!("file#{hash}"), "file")
}

pub(super) fn served_key(copy: &str) -> Key {
    files(format!("served#{copy}"), "file")
}

pub(super) const USE: &str = "use#";

pub(super) fn use_key(hash: &str, note: NoteId) -> Key {
    files(format!("file#{hash}"), format!("{USE}{note}"))
}

pub(super) fn uses_key(note: NoteId) -> Key {
    files(format!("note#{note}"), "uses")
}

/// The index partition of all files.
pub(super) const ALL: &str = "files";
/// The partition of all names.
pub(super) const NAMES: &str = "names";

pub(super) fn claim_key(folded: &str) -> Key {
    files("claim", folded)
}

/// A name holds no `/`, so this prefix names exactly one.
pub(super) fn name_prefix(name: &str) -> String {
    format!("{}/", fold_name(name))
}

/// One item a vault path; without a path, one for the same bytes under the same name.
pub(super) fn name_key(named: &NamedFile) -> Key {
    let place = named.path.clone().unwrap_or_else(|| format!("#{}", named.file.hash));
    files(NAMES, format!("{}{place}", name_prefix(&named.name)))
}

/// The bytes of this very form of a file: see [`File::served`].
pub(super) fn blob_key(file: &File) -> String {
    match &file.serving {
        Serving::Copy { hash, .. } if *hash == file.hash => copy_key(hash),
        _ => original_key(&file.hash),
    }
}

pub(super) fn original_key(hash: &str) -> String {
    format!("originals/{hash}")
}

pub(super) fn copy_key(hash: &str) -> String {
    format!("public/{hash}")
}

/// SHA-256 in lower-case hexadecimal, and nothing else.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
