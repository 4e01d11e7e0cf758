//! Marks around words: strong, emphasis, code and so on; brackets and quotes; links.

use std::ops::Range;

use super::line::{is_code, lines_of};
use super::list::Work;
use super::{Edit, Selection};

/// What can be put around words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `**strong**`
    Strong,
    /// `*emphasis*`
    Emphasis,
    /// `` `code` ``
    Code,
    /// `==highlight==`
    Highlight,
    /// `~~deleted~~`
    Strike,
}

impl Mark {
    fn sign(self) -> &'static str {
        match self {
            Self::Strong => "**",
            Self::Emphasis => "*",
            Self::Code => "`",
            Self::Highlight => "==",
            Self::Strike => "~~",
        }
    }

    /// Of a run of so many signs' characters, how many are this mark's; 0 where it is not among them. `***` is both strong
    /// and emphasis.
    fn share(self, run: usize) -> usize {
        match (self, run) {
            (Self::Strong, 2 | 3) | (Self::Highlight | Self::Strike, 2) => 2,
            (Self::Emphasis, 1 | 3) => 1,
            (Self::Code, run) => run,
            _ => 0,
        }
    }

    fn is_char(self, c: char) -> bool {
        self.sign().starts_with(c) || c == '_' && matches!(self, Self::Strong | Self::Emphasis)
    }
}

/// Puts the mark around what is selected, or takes it off. With a mere cursor: around the word it is in, else an empty pair
/// to type in; at the end of marked words it goes behind the mark.
pub fn toggle(text: &str, selection: Selection, mark: Mark) -> Edit {
    let selection = selection.within(text);
    if selection.is_empty() {
        return toggle_here(text, selection.head, mark);
    }
    let parts = parts(text, selection.range());
    let on = parts.iter().all(|part| marked(text, part, mark).is_some());
    let mut work = Work::new(text, selection);
    if let [part] = &parts[..] {
        work.selection = Selection::over(part.clone());
    }
    for part in parts.iter().rev() {
        match marked(text, part, mark) {
            Some((open, close)) if on => {
                work.replace(close.start, close.end, "");
                work.replace(open.start, open.end, "");
            }
            Some(_) => {}
            None => put_around(&mut work, part, mark, parts.len()),
        }
    }
    Edit::between(text, &work.text, work.selection)
}

/// The selected words of each line, without the blanks around them and what makes the line a heading or an item.
fn parts(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let lines = lines_of(text, range.clone());
    let single = lines.len() == 1;
    let part = |line: &super::line::Line<'_>| {
        let from = if single { line.start } else { line.start + line.content + heading(line.words()) };
        let (from, to) = (from.max(range.start), line.end().min(range.end));
        let inner = text.get(from..to)?;
        let start = from + inner.len() - inner.trim_start().len();
        let length = inner.trim().len();
        (length > 0).then_some(start..start + length)
    };
    lines.iter().filter_map(part).collect()
}

fn heading(words: &str) -> usize {
    let level = words.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&level) && words[level..].starts_with(' ') { level + 1 } else { 0 }
}

/// The mark's signs before and behind: around the part, or within it at its ends.
fn marked(text: &str, part: &Range<usize>, mark: Mark) -> Option<(Range<usize>, Range<usize>)> {
    let forward = |text: &str| run(mark, text.chars());
    let backward = |text: &str| run(mark, text.chars().rev());
    let pair = |left: Option<(char, usize)>, right: Option<(char, usize)>| {
        let ((a, left), (b, right)) = (left?, right?);
        let share = mark.share(left.min(right));
        (a == b && share > 0).then_some(share)
    };
    let line = super::line::Line::at(text, part.start);
    if let Some(share) =
        pair(backward(&text[line.start..part.start]), forward(&text[part.end..line.end().max(part.end)]))
    {
        return Some((part.start - share..part.start, part.end..part.end + share));
    }
    let inner = &text[part.clone()];
    let share = pair(forward(inner), backward(inner)).filter(|share| inner.len() > 2 * share)?;
    Some((part.start..part.start + share, part.end - share..part.end))
}

/// How often the first character is repeated, if it is one of the mark's.
fn run(mark: Mark, chars: impl Iterator<Item = char> + Clone) -> Option<(char, usize)> {
    let first = chars.clone().next().filter(|c| mark.is_char(*c))?;
    Some((first, chars.take_while(|c| *c == first).count()))
}

/// Of one part only the words stay selected; of several all, signs and lines between.
fn put_around(work: &mut Work, part: &Range<usize>, mark: Mark, of: usize) {
    let (open, close) = signs(&work.text[part.clone()], mark);
    let before = work.selection;
    work.replace(part.end, part.end, &close);
    work.replace(part.start, part.start, &open);
    let shift = |at: usize| match at {
        at if at < part.start || of > 1 && at == part.start => at,
        at if at < part.end || of == 1 && at == part.end => at + open.len(),
        at => at + open.len() + close.len(),
    };
    work.selection = before.map(shift);
}

/// Code that has back-ticks stands between more of them.
fn signs(words: &str, mark: Mark) -> (String, String) {
    if mark != Mark::Code || !words.contains('`') {
        return (mark.sign().to_owned(), mark.sign().to_owned());
    }
    let longest = words.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let ticks = "`".repeat(longest + 1);
    (format!("{ticks} "), format!(" {ticks}"))
}

