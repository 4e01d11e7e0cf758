//! To the site: after a pause, one save at a time, the same one again until it is answered.

use uuid::Uuid;

use super::adopt::{Adopted, adopt};
use super::{Clash, Effect, Engine, Fault, Moment, Standing};
use crate::Error;
use crate::editor::answer::{Reply, Trouble};
use crate::editor::draft::{Base, FieldName, Fields, Sending};
use crate::editor::status::Kept;
use crate::editor::wire::{Autosave, SaveGoal, SaveKey};
use crate::notes::{Note, SaveOutcome};

/// From the last key to a save, milliseconds.
const PAUSE: u64 = 1_000;
/// From the first key to a save, when there is no pause or an input method holds the text, milliseconds.
const STEADY: u64 = 12_000;
/// How long a save waits for the device to know of it, milliseconds.
const GATE: u64 = 400;
/// From a save that failed to the next try, milliseconds: doubled each time up to the last, then less a random part up to
/// half of it.
const AGAIN: [u64; 2] = [2_000, 30_000];
/// The longest patience that the site may ask for, seconds.
const PATIENCE: u32 = 600;

/// What is known of the way to the site, and what is under way on it.
#[derive(Clone, Debug)]
pub(super) struct Site {
    dice: u64,
    /// What the owner asked for by hand and is not sent yet.
    pub wanted: Option<SaveGoal>,
    /// A sentence about the last thing asked for by hand.
    pub notice: Option<String>,
    by_hand: bool,
    hurries: bool,
    under_way: Option<SaveKey>,
    /// The device's mark with the save in it, and when it is sent without.
    gate: (u64, u64),
    unsent_since: Option<u64>,
    typed_at: Option<u64>,
    failures: u32,
    again_at: u64,
    down: Option<Down>,
    /// What was refused as a whole, and why.
    refused: Option<(Fields, String)>,
    is_gone: bool,
    /// Runs of typing: all that wait, and those of them that are being sent.
    runs: (u32, u32),
    last: Kept,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Down {
    Offline { since: i64 },
    SignIn,
    Trouble { why: &'static str },
}

impl Site {
    pub fn new(seed: u64) -> Self {
        Self {
            dice: seed,
            wanted: None,
            notice: None,
            by_hand: false,
            hurries: false,
            under_way: None,
            gate: (0, 0),
            unsent_since: None,
            typed_at: None,
            failures: 0,
            again_at: 0,
            down: None,
            refused: None,
            is_gone: false,
            runs: (0, 0),
            last: Kept::AsOpened,
        }
    }

    /// There is something from an earlier life of the page.
    pub fn resume(&mut self) {
        self.runs.0 = 1;
        self.hurries = true;
    }

    pub fn typed(&mut self, before: Option<u64>, now: u64) {
        self.unsent_since.get_or_insert(now);
        self.typed_at = Some(now);
        let new_run = before.is_none_or(|before| now >= before + PAUSE) || self.runs.0 == self.runs.1;
        self.runs.0 += u32::from(new_run);
    }

    /// These are not sent as they are.
    pub fn refuse(&mut self, fields: Fields, why: &str) {
        self.refused = Some((fields, why.to_owned()));
    }

    /// Without a pause, this time.
    pub fn hurry(&mut self) {
        self.hurries = true;
    }

    /// Whatever the hurry was for, there is nothing to send.
    pub fn calm(&mut self) {
        self.hurries = false;
    }

    pub fn try_now(&mut self, now: u64) {
        self.again_at = self.again_at.min(now);
    }

    /// What is stored was chosen to be the text.
    pub fn settled(&mut self, at: i64) {
        self.last = Kept::Saved { at };
        self.hurry();
    }

    pub fn last_saved(&self) -> Kept {
        self.last.clone()
    }

    pub fn in_the_way(&self) -> Option<Kept> {
        let changes = self.runs.0.max(1);
        match (&self.down, &self.refused) {
            (Some(Down::Offline { since }), _) => Some(Kept::Offline { since: *since, changes }),
            (Some(Down::SignIn), _) => Some(Kept::SignIn { changes }),
            (Some(Down::Trouble { why }), _) => Some(Kept::Trouble { why: (*why).to_owned(), changes }),
            (None, Some((_, why))) => Some(Kept::Refused { why: why.clone() }),
            (None, None) => None,
        }
    }

    /// The way was found wanting, by whatever tried it.
    pub fn fails(&mut self, trouble: &Trouble, now: Moment) {
        let since = match self.down {
            Some(Down::Offline { since }) => since,
            _ => now.wall,
        };
        self.down = Some(match trouble {
            Trouble::Unreachable | Trouble::TimedOut => Down::Offline { since },
            Trouble::SignIn => Down::SignIn,
            Trouble::Portal => Down::Trouble { why: "this network answers in the site’s place: sign in to it first" },
            Trouble::Busy { .. } => Down::Trouble { why: "the site is busy" },
            Trouble::Refused(Error::Full) => Down::Trouble { why: "the site’s disk is full" },
            Trouble::Broken | Trouble::Refused(_) => Down::Trouble { why: "the site has a fault" },
        });
    }

    fn wait(&mut self, trouble: &Trouble, now: u64) {
        let longest = (AGAIN[0] << self.failures.min(8)).min(AGAIN[1]);
        let mut wait = longest - self.roll() % (longest / 2);
        if let Trouble::Busy { retry_after: Some(seconds) } = trouble {
            wait = wait.max(u64::from((*seconds).min(PATIENCE)) * 1_000 + self.roll() % 1_000);
        }
        self.failures += 1;
        self.again_at = now + wait;
    }

    fn works(&mut self) {
        self.failures = 0;
        self.again_at = 0;
        self.down = None;
        self.refused = None;
    }

    /// The form says what the note does.
    fn has(&mut self, note: &Note, at: i64) {
        let is_published = note.published.as_ref().is_some_and(|published| published.version == note.version);
        self.last = if is_published { Kept::Published { at } } else { Kept::Saved { at } };
    }

    /// splitmix64 (Steele, Lea, Flood 2014).
    fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.dice ^ (self.dice >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn key(&mut self) -> SaveKey {
        SaveKey(Uuid::from_u64_pair(self.roll(), self.roll()))
    }
}

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
        Some(due.max(site.again_at))
    }

    fn has_something_to_send(&self) -> bool {
        let fields = self.sendable();
        let is_blank = self.draft.base.version == 0 && fields.is_blank();
        let is_refused = self.site.refused.as_ref().is_some_and(|(refused, _)| *refused == fields);
        let is_wanted = self.site.wanted.is_some() || self.draft.base.fields.as_ref() != Some(&fields);
        is_wanted && !is_blank && !is_refused
    }

    /// The form without what the site will not take, and without what is not meant yet.
    fn sendable(&self) -> Fields {
        let mut fields = self.draft.fields.clone();
        if let Some(base) = &self.draft.base.fields {
            for field in self.faults.iter().map(|fault| fault.field).chain(self.unfinished) {
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
        self.site.wanted = Some(goal);
        self.site.again_at = now.monotonic;
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
        let Some(Sending { key, goal, base, fields }) = &self.draft.sending else { return };
        self.site.hurries = false;
        self.site.under_way = Some(*key);
        let save = Autosave { key: *key, id: self.note, goal: *goal, edit: fields.edit(*base) };
        out.push(Effect::Send(Box::new(save)));
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
        self.draft.sending = Some(Sending { key: self.site.key(), goal, base, fields });
        self.site.runs.1 = self.site.runs.0;
        self.site.gate = (self.device.touched(), now.monotonic + GATE);
    }

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
            Ok(SaveOutcome::Saved { note } | SaveOutcome::Merged { note }) => (note, Some(&sending.fields)),
            Ok(SaveOutcome::Conflict { stored, .. }) => {
                (stored, self.draft.base.fields.as_ref().filter(|_| self.draft.base.version == sending.base))
            }
            Err(Trouble::Refused(error)) if *error != Error::Full => {
                self.over();
                self.site.works();
                self.refused(sending.goal, sending.fields, error, out);
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
        self.site.works();
        match *reply {
            Ok(SaveOutcome::Conflict { stored, .. }) => self.apart(&stored, base, adopted, now, out),
            Ok(SaveOutcome::Saved { note } | SaveOutcome::Merged { note }) => {
                self.stored(&note, sending.goal, adopted, now, out);
            }
            Err(_) => {}
        }
    }

    /// The save is answered: the next one is another.
    fn over(&mut self) {
        self.draft.sending = None;
        self.device.touched();
        self.site.runs = (self.site.runs.0.saturating_sub(self.site.runs.1), 0);
    }

    fn stored(&mut self, note: &Note, goal: SaveGoal, adopted: Option<Adopted>, now: Moment, out: &mut Vec<Effect>) {
        let mut is_answered = std::mem::take(&mut self.site.by_hand);
        match adopted {
            Some(adopted) => {
                self.take(note, adopted, "Another change was merged into the text.", now, out);
                self.site.has(note, now.wall);
            }
            // What was typed since the save met what somebody else wrote. The site keeps both, as it does for any save
            // from the version that this one was made from.
            None => {
                out.push(Effect::Stored(Box::new(Standing::of(note))));
                self.site.hurry();
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
                self.site.hurry();
            }
            None => self.set_clash(Clash { base, stored: Fields::of(stored), version: stored.version }, out),
        }
    }

    fn refused(&mut self, goal: SaveGoal, fields: Fields, error: &Error, out: &mut Vec<Effect>) {
        let why = match error {
            Error::Invalid { reason, .. } => reason.clone(),
            other => other.to_string(),
        };
        self.site.by_hand = false;
        if goal == SaveGoal::Publish {
            let notice = format!("not published: {why}");
            out.push(Effect::Say(notice.clone()));
            self.site.notice = Some(notice);
            // The text alone may still be welcome.
            self.site.hurry();
            return;
        }
        out.push(Effect::Say(format!("Not saved: {why}")));
        let known = self.draft.base.fields.as_ref();
        match error.field().and_then(FieldName::named) {
            Some(field) if known.is_some_and(|known| known.get(field) != fields.get(field)) => {
                let value = fields.get(field).to_owned();
                self.faults.push(Fault { field, reason: why, value });
                self.site.hurry();
                out.push(Effect::Faults);
            }
            _ if *error == Error::NotFound => {
                self.site.is_gone = true;
                let why = "the note is gone from the site; Save makes it anew".to_owned();
                self.site.refused = Some((fields, why));
            }
            _ => self.site.refused = Some((fields, why)),
        }
    }

    pub(super) fn heard(&mut self, reply: Reply<Option<Note>>, now: Moment, out: &mut Vec<Effect>) {
        let note = match reply {
            Ok(note) => note,
            Err(Trouble::Refused(_)) => return,
            Err(trouble) => return self.site.fails(&trouble, now),
        };
        if self.site.down.take().is_some() {
            self.site.failures = 0;
            self.site.again_at = 0;
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
