//! Merging: examples, and properties over many random edits.

use std::collections::HashMap;

use super::*;
use crate::diff::{hunks, words};

fn clean(base: &str, stored: &str, mine: &str) -> String {
    match merge(base, stored, mine) {
        Merged::Clean(text) => text,
        Merged::Conflict { marked } => panic!("a conflict:\n{marked}"),
    }
}

#[test]
fn changes_of_different_paragraphs_are_both_taken() {
    let base = "One.\n\nTwo.\n\nThree.\n";
    assert_eq!(
        clean(base, "One!\n\nTwo.\n\nThree.\n", "One.\n\nTwo.\n\nThree?\nFour."),
        "One!\n\nTwo.\n\nThree?\nFour."
    );
}

#[test]
fn changes_of_different_words_of_a_line_are_both_taken() {
    assert_eq!(clean("the quick brown fox", "the slow brown fox", "the quick brown dog"), "the slow brown dog");
    assert_eq!(clean("one\ntwo\n", "ONE\ntwo\n", "one\nTWO\n"), "ONE\nTWO\n");
    assert_eq!(clean("我喜欢读书。", "我喜欢写书。", "你喜欢读书。"), "你喜欢写书。");
}

#[test]
fn equal_changes_are_taken_once() {
    assert_eq!(clean("a\nb\nc\n", "a\nx\nc\nd\n", "z\na\nx\nc\nd\n"), "z\na\nx\nc\nd\n");
}

#[test]
fn what_touches_is_a_conflict_with_both_sides_whole() {
    let Merged::Conflict { marked } = merge("a\nthe cat\nz\n", "a\nthe dog\nz\n", "a\nthe bird\nz") else {
        panic!("merged");
    };
    assert_eq!(marked, "a\n<<<<<<< stored\nthe dog\nz\n=======\nthe bird\nz\n>>>>>>> yours\n");
}

#[test]
fn two_endings_are_a_conflict() {
    assert!(matches!(merge("a\n", "a\nb\n", "a\nc\n"), Merged::Conflict { .. }));
    assert!(matches!(merge("", "b", "c"), Merged::Conflict { .. }));
}

#[test]
fn an_edit_of_what_the_other_deleted_is_a_conflict() {
    assert!(matches!(merge("a\nb c d\ne\n", "a\ne\n", "a\nb X d\ne\n"), Merged::Conflict { .. }));
}

#[test]
fn line_ends_are_kept_byte_for_byte() {
    assert_eq!(clean("a\r\nb\r\n\tc", "A\r\nb\r\n\tc", "a\r\nb\r\n\tc\r\n"), "A\r\nb\r\n\tc\r\n");
}

/// A small generator of our own, so that a failure names its seed and comes again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

/// Every word is another, so that there is one way only to read an edit.
fn text(dice: &mut Dice) -> Vec<String> {
    let ends = ["\n", "\n", "\n\n", "\r\n", " ", " ", " ", ", ", "。"];
    let count = 5 + dice.roll(60);
    let mut out: Vec<_> = (0..count).map(|n| format!("w{n}{}", ends[dice.roll(ends.len())])).collect();
    if dice.roll(3) == 0 {
        out.push("end".into());
    }
    out
}

/// Edits some words of a text, none of those in `taken` or next to them; answers the text and what was edited.
fn edited(text: &[String], taken: &[bool], name: &str, dice: &mut Dice) -> (String, Vec<bool>) {
    let mut touched = vec![false; text.len()];
    let mut out = String::new();
    for (n, word) in text.iter().enumerate() {
        let near = n.saturating_sub(2)..(n + 3).min(text.len());
        let edit = !taken[near].contains(&true) && dice.roll(6) == 0;
        touched[n] = edit;
        match (edit, dice.roll(4)) {
            (false, _) => out.push_str(word),
            (true, 0) => {}
            (true, 1) => out.push_str(&format!("{name}{n} {word}")),
            (true, 2) => out.push_str(&format!("{name}{n}\n\n{word}")),
            (true, _) => out.push_str(&word.replacen('w', name, 1)),
        }
    }
    (out, touched)
}

