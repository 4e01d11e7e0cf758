//! A table read from its lines and written again.

use std::ops::Range;

use super::super::line::{Line, is_code};
use super::super::width::width;
use super::super::{Edit, Selection};
use super::Align;

/// Columns are not drawn wider than this: one long cell would push all others off the screen.
const WIDEST: usize = 48;

/// The cells, and where they came from.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The lines in the text, without the last line's end.
    range: Range<usize>,
    /// What every line begins with.
    prefix: String,
    pub(super) aligns: Vec<Align>,
    /// The head first. All are as long as `aligns`.
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// The table around a place, and the row and column of it; the line under the head counts as the head.
    pub(super) fn around(text: &str, at: usize) -> Option<(Self, (usize, usize))> {
        let here = Line::at(text, at);
        let is_row = |line: &Line<'_>| is_row(line) && line.quoted() == here.quoted();
        if !is_row(&here) || is_code(text, here.start) {
            return None;
        }
        let mut lines = vec![here.clone()];
        while let Some(above) = lines[0].before(text).filter(is_row) {
            lines.insert(0, above);
        }
        let index = lines.len() - 1;
        while let Some(below) = lines.last().and_then(|last| last.after(text)).filter(is_row) {
            lines.push(below);
        }
        // Above its head there may be a line that merely has a bar.
        let head = lines.iter().skip(1).position(|line| aligns(line.words()).is_some())?;
        let row = index.checked_sub(head)?;
        lines.drain(..head);
        let aligns = aligns(lines[1].words())?;
        let mut table = Self {
            range: lines[0].start..lines[lines.len() - 1].end(),
            prefix: lines[0].text[..lines[0].content].to_owned(),
            rows: Vec::new(),
            aligns,
        };
        let cells = lines.iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, line)| cells(line.words()));
        table.rows = cells.collect();
        let columns = table.rows.iter().map(Vec::len).max()?.max(table.aligns.len());
        table.aligns.resize(columns, Align::Natural);
        table.rows.iter_mut().for_each(|row| row.resize(columns, String::new()));
        let column = column(&here, at).min(columns - 1);
        Some((table, (row.saturating_sub(usize::from(row > 0)), column)))
    }

    /// The line at whose end a place is, as the head of a table to come.
    pub(super) fn of_first_row(text: &str, at: usize) -> Option<Self> {
        let line = Line::at(text, at);
        let words = line.words().trim_end();
        let cells = cells(words);
        let is_head = line.end() == at && line.marker.is_none() && words.starts_with('|') && words.ends_with('|');
        let is_full = cells.len() > 1 && cells.iter().all(|cell| !cell.is_empty()) && aligns(words).is_none();
        let alone = |other: Option<Line<'_>>| other.is_none_or(|other| !is_row(&other));
        let free = alone(line.before(text)) && alone(line.after(text)) && !is_code(text, line.start);
        (is_head && is_full && free).then(|| Self {
            range: line.start..line.end(),
            prefix: line.text[..line.content].to_owned(),
            aligns: vec![Align::Natural; cells.len()],
            rows: vec![cells],
        })
    }

    pub(super) fn width(&self) -> usize {
        self.aligns.len()
    }

    pub(super) fn add_row(&mut self, at: usize) {
        self.rows.insert(at, vec![String::new(); self.width()]);
    }

    /// The table set straight, a cell of it selected.
    pub(super) fn edit(&self, text: &str, row: usize, column: usize) -> Edit {
        let (written, cell) = self.write(row, column);
        let selection = Selection::over(cell).map(|at| self.range.start + at);
        self.replaced(text, &written, selection)
    }

    /// The table set straight, and the cursor below it.
    pub(super) fn leave(&self, text: &str) -> Edit {
        let (mut written, _) = self.write(0, 0);
        written.push_str("\n\n");
        let selection = Selection::at(self.range.start + written.len());
        self.replaced(text, &written, selection)
    }

    fn replaced(&self, text: &str, written: &str, selection: Selection) -> Edit {
        let after = [&text[..self.range.start], written, &text[self.range.end..]].concat();
        Edit::between(text, &after, selection)
    }

    /// The lines, and where in them the words of a cell are.
    fn write(&self, row: usize, column: usize) -> (String, Range<usize>) {
        let widths: Vec<_> = (0..self.width())
            .map(|column| self.rows.iter().map(|row| width(&row[column])).max().unwrap_or_default().clamp(3, WIDEST))
            .collect();
        let mut out = String::new();
        let mut found = 0..0;
        for (at, cells) in self.rows.iter().enumerate() {
            out.push_str(&self.prefix);
            for (place, cell) in cells.iter().enumerate() {
                let free = widths[place].saturating_sub(width(cell));
                let left = match self.aligns[place] {
                    _ if cell.is_empty() => 0,
                    Align::Natural | Align::Left => 0,
                    Align::Center => free / 2,
                    Align::Right => free,
                };
                out.push_str("| ");
                out.extend(std::iter::repeat_n(' ', left));
                if (at, place) == (row, column) {
                    found = out.len()..out.len() + cell.len();
                }
                out.push_str(cell);
                out.extend(std::iter::repeat_n(' ', free - left + 1));
            }
            out.push_str("|\n");
            if at == 0 {
                self.rule(&widths, &mut out);
            }
        }
        out.pop();
        (out, found)
    }

    fn rule(&self, widths: &[usize], out: &mut String) {
        out.push_str(&self.prefix);
        for (align, width) in self.aligns.iter().zip(widths) {
            let (left, right) = match align {
                Align::Natural => ("-", "-"),
                Align::Left => (":", "-"),
                Align::Center => (":", ":"),
                Align::Right => ("-", ":"),
            };
            out.push_str(&format!("| {left}{}{right} ", "-".repeat(width - 2)));
        }
        out.push_str("|\n");
    }
}

