//! The editor's machine and the site's verb together, over a network that loses, repeats and delays: what each believes of
//! the other is so.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use shared::Error;
use shared::editor::{
    Autosave, Base, Effect, Engine, Event, Fields, Held, Kept, Moment, Reply, SaveGoal, SaveKey, Selection, Trouble,
};
use shared::ids::NoteId;
use shared::notes::{SaveOutcome, VersionReason};

use super::super::{autosave, history, open, version};
use super::{Desk, OWNER};

/// Milliseconds of a step.
const STEP: u64 = 50;

struct Tab {
    number: u64,
    engine: Engine,
    answers: Vec<(u64, SaveKey, Reply<SaveOutcome>)>,
    sends: Vec<u64>,
    shows: usize,
    words: u64,
}

struct World {
    desk: Desk,
    dice: StdRng,
    now: u64,
    /// Requests that the network sends once more.
    again: Vec<(u64, Autosave)>,
}

impl World {
    fn moment(&self) -> Moment {
        Moment { monotonic: self.now, wall: self.desk.site.clock.now().as_millisecond(), ..Moment::default() }
    }

    async fn tell(&mut self, tab: &mut Tab, event: Event) {
        let mut effects = tab.engine.handle(event, self.moment());
        while !effects.is_empty() {
            match effects.remove(0) {
                Effect::Keep(record) => {
                    let written = Event::Written { seq: record.seq, result: Ok(()) };
                    effects.extend(tab.engine.handle(written, self.moment()));
                }
                Effect::Send(save) => self.send(tab, *save).await,
                Effect::Show(_) => tab.shows += 1,
                _ => {}
            }
        }
    }

    async fn send(&mut self, tab: &mut Tab, save: Autosave) {
        tab.sends.push(self.now);
        let key = save.key;
        let timed_out = (self.now + 3_000, key, Err(Trouble::TimedOut));
        match self.dice.random_range(0..10) {
            0 => tab.answers.push(timed_out),
            1 => {
                let _ = self.arrive(&save).await;
                tab.answers.push(timed_out);
            }
            2 => tab.answers.push((self.now + 100, key, Err(Trouble::Busy { retry_after: Some(1) }))),
            kind => {
                let reply = self.arrive(&save).await;
                // One that is refused before there is a note leaves nothing behind to know it by.
                let is_known = tab.engine.base_version() > 0 || reply.is_ok();
                tab.answers.push((self.now + self.dice.random_range(10..2_500), key, reply));
                if kind == 3 && is_known {
                    self.again.push((self.now + self.dice.random_range(0..20_000), save));
                }
            }
        }
    }

    async fn arrive(&self, save: &Autosave) -> Reply<SaveOutcome> {
        autosave(&self.desk.site, &OWNER, save).await.map_err(|error| match error {
            Error::Busy { retry_after } => Trouble::Busy { retry_after: Some(retry_after) },
            other => Trouble::Refused(other),
        })
    }

    async fn step(&mut self, tabs: &mut [Tab]) {
        self.now += STEP;
        self.desk.home.clock.advance(SignedDuration::from_millis(STEP as i64));
        let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.again).into_iter().partition(|d| d.0 <= self.now);
        self.again = later;
        for (_, save) in due {
            let _ = self.arrive(&save).await;
        }
        for tab in tabs {
            let (due, later): (Vec<_>, Vec<_>) =
                std::mem::take(&mut tab.answers).into_iter().partition(|answer| answer.0 <= self.now);
            tab.answers = later;
            for (_, key, reply) in due {
                self.tell(tab, Event::Answered { key, reply: Box::new(reply) }).await;
            }
            if tab.engine.wake_at(self.now - STEP).is_some_and(|at| at <= self.now) {
                self.tell(tab, Event::Tick).await;
            }
            if let Some(clash) = tab.engine.clash().cloned() {
                // The owner takes the stored side; the other one is a version.
                self.tell(tab, Event::Chosen(Box::new(clash.stored))).await;
            }
        }
    }

    async fn holds(&mut self, tab: &mut Tab, fields: Fields) {
        let held = Held { fields, selection: Selection::default(), attachments: Vec::new() };
        self.tell(tab, Event::Changed(Box::new(held))).await;
    }

    /// Nobody types any more, and the network gets better.
    async fn rest(&mut self, tabs: &mut [Tab]) {
        for _ in 0..(200_000 / STEP) {
            self.step(tabs).await;
        }
        for tab in tabs {
            let late = tab.sends.iter().filter(|at| **at + 60_000 > self.now).count();
            assert_eq!(late, 0, "it goes on sending what the site has");
            let kept = tab.engine.status(self.now).kept;
            assert!(matches!(kept, Kept::Saved { .. } | Kept::Published { .. } | Kept::AsOpened), "{kept:?}");
            assert!(!tab.engine.draft().is_unsent(), "{:?}", tab.engine.draft());
        }
    }
}

fn world(seed: u64) -> World {
    World { desk: Desk::new(), dice: StdRng::seed_from_u64(seed), now: 1_000, again: Vec::new() }
}

fn tab(number: u64, note: NoteId, opened: Base) -> Tab {
    let engine = Engine::new(note, opened, None, 0, number * 7 + 1);
    Tab { number, engine, answers: Vec::new(), sends: Vec::new(), shows: 0, words: 0 }
}

