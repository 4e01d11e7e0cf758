//! Thousands of short lives of a note: tabs that type, a site that merges, and between them everything that can go wrong,
//! all from a seed. What must be so is looked at after every step.

mod site;
mod tab;

use std::collections::{BTreeMap, HashSet};

use super::dice::Dice;
use super::{Event, Moment};
use crate::editor::answer::{Reply, Trouble};
use crate::editor::journal::Record;
use crate::editor::wire::{Autosave, SaveKey};
use crate::notes::{Note, SaveOutcome};
use crate::{Error, limits};
use site::Site;
use tab::Tab;

/// What chance decides.
pub struct Chance(Dice);

impl Chance {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0.roll() % below.max(1)
    }

    pub fn one_in(&mut self, times: u64) -> bool {
        self.roll(times) == 0
    }

    pub fn pick(&mut self, range: std::ops::Range<u64>) -> u64 {
        range.start + self.roll(range.end - range.start)
    }
}

/// What the network and the site are like for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    Fine,
    Down,
    Slow,
    LosesAnswers,
    Broken,
    Busy,
    SignIn,
    Portal,
    Refuses,
}

const WEATHERS: [Weather; 14] = [
    Weather::Fine,
    Weather::Fine,
    Weather::Fine,
    Weather::Fine,
    Weather::Slow,
    Weather::Slow,
    Weather::LosesAnswers,
    Weather::LosesAnswers,
    Weather::Down,
    Weather::Broken,
    Weather::Busy,
    Weather::SignIn,
    Weather::Portal,
    Weather::Refuses,
];

/// Something that will be. `life` is that of the tab; a later one does not hear of it.
#[derive(Clone, Debug)]
enum Coming {
    Typing,
    Tick { life: u32 },
    Write { life: u32, record: Record },
    Written { life: u32, seq: u64, result: Result<(), String> },
    Request { life: u32, save: Box<Autosave>, is_first: bool },
    Answer { life: u32, key: SaveKey, reply: Box<Reply<SaveOutcome>> },
    Question { life: u32, known: u64 },
    News { life: u32, reply: Box<Reply<Option<Note>>> },
    Choice { life: u32 },
    Weather,
    Crash,
}