fn is_row(line: &Line<'_>) -> bool {
    line.marker.is_none() && line.words().contains('|')
}

/// The columns of the line under a head; `None` for any other line.
fn aligns(words: &str) -> Option<Vec<Align>> {
    let read = |cell: String| {
        let dashes = cell.trim_start_matches(':').trim_end_matches(':');
        let colons = (cell.starts_with(':'), cell.ends_with(':'));
        let sound = !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-') && cell.len() - dashes.len() < 3;
        sound.then_some(match colons {
            (false, false) => Align::Natural,
            (true, false) => Align::Left,
            (false, true) => Align::Right,
            (true, true) => Align::Center,
        })
    };
    cells(words).into_iter().map(read).collect()
}

/// The words of each cell.
fn cells(words: &str) -> Vec<String> {
    let inner = words.trim();
    let inner = inner.strip_prefix('|').unwrap_or(inner);
    let mut out: Vec<_> = split(inner).into_iter().map(|cell| cell.trim().to_owned()).collect();
    if out.len() > 1 && ends_with_bar(inner) {
        out.pop();
    }
    out
}

fn ends_with_bar(inner: &str) -> bool {
    bars(inner).last().is_some_and(|bar| bar + 1 == inner.len())
}

fn split(inner: &str) -> Vec<&str> {
    let mut start = 0;
    let mut out = Vec::new();
    for bar in bars(inner) {
        out.push(&inner[start..bar]);
        start = bar + 1;
    }
    out.push(&inner[start..]);
    out
}

/// Where the bars between cells are: `\|` is none.
fn bars(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let escaped = |at: usize| bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
    (0..bytes.len()).filter(|at| bytes[*at] == b'|' && !escaped(*at)).collect()
}

/// The column of a place in a row.
fn column(line: &Line<'_>, at: usize) -> usize {
    let before = &line.text[..at - line.start];
    let words = before.get(line.content..).unwrap_or_default();
    let leading = usize::from(line.words().starts_with('|'));
    bars(words).len().saturating_sub(leading)
}
