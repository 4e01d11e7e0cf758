//! What comes from the site: a save is answered or refused, or somebody else has written.

use super::adopt::{Adopted, adopt};
use super::{Clash, Effect, Engine, Moment, Standing};
use crate::Error;
use crate::editor::answer::{Reply, Trouble};
use crate::editor::draft::{Base, Fields};
use crate::editor::wire::{SaveGoal, SaveKey};
use crate::notes::{Note, SaveOutcome};

impl Engine {
    pub(super) fn answered(
        &mut self,
        key: SaveKey,
        reply: Box<Reply<SaveOutcome>>,
        now: Moment,
        out: &mut Vec<Effect>,
    ) {
        if self.site.under_way == Some(key) {
            self.site.under_way = None;
        }
        // Answered already, or of an earlier life.
        let Some(sending) = self.draft.sending.clone().filter(|sending| sending.key == key) else { return };
        let (theirs, base) = match reply.as_ref() {
            // The form is made of what it was chosen from, and not of what was set aside.
            Ok(SaveOutcome::Saved { note } | SaveOutcome::Merged { note }) if sending.goal == SaveGoal::Aside => {
                (note, self.draft.base.fields.as_ref())
            }
            Ok(SaveOutcome::Saved { note } | SaveOutcome::Merged { note }) => (note, Some(&sending.fields)),
            Ok(SaveOutcome::Conflict { stored, .. }) => {
                (stored, self.draft.base.fields.as_ref().filter(|_| self.draft.base.version == sending.base))
            }
            Err(Trouble::Refused(error)) if *error != Error::Full => {
                if sending.goal != SaveGoal::Aside {
                    self.over();
                    self.refused(sending.goal, sending.fields, error, out);
                } else if now.is_composing {
                    self.held_back = Some((key, reply));
                } else {
                    self.kept_in_the_text(&sending.fields, out);
                }
                return;
            }
            Err(trouble) => {
                self.site.fails(trouble, now);
                self.site.wait(trouble, now.monotonic);
                return;
            }
        };
        let adopted = base.and_then(|base| adopt(base, &Fields::of(theirs), &self.draft.fields));
        if now.is_composing && adopted.as_ref().is_some_and(|adopted| adopted.fields != self.draft.fields) {
            self.held_back = Some((key, reply));
            return;
        }
        let base = base.cloned();
        self.over();
        match *reply {
            Ok(SaveOutcome::Conflict { stored, .. }) => self.apart(&stored, base, adopted, now, out),
            Ok(SaveOutcome::Saved { note } | SaveOutcome::Merged { note }) => {
                self.stored(&note, sending.goal, base, adopted, now, out);
            }
            Err(_) => {}
        }
    }

    /// What the site will not keep beside the text goes where its owner has it: under the text.
    fn kept_in_the_text(&mut self, aside: &Fields, out: &mut Vec<Effect>) {
        self.over();
        self.show(aside.beside(&self.draft.fields), out);
        self.site.hurries = true;
        out.push(Effect::Say(
            "The text that was not chosen could not be kept as a version. It stands under the other.".to_owned(),
        ));
    }

    /// The save is answered: the next one is another.
    fn over(&mut self) {
        self.draft.sending = None;
        self.device.touched();
        self.site.sent();
        self.site.works();
        self.site.patience_until = 0;
        self.site.refused = None;
    }

    fn stored(
        &mut self,
        note: &Note,
        goal: SaveGoal,
        base: Option<Fields>,
        adopted: Option<Adopted>,
        now: Moment,
        out: &mut Vec<Effect>,
    ) {
        let mut is_answered = std::mem::take(&mut self.site.by_hand);
        match adopted {
            Some(adopted) => {
                self.take(note, adopted, "Another change was merged into the text.", now, out);
                self.site.has(note, now.wall);
            }
            // What the site will not take met what somebody else wrote: no save can bring them together.
            None if base.as_ref() == Some(&self.sendable()) => {
                self.set_clash(Clash { base, stored: Fields::of(note), version: note.version }, out);
            }
            // What was typed since the save met what somebody else wrote. The site keeps both, as it does for any save
            // from the version that this one was made from.
            None => {
                out.push(Effect::Stored(Box::new(Standing::of(note))));
                self.site.hurries = true;
            }
        }
        if self.site.wanted == Some(SaveGoal::Keep) && self.draft.base.fields.as_ref() == Some(&self.draft.fields) {
            self.site.wanted = None;
            is_answered = true;
        }
        if goal == SaveGoal::Publish {
            self.site.notice = None;
        }
        if is_answered {
            let words = if goal == SaveGoal::Publish { "Published." } else { "Saved." };
            out.push(Effect::Say(words.to_owned()));
        }
    }

    /// What the site has and the form are brought together already.
    fn take(&mut self, note: &Note, adopted: Adopted, words: &str, now: Moment, out: &mut Vec<Effect>) {
        self.is_trashed = note.trashed.is_some();
        self.site.has(note, note.updated.as_millisecond());
        self.draft.base = Base { version: note.version, fields: Some(adopted.base) };
        if adopted.fields != self.draft.fields {
            self.show(adopted.fields, out);
            out.push(Effect::Say(words.to_owned()));
        }
        self.device.touched();
        out.push(Effect::Stored(Box::new(Standing::of(note))));
        let is_all = self.draft.base.fields.as_ref() == Some(&self.draft.fields);
        self.site.unsent_since = (!is_all).then_some(now.monotonic);
    }

