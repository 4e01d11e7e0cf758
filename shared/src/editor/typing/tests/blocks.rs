//! Headings, lists, quotations, tasks, moving lines, blocks.

use super::super::Command;
use super::super::block::{Kind, Way, is_prose, move_lines, tick, toggle_lines};
use super::{check, check_left_alone};

fn lines(kind: Kind) -> impl Fn(&str, super::Selection) -> Option<super::Edit> {
    move |text, at| Some(toggle_lines(text, at, kind))
}

#[test]
fn headings() {
    check(
        &[
            ("wor¦ds", "## wor¦ds"),
            ("## wor¦ds", "wor¦ds"),
            ("# wor¦ds", "## wor¦ds"),
            ("###### ¦", "## ¦"),
            ("¦", "## ¦"),
            ("> wor¦ds", "> ## wor¦ds"),
            ("«one\n\ntwo»", "## «one\n\n## two»"),
            ("#tag¦", "## #tag¦"),
            ("漢¦字", "## 漢¦字"),
        ],
        lines(Kind::Heading(2)),
    );
}

#[test]
fn lists_and_quotations() {
    check(
        &[
            ("a¦", "- a¦"),
            ("- a¦", "a¦"),
            ("1. a¦", "- a¦"),
            ("- [x] a¦", "- a¦"),
            ("«a\n\nb»", "- «a\n\n- b»"),
            ("«- a\n1. b»", "«- a\n- b»"),
            ("  a¦", "  - a¦"),
            ("> a¦", "> - a¦"),
        ],
        lines(Kind::Bullets),
    );
    check(
        &[("«a\nb\n\nc»\nd", "1. «a\n2. b\n\n3. c»\nd"), ("«1. a\n2. b»", "«a\nb»"), ("- a¦", "1. a¦")],
        lines(Kind::Numbers),
    );
    check(
        &[("a¦", "- [ ] a¦"), ("2. a¦", "2. [ ] a¦"), ("«- [x] a\nb»", "«- [x] a\n- [ ] b»"), ("- [x] a¦", "- a¦")],
        lines(Kind::Tasks),
    );
    check(
        &[
            ("a¦", "> a¦"),
            ("> a¦", "a¦"),
            ("> > a¦", "> a¦"),
            ("«a\n\nb»", "> «a\n> \n> b»"),
            ("«> a\nb»", "«> > a\n> b»"),
            ("- a¦", "> - a¦"),
        ],
        lines(Kind::Quote),
    );
}

#[test]
fn tasks_are_ticked() {
    check(
        &[
            ("- [ ] a¦", "- [x] a¦"),
            ("- [X] a¦", "- [ ] a¦"),
            ("«- [ ] a\n- [x] b»", "«- [x] a\n- [x] b»"),
            ("> 1. [ ] 漢¦", "> 1. [x] 漢¦"),
            ("a¦", "- [ ] a¦"),
            ("- a¦", "- [ ] a¦"),
        ],
        |text, at| Some(tick(text, at)),
    );
}

#[test]
fn lines_change_places() {
    let moved = |way| move |text: &str, at| move_lines(text, at, way);
    check(
        &[("a\nb¦\nc", "b¦\na\nc"), ("a\n«b\nc»", "«b\nc»\na"), ("a\n«b\n»c", "«b\n»a\nc"), ("é\n漢¦", "漢¦\né")],
        moved(Way::Up),
    );
    check(&[("a¦\nb", "b\na¦"), ("«a\nb»\nc\n", "c\n«a\nb»\n"), ("a¦\n", "\na¦")], moved(Way::Down));
    check_left_alone(&["a¦\nb", ""], moved(Way::Up));
    check_left_alone(&["a\nb¦", ""], moved(Way::Down));
}

#[test]
fn blocks_stand_apart() {
    let run = |command: Command| move |text: &str, at| command.run(text, at);
    check(
        &[("¦", "---\n\n¦"), ("words¦", "words\n\n---\n\n¦"), ("words\n¦\nmore", "words\n\n---\n\n¦\nmore")],
        run(Command::Divider),
    );
    check(
        &[("¦", "```¦\n\n```\n"), ("a\n«b\nc»\nd", "a\n```¦\nb\nc\n```\nd"), ("«```»", "````¦\n```\n````")],
        run(Command::CodeBlock),
    );
    check(&[("a\n\n¦", "a\n\n$$\n¦\n$$\n")], run(Command::Math));
    check(&[("¦", "> [!note] ¦\n> \n"), ("«a\nb»", "> [!note] ¦\n> a\n> b")], run(Command::Callout));
    check(&[("a¦\nb", "a\n\n| ¦    |     |\n| --- | --- |\n|     |     |\n\nb")], run(Command::Table));
}

#[test]
fn code_is_no_prose() {
    let text = "a `b` `c\n```\nd\n```\ne";
    let prose = |of: char| is_prose(text, text.find(of).expect("it is there"));
    assert!(prose('a') && prose('e'));
    assert!(!prose('b') && !prose('c') && !prose('d'));
}
