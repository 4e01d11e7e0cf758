//! Writes the blocks as Markdown.

use super::blocks::{Block, Item, List};
use super::escape::{self, Paired, Place};
use super::inlines::{Look, Run};

/// The Markdown of these blocks, without a line break at its end.
pub(super) fn document(blocks: &[Block]) -> String {
    joined(blocks, "\n\n")
}

fn joined(blocks: &[Block], between: &str) -> String {
    let mut out = String::new();
    let mut signs = Signs::First;
    let mut after_list = false;
    for block in blocks {
        // A list right after one of its kind would be read as its end; other signs part them.
        let is_list = matches!(block, Block::List(_));
        signs = if is_list && after_list { signs.other() } else { Signs::First };
        after_list = is_list;
        let text = written(block, signs);
        if text.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str(&text);
    }
    out
}

/// With which of its two signs a list is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signs {
    First,
    Second,
}

impl Signs {
    fn other(self) -> Self {
        if self == Self::First { Self::Second } else { Self::First }
    }
}

fn written(block: &Block, signs: Signs) -> String {
    match block {
        Block::Paragraph(runs) => escape::line_starts(&inline(runs, Place::Prose)),
        Block::Heading(level, runs) => {
            let text = inline(&without_breaks(runs), Place::Prose);
            let text = text.strip_suffix('#').map_or(text.clone(), |start| format!("{start}\\#"));
            if text.is_empty() { text } else { format!("{} {text}", "#".repeat(*level)) }
        }
        Block::Quote(blocks) => prefixed(&document(blocks), "> ", "> "),
        Block::Code { lang, text } => code(lang, text),
        Block::List(list) => list_text(list, signs),
        Block::Table(table) => table.written(),
        Block::Formula(source) => format!("$$\n{source}\n$$"),
        // Dashes at the very top would begin front matter.
        Block::Rule => "***".to_owned(),
    }
}

fn without_breaks(runs: &[Run]) -> Vec<Run> {
    let space = |run: &Run| match run {
        Run::Break => Run::Text(" ".to_owned(), Look::default()),
        run => run.clone(),
    };
    runs.iter().map(space).collect()
}

/// Each line with something before it; empty lines without blanks at their end.
fn prefixed(text: &str, first: &str, others: &str) -> String {
    let line = |(at, line): (usize, &str)| {
        let before = if at == 0 { first } else { others };
        if line.is_empty() { before.trim_end().to_owned() } else { format!("{before}{line}") }
    };
    text.split('\n').enumerate().map(line).collect::<Vec<_>>().join("\n")
}

