//! Nothing leaks: random sites, of which every surface is searched for words that its reader may not see, before and after
//! what happened is followed up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use jiff::{SignedDuration, Timestamp};
use shared::ids::NoteId;
use shared::notes::{EditNote, NewNote, fold_tag};
use shared::viewer::{Exposure, Via, can_read};
use shared::{Result, Viewer, Visibility};

use super::super::{
    Source, archive, create, feed, list, list_tagged, open, publish, purge, resembling, restore, save, set_visibility,
    show, source, tags, trash, withdraw,
};
use super::{Desk, MEMBER, OWNER, VISITOR, edit};
use crate::outbox::drain;
use crate::search::{search, suggest};

/// A small generator of our own, so that a failure names its seed and comes again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below.max(1)
    }

    fn one_in(&mut self, of: usize) -> bool {
        self.roll(of) == 0
    }
}

/// What the test knows of a note, by its own book-keeping.
#[derive(Clone, Default)]
struct Known {
    visibility: Visibility,
    publish_at: Option<Timestamp>,
    trashed: bool,
    /// Words of the working and of the published text that stand nowhere else.
    working: BTreeSet<String>,
    published: Option<BTreeSet<String>>,
    /// Of its title and slug: once somebody could read them, others may have written them down.
    names: BTreeSet<String>,
    working_names: BTreeSet<String>,
}

impl Known {
    fn readable(&self, viewer: &Viewer, via: Via, now: Timestamp) -> bool {
        let published = self.published.is_some() && !self.trashed;
        can_read(viewer, &Exposure { visibility: self.visibility, published, publish_at: self.publish_at }, via, now)
    }
}

struct World {
    desk: Desk,
    dice: Dice,
    notes: BTreeMap<NoteId, Known>,
    words: Vec<String>,
    slugs: BTreeSet<String>,
    tags: BTreeSet<String>,
    /// Names that a reader of each kind could once read.
    told: BTreeMap<&'static str, BTreeSet<String>>,
    log: Vec<String>,
}

const READERS: [(&str, &Viewer); 2] = [("visitor", &VISITOR), ("member", &MEMBER)];

impl World {
    fn new(seed: u64) -> Self {
        Self {
            desk: Desk::new(),
            dice: Dice(seed),
            notes: BTreeMap::new(),
            words: Vec::new(),
            slugs: BTreeSet::new(),
            tags: BTreeSet::new(),
            told: BTreeMap::new(),
            log: Vec::new(),
        }
    }

    /// A word that stands nowhere else, and is no other one mistyped.
    fn word(&mut self, into: &mut BTreeSet<String>) -> String {
        let number = self.words.len() as u32 + 1;
        let word = format!("zq{:08x}w", number.wrapping_mul(2_654_435_769));
        self.words.push(word.clone());
        into.insert(word.clone());
        word
    }

    /// A text with links, embeds, tags, front matter and comments; and its words.
    fn text(&mut self) -> (String, BTreeSet<String>) {
        let mut words = BTreeSet::new();
        let mut body = String::new();
        if self.dice.one_in(3) {
            let (description, tag) = (self.word(&mut words), self.word(&mut words));
            let alias = self.word(&mut words);
            body = format!("---\ndescription: {description}\ntags: [t/{tag}]\naliases: [{alias}]\n---\n");
            self.tags.insert(format!("t/{tag}"));
        }
        for _ in 0..1 + self.dice.roll(4) {
            let number = self.dice.roll(self.notes.len() + 2);
            let name = match self.dice.roll(3) {
                0 => format!("Note {number}"),
                1 => format!("alias {number}"),
                _ => format!("note-{number}"),
            };
            let word = self.word(&mut words);
            let piece = match self.dice.roll(6) {
                0 => format!("Before {word} [[{name}]] after.\n\n"),
                1 => format!("{word}\n\n![[{name}]]\n\n"),
                2 => format!("See [{word}](note-{number}.md).\n\n"),
                3 => format!("# {word}\n\n[[{name}#{word}|label]]\n\n"),
                4 => {
                    self.tags.insert(word.clone());
                    format!("#{word} and #common\n\n")
                }
                _ => format!("{word} %% hidden{word} %%\n\n"),
            };
            body.push_str(&piece);
        }
        (body, words)
    }

    fn any(&mut self) -> Option<NoteId> {
        let at = self.dice.roll(self.notes.len());
        self.notes.keys().nth(at).copied()
    }

