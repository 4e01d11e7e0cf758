//! From one text to the next: the smallest change, where a cursor ends up, and a browser's offsets.

use std::ops::Range;

use crate::diff;

/// The smallest single change that makes `after` of `before`: what goes, and what comes in its place.
pub fn splice<'t>(before: &str, after: &'t str) -> (Range<usize>, &'t str) {
    let (prefix, suffix) = common(before, after);
    (prefix..before.len() - suffix, &after[prefix..after.len() - suffix])
}

/// Bytes that both begin with, and bytes that the rests of both end with; neither ends inside a character.
fn common(before: &str, after: &str) -> (usize, usize) {
    let prefix = before.floor_char_boundary(same_start(before.as_bytes(), after.as_bytes()));
    let mut suffix = same_end(&before.as_bytes()[prefix..], &after.as_bytes()[prefix..]);
    while !before.is_char_boundary(before.len() - suffix) {
        suffix -= 1;
    }
    (prefix, suffix)
}

/// Eight bytes at a time: this runs over the whole text after every key.
const STEP: usize = 8;

fn same_start(one: &[u8], other: &[u8]) -> usize {
    let steps = one.chunks_exact(STEP).zip(other.chunks_exact(STEP)).take_while(|(a, b)| word(a) == word(b)).count();
    let done = steps * STEP;
    done + one[done..].iter().zip(&other[done..]).take_while(|(a, b)| a == b).count()
}

fn same_end(one: &[u8], other: &[u8]) -> usize {
    let steps = one.rchunks_exact(STEP).zip(other.rchunks_exact(STEP)).take_while(|(a, b)| word(a) == word(b)).count();
    let done = steps * STEP;
    let rests = one[..one.len() - done].iter().rev().zip(other[..other.len() - done].iter().rev());
    done + rests.take_while(|(a, b)| a == b).count()
}

fn word(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().map(u64::from_le_bytes).ok()
}

/// Where the place `at` of `before` is in `after`: beside the same letters, as far as they are still there. Whole lines
/// that were inserted at the start of its line stand before it, anything else that was inserted exactly there behind it.
pub fn carry(before: &str, after: &str, at: usize) -> usize {
    let at = before.floor_char_boundary(at);
    let lines = Step { old: diff::lines(before), new: diff::lines(after), beside: Beside::Next };
    let (old, new, at, moved) = match lines.carry(at) {
        Place::Kept(at) => return at,
        Place::Inside { old, new, at, moved } => (old, new, at, moved),
    };
    let words = Step { old: diff::words(&old), new: diff::words(&new), beside: Beside::Last };
    let (old, new, at, moved) = match words.carry(at) {
        Place::Kept(at) => return moved + at,
        Place::Inside { old, new, at, moved: further } => (old, new, at, moved + further),
    };
    let (prefix, suffix) = common(&old, &new);
    if at <= prefix {
        return moved + at;
    }
    moved + new.len() - suffix.min(old.len() - at)
}

/// Which token a place between two belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Last,
    Next,
}

struct Step<'t> {
    old: Vec<&'t str>,
    new: Vec<&'t str>,
    beside: Beside,
}

enum Place {
    /// In the new text.
    Kept(usize),
    /// `at` bytes into tokens that changed, of which the new ones begin at `moved`.
    Inside { old: String, new: String, at: usize, moved: usize },
}

impl Step<'_> {
    fn carry(&self, at: usize) -> Place {
        let (mut old_start, mut new_start, mut done) = (0, 0, 0);
        for hunk in diff::hunks(&self.old, &self.new) {
            let kept = bytes(&self.old[done..hunk.old.start]);
            if kept > 0 && self.reaches(old_start + kept, at) {
                break;
            }
            (old_start, new_start) = (old_start + kept, new_start + kept);
            let (old, new) = (self.old[hunk.old.clone()].concat(), self.new[hunk.new.clone()].concat());
            let last = hunk.old.end == self.old.len() && at == old_start + old.len();
            if last || self.reaches(old_start + old.len(), at) {
                return Place::Inside { at: at - old_start, old, new, moved: new_start };
            }
            (old_start, new_start, done) = (old_start + old.len(), new_start + new.len(), hunk.old.end);
        }
        Place::Kept(new_start + at - old_start)
    }

    /// Whether tokens that end at `end` hold the place, given that those before them do not.
    fn reaches(&self, end: usize, at: usize) -> bool {
        match self.beside {
            Beside::Last => at <= end,
            Beside::Next => at < end,
        }
    }
}