fn code(lang: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{lang}\n{text}\n{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn list_text(list: &List, signs: Signs) -> String {
    let tight = list.items.iter().all(is_tight);
    let between = if tight { "\n" } else { "\n\n" };
    let first = signs == Signs::First;
    let items = list.items.iter().enumerate().map(|(at, item)| {
        let sign = match (list.start, first) {
            (None, true) => "-".to_owned(),
            (None, false) => "*".to_owned(),
            (Some(start), true) => format!("{}.", start + at),
            (Some(start), false) => format!("{})", start + at),
        };
        let task = match item.task {
            Some(true) => "[x] ",
            Some(false) => "[ ] ",
            None => "",
        };
        let text = joined(&item.blocks, between);
        let indent = " ".repeat(sign.len() + 1);
        prefixed(&format!("{task}{text}"), &format!("{sign} "), &indent)
    });
    items.collect::<Vec<_>>().join(between)
}

/// Whether an item is one paragraph at most, with nothing but lists below it.
fn is_tight(item: &Item) -> bool {
    item.blocks.iter().enumerate().all(|(at, block)| match block {
        Block::Paragraph(_) => at == 0,
        Block::List(_) => true,
        _ => false,
    })
}

/// The Markdown of a paragraph's words.
pub(super) fn inline(runs: &[Run], place: Place) -> String {
    let texts = runs.iter().filter_map(|run| match run {
        Run::Text(text, look) if !look.code => Some(text.as_str()),
        _ => None,
    });
    let mut writer = Inline { out: String::new(), paired: Paired::of(texts), place };
    writer.links(runs);
    writer.out
}

struct Inline {
    out: String,
    paired: Paired,
    place: Place,
}

/// Whether words look so.
type Has = fn(&Look) -> bool;

/// The looks that signs around the words say, outermost first.
const SIGNS: [(&str, Has); 4] =
    [("**", |look| look.bold), ("*", |look| look.italic), ("~~", |look| look.strike), ("==", |look| look.mark)];

impl Inline {
    fn links(&mut self, runs: &[Run]) {
        for group in runs.chunk_by(|one, next| link_of(one) == link_of(next)) {
            match link_of(&group[0]) {
                Some(link) => self.link(group, link),
                None => self.signs(group, 0),
            }
        }
    }

    fn link(&mut self, runs: &[Run], link: &str) {
        let text: String = runs
            .iter()
            .filter_map(|run| if let Run::Text(text, _) = run { Some(text.as_str()) } else { None })
            .collect();
        let has_picture = runs.iter().any(|run| matches!(run, Run::Picture { .. }));
        if text.trim().is_empty() && !has_picture {
            return self.out.push_str(&text);
        }
        let itself = text.trim() == link || Some(text.trim()) == link.strip_prefix("mailto:");
        if itself && !has_picture && !link.starts_with('/') && !link.contains(['<', '>', ' ']) {
            return self.spaced(&text, |out| out.push_str(&format!("<{}>", text.trim())));
        }
        let (before, after) = blanks(&text);
        self.out.push_str(before);
        let mut inner = Inline { out: String::new(), paired: self.paired, place: self.place };
        inner.signs(runs, 0);
        let words = inner.out.trim().replace("\\\n", " ").replace(']', "\\]").replace("!\\[", "![");
        let words = if has_picture { inner.out.trim().to_owned() } else { words };
        self.out.push_str(&format!("[{words}]({})", escape::destination(link)));
        self.out.push_str(after);
    }

    fn spaced(&mut self, text: &str, write: impl FnOnce(&mut String)) {
        let (before, after) = blanks(text);
        self.out.push_str(before);
        write(&mut self.out);
        self.out.push_str(after);
    }

    /// Groups the runs by the next look that signs say, and writes the signs around those that have it.
    fn signs(&mut self, runs: &[Run], from: usize) {
        let Some((sign, has)) = SIGNS.get(from) else {
            return self.plain(runs);
        };
        let looks_so = |run: &Run| matches!(run, Run::Text(_, look) if has(look));
        let mut rest = runs;
        while !rest.is_empty() {
            let so = looks_so(&rest[0]);
            let length = rest.iter().take_while(|run| looks_so(run) == so).count();
            let (group, after) = rest.split_at(length);
            if so {
                self.signed(group, sign, from, after);
            } else {
                self.signs(group, from + 1);
            }
            rest = after;
        }
    }

    fn signed(&mut self, runs: &[Run], sign: &str, from: usize, after: &[Run]) {
        let mut runs = runs.to_vec();
        let next = after.iter().find_map(|run| match run {
            Run::Text(text, _) => text.chars().next(),
            _ => Some(' '),
        });
        let before = self.out.chars().next_back();
        let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let lead = take_start(&mut runs, joins(before));
        let tail = take_end(&mut runs, joins(next));
        self.text(&lead);
        let is_empty = runs.iter().all(|run| matches!(run, Run::Text(text, _) if text.is_empty()));
        if !is_empty {
            self.out.push_str(sign);
            self.signs(&runs, from + 1);
            self.out.push_str(sign);
        }
        self.text(&tail);
    }

    fn text(&mut self, text: &str) {
        escape::text(&mut self.out, text, self.paired, self.place);
    }

    fn plain(&mut self, runs: &[Run]) {
        for run in runs {
            match run {
                Run::Text(text, look) => self.words(text, look),
                Run::Break if self.place == Place::Cell => self.out.push_str("<br>"),
                Run::Break => self.out.push_str("\\\n"),
                Run::Picture { alt, src, .. } => {
                    self.out.push_str("![");
                    let alt = alt.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
                    self.out.push_str(&if self.place == Place::Cell { alt.replace('|', "\\|") } else { alt });
                    self.out.push_str(&format!("]({})", escape::destination(src)));
                }
                Run::Formula(source) => self.out.push_str(&format!("${source}$")),
            }
        }
    }

    fn words(&mut self, text: &str, look: &Look) {
        if look.code && !text.trim().is_empty() {
            return self.code(text);
        }
        let Some(tag) = look.tag.filter(|_| !text.trim().is_empty()) else { return self.text(text) };
        let (before, after) = blanks(text);
        self.out.push_str(before);
        self.out.push_str(&format!("<{tag}>"));
        self.text(text.trim());
        self.out.push_str(&format!("</{tag}>"));
        self.out.push_str(after);
    }

    fn code(&mut self, text: &str) {
        let (before, after) = blanks(text);
        let text = text.trim();
        let text = if self.place == Place::Cell { text.replace('|', "\\|") } else { text.to_owned() };
        let fence = "`".repeat(longest_run(&text) + 1);
        let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        self.out.push_str(&format!("{before}{fence}{pad}{text}{pad}{fence}{after}"));
    }
}

fn link_of(run: &Run) -> Option<&str> {
    match run {
        Run::Text(_, look) => look.link.as_deref(),
        Run::Picture { link, .. } => link.as_deref(),
        Run::Break | Run::Formula(_) => None,
    }
}

/// The blanks before and after a text.
fn blanks(text: &str) -> (&str, &str) {
    let start = text.len() - text.trim_start().len();
    (&text[..start], &text[text.trim_end().len().max(start)..])
}

/// Cuts what signs cannot stand before off the first words: blanks, and punctuation after a letter.
fn take_start(runs: &mut [Run], after_letter: bool) -> String {
    let Some(Run::Text(text, look)) = runs.first_mut() else { return String::new() };
    let cut = |c: char| c.is_whitespace() || after_letter && !look.code && !c.is_alphanumeric();
    let rest = text.trim_start_matches(cut).len();
    let lead = text[..text.len() - rest].to_owned();
    text.drain(..lead.len());
    lead
}

/// As [`take_start`], at the end.
fn take_end(runs: &mut [Run], before_letter: bool) -> String {
    let Some(Run::Text(text, look)) = runs.last_mut() else { return String::new() };
    let cut = |c: char| c.is_whitespace() || before_letter && !look.code && !c.is_alphanumeric();
    let length = text.trim_end_matches(cut).len();
    text.split_off(length)
}
