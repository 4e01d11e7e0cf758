//! Names by closeness to what was typed, and by how lately they changed: 10,000 of them between two frames.

use std::collections::HashMap;

use super::close::{Query, fold, fold_into, letters};
use crate::editor::wire::{NameLine, Names};

/// Names folded once, so that every key only compares: bytes in one buffer, and nothing is allocated for a name that is
/// not among the best.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// All folded names, one behind the other.
    folded: String,
    /// A bit for each character of a name: most names are ruled out by it.
    letters: Vec<u64>,
    entries: Vec<Entry>,
    /// Of each note, whether another has the same title.
    is_ambiguous: Vec<bool>,
    /// The first note of each title, until all are there.
    titles: HashMap<String, usize>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    note: u32,
    /// [`OWN`] for the title.
    alias: u32,
    start: u32,
    end: u32,
}

const OWN: u32 = u32::MAX;

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
        index.add_notes(&names.notes);
        index.close();
        index
    }

    /// The next notes of [`Names::notes`]: whoever has no time for all at once adds them part by part, then calls
    /// [`Self::close`].
    pub fn add_notes(&mut self, notes: &[NameLine]) {
        for line in notes {
            let note = self.is_ambiguous.len();
            self.add(note, None, &line.title);
            for (alias, name) in line.aliases.iter().enumerate() {
                self.add(note, Some(alias), name);
            }
            let first = *self.titles.entry(line.title.to_lowercase()).or_insert(note);
            self.is_ambiguous.push(first != note);
            self.is_ambiguous[first] |= first != note;
        }
    }

    /// All are there: gives back what only adding needed.
    pub fn close(&mut self) {
        self.titles = HashMap::new();
    }

    #[allow(clippy::cast_possible_truncation, reason = "names of all notes are far below 4 GB")]
    fn add(&mut self, note: usize, alias: Option<usize>, name: &str) {
        let start = self.folded.len();
        fold_into(name, &mut self.folded);
        self.letters.push(letters(&self.folded[start..]));
        let (start, end) = (start as u32, self.folded.len() as u32);
        self.entries.push(Entry { note: note as u32, alias: alias.map_or(OWN, |alias| alias as u32), start, end });
    }

    /// The best, each note once. Without a query the latest changed.
    pub fn find(&self, query: &str, limit: usize) -> Vec<Hit> {
        let query = Query::new(query);
        let mut best = Best::new(limit);
        for (entry, letters) in self.entries.iter().zip(&self.letters) {
            if query.letters & !letters != 0 || query.folded.is_empty() && entry.alias != OWN {
                continue;
            }
            let lately = 400 / (1 + i32::try_from(entry.note / 16).unwrap_or(400));
            let extra = lately + if entry.alias == OWN { 50 } else { 0 };
            let name = self.name(*entry);
            if let Some(points) = query.closeness(name, best.least().saturating_sub(extra)) {
                best.add(points + extra, *entry);
            }
            // Without a query the order is known.
            if query.folded.is_empty() && best.is_full() {
                break;
            }
        }
        let hit = |entry: &Entry| Hit {
            note: entry.note as usize,
            alias: (entry.alias != OWN).then_some(entry.alias as usize),
        };
        best.list.iter().map(|(_, entry)| hit(entry)).collect()
    }

    /// Whether a title or an alias is just this, capitals and accents aside.
    pub fn has(&self, name: &str) -> bool {
        let name = fold(name.trim());
        let as_long = |entry: &&Entry| (entry.end - entry.start) as usize == name.len();
        self.entries.iter().filter(as_long).any(|entry| self.name(*entry) == name)
    }

    /// Whether another note has the same title, capitals aside.
    pub(super) fn is_ambiguous(&self, note: usize) -> bool {
        self.is_ambiguous.get(note).copied().unwrap_or_default()
    }

    fn name(&self, entry: Entry) -> &str {
        &self.folded[entry.start as usize..entry.end as usize]
    }
}

