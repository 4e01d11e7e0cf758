//! A tab: what its form holds, what its device has, and who types in it.

use std::collections::{BTreeMap, HashSet};

use super::{Coming, World, token};
use crate::editor::draft::{Base, Fields};
use crate::editor::engine::{Effect, Engine, Event, Held};
use crate::editor::journal::{LogId, Replayed, replay};
use crate::editor::resume::{Found, plan};
use crate::editor::status::{Kept, OnDevice};
use crate::editor::wire::SaveGoal;
use crate::ids::{NoteId, TabId};

const NOTE: NoteId = NoteId::from_u128(1);
/// From a key to its being on the device.
const KEPT_WITHIN: u64 = 200;

pub struct Tab {
    pub engine: Engine,
    /// Counts its lives.
    pub life: u32,
    pub form: Held,
    /// On the device.
    pub log: BTreeMap<u64, String>,
    pub composes_until: u64,
    /// Tokens, and when they were typed.
    typed: Vec<(String, u64)>,
    typed_at: u64,
    /// What a page without network comes out of.
    cache: Base,
    ticks_at: Option<u64>,
    /// What the status last said to be on the device, and was.
    vouched: Fields,
}

impl Tab {
    pub fn new() -> Self {
        let form = Fields { visibility: "private".into(), ..Fields::default() };
        let blank = Base { version: 0, fields: Some(form) };
        Self {
            engine: Engine::new(NOTE, blank.clone(), None, 0, 0),
            life: 0,
            form: Held::default(),
            log: BTreeMap::new(),
            composes_until: 0,
            typed: Vec::new(),
            typed_at: 0,
            cache: blank,
            ticks_at: None,
            vouched: Fields::default(),
        }
    }

    fn left(&self) -> Option<Replayed> {
        replay(self.log.iter().map(|(seq, text)| (*seq, text)))
    }
}

impl World {
    /// The page is loaded, from the site or out of the cache, and goes on with what is on the device.
    pub fn open(&mut self, at: usize) {
        let reaches = matches!(self.weather, super::Weather::Fine | super::Weather::Slow);
        if let Some(note) = self.site.note.as_ref().filter(|_| reaches) {
            self.tabs[at].cache = Base { version: note.version, fields: Some(Fields::of(note)) };
        }
        let seed = self.dice.roll(u64::MAX);
        let tab = &mut self.tabs[at];
        let opened = tab.cache.clone();
        let own = LogId { note: NOTE, tab: TabId::from_u128(at as u128) };
        let found = tab.left().map(|replayed| Found { id: own, replayed }).into_iter().collect();
        let fields = opened.fields.clone().unwrap_or_default();
        let plan = plan(opened.version, &fields, own, &HashSet::from([own]), found);
        let next = plan.next.max(tab.log.keys().next_back().map_or(0, |seq| seq + 1));
        let opened = plan.newer.unwrap_or(opened);
        tab.engine = Engine::new(NOTE, opened, plan.resume, next, seed);
        tab.life += 1;
        tab.ticks_at = None;
        tab.composes_until = 0;
        let draft = tab.engine.draft();
        tab.form = Held { fields: draft.fields.clone(), selection: draft.selection, attachments: Vec::new() };
        self.tell(at, Event::Tick);
        self.asks(at);
    }

    pub fn tell(&mut self, at: usize, event: Event) {
        let now = self.moment(at);
        let effects = self.tabs[at].engine.handle(event, now);
        for effect in effects {
            self.perform(at, effect);
        }
        self.check(at);
        let tab = &mut self.tabs[at];
        let wake = tab.engine.wake_at(self.now);
        if let Some(wake) = wake.filter(|wake| tab.ticks_at.is_none_or(|at| at > *wake || at <= self.now)) {
            tab.ticks_at = Some(wake);
            let life = tab.life;
            self.expect(at, wake.saturating_sub(self.now).max(1), Coming::Tick { life });
        }
    }