    async fn step(&mut self) {
        let kind = self.dice.roll(14);
        let Some(id) = self.any().filter(|_| kind > 1) else { return self.create().await };
        let site = self.desk.site.clone();
        let note = open(&site, &OWNER, id).await.unwrap();
        let mut known = self.notes[&id].clone();
        self.log.push(format!("{kind} of {} “{}”", note.slug, note.title));
        let mut form = edit(&note);
        match kind {
            2 | 3 => {
                (form.body, known.working) = self.text();
                save(&site, &OWNER, id, form).await.unwrap();
            }
            4 | 5 => {
                (form.body, known.working) = self.text();
                self.publish(id, form, &mut known).await;
            }
            6 => {
                withdraw(&site, &OWNER, id).await.unwrap();
                known.published = None;
            }
            7 | 8 => {
                known.visibility = Visibility::ALL[self.dice.roll(4)];
                set_visibility(&site, &OWNER, id, known.visibility).await.unwrap();
            }
            9 => {
                let note =
                    if known.trashed { restore(&site, &OWNER, id).await } else { trash(&site, &OWNER, id).await };
                known.trashed = note.unwrap().trashed.is_some();
            }
            10 if known.trashed => {
                purge(&site, &OWNER, id).await.unwrap();
                self.notes.remove(&id);
                return;
            }
            11 => {
                let mut names = BTreeSet::new();
                form.title = format!("Title {}", self.word(&mut names));
                known.working_names.extend(names);
                self.publish(id, form, &mut known).await;
            }
            12 => {
                let mut names = BTreeSet::new();
                form.slug = format!("slug/{}", self.word(&mut names));
                self.slugs.insert(form.slug.clone());
                known.working_names.extend(names.clone());
                known.names.extend(names);
                save(&site, &OWNER, id, form).await.unwrap();
            }
            _ => {
                let hours = self.dice.roll(5) as i64 - 2;
                form.publish_at = Some(site.clock.now() + SignedDuration::from_hours(hours));
                known.publish_at = form.publish_at;
                save(&site, &OWNER, id, form).await.unwrap();
            }
        }
        self.notes.insert(id, known);
        self.note_what_the_owner_tells(id).await;
    }

    /// A name in a text that the owner brings before readers is told by the owner, however it came into the text.
    async fn note_what_the_owner_tells(&mut self, id: NoteId) {
        let note = open(&self.desk.site, &OWNER, id).await.unwrap();
        let Ok(Source::Here(text)) = source(&self.desk.site, &OWNER, &note.slug).await else { return };
        let now = self.desk.site.clock.now();
        let names = self.notes.values().flat_map(|known| known.working_names.iter());
        let named: BTreeSet<String> = names.filter(|name| text.contains(*name)).cloned().collect();
        for (kind, viewer) in READERS {
            if self.notes[&id].readable(viewer, Via::Address, now) {
                self.told.entry(kind).or_default().extend(named.iter().cloned());
            }
        }
    }

    async fn create(&mut self) {
        let number = self.slugs.len();
        let (body, working) = self.text();
        let visibility = Visibility::ALL[self.dice.roll(4)];
        let title = format!("Note {number}");
        let aliases = vec![format!("alias {number}")];
        let new = NewNote { title, body, aliases, visibility, ..NewNote::default() };
        let note = create(&self.desk.site, &OWNER, new).await.unwrap();
        self.log.push(format!("create {}", note.slug));
        self.slugs.insert(note.slug.clone());
        let mut known = Known { visibility, working, ..Known::default() };
        if self.dice.roll(3) > 0 {
            self.publish(note.id, edit(&note), &mut known).await;
        }
        self.notes.insert(note.id, known);
    }

    async fn publish(&mut self, id: NoteId, form: EditNote, known: &mut Known) {
        match publish(&self.desk.site, &OWNER, id, form).await {
            Ok(_) => {
                known.published = Some(known.working.clone());
                known.names.extend(known.working_names.clone());
            }
            // In the trash: nothing was stored.
            Err(_) => known.working = self.notes[&id].working.clone(),
        }
    }

    /// Words that a reader may come upon in lists, and on the page of a note.
    fn allowed(&self, viewer: &Viewer, kind: &str, at: Option<NoteId>) -> BTreeSet<String> {
        let now = self.desk.site.clock.now();
        let via = |id: &NoteId| if Some(*id) == at { Via::Address } else { Via::Listing };
        let readable = self.notes.iter().filter(|(id, known)| known.readable(viewer, via(id), now));
        let mut words: BTreeSet<String> = self.told.get(kind).cloned().unwrap_or_default();
        for (_, known) in readable {
            words.extend(known.published.iter().flatten().cloned());
            words.extend(known.names.iter().cloned());
        }
        words
    }

