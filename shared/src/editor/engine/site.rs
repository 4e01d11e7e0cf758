//! The way to the site: what is under way on it, what stands in it, and when it is tried again.

use uuid::Uuid;

use super::Moment;
use super::backoff::Backoff;
use super::dice::Dice;
use crate::Error;
use crate::editor::answer::Trouble;
use crate::editor::draft::Fields;
use crate::editor::status::Kept;
use crate::editor::wire::{SaveGoal, SaveKey};
use crate::notes::Note;

/// From one key to the next, if it is longer: another run of typing; and a save. Milliseconds.
pub(super) const PAUSE: u64 = 1_000;
/// From a save that failed to the next try, milliseconds, less a random part up to half of it.
const AGAIN: Backoff = Backoff::new(2_000, 30_000);
/// The longest patience that the site may ask for, seconds.
const PATIENCE: u32 = 600;

/// What is known of the way to the site, and what is under way on it.
#[derive(Clone, Debug)]
pub(super) struct Site {
    dice: Dice,
    /// What the owner asked for by hand and is not sent yet.
    pub wanted: Option<SaveGoal>,
    /// A sentence about the last thing asked for by hand.
    pub notice: Option<String>,
    /// The save that is not answered yet was asked for by hand.
    pub by_hand: bool,
    /// Without a pause, this time.
    pub hurries: bool,
    /// A request that has neither come back nor failed.
    pub under_way: Option<SaveKey>,
    /// The device's mark with the save in it, and when it is sent without.
    pub gate: (u64, u64),
    /// Since when there is something that the site has not.
    pub unsent_since: Option<u64>,
    /// The last key.
    pub typed_at: Option<u64>,
    backoff: Backoff,
    /// Nothing is sent before.
    pub again_at: u64,
    /// Nor before this, which the site asked for: only the owner may be quicker.
    pub patience_until: u64,
    down: Option<Down>,
    /// What was refused as a whole, and why.
    pub refused: Option<(Fields, String)>,
    /// The note was removed for good.
    pub is_gone: bool,
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
            dice: Dice::new(seed),
            wanted: None,
            notice: None,
            by_hand: false,
            hurries: false,
            under_way: None,
            gate: (0, 0),
            unsent_since: None,
            typed_at: None,
            backoff: AGAIN,
            again_at: 0,
            patience_until: 0,
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

    pub fn try_now(&mut self, now: u64) {
        self.again_at = self.again_at.min(now);
    }

    /// What is stored was chosen to be the text.
    pub fn settled(&mut self, at: i64) {
        self.last = Kept::Saved { at };
        self.hurries = true;
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

    pub fn is_down(&self) -> bool {
        self.down.is_some()
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

    /// A save has failed and is sent again, but not at once.
    pub fn wait(&mut self, trouble: &Trouble, now: u64) {
        let longest = self.backoff.failed();
        self.again_at = now + longest - self.dice.roll() % (longest / 2);
        if let Trouble::Busy { retry_after: Some(seconds) } = trouble {
            self.patience_until = now + u64::from((*seconds).min(PATIENCE)) * 1_000 + self.dice.roll() % 1_000;
        }
    }

    /// All that waits is in the save that is sent now.
    pub fn sends_all(&mut self) {
        self.runs.1 = self.runs.0;
    }

    /// What was sent waits no more.
    pub fn sent(&mut self) {
        self.runs = (self.runs.0.saturating_sub(self.runs.1), 0);
    }

    /// The site has answered, whatever it was.
    pub fn works(&mut self) {
        self.backoff.worked();
        self.again_at = 0;
        self.down = None;
    }

    /// The form says what the note does.
    pub fn has(&mut self, note: &Note, at: i64) {
        let is_published = note.published.as_ref().is_some_and(|published| published.version == note.version);
        self.last = if is_published { Kept::Published { at } } else { Kept::Saved { at } };
    }

    pub fn key(&mut self) -> SaveKey {
        SaveKey(Uuid::from_u64_pair(self.dice.roll(), self.dice.roll()))
    }
}
