//! Whole lines: headings, lists, quotations, tasks, lines that move, blocks to fill in.

use super::line::{Line, Marker, is_code, lines_of};
use super::list::Work;
use super::{Edit, Selection};

/// What lines can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `- `
    Bullets,
    /// `1. `
    Numbers,
    /// `- [ ] `
    Tasks,
    /// `> `
    Quote,
    /// So many `#`, 1 to 6.
    Heading(u8),
}

/// Makes the selected lines that, or plain again where all of them are.
pub fn toggle_lines(text: &str, selection: Selection, kind: Kind) -> Edit {
    let selection = selection.within(text);
    let lines = lines_of(text, selection.range());
    let single = lines.len() == 1;
    let counted: Vec<_> = lines.iter().filter(|line| single || !line.is_blank() || kind == Kind::Quote).collect();
    let on = counted.iter().all(|line| is_kind(line, kind));
    let mut work = Work::new(text, selection);
    let mut number = counted.len();
    for line in counted.iter().rev() {
        let (start, old) = marks(line, kind);
        let new = if on { taken_off(line, kind) } else { put_on(line, kind, number) };
        number -= 1;
        let start = line.start + start;
        work.replace(start, start + old, &new);
    }
    Edit::between(text, &work.text, work.selection)
}

fn is_kind(line: &Line<'_>, kind: Kind) -> bool {
    match kind {
        Kind::Bullets => matches!(line.marker, Some(Marker::Bullet(_))) && line.task.is_none(),
        Kind::Numbers => matches!(line.marker, Some(Marker::Number(..))) && line.task.is_none(),
        Kind::Tasks => line.task.is_some(),
        Kind::Quote => line.quotes > 0,
        Kind::Heading(level) => heading(line) == (level.into(), usize::from(level) + 1),
    }
}

/// Level, and bytes with the blank, of the heading that a line is; zeros where it is none.
fn heading(line: &Line<'_>) -> (usize, usize) {
    let words = line.words();
    let level = words.bytes().take_while(|byte| *byte == b'#').count();
    let rest = &words[level..];
    match level {
        1..=6 if rest.starts_with(' ') => (level, level + 1),
        1..=6 if rest.is_empty() => (level, level),
        _ => (0, 0),
    }
}

/// Where the marks of that kind stand in a line, and how many bytes they are.
fn marks(line: &Line<'_>, kind: Kind) -> (usize, usize) {
    match kind {
        Kind::Quote => (0, line.quotes),
        Kind::Heading(_) => (line.content, heading(line).1),
        _ => (line.indent, line.content - line.indent),
    }
}

fn taken_off(line: &Line<'_>, kind: Kind) -> String {
    match kind {
        Kind::Quote => {
            let quoted = line.quoted();
            let first = quoted.find('>').map_or(0, |at| at + 1);
            quoted[first..].strip_prefix(' ').unwrap_or(&quoted[first..]).to_owned()
        }
        Kind::Tasks => "- ".to_owned(),
        _ => String::new(),
    }
}

fn put_on(line: &Line<'_>, kind: Kind, number: usize) -> String {
    match kind {
        Kind::Bullets => "- ".to_owned(),
        Kind::Numbers => format!("{number}. "),
        Kind::Tasks => match (line.marker, &line.task) {
            (_, Some(task)) => line.text[line.indent..task.end].to_owned() + " ",
            (Some(_), None) => line.text[line.indent..line.content].to_owned() + "[ ] ",
            (None, None) => "- [ ] ".to_owned(),
        },
        Kind::Quote => format!("> {}", line.quoted()),
        Kind::Heading(level) => "#".repeat(level.into()) + " ",
    }
}

