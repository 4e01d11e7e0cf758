//! Links: which note or file a name means. Keys are listed in `notes/keys.rs`.

pub(crate) mod body;
pub(crate) mod names;
pub(crate) mod pick;
pub(crate) mod reader;
pub(crate) mod resolve;

use unicode_normalization::UnicodeNormalization;

/// Names are compared like this: composed, without regard to case and to how wide blanks are; accents count.
pub(crate) fn fold(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.nfc().flat_map(char::to_lowercase).nfc());
    }
    out
}

/// What stands after the last slash.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, base)| base)
}

/// What stands before the last slash; empty for none.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A note's vault path without its ending.
pub(crate) fn without_md(path: &str) -> &str {
    match path.len().checked_sub(3).and_then(|at| path.split_at_checked(at)) {
        Some((stem, end)) if end.eq_ignore_ascii_case(".md") => stem,
        _ => path,
    }
}
