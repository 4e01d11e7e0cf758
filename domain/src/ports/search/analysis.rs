//! How text becomes terms, alike in every home: words without case and accents, and pairs of characters for scripts
//! that are written without spaces. No stemming: it would find what was not written and break phrases.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

/// A term and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// Folded.
    pub text: &'a str,
    /// Its first byte in the text.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Counts tokens from 0.
    pub position: usize,
    /// Whether it says something that no other token of its run says.
    pub role: TokenRole,
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRole {
    /// A word, a pair of characters, or a character that stands alone.
    Term,
    /// The last character of a run of pairs: it lets a single character be found wherever it stands. Queries leave it out.
    Tail,
}

/// Longer words are cut: they are no words.
const WORD_CHARS: usize = 64;

/// Calls `each` with every token, in order.
pub fn tokenize(text: &str, mut each: impl FnMut(Token<'_>)) {
    let mut runs = Runs { position: 0, buffer: String::new(), pairs: Vec::new() };
    let bytes = text.as_bytes();
    let mut run: Option<(Class, usize)> = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (class, next) = if byte.is_ascii_alphanumeric() {
            // Most text by far: to the end of the word at once.
            (Class::Word, at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count())
        } else if byte.is_ascii() {
            (Class::Gap, at + 1)
        } else {
            let c = text[at..].chars().next().unwrap_or_default();
            (class_of(c, run.map(|(class, _)| class)), at + c.len_utf8())
        };
        if let Some((open, start)) = run
            && open != class
        {
            runs.emit(open, text, start..at, &mut each);
            run = None;
        }
        if run.is_none() && class != Class::Gap {
            run = Some((class, at));
        }
        at = next;
    }
    if let Some((class, start)) = run {
        runs.emit(class, text, start..text.len(), &mut each);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Word,
    Pairs,
    Gap,
}

/// The class of a character that is not ASCII, after a run of the class `open`.
fn class_of(c: char, open: Option<Class>) -> Class {
    if is_written_without_spaces(c) {
        return Class::Pairs;
    }
    if is_combining_mark(c) {
        // A mark belongs to what it follows.
        return open.unwrap_or(Class::Gap);
    }
    if c.is_alphanumeric() { Class::Word } else { Class::Gap }
}

/// Han, kana, Hangul, and the scripts of South-East Asia (Unicode 16, blocks).
fn is_written_without_spaces(c: char) -> bool {
    matches!(c,
        '\u{0E01}'..='\u{0EDF}' | '\u{1000}'..='\u{109F}' | '\u{1100}'..='\u{11FF}' | '\u{1780}'..='\u{17DD}'
        | '\u{3005}'..='\u{3007}' | '\u{3031}'..='\u{3035}' | '\u{3041}'..='\u{3096}' | '\u{3099}'..='\u{309A}'
        | '\u{309D}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{3105}'..='\u{312F}'
        | '\u{3131}'..='\u{318E}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97C}' | '\u{AC00}'..='\u{D7FB}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFD}')
}

struct Runs {
    position: usize,
    buffer: String,
    pairs: Vec<(char, usize, usize)>,
}

impl Runs {
    fn emit(&mut self, class: Class, text: &str, run: std::ops::Range<usize>, each: &mut impl FnMut(Token<'_>)) {
        if class == Class::Pairs {
            return self.emit_pairs(text, run, each);
        }
        self.buffer.clear();
        fold_into(&text[run.clone()], &mut self.buffer);
        if self.buffer.len() > WORD_CHARS
            && let Some((cut, _)) = self.buffer.char_indices().nth(WORD_CHARS)
        {
            self.buffer.truncate(cut);
        }
        if self.buffer.is_empty() {
            return;
        }
        each(Token {
            text: &self.buffer,
            start: run.start,
            end: run.end,
            position: self.position,
            role: TokenRole::Term,
        });
        self.position += 1;
    }

    fn emit_pairs(&mut self, text: &str, run: std::ops::Range<usize>, each: &mut impl FnMut(Token<'_>)) {
        self.pairs.clear();
        for (at, original) in text[run.clone()].char_indices() {
            let (start, end) = (run.start + at, run.start + at + original.len_utf8());
            for c in std::iter::once(original).nfkc() {
                match self.pairs.last_mut() {
                    // A voicing mark that stands apart (half-width kana, decomposed text), a vowel of a syllable.
                    Some(last) if let Some(whole) = compose(last.0, c) => (last.0, last.2) = (whole, end),
                    _ => self.pairs.push((c, start, end)),
                }
            }
        }
        for i in 0..self.pairs.len() {
            let (first, start, mut end) = self.pairs[i];
            self.buffer.clear();
            self.buffer.push(first);
            let mut role = if self.pairs.len() == 1 { TokenRole::Term } else { TokenRole::Tail };
            if let Some(&(second, _, second_end)) = self.pairs.get(i + 1) {
                self.buffer.push(second);
                (end, role) = (second_end, TokenRole::Term);
            }
            each(Token { text: &self.buffer, start, end, position: self.position, role });
            self.position += 1;
        }
    }
}

/// The form in which words are compared: compatibility forms made one, lower case, without accents.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        let start = folded.len();
        folded.push_str(text);
        folded[start..].make_ascii_lowercase();
        return;
    }
    let lower = text.nfkc().flat_map(char::to_lowercase).nfd().filter(|&c| !is_accent(c));
    for c in lower.nfc() {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'þ' => folded.push_str("th"),
            'ς' => folded.push('σ'),
            other => folded.push(other),
        }
    }
}

