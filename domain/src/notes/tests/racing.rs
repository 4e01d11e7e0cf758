//! Saves that race: whatever the order in which the store gets to see them, every word of every save ends in the note or
//! in a version, and none twice.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use shared::Error;
use shared::editor::{Autosave, SaveGoal, SaveKey};
use shared::ids::NoteId;
use shared::notes::{EditNote, Note, SaveOutcome};

use super::super::{autosave, history, open, version};
use super::{Desk, OWNER, edit};
use crate::Site;
use crate::ports::{Expect, Key, PortResult, Put, Query, Record, Records, Write};

/// A store that lets others go first, by the dice of a seed.
struct Shuffled {
    inner: Arc<dyn Records>,
    dice: Mutex<StdRng>,
}

impl Shuffled {
    async fn wait(&self) {
        let turns = self.dice.lock().unwrap().random_range(0..6);
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl Records for Shuffled {
    async fn get(&self, key: &Key) -> PortResult<Option<Record>> {
        self.wait().await;
        self.inner.get(key).await
    }

    async fn batch_get(&self, keys: &[Key]) -> PortResult<Vec<Option<Record>>> {
        self.wait().await;
        self.inner.batch_get(keys).await
    }

    async fn query(&self, query: &Query) -> PortResult<shared::page::Page<Record>> {
        self.wait().await;
        self.inner.query(query).await
    }

    async fn put(&self, put: Put) -> PortResult<u64> {
        self.wait().await;
        self.inner.put(put).await
    }

    async fn delete(&self, key: &Key, expect: Expect) -> PortResult<()> {
        self.wait().await;
        self.inner.delete(key, expect).await
    }

    async fn transact(&self, writes: Vec<Write>) -> PortResult<()> {
        self.wait().await;
        self.inner.transact(writes).await
    }

    async fn generation(&self) -> PortResult<Option<u64>> {
        self.inner.generation().await
    }
}

/// A tab whose owner adds words to random paragraphs, and never takes any away.
struct Tab {
    number: u128,
    dice: StdRng,
    note: Note,
    written: Vec<String>,
}

impl Tab {
    async fn write(mut self, site: Site) -> Vec<String> {
        for n in 0..4_u128 {
            let word = format!("t{}w{n}x", self.number);
            let mut paragraphs: Vec<String> = self.note.body.split("\n\n").map(str::to_owned).collect();
            let at = self.dice.random_range(0..paragraphs.len());
            paragraphs[at].push_str(&format!(" {word}"));
            self.written.push(word);
            let goal = if self.dice.random_bool(0.2) { SaveGoal::Publish } else { SaveGoal::Keep };
            let edit = EditNote { body: paragraphs.join("\n\n"), ..edit(&self.note) };
            let key = SaveKey(uuid::Uuid::from_u128(self.number * 100 + n));
            let save = Autosave { key, id: self.note.id, goal, unless: None, edit };
            self.note = self.send(&site, &save).await;
        }
        self.written
    }

    /// Sends it until it is answered, sometimes twice at once, as a network does.
    async fn send(&mut self, site: &Site, save: &Autosave) -> Note {
        loop {
            let twice = self.dice.random_bool(0.3);
            let again = async {
                if twice {
                    drop(autosave(site, &OWNER, save).await)
                }
            };
            let (outcome, ()) = tokio::join!(autosave(site, &OWNER, save), again);
            match outcome {
                Ok(SaveOutcome::Saved { note } | SaveOutcome::Merged { note }) => return note,
                // What was sent is a version; its owner goes on from what is stored.
                Ok(SaveOutcome::Conflict { stored, .. }) => return stored,
                Err(Error::Busy { .. }) => tokio::task::yield_now().await,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// Every text that is kept of a note: the working one first.
async fn texts(desk: &Desk, id: NoteId) -> Vec<String> {
    let mut texts = vec![open(&desk.site, &OWNER, id).await.unwrap().body];
    let mut cursor = None;
    loop {
        let page = history(&desk.site, &OWNER, id, cursor.as_deref()).await.unwrap();
        for line in page.items {
            texts.push(version(&desk.site, &OWNER, id, line.number).await.unwrap().0.body);
        }
        cursor = page.next;
        if cursor.is_none() {
            return texts;
        }
    }
}

#[tokio::test]
async fn saves_that_race_all_end_in_the_note_or_as_versions() {
    let (mut conflicts, mut merges) = (0, 0);
    for seed in 0..80 {
        let mut dice = StdRng::seed_from_u64(seed);
        let desk = Desk::new();
        let note = desk.draft("Race", "One.\n\nTwo.\n\nThree.\n\nFour.").await;
        let records =
            Arc::new(Shuffled { inner: desk.site.records.clone(), dice: Mutex::new(StdRng::seed_from_u64(seed)) });
        let site = Site { records, ..desk.site.clone() };
        let tabs = (1..=dice.random_range(2..5)).map(|number| Tab {
            number,
            dice: StdRng::seed_from_u64(dice.random()),
            note: note.clone(),
            written: Vec::new(),
        });
        let written = futures::future::join_all(tabs.map(|tab| tab.write(site.clone()))).await;
        let texts = texts(&desk, note.id).await;
        for word in written.into_iter().flatten() {
            assert!(texts.iter().any(|text| text.contains(&word)), "seed {seed}: {word} is nowhere: {texts:#?}");
            let most = texts.iter().map(|text| text.matches(&word).count()).max();
            assert_eq!(most, Some(1), "seed {seed}: {word} was applied twice: {texts:#?}");
            conflicts += usize::from(!texts[0].contains(&word));
        }
        let lines = history(&desk.site, &OWNER, note.id, None).await.unwrap().items;
        merges += lines.iter().filter(|line| line.reason == shared::notes::VersionReason::Merge).count();
    }
    assert!(conflicts > 10 && merges > 10, "nothing raced: {conflicts} words in versions only, {merges} merges");
}
