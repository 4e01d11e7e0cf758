//! When what goes where: to the device at once, to the site after a pause; what an answer means, and what becomes of the
//! text when somebody else wrote too. A machine without clock or I/O: events go in, effects come out, and the same events
//! at the same moments have the same effects.

mod adopt;
mod backoff;
mod clash;
mod device;
mod dice;
mod refusal;
mod request;
mod response;
mod site;

use super::answer::{Reply, Trouble};
use super::draft::{Attachment, Base, Draft, FieldName, Fields};
use super::journal::Record;
use super::status::{Kept, OnDevice, Status};
use super::typing::Selection;
use super::wire::{Autosave, SaveGoal, SaveKey};
use crate::ids::NoteId;
use crate::notes::{Note, SaveOutcome};
pub(super) use adopt::means_the_same;
pub use clash::{Clash, Question};
use device::Device;
use site::Site;

/// A key pressed longer ago than this is typing no more, milliseconds.
const TYPING: u64 = 400;
/// A write of the device that takes longer is said, milliseconds.
const SLOW: u64 = 1_000;

/// What the clocks say, and what the owner is in the middle of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds from anywhere, never going back: for waiting.
    pub monotonic: u64,
    /// Unix time in milliseconds: for words. It may jump.
    pub wall: i64,
    /// An input method is at work: the text must not be touched, and what stands there is not meant yet.
    pub is_composing: bool,
    /// A field other than the text in which the cursor stands: what it holds is not meant yet.
    pub unfinished: Option<FieldName>,
}

/// What happens to a note that is written.
#[derive(Clone, Debug)]
pub enum Event {
    /// The form holds this now.
    Changed(Box<Held>),
    /// The device has answered the write of that `seq`, if with an error, then this.
    Written {
        /// [`Record::seq`].
        seq: u64,
        /// The device's words.
        result: Result<(), String>,
    },
    /// The site has answered a save, or the way to it has failed.
    Answered {
        /// Of the save.
        key: SaveKey,
        /// What came.
        reply: Box<Reply<SaveOutcome>>,
    },
    /// The site has said what it has; `None` if that is [`Engine::base_version`].
    Current(Box<Reply<Option<Note>>>),
    /// The owner asks for it now.
    Asked(SaveGoal),
    /// The owner has made one text of the two of a [`Clash`].
    Chosen(Box<Fields>),
    /// The browser believes that there is a network again.
    Online,
    /// The browser knows that there is none.
    Offline,
    /// The page may be gone in a moment.
    Leaving,
    /// Time has passed: [`Engine::wake_at`].
    Tick,
}

/// What the form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// As they stand there.
    pub fields: Fields,
    /// In the text.
    pub selection: Selection,
    /// Files in the text that wait to be sent.
    pub attachments: Vec<Attachment>,
}

/// What is to be done now, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Write on the device; answered by [`Event::Written`]. There is never more than one of these under way.
    Keep(Record),
    /// Send; answered by [`Event::Answered`]. There is never more than one of these under way.
    Send(Box<Autosave>),
    /// Put these into the form, the cursor staying beside the letters where it is.
    Show(Box<Fields>),
    /// [`Engine::clash`] has changed.
    Clash,
    /// The site has the note like this; from the first one on it has an address.
    Stored(Box<Standing>),
    /// [`Engine::faults`] have changed.
    Faults,
    /// Tell a screen reader.
    Say(String),
}

/// A note on the site, less its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// [`Note::version`].
    pub version: u64,
    /// As the site has it.
    pub title: String,
    /// Under `/notes/`.
    pub slug: String,
    /// Readers see a text of it.
    pub is_published: bool,
}

impl Standing {
    /// What decides where it can be seen.
    pub fn ways(&self) -> (&str, bool) {
        (&self.slug, self.is_published)
    }

    fn of(note: &Note) -> Self {
        let Note { version, title, slug, published, .. } = note;
        Self { version: *version, title: title.clone(), slug: slug.clone(), is_published: published.is_some() }
    }
}

/// A field that the site will not take as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which.
    pub field: FieldName,
    /// Why, for the person who typed it.
    pub reason: String,
    /// What stood there.
    value: String,
}

