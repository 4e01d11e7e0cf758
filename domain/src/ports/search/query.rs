//! What people type into the search box. Nothing in it is a syntax error.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use shared::limits;

use super::analysis::{self, TokenRole};

/// A query, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// All of them must match.
    pub terms: Vec<Term>,
    /// All of them must be a document's; folded.
    pub tags: Vec<String>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only what is dated before this.
    pub before: Option<Timestamp>,
}

/// One thing to look for, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A whole word.
    Word(String),
    /// The beginning of a word.
    Prefix(String),
    /// Words in a row, each with its distance from the first; two at least.
    Phrase(Vec<(usize, String)>),
}

/// More are left out: a query is no text.
const TERMS: usize = 24;

/// Reads a query.
pub fn parse(text: &str) -> Parsed {
    let text: String = text.chars().take(limits::QUERY_CHARS).collect();
    let mut parsed = Parsed::default();
    let mut last_plain = None;
    for part in parts(&text) {
        match part {
            Part::Quoted(words) => {
                parsed.terms.extend(in_a_row(words));
                last_plain = None;
            }
            Part::Plain(word) if parsed.filter(word) => {}
            Part::Plain(word) => {
                parsed.terms.extend(in_a_row(word));
                last_plain = Some(parsed.terms.len());
                if word.ends_with('*') {
                    as_prefix(&mut parsed.terms);
                }
            }
        }
    }
    if last_plain == Some(parsed.terms.len()) {
        as_prefix(&mut parsed.terms);
    }
    parsed.terms.truncate(TERMS);
    parsed
}

impl Parsed {
    /// True if it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.tags.is_empty() && self.kind.is_none() && self.before.is_none()
    }

    /// Takes a word that is a filter.
    fn filter(&mut self, word: &str) -> bool {
        let Some((name, value)) = word.split_once(':') else { return false };
        let value = value.trim_matches(['"', '“', '”']);
        if value.is_empty() {
            return false;
        }
        match name.to_ascii_lowercase().as_str() {
            "tag" => self.tags.push(analysis::fold(value.trim_start_matches('#'))),
            "kind" => self.kind = Some(analysis::fold(value)),
            "before" => {
                let Some(day) = value.parse::<Date>().ok().and_then(|day| day.to_zoned(TimeZone::UTC).ok()) else {
                    return false;
                };
                self.before = Some(day.timestamp());
            }
            _ => return false,
        }
        true
    }
}

enum Part<'a> {
    Quoted(&'a str),
    Plain(&'a str),
}

/// Splits at spaces and quotation marks; an open quotation goes to the end, one within a filter belongs to it.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if is_quote(first) {
            let inner = &rest[first.len_utf8()..];
            let end = inner.find(is_quote).unwrap_or(inner.len());
            parts.push(Part::Quoted(&inner[..end]));
            rest = inner[end..].trim_start_matches(is_quote);
        } else {
            let end = plain_end(rest);
            parts.push(Part::Plain(&rest[..end]));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    parts
}

fn plain_end(rest: &str) -> usize {
    let end = rest.find(|c: char| c.is_whitespace() || is_quote(c)).unwrap_or(rest.len());
    let Some(inner) = rest[end..].strip_prefix('"').filter(|_| rest[..end].ends_with(':')) else {
        return end;
    };
    inner.find('"').map_or(rest.len(), |close| end + 1 + close + 1)
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

/// A word, or several that must stand in a row.
fn in_a_row(text: &str) -> Option<Term> {
    let mut tokens: Vec<(usize, String)> = Vec::new();
    analysis::tokenize(text, |token| {
        if token.role == TokenRole::Term && tokens.len() < TERMS {
            tokens.push((token.position, token.text.to_owned()));
        }
    });
    if tokens.len() > 1 {
        return Some(Term::Phrase(tokens));
    }
    let (_, word) = tokens.pop()?;
    // A single character of a run of pairs begins a pair or is a tail.
    let alone = word.chars().count() == 1 && !word.is_ascii();
    Some(if alone { Term::Prefix(word) } else { Term::Word(word) })
}

/// Makes the last word of the last term a prefix.
fn as_prefix(terms: &mut Vec<Term>) {
    match terms.pop() {
        Some(Term::Word(word)) => terms.push(Term::Prefix(word)),
        Some(Term::Phrase(mut tokens)) if tokens.last().is_some_and(|(_, last)| last.is_ascii()) => {
            let last = tokens.pop();
            match <[_; 1]>::try_from(tokens) {
                Ok([(_, only)]) => terms.push(Term::Word(only)),
                Err(tokens) => terms.push(Term::Phrase(tokens)),
            }
            terms.extend(last.map(|(_, last)| Term::Prefix(last)));
        }
        Some(other) => terms.push(other),
        None => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn word(text: &str) -> Term {
        Term::Word(text.into())
    }

    fn prefix(text: &str) -> Term {
        Term::Prefix(text.into())
    }

    fn phrase(words: &[(usize, &str)]) -> Term {
        Term::Phrase(words.iter().map(|&(at, word)| (at, word.into())).collect())
    }

    #[test]
    fn words_phrases_and_prefixes() {
        assert_eq!(parse("Good GARDEN").terms, [word("good"), prefix("garden")]);
        assert_eq!(parse("gard* soil \"well known\"").terms[..2], [prefix("gard"), word("soil")]);
        assert_eq!(parse("\"well known\"").terms, [phrase(&[(0, "well"), (1, "known")])]);
        assert_eq!(parse("\"known\"").terms, [word("known")], "a quoted word is whole");
        assert_eq!(parse("\"never closed").terms, [phrase(&[(0, "never"), (1, "closed")])]);
        assert_eq!(parse("self-hos").terms, [word("self"), prefix("hos")]);
    }

    #[test]
    fn pairs_of_characters_stand_in_a_row() {
        assert_eq!(parse("東京").terms, [prefix("東京")]);
        assert_eq!(parse("東京都").terms, [phrase(&[(0, "東京"), (1, "京都")])]);
        assert_eq!(parse("猫 x").terms, [prefix("猫"), prefix("x")]);
        assert_eq!(parse("言語です x").terms[0], phrase(&[(0, "言語"), (1, "語で"), (2, "です")]));
        assert_eq!(parse("言語Rust 2").terms[0], phrase(&[(0, "言語"), (2, "rust")]));
    }

    #[test]
    fn filters() {
        let parsed = parse("soil tag:Été/X KIND:note before:2026-03-01 tag:\"two words\"");
        assert_eq!(parsed.terms, [prefix("soil")]);
        assert_eq!(parsed.tags, ["ete/x", "two words"]);
        assert_eq!(parsed.kind.as_deref(), Some("note"));
        assert_eq!(parsed.before, Some("2026-03-01T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn nothing_is_a_syntax_error() {
        for text in ["before:tomorrow", "tag:", "a:b:c", "kind", "http://example.org/?q=1"] {
            assert!(!parse(text).terms.is_empty(), "{text}");
        }
        for text in ["", "   ", "\"", "\"\"\"", "***", "()[]{}^~!&|\\", "“", "- + :"] {
            assert!(parse(text).is_empty(), "{text}");
        }
        assert!(parse(&"word ".repeat(10_000)).terms.len() <= TERMS);
    }
}