struct World {
    seed: u64,
    dice: Chance,
    now: u64,
    coming: BTreeMap<(u64, u64), (usize, Coming)>,
    count: u64,
    site: Site,
    tabs: Vec<Tab>,
    weather: Weather,
    device_fails: bool,
    device_failed_at: Option<u64>,
    /// When typing and trouble end.
    end: u64,
    tokens: u64,
    deleted: HashSet<String>,
    /// What the device did not take and said so, or had no time to.
    excused: HashSet<String>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut dice = Chance(Dice::new(seed));
        let tabs = dice.pick(1..4) as usize;
        let end = dice.pick(3_000..30_000);
        let mut world = Self {
            seed,
            dice,
            now: 1,
            coming: BTreeMap::new(),
            count: 0,
            site: Site::default(),
            tabs: Vec::new(),
            weather: Weather::Fine,
            device_fails: false,
            device_failed_at: None,
            end,
            tokens: 0,
            deleted: HashSet::new(),
            excused: HashSet::new(),
        };
        for at in 0..tabs {
            world.tabs.push(Tab::new());
            world.open(at);
            world.expect(at, 10, Coming::Typing);
        }
        world.expect(0, 100, Coming::Weather);
        world
    }

    fn expect(&mut self, tab: usize, wait: u64, coming: Coming) {
        self.count += 1;
        self.coming.insert((self.now + wait, self.count), (tab, coming));
    }

    fn moment(&self, tab: usize) -> Moment {
        let is_composing = self.now < self.tabs[tab].composes_until;
        // The wall clock is somewhere else, and jumps.
        let wall = 1_700_000_000_000 + self.now as i64 - if self.now.is_multiple_of(7) { 86_400_000 } else { 0 };
        Moment { monotonic: self.now, wall, is_composing, unfinished: None }
    }

    fn run(mut self) -> Self {
        let over = self.end + 240_000;
        while let Some(((at, _), (tab, coming))) = self.coming.pop_first() {
            if at > over {
                break;
            }
            self.now = at;
            self.happen(tab, coming);
        }
        self.now = self.now.max(self.end);
        self.check_end();
        self
    }

    fn happen(&mut self, tab: usize, coming: Coming) {
        let alive = self.tabs[tab].life;
        match coming {
            Coming::Typing => self.types(tab),
            Coming::Tick { life } if life == alive => self.tell(tab, Event::Tick),
            Coming::Write { life, record } => self.writes(tab, life, record),
            Coming::Written { life, seq, result } if life == alive => self.tell(tab, Event::Written { seq, result }),
            Coming::Request { life, save, is_first } => self.arrives(tab, life, &save, is_first),
            Coming::Answer { life, key, reply } if life == alive => self.tell(tab, Event::Answered { key, reply }),
            Coming::Question { life, known } if life == alive => {
                let reply = self.question(known);
                let wait = self.dice.pick(5..200);
                self.expect(tab, wait, Coming::News { life, reply: Box::new(reply) });
            }
            Coming::News { life, reply } if life == alive => self.tell(tab, Event::Current(reply)),
            Coming::Choice { life } if life == alive => self.chooses(tab),
            Coming::Weather => self.turns(),
            Coming::Crash => self.crashes(tab),
            _ => {}
        }
    }

    fn turns(&mut self) {
        if self.now >= self.end {
            self.weather = Weather::Fine;
            self.device_fails = false;
            return;
        }
        self.weather = WEATHERS[self.dice.roll(WEATHERS.len() as u64) as usize];
        self.device_fails = self.dice.one_in(12);
        if self.device_fails {
            self.device_failed_at = Some(self.now);
        }
        if self.dice.one_in(12) {
            let tab = self.dice.roll(self.tabs.len() as u64) as usize;
            self.clears(tab);
        }
        if self.dice.one_in(4) {
            let tab = self.dice.roll(self.tabs.len() as u64) as usize;
            let wait = self.dice.roll(3_000);
            self.expect(tab, wait, Coming::Crash);
        }
        let wait = self.dice.pick(500..8_000);
        self.expect(0, wait, Coming::Weather);
    }

    /// A save on its way in: it may be late, lost, or there twice.
    fn sends(&mut self, tab: usize, save: Box<Autosave>) {
        let life = self.tabs[tab].life;
        let unheard = |error: Trouble| Coming::Answer { life, key: save.key, reply: Box::new(Err(error)) };
        match self.weather {
            Weather::Down => {
                let wait = self.dice.pick(1..500);
                return self.expect(tab, wait, unheard(Trouble::Unreachable));
            }
            Weather::Portal => return self.expect(tab, 30, unheard(Trouble::Portal)),
            _ => {}
        }
        let longest = if self.weather == Weather::Slow { 9_000 } else { 300 };
        let wait = self.dice.pick(5..longest);
        let late = self.dice.one_in(10).then(|| self.dice.pick(1..20_000));
        self.expect(tab, wait, Coming::Request { life, save: save.clone(), is_first: true });
        if let Some(late) = late {
            self.expect(tab, late, Coming::Request { life, save, is_first: false });
        }
    }

    fn arrives(&mut self, tab: usize, life: u32, save: &Autosave, is_first: bool) {
        let reply = match self.weather {
            Weather::Broken if self.dice.one_in(2) => Err(Trouble::Broken),
            Weather::Busy => Err(Trouble::Busy { retry_after: Some(self.dice.roll(4) as u32) }),
            Weather::SignIn => Err(Trouble::SignIn),
            Weather::Refuses => {
                let limit = (limits::NOTE_BYTES / 1024) as u64;
                Err(Trouble::Refused(Error::TooLarge { field: "body".into(), limit, unit: "KiB".into() }))
            }
            _ => {
                let outcome = self.site.save(save);
                if self.weather == Weather::Broken { Err(Trouble::Broken) } else { Ok(outcome) }
            }
        };
        if !is_first {
            return;
        }
        let key = save.key;
        let is_lost = self.weather == Weather::LosesAnswers && self.dice.one_in(2);
        let (wait, reply) = if is_lost { (3_000, Err(Trouble::TimedOut)) } else { (self.dice.pick(5..200), reply) };
        let answer = Coming::Answer { life, key, reply: Box::new(reply) };
        if self.dice.one_in(8) {
            let later = self.dice.pick(200..5_000);
            self.expect(tab, later, answer.clone());
        }
        self.expect(tab, wait, answer);
    }

    fn question(&mut self, known: u64) -> Reply<Option<Note>> {
        match self.weather {
            Weather::Down => Err(Trouble::Unreachable),
            Weather::SignIn => Err(Trouble::SignIn),
            Weather::Portal => Err(Trouble::Portal),
            Weather::Broken => Err(Trouble::Broken),
            _ => Ok(self.site.note.clone().filter(|note| note.version != known)),
        }
    }

    fn writes(&mut self, tab: usize, life: u32, record: Record) {
        let Record { seq, text, keep_from, follows } = record;
        let result = if self.device_fails {
            Err("the device is full".to_owned())
        } else {
            let log = &mut self.tabs[tab].log;
            let is_torn_off = follows.is_some_and(|seq| !log.contains_key(&seq));
            log.insert(seq, text);
            log.retain(|old, _| *old >= keep_from);
            if is_torn_off { Err("what was kept is gone".to_owned()) } else { Ok(()) }
        };
        if result.is_err() {
            self.device_failed_at = Some(self.now);
        }
        self.expect(tab, 1, Coming::Written { life, seq, result });
    }

    fn check_end(&self) {
        let seed = self.seed;
        let body = self.site.note.as_ref().map(|note| note.body.as_str()).unwrap_or_default();
        for (at, tab) in self.tabs.iter().enumerate() {
            let status = tab.engine.status(self.now);
            assert!(status.is_at_rest(), "seed {seed}: tab {at} ends with {status:?}");
            assert_eq!(tab.form.fields.body, body, "seed {seed}: tab {at} shows another text than is stored");
        }
        for token in self.tokens() {
            let is_there = self.site.history.iter().any(|text| text.contains(&token));
            assert!(is_there || self.excused.contains(&token), "seed {seed}: {token} is nowhere");
        }
    }

    /// Everything that was typed and not deleted by who typed.
    fn tokens(&self) -> impl Iterator<Item = String> {
        (0..self.tokens).map(token).filter(|token| !self.deleted.contains(token))
    }
}

fn token(count: u64) -> String {
    format!("w{count}.")
}

fn simulate(seeds: std::ops::Range<u64>) {
    let (mut saves, mut merges, mut conflicts, mut tokens) = (0, 0, 0, 0);
    for seed in seeds {
        let world = World::new(seed).run();
        saves += world.site.saves;
        merges += world.site.merges;
        conflicts += world.site.conflicts;
        tokens += world.tokens;
    }
    println!("{tokens} words, {saves} saves, {merges} merges, {conflicts} conflicts");
    assert!(saves > 0 && merges > 0 && conflicts > 0, "a simulation in which nothing happens shows nothing");
}

#[test]
fn no_word_is_lost_and_the_status_is_true() {
    simulate(0..400);
}
