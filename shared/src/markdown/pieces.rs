//! The pieces of a rendered note as they are kept: all HTML in one text, beside it where the holes are. Reading that back
//! is two allocations, not one for each piece, and a page copies long stretches of it.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeStruct as _, Serializer};
use serde::{Deserialize, Serialize};

use super::types::Piece;

/// See the module. [`Self::iter`] gives them back in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pieces {
    html: String,
    holes: Vec<Hole>,
}

/// A piece that is no HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hole {
    /// The byte of the HTML where it is.
    at: usize,
    /// See [`hole`].
    kind: char,
    index: usize,
}

impl Pieces {
    /// The pieces in order, neighbouring HTML as one.
    pub fn iter(&self) -> impl Iterator<Item = Piece<'_>> {
        let mut done = 0;
        let mut holes = self.holes.iter().peekable();
        std::iter::from_fn(move || {
            let end = holes.peek().map_or(self.html.len(), |hole| hole.at);
            if end > done {
                // Only what was damaged in the store has a hole elsewhere than between characters.
                let html = self.html.get(done..end).unwrap_or_default();
                done = end;
                return Some(Piece::Html(Cow::Borrowed(html)));
            }
            holes.next().map(|found| hole(found.kind, found.index))
        })
    }

    /// All HTML, the holes left out.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.html.is_empty() && self.holes.is_empty()
    }

    /// How many holes there are.
    pub fn holes(&self) -> usize {
        self.holes.len()
    }
}

impl<'p> FromIterator<Piece<'p>> for Pieces {
    fn from_iter<I: IntoIterator<Item = Piece<'p>>>(pieces: I) -> Self {
        let mut all = Self::default();
        for piece in pieces {
            let (kind, index) = match piece {
                Piece::Html(html) => {
                    all.html.push_str(&html);
                    continue;
                }
                Piece::LinkStart(index) => ('l', index),
                Piece::LinkEnd(index) => ('m', index),
                Piece::Embed(index) => ('e', index),
                Piece::Heading(index) => ('t', index),
                Piece::Anchor(index) => ('a', index),
                Piece::BlockStart(index) => ('b', index),
                Piece::BlockEnd(index) => ('c', index),
                Piece::MarginStart => ('n', 0),
                Piece::MarginEnd => ('o', 0),
                Piece::Source(at) => ('s', at),
            };
            all.holes.push(Hole { at: all.html.len(), kind, index });
        }
        all
    }
}

/// The piece that a letter stands for. One that this program does not know is nothing to it.
fn hole(kind: char, index: usize) -> Piece<'static> {
    match kind {
        'l' => Piece::LinkStart(index),
        'm' => Piece::LinkEnd(index),
        'e' => Piece::Embed(index),
        't' => Piece::Heading(index),
        'a' => Piece::Anchor(index),
        'b' => Piece::BlockStart(index),
        'c' => Piece::BlockEnd(index),
        'n' => Piece::MarginStart,
        'o' => Piece::MarginEnd,
        's' => Piece::Source(index),
        _ => Piece::Html(Cow::Borrowed("")),
    }
}

/// The holes as a text: of each its distance from the one before, its letter and its number, as in `120l0 14m0`.
fn spelled(holes: &[Hole]) -> String {
    let mut out = String::with_capacity(holes.len() * 8);
    let mut before = 0;
    for hole in holes {
        let _ = write!(out, "{}{}{} ", hole.at - before, hole.kind, hole.index);
        before = hole.at;
    }
    out.truncate(out.trim_end().len());
    out
}

fn read(text: &str) -> Option<Vec<Hole>> {
    let mut at = 0_usize;
    let words = text.split_ascii_whitespace().map(|word| {
        let letter = word.find(|c: char| c.is_ascii_alphabetic())?;
        at = at.checked_add(word[..letter].parse().ok()?)?;
        let kind = char::from(word.as_bytes()[letter]);
        Some(Hole { at, kind, index: word[letter + 1..].parse().ok()? })
    });
    words.collect()
}

impl Serialize for Pieces {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Pieces", 2)?;
        fields.serialize_field("html", &self.html)?;
        fields.serialize_field("holes", &spelled(&self.holes))?;
        fields.end()
    }
}

impl<'de> Deserialize<'de> for Pieces {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Stored)
    }
}

/// Reads them, also from the list that earlier versions of the program kept.
struct Stored;

impl<'de> Visitor<'de> for Stored {
    type Value = Pieces;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("HTML with its holes, or a list of pieces")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Pieces, A::Error> {
        let (mut html, mut holes) = (String::new(), Vec::new());
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            match &*name {
                "html" => html = fields.next_value()?,
                "holes" => {
                    let text: String = fields.next_value()?;
                    holes = read(&text).ok_or_else(|| serde::de::Error::custom("these are no holes"))?;
                }
                _ => {
                    fields.next_value::<serde::de::IgnoredAny>()?;
                }
            }
        }
        Ok(Pieces { html, holes })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pieces, A::Error> {
        let mut pieces = Vec::new();
        while let Some(piece) = list.next_element::<Piece<'static>>()? {
            pieces.push(piece);
        }
        Ok(pieces.into_iter().collect())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn some() -> Vec<Piece<'static>> {
        let html = |html: &'static str| Piece::Html(Cow::Borrowed(html));
        vec![
            Piece::Heading(0),
            html("<h2>“A\"</h2>\n"),
            Piece::Anchor(0),
            Piece::BlockStart(2),
            Piece::LinkStart(10),
            html("é"),
            Piece::LinkEnd(10),
            Piece::BlockEnd(2),
            Piece::MarginStart,
            html("<b>n</b>"),
            Piece::MarginEnd,
            Piece::Embed(7),
            Piece::Source(400),
        ]
    }

    #[test]
    fn what_is_kept_is_what_was_given() {
        let pieces: Pieces = some().into_iter().collect();
        assert_eq!(pieces.iter().collect::<Vec<_>>(), some());
        let stored = serde_json::to_string(&pieces).unwrap();
        assert_eq!(serde_json::from_str::<Pieces>(&stored).unwrap(), pieces);
        assert_eq!(serde_json::from_str::<Pieces>("{\"html\":\"\",\"holes\":\"\"}").unwrap(), Pieces::default());
    }

    #[test]
    fn what_was_kept_as_a_list_is_read() {
        let list = r#"[{"t":0},{"h":"<h2>“A\"</h2>\n"},{"a":0},{"b":2},{"l":10},{"h":"é"},{"m":10},{"c":2},"n",{"h":"<b>n</b>"},"o",{"e":7},{"s":400}]"#;
        let pieces: Pieces = serde_json::from_str(list).unwrap();
        assert_eq!(pieces.iter().collect::<Vec<_>>(), some());
    }

    #[test]
    fn damaged_holes_are_refused_or_show_less() {
        for holes in ["x", "1", "l", "1l", "-1l0", "99999999999999999999l0", "1l0 18446744073709551615l0"] {
            let stored = serde_json::json!({ "html": "abc", "holes": holes }).to_string();
            assert!(serde_json::from_str::<Pieces>(&stored).is_err(), "{holes}");
        }
        let inside = serde_json::json!({ "html": "éé", "holes": "1l0 9m0" }).to_string();
        let pieces: Pieces = serde_json::from_str(&inside).unwrap();
        assert_eq!(pieces.iter().filter(|piece| !matches!(piece, Piece::Html(_))).count(), 2);
    }
}