#[test]
fn edits_apart_are_both_in_the_merge() {
    for seed in 0..2_000 {
        let mut dice = Dice(seed);
        let words = text(&mut dice);
        let base = words.concat();
        let (stored, touched) = edited(&words, &vec![false; words.len()], "S", &mut dice);
        let (mine, _) = edited(&words, &touched, "M", &mut dice);
        let merged = match merge(&base, &stored, &mine) {
            Merged::Clean(text) => text,
            Merged::Conflict { marked } => panic!("seed {seed}\n{base:?}\n{stored:?}\n{mine:?}\n{marked}"),
        };
        for (side, name) in [(&stored, 'S'), (&mine, 'M')] {
            let typed = crate::diff::words(side).into_iter().filter(|word| word.starts_with(name));
            for word in typed {
                assert!(crate::diff::words(&merged).contains(&word), "seed {seed}: {word} is lost");
            }
        }
        for word in crate::diff::words(&base) {
            let stays = |text: &str| crate::diff::words(text).contains(&word);
            if word.starts_with('w') {
                assert_eq!(stays(&merged), stays(&stored) && stays(&mine), "seed {seed}: {word}");
            }
        }
    }
}

/// Few different words, so that edits meet, coincide and can be read in several ways.
fn murky(dice: &mut Dice) -> String {
    let words = ["a", "b", "a", " ", " ", "\n", "\n", "c.", "好"];
    (0..dice.roll(30)).map(|_| words[dice.roll(words.len())]).collect()
}

fn tally(tokens: &[&str]) -> HashMap<String, i64> {
    let mut out = HashMap::new();
    for token in tokens {
        *out.entry((*token).to_owned()).or_insert(0) += 1;
    }
    out
}

#[test]
fn any_three_texts_merge_alike_from_both_sides() {
    for seed in 0..5_000 {
        let mut dice = Dice(seed);
        let (base, left, right) = (murky(&mut dice), murky(&mut dice), murky(&mut dice));
        assert_eq!(clean(&base, &left, &left), left);
        assert_eq!(clean(&base, &left, &base), left);
        assert_eq!(clean(&base, &base, &right), right);
        match (merge(&base, &left, &right), merge(&base, &right, &left)) {
            (Merged::Clean(one), Merged::Clean(other)) => assert_eq!(one, other, "seed {seed}"),
            (Merged::Conflict { marked }, Merged::Conflict { .. }) => {
                assert!(
                    marked.contains("<<<<<<< stored\n") && marked.contains(">>>>>>> yours\n"),
                    "seed {seed}: {marked}"
                );
            }
            (one, other) => panic!("seed {seed}: {one:?} but {other:?}"),
        }
    }
}

#[test]
fn a_clean_merge_holds_every_word_that_a_side_added() {
    for seed in 0..5_000 {
        let mut dice = Dice(seed);
        let (base, left, right) = (murky(&mut dice), murky(&mut dice), murky(&mut dice));
        let Merged::Clean(merged) = merge(&base, &left, &right) else { continue };
        let have = tally(&words(&merged));
        for side in [&left, &right] {
            let (old, new) = (crate::diff::stanzas(&base), crate::diff::stanzas(side));
            for hunk in hunks(&old, &new) {
                let added = new[hunk.new].concat();
                let kept = old[hunk.old].concat();
                let mut need = tally(&words(&added));
                for token in words(&kept) {
                    *need.entry(token.to_owned()).or_insert(0) -= 1;
                }
                for (token, count) in need {
                    let there = have.get(&token).copied().unwrap_or(0);
                    assert!(there >= count, "seed {seed}: {token:?}\n{base:?}\n{left:?}\n{right:?}\n{merged:?}");
                }
            }
        }
    }
}
