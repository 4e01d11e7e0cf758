//! Files: originals by content, each exactly as visible as the notes that use it. Keys and access patterns are listed in
//! `files/keys.rs`.

use shared::files::File;

mod add;
mod attach;
mod keys;
mod media_type;
mod metadata;
mod names;
mod open;
mod uses;

#[cfg(test)]
mod tests;

pub use add::add;
pub(crate) use add::{Origin, put_back, would_serve};
pub use attach::attach;
pub use names::{all_named, named};
pub(crate) use open::original;
pub use open::{list, open, read};
pub use uses::set_uses;

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

/// What links find files by: each name and vault path under which the same bytes came.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NamedFile {
    /// Without folders, as it came.
    pub name: String,
    /// Where it stood in a vault.
    pub path: Option<String>,
    /// The file, under this name; `file.href()` is the address for readers.
    pub file: File,
}

/// The form in which names are compared: composed, lower case.
pub fn fold_name(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfc().flat_map(char::to_lowercase).nfc().collect()
}
