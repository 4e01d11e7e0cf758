//! Lists keep their order: numbers after an item that came, went or moved.

use super::Selection;
use super::line::{Line, Marker};

/// A text under change, and what is selected in it.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) text: String,
    pub(super) selection: Selection,
}

impl Work {
    pub(super) fn new(text: &str, selection: Selection) -> Self {
        Self { text: text.to_owned(), selection }
    }

    /// Puts `insert` in the place of some bytes; the selection stays beside what it stood beside, behind what is inserted
    /// exactly there.
    pub(super) fn replace(&mut self, start: usize, end: usize, insert: &str) {
        self.text.replace_range(start..end, insert);
        self.selection = self.selection.map(|at| match at {
            at if at >= end => at - (end - start) + insert.len(),
            at if at > start => start + insert.len().min(at - start),
            at => at,
        });
    }
}

/// Gives the item that begins at `start` this number, and those after it in the same list the ones that follow. Stops at
/// the first that has its number already.
pub(super) fn renumber(work: &mut Work, start: usize, mut number: u64) {
    let first = Line::at(&work.text, start);
    let (quoted, column) = (first.quoted().to_owned(), first.column());
    let mut at = start;
    let mut widened = 0;
    loop {
        let line = Line::at(&work.text, at);
        let length = line.text.len();
        let is_item = line.column() == column && !line.is_blank() && line.quoted() == quoted;
        let mut grown = 0;
        if line.is_blank() {
            // Between two items, or the end.
        } else if is_item {
            let Some(Marker::Number(now, _)) = line.marker else { return };
            if now == number && at > start {
                return;
            }
            let (old, new) = (digits(line.text, line.indent), number.to_string());
            let from = at + line.indent;
            widened = new.len().saturating_sub(old);
            (grown, number) = (new.len() as isize - old as isize, number + 1);
            work.replace(from, from + old, &new);
        } else if line.column() > column && line.quoted() == quoted {
            // What stands in an item begins where its words do.
            let (from, wider) = (at + line.quotes, " ".repeat(widened));
            grown = widened as isize;
            work.replace(from, from, &wider);
        } else {
            return;
        }
        at += length.saturating_add_signed(grown) + 1;
        if at > work.text.len() {
            return;
        }
    }
}

fn digits(text: &str, from: usize) -> usize {
    text[from..].bytes().take_while(u8::is_ascii_digit).count()
}

/// Whether the list of this item has the same number for all its items, as some people write them.
pub(super) fn is_all_alike(text: &str, line: &Line<'_>) -> bool {
    let number = |other: Option<Line<'_>>| other.and_then(|other| other.marker);
    [sibling(text, line, Line::before), sibling(text, line, Line::after)]
        .into_iter()
        .any(|other| other.is_some() && number(other) == line.marker)
}

/// The next item of the same list, upwards or downwards.
pub(super) fn sibling<'t>(
    text: &'t str,
    line: &Line<'t>,
    next: impl Fn(&Line<'t>, &'t str) -> Option<Line<'t>>,
) -> Option<Line<'t>> {
    let mut other = next(line, text)?;
    while other.is_blank() || other.column() > line.column() {
        other = next(&other, text)?;
    }
    (other.column() == line.column() && other.marker.is_some() && other.quoted() == line.quoted()).then_some(other)
}

/// The nearest item above that begins further to the left than `column`.
pub(super) fn parent<'t>(text: &'t str, line: &Line<'t>, column: usize) -> Option<Line<'t>> {
    let mut other = line.before(text)?;
    loop {
        if other.quoted() != line.quoted() {
            return None;
        }
        if !other.is_blank() && other.column() < column {
            if other.marker.is_some() {
                return Some(other);
            }
            if other.column() == 0 {
                return None;
            }
        }
        other = other.before(text)?;
    }
}
