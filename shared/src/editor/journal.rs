//! The log of a note and a tab, as the device keeps it: each record is what changed since the one before, now and then one
//! holds everything, and older ones then go. Each is checked, so that a log that was torn by a crash is read up to there.

mod patch;

use serde::{Deserialize, Serialize};

use super::draft::{Attachment, Base, Draft, Fields, Sending};
use super::typing::Selection;
use super::wire::{SaveGoal, SaveKey};
use crate::ids::{NoteId, TabId};
use patch::Patch;

/// Names a log. One tab writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LogId {
    /// What is written.
    pub note: NoteId,
    /// Where.
    pub tab: TabId,
}

/// What the device has to do, in one transaction: put `text` under (log, `seq`), and forget what stands before `keep_from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Counts up by one in a log.
    pub seq: u64,
    /// Opaque to the device; [`replay`] reads it.
    pub text: String,
    /// Records of this log with a smaller `seq` are needed no more.
    pub keep_from: u64,
    /// The record that this one is a change of: where the device does not have it any more, somebody has cleared the log,
    /// and this one is worth nothing. `None` where it holds everything.
    pub follows: Option<u64>,
}

/// What a log comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// As it was when the last readable record was written.
    pub draft: Draft,
    /// When that was: Unix time in milliseconds, as the device's clock had it.
    pub at: i64,
    /// The `seq` with which the log may go on.
    pub next: u64,
}

/// A record, decoded.
#[derive(Serialize, Deserialize)]
struct Entry {
    seq: u64,
    at: i64,
    /// Checksum of the draft that this makes.
    after: u64,
    #[serde(flatten)]
    step: Step,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Whole(Box<Whole>),
    Change(Box<Change>),
}

/// A draft on its own.
#[derive(Serialize, Deserialize)]
struct Whole {
    fields: Fields,
    selection: Selection,
    base: BasePart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sending: Option<SendingPart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<SaveKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
}

/// What is other than in the draft before.
#[derive(Serialize, Deserialize)]
struct Change {
    #[serde(default, skip_serializing_if = "Patch::is_empty")]
    fields: Patch,
    selection: Selection,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base: Option<BasePart>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sending: Option<SendingChange>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<SaveKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attachments: Option<Vec<Attachment>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SendingChange {
    Over,
    Now(SendingPart),
}

/// Against the draft's own fields, from which it differs little.
#[derive(Serialize, Deserialize)]
struct BasePart {
    version: u64,
    fields: Option<Patch>,
}

impl BasePart {
    fn of(base: &Base, fields: &Fields) -> Self {
        Self { version: base.version, fields: base.fields.as_ref().map(|base| Patch::between(fields, base)) }
    }

    fn read(self, fields: &Fields) -> Option<Base> {
        let known = match self.fields {
            Some(patch) => Some(patch.apply(fields)?),
            None => None,
        };
        Some(Base { version: self.version, fields: known })
    }
}

/// As [`BasePart`].
#[derive(Serialize, Deserialize)]
struct SendingPart {
    key: SaveKey,
    goal: SaveGoal,
    base: u64,
    fields: Patch,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unless: Option<SaveKey>,
}

impl SendingPart {
    fn of(sending: &Sending, fields: &Fields) -> Self {
        let Sending { key, goal, base, fields: sent, unless } = sending;
        Self { key: *key, goal: *goal, base: *base, fields: Patch::between(fields, sent), unless: *unless }
    }

    fn read(self, fields: &Fields) -> Option<Sending> {
        let Self { key, goal, base, fields: patch, unless } = self;
        Some(Sending { key, goal, base, fields: patch.apply(fields)?, unless })
    }
}

impl Whole {
    fn of(draft: &Draft) -> Self {
        Self {
            fields: draft.fields.clone(),
            selection: draft.selection,
            base: BasePart::of(&draft.base, &draft.fields),
            sending: draft.sending.as_ref().map(|sending| SendingPart::of(sending, &draft.fields)),
            next: draft.next,
            attachments: draft.attachments.clone(),
        }
    }

    fn read(self) -> Option<Draft> {
        let base = self.base.read(&self.fields)?;
        let sending = match self.sending {
            Some(sending) => Some(sending.read(&self.fields)?),
            None => None,
        };
        let Self { fields, selection, next, attachments, .. } = self;
        Some(Draft { fields, selection, base, sending, next, attachments })
    }
}

impl Change {
    fn between(old: &Draft, new: &Draft) -> Self {
        let sending = (old.sending != new.sending).then(|| match &new.sending {
            Some(sending) => SendingChange::Now(SendingPart::of(sending, &new.fields)),
            None => SendingChange::Over,
        });
        Self {
            fields: Patch::between(&old.fields, &new.fields),
            selection: new.selection,
            base: (old.base != new.base).then(|| BasePart::of(&new.base, &new.fields)),
            sending,
            next: new.next.filter(|_| old.next != new.next),
            attachments: (old.attachments != new.attachments).then(|| new.attachments.clone()),
        }
    }

