//! Finds in the source again what the parser found there.

use std::ops::Range;

use comrak::nodes::LineColumn;

/// The source with the beginning of each line of its body.
#[derive(Debug)]
pub(super) struct Lines<'s> {
    source: &'s str,
    starts: Vec<usize>,
    /// Where the inline footnote begins whose words are being read: the parser counts their places from there.
    pub(super) inside: Option<usize>,
}

impl<'s> Lines<'s> {
    /// Lines of the body that starts at this byte; the parser counts them from 1.
    pub(super) fn new(source: &'s str, body_start: usize) -> Self {
        let bytes = source.as_bytes();
        let mut starts = vec![body_start];
        for at in body_start..bytes.len() {
            let ends = bytes[at] == b'\n' || bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
            if ends {
                starts.push(at + 1);
            }
        }
        Self { source, starts, inside: None }
    }

    /// The byte at a position of the parser's, moved onto a character and into the source.
    pub(super) fn byte(&self, position: LineColumn) -> usize {
        let line = match self.inside {
            Some(start) => start,
            None => self.starts.get(position.line.saturating_sub(1)).copied().unwrap_or(self.source.len()),
        };
        let mut at = (line + position.column.saturating_sub(1)).min(self.source.len());
        while !self.source.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// Where a text stands at or soon after a position. In a table the source has `\|` for `|`, which also moves the
    /// parser's columns to the left; that is why the place is searched and not believed.
    pub(super) fn find(&self, position: LineColumn, text: &str) -> Option<Range<usize>> {
        const NEAR: usize = 2_000;
        let from = self.byte(position);
        let bytes = self.source.as_bytes();
        let first = *text.as_bytes().first()?;
        let end = (from + NEAR).min(bytes.len());
        (from..end)
            .filter(|at| bytes[*at] == first)
            .find_map(|at| matches_at(bytes, at, text.as_bytes()).map(|end| at..end))
    }

    /// The byte after a line of the parser's, its line break included.
    pub(super) fn line_end(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.source.len())
    }

    /// The whole source.
    pub(super) fn source(&self) -> &'s str {
        self.source
    }
}

/// The end of the text standing at this byte, each of its `|` perhaps written `\|`.
fn matches_at(source: &[u8], at: usize, text: &[u8]) -> Option<usize> {
    let mut at = at;
    for &byte in text {
        if byte == b'|' && source.get(at) == Some(&b'\\') && source.get(at + 1) == Some(&b'|') {
            at += 1;
        }
        if source.get(at) != Some(&byte) {
            return None;
        }
        at += 1;
    }
    Some(at)
}
