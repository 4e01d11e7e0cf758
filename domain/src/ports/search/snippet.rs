//! Where terms stand in a text, and the words around them.

use shared::search::{SnippetRole, SnippetRun};

use super::analysis::{self, TYPO_CHARS, Token, TokenRole};
use super::query::Term;

/// Whether words that are one typo away count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typos {
    /// They do not.
    Refused,
    /// They do, from [`TYPO_CHARS`] letters on.
    Forgiven,
}

/// A place where a term stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Which term.
    pub term: usize,
}

/// Every place where one of the terms stands, in order.
pub fn places(text: &str, terms: &[Term], typos: Typos) -> Vec<Place> {
    let mut found = Vec::new();
    // For each word of each phrase, the tokens that match it: position, start, end.
    let mut rows: Vec<Vec<Vec<(usize, usize, usize)>>> = terms
        .iter()
        .map(|term| if let Term::Phrase(words) = term { vec![Vec::new(); words.len()] } else { Vec::new() })
        .collect();
    analysis::tokenize(text, |token| {
        for (i, term) in terms.iter().enumerate() {
            match term {
                Term::Word(word) if is_word(&token, word, typos) => found.push(place(&token, i)),
                Term::Prefix(prefix) if token.text.starts_with(prefix) || is_word(&token, prefix, typos) => {
                    found.push(place(&token, i));
                }
                Term::Phrase(words) => {
                    for (row, (_, word)) in rows[i].iter_mut().zip(words) {
                        if token.text == word {
                            row.push((token.position, token.start, token.end));
                        }
                    }
                }
                _ => {}
            }
        }
    });
    for (i, (term, rows)) in terms.iter().zip(&rows).enumerate() {
        let Term::Phrase(words) = term else { continue };
        let first_offset = words.first().map_or(0, |(offset, _)| *offset);
        for &(position, start, _) in rows.first().into_iter().flatten() {
            let ends = rows.iter().zip(words).map(|(row, (offset, _))| {
                let wanted = position + offset - first_offset;
                row.binary_search_by_key(&wanted, |(position, ..)| *position).ok().map(|at| row[at].2)
            });
            if let Some(Some(end)) = ends.collect::<Option<Vec<_>>>().map(|ends| ends.last().copied()) {
                found.push(Place { start, end, term: i });
            }
        }
    }
    found.sort_unstable();
    found
}

fn place(token: &Token<'_>, term: usize) -> Place {
    // Of a pair, a single character's query matched the first only, but the pair is what is known to match.
    Place { start: token.start, end: token.end, term }
}

fn is_word(token: &Token<'_>, word: &str, typos: Typos) -> bool {
    if token.role == TokenRole::Tail {
        return false;
    }
    token.text == word
        || (typos == Typos::Forgiven
            && word.chars().count() >= TYPO_CHARS
            && analysis::is_one_typo_apart(token.text, word))
}

/// What a snippet is cut from, bytes: longer texts are not searched to their end for one line on a page.
const SEARCHED_BYTES: usize = 64 * 1024;
/// How much is shown, bytes, and how much of it before the first match.
const SHOWN_BYTES: usize = 240;
const BEFORE_BYTES: usize = 60;

/// Words around where most of the terms stand together; the beginning of the text where none does.
pub fn snippet(text: &str, terms: &[Term]) -> Vec<SnippetRun> {
    let searched = &text[..floor(text, SEARCHED_BYTES)];
    let mut found = places(searched, terms, Typos::Refused);
    if found.is_empty() {
        found = places(searched, terms, Typos::Forgiven);
    }
    let first = best_window(&found);
    let from = first.map_or(0, |first| word_start(text, first.start.saturating_sub(BEFORE_BYTES), first.start));
    let to = word_end(text, from, (from + SHOWN_BYTES).min(text.len()));
    let mut runs = Runs(Vec::new());
    if from > 0 {
        runs.push("…", SnippetRole::Context);
    }
    let mut at = from;
    for place in found.iter().filter(|place| place.start >= from && place.end <= to) {
        let start = place.start.max(at);
        if start >= place.end {
            continue;
        }
        runs.push(&text[at..start], SnippetRole::Context);
        runs.push(&text[start..place.end], SnippetRole::Match);
        at = place.end;
    }
    runs.push(&text[at..to], SnippetRole::Context);
    if to < text.len() {
        runs.push("…", SnippetRole::Context);
    }
    runs.0
}