    fn perform(&mut self, at: usize, effect: Effect) {
        let life = self.tabs[at].life;
        match effect {
            Effect::Keep(record) => {
                let wait = self.dice.pick(1..50);
                self.expect(at, wait, Coming::Write { life, record });
            }
            Effect::Send(save) => self.sends(at, save),
            Effect::Show(fields) => {
                let composes = self.now < self.tabs[at].composes_until;
                assert!(!composes, "seed {}: the text is touched under an input method", self.seed);
                self.tabs[at].form.fields = *fields;
            }
            Effect::Clash => {
                let wait = self.dice.pick(500..6_000);
                self.expect(at, wait, Coming::Choice { life });
            }
            Effect::Stored(_) => {
                for other in 0..self.tabs.len() {
                    if other != at && self.dice.one_in(2) {
                        self.asks(other);
                    }
                }
            }
            Effect::Faults | Effect::Say(_) => {}
        }
    }

    fn asks(&mut self, at: usize) {
        let (life, known) = (self.tabs[at].life, self.tabs[at].engine.base_version());
        self.expect(at, 10, Coming::Question { life, known });
    }

    pub fn types(&mut self, at: usize) {
        if self.now >= self.end {
            // Polling goes on, until everybody has everything.
            if self.now < self.end + 200_000 {
                self.turns();
                self.asks(at);
                if matches!(self.tabs[at].engine.status(self.now).kept, Kept::Refused { .. }) {
                    self.tell(at, Event::Asked(SaveGoal::Keep));
                }
                self.expect(at, 15_000, Coming::Typing);
            }
            return;
        }
        let wait = if self.dice.one_in(12) { self.dice.pick(1_000..9_000) } else { self.dice.pick(20..400) };
        self.expect(at, wait, Coming::Typing);
        match self.dice.roll(40) {
            0 => {
                let goal = if self.dice.one_in(2) { SaveGoal::Publish } else { SaveGoal::Keep };
                return self.tell(at, Event::Asked(goal));
            }
            1 => return self.asks(at),
            2 => return self.tell(at, Event::Leaving),
            3 => self.tabs[at].composes_until = self.now + self.dice.pick(50..3_000),
            4 => {
                let event = if self.dice.one_in(2) { Event::Online } else { Event::Offline };
                return self.tell(at, event);
            }
            5 => self.deletes(at),
            _ => self.inserts(at),
        }
        let tab = &mut self.tabs[at];
        tab.typed_at = self.now;
        let held = Box::new(tab.form.clone());
        self.tell(at, Event::Changed(held));
    }

    fn inserts(&mut self, at: usize) {
        let word = token(self.tokens);
        self.tokens += 1;
        let line = self.dice.one_in(4);
        let tab = &mut self.tabs[at];
        let body = &mut tab.form.fields.body;
        let places: Vec<usize> = body.match_indices([' ', '\n']).map(|(at, _)| at + 1).chain([0, body.len()]).collect();
        let place = match self.dice.roll(6) {
            0 => places[self.dice.roll(places.len() as u64) as usize],
            // Everybody likes the end of the text, and that is where they meet.
            1 => body.len(),
            _ => tab.form.selection.head.min(body.len()),
        };
        let place = if places.contains(&place) { place } else { body.len() };
        let text = format!("{word}{}", if line { "\n" } else { " " });
        body.insert_str(place, &text);
        tab.form.selection.head = place + text.len();
        tab.form.selection.anchor = tab.form.selection.head;
        tab.typed.push((word, self.now));
    }

    fn deletes(&mut self, at: usize) {
        let body = &mut self.tabs[at].form.fields.body;
        let words: Vec<(usize, usize)> = body
            .split_inclusive([' ', '\n'])
            .scan(0, |end, word| {
                let start = *end;
                *end += word.len();
                Some((start, *end))
            })
            .collect();
        if words.is_empty() {
            return;
        }
        let first = self.dice.roll(words.len() as u64) as usize;
        let last = (first + self.dice.roll(3) as usize).min(words.len() - 1);
        let gone: String = body.drain(words[first].0..words[last].1).collect();
        self.deleted.extend(gone.split_whitespace().map(str::to_owned));
    }

    /// The owner looks at both texts, and takes one or both.
    pub fn chooses(&mut self, at: usize) {
        let tab = &mut self.tabs[at];
        // A press of a button ends a composition.
        tab.composes_until = 0;
        let Some(clash) = tab.engine.clash() else { return };
        let (stored, mine) = (clash.stored.clone(), tab.form.fields.clone());
        let both = || mine.beside(&stored);
        let chosen = match self.dice.roll(3) {
            0 => stored,
            1 => mine,
            _ => both(),
        };
        self.tell(at, Event::Chosen(Box::new(chosen)));
    }