/// Keeps one note that is written in one tab.
#[derive(Clone, Debug)]
pub struct Engine {
    note: NoteId,
    draft: Draft,
    device: Device,
    site: Site,
    clash: Option<Clash>,
    faults: Vec<Fault>,
    typed_at: Option<u64>,
    is_composing: bool,
    unfinished: Option<FieldName>,
    is_trashed: bool,
    /// An answer that would change the text, kept until the input method is done.
    held_back: Option<(SaveKey, Box<Reply<SaveOutcome>>)>,
}

impl Engine {
    /// For a form that was filled from `opened`, or that is to be filled with [`Self::draft`]: with what an earlier page
    /// left on the device. `next` is the `seq` with which the log goes on; `seed` makes the waits of this page other than
    /// those of the next.
    pub fn new(note: NoteId, opened: Base, left: Option<Draft>, next: u64, seed: u64) -> Self {
        let has_arrived = |draft: &Draft| {
            // The site has the text, and what the page came with is what the site has now.
            let unchanged = draft.sending.is_none() && draft.base.fields.as_ref() == Some(&draft.fields);
            let keeps = draft.sending.as_ref().is_none_or(|sending| sending.goal == SaveGoal::Keep);
            let same = opened.version > 0 && opened.fields.as_ref() == Some(&draft.fields) && keeps;
            (same || unchanged) && opened.version >= draft.base.version
        };
        let mut draft = left.unwrap_or_else(|| {
            let fields = opened.fields.clone().unwrap_or_default();
            Draft { fields, base: opened.clone(), ..Draft::default() }
        });
        if has_arrived(&draft) {
            draft.fields = opened.fields.clone().unwrap_or(draft.fields);
            draft.base = opened;
            draft.sending = None;
        }
        let mut engine = Self {
            note,
            draft,
            device: Device::new(next),
            site: Site::new(seed),
            clash: None,
            faults: Vec::new(),
            typed_at: None,
            is_composing: false,
            unfinished: None,
            is_trashed: false,
            held_back: None,
        };
        if engine.has_unsent_text() {
            engine.device.changed();
            engine.site.resume();
            engine.repeat();
        }
        // Never the one of an earlier life, which may be used up.
        engine.draft.next = Some(engine.site.key());
        engine
    }

    /// For a form that came back refused, or with both sides of a conflict in its text: it is kept on the device, and sent
    /// when its owner has changed it or asks for that.
    pub fn wait_for_owner(&mut self, held: Held, why: &str) {
        self.site.refused = Some((held.fields.clone(), why.to_owned()));
        self.draft.fields = held.fields;
        self.draft.selection = held.selection;
        self.device.changed();
    }

    /// What would have to be typed again if it were lost.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The version of the site's note that the text was made from, 0 before there is one.
    pub fn base_version(&self) -> u64 {
        self.draft.base.version
    }

    /// What is to be chosen from, while there is something. Until then nothing is sent; the device goes on.
    pub fn clash(&self) -> Option<&Clash> {
        self.clash.as_ref()
    }

    /// The fields that the site will not take. All others are saved without them.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// One thing has happened; what is to be done about it.
    pub fn handle(&mut self, event: Event, now: Moment) -> Vec<Effect> {
        let mut out = Vec::new();
        (self.is_composing, self.unfinished) = (now.is_composing, now.unfinished);
        match event {
            Event::Changed(held) => self.changed(*held, now, &mut out),
            Event::Written { seq, result } => self.device.written(seq, result, now.monotonic),
            Event::Answered { key, reply } => self.answered(key, reply, now, &mut out),
            Event::Current(reply) => self.heard(*reply, now, &mut out),
            Event::Asked(goal) => self.asked(goal, now, &mut out),
            Event::Chosen(fields) => self.chosen(*fields, now, &mut out),
            Event::Online => self.site.try_now(now.monotonic),
            Event::Offline => self.site.fails(&Trouble::Unreachable, now),
            Event::Leaving => {
                self.device.hurry();
                self.site.hurries = true;
            }
            Event::Tick => {}
        }
        // After what the form holds by now, which the answer is brought into.
        if !now.is_composing
            && let Some((key, reply)) = self.held_back.take()
        {
            self.answered(key, reply, now, &mut out);
        }
        self.work(now, &mut out);
        out
    }