/// The best so far, each note once, the best first.
struct Best {
    list: Vec<(i32, Entry)>,
    limit: usize,
}

impl Best {
    fn new(limit: usize) -> Self {
        Self { list: Vec::with_capacity(limit + 1), limit }
    }

    fn is_full(&self) -> bool {
        self.list.len() == self.limit
    }

    /// Points that are not enough.
    fn least(&self) -> i32 {
        self.list.last().filter(|_| self.is_full()).map_or(i32::MIN, |(points, _)| *points)
    }

    /// Of equals the first that came stays in front.
    fn add(&mut self, points: i32, entry: Entry) {
        if points <= self.least() {
            return;
        }
        if let Some(known) = self.list.iter().position(|(_, other)| other.note == entry.note) {
            if self.list[known].0 >= points {
                return;
            }
            self.list.remove(known);
        }
        let at = self.list.partition_point(|(other, _)| *other >= points);
        self.list.insert(at, (points, entry));
        self.list.truncate(self.limit);
    }
}

/// The places of the best among a few, such as tags, headings and commands; in their own order without a query.
pub fn rank_words<'t>(words: impl Iterator<Item = &'t str>, query: &str) -> Vec<usize> {
    let query = Query::new(query);
    let mut found: Vec<_> =
        words.enumerate().filter_map(|(at, word)| Some((query.closeness(&fold(word), i32::MIN)?, at))).collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::Visibility;
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
    fn a_note_stands_once_with_the_best_of_its_names() {
        let names =
            names(&[("Gardening", &["The garden", "Garden"]), ("Garden", &[]), ("GARDEN", &[]), ("Other", &[])]);
        assert_eq!(found(&names, "garden"), ["Garden", "GARDEN", "Garden"]);
        let many: Vec<(String, [&str; 2])> =
            (0..40).map(|n| (format!("Note {n} of a garden"), ["garden notes", "a garden"])).collect();
        let many: Vec<(&str, &[&str])> = many.iter().map(|(title, aliases)| (title.as_str(), &aliases[..])).collect();
        assert_eq!(found(&self::names(&many), "garden"), ["garden notes"; 8]);
    }

    #[test]
    fn the_best_are_the_same_however_many_are_wanted() {
        let titles: Vec<String> = (0..300).map(|n: u32| format!("{} winter {}", n * 7 % 31, n * 13 % 29)).collect();
        let lines: Vec<(&str, &[&str])> = titles.iter().map(|title| (title.as_str(), &[][..])).collect();
        let index = Index::new(&names(&lines));
        for query in ["1", "winter", "2 win", "3 wn", "winter 1", "w1", "inte", "30 winter 2"] {
            let all = index.find(query, 1_000);
            assert_eq!(index.find(query, 12), all[..all.len().min(12)], "{query}");
        }
    }

    #[test]
    fn titles_of_two_notes_are_known() {
        let index = Index::new(&names(&[("Same", &[]), ("Other", &["Same"]), ("same", &[])]));
        assert_eq!([0, 1, 2, 9].map(|note| index.is_ambiguous(note)), [true, false, true, false]);
    }

    #[test]
    fn words_are_ranked_the_same() {
        let words = ["Heading 1", "List", "Numbered list", "Table"];
        assert_eq!(rank_words(words.iter().copied(), "li"), [1, 2]);
        assert_eq!(rank_words(words.iter().copied(), ""), [0, 1, 2, 3]);
    }

    /// `cargo test --release ten_thousand_names -- --nocapture` says how long a key takes.
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
        for (query, count) in [
            ("", 12),
            ("w", 12),
            ("winter garden", 12),
            ("reading 9", 12),
            ("zzz", 0),
            ("wgd", 12),
            ("笔记", 12),
            ("하", 12),
        ] {
            let started = std::time::Instant::now();
            let hits = index.find(query, 12).len();
            println!("{query:?}: {hits} in {:?}", started.elapsed());
            assert_eq!(hits, count, "{query:?}");
        }
    }
}
