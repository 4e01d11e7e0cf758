//! How close a name is to what was typed of it: nothing is allocated for a name.

use unicode_normalization::UnicodeNormalization as _;

/// What was typed of a name.
pub(super) struct Query {
    /// Folded.
    pub folded: String,
    /// A bit for each of its characters.
    pub letters: u64,
    /// Where its words are, if it has several.
    words: Vec<String>,
}

/// Points of a name that is the query, begins with it, has it at the beginning of a word, has its words, has it somewhere,
/// has its letters. To all but the first up to [`SHARE`] come for how much of the name it is.
const POINTS: [i32; 6] = [10_000, 8_000, 6_000, 5_000, 4_000, 2_000];
const SHARE: i32 = 300;

impl Query {
    pub fn new(typed: &str) -> Self {
        let folded = fold(typed.trim());
        let words = match folded.contains(' ') {
            true => folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            false => Vec::new(),
        };
        Self { letters: letters(&folded), words, folded }
    }

    /// How close a folded name is; `None` if not at all, or if it has not more than `least` points.
    pub fn closeness(&self, name: &str, least: i32) -> Option<i32> {
        let query = self.folded.as_str();
        if query.is_empty() {
            return Some(0);
        }
        let share = self.share(name);
        if name.as_bytes().starts_with(query.as_bytes()) {
            return Some(if name.len() == query.len() { POINTS[0] } else { POINTS[1] + share });
        }
        if least > POINTS[2] + SHARE {
            return None;
        }
        let found = find_word(name, query);
        if found == Found::Word {
            return Some(POINTS[2] + share);
        }
        if !self.words.is_empty() && self.words.iter().all(|word| find_word(name, word) == Found::Word) {
            return Some(POINTS[3] + share);
        }
        if found == Found::Inside {
            return Some(POINTS[4] + share);
        }
        self.scattered(name, least)
    }

    fn share(&self, name: &str) -> i32 {
        let length = self.folded.len();
        i32::try_from(300 * length / name.len().max(length)).unwrap_or_default()
    }

    /// Characters left out between those of the query count against it. They all have to stand in the name in their order,
    /// and the first has to begin a word.
    fn scattered(&self, name: &str, least: i32) -> Option<i32> {
        if least > POINTS[5] + SHARE {
            return None;
        }
        let mut wanted = self.folded.chars().filter(|c| *c != ' ');
        let first = wanted.next()?;
        let mut next = wanted.next()?;
        let mut buffer = [0; 4];
        let start = word_begins(name, first.encode_utf8(&mut buffer))?;
        let mut gaps = 0;
        for c in name[start..].chars().skip(1) {
            if c != next {
                gaps += 1;
                continue;
            }
            let Some(c) = wanted.next() else {
                return Some(POINTS[5] + self.share(name) - 20 * gaps.min(90));
            };
            next = c;
        }
        None
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// At the beginning of a word.
    Word,
    /// Anywhere else.
    Inside,
    Not,
}

fn find_word(name: &str, wanted: &str) -> Found {
    let mut found = Found::Not;
    for at in places(name, wanted) {
        if begins_word(name, at) {
            return Found::Word;
        }
        found = Found::Inside;
    }
    found
}

fn word_begins(name: &str, wanted: &str) -> Option<usize> {
    places(name, wanted).find(|at| begins_word(name, *at))
}

/// Where something stands in a short text. By hand: the standard library prepares each search for long ones.
fn places<'t>(name: &'t str, wanted: &'t str) -> impl Iterator<Item = usize> + 't {
    let (name, wanted) = (name.as_bytes(), wanted.as_bytes());
    let last = name.len().checked_sub(wanted.len());
    let starts = last.map_or(0..0, |last| 0..last + 1);
    starts.filter(move |at| name[*at] == wanted[0] && name[*at..].starts_with(wanted))
}

fn begins_word(name: &str, at: usize) -> bool {
    match at.checked_sub(1).map(|before| name.as_bytes()[before]) {
        None => true,
        Some(before) if before.is_ascii() => !before.is_ascii_alphanumeric(),
        Some(_) => name[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric()),
    }
}

/// A bit for each character.
pub(super) fn letters(folded: &str) -> u64 {
    folded.chars().filter(|c| *c != ' ').fold(0, |bits, c| bits | 1 << (u32::from(c) % 64))
}

/// Without regard to capitals, accents, width and the kind of kana. Korean syllables fall apart into their letters, so that
/// half a syllable is a beginning too.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// The same, behind what is there.
pub(super) fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.extend(text.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            'ı' => out.push('i'),
            '\u{30A1}'..='\u{30F6}' => out.extend(char::from_u32(u32::from(c) - 0x60)),
            c if unicode_normalization::char::is_combining_mark(c) => {}
            c => out.push(c),
        }
    }
}