    /// Both ways: first to the device, also what sending adds to the draft.
    fn work(&mut self, now: Moment, out: &mut Vec<Effect>) {
        out.extend(self.device.write(&self.draft, now).map(Effect::Keep));
        self.send(now, out);
        out.extend(self.device.write(&self.draft, now).map(Effect::Keep));
        if self.is_stuck() {
            // Whatever the hurry was for, there is nothing to send.
            self.site.hurries = false;
        }
    }

    /// When [`Event::Tick`] is wanted; `None` if only something else can change anything.
    pub fn wake_at(&self, now: u64) -> Option<u64> {
        let typing = self.typed_at.map(|at| at + TYPING).filter(|at| *at > now);
        let slow = self.typed_at.map(|at| at + SLOW).filter(|at| *at > now && !self.device.has_all());
        let times = [self.device.write_at(), self.send_at(), typing, slow];
        times.into_iter().flatten().map(|at| at.max(now + 1)).min()
    }

    /// Where the text is.
    pub fn status(&self, now: u64) -> Status {
        let device = match self.device.fault() {
            Some(why) => OnDevice::No(why.to_owned()),
            None if self.device.has_all() => OnDevice::Yes,
            None => OnDevice::NotYet,
        };
        Status {
            kept: self.kept(&device, now),
            device,
            notice: self.site.notice.clone(),
            waiting: self.draft.attachments.len(),
            is_trashed: self.is_trashed,
            is_outdated: false,
        }
    }

    fn kept(&self, device: &OnDevice, now: u64) -> Kept {
        if self.clash.is_some() {
            return Kept::Apart;
        }
        if !self.has_unsent_text() {
            return self.site.last_saved();
        }
        let within = |limit: u64| self.typed_at.is_some_and(|at| now < at + limit);
        if within(TYPING) || (*device == OnDevice::NotYet && within(SLOW)) {
            return Kept::Typing;
        }
        match (self.site.in_the_way(), self.faults.first()) {
            (Some(kept), _) => kept,
            (None, Some(fault)) if self.is_stuck() => Kept::Refused { why: fault.reason.clone() },
            _ => Kept::OnDevice,
        }
    }

    fn has_unsent_text(&self) -> bool {
        self.draft.sending.is_some()
            || self.site.wanted.is_some()
            || self.draft.base.fields.as_ref() != Some(&self.draft.fields)
    }

    fn changed(&mut self, held: Held, now: Moment, out: &mut Vec<Effect>) {
        let Held { fields, selection, attachments } = held;
        self.draft.selection = selection;
        if fields == self.draft.fields && attachments == self.draft.attachments {
            self.device.touched();
            return;
        }
        self.draft.fields = fields;
        self.draft.attachments = attachments;
        self.device.changed();
        self.site.typed(self.typed_at, now.monotonic);
        self.typed_at = Some(now.monotonic);
        let before = self.faults.len();
        self.faults.retain(|fault| self.draft.fields.get(fault.field) == fault.value);
        if self.faults.len() != before {
            out.push(Effect::Faults);
        }
    }

    fn chosen(&mut self, fields: Fields, now: Moment, out: &mut Vec<Effect>) {
        let Some(clash) = self.clash.take() else { return };
        self.set_aside(&clash.stored, now);
        self.draft.base = Base { version: clash.version, fields: Some(clash.stored) };
        self.show(fields, out);
        self.site.settled(now.wall);
        out.push(Effect::Clash);
    }

    /// Other words than the owner's own: they count as kept where the owner's do.
    fn show(&mut self, fields: Fields, out: &mut Vec<Effect>) {
        if fields != self.draft.fields {
            self.draft.fields = fields;
            out.push(Effect::Show(Box::new(self.draft.fields.clone())));
        }
        self.device.changed();
    }

    fn set_clash(&mut self, clash: Clash, out: &mut Vec<Effect>) {
        let news = self.clash.as_ref() != Some(&clash);
        let first = self.clash.replace(clash).is_none();
        if news {
            out.push(Effect::Clash);
        }
        if first {
            out.push(Effect::Say("This note was changed elsewhere in the same place. Choose below.".to_owned()));
        }
    }
}

#[cfg(test)]
mod rig;
#[cfg(test)]
mod simulation;
