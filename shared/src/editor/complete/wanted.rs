//! What is being typed at the cursor.

use crate::editor::typing::block::is_prose;

/// Longer ones are no names any more.
const LONGEST: usize = 200;

/// Something that can be completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is.
    pub kind: Kind,
    /// Where its sign begins, `[[`, `#` or `/`: as long as this stays, it is the same one.
    pub start: usize,
    /// What is typed of it.
    pub query: String,
    /// Where the cursor is.
    pub at: usize,
}

/// What can be completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `[[` and a note's name.
    Note,
    /// A heading of the note that is named, behind `#`; of this one where the name is empty.
    Heading(String),
    /// `#` and a tag.
    Tag,
    /// `/` and a command.
    Command,
}

/// What is being typed at the cursor; nothing in code.
pub fn wanted(text: &str, at: usize) -> Option<Wanted> {
    let at = text.floor_char_boundary(at);
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = &text[line..at];
    let (kind, sign, query) = link(before).or_else(|| tag(before)).or_else(|| command(before))?;
    let short = query.len() <= LONGEST;
    (short && is_prose(text, at)).then_some(Wanted { kind, start: line + sign, query, at })
}

fn link(before: &str) -> Option<(Kind, usize, String)> {
    let sign = before.rfind("[[")?;
    let target = &before[sign + 2..];
    if target.contains("]]") || target.contains(['|', '[']) {
        return None;
    }
    Some(match target.split_once('#') {
        Some((note, heading)) => (Kind::Heading(note.to_owned()), sign, heading.rsplit('#').next()?.to_owned()),
        None => (Kind::Note, sign, target.to_owned()),
    })
}

fn tag(before: &str) -> Option<(Kind, usize, String)> {
    let sign = before.rfind('#')?;
    let (ahead, query) = (&before[..sign], &before[sign + 1..]);
    let begins = ahead.chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '（' | '，' | '。'));
    let is_part = |c: char| {
        c.is_alphanumeric() || matches!(c, '_' | '-' | '/') || unicode_normalization::char::is_combining_mark(c)
    };
    (begins && !query.is_empty() && query.chars().all(is_part)).then(|| (Kind::Tag, sign, query.to_owned()))
}

fn command(before: &str) -> Option<(Kind, usize, String)> {
    let sign = before.rfind('/')?;
    let (ahead, query) = (&before[..sign], &before[sign + 1..]);
    let begins = ahead.chars().next_back().is_none_or(char::is_whitespace);
    (begins && query.chars().all(char::is_alphanumeric)).then(|| (Kind::Command, sign, query.to_owned()))
}

/// The headings of a text, in order: what stands behind `#` in links to them.
pub fn headings(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        let rest = &line[level..];
        if (1..=6).contains(&level) && rest.starts_with([' ', '\t']) && is_prose(text, at) {
            let words = rest.trim().trim_end_matches('#').trim_end();
            if !words.is_empty() {
                out.push(words.to_owned());
            }
        }
        at += line.len();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_cursor(marked: &str) -> Option<(Kind, usize, String)> {
        let at = marked.find('¦').expect("a cursor");
        let wanted = wanted(&marked.replace('¦', ""), at)?;
        Some((wanted.kind, wanted.start, wanted.query))
    }

    #[test]
    fn what_is_typed_is_known_by_its_sign() {
        let heading = |note: &str| Kind::Heading(note.into());
        for (text, kind, start, query) in [
            ("see [[¦", Kind::Note, 4, ""),
            ("see [[Win¦ter]] and", Kind::Note, 4, "Win"),
            ("![[漢¦", Kind::Note, 1, "漢"),
            ("[[a]] [[b c¦", Kind::Note, 6, "b c"),
            ("[[Note#He¦", heading("Note"), 0, "He"),
            ("[[#¦", heading(""), 0, ""),
            ("a #ta¦g", Kind::Tag, 2, "ta"),
            ("#é/b¦", Kind::Tag, 0, "é/b"),
            ("/¦", Kind::Command, 0, ""),
            ("- /tab¦", Kind::Command, 2, "tab"),
            ("x\n/¦", Kind::Command, 2, ""),
        ] {
            assert_eq!(at_cursor(text), Some((kind, start, query.into())), "{text}");
        }
        for text in [
            "¦",
            "[a¦",
            "[[a]]¦",
            "[[a|b¦",
            "[[a\n¦",
            "a#b¦",
            "#¦",
            "# head¦",
            "either/or¦",
            "a / b¦",
            "`[[a¦`",
            "```\n[[a¦",
            "https://x¦",
        ] {
            assert_eq!(at_cursor(text), None, "{text}");
        }
    }

    #[test]
    fn headings_are_listed() {
        let text = "# One #\n\n```\n# no\n```\n## Two *words*\n#tag\n### 漢字\n# ###\n";
        assert_eq!(headings(text), ["One", "Two *words*", "漢字"]);
    }
}
