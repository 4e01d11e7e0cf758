//! What the engine does about one thing at a time.

use super::*;
use crate::Error;
use crate::limits;
use crate::notes::Publication;

/// An engine, and a device that takes everything at once.
struct Rig {
    engine: Engine,
    now: Moment,
    sent: Vec<Autosave>,
    shown: Vec<Fields>,
    said: Vec<String>,
    held: Held,
    device: Result<(), String>,
}

impl Rig {
    fn of(version: u64, body: &str) -> Self {
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

    fn tell(&mut self, event: Event) {
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

    fn types(&mut self, text: &str) {
        self.held.fields.body.push_str(text);
        self.changed();
    }

    fn changed(&mut self) {
        self.tell(Event::Changed(Box::new(self.held.clone())));
    }

    /// Time passes, and the engine is woken whenever it wants to be.
    fn pass(&mut self, milliseconds: u64) {
        let until = self.now.monotonic + milliseconds;
        while let Some(at) = self.engine.wake_at(self.now.monotonic).filter(|at| *at <= until) {
            assert!(at > self.now.monotonic, "the engine wants to be woken in the past");
            self.now.monotonic = at;
            self.tell(Event::Tick);
        }
        self.now.monotonic = until;
    }

    fn answers(&mut self, reply: Reply<SaveOutcome>) {
        let key = self.sent.last().expect("a save").key;
        self.tell(Event::Answered { key, reply: Box::new(reply) });
    }

    fn saves(&mut self) {
        let note = self.stored();
        self.answers(Ok(SaveOutcome::Saved { note }));
    }

    /// The note as the last save makes it.
    fn stored(&self) -> Note {
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

    fn kept(&self) -> Kept {
        self.engine.status(self.now.monotonic).kept
    }
}

#[test]
fn what_is_typed_is_sent_after_a_pause_and_said_truly() {
    let mut rig = Rig::of(3, "oak");
    rig.types(" ash");
    assert_eq!(rig.kept(), Kept::Typing);
    rig.pass(600);
    assert_eq!(rig.kept(), Kept::OnDevice);
    assert!(rig.sent.is_empty());
    rig.pass(600);
    assert_eq!(rig.sent.len(), 1);
    assert_eq!((rig.sent[0].edit.base, rig.sent[0].edit.body.as_str()), (3, "oak ash"));
    assert_eq!(rig.kept(), Kept::OnDevice);
    rig.saves();
    assert_eq!(rig.kept(), Kept::Saved { at: rig.now.wall });
    assert_eq!(rig.engine.base_version(), 4);
    rig.pass(60_000);
    assert_eq!(rig.sent.len(), 1, "there is nothing more to send");
}

#[test]
fn steady_typing_is_sent_within_fifteen_seconds() {
    let mut rig = Rig::of(3, "");
    for _ in 0..140 {
        rig.types("a");
        rig.pass(100);
    }
    assert_eq!(rig.sent.len(), 1);
}

#[test]
fn while_a_save_is_under_way_no_other_is_sent_and_the_same_one_is_sent_again() {
    let mut rig = Rig::of(3, "");
    rig.types("a");
    rig.pass(2_000);
    rig.types("b");
    rig.pass(20_000);
    assert_eq!(rig.sent.len(), 1);
    rig.answers(Err(Trouble::TimedOut));
    assert_eq!(rig.kept(), Kept::Offline { since: rig.now.wall, changes: 2 });
    rig.pass(2_000);
    assert_eq!(rig.sent.len(), 2);
    assert_eq!(rig.sent[0], rig.sent[1]);
    rig.saves();
    rig.pass(2_000);
    assert_eq!(rig.sent.len(), 3);
    assert_eq!((rig.sent[2].edit.base, rig.sent[2].edit.body.as_str()), (4, "ab"));
    assert_ne!(rig.sent[2].key, rig.sent[1].key);
}

#[test]
fn an_answer_that_comes_late_or_twice_changes_nothing() {
    let mut rig = Rig::of(3, "");
    rig.types("a");
    rig.pass(2_000);
    let (key, note) = (rig.sent[0].key, rig.stored());
    rig.saves();
    rig.types("b");
    let before = rig.engine.draft().clone();
    rig.tell(Event::Answered { key, reply: Box::new(Ok(SaveOutcome::Saved { note })) });
    rig.tell(Event::Answered { key, reply: Box::new(Err(Trouble::Broken)) });
    assert_eq!(*rig.engine.draft(), before);
    assert_eq!(rig.kept(), Kept::Typing);
    rig.pass(2_000);
    assert_eq!(rig.sent[1].edit.body, "ab");
}

#[test]
fn patience_that_is_asked_for_is_had_unless_the_owner_asks() {
    let mut rig = Rig::of(3, "");
    rig.types("a");
    rig.pass(2_000);
    rig.answers(Err(Trouble::Busy { retry_after: Some(40) }));
    rig.pass(39_000);
    assert_eq!(rig.sent.len(), 1);
    rig.tell(Event::Asked(SaveGoal::Keep));
    assert_eq!(rig.sent.len(), 2);
}

#[test]
fn tries_become_rarer_but_never_end() {
    let mut rig = Rig::of(3, "");
    rig.types("a");
    let mut tries = 0;
    for _ in 0..600 {
        rig.pass(1_000);
        if rig.sent.len() > tries {
            tries = rig.sent.len();
            rig.answers(Err(Trouble::Unreachable));
        }
    }
    assert!((20..60).contains(&tries), "{tries} tries in ten minutes");
    assert!(matches!(rig.kept(), Kept::Offline { changes: 1, .. }));
    rig.tell(Event::Online);
    assert_eq!(rig.sent.len(), tries + 1);
}

#[test]
fn a_field_that_is_refused_keeps_no_other_from_being_saved() {
    let mut rig = Rig::of(3, "");
    rig.held.fields.slug = "taken".into();
    rig.types("words");
    rig.pass(2_000);
    rig.answers(Err(Trouble::Refused(Error::invalid("slug", "Another note has this address."))));
    assert_eq!(rig.engine.faults().len(), 1);
    rig.pass(100);
    let last = rig.sent.last().expect("a second save");
    assert_eq!((last.edit.slug.as_str(), last.edit.body.as_str()), ("", "words"));
    rig.saves();
    assert_eq!(rig.kept(), Kept::Refused { why: "Another note has this address.".into() });
    assert_eq!(rig.held.fields.slug, "taken", "what was typed stays in its field");
    rig.pass(60_000);
    assert_eq!(rig.sent.len(), 2);
    rig.held.fields.slug = "free".into();
    rig.changed();
    assert!(rig.engine.faults().is_empty());
    rig.pass(2_000);
    assert_eq!(rig.sent.last().map(|save| save.edit.slug.as_str()), Some("free"));
}

#[test]
fn a_text_that_is_too_large_is_kept_and_said_and_not_sent() {
    let mut rig = Rig::of(3, "");
    rig.types(&"x".repeat(limits::NOTE_BYTES + 1));
    rig.pass(20_000);
    assert!(rig.sent.is_empty());
    let status = rig.engine.status(rig.now.monotonic);
    assert_eq!(status.device, OnDevice::Yes);
    assert!(matches!(status.kept, Kept::Refused { .. }), "{status:?}");
    rig.held.fields.body.truncate(10);
    rig.changed();
    rig.pass(2_000);
    assert_eq!(rig.sent.len(), 1);
}

#[test]
fn a_publishing_that_is_refused_leaves_the_text_to_be_saved() {
    let mut rig = Rig::of(3, "");
    rig.types("words");
    rig.tell(Event::Asked(SaveGoal::Publish));
    rig.pass(100);
    assert_eq!(rig.sent[0].goal, SaveGoal::Publish);
    rig.answers(Err(Trouble::Refused(Error::invalid("body", "Its front matter says publish: false."))));
    rig.pass(100);
    assert_eq!(rig.sent.len(), 2);
    assert_eq!(rig.sent[1].goal, SaveGoal::Keep);
    rig.saves();
    assert!(matches!(rig.kept(), Kept::Saved { .. }));
    let notice = rig.engine.status(rig.now.monotonic).notice;
    assert_eq!(notice.as_deref(), Some("not published: Its front matter says publish: false."));
}

#[test]
fn publish_goes_out_after_the_save_under_way() {
    let mut rig = Rig::of(3, "");
    rig.types("a");
    rig.pass(2_000);
    rig.types("b");
    rig.tell(Event::Asked(SaveGoal::Publish));
    assert_eq!(rig.sent.len(), 1);
    rig.saves();
    rig.pass(100);
    assert_eq!(rig.sent.len(), 2);
    assert_eq!((rig.sent[1].goal, rig.sent[1].edit.body.as_str()), (SaveGoal::Publish, "ab"));
    rig.saves();
    assert_eq!(rig.kept(), Kept::Published { at: rig.now.wall });
    assert_eq!(rig.said, ["Published."]);
}

#[test]
fn a_conflict_pauses_sending_but_not_the_device_until_it_is_answered() {
    let mut rig = Rig::of(3, "oak");
    rig.types(" one");
    rig.pass(2_000);
    let stored = Note { version: 6, body: "oak two".into(), ..rig.stored() };
    let mine = rig.sent[0].edit.clone();
    rig.answers(Ok(SaveOutcome::Conflict { stored, mine, marked: String::new() }));
    rig.types(" more");
    rig.pass(30_000);
    assert_eq!(rig.kept(), Kept::Apart);
    assert_eq!(rig.engine.status(rig.now.monotonic).device, OnDevice::Yes);
    assert_eq!(rig.sent.len(), 1);
    let fields = Fields { body: "oak two one more".into(), ..rig.held.fields.clone() };
    rig.tell(Event::Chosen(Box::new(fields)));
    rig.pass(100);
    assert_eq!(rig.held.fields.body, "oak two one more");
    assert_eq!((rig.sent[1].edit.base, rig.sent[1].edit.body.as_str()), (6, "oak two one more"));
}

#[test]
fn an_input_method_is_not_disturbed() {
    let mut rig = Rig::of(3, "one\n");
    rig.types("two\n");
    rig.pass(2_000);
    rig.now.is_composing = true;
    rig.types("ni hao");
    let note = Note { version: 6, body: "zero\none\ntwo\n".into(), ..rig.stored() };
    rig.answers(Ok(SaveOutcome::Merged { note }));
    rig.pass(5_000);
    assert!(rig.shown.is_empty() && rig.sent.len() == 1);
    assert_eq!(rig.engine.status(rig.now.monotonic).device, OnDevice::Yes, "the device goes on");
    rig.now.is_composing = false;
    rig.held.fields.body = "one\ntwo\n你好".into();
    rig.changed();
    assert_eq!(rig.held.fields.body, "zero\none\ntwo\n你好");
    rig.pass(2_000);
    assert_eq!((rig.sent[1].edit.base, rig.sent[1].edit.body.as_str()), (6, "zero\none\ntwo\n你好"));
}

#[test]
fn a_device_that_fails_does_not_keep_the_text_from_the_site() {
    let mut rig = Rig::of(3, "");
    rig.device = Err("this device has no room left".into());
    rig.types("a");
    rig.pass(2_000);
    assert_eq!(rig.sent.len(), 1);
    assert_eq!(rig.engine.status(rig.now.monotonic).device, OnDevice::No("this device has no room left".into()));
    rig.saves();
    assert!(matches!(rig.kept(), Kept::Saved { .. }));
    rig.device = Ok(());
    rig.types("b");
    rig.pass(30_000);
    assert_eq!(rig.engine.status(rig.now.monotonic).device, OnDevice::Yes);
}

#[test]
fn a_note_that_is_gone_is_made_anew_by_who_asks_for_it() {
    let mut rig = Rig::of(3, "");
    rig.types("a");
    rig.pass(2_000);
    rig.answers(Err(Trouble::Refused(Error::NotFound)));
    rig.types("b");
    rig.pass(30_000);
    assert_eq!(rig.sent.len(), 1);
    assert!(matches!(rig.kept(), Kept::Refused { .. }));
    rig.tell(Event::Asked(SaveGoal::Keep));
    rig.pass(100);
    assert_eq!((rig.sent[1].edit.base, rig.sent[1].edit.body.as_str()), (0, "ab"));
}

#[test]
fn an_empty_new_note_is_not_made() {
    let mut rig = Rig::of(0, "");
    rig.held.fields.title = "  ".into();
    rig.changed();
    rig.pass(30_000);
    assert!(rig.sent.is_empty());
    rig.types("word");
    rig.pass(2_000);
    assert_eq!(rig.sent[0].edit.base, 0);
}

#[test]
fn what_was_under_way_at_a_crash_is_sent_again_with_its_key() {
    let mut rig = Rig::of(3, "");
    rig.types("a");
    rig.pass(2_000);
    rig.types("b");
    let draft = rig.engine.draft().clone();
    let opened = Base { version: 4, fields: Some(Fields { body: "a".into(), ..draft.fields.clone() }) };
    let key = rig.sent[0].key;
    rig.engine = Engine::new(NoteId::from_u128(1), opened, Some(draft), 9, 8);
    rig.tell(Event::Tick);
    rig.pass(1_000);
    assert_eq!((rig.sent[1].key, rig.sent[1].edit.body.as_str()), (key, "a"));
    rig.saves();
    rig.pass(2_000);
    assert_eq!((rig.sent[2].edit.base, rig.sent[2].edit.body.as_str()), (4, "ab"));
}

#[test]
fn another_tab_is_heard_and_its_text_taken_over_where_nothing_was_typed() {
    let mut rig = Rig::of(3, "one");
    rig.types(" two");
    rig.pass(2_000);
    rig.saves();
    let note = Note { version: 9, body: "one two three".into(), ..rig.stored() };
    rig.tell(Event::Current(Box::new(Ok(Some(note)))));
    assert_eq!(rig.held.fields.body, "one two three");
    assert_eq!(rig.engine.base_version(), 9);
    rig.pass(30_000);
    assert_eq!(rig.sent.len(), 1, "what came from the site need not go there");
}

#[test]
fn a_slug_is_not_meant_while_its_field_has_the_cursor() {
    let mut rig = Rig::of(3, "");
    rig.now.unfinished = Some(FieldName::Slug);
    rig.held.fields.slug = "tre".into();
    rig.changed();
    rig.pass(30_000);
    assert!(rig.sent.is_empty());
    assert_eq!(rig.engine.status(rig.now.monotonic).device, OnDevice::Yes);
    rig.now.unfinished = None;
    rig.tell(Event::Tick);
    rig.pass(100);
    assert_eq!(rig.sent[0].edit.slug, "tre");
}
