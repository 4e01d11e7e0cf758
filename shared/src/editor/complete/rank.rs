//! Names by closeness to what was typed, and by how lately they changed: 10,000 of them between two frames.

use unicode_normalization::UnicodeNormalization as _;

use crate::editor::wire::Names;

/// Names folded once, so that every key only compares.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// All folded names, one behind the other.
    folded: String,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    note: u32,
    alias: Option<u32>,
    start: u32,
    end: u32,
    /// A bit for each of its characters: most names are ruled out by it.
    letters: u64,
}

/// A name that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// In [`Names::notes`].
    pub note: usize,
    /// In the note's aliases; `None` for its title.
    pub alias: Option<usize>,
}

impl Index {
    /// Of all titles and aliases.
    pub fn new(names: &Names) -> Self {
        let mut index = Self::default();
        for (note, line) in names.notes.iter().enumerate() {
            index.add(note, None, &line.title);
            for (alias, name) in line.aliases.iter().enumerate() {
                index.add(note, Some(alias), name);
            }
        }
        index
    }

    #[allow(clippy::cast_possible_truncation, reason = "names of all notes are far below 4 GB")]
    fn add(&mut self, note: usize, alias: Option<usize>, name: &str) {
        let start = self.folded.len();
        fold_into(name, &mut self.folded);
        let letters = letters(&self.folded[start..]);
        let (start, end) = (start as u32, self.folded.len() as u32);
        self.entries.push(Entry { note: note as u32, alias: alias.map(|alias| alias as u32), start, end, letters });
    }

    /// The best, each note once. Without a query the latest changed.
    pub fn find(&self, query: &str, limit: usize) -> Vec<Hit> {
        let query = fold(query.trim());
        let asked = letters(&query);
        let mut found: Vec<(i32, u32)> = Vec::new();
        for (at, entry) in (0..).zip(&self.entries) {
            if asked & !entry.letters != 0 || query.is_empty() && entry.alias.is_some() {
                continue;
            }
            let name = &self.folded[entry.start as usize..entry.end as usize];
            if let Some(points) = closeness(name, &query) {
                let lately = 400 / (1 + i32::try_from(entry.note / 16).unwrap_or(400));
                let own = if entry.alias.is_some() { 0 } else { 50 };
                found.push((points + lately + own, at));
            }
        }
        let order = |a: &(i32, u32), b: &(i32, u32)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        // A note may be found by several of its names.
        let enough = limit * 8;
        if found.len() > enough {
            found.select_nth_unstable_by(enough, order);
            found.truncate(enough);
        }
        found.sort_unstable_by(order);
        let mut hits: Vec<Hit> = Vec::new();
        for (_, at) in found {
            let entry = self.entries[at as usize];
            let hit = Hit { note: entry.note as usize, alias: entry.alias.map(|alias| alias as usize) };
            if !hits.iter().any(|other| other.note == hit.note) {
                hits.push(hit);
            }
            if hits.len() == limit {
                break;
            }
        }
        hits
    }

    /// Whether a title or an alias is just this, capitals and accents aside.
    pub fn has(&self, name: &str) -> bool {
        let name = fold(name.trim());
        self.entries.iter().any(|entry| self.folded[entry.start as usize..entry.end as usize] == *name)
    }
}

/// The places of the best among a few, such as tags, headings and commands; in their own order without a query.
pub fn rank_words<'t>(words: impl Iterator<Item = &'t str>, query: &str) -> Vec<usize> {
    let query = fold(query.trim());
    let mut found: Vec<_> =
        words.enumerate().filter_map(|(at, word)| Some((closeness(&fold(word), &query)?, at))).collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().map(|(_, at)| at).collect()
}

/// How close a name is to what was typed of it, both folded; `None` if not at all.
fn closeness(name: &str, query: &str) -> Option<i32> {
    if query.is_empty() {
        return Some(0);
    }
    let share = i32::try_from(300 * query.len() / name.len().max(query.len())).unwrap_or_default();
    if name == query {
        return Some(10_000);
    }
    if name.starts_with(query) {
        return Some(8_000 + share);
    }
    if name.match_indices(query).any(|(at, _)| begins_word(name, at)) {
        return Some(6_000 + share);
    }
    if query.contains(' ') && query.split(' ').all(|word| has_word(name, word)) {
        return Some(5_000 + share);
    }
    if name.contains(query) {
        return Some(4_000 + share);
    }
    scattered(name, query).map(|gaps| 2_000 + share - 20 * gaps.min(90))
}

fn has_word(name: &str, start: &str) -> bool {
    start.is_empty() || name.match_indices(start).any(|(at, _)| begins_word(name, at))
}

fn begins_word(name: &str, at: usize) -> bool {
    name[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric())
}

/// Characters left out between those of the query, if they all stand in the name in their order and the first begins a
/// word.
fn scattered(name: &str, query: &str) -> Option<i32> {
    let mut wanted = query.chars().filter(|c| *c != ' ');
    let first = wanted.next()?;
    let mut next = wanted.next()?;
    let start = name.match_indices(first).map(|(at, _)| at).find(|at| begins_word(name, *at))?;
    let mut gaps = 0;
    for c in name[start..].chars().skip(1) {
        if c != next {
            gaps += 1;
            continue;
        }
        match wanted.next() {
            Some(c) => next = c,
            None => return Some(gaps),
        }
    }
    None
}

