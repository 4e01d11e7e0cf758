//! Tables that keep their columns: every step from cell to cell sets them straight.

mod layout;
mod steps;

use super::{Edit, Selection};
use layout::Table;
pub use steps::{Change, change};

/// How a column stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// As the page has it.
    #[default]
    Natural,
    /// At the left.
    Left,
    /// In the middle.
    Center,
    /// At the right.
    Right,
}

/// Whether the place is in a table.
pub fn is_table(text: &str, at: usize) -> bool {
    Table::around(text, text.floor_char_boundary(at)).is_some()
}

/// Row and column of a place, from 0; the head is the first row.
pub fn place(text: &str, at: usize) -> Option<(usize, usize)> {
    Some(Table::around(text, text.floor_char_boundary(at))?.1)
}

/// Tab: the next cell, and a new row behind the last. `None` outside of tables.
pub fn next_cell(text: &str, selection: Selection) -> Option<Edit> {
    let (mut table, (row, column)) = Table::around(text, selection.within(text).head)?;
    let (row, column) = if column + 1 < table.width() { (row, column + 1) } else { (row + 1, 0) };
    if row == table.rows.len() {
        table.add_row(row);
    }
    Some(table.edit(text, row, column))
}

/// Shift-Tab: the cell before. `None` outside of tables and in the first cell.
pub fn last_cell(text: &str, selection: Selection) -> Option<Edit> {
    let (table, (row, column)) = Table::around(text, selection.within(text).head)?;
    let (row, column) = match (row, column) {
        (0, 0) => return None,
        (row, 0) => (row - 1, table.width() - 1),
        (row, column) => (row, column - 1),
    };
    Some(table.edit(text, row, column))
}

/// Enter: the cell below, a new row below the last, and out of the table from an empty last row. Behind a first row that
/// has no table yet: one.
pub(super) fn enter(text: &str, selection: Selection) -> Option<Edit> {
    let Some((mut table, (row, column))) = Table::around(text, selection.head) else {
        return begun(text, selection);
    };
    if !selection.is_empty() && text[selection.range()].contains('\n') {
        return None;
    }
    let is_last = row + 1 == table.rows.len();
    if is_last && row > 0 && table.rows[row].iter().all(String::is_empty) {
        table.rows.pop();
        return Some(table.leave(text));
    }
    if is_last {
        table.add_row(row + 1);
    }
    Some(table.edit(text, row + 1, column))
}

/// A table from the first row that has just been typed, `| one | two |`.
fn begun(text: &str, selection: Selection) -> Option<Edit> {
    let mut table = Table::of_first_row(text, selection.head).filter(|_| selection.is_empty())?;
    table.add_row(1);
    Some(table.edit(text, 1, 0))
}

/// An empty table of two columns in a place of its own.
pub fn insert(text: &str, selection: Selection) -> Edit {
    const EMPTY: &str = "|     |     |\n| --- | --- |\n|     |     |";
    super::block::insert_block(text, selection, EMPTY, Selection::at(2))
}