    fn note_what_is_told(&mut self) {
        let now = self.desk.site.clock.now();
        for (kind, viewer) in READERS {
            let told = self.told.entry(kind).or_default();
            for known in self.notes.values().filter(|known| known.readable(viewer, Via::Address, now)) {
                told.extend(known.names.iter().cloned());
            }
        }
    }

    fn check(&self, surface: &str, kind: &str, allowed: &BTreeSet<String>, seen: &dyn Debug) {
        let text = format!("{seen:?}").to_lowercase();
        for (at, _) in text.match_indices("zq") {
            let word: String = text[at..].chars().take_while(|c| c.is_alphanumeric()).collect();
            let hidden = text[..at].ends_with("hidden");
            assert!(
                !hidden && (allowed.contains(&word) || !word.ends_with('w')),
                "{word} leaks to a {kind} through {surface}\n{text}\n{:#?}",
                self.log
            );
        }
    }

    async fn check_lists(&self, kind: &str, viewer: &Viewer, followed: bool) {
        let site = &self.desk.site;
        let allowed = self.allowed(viewer, kind, None);
        self.check("list", kind, &allowed, &list(site, viewer, None).await);
        self.check("archive", kind, &allowed, &archive(site, viewer).await);
        self.check("tags", kind, &allowed, &tags(site, viewer).await);
        for tag in self.tags.iter().map(String::as_str).chain(["common", "t"]) {
            // The tag itself was asked for, so it is not told.
            let found = list_tagged(site, viewer, &fold_tag(tag), None).await;
            self.check("tag", kind, &allowed, &found);
        }
        for word in self.words.iter().step_by(3) {
            let found = search(site, viewer, word, 1).await.unwrap();
            self.check("search", kind, &allowed, &found);
            if followed && !allowed.contains(word) {
                assert!(found.hits.is_empty(), "{word} is found by a {kind}: {found:?}\n{:#?}", self.log);
            }
            self.check("suggest", kind, &allowed, &suggest(site, viewer, word).await);
        }
        if *viewer == VISITOR {
            self.check("feed", kind, &allowed, &feed(site, None, 50).await);
            self.check("tag feed", kind, &allowed, &feed(site, Some("common"), 50).await);
            for slug in &self.slugs {
                self.check("404", kind, &allowed, &resembling(site, &slug[..slug.len() - 1]).await);
            }
        }
    }

    async fn check_pages(&self, kind: &str, viewer: &Viewer) {
        let site = &self.desk.site;
        let mut owners = BTreeMap::new();
        for id in self.notes.keys() {
            owners.insert(open(site, &OWNER, *id).await.unwrap().slug, *id);
        }
        for slug in &self.slugs {
            let here = owners.get(slug).copied();
            let allowed = self.allowed(viewer, kind, here);
            let page: Result<_> = show(site, viewer, slug).await;
            self.check(&format!("page {slug}"), kind, &allowed, &page);
            let own: BTreeSet<String> = match &page {
                Ok(shared::notes::Found::Here(_)) => self.notes[&here.unwrap()].published.clone().unwrap_or_default(),
                _ => BTreeSet::new(),
            };
            let told = self.told.get(kind).cloned().unwrap_or_default();
            let own = own.union(&told).cloned().collect();
            self.check(&format!("source of {slug}"), kind, &own, &source(site, viewer, slug).await);
        }
    }
}

#[tokio::test]
async fn no_word_shows_to_whom_it_is_not_for() {
    for seed in 0..20 {
        let mut world = World::new(seed);
        for step in 0..45 {
            world.step().await;
            world.note_what_is_told();
            if world.dice.one_in(8) {
                world.desk.home.clock.advance(SignedDuration::from_mins(50));
                world.note_what_is_told();
            }
            let followed = world.dice.one_in(3);
            if followed {
                drain(&world.desk.site).await.unwrap();
            }
            if step > 5 && world.dice.one_in(3) {
                for (kind, viewer) in READERS {
                    world.check_lists(kind, viewer, followed).await;
                    world.check_pages(kind, viewer).await;
                }
            }
        }
    }
}
