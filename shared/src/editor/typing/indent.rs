//! Tab in a list: an item, with all that stands in it, goes under the one above, or out again.

use super::line::{Line, Marker, is_code, lines_of};
use super::list::{Work, is_all_alike, parent, renumber, sibling};
use super::{Edit, Selection};

/// Puts the selected items under the one above them. `None` where there is no list; an edit that changes nothing where
/// they are as deep as they can be.
pub fn indent(text: &str, selection: Selection) -> Option<Edit> {
    let block = Block::of(text, selection.within(text))?;
    let Some(above) = sibling(text, &block.first, Line::before) else { return Some(block.unchanged()) };
    let by = above.inner_column() - block.first.column();
    let blanks =
        if block.first.indented().contains('\t') || uses_tabs(text, &above) { "\t".to_owned() } else { " ".repeat(by) };
    block.moved(|line| (line.quotes, format!("{blanks}{}", line.indented())))
}

/// Takes the selected items out of the one they stand in. As [`indent`].
pub fn outdent(text: &str, selection: Selection) -> Option<Edit> {
    let block = Block::of(text, selection.within(text))?;
    let column = block.first.column();
    if column == 0 {
        return Some(block.unchanged());
    }
    let outer = parent(text, &block.first, column).map_or(0, |parent| parent.column());
    block.moved(|line| (line.quotes, less(line.indented(), column - outer)))
}

/// How deep in lists the item at a place is; 0 outside of lists.
pub fn level(text: &str, at: usize) -> usize {
    let mut line = Line::at(text, text.floor_char_boundary(at));
    let mut level = usize::from(line.marker.is_some());
    while let Some(outer) = parent(text, &line, line.column()) {
        (level, line) = (level + 1, outer);
    }
    level
}

/// The blanks without so many columns.
fn less(blanks: &str, columns: usize) -> String {
    let mut gone = 0;
    let mut rest = blanks.chars();
    while gone < columns {
        match rest.next() {
            Some('\t') => gone += 4,
            Some(_) => gone += 1,
            None => break,
        }
    }
    " ".repeat(gone.saturating_sub(columns)) + rest.as_str()
}

/// Whether what stands under an item begins with tabs.
fn uses_tabs(text: &str, above: &Line<'_>) -> bool {
    above.after(text).is_some_and(|line| line.column() > above.column() && line.indented().starts_with('\t'))
}

/// The items of a selection, and what stands in the last of them.
struct Block<'t> {
    text: &'t str,
    selection: Selection,
    first: Line<'t>,
    lines: Vec<Line<'t>>,
}

impl<'t> Block<'t> {
    fn of(text: &'t str, selection: Selection) -> Option<Self> {
        let mut lines = lines_of(text, selection.range());
        let first = lines.first()?.clone();
        let same =
            |line: &Line<'_>| line.is_blank() || line.quoted() == first.quoted() && line.column() >= first.column();
        if first.marker.is_none() || !lines.iter().all(same) || is_code(text, first.start) {
            return None;
        }
        while let Some(next) = lines.last()?.after(text) {
            if next.is_blank() || next.quoted() != first.quoted() || next.column() <= first.column() {
                break;
            }
            lines.push(next);
        }
        Some(Self { text, selection, first, lines })
    }

    fn unchanged(&self) -> Edit {
        let end = self.selection.end();
        Edit { range: end..end, insert: String::new(), selection: self.selection }
    }

    /// Every line with other blanks after its quotes, and the numbers put right.
    fn moved(&self, blanks: impl Fn(&Line<'t>) -> (usize, String)) -> Option<Edit> {
        let mut work = Work::new(self.text, self.selection);
        for line in self.lines.iter().rev().filter(|line| !line.is_blank()) {
            let (quotes, new) = blanks(line);
            let (start, end) = (line.start + quotes, line.start + line.indent);
            // The cursor stays beside its letter; before the words it goes along.
            if new.len() >= end - start {
                work.replace(start, start, &new[..new.len() - (end - start)]);
            } else {
                work.replace(start, end, &new);
            }
        }
        let number = match self.first.marker {
            Some(Marker::Number(number, _)) if !is_all_alike(self.text, &self.first) => number,
            _ => return Some(Edit::between(self.text, &work.text, work.selection)),
        };
        let last = self.lines.last()?;
        let end = work.text.len() - (self.text.len() - last.end());
        self.close_gap(&mut work, end, number);
        let here = Line::at(&work.text, self.first.start);
        let own = match sibling(&work.text, &here, Line::before).and_then(|above| above.marker) {
            Some(Marker::Number(above, _)) => above + 1,
            _ => 1,
        };
        renumber(&mut work, self.first.start, own);
        Some(Edit::between(self.text, &work.text, work.selection))
    }

    /// The items that came after, where they were, take the number of the one that left.
    fn close_gap(&self, work: &mut Work, end: usize, number: u64) {
        let Some(next) = Line::at(&work.text, end).after(&work.text) else { return };
        let is_next = next.column() == self.first.column() && next.quoted() == self.first.quoted();
        if is_next && matches!(next.marker, Some(Marker::Number(now, _)) if now != number) {
            let start = next.start;
            renumber(work, start, number);
        }
    }
}
