//! An engine with all around it, to try one thing at a time.

use super::*;
use crate::notes::Publication;

/// An engine, and a device that takes everything at once.
pub(super) struct Rig {
    pub engine: Engine,
    pub now: Moment,
    pub sent: Vec<Autosave>,
    pub shown: Vec<Fields>,
    pub said: Vec<String>,
    pub held: Held,
    pub device: Result<(), String>,
}

impl Rig {
    pub fn of(version: u64, body: &str) -> Self {
        let fields =
            Fields { title: "Trees".into(), body: body.into(), visibility: "private".into(), ..Fields::default() };
        let opened = Base { version, fields: Some(fields.clone()) };
        Self {
            engine: Engine::new(NoteId::from_u128(1), opened, None, 0, 7),
            now: Moment { monotonic: 10_000, wall: 1_700_000_000_000, ..Moment::default() },
            sent: Vec::new(),
            shown: Vec::new(),
            said: Vec::new(),
            held: Held { fields, ..Held::default() },
            device: Ok(()),
        }
    }

    pub fn tell(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in self.engine.handle(event, self.now) {
                match effect {
                    Effect::Keep(record) => {
                        events.push(Event::Written { seq: record.seq, result: self.device.clone() });
                    }
                    Effect::Send(save) => self.sent.push(*save),
                    Effect::Show(fields) => {
                        self.held.fields = (*fields).clone();
                        self.shown.push(*fields);
                    }
                    Effect::Say(words) => self.said.push(words),
                    Effect::Clash | Effect::Stored(_) | Effect::Faults => {}
                }
            }
        }
    }

    pub fn types(&mut self, text: &str) {
        self.held.fields.body.push_str(text);
        self.changed();
    }

    pub fn changed(&mut self) {
        self.tell(Event::Changed(Box::new(self.held.clone())));
    }

    /// Time passes, and the engine is woken whenever it wants to be.
    pub fn pass(&mut self, milliseconds: u64) {
        let until = self.now.monotonic + milliseconds;
        while let Some(at) = self.engine.wake_at(self.now.monotonic).filter(|at| *at <= until) {
            assert!(at > self.now.monotonic, "the engine wants to be woken in the past");
            self.now.monotonic = at;
            self.tell(Event::Tick);
        }
        self.now.monotonic = until;
    }

    pub fn answers(&mut self, reply: Reply<SaveOutcome>) {
        let key = self.sent.last().expect("a save").key;
        self.tell(Event::Answered { key, reply: Box::new(reply) });
    }

    pub fn saves(&mut self) {
        let note = self.stored();
        self.answers(Ok(SaveOutcome::Saved { note }));
    }

    /// The note as the last save makes it.
    pub fn stored(&self) -> Note {
        let save = self.sent.last().expect("a save");
        let version = save.edit.base + 1;
        let moment = jiff::Timestamp::UNIX_EPOCH;
        let publication = Publication { date: moment, updated: moment, version };
        Note {
            id: save.id,
            version,
            title: save.edit.title.clone(),
            slug: "trees".into(),
            aliases: Vec::new(),
            tags: Vec::new(),
            visibility: save.edit.visibility,
            publish_at: None,
            body: save.edit.body.clone(),
            path: None,
            created: moment,
            updated: moment,
            published: (save.goal == SaveGoal::Publish).then_some(publication),
            trashed: None,
            problem: None,
        }
    }

    pub fn kept(&self) -> Kept {
        self.engine.status(self.now.monotonic).kept
    }
}
