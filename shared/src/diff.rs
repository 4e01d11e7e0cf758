//! The readable difference of two texts: words, and single characters where a script has no spaces.

mod columns;

pub use columns::{Folded, Row, columns, folded};

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::notes::DiffRun;

/// What one side changed: these tokens of the old text became those of the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hunk {
    pub(crate) old: Range<usize>,
    pub(crate) new: Range<usize>,
}

/// The changes between two lists of tokens, in order, with at least one unchanged token between any two.
///
/// `similar`'s Myers gives up on the smallest difference where finding it would take long, so the time is bounded.
pub(crate) fn hunks(old: &[&str], new: &[&str]) -> Vec<Hunk> {
    let prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old[prefix..].iter().rev().zip(new[prefix..].iter().rev());
    let suffix = rest.take_while(|(a, b)| a == b).count();
    let old_part = &old[prefix..old.len() - suffix];
    let new_part = &new[prefix..new.len() - suffix];
    let mut numbers = HashMap::new();
    let old_part = numbered(old_part, &mut numbers);
    let new_part = numbered(new_part, &mut numbers);
    let mut out: Vec<Hunk> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_part, &new_part) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let moved = |range: Range<usize>| range.start + prefix..range.end + prefix;
        let (old, new) = (moved(op.old_range()), moved(op.new_range()));
        match out.last_mut() {
            Some(last) if last.old.end == old.start && last.new.end == new.start => {
                last.old.end = old.end;
                last.new.end = new.end;
            }
            _ => out.push(Hunk { old, new }),
        }
    }
    out
}

/// Numbers compare faster than texts.
fn numbered<'t>(tokens: &[&'t str], numbers: &mut HashMap<&'t str, usize>) -> Vec<usize> {
    let mut of = |token| {
        let next = numbers.len();
        *numbers.entry(token).or_insert(next)
    };
    tokens.iter().map(|token| of(*token)).collect()
}

/// Lines with their ends.
pub(crate) fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Lines, each with the blank ones after it: a blank line is like every other, and would match the wrong one.
pub(crate) fn stanzas(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut start, mut end) = (0, 0);
    for line in text.split_inclusive('\n') {
        if end > start && !is_blank(line) {
            out.push(&text[start..end]);
            start = end;
        }
        end += line.len();
    }
    if end > start {
        out.push(&text[start..end]);
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Joined into words.
    Word,
    /// Joined into runs.
    Space,
    /// Each for itself: line ends, punctuation, and the characters of scripts that put no spaces between words.
    Single,
}

fn class(c: char) -> Class {
    if c == '\n' || is_spaceless(c) {
        Class::Single
    } else if c.is_whitespace() {
        Class::Space
    } else if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) || matches!(c, '\'' | '’') {
        Class::Word
    } else {
        Class::Single
    }
}

/// Thai, Lao, Burmese, Khmer, kana, and the Chinese characters of all planes.
fn is_spaceless(c: char) -> bool {
    matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x2E80..=0x30FF | 0x3400..=0x9FFF
        | 0xF900..=0xFAFF | 0xFF66..=0xFF9F | 0x20000..=0x3FFFF)
}