fn letters(folded: &str) -> u64 {
    folded.chars().filter(|c| *c != ' ').fold(0, |bits, c| bits | 1 << (u32::from(c) % 64))
}

/// Without regard to capitals, accents, width and the kind of kana. Korean syllables fall apart into their letters, so that
/// half a syllable is a beginning too.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

fn fold_into(text: &str, out: &mut String) {
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::Visibility;
    use crate::editor::wire::NameLine;
    use crate::ids::NoteId;

    fn names(notes: &[(&str, &[&str])]) -> Names {
        let line = |(title, aliases): &(&str, &[&str])| NameLine {
            id: NoteId::from_u128(1),
            title: (*title).to_owned(),
            slug: String::new(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            updated: Timestamp::UNIX_EPOCH,
            visibility: Visibility::Private,
        };
        Names { notes: notes.iter().map(line).collect(), ..Names::default() }
    }

    fn found<'n>(names: &'n Names, query: &str) -> Vec<&'n str> {
        let name = |hit: Hit| {
            let line = &names.notes[hit.note];
            hit.alias.map_or(line.title.as_str(), |alias| &line.aliases[alias])
        };
        Index::new(names).find(query, 8).into_iter().map(name).collect()
    }

    #[test]
    fn the_closest_stands_first() {
        let names = names(&[
            ("A long story about a winter garden", &[]),
            ("Midwinter", &[]),
            ("Wine tasting in Erlangen", &[]),
            ("Winter garden", &["Orangery"]),
            ("Winter", &[]),
            ("Gardens in winter", &[]),
            ("Summer", &["Opposite of winter"]),
        ]);
        assert_eq!(
            found(&names, "winter"),
            [
                "Winter",
                "Winter garden",
                "Gardens in winter",
                "A long story about a winter garden",
                "Opposite of winter",
                "Midwinter",
                "Wine tasting in Erlangen",
            ]
        );
        assert_eq!(found(&names, "gar win")[0], "Winter garden");
        assert_eq!(found(&names, "oran"), ["Orangery"]);
        assert_eq!(found(&names, "xq"), [""; 0]);
    }

    #[test]
    fn equals_stand_in_order_of_change() {
        let names = names(&[("Beta one", &[]), ("Beta two", &[]), ("Alpha", &["Beta 333"])]);
        assert_eq!(found(&names, ""), ["Beta one", "Beta two", "Alpha"]);
        assert_eq!(found(&names, "beta"), ["Beta one", "Beta two", "Beta 333"]);
    }

    #[test]
    fn accents_width_and_scripts() {
        let names = names(&[
            ("Café crème", &[]),
            ("한국어 문법", &[]),
            ("カタカナ", &[]),
            ("笔记之间", &[]),
            ("Straße", &[]),
            ("Ｗｉｄｅ", &[]),
            ("שלום עולם", &[]),
            ("Ελλάδα", &[]),
        ]);
        for (query, title) in [
            ("cafe cre", "Café crème"),
            ("CAFÉ", "Café crème"),
            ("하", "한국어 문법"),
            ("문", "한국어 문법"),
            ("かた", "カタカナ"),
            ("之间", "笔记之间"),
            ("strasse", "Straße"),
            ("wide", "Ｗｉｄｅ"),
            ("עול", "שלום עולם"),
            ("ελλαδα", "Ελλάδα"),
        ] {
            assert_eq!(found(&names, query).first(), Some(&title), "{query}");
        }
        assert!(Index::new(&names).has("cafe CRÈME") && !Index::new(&names).has("cafe"));
    }

    #[test]
    fn words_are_ranked_the_same() {
        let words = ["Heading 1", "List", "Numbered list", "Table"];
        assert_eq!(rank_words(words.iter().copied(), "li"), [1, 2]);
        assert_eq!(rank_words(words.iter().copied(), ""), [0, 1, 2, 3]);
    }

    /// `cargo test -p shared --release --lib ten_thousand -- --nocapture` says how long a key takes; the limit is one that
    /// only something quadratic would reach.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "measures")]
    fn ten_thousand_names() {
        const WORDS: [&str; 16] = [
            "winter",
            "garden",
            "Über",
            "笔记",
            "notes",
            "on",
            "the",
            "한국어",
            "reading",
            "list",
            "Émile",
            "2026",
            "of",
            "travel",
            "kitchen",
            "machine",
        ];
        let mut seed = 7_usize;
        let mut word = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            WORDS[(seed >> 33) % WORDS.len()]
        };
        let titles: Vec<String> =
            (0..10_000).map(|n| format!("{} {} {} {} {n}", word(), word(), word(), word())).collect();
        let aliases: Vec<String> = (0..10_000).map(|_| format!("{} {}", word(), word())).collect();
        let lines: Vec<(&str, [&str; 1])> =
            titles.iter().zip(&aliases).map(|(title, alias)| (title.as_str(), [alias.as_str()])).collect();
        let all: Vec<(&str, &[&str])> = lines.iter().map(|(title, aliases)| (*title, &aliases[..])).collect();
        let names = names(&all);
        let started = std::time::Instant::now();
        let index = Index::new(&names);
        println!("index of 20,000 names: {:?}", started.elapsed());
        for query in ["", "w", "win", "winter garden", "reading 9", "zzz", "wgd", "笔记", "하"] {
            let started = std::time::Instant::now();
            let hits = index.find(query, 12).len();
            println!("{query:?}: {hits} in {:?}", started.elapsed());
            assert!(started.elapsed().as_secs() < 2, "{query:?}");
        }
    }
}