/// Ticks the selected tasks, or unticks them where all are ticked; other lines become tasks.
pub fn tick(text: &str, selection: Selection) -> Edit {
    let selection = selection.within(text);
    let lines = lines_of(text, selection.range());
    let tasks: Vec<_> = lines.iter().filter_map(|line| Some(line.start + line.task.as_ref()?.start + 1)).collect();
    if tasks.is_empty() {
        return toggle_lines(text, selection, Kind::Tasks);
    }
    let done = |at: &usize| !text[*at..].starts_with(' ');
    let new = if tasks.iter().all(done) { " " } else { "x" };
    let mut after = text.to_owned();
    for at in &tasks {
        after.replace_range(*at..at + 1, new);
    }
    Edit::between(text, &after, selection)
}

/// Where lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Towards the beginning.
    Up,
    /// Towards the end.
    Down,
}

/// Changes places with the line above or below. `None` at the end of the way.
pub fn move_lines(text: &str, selection: Selection, way: Way) -> Option<Edit> {
    let selection = selection.within(text);
    let lines = lines_of(text, selection.range());
    let (first, last) = (lines.first()?, lines.last()?);
    let block = &text[first.start..last.end()];
    let (range, insert, moved) = match way {
        Way::Up => {
            let above = first.before(text)?;
            let insert = format!("{block}\n{}", above.text);
            (above.start..last.end(), insert, above.start)
        }
        Way::Down => {
            let below = last.after(text)?;
            let insert = format!("{}\n{block}", below.text);
            (first.start..below.end(), insert, first.start + below.text.len() + 1)
        }
    };
    let selection = selection.map(|at| (at - first.start + moved).min(text.len()));
    Some(Edit { range, insert, selection })
}

/// A block of its own, with blank lines around it; `cursor` is where one goes on within it. On a blank line it takes its
/// place.
pub fn insert_block(text: &str, selection: Selection, block: &str, cursor: Selection) -> Edit {
    let selection = selection.within(text);
    let line = Line::at(text, selection.head);
    let at = if line.is_blank() { line.start } else { line.end() };
    let (before, after) = (&text[..at], &text[line.end()..]);
    let above = match before {
        "" => "",
        before if before.ends_with("\n\n") => "",
        before if before.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let below = match after {
        _ if block.ends_with('\n') => "",
        "" => "\n",
        after if after.starts_with("\n\n") || after == "\n" => "",
        _ => "\n",
    };
    let start = at + above.len();
    Edit {
        range: at..line.end(),
        insert: [above, block, below].concat(),
        selection: cursor.map(|within| start + within),
    }
}

/// Fences around the selected lines, or an empty pair.
pub fn code_block(text: &str, selection: Selection) -> Edit {
    let selection = selection.within(text);
    if selection.is_empty() {
        return insert_block(text, selection, "```\n\n```", Selection::at(3));
    }
    let lines = lines_of(text, selection.range());
    let (start, end) = (lines[0].start, lines[lines.len() - 1].end());
    let longest = lines.iter().map(|line| line.text.trim_start().bytes().take_while(|b| *b == b'`').count()).max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    let insert = format!("{fence}\n{}\n{fence}", &text[start..end]);
    Edit { range: start..end, insert, selection: Selection::at(start + fence.len()) }
}

/// A callout of the kind that is typed next, with what is selected in it.
pub fn callout(text: &str, selection: Selection) -> Edit {
    let selection = selection.within(text);
    let lines = lines_of(text, selection.range());
    if selection.is_empty() && lines[0].is_blank() {
        return insert_block(text, selection, "> [!note] \n> ", Selection::at(10));
    }
    let (start, end) = (lines[0].start, lines[lines.len() - 1].end());
    let quoted: String = lines.iter().map(|line| format!("\n> {}", line.text)).collect();
    Edit { range: start..end, insert: format!("> [!note] {quoted}"), selection: Selection::at(start + 10) }
}

/// Whether what is typed at a place is Markdown, not code.
pub fn is_prose(text: &str, at: usize) -> bool {
    let at = text.floor_char_boundary(at);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[start..at].matches('`').count().is_multiple_of(2) && !is_code(text, start)
}
