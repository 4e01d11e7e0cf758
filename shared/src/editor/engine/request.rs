//! What goes to the site: after a pause, one save at a time, the same one again until it is answered.

use super::site::PAUSE;
use super::{Effect, Engine, Moment};
use crate::editor::draft::{Base, Fields, Sending};
use crate::editor::wire::{Autosave, SaveGoal};

/// From the first key to a save, when there is no pause or an input method holds the text, milliseconds.
const STEADY: u64 = 12_000;
/// How long a save waits for the device to know of it, milliseconds.
const GATE: u64 = 400;

impl Engine {
    /// When the next request goes out; `None` while one is under way, or if there is nothing to send.
    pub(super) fn send_at(&self) -> Option<u64> {
        let site = &self.site;
        if self.clash.is_some() || site.is_gone || site.under_way.is_some() || self.held_back.is_some() {
            return None;
        }
        let due = if self.draft.sending.is_some() {
            let (mark, at) = site.gate;
            if self.device.has(mark) || self.device.fault().is_some() || site.hurries { 0 } else { at }
        } else if !self.has_something_to_send() {
            return None;
        } else if site.wanted.is_some() || site.hurries {
            0
        } else {
            let steady = site.unsent_since.map_or(0, |since| since + STEADY);
            let pause = site.typed_at.map_or(0, |at| at + PAUSE);
            if self.is_composing { steady } else { pause.min(steady) }
        };
        Some(due.max(site.again_at).max(site.patience_until))
    }

    fn has_something_to_send(&self) -> bool {
        let fields = self.sendable();
        let is_blank = self.draft.base.version == 0 && fields.is_blank();
        let is_refused = self.site.refused.as_ref().is_some_and(|(refused, _)| *refused == fields);
        let is_wanted = self.site.wanted.is_some() || self.draft.base.fields.as_ref() != Some(&fields);
        is_wanted && !is_blank && !is_refused
    }

    /// The form without what the site will not take, and without what is not meant yet; who asks by hand means it all.
    pub(super) fn sendable(&self) -> Fields {
        let mut fields = self.draft.fields.clone();
        if let Some(base) = &self.draft.base.fields {
            let unfinished = self.unfinished.filter(|_| self.site.wanted.is_none());
            for field in self.faults.iter().map(|fault| fault.field).chain(unfinished) {
                base.get(field).clone_into(fields.get_mut(field));
            }
        }
        fields
    }

    pub(super) fn is_stuck(&self) -> bool {
        self.draft.sending.is_none() && !self.has_something_to_send()
    }

    pub(super) fn asked(&mut self, goal: SaveGoal, now: Moment, out: &mut Vec<Effect>) {
        if self.clash.is_some() {
            out.push(Effect::Say("Choose between the two texts first.".to_owned()));
            return;
        }
        if self.site.is_gone {
            self.site.is_gone = false;
            self.draft.base = Base::default();
        }
        self.site.refused = None;
        self.site.notice = None;
        if !self.faults.is_empty() {
            self.faults.clear();
            out.push(Effect::Faults);
        }
        // Who asked for a publishing and then for a save wants both, and one does both.
        let publishes = goal == SaveGoal::Publish || self.site.wanted == Some(SaveGoal::Publish);
        self.site.wanted = Some(if publishes { SaveGoal::Publish } else { goal });
        self.site.again_at = now.monotonic;
        self.site.patience_until = 0;
        if self.draft.sending.is_none() && !self.has_something_to_send() {
            self.site.wanted = None;
            out.push(Effect::Say("There is nothing to save yet.".to_owned()));
        }
    }

    pub(super) fn send(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let is_due = |at: Option<u64>| at.is_some_and(|at| at <= now.monotonic);
        if is_due(self.send_at()) && self.draft.sending.is_none() {
            self.begin(now, out);
        }
        if !is_due(self.send_at()) {
            return;
        }
        let Some(Sending { key, goal, base, fields, unless }) = &self.draft.sending else { return };
        self.site.hurries = false;
        self.site.under_way = Some(*key);
        let save = Autosave { key: *key, id: self.note, goal: *goal, unless: *unless, edit: fields.edit(*base) };
        out.push(Effect::Send(Box::new(save)));
    }

