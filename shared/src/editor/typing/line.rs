//! A line of Markdown: what stands before its words, and whether it is code.

use std::ops::Range;

/// What makes a line an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// `-`, `*` or `+`.
    Bullet(char),
    /// The number and what follows it, `.` or `)`.
    Number(u64, char),
}

/// A line, taken apart. All but `start` count from the beginning of the line.
#[derive(Clone, Debug)]
pub(super) struct Line<'t> {
    /// Where it begins in the text.
    pub(super) start: usize,
    /// Without its end.
    pub(super) text: &'t str,
    /// Bytes of the marks of quotations, `> > `.
    pub(super) quotes: usize,
    /// Where the blanks after these end.
    pub(super) indent: usize,
    pub(super) marker: Option<Marker>,
    /// The box of a task.
    pub(super) task: Option<Range<usize>>,
    /// Where the words begin.
    pub(super) content: usize,
}

impl<'t> Line<'t> {
    /// The line that holds a place of the text.
    pub(super) fn at(text: &'t str, at: usize) -> Self {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        Self::read(start, &text[start..end])
    }

    fn read(start: usize, text: &'t str) -> Self {
        let quotes = quotes(text);
        let indent = quotes + blanks(&text[quotes..]);
        let mut line = Self { start, text, quotes, indent, marker: None, task: None, content: indent };
        let rest = &text[indent..];
        let Some((marker, length)) = marker(rest).filter(|_| !is_divider(rest)) else { return line };
        line.marker = Some(marker);
        line.content = indent + length + blanks(&rest[length..]);
        let words = &text[line.content..];
        let is_box = ["[ ]", "[x]", "[X]"].iter().any(|done| words.starts_with(done));
        if is_box && words[3..].chars().next().is_none_or(char::is_whitespace) {
            line.task = Some(line.content..line.content + 3);
            line.content += 3 + blanks(&words[3..]);
        }
        line
    }

    /// Where it ends in the text, before the line end.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// The marks of its quotations.
    pub(super) fn quoted(&self) -> &'t str {
        &self.text[..self.quotes]
    }

    /// The blanks it begins with, after these.
    pub(super) fn indented(&self) -> &'t str {
        &self.text[self.quotes..self.indent]
    }

    /// How far to the right it begins; a tab leads to the next multiple of four.
    pub(super) fn column(&self) -> usize {
        columns(self.indented())
    }

    /// How far to the right its words begin, as lists inside an item have to.
    pub(super) fn inner_column(&self) -> usize {
        let end = self.task.as_ref().map_or(self.content, |task| task.start);
        columns(&self.text[self.quotes..end])
    }

    /// Its words.
    pub(super) fn words(&self) -> &'t str {
        &self.text[self.content..]
    }

    /// Whether nothing stands on it but blanks, or marks of quotations.
    pub(super) fn is_blank(&self) -> bool {
        self.marker.is_none() && self.words().trim().is_empty()
    }

    /// The line before; none before the first.
    pub(super) fn before(&self, text: &'t str) -> Option<Self> {
        (self.start > 0).then(|| Self::at(text, self.start - 1))
    }

    /// The line after; none after the last.
    pub(super) fn after(&self, text: &'t str) -> Option<Self> {
        (self.end() < text.len()).then(|| Self::at(text, self.end() + 1))
    }
}

/// The lines that a range touches. One that ends at the start of a line does not touch that line.
pub(super) fn lines_of(text: &str, range: Range<usize>) -> Vec<Line<'_>> {
    let mut lines = vec![Line::at(text, range.start)];
    while let Some(next) = lines.last().and_then(|line| line.after(text)).filter(|next| next.start < range.end) {
        lines.push(next);
    }
    lines
}

fn quotes(text: &str) -> usize {
    let mut end = 0;
    loop {
        let rest = &text[end..];
        let spaces = rest.bytes().take(3).take_while(|byte| *byte == b' ').count();
        if !rest[spaces..].starts_with('>') {
            return end;
        }
        end += spaces + 1;
        end += usize::from(text[end..].starts_with(' '));
    }
}

