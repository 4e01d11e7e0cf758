//! Keeps text what it is: a backslash before what Markdown would read as its own.

/// Which signs, common in prose, mean something only in pairs, and stand in pairs here.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Paired {
    pub(super) dollars: bool,
    pub(super) tildes: bool,
}

impl Paired {
    /// Of the texts of a paragraph.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let (mut dollars, mut tildes) = (0, 0);
        for text in texts {
            dollars += text.matches('$').count();
            tildes += text.matches('~').count();
        }
        Self { dollars: dollars > 1, tildes: tildes > 1 }
    }
}

/// Where text stands, as far as it changes what must be escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Prose,
    Cell,
}

/// Appends text as Markdown that means it.
pub(super) fn text(out: &mut String, text: &str, paired: Paired, place: Place) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let before = out.chars().next_back();
        let at_word = before.is_none_or(|before| before.is_whitespace() || matches!(before, '(' | '“' | '"'));
        if at_word && let Some(length) = web_address(rest) {
            bare_address(out, &rest[..length], place);
            rest = &rest[length..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if is_special(c, before, rest, paired, place) {
            out.push('\\');
        }
        out.push(c);
    }
}

fn is_special(c: char, before: Option<char>, rest: &str, paired: Paired, place: Place) -> bool {
    let next = rest.chars().next();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    match c {
        '`' | '[' => true,
        '\\' => next.is_none_or(|next| next.is_ascii_punctuation() || next == '\n'),
        '*' => !(is_space(before) && is_space(next)),
        '_' => !(is_word(before) && is_word(next) || is_space(before) && is_space(next)),
        '$' => paired.dollars,
        '~' => paired.tildes,
        '=' => next == Some('=') || before == Some('='),
        '%' => next == Some('%'),
        '<' => next.is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?')),
        '&' => is_entity(rest),
        '#' => is_space(before) && (is_word(next) || next == Some('_')),
        '^' => is_space(before),
        '|' => place == Place::Cell,
        _ => false,
    }
}

fn is_entity(after: &str) -> bool {
    let name = after.split(';').next().unwrap_or_default();
    name.len() < after.len()
        && (2..=32).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')
}

/// The bytes of an address that a text begins with, without the punctuation after it.
fn web_address(text: &str) -> Option<usize> {
    let starts = ["https://", "http://", "www."].iter().find(|start| text.starts_with(**start))?;
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '”')).unwrap_or(text.len());
    let mut address = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
    while address.ends_with(')') && address.matches(')').count() > address.matches('(').count() {
        address = &address[..address.len() - 1];
    }
    (address.len() > starts.len()).then_some(address.len())
}

/// An address in the text: as it is, or in angle brackets where signs of Markdown's stand in it.
fn bare_address(out: &mut String, address: &str, place: Place) {
    let clear = !address.contains(['_', '*', '~', '$', '[', ']', '`', '\\', '=', '&', '|']);
    if clear || address.starts_with("www.") {
        return out.push_str(address);
    }
    let address = if place == Place::Cell { address.replace('|', "%7C") } else { address.to_owned() };
    out.push_str(&format!("<{}>", destination(&address)));
}

/// An address for the parentheses of a link.
pub(super) fn destination(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            ' ' => out.push_str("%20"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '|' => out.push_str("%7C"),
            c if c.is_whitespace() || c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Escapes what would begin a block at the start of each line.
pub(super) fn line_starts(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(line_start).collect();
    lines.join("\n")
}

fn line_start(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let ends = |at: usize| line[at..].is_empty() || line[at..].starts_with([' ', '\t']);
    if (1..=9).contains(&digits) && line[digits..].starts_with(['.', ')']) && ends(digits + 1) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    let hashes = line.bytes().take_while(|b| *b == b'#').count();
    let only = |sign: char| !line.is_empty() && line.chars().all(|c| c == sign || c == ' ');
    let begins = line.starts_with(['>', '|'])
        || line.starts_with(['-', '+', '*']) && ends(1)
        || (1..=6).contains(&hashes) && ends(hashes)
        || only('-')
        || only('=')
        || line.starts_with("~~~");
    if begins { format!("\\{line}") } else { line.to_owned() }
}
