//! Enter: the next item of a list, the next line of a quotation, the next row of a table.

use super::indent::outdent;
use super::line::{Line, Marker, code_at};
use super::list::{Work, is_all_alike, renumber};
use super::{Edit, Selection, table};

/// What Enter does where it is more than a new line; `None` leaves it to the browser.
pub fn enter(text: &str, selection: Selection) -> Option<Edit> {
    let selection = selection.within(text);
    let line = Line::at(text, selection.start());
    let column = selection.start() - line.start;
    if let Some(quotes) = code_at(text, line.start) {
        let quotes = quotes.min(line.quotes);
        let blanks = line.text[quotes..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        return indented(selection, &line, quotes + blanks);
    }
    if let Some(edit) = table::enter(text, selection) {
        return Some(edit);
    }
    if line.marker.is_none() && line.quotes == 0 {
        return indented(selection, &line, line.indent);
    }
    if column < line.content {
        return None;
    }
    if selection.is_empty() && line.words().trim().is_empty() { end(text, &line) } else { next(text, selection, &line) }
}

/// A new line that begins as this one does.
fn indented(selection: Selection, line: &Line<'_>, length: usize) -> Option<Edit> {
    let before = &line.text[..length];
    let worth_it = !before.is_empty() && !line.is_blank() && selection.start() - line.start >= length;
    worth_it.then(|| Edit {
        range: selection.range(),
        insert: format!("\n{before}"),
        selection: Selection::at(selection.start() + 1 + before.len()),
    })
}

/// The next item, or the next line of the quotation.
fn next(text: &str, selection: Selection, line: &Line<'_>) -> Option<Edit> {
    let alike = is_all_alike(text, line);
    let begin = &line.text[..line.indent];
    let number = match line.marker {
        Some(Marker::Number(number, _)) if alike => Some(number),
        Some(Marker::Number(number, _)) => Some(number + 1),
        _ => None,
    };
    let marker = match (line.marker, number) {
        (Some(Marker::Number(_, mark)), Some(number)) => format!("{number}{mark}"),
        (Some(Marker::Bullet(mark)), _) => mark.to_string(),
        _ => String::new(),
    };
    let marked = line.indent + marked_length(line);
    let blanks = &line.text[marked..line.task.as_ref().map_or(line.content, |task| task.start)];
    let task = line.task.as_ref().map(|task| format!("[ ]{}", spaced(&line.text[task.end..line.content])));
    let opening = format!("{begin}{marker}{blanks}{}", task.unwrap_or_default());
    let end = selection.end() + text[selection.end()..].bytes().take_while(|byte| *byte == b' ').count();
    let mut work = Work::new(text, Selection::at(end));
    work.replace(selection.start(), end, &format!("\n{opening}"));
    if let (Some(number), false) = (number, alike) {
        renumber(&mut work, selection.start() + 1, number);
    }
    Some(Edit::between(text, &work.text, work.selection))
}

fn spaced(blanks: &str) -> &str {
    if blanks.is_empty() { " " } else { blanks }
}

fn marked_length(line: &Line<'_>) -> usize {
    match line.marker {
        Some(Marker::Bullet(_)) => 1,
        Some(Marker::Number(..)) => 1 + line.text[line.indent..].bytes().take_while(u8::is_ascii_digit).count(),
        None => 0,
    }
}

/// Enter on an item without words: one step out of the list, or out of the quotation.
fn end(text: &str, line: &Line<'_>) -> Option<Edit> {
    if line.marker.is_some() && line.column() > 0 {
        return outdent(text, Selection::at(line.end()));
    }
    let kept = match line.marker {
        Some(_) => line.quoted(),
        None => outer(line.quoted()),
    };
    // Without a blank line between, what comes next would still belong to the last item.
    let apart = line.before(text).is_some_and(|before| !before.is_blank() && before.quotes >= kept.len());
    let mut insert = if apart { format!("{}\n", kept.trim_end()) } else { String::new() };
    insert.push_str(kept);
    let selection = Selection::at(line.start + insert.len());
    let after = [&text[..line.start], &insert, &text[line.end()..]].concat();
    Some(Edit::between(text, &after, selection))
}

/// The marks without the innermost.
fn outer(quoted: &str) -> &str {
    let outer = &quoted[..quoted.rfind('>').unwrap_or_default()];
    if outer.trim().is_empty() { "" } else { outer }
}