fn blanks(text: &str) -> usize {
    text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn columns(text: &str) -> usize {
    text.chars().fold(0, |column, c| if c == '\t' { column / 4 * 4 + 4 } else { column + 1 })
}

/// The marker at the beginning of a text, and its bytes. A blank has to follow it: before there is one, it may as well be
/// the line under a heading.
fn marker(text: &str) -> Option<(Marker, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mark = text[digits..].chars().next()?;
    let marker = match (digits, mark) {
        (0, '-' | '*' | '+') => Marker::Bullet(mark),
        (1..=9, '.' | ')') => Marker::Number(text[..digits].parse().ok()?, mark),
        _ => return None,
    };
    text[digits + 1..].starts_with([' ', '\t']).then_some((marker, digits + 1))
}

/// `* * *` and the like.
fn is_divider(text: &str) -> bool {
    let mark = text.chars().next().filter(|mark| matches!(mark, '-' | '*' | '_'));
    let Some(mark) = mark else { return false };
    text.chars().filter(|c| *c == mark).count() >= 3 && text.chars().all(|c| c == mark || c.is_whitespace())
}

/// Whether the line that begins at `start` stands in fenced code, or is one of its fences.
pub(super) fn is_code(text: &str, start: usize) -> bool {
    code_at(text, start).is_some()
}

/// Of fenced code, how many bytes of its opening line are marks of quotations; `None` for a line that is no code.
pub(super) fn code_at(text: &str, start: usize) -> Option<usize> {
    let mut open: Option<(char, usize, usize)> = None;
    for line in text[..start].lines() {
        let Some((mark, length, info)) = fence_of(line) else { continue };
        open = match open {
            None => Some((mark, length, quotes(line))),
            Some((opened, least, _)) if mark == opened && length >= least && info.is_empty() => None,
            open => open,
        };
    }
    let here = Line::at(text, start);
    open.map(|open| open.2).or_else(|| fence_of(here.text).map(|_| here.quotes))
}

/// Mark, length and what follows, of a line that opens or closes code.
fn fence_of(line: &str) -> Option<(char, usize, &str)> {
    let rest = line[quotes(line)..].trim_start();
    let rest = marker(rest).map_or(rest, |(_, length)| rest[length..].trim_start());
    let mark = rest.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = rest.bytes().take_while(|byte| char::from(*byte) == mark).count();
    let info = rest[length..].trim();
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, length, info))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_apart() {
        for (text, quoted, indented, marker, words) in [
            ("plain", "", "", None, "plain"),
            ("- a", "", "", Some(Marker::Bullet('-')), "a"),
            ("  12) b", "", "  ", Some(Marker::Number(12, ')')), "b"),
            ("> > * [x] 漢字", "> > ", "", Some(Marker::Bullet('*')), "漢字"),
            ("- [ ]", "", "", Some(Marker::Bullet('-')), ""),
            ("- [link](x)", "", "", Some(Marker::Bullet('-')), "[link](x)"),
            (">   indented", "> ", "  ", None, "indented"),
            ("-", "", "", None, "-"),
            ("1.5 litres", "", "", None, "1.5 litres"),
            ("* * *", "", "", None, "* * *"),
            ("1234567890. too long", "", "", None, "1234567890. too long"),
        ] {
            let line = Line::at(text, 0);
            assert_eq!((line.quoted(), line.indented(), line.marker, line.words()), (quoted, indented, marker, words));
        }
    }

    #[test]
    fn code_is_known_by_its_fences() {
        let text = "a\n```rust\n- b\n~~~\n```\nc\n> ~~~~\n> ```\n> d\n> ~~~~\ne `` ``` ``\nf";
        let code: Vec<_> = lines_of(text, 0..text.len()).iter().map(|line| is_code(text, line.start)).collect();
        assert_eq!(code, [false, true, true, true, true, false, true, true, true, true, false, false]);
    }
}