    /// What an earlier life of the page left goes first, before anything is added to it. That life may have sent its next
    /// save, with this text or a little more, when it ended.
    pub(super) fn repeat(&mut self) {
        let Some(unless) = self.draft.next.filter(|_| self.draft.sending.is_none()) else { return };
        let (fields, base) = (self.draft.fields.clone(), self.draft.base.version);
        if self.has_something_to_send() && fields.edit(base).check().is_ok() {
            let (key, goal) = (self.site.key(), SaveGoal::Keep);
            self.draft.sending = Some(Sending { key, goal, base, fields, unless: Some(unless) });
            self.site.sends_all();
        }
    }

    /// What stands in the form when its owner chooses between it and `stored`: it goes to the site as a version before the
    /// chosen text does, since only what was sent when the two met is there already.
    pub(super) fn set_aside(&mut self, stored: &Fields, now: Moment) {
        // Also a text that the site will not take: then it stays in the form, below the chosen one.
        let fields = Fields { body: self.draft.fields.body.clone(), ..self.sendable() };
        if fields == *stored {
            return;
        }
        let (key, base) = (self.site.key(), self.draft.base.version);
        self.draft.sending = Some(Sending { key, goal: SaveGoal::Aside, base, fields, unless: None });
        self.site.gate = (self.device.touched(), now.monotonic + GATE);
    }

    fn begin(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let fields = self.sendable();
        self.site.by_hand = self.site.wanted.is_some();
        let goal = self.site.wanted.take().unwrap_or_default();
        let base = self.draft.base.version;
        if let Err(error) = fields.edit(base).check() {
            self.refused(goal, fields, &error, out);
            return;
        }
        let fresh = self.site.key();
        let key = self.draft.next.replace(fresh).unwrap_or_else(|| self.site.key());
        self.draft.sending = Some(Sending { key, goal, base, fields, unless: None });
        self.site.sends_all();
        self.site.gate = (self.device.touched(), now.monotonic + GATE);
    }
}

#[cfg(test)]
mod tests {
    use super::super::rig::Rig;
    use super::super::{Event, Trouble};
    use super::*;
    use crate::editor::draft::FieldName;
    use crate::editor::status::{Kept, OnDevice};
    use crate::ids::NoteId;
    use crate::notes::{Note, SaveOutcome};

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
    fn patience_that_is_asked_for_is_had_unless_the_owner_asks() {
        let mut rig = Rig::of(3, "");
        rig.types("a");
        rig.pass(2_000);
        rig.answers(Err(Trouble::Busy { retry_after: Some(40) }));
        rig.tell(Event::Online);
        rig.tell(Event::Current(Box::new(Ok(None))));
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
    fn a_publishing_that_waits_is_not_forgotten_over_a_save() {
        let mut rig = Rig::of(3, "");
        rig.types("a");
        rig.pass(2_000);
        rig.tell(Event::Asked(SaveGoal::Publish));
        rig.tell(Event::Asked(SaveGoal::Keep));
        rig.saves();
        rig.pass(100);
        assert_eq!(rig.sent[1].goal, SaveGoal::Publish);
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
    fn what_a_page_sent_as_it_went_is_no_other_writers() {
        let mut rig = Rig::of(3, "");
        rig.types("a");
        rig.pass(100);
        // All that the device had time for.
        let left = rig.engine.draft().clone();
        let opened = left.base.clone();
        rig.types("b");
        rig.tell(Event::Leaving);
        rig.engine = Engine::new(NoteId::from_u128(1), opened, Some(left), 9, 8);
        rig.held.fields = rig.engine.draft().fields.clone();
        rig.types("!");
        let [parting, first] = &rig.sent[..] else { panic!("{:?}", rig.sent) };
        assert_eq!((first.unless, first.edit.body.as_str()), (Some(parting.key), "a"), "before anything is added");
        let note = Note { body: "ab".into(), ..rig.stored() };
        rig.answers(Ok(SaveOutcome::Saved { note }));
        rig.pass(2_000);
        let last = rig.sent.last().expect("a save");
        assert_eq!((last.unless, rig.kept()), (None, Kept::OnDevice));
        assert!(last.key != rig.sent[0].key && last.key != rig.sent[1].key);
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

    #[test]
    fn who_asks_by_hand_means_the_field_with_the_cursor_too() {
        let mut rig = Rig::of(3, "");
        rig.now.unfinished = Some(FieldName::Slug);
        rig.held.fields.slug = "trees".into();
        rig.changed();
        rig.tell(Event::Asked(SaveGoal::Keep));
        rig.pass(100);
        assert_eq!(rig.sent[0].edit.slug, "trees");
        rig.saves();
        assert_eq!(rig.kept(), Kept::Saved { at: rig.now.wall });
    }
}
