//! Tables.

use super::super::enter;
use super::super::table::{Align, Change, change, is_table, last_cell, next_cell};
use super::{check, check_left_alone};

const SMALL: &str = "| a | b |\n|---|---|\n| c | d |";

#[test]
fn tab_goes_from_cell_to_cell_and_sets_columns_straight() {
    check(
        &[
            ("| a¦ | long one |\n|-|:-:|\n| c | d |", "| a   | «long one» |\n| --- | :------: |\n| c   |    d     |"),
            ("| a | b¦ |\n|---|--:|\n|  | d |", "| a   |   b |\n| --- | --: |\n| ¦    |   d |"),
            ("a | b\n-|-\nc | d¦", "| a   | b   |\n| --- | --- |\n| c   | d   |\n| ¦    |     |"),
            // The line under the head.
            ("| a | b |\n|---|-¦--|\n| c | d |", "| a   | b   |\n| --- | --- |\n| «c»   | d   |"),
            // Missing cells come, a bar in a link is none.
            ("| [[x\\|y]]¦ | b |\n|---|---|\n| c", "| [[x\\|y]] | «b»   |\n| -------- | --- |\n| c        |     |"),
            ("> | a¦ | b |\n> |---|---|", "> | a   | «b»   |\n> | --- | --- |"),
        ],
        next_cell,
    );
    check_left_alone(&["a | b¦", "¦", "```\n| a¦ | b |\n|---|---|\n```", "- a | b¦\n-|-"], next_cell);
}

#[test]
fn wide_characters_keep_their_columns() {
    check(
        &[(
            "| 名前¦ | e\u{301} |\n|---|---|\n| a | 한국어 |\n| 👩‍👩‍👧 | b |",
            "| 名前 | «e\u{301}»      |\n| ---- | ------ |\n| a    | 한국어 |\n| 👩‍👩‍👧   | b      |",
        )],
        next_cell,
    );
}

#[test]
fn shift_tab_goes_back() {
    check(
        &[
            ("| a | b |\n|---|---|\n| c¦ | d |", "| a   | «b»   |\n| --- | --- |\n| c   | d   |"),
            ("| a | b¦ |\n|---|---|", "| «a»   | b   |\n| --- | --- |"),
        ],
        last_cell,
    );
    check_left_alone(&["| a¦ | b |\n|---|---|", "words¦"], last_cell);
}

#[test]
fn enter_goes_down() {
    check(
        &[
            ("| a | b¦ |\n|---|---|\n| c | d |", "| a   | b   |\n| --- | --- |\n| c   | «d»   |"),
            ("| a | b |\n|---|---|\n| c¦ | d |", "| a   | b   |\n| --- | --- |\n| c   | d   |\n| ¦    |     |"),
            ("| a | b |\n|---|---|\n| c | d |\n| ¦ | |", "| a   | b   |\n| --- | --- |\n| c   | d   |\n\n¦"),
            // A first row becomes a table.
            ("| one | two |¦", "| one | two |\n| --- | --- |\n| ¦    |     |"),
        ],
        enter,
    );
    check_left_alone(&["| one |¦", "|  | |¦", "| a | b |¦\n| c | d |", "| a | b¦", "a | b |¦"], enter);
}

#[test]
fn rows_and_columns_come_and_go() {
    let on = |what| move |text: &str, at| change(text, at, what);
    let at_c = SMALL.replace('c', "c¦");
    for (what, after) in [
        (Change::RowBelow, "| a   | b   |\n| --- | --- |\n| c   | d   |\n| ¦    |     |"),
        (Change::RowAbove, "| a   | b   |\n| --- | --- |\n| ¦    |     |\n| c   | d   |"),
        (Change::DeleteRow, "| «a»   | b   |\n| --- | --- |"),
        (Change::ColumnAfter, "| a   |     | b   |\n| --- | --- | --- |\n| c   | ¦    | d   |"),
        (Change::ColumnBefore, "|     | a   | b   |\n| --- | --- | --- |\n| ¦    | c   | d   |"),
        (Change::DeleteColumn, "| b   |\n| --- |\n| «d»   |"),
        (Change::Align(Align::Right), "|   a | b   |\n| --: | --- |\n|   «c» | d   |"),
        (Change::Align(Align::Center), "|  a  | b   |\n| :-: | --- |\n|  «c»  | d   |"),
        (Change::Align(Align::Left), "| a   | b   |\n| :-- | --- |\n| «c»   | d   |"),
        (Change::Straighten, "| a   | b   |\n| --- | --- |\n| «c»   | d   |"),
    ] {
        check(&[(&at_c, after)], on(what));
    }
    check(&[("| a |\n|-|\n| c |\n| d¦ |", "| a   |\n| --- |\n| «d»   |\n| c   |")], on(Change::RowUp));
    check(&[("| a |\n|-|\n| c¦ |\n| d |", "| a   |\n| --- |\n| d   |\n| «c»   |")], on(Change::RowDown));
    check_left_alone(&["| a¦ |\n|-|\n| c |"], on(Change::DeleteRow));
    check_left_alone(&["| a¦ |\n|-|\n| c |"], on(Change::DeleteColumn));
    check_left_alone(&["| a |\n|-|\n| c¦ |"], on(Change::RowUp));
    check_left_alone(&["| a |\n|-|\n| c¦ |"], on(Change::RowDown));
    check_left_alone(&["words¦"], on(Change::RowBelow));
}

#[test]
fn a_table_is_known_by_the_line_under_its_head() {
    assert!(is_table(SMALL, 0) && is_table(SMALL, SMALL.len()));
    assert!(!is_table("a | b\nc | d", 1));
    // The line above has a bar, but the table begins below it.
    let text = "x | y\n| a | b |\n|---|---|";
    assert!(!is_table(text, 0) && is_table(text, 7));
}