fn bytes(tokens: &[&str]) -> usize {
    tokens.iter().map(|token| token.len()).sum()
}

/// The byte offset of a browser's offset, which counts UTF-16 units; one inside a character is taken back to its start,
/// one beyond the end to the end.
pub fn byte_of(text: &str, units: usize) -> usize {
    let ascii = text.bytes().take(units).take_while(u8::is_ascii).count();
    let mut left = units - ascii;
    for (at, c) in text[ascii..].char_indices() {
        if left < c.len_utf16() {
            return ascii + at;
        }
        left -= c.len_utf16();
    }
    text.len()
}

/// The browser's offset of a byte offset.
pub fn units_of(text: &str, byte: usize) -> usize {
    text[..text.floor_char_boundary(byte)].chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_splice_is_the_smallest_and_never_cuts_a_character() {
        assert_eq!(splice("one two three", "one 2 three"), (4..7, "2"));
        assert_eq!(splice("aa", "aaa"), (2..2, "a"));
        assert_eq!(splice("same", "same"), (4..4, ""));
        // The two share their first and last bytes.
        assert_eq!(splice("a😀b", "a😁b"), (1..5, "😁"));
        assert_eq!(splice("é", "è"), (0..2, "è"));
        assert_eq!(splice("中文", "中国文"), (3..3, "国"));
        // Whatever stands how far from the ends.
        let text = "0123456789abcdefghijklmnopqrstuvwxyz";
        for at in 0..=text.len() {
            let after = format!("{}é{}", &text[..at], &text[at..]);
            assert_eq!(splice(text, &after), (at..at, "é"));
            assert_eq!(splice(&after, text), (at..at + 2, ""));
        }
    }

    #[test]
    fn a_cursor_stays_beside_its_letters() {
        let carried = |before: &str, after: &str| {
            let at = before.find('|').expect("a cursor");
            let before = before.replacen('|', "", 1);
            let at = carry(&before, after, at);
            format!("{}|{}", &after[..at], &after[at..])
        };
        let three = "first line\nsecond li|ne\nthird line\n";
        for (before, after, expected) in [
            // Others wrote above and below at once, so that one splice spans the cursor.
            (three, "FIRST line\nsecond line\nthird LINE\n", "FIRST line\nsecond li|ne\nthird LINE\n"),
            (three, "new\nfirst line\nsecond line\n", "new\nfirst line\nsecond li|ne\n"),
            // Within the line as well.
            (
                three,
                "first line\na second very long line\nthird line\n",
                "first line\na second very long li|ne\nthird line\n",
            ),
            // Its word is gone.
            ("one tw|o three", "one three", "one |three"),
            ("one two|", "one two three", "one two| three"),
            ("|one", "zero one", "|zero one"),
            ("one two| three", "one 2 three", "one 2| three"),
            ("我喜|欢猫", "我们很喜欢猫", "我们很喜|欢猫"),
            ("a\n\n|b\n", "a\nnew\n\nb\n", "a\nnew\n\n|b\n"),
            ("a\n|b\n", "a\nnew\nb\n", "a\nnew\n|b\n"),
            ("one|", "one\ntwo", "one|\ntwo"),
            ("one\n|", "one\ntwo\n", "one\n|two\n"),
            ("gone|", "", "|"),
        ] {
            assert_eq!(carried(before, after), expected, "{before:?} to {after:?}");
        }
    }

    #[test]
    fn a_carried_cursor_is_always_between_characters() {
        let texts = ["", "é😀\n漢字 b", "x é\n😀 漢字\n\n", "😁漢 字", "שלום עולם\n", "é😀\n漢字 c\n"];
        for before in texts {
            for after in texts {
                for at in 0..=before.len() {
                    let at = carry(before, after, at);
                    assert!(after.is_char_boundary(at), "{before:?} to {after:?}: {at}");
                }
            }
        }
    }

    #[test]
    fn offsets_go_both_ways() {
        let text = "aé漢😀b";
        for (units, byte) in [(0, 0), (1, 1), (2, 3), (3, 6), (5, 10), (6, 11)] {
            assert_eq!((byte_of(text, units), units_of(text, byte)), (byte, units));
        }
        assert_eq!(byte_of(text, 4), 6, "inside the pair of a character");
        assert_eq!(byte_of(text, 99), text.len());
        assert_eq!(units_of(text, 99), 6);
    }
}
