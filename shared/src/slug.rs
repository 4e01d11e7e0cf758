//! Slugs: lower-case segments of letters, digits and hyphens (any script's letters, NFC), joined by `/`.

use unicode_normalization::UnicodeNormalization;

use crate::ids::NoteId;
use crate::limits::SLUG_BYTES;
use crate::{Error, Result};

/// First segments that would be confused with the site's own addresses under `/notes/`.
pub const RESERVED: [&str; 4] = ["new", "feed", "page", "index"];

/// Accepts a slug as [`from_title`] would leave it, and nothing else.
///
/// # Errors
/// [`Error::Invalid`] on field `slug`, saying what would be right.
pub fn check(slug: &str) -> Result<()> {
    if slug.len() > SLUG_BYTES {
        return Err(Error::TooLarge { field: "slug".into(), limit: SLUG_BYTES as u64, unit: "bytes".into() });
    }
    let tidy = from_path(slug);
    if tidy.as_deref() != Some(slug) {
        let hint = tidy.map(|s| format!(" Try “{s}”.")).unwrap_or_default();
        let rule = "Use lower-case letters, digits and hyphens, with / between parts.";
        return Err(Error::invalid("slug", format!("{rule}{hint}")));
    }
    if RESERVED.contains(&slug) {
        return Err(Error::invalid("slug", format!("“{slug}” is kept for the site itself. Choose another.")));
    }
    Ok(())
}

/// One segment from any text: what is no letter, mark or digit becomes one hyphen. `None` when nothing is left.
pub fn from_title(title: &str) -> Option<String> {
    let mut out = String::new();
    for c in title.nfc().flat_map(char::to_lowercase).nfc() {
        if out.len() + c.len_utf8() > SLUG_BYTES / 2 {
            break;
        }
        if is_word(c) {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') && !matches!(c, '\'' | '’') {
            out.push('-');
        }
    }
    let out = out.trim_matches('-').to_owned();
    (!out.is_empty()).then_some(out)
}

/// The same of each part of a path. `None` when no part leaves anything.
pub fn from_path(path: &str) -> Option<String> {
    let parts: Vec<_> = path.split('/').filter_map(from_title).collect();
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The address of a note whose title makes none: from the last digits of its id, which are the random ones.
pub fn made_up(id: NoteId) -> String {
    let id = id.to_string();
    format!("note-{}", &id[id.len() - 8..])
}

/// Letters and digits of any script, and the marks that belong to letters (Devanagari vowels, say).
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_any_script_make_slugs() {
        for (title, slug) in [
            ("Dead keys & input methods", "dead-keys-input-methods"),
            ("What’s new?", "whats-new"),
            ("Cafe\u{301} crème", "café-crème"),
            ("笔记之间", "笔记之间"),
            ("हिन्दी", "हिन्दी"),
            ("C++ / Rust", "c-rust"),
        ] {
            assert_eq!(from_title(title).as_deref(), Some(slug));
            assert_eq!(check(slug), Ok(()), "{slug}");
        }
    }

    #[test]
    fn a_title_without_letters_makes_none() {
        assert_eq!(from_title("?!… 🎉"), None);
    }

    #[test]
    fn what_is_no_slug_is_refused_with_a_hint() {
        for bad in ["Upper", "a b", "a//b", "/a", "a/", "-a", "a_b", "ca\u{0301}fe"] {
            let Err(Error::Invalid { field, reason }) = check(bad) else { panic!("{bad} was accepted") };
            assert_eq!(field, "slug");
            assert!(reason.contains("Try"), "{reason}");
        }
        assert!(check("new").is_err());
    }
}