/// The first place of the stretch in which most different terms stand.
fn best_window(found: &[Place]) -> Option<Place> {
    let width = SHOWN_BYTES - BEFORE_BYTES;
    let mut best: Option<(u32, Place)> = None;
    for (i, first) in found.iter().enumerate() {
        let inside = found[i..].iter().take_while(|place| place.end <= first.start + width);
        let terms = inside.fold(0_u32, |terms, place| terms | 1 << (place.term % 32)).count_ones();
        if best.is_none_or(|(most, _)| terms > most) {
            best = Some((terms, *first));
        }
    }
    best.map(|(_, place)| place)
}

/// The largest character boundary that is not above.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

/// After the first space from `at` on, if one stands before `limit`.
fn word_start(text: &str, at: usize, limit: usize) -> usize {
    let at = floor(text, at);
    if at == 0 {
        return 0;
    }
    text[at..limit].find(char::is_whitespace).map_or(at, |space| floor(text, at + space + 1))
}

/// Before the last space up to `at`, unless that would leave little.
fn word_end(text: &str, from: usize, at: usize) -> usize {
    let at = floor(text, at);
    if at == text.len() {
        return at;
    }
    let space = text[from..at].rfind(char::is_whitespace).map(|space| from + space);
    space.filter(|&space| space - from > SHOWN_BYTES * 3 / 4).unwrap_or(at)
}

/// Runs with white space made single; neighbours of one role are one run.
struct Runs(Vec<SnippetRun>);

impl Runs {
    fn push(&mut self, text: &str, role: SnippetRole) {
        let mut flat = String::with_capacity(text.len());
        let mut last = self.0.last().and_then(|run| run.text.chars().next_back()).unwrap_or(' ');
        for c in text.chars() {
            let c = if c.is_whitespace() { ' ' } else { c };
            if c != ' ' || last != ' ' {
                flat.push(c);
            }
            last = c;
        }
        if flat.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(run) if run.role == role => run.text.push_str(&flat),
            _ => self.0.push(SnippetRun { text: flat, role }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::query::parse;
    use super::*;

    fn marked(text: &str, query: &str) -> String {
        let run = |run: &SnippetRun| match run.role {
            SnippetRole::Match => format!("[{}]", run.text),
            SnippetRole::Context => run.text.clone(),
        };
        snippet(text, &parse(query).terms).iter().map(run).collect()
    }

    #[test]
    fn matches_are_marked_as_written() {
        assert_eq!(marked("A Café by the\n\n  sea.", "cafe sea"), "A [Café] by the [sea].");
        assert_eq!(marked("gardens grow", "gard"), "[gardens] grow");
        assert_eq!(marked("well known, known well", "\"known well\""), "well known, [known well]");
        assert_eq!(marked("私は東京都に住む", "東京都"), "私は[東京都]に住む");
        assert_eq!(marked("a garden here", "gradne"), "a garden here", "two typos are too many");
        assert_eq!(marked("a garden here", "graden"), "a [garden] here");
    }

    #[test]
    fn the_window_is_where_most_terms_stand() {
        let text = format!("apple {} apple pear {}", "word ".repeat(200), "end ".repeat(200));
        let marked = marked(&text, "apple pear");
        assert!(marked.contains("[apple] [pear]") && marked.starts_with('…') && marked.ends_with('…'), "{marked}");
        assert!(marked.len() < 300, "{marked}");
    }

    #[test]
    fn any_text_and_query_has_a_snippet() {
        let texts = ["", "x", &"é".repeat(1_000), &"漢".repeat(1_000), &"a\u{301}\u{302}".repeat(500), "\n\n\n"];
        for text in texts {
            for query in ["", "x", "é", "漢", "漢漢", "\"a a\"", "a\u{301}"] {
                let shown: String = snippet(text, &parse(query).terms).into_iter().map(|run| run.text).collect();
                assert!(shown.len() <= SHOWN_BYTES + 8, "{text} {query}");
            }
        }
    }
}
