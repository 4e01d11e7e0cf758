//! Finding and replacing in the text, and counting it.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

use super::typing::{Edit, Selection};

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// The words, as typed.
    pub words: String,
    /// Whether capitals count.
    pub case: Case,
    /// Where it may stand.
    pub extent: Extent,
}

/// Whether capitals count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    /// `Word` finds `word`.
    #[default]
    Any,
    /// It does not.
    Same,
}

/// Where what is looked for may stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// Anywhere.
    #[default]
    Anywhere,
    /// Not inside a longer word.
    WholeWords,
}

impl Search {
    /// Every place, in order; none overlap. Letters are the same however their accents are encoded.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let wanted: Vec<char> = self.folded(&self.words).into_iter().map(|(c, _)| c).collect();
        let Some(first) = wanted.first() else { return Vec::new() };
        let folded = self.folded(text);
        let end_of = |at: usize| folded.get(at).map_or(text.len(), |(_, start)| *start);
        let mut out = Vec::new();
        let mut at = 0;
        while at + wanted.len() <= folded.len() {
            let (c, start) = folded[at];
            let end = end_of(at + wanted.len());
            let here = c == *first && folded[at..at + wanted.len()].iter().map(|(c, _)| c).eq(&wanted);
            // Half a letter is none: its accent, or the second of two that one makes.
            let whole = at == 0 || folded[at - 1].1 != start;
            let whole = whole && end_of(at + wanted.len() - 1) < end && self.fits(text, start..end);
            if here && whole && !begins_with_mark(&text[end..]) {
                out.push(start..end);
                at += wanted.len();
            } else {
                at += 1;
            }
        }
        out
    }

    fn fits(&self, text: &str, place: Range<usize>) -> bool {
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let found = &text[place.clone()];
        let joins = |a: Option<char>, b: Option<char>| is_word(a) && is_word(b);
        self.extent == Extent::Anywhere
            || !joins(text[..place.start].chars().next_back(), found.chars().next())
                && !joins(found.chars().next_back(), text[place.end..].chars().next())
    }

    /// Each character as it is compared, and where the one that it comes from begins.
    fn folded(&self, text: &str) -> Vec<(char, usize)> {
        let mut out = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            match self.case {
                Case::Any if c.is_ascii() => out.push((c.to_ascii_lowercase(), at)),
                Case::Any => out.extend(c.to_lowercase().nfd().map(|c| (c, at))),
                Case::Same => out.extend(std::iter::once(c).nfd().map(|c| (c, at))),
            }
        }
        out
    }

    /// Puts `with` in the place of all that is found, as one step. `None` where nothing is.
    pub fn replace_all(&self, text: &str, with: &str, selection: Selection) -> Option<(Edit, usize)> {
        let places = self.find(text);
        let (first, last) = (places.first()?.start, places.last()?.end);
        let mut insert = String::new();
        let mut done = first;
        for place in &places {
            insert.push_str(&text[done..place.start]);
            insert.push_str(with);
            done = place.end;
        }
        let moved = |at: usize| {
            let before = places.iter().take_while(|place| place.end <= at);
            let gone: usize = before.clone().map(|place| place.len()).sum();
            let inside = places.iter().find(|place| place.start < at && at < place.end);
            inside.map_or(at, |place| place.start) - gone + before.count() * with.len()
        };
        Some((Edit { range: first..last, insert, selection: selection.within(text).map(moved) }, places.len()))
    }
}

fn begins_with_mark(text: &str) -> bool {
    text.chars().next().is_some_and(unicode_normalization::char::is_combining_mark)
}

/// How long a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Words; of scripts that are written without spaces, characters.
    pub words: u32,
    /// As a reader counts them, line ends left out.
    pub characters: u32,
}

/// Counts.
pub fn count(text: &str) -> Count {
    let characters = text.lines().map(characters).sum();
    Count { words: crate::markdown::count_words(text), characters }
}

fn characters(line: &str) -> u32 {
    let count = if line.is_ascii() { line.len() } else { line.graphemes(true).count() };
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(text: &'t str, words: &str, case: Case, extent: Extent) -> Vec<&'t str> {
        Search { words: words.into(), case, extent }.find(text).into_iter().map(|place| &text[place]).collect()
    }

    #[test]
    fn it_is_found_as_it_is_meant() {
        use Case::{Any, Same};
        use Extent::{Anywhere, WholeWords};
        for (text, words, case, extent, expected) in [
            ("One one ONE", "one", Any, Anywhere, vec!["One", "one", "ONE"]),
            ("One one ONE", "one", Same, Anywhere, vec!["one"]),
            ("none one.", "one", Any, WholeWords, vec!["one"]),
            ("aaa", "aa", Any, Anywhere, vec!["aa"]),
            ("Cafe\u{301} café CAFÉ cafe", "café", Any, Anywhere, vec!["Cafe\u{301}", "café", "CAFÉ"]),
            ("Cafe\u{301} cafe", "cafe", Any, Anywhere, vec!["cafe"]),
            ("漢字と漢字", "漢字", Any, Anywhere, vec!["漢字", "漢字"]),
            ("한국어", "한", Any, Anywhere, vec!["한"]),
            ("한국어", "하", Any, Anywhere, vec![]),
            ("İstanbul", "istanbul", Any, Anywhere, vec![]),
            ("a.b*c", ".b*", Any, Anywhere, vec![".b*"]),
            ("a\nb", "a\nb", Any, Anywhere, vec!["a\nb"]),
            ("x", "", Any, Anywhere, vec![]),
            ("", "x", Any, Anywhere, vec![]),
            ("👩‍👩‍👧 👩", "👩", Any, Anywhere, vec!["👩", "👩", "👩"]),
        ] {
            assert_eq!(found(text, words, case, extent), expected, "{words} in {text}");
        }
    }

    #[test]
    fn all_are_replaced_in_one_step() {
        let search = Search { words: "b".into(), ..Search::default() };
        let text = "a b c B d";
        let (edit, count) = search.replace_all(text, "漢字", Selection { anchor: 4, head: 9 }).expect("found");
        assert_eq!((edit.apply(text).as_str(), count), ("a 漢字 c 漢字 d", 2));
        assert_eq!(edit.selection, Selection { anchor: 9, head: 19 });
        assert_eq!(search.replace_all("none here: x", "y", Selection::default()), None);
        let inside = Search { words: "bcd".into(), ..Search::default() };
        let (edit, _) = inside.replace_all("a bcd e", "", Selection::at(4)).expect("found");
        assert_eq!((edit.apply("a bcd e").as_str(), edit.selection), ("a  e", Selection::at(2)));
    }

    #[test]
    fn texts_are_counted() {
        for (text, words, characters) in [
            ("", 0, 0),
            ("one two\nthree", 3, 12),
            ("漢字です", 4, 4),
            ("e\u{301} 👩‍👩‍👧", 1, 3),
            ("don’t well-known 1.5", 3, 20),
        ] {
            assert_eq!(count(text), Count { words, characters }, "{text}");
        }
    }
}
