//! Ids of headings and blocks.
//!
//! Everything in a note that has an id has the same prefix before it, so that no note can take an id of the page's own
//! or shadow a global of a script (`<a id="config">`).

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::types::Fragment;

/// Before every id that comes from a note.
pub(super) const ID_PREFIX: &str = "n-";

/// Characters of an id, at most.
const MAX_CHARS: usize = 120;

/// The part of a heading's id that comes from its text: lower case, spaces as hyphens, letters and digits of any script.
pub fn slug_of_heading(text: &str) -> String {
    if text.is_ascii() {
        return slug_of_ascii(text);
    }
    let slug: String = text
        .trim()
        .nfc()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            c if c.is_whitespace() => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() || is_combining_mark(c) => Some(c),
            _ => None,
        })
        .take(MAX_CHARS)
        .collect();
    if slug.is_empty() { "section".into() } else { slug }
}

/// The same for most headings, a tenth of the work: a page asks for the slug of each of its headings and links.
fn slug_of_ascii(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let kept = text.trim().chars().filter_map(|c| match c {
        c if c.is_whitespace() => Some('-'),
        '-' | '_' => Some(c),
        c => c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()),
    });
    slug.extend(kept.take(MAX_CHARS));
    if slug.is_empty() { "section".into() } else { slug }
}

/// The id that an element for this part of a note has, unless a heading of the same text came before it.
pub fn id_of(fragment: &Fragment) -> String {
    match fragment {
        Fragment::Heading(path) => format!("{ID_PREFIX}{}", slug_of_heading(path.last().map_or("", String::as_str))),
        Fragment::Block(id) => format!("{ID_PREFIX}^{}", id.to_lowercase()),
    }
}

/// Ids given so far.
#[derive(Debug, Default)]
pub(super) struct Ids {
    given: HashMap<String, u32>,
}

impl Ids {
    /// An id that nothing else has: the wanted one, or the wanted one numbered.
    pub(super) fn give(&mut self, wanted: &str) -> String {
        let mut id = wanted.to_owned();
        let mut number = self.given.get(wanted).copied().unwrap_or(0);
        while self.given.contains_key(&id) {
            number += 1;
            id = format!("{wanted}-{number}");
        }
        self.given.insert(wanted.to_owned(), number);
        self.given.entry(id.clone()).or_insert(0);
        id
    }
}