    /// Somebody clears what the device has of a tab that lives. What was typed before may go with it; what comes after may
    /// not.
    pub fn clears(&mut self, at: usize) {
        let tab = &mut self.tabs[at];
        tab.log.clear();
        self.excused.extend(tab.typed.iter().map(|(token, _)| token.clone()));
    }

    pub fn crashes(&mut self, at: usize) {
        self.excuse(at);
        self.breaks_off_writes(at);
        let tab = &self.tabs[at];
        let left = tab.left().map(|left| left.draft).unwrap_or_default();
        let sending = left.sending.map(|sending| sending.fields.body).unwrap_or_default();
        let left = left.fields.body + &sending;
        let is_kept =
            |token: &String| left.contains(token) || self.site.history.iter().any(|text| text.contains(token));
        for (token, typed) in &tab.typed {
            let is_old = typed + KEPT_WITHIN < self.now;
            let is_exempt = self.deleted.contains(token) || self.excused.contains(token);
            let seed = self.seed;
            assert!(
                !is_old || is_exempt || is_kept(token),
                "seed {seed}: {token}, typed at {typed}, lost at {}",
                self.now
            );
        }
        // What was typed just now may be gone with the tab.
        let young: Vec<String> =
            tab.typed.iter().filter(|(token, _)| !is_kept(token)).map(|(token, _)| token.clone()).collect();
        self.excused.extend(young);
        self.open(at);
    }

    /// A write under way is done or never was: a database finishes with one page before the next one reads.
    fn breaks_off_writes(&mut self, at: usize) {
        let is_mine = |tab: usize, coming: &Coming| tab == at && matches!(coming, Coming::Write { .. });
        let under_way: Vec<_> =
            self.coming.iter().filter(|(_, (tab, coming))| is_mine(*tab, coming)).map(|(key, _)| *key).collect();
        for key in under_way {
            let Some((_, Coming::Write { life, record })) = self.coming.remove(&key) else { continue };
            if self.dice.one_in(2) {
                self.writes(at, life, record);
            }
        }
    }

    /// What the status line said to be nowhere may get lost.
    fn excuse(&mut self, at: usize) {
        let recently = self.device_failed_at.is_some_and(|failed| failed + 21_000 > self.now);
        let tab = &self.tabs[at];
        if recently && tab.engine.status(self.now).device != OnDevice::Yes {
            self.excused.extend(tab.typed.iter().map(|(token, _)| token.clone()));
        }
    }

    /// What the status line says is so.
    fn check(&mut self, at: usize) {
        let (seed, now, tab) = (self.seed, self.now, &self.tabs[at]);
        let status = tab.engine.status(now);
        let body = &tab.form.fields.body;
        assert_eq!(tab.engine.draft().fields, tab.form.fields, "seed {seed} at {now}: the engine has another text");
        if status.device == OnDevice::Yes && tab.vouched != tab.form.fields {
            let left = tab.left().map(|left| left.draft.fields);
            let is_there = left.as_ref() == Some(&tab.form.fields) || left.is_none() && tab.form.fields.is_blank();
            let is_stored = self.site.history.contains(body);
            // Cleared away after it was written, and before the engine was told that it was.
            let has = |token| self.excused.contains(token) || self.site.history.iter().any(|text| text.contains(token));
            let is_cleared = left.is_none() && body.split_whitespace().all(has);
            assert!(
                is_there || is_stored || is_cleared,
                "seed {seed} at {now}: not on the device: {left:?}, but {:?}",
                tab.form.fields
            );
        }
        let is_stored = self.site.history.contains(body);
        match status.kept {
            Kept::Saved { .. } => assert!(is_stored, "seed {seed} at {now}: “saved”, but it is not"),
            Kept::Published { .. } => {
                assert!(self.site.published.contains(body), "seed {seed} at {now}: “published”, but it is not");
            }
            Kept::Typing => assert!(now < tab.typed_at + 1_000, "seed {seed} at {now}: “typing…”, but nobody does"),
            _ => {}
        }
        if status.device == OnDevice::Yes && self.tabs[at].vouched != self.tabs[at].form.fields {
            self.tabs[at].vouched = self.tabs[at].form.fields.clone();
        }
    }
}