/// Marks that readers leave out when they search: Latin, Greek and Cyrillic accents, Hebrew and Arabic points.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05C7}' | '\u{064B}'..='\u{0652}' | '\u{0670}')
}

/// A tag's forms for `tag:`: itself and its parents, folded.
pub fn tag_terms(tag: &str) -> Vec<String> {
    let folded = fold(tag.trim_start_matches('#'));
    let parents = folded.match_indices('/').map(|(at, _)| folded[..at].to_owned()).collect::<Vec<_>>();
    parents.into_iter().chain(std::iter::once(folded)).filter(|term| !term.is_empty()).collect()
}

/// True if one insertion, deletion, substitution or swap of neighbours makes one of the other.
pub fn is_one_typo_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a, b) {
        ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([x, y], [v, w]) => x == w && y == v,
        _ => false,
    }
}

/// Words of so many letters or more are forgiven a typo.
pub const TYPO_CHARS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<(String, &str, usize)> {
        let mut terms = Vec::new();
        tokenize(text, |token| terms.push((token.text.to_owned(), &text[token.start..token.end], token.position)));
        terms
    }

    fn words(text: &str) -> Vec<String> {
        terms(text).into_iter().map(|(word, ..)| word).collect()
    }

    #[test]
    fn words_lose_case_and_accents() {
        assert_eq!(words("The CAFÉ, l’été; cafe\u{301}!"), ["the", "cafe", "l", "ete", "cafe"]);
        assert_eq!(words("Straße Łódź Ærø ΟΔΟΣ ﬁne ２０"), ["strasse", "lodz", "aero", "οδοσ", "fine", "20"]);
        assert_eq!(terms("a cafe\u{301}."), [("a".into(), "a", 0), ("cafe".into(), "cafe\u{301}", 1)]);
    }

    #[test]
    fn scripts_without_spaces_become_pairs_and_a_tail() {
        assert_eq!(words("東京都"), ["東京", "京都", "都"]);
        assert_eq!(words("Rust言語"), ["rust", "言語", "語"]);
        assert_eq!(words("猫"), ["猫"]);
        assert_eq!(terms("ｶﾞｷ"), [("ガキ".into(), "ｶﾞｷ", 0), ("キ".into(), "ｷ", 1)]);
        assert_eq!(words("か\u{3099}く"), ["がく", "く"], "a mark of its own joins what it follows");
        assert_eq!(words("한국어"), ["한국", "국어", "어"]);
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(words(&"x".repeat(10_000)), ["x".repeat(WORD_CHARS)]);
    }

    #[test]
    fn typos_are_counted_once() {
        for (a, b) in [("garden", "gardn"), ("garden", "graden"), ("garden", "gardens"), ("garden", "hardem")] {
            let expected = b != "hardem";
            assert_eq!(is_one_typo_apart(a, b), expected, "{a} {b}");
            assert_eq!(is_one_typo_apart(b, a), expected, "{b} {a}");
        }
        assert!(!is_one_typo_apart("same", "same"));
    }

    #[test]
    fn a_nested_tag_counts_for_its_parents() {
        assert_eq!(tag_terms("Garden/Été/x"), ["garden", "garden/ete", "garden/ete/x"]);
        assert!(tag_terms("").is_empty());
    }
}