fn toggle_here(text: &str, at: usize, mark: Mark) -> Edit {
    let sign = mark.sign();
    let (before, after) = text.split_at(at);
    let plain_run = |run: usize| mark.share(run) == sign.len();
    let sign_char = |c: &char| sign.starts_with(*c);
    let behind = after.chars().take_while(sign_char).count();
    let ahead = before.chars().rev().take_while(sign_char).count();
    if plain_run(ahead) && plain_run(behind) {
        let range = at - sign.len()..at + sign.len();
        return Edit { selection: Selection::at(range.start), range, insert: String::new() };
    }
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    if plain_run(behind) && before[line_start..].contains(sign) {
        return Edit { range: at..at, insert: String::new(), selection: Selection::at(at + sign.len()) };
    }
    let word = word_around(text, at);
    if word.start < at && at < word.end {
        let selection = Selection::over(word.clone());
        let edit = toggle(text, selection, mark);
        let shift = edit.selection.start() as isize - word.start as isize;
        return Edit { selection: Selection::at(at.saturating_add_signed(shift)), ..edit };
    }
    Edit { range: at..at, insert: sign.repeat(2), selection: Selection::at(at + sign.len()) }
}

/// Letters and digits on both sides of a place.
fn word_around(text: &str, at: usize) -> Range<usize> {
    let is_word = |c: &char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(*c);
    let before: usize = text[..at].chars().rev().take_while(is_word).map(char::len_utf8).sum();
    let after: usize = text[at..].chars().take_while(is_word).map(char::len_utf8).sum();
    at - before..at + after
}

/// Brackets, quotes and marks that go around what is selected when they are typed over it.
const PAIRS: [(char, char); 14] = [
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('"', '"'),
    ('\'', '\''),
    ('*', '*'),
    ('_', '_'),
    ('`', '`'),
    ('~', '~'),
    ('“', '”'),
    ('‘', '’'),
    ('«', '»'),
    ('「', '」'),
    ('『', '』'),
];

/// What typing `typed` over a selection does; `None` where it replaces it, as typing does.
pub fn wrap(text: &str, selection: Selection, typed: &str) -> Option<Edit> {
    let selection = selection.within(text);
    let mut chars = typed.chars();
    let (open, None) = (chars.next()?, chars.next()) else { return None };
    let close = PAIRS.iter().find(|pair| pair.0 == open)?.1;
    if selection.is_empty() {
        return None;
    }
    let insert = format!("{open}{}{close}", &text[selection.range()]);
    let selection_after = selection.map(|at| at + open.len_utf8());
    Some(Edit { range: selection.range(), insert, selection: selection_after })
}

/// A link around the selected words, the cursor where its address goes; around a selected address, where its words go.
pub fn link(text: &str, selection: Selection) -> Edit {
    let selection = selection.within(text);
    let chosen = &text[selection.range()];
    if is_address(chosen) {
        let insert = format!("[]({})", address(chosen));
        return Edit { range: selection.range(), insert, selection: Selection::at(selection.start() + 1) };
    }
    let words = words_of_link(chosen);
    let cursor = if words.is_empty() { 1 } else { words.len() + 3 };
    Edit {
        range: selection.range(),
        insert: format!("[{words}]()"),
        selection: Selection::at(selection.start() + cursor),
    }
}

/// What pasting an address over selected words does: a link. `None` where it is no address, where nothing is selected, or
/// in code.
pub fn paste_over(text: &str, selection: Selection, pasted: &str) -> Option<Edit> {
    let selection = selection.within(text);
    let chosen = &text[selection.range()];
    let pasted = pasted.trim();
    let wanted = !chosen.trim().is_empty() && !chosen.contains('\n') && !is_address(chosen) && is_address(pasted);
    let before = &text[text[..selection.start()].rfind('\n').map_or(0, |end| end + 1)..selection.start()];
    let in_code = before.matches('`').count() % 2 == 1 || is_code(text, selection.start() - before.len());
    if !wanted || in_code || before.ends_with("](") || before.ends_with("[[") {
        return None;
    }
    let insert = format!("[{}]({})", words_of_link(chosen), address(pasted));
    let range = selection.range();
    let selection = Selection::at(selection.start() + insert.len());
    Some(Edit { range, insert, selection })
}

/// Whether a text is one address of the web or of mail and nothing else.
fn is_address(text: &str) -> bool {
    let rest = ["https://", "http://", "mailto:"].iter().find_map(|scheme| {
        text.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).map(|_| &text[scheme.len()..])
    });
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control()))
}

/// As it can stand between the brackets of a link.
fn address(text: &str) -> String {
    let mut depth = 0_i32;
    let mut balanced = true;
    for c in text.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        balanced &= depth >= 0;
    }
    if balanced && depth == 0 && !text.contains('<') {
        return text.to_owned();
    }
    text.replace('(', "%28").replace(')', "%29").replace('<', "%3C").replace('>', "%3E")
}

/// Brackets of their own would end the words early.
fn words_of_link(chosen: &str) -> String {
    let is_balanced = chosen.matches('[').count() == chosen.matches(']').count();
    if is_balanced { chosen.to_owned() } else { chosen.replace('[', "\\[").replace(']', "\\]") }
}