/// Words, runs of blanks, and single characters; together they are the text.
pub(crate) fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut before = Class::Single;
    for (at, c) in text.char_indices() {
        let now = class(c);
        if at > start && (now != before || now == Class::Single) {
            out.push(&text[start..at]);
            start = at;
        }
        before = now;
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

fn is_blank(token: &str) -> bool {
    token.chars().all(char::is_whitespace)
}

/// Changes with only blanks between them read better as one.
pub(crate) fn word_hunks(old: &[&str], new: &[&str]) -> Vec<Hunk> {
    let mut out: Vec<Hunk> = Vec::new();
    for hunk in hunks(old, new) {
        match out.last_mut() {
            Some(last) if old[last.old.end..hunk.old.start].iter().all(|t| is_blank(t) && *t != "\n") => {
                last.old.end = hunk.old.end;
                last.new.end = hunk.new.end;
            }
            _ => out.push(hunk),
        }
    }
    out
}

/// The difference from an older to a newer text, to be read by people: by lines first, then by words where lines differ.
/// The runs that are not `Added` make the older text, those that are not `Removed` the newer one.
pub fn readable(older: &str, newer: &str) -> Vec<DiffRun> {
    let (old, new) = (lines(older), lines(newer));
    let mut runs = Runs::default();
    let mut at = 0;
    for hunk in hunks(&old, &new) {
        runs.push(DiffRun::Same, &old[at..hunk.old.start]);
        at = hunk.old.end;
        let (old_text, new_text) = (old[hunk.old].concat(), new[hunk.new].concat());
        runs.words(&words(&old_text), &words(&new_text));
    }
    runs.push(DiffRun::Same, &old[at..]);
    runs.0
}

#[derive(Default)]
struct Runs(Vec<DiffRun>);

impl Runs {
    fn words(&mut self, old: &[&str], new: &[&str]) {
        let mut at = 0;
        for hunk in word_hunks(old, new) {
            self.push(DiffRun::Same, &old[at..hunk.old.start]);
            at = hunk.old.end;
            self.push(DiffRun::Removed, &old[hunk.old]);
            self.push(DiffRun::Added, &new[hunk.new]);
        }
        self.push(DiffRun::Same, &old[at..]);
    }

    fn push(&mut self, kind: fn(String) -> DiffRun, tokens: &[&str]) {
        if tokens.is_empty() {
            return;
        }
        let text = tokens.concat();
        match (self.0.last_mut(), kind(text)) {
            (Some(DiffRun::Same(last)), DiffRun::Same(text))
            | (Some(DiffRun::Added(last)), DiffRun::Added(text))
            | (Some(DiffRun::Removed(last)), DiffRun::Removed(text)) => last.push_str(&text),
            (_, run) => self.0.push(run),
        }
    }
}

/// How many words (characters, in scripts without spaces) came and went.
pub fn count(older: &str, newer: &str) -> (u32, u32) {
    let (mut added, mut removed) = (0, 0);
    for run in readable(older, newer) {
        match run {
            DiffRun::Same(_) => {}
            DiffRun::Added(text) => added += count_words(&text),
            DiffRun::Removed(text) => removed += count_words(&text),
        }
    }
    (added, removed)
}

fn count_words(text: &str) -> u32 {
    let is_word = |token: &&&str| token.chars().any(char::is_alphanumeric);
    u32::try_from(words(text).iter().filter(is_word).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(older: &str, newer: &str) -> String {
        let show = |run: &DiffRun| match run {
            DiffRun::Same(text) => text.clone(),
            DiffRun::Added(text) => format!("{{+{text}+}}"),
            DiffRun::Removed(text) => format!("[-{text}-]"),
        };
        readable(older, newer).iter().map(show).collect()
    }

    fn sides(runs: &[DiffRun]) -> (String, String) {
        let (mut old, mut new) = (String::new(), String::new());
        for run in runs {
            match run {
                DiffRun::Same(text) => {
                    old.push_str(text);
                    new.push_str(text);
                }
                DiffRun::Added(text) => new.push_str(text),
                DiffRun::Removed(text) => old.push_str(text),
            }
        }
        (old, new)
    }

    #[test]
    fn words_that_changed_stand_side_by_side() {
        assert_eq!(shown("The quick fox.\n", "The slow fox.\n"), "The [-quick-]{+slow+} fox.\n");
        assert_eq!(shown("the quick brown fox", "a slow brown fox"), "[-the quick-]{+a slow+} brown fox");
        assert_eq!(shown("one\ntwo\n", "one\n1½\ntwo\n"), "one\n{+1½\n+}two\n");
    }

    #[test]
    fn scripts_without_spaces_differ_by_characters() {
        assert_eq!(shown("我喜欢读书。", "我喜欢写书。"), "我喜欢[-读-]{+写+}书。");
        assert_eq!(count("我喜欢读书。", "我喜欢写新书。"), (2, 1));
    }

    #[test]
    fn words_are_counted_and_marks_are_not() {
        assert_eq!(count("a, b", "a; b c"), (1, 0));
        assert_eq!(count("", "don't stop"), (2, 0));
    }

    #[test]
    fn the_runs_hold_both_texts() {
        for (old, new) in [("", "x"), ("x", ""), ("a\r\nb", "a\nb\n"), ("e\u{301}a", "éa"), ("a  b\t", "a b")] {
            let (a, b) = sides(&readable(old, new));
            assert_eq!((a.as_str(), b.as_str()), (old, new));
        }
    }

    #[test]
    fn texts_that_have_nothing_in_common_do_not_take_long() {
        let text = |seed: u64| -> String {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 40) % 50
            };
            (0..60_000).map(|_| if next() == 0 { "\n".to_owned() } else { format!("{} ", next()) }).collect()
        };
        let (old, new) = (text(1), text(2));
        assert_eq!(sides(&readable(&old, &new)), (old, new));
    }
}