    fn apart(
        &mut self,
        stored: &Note,
        base: Option<Fields>,
        adopted: Option<Adopted>,
        now: Moment,
        out: &mut Vec<Effect>,
    ) {
        match adopted {
            // The site no longer has the text that both were made from; the device does.
            Some(adopted) => {
                self.take(stored, adopted, "Another change was merged into the text.", now, out);
                self.site.hurries = true;
            }
            None => self.set_clash(Clash { base, stored: Fields::of(stored), version: stored.version }, out),
        }
    }

    pub(super) fn heard(&mut self, reply: Reply<Option<Note>>, now: Moment, out: &mut Vec<Effect>) {
        let note = match reply {
            Ok(note) => note,
            Err(Trouble::Refused(_)) => return,
            Err(trouble) => return self.site.fails(&trouble, now),
        };
        if self.site.is_down() {
            self.site.works();
        }
        let Some(note) = note.filter(|note| note.version > self.draft.base.version) else { return };
        if let Some(clash) = self.clash.clone() {
            if note.version > clash.version {
                let clash = Clash { stored: Fields::of(&note), version: note.version, ..clash };
                self.set_clash(clash, out);
            }
            return;
        }
        // A save brings the two together; if one is under way, it does.
        let Some(base) = self.draft.base.fields.as_ref().filter(|_| self.draft.sending.is_none()) else { return };
        if *base != self.draft.fields || now.is_composing {
            self.site.unsent_since.get_or_insert(now.monotonic);
            return;
        }
        if let Some(adopted) = adopt(base, &Fields::of(&note), &self.draft.fields) {
            self.take(&note, adopted, "The text was changed elsewhere; here is how it is now.", now, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::super::rig::Rig;
    use super::*;
    use crate::editor::status::{Kept, OnDevice};

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
        let aside = &rig.sent[1];
        assert_eq!((aside.goal, aside.edit.body.as_str()), (SaveGoal::Aside, "oak one more"), "first what was there");
        rig.answers(Ok(SaveOutcome::Saved { note: Note { version: 8, body: "oak two".into(), ..rig.stored() } }));
        rig.pass(100);
        assert_eq!((rig.sent[2].goal, rig.sent[2].edit.base), (SaveGoal::Keep, 8));
        assert_eq!(rig.sent[2].edit.body, "oak two one more");
    }

    #[test]
    fn what_was_not_chosen_and_is_not_kept_beside_the_text_stands_in_it() {
        let mut rig = Rig::of(3, "oak");
        rig.types(" one");
        rig.pass(2_000);
        let stored = Note { version: 6, body: "oak two".into(), ..rig.stored() };
        let mine = rig.sent[0].edit.clone();
        rig.answers(Ok(SaveOutcome::Conflict { stored: stored.clone(), mine, marked: String::new() }));
        rig.types(" more");
        rig.tell(Event::Chosen(Box::new(Fields::of(&stored))));
        assert_eq!(rig.held.fields.body, "oak two");
        let left = rig.engine.draft().clone();
        rig.answers(Err(Trouble::Refused(Error::invalid("title", "It is too long."))));
        assert_eq!(rig.held.fields.body, "oak two\n\noak one more");
        // Nor is it forgotten where the page is gone before the site has answered.
        let opened = Base { version: 6, fields: Some(Fields::of(&stored)) };
        let engine = Engine::new(stored.id, opened, Some(left), 9, 8);
        assert_eq!(engine.draft().sending.as_ref().map(|sending| sending.goal), Some(SaveGoal::Aside));
    }

    #[test]
    fn what_the_site_will_not_take_is_asked_about_when_somebody_else_wrote() {
        let mut rig = Rig::of(3, "oak");
        rig.types(" one");
        rig.held.fields.tags = "trees".into();
        rig.changed();
        rig.pass(2_000);
        rig.answers(Err(Trouble::Refused(Error::invalid("body", "Its front matter does not parse."))));
        rig.pass(2_000);
        assert_eq!((rig.sent[1].edit.body.as_str(), &rig.sent[1].edit.tags[..]), ("oak", &["trees".to_owned()][..]));
        rig.answers(Ok(SaveOutcome::Merged { note: Note { version: 6, body: "oak two".into(), ..rig.stored() } }));
        rig.pass(60_000);
        assert_eq!((rig.kept(), rig.sent.len()), (Kept::Apart, 2), "asked, and not sent for ever");
        rig.tell(Event::Chosen(Box::new(Fields { body: "oak two".into(), ..rig.held.fields.clone() })));
        rig.pass(100);
        let aside = &rig.sent[2];
        assert_eq!((aside.goal, aside.edit.body.as_str()), (SaveGoal::Aside, "oak one"), "all that was typed");
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
}
