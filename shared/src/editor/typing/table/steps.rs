//! Rows and columns that come, go and turn.

use super::super::{Edit, Selection};
use super::Align;
use super::layout::Table;

/// What can be done with the table around the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A row above this one.
    RowAbove,
    /// A row below this one.
    RowBelow,
    /// This row goes.
    DeleteRow,
    /// This row changes places with the one above.
    RowUp,
    /// This row changes places with the one below.
    RowDown,
    /// A column before this one.
    ColumnBefore,
    /// A column behind this one.
    ColumnAfter,
    /// This column goes.
    DeleteColumn,
    /// How this column stands.
    Align(Align),
    /// The columns are set straight.
    Straighten,
}

/// Does it. `None` outside of tables, and where nothing would be left.
pub fn change(text: &str, selection: Selection, change: Change) -> Option<Edit> {
    let (mut table, (mut row, mut column)) = Table::around(text, selection.within(text).head)?;
    match change {
        Change::RowAbove if row > 0 => table.add_row(row),
        // Above the head there is no place for one.
        Change::RowAbove | Change::RowBelow => {
            row += 1;
            table.add_row(row);
        }
        Change::DeleteRow if row == 0 => return None,
        Change::DeleteRow => {
            table.rows.remove(row);
            row = row.min(table.rows.len() - 1);
        }
        Change::RowUp if row < 2 => return None,
        Change::RowUp => {
            table.rows.swap(row - 1, row);
            row -= 1;
        }
        Change::RowDown if row == 0 || row + 1 == table.rows.len() => return None,
        Change::RowDown => {
            table.rows.swap(row, row + 1);
            row += 1;
        }
        Change::ColumnBefore => add_column(&mut table, column),
        Change::ColumnAfter => {
            column += 1;
            add_column(&mut table, column);
        }
        Change::DeleteColumn if table.width() == 1 => return None,
        Change::DeleteColumn => {
            table.aligns.remove(column);
            table.rows.iter_mut().for_each(|row| drop(row.remove(column)));
            column = column.min(table.width() - 1);
        }
        Change::Align(align) => table.aligns[column] = align,
        Change::Straighten => {}
    }
    Some(table.edit(text, row, column))
}

fn add_column(table: &mut Table, at: usize) {
    table.aligns.insert(at, Align::Natural);
    table.rows.iter_mut().for_each(|row| row.insert(at, String::new()));
}