/// What an owner does to a form, odd things included.
fn typed(dice: &mut StdRng, fields: &mut Fields) {
    const TITLES: [&str; 8] = ["", "Tea", "Tea  and milk", " Tea", "Tea ", "…", "茶", "A\u{a0}title: of “quotes”"];
    const LISTS: [&str; 6] = ["", "tea", "tea,  milk ,", "Tea, tea", "tea, #milk, a/b", ",,"];
    const SLUGS: [&str; 3] = ["", "tea", "drinks/tea"];
    match dice.random_range(0..14) {
        0 => fields.title = (*TITLES.choose(dice).unwrap()).to_owned(),
        1 => fields.tags = (*LISTS.choose(dice).unwrap()).to_owned(),
        2 => fields.aliases = (*LISTS.choose(dice).unwrap()).to_owned(),
        3 if fields.slug.is_empty() => fields.slug = (*SLUGS.choose(dice).unwrap()).to_owned(),
        4 => fields.visibility = (*["private", "public", "unlisted"].choose(dice).unwrap()).to_owned(),
        5 => fields.body = fields.body.chars().rev().skip(3).collect::<Vec<_>>().into_iter().rev().collect(),
        6 => fields.body.insert_str(0, "---\ntitle: Front\ntags: [x]\n---\n# Head\n"),
        _ => fields.body.push_str(&format!(" word{}\n", dice.random_range(0..1_000))),
    }
}

#[tokio::test]
async fn a_lone_editor_is_never_corrected_and_comes_to_rest() {
    for seed in 0..60 {
        let mut world = world(seed);
        let id = NoteId::from_u128(world.desk.site.clock.id());
        let opened = Base { version: 0, fields: Some(Fields { visibility: "private".into(), ..Fields::default() }) };
        let mut tabs = [tab(1, id, opened)];
        let mut fields = tabs[0].engine.draft().fields.clone();
        let mut publishes = 0;
        for _ in 0..(40_000 / STEP) {
            if world.dice.random_bool(0.05) {
                typed(&mut world.dice, &mut fields);
                world.holds(&mut tabs[0], fields.clone()).await;
            }
            if world.dice.random_bool(0.004) {
                publishes += 1;
                world.tell(&mut tabs[0], Event::Asked(SaveGoal::Publish)).await;
            }
            world.step(&mut tabs).await;
        }
        if fields.is_blank() {
            continue;
        }
        fields.body.push_str("the end");
        world.holds(&mut tabs[0], fields.clone()).await;
        world.rest(&mut tabs).await;
        let [tab] = &tabs;
        assert_eq!((tab.shows, &tab.engine.draft().fields), (0, &fields), "seed {seed}: the form was changed");
        assert_eq!(tab.engine.faults(), []);
        let note = open(&world.desk.site, &OWNER, id).await.unwrap();
        assert_eq!(note.body, fields.body, "seed {seed}");
        let lines = history(&world.desk.site, &OWNER, id, None).await.unwrap().items;
        let others = lines.iter().filter(|line| line.reason != VersionReason::Publish).count();
        assert!(others <= 1 + publishes, "seed {seed}: {lines:?}");
        assert!(lines.iter().all(|line| line.reason != VersionReason::Conflict), "seed {seed}: with whom? {lines:?}");
    }
}

#[tokio::test]
async fn two_editors_lose_no_word_between_them_and_come_to_rest() {
    for seed in 0..40 {
        let mut world = world(seed);
        let note = world.desk.draft("Race", "One.\n\nTwo.\n\nThree.\n\nFour.").await;
        let opened = Base { version: note.version, fields: Some(Fields::of(&note)) };
        let mut tabs = [tab(1, note.id, opened.clone()), tab(2, note.id, opened)];
        let mut written = BTreeSet::new();
        for _ in 0..(30_000 / STEP) {
            let at = world.dice.random_range(0..2);
            if world.dice.random_bool(0.05) {
                let mut fields = tabs[at].engine.draft().fields.clone();
                let word = format!("t{}w{}x", tabs[at].number, tabs[at].words);
                tabs[at].words += 1;
                let mut parts: Vec<String> = fields.body.split("\n\n").map(str::to_owned).collect();
                let part = world.dice.random_range(0..parts.len());
                parts[part].push_str(&format!(" {word}"));
                fields.body = parts.join("\n\n");
                written.insert(word);
                world.holds(&mut tabs[at], fields).await;
            }
            world.step(&mut tabs).await;
        }
        // What is typed into one while the other asks is told; here each asks once at the end.
        world.rest(&mut tabs).await;
        let mut texts = vec![open(&world.desk.site, &OWNER, note.id).await.unwrap().body];
        for line in history(&world.desk.site, &OWNER, note.id, None).await.unwrap().items {
            texts.push(version(&world.desk.site, &OWNER, note.id, line.number).await.unwrap().0.body);
        }
        for word in written {
            let most = texts.iter().map(|text| text.matches(&word).count()).max();
            assert!(most <= Some(1), "seed {seed}: {word} stands twice: {texts:#?}");
            assert!(most == Some(1), "seed {seed}: {word} is nowhere: {texts:#?}");
        }
    }
}
