//! Enter and Tab.

use super::super::{enter, indent, outdent};
use super::{check, check_left_alone};

#[test]
fn enter_goes_on_with_a_list() {
    check(
        &[
            ("- one¦", "- one\n- ¦"),
            ("* one¦\n* two", "* one\n* ¦\n* two"),
            ("+   wide¦", "+   wide\n+   ¦"),
            ("- on¦e two", "- on\n- ¦e two"),
            ("- one¦ two", "- one\n- ¦two"),
            ("- «one »two", "- \n- ¦two"),
            ("  - 漢字¦", "  - 漢字\n  - ¦"),
            ("- [x] done¦", "- [x] done\n- [ ] ¦"),
            ("1. [X] done¦", "1. [X] done\n2. [ ] ¦"),
            ("- שלום¦", "- שלום\n- ¦"),
            ("- 👩‍👩‍👧¦", "- 👩‍👩‍👧\n- ¦"),
        ],
        enter,
    );
}

#[test]
fn enter_counts_on() {
    check(
        &[
            ("1. one¦", "1. one\n2. ¦"),
            ("9) nine¦", "9) nine\n10) ¦"),
            ("1. one¦\n2. two\n3. three\n\ntext", "1. one\n2. ¦\n3. two\n4. three\n\ntext"),
            ("1. one¦\n   - inner\n2. two", "1. one\n2. ¦\n   - inner\n3. two"),
            // A number of two digits pushes what stands in its item.
            ("8. a¦\n9. b\n   in it\n", "8. a\n9. ¦\n10. b\n    in it\n"),
            // All alike stay alike.
            ("1. one¦\n1. two", "1. one\n1. ¦\n1. two"),
            ("1. one\n1. two¦", "1. one\n1. two\n1. ¦"),
            // Another list is left alone.
            ("1. one¦\n- two\n2. three", "1. one\n2. ¦\n- two\n2. three"),
            ("> 1. one¦\n> 2. two", "> 1. one\n> 2. ¦\n> 3. two"),
        ],
        enter,
    );
}

#[test]
fn enter_goes_on_with_a_quotation() {
    check(
        &[
            ("> words¦", "> words\n> ¦"),
            (">no blank¦", ">no blank\n>¦"),
            ("> > deep¦", "> > deep\n> > ¦"),
            ("> [!note] Title¦", "> [!note] Title\n> ¦"),
            ("> - item¦", "> - item\n> - ¦"),
        ],
        enter,
    );
}

#[test]
fn enter_on_an_empty_item_ends_it() {
    check(
        &[
            ("- one\n- ¦", "- one\n\n¦"),
            ("- ¦", "¦"),
            ("- [ ] ¦\nnext", "¦\nnext"),
            ("> words\n> ¦", "> words\n\n¦"),
            ("> ¦", "¦"),
            ("> > a\n> > ¦", "> > a\n>\n> ¦"),
            ("> - one\n> - ¦", "> - one\n>\n> ¦"),
            ("- one\n  - ¦", "- one\n- ¦"),
            ("1. one\n   1. ¦", "1. one\n2. ¦"),
            ("- one\n\n- ¦", "- one\n\n¦"),
        ],
        enter,
    );
}

#[test]
fn enter_keeps_blanks_and_leaves_the_rest_to_the_browser() {
    check(
        &[
            ("    code¦", "    code\n    ¦"),
            ("```\n  let x;¦\n```", "```\n  let x;\n  ¦\n```"),
            ("> ```\n> - a¦", "> ```\n> - a\n> ¦"),
        ],
        enter,
    );
    check_left_alone(
        &["¦", "plain¦", "¦- before", "-¦ a", "```\n- a¦\n```", "~~~\n> a¦", "-¦", "* * *¦", "  ¦", "a | b¦", "\n¦\n"],
        enter,
    );
}

#[test]
fn tab_puts_an_item_under_the_one_above() {
    check(
        &[
            ("- one\n- tw¦o", "- one\n  - tw¦o"),
            ("1. one\n2. two¦\n3. three", "1. one\n   1. two¦\n2. three"),
            ("10. one\n11. ¦", "10. one\n    1. ¦"),
            ("- one\n- two¦\n  - in it\n- three", "- one\n  - two¦\n    - in it\n- three"),
            ("- one\n  - a\n- two¦", "- one\n  - a\n  - two¦"),
            ("1. one\n   1. a\n2. two¦", "1. one\n   1. a\n   2. two¦"),
            ("- a\n- «b\n- c»\n- d", "- a\n  - «b\n  - c»\n- d"),
            ("- a\n\t- b\n- c¦", "- a\n\t- b\n\t- c¦"),
            ("> - a\n> - b¦", "> - a\n>   - b¦"),
            ("- [ ] a\n- [ ] b¦", "- [ ] a\n  - [ ] b¦"),
            // As deep as it can be.
            ("- on¦e", "- on¦e"),
            ("- one\n  - two¦", "- one\n  - two¦"),
        ],
        indent,
    );
    check_left_alone(&["¦", "words¦", "# Heading¦", "```\n- a\n- b¦\n```", "«a\n- b»"], indent);
}

#[test]
fn shift_tab_takes_it_out_again() {
    check(
        &[
            ("- one\n  - tw¦o", "- one\n- tw¦o"),
            ("1. one\n   1. two¦\n2. three", "1. one\n2. two¦\n3. three"),
            ("- a\n  - b¦\n    - c", "- a\n- b¦\n  - c"),
            ("- a\n\t- b¦", "- a\n- b¦"),
            ("- a\n  - b\n    - c¦", "- a\n  - b\n  - c¦"),
            ("> - a\n>   - b¦", "> - a\n> - b¦"),
            ("  ¦- a", "¦- a"),
            ("- a¦", "- a¦"),
        ],
        outdent,
    );
    check_left_alone(&["words¦", "  words¦"], outdent);
}

#[test]
fn levels() {
    let text = "- a\n  - b\n\n    words\n  - c\n\nout";
    let levels: Vec<_> = "abwcu".chars().map(|c| super::super::level(text, text.find(c).unwrap_or_default())).collect();
    assert_eq!(levels, [1, 2, 2, 2, 0]);
}
