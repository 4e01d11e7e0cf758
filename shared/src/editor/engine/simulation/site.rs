//! A site of one note, as `domain::notes::autosave` is one.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use crate::Visibility;
use crate::editor::draft::Fields;
use crate::editor::wire::{Autosave, SaveGoal, SaveKey};
use crate::ids::NoteId;
use crate::merge::{Merged, merge};
use crate::notes::{Note, Publication, SaveOutcome};

/// How many versions back the site still has the text that a save may be based on.
const TEXTS: u64 = 30;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Applied,
    Apart,
}

#[derive(Default)]
pub struct Site {
    pub note: Option<Note>,
    /// What a save may be based on.
    texts: BTreeMap<u64, Fields>,
    /// Every text that was ever stored, in the note or beside it.
    pub history: HashSet<String>,
    pub published: HashSet<String>,
    keys: BTreeMap<SaveKey, Fate>,
    pub saves: u32,
    pub conflicts: u32,
    pub merges: u32,
}

impl Site {
    pub fn save(&mut self, save: &Autosave) -> SaveOutcome {
        let sent = &save.edit;
        let Some(before) = self.note.clone() else {
            assert_eq!(sent.base, 0, "a save that is based on a note that never was");
            let note = self.store(save, 1, sent.title.clone(), sent.body.clone());
            return SaveOutcome::Saved { note };
        };
        let present = Fields::of(&before);
        let base = self.texts.get(&sent.base).cloned();
        let marked = |base: &Option<Fields>| {
            let base = base.as_ref().map_or("", |base| &base.body);
            match merge(base, &present.body, &sent.body) {
                Merged::Clean(text) => (base.to_owned(), Ok(text)),
                Merged::Conflict { marked } => (base.to_owned(), Err(marked)),
            }
        };
        match self.keys.get(&save.key) {
            Some(Fate::Applied) => return SaveOutcome::Saved { note: before },
            Some(Fate::Apart) => {
                let (_, Ok(marked) | Err(marked)) = marked(&base);
                return SaveOutcome::Conflict { stored: before, mine: sent.clone(), marked };
            }
            None => {}
        }
        if save.unless.is_some_and(|key| self.keys.get(&key) == Some(&Fate::Applied)) {
            self.keys.insert(save.key, Fate::Applied);
            return SaveOutcome::Saved { note: before };
        }
        if save.goal == SaveGoal::Aside {
            self.keys.insert(save.key, Fate::Applied);
            self.history.insert(sent.body.clone());
            let note = Note { version: before.version + 2, ..before };
            self.texts.insert(note.version, present);
            self.note = Some(note.clone());
            return SaveOutcome::Saved { note };
        }
        let version = before.version + 1;
        if sent.base == before.version || present.body == sent.body && present.title == sent.title {
            let note = self.store(save, version, sent.title.clone(), sent.body.clone());
            return SaveOutcome::Saved { note };
        }
        let (_, merged) = marked(&base);
        let title = base.as_ref().and_then(|base| match () {
            () if sent.title == base.title || sent.title == present.title => Some(present.title.clone()),
            () => (present.title == base.title).then(|| sent.title.clone()),
        });
        match (merged, title) {
            (Ok(body), Some(title)) => {
                self.merges += 1;
                self.history.insert(sent.body.clone());
                let note = self.store(save, version + 1, title, body);
                SaveOutcome::Merged { note }
            }
            (Ok(marked) | Err(marked), _) => {
                self.conflicts += 1;
                self.keys.insert(save.key, Fate::Apart);
                self.history.insert(sent.body.clone());
                let stored = Note { version: version + 1, ..before };
                self.texts.insert(stored.version, present);
                self.note = Some(stored.clone());
                SaveOutcome::Conflict { stored, mine: sent.clone(), marked }
            }
        }
    }

    fn store(&mut self, save: &Autosave, version: u64, title: String, body: String) -> Note {
        self.saves += 1;
        self.keys.insert(save.key, Fate::Applied);
        self.history.insert(body.clone());
        let before = self.note.take();
        let mut published = before.and_then(|note| note.published);
        if save.goal == SaveGoal::Publish {
            self.published.insert(body.clone());
            published = Some(Publication { date: Timestamp::UNIX_EPOCH, updated: Timestamp::UNIX_EPOCH, version });
        }
        let note = note(save.id, version, title, body, published);
        self.texts.insert(version, Fields::of(&note));
        self.texts.retain(|old, _| old + TEXTS > version);
        self.note = Some(note.clone());
        note
    }
}

fn note(id: NoteId, version: u64, title: String, body: String, published: Option<Publication>) -> Note {
    Note {
        id,
        version,
        title,
        slug: "note".into(),
        aliases: Vec::new(),
        tags: Vec::new(),
        visibility: Visibility::Private,
        publish_at: None,
        body,
        path: None,
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        published,
        trashed: None,
        problem: None,
    }
}
