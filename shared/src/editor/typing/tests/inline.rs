//! Marks, brackets, links.

use super::super::inline::{Mark, link, paste_over, toggle, wrap};
use super::{check, check_left_alone};

#[test]
fn a_mark_goes_on_and_off() {
    for mark in [Mark::Strong, Mark::Emphasis, Mark::Code, Mark::Highlight, Mark::Strike] {
        for words in ["one", "two words", "漢字", "😀", "שלום"] {
            let before = format!("a «{words}» b");
            let on = super::done(&before, |text, at| Some(toggle(text, at, mark))).expect("always an edit");
            assert_ne!(on, before);
            let off = super::done(&on, |text, at| Some(toggle(text, at, mark)));
            assert_eq!(off, Some(before), "by way of {on}");
        }
    }
}

#[test]
fn strong() {
    check(
        &[
            ("a «b» c", "a **«b»** c"),
            ("a «b »c", "a **«b»** c"),
            ("a **«b»** c", "a «b» c"),
            ("a «**b**» c", "a «b» c"),
            ("a __«b»__ c", "a «b» c"),
            ("*«b»*", "***«b»***"),
            ("***«b»***", "*«b»*"),
            ("wo¦rd", "**wo¦rd**"),
            ("**wo¦rd**", "wo¦rd"),
            ("wørd¦ next", "wørd**¦** next"),
            ("**¦**", "¦"),
            ("**word¦**", "**word**¦"),
            ("«one\n\ntwo»", "«**one**\n\n**two**»"),
            ("«**one**\n**two**»", "«one\ntwo»"),
            ("«**one**\ntwo»", "«**one**\n**two**»"),
            ("«- one\n- two»", "«- **one**\n- **two**»"),
            ("«# one\n> two»", "«# **one**\n> **two**»"),
        ],
        |text, at| Some(toggle(text, at, Mark::Strong)),
    );
}

#[test]
fn emphasis_and_code() {
    check(
        &[
            ("«a»", "*«a»*"),
            ("**«a»**", "***«a»***"),
            ("***«a»***", "**«a»**"),
            ("_«a»_", "«a»"),
            ("¦", "*¦*"),
            ("**a¦**", "**a*¦***"),
        ],
        |text, at| Some(toggle(text, at, Mark::Emphasis)),
    );
    check(&[("«a`b»", "`` «a`b» ``"), ("«a»", "`«a»`"), ("``«a»``", "«a»")], |text, at| {
        Some(toggle(text, at, Mark::Code))
    });
}

#[test]
fn brackets_and_quotes_go_around_what_is_selected() {
    for (typed, before, after) in [
        ("(", "a «b» c", "a («b») c"),
        ("\"", "«漢字»", "\"«漢字»\""),
        ("“", "«b»", "“«b»”"),
        ("「", "«b»", "「«b»」"),
        ("*", "*«b»*", "**«b»**"),
        ("`", "«b\nc»", "`«b\nc»`"),
    ] {
        check(&[(before, after)], |text, at| wrap(text, at, typed));
    }
    for typed in ["x", ")", "((", "", "é"] {
        check_left_alone(&["«b»"], |text, at| wrap(text, at, typed));
    }
    check_left_alone(&["¦b"], |text, at| wrap(text, at, "("));
}

#[test]
fn links() {
    check(
        &[
            ("«words»", "[words](¦)"),
            ("a ¦", "a [¦]()"),
            ("«https://example.org»", "[¦](https://example.org)"),
            ("«a] b»", "[a\\] b](¦)"),
            ("«[a] b»", "[[a] b](¦)"),
        ],
        |text, at| Some(link(text, at)),
    );
}

#[test]
fn an_address_pasted_over_words_becomes_a_link() {
    let pasted = |address: &'static str| move |text: &str, at| paste_over(text, at, address);
    check(
        &[("see «this» one", "see [this](https://example.org/a?b=c#d)¦ one")],
        pasted(" https://example.org/a?b=c#d\n"),
    );
    check(&[("«漢字»", "[漢字](https://example.org/漢)¦")], pasted("https://example.org/漢"));
    check(&[("«a»", "[a](HTTPS://example.org/a_(b))¦")], pasted("HTTPS://example.org/a_(b)"));
    check(&[("«a»", "[a](https://example.org/%29)¦")], pasted("https://example.org/)"));
    check(&[("«a»", "[a](mailto:ada@example.org)¦")], pasted("mailto:ada@example.org"));
    for text in ["two words", "https://a b", "https://", "javascript:alert(1)", "", "www.example.org"] {
        check_left_alone(&["«a»"], |at, selection| paste_over(at, selection, text));
    }
    check_left_alone(
        &["a¦", "«a\nb»", "`«a»`", "```\n«a»\n```", "«https://old.example»", "[x](«a»)", "« »"],
        pasted("https://example.org"),
    );
}