    fn apply(self, old: Draft) -> Option<Draft> {
        let fields = self.fields.apply(&old.fields)?;
        let base = match self.base {
            Some(base) => base.read(&fields)?,
            None => old.base,
        };
        let sending = match self.sending {
            Some(SendingChange::Now(sending)) => Some(sending.read(&fields)?),
            Some(SendingChange::Over) => None,
            None => old.sending,
        };
        let attachments = self.attachments.unwrap_or(old.attachments);
        let next = self.next.or(old.next);
        Some(Draft { fields, selection: self.selection, base, sending, next, attachments })
    }
}

/// Writes a log.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// What the last record made; `None` before the first one.
    last: Option<Draft>,
    next: u64,
    /// Where the last two records begin that hold everything. The one before the last is kept, should the last be torn.
    wholes: [u64; 2],
    /// Of records since the last that holds everything, and of that one.
    bytes: (usize, usize),
}

/// A log holds at most this many bytes of changes before everything is written again, or as many as everything has.
const CHANGES: usize = 32 * 1024;

impl Journal {
    /// A log whose first record will be `next`: 0, or [`Replayed::next`].
    pub fn new(next: u64) -> Self {
        Self { next, ..Self::default() }
    }

    /// What is to be kept so that the log comes to `draft`; `None` if it does already. `at` is Unix time in milliseconds.
    pub fn record(&mut self, draft: &Draft, at: i64) -> Option<Record> {
        let step = match &self.last {
            Some(last) if last == draft => return None,
            Some(last) if self.bytes.0 <= CHANGES.max(self.bytes.1) => {
                Step::Change(Box::new(Change::between(last, draft)))
            }
            _ => Step::Whole(Box::new(Whole::of(draft))),
        };
        Some(self.write(step, draft, at))
    }

    /// Writes everything anew: after a record that the device did not take, those that follow would hang in the air.
    pub fn start_over(&mut self) {
        self.last = None;
        // The one that failed may have been such.
        self.wholes[1] = self.wholes[0];
    }

    fn write(&mut self, step: Step, draft: &Draft, at: i64) -> Record {
        let seq = self.next;
        self.next += 1;
        let is_whole = matches!(step, Step::Whole(_));
        let text = encode(&Entry { seq, at, after: checksum(draft), step });
        if is_whole {
            self.wholes = [self.wholes[1], seq];
            self.bytes = (0, text.len());
        } else {
            self.bytes.0 += text.len();
        }
        self.last = Some(draft.clone());
        let follows = if is_whole { None } else { seq.checked_sub(1) };
        Record { seq, text, keep_from: self.wholes[0], follows }
    }
}

/// What a log comes to: its records by `seq`, in any order, some perhaps torn or missing. `None` if nothing in it can be
/// read. It is the newest state that the records prove.
pub fn replay<T: AsRef<str>>(records: impl IntoIterator<Item = (u64, T)>) -> Option<Replayed> {
    let mut next = 0;
    let mut entries = Vec::new();
    for (seq, text) in records {
        next = next.max(seq + 1);
        entries.extend(decode(text.as_ref()).filter(|entry| entry.seq == seq));
    }
    entries.sort_by_key(|entry| entry.seq);
    let mut state: Option<(Draft, i64, u64)> = None;
    for Entry { seq, at, after, step } in entries {
        let draft = match (step, &state) {
            (Step::Whole(whole), _) => whole.read(),
            (Step::Change(change), Some((draft, _, last))) if last + 1 == seq => change.apply(draft.clone()),
            (Step::Change(_), _) => None,
        };
        if let Some(draft) = draft.filter(|draft| checksum(draft) == after) {
            state = Some((draft, at, seq));
        }
    }
    state.map(|(draft, at, _)| Replayed { draft, at, next })
}

fn encode(entry: &Entry) -> String {
    // Serialization of these types cannot fail: no maps, no foreign types. A record that could not be read is no record.
    let json = serde_json::to_string(entry).unwrap_or_default();
    format!("{:016x}{json}", fnv(FNV, json.as_bytes()))
}

fn decode(text: &str) -> Option<Entry> {
    let (sum, json) = text.split_at_checked(16)?;
    let sum = u64::from_str_radix(sum, 16).ok()?;
    (sum == fnv(FNV, json.as_bytes())).then(|| serde_json::from_str(json).ok()).flatten()
}

fn checksum(draft: &Draft) -> u64 {
    let fields = super::draft::FieldName::ALL.iter().fold(FNV, |sum, field| {
        let text = draft.fields.get(*field);
        fnv(fnv(sum, &text.len().to_le_bytes()), text.as_bytes())
    });
    fnv(fields, &draft.base.version.to_le_bytes())
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, 64 bits (RFC 9923).
fn fnv(sum: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(sum, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests;
