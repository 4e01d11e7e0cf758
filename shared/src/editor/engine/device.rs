//! To the device: soon after each change, one write at a time, and again when one has failed.

use super::Moment;
use super::backoff::Backoff;
use crate::editor::draft::Draft;
use crate::editor::journal::{Journal, Record};

/// From the beginning of one write to the beginning of the next, milliseconds.
const BETWEEN: u64 = 80;
/// From a write that failed to the next, milliseconds.
const AGAIN: Backoff = Backoff::new(100, 20_000);

#[derive(Clone, Debug)]
pub(super) struct Device {
    journal: Journal,
    now: Marks,
    kept: Marks,
    writing: Option<(u64, Marks)>,
    began: Option<u64>,
    fault: Option<String>,
    backoff: Backoff,
    again_at: u64,
    hurries: bool,
}

/// Count changes: of anything, and of what was typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Marks {
    all: u64,
    typed: u64,
}

impl Device {
    pub fn new(next: u64) -> Self {
        Self {
            journal: Journal::new(next),
            now: Marks::default(),
            kept: Marks::default(),
            writing: None,
            began: None,
            fault: None,
            backoff: AGAIN,
            again_at: 0,
            hurries: false,
        }
    }

    /// Something that is not the owner's typing has changed; [`Self::has`] says when it is there.
    pub fn touched(&mut self) -> u64 {
        self.now.all += 1;
        self.now.all
    }

    pub fn changed(&mut self) {
        self.now.all += 1;
        self.now.typed += 1;
    }

    /// What is not there yet is written without waiting.
    pub fn hurry(&mut self) {
        self.hurries = self.kept != self.now;
    }

    /// Whether the newest text is there.
    pub fn has_all(&self) -> bool {
        self.kept.typed == self.now.typed
    }

    /// Whether what was touched then is there.
    pub fn has(&self, mark: u64) -> bool {
        self.kept.all >= mark
    }

    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// When there is something to be written; `None` while a write is under way.
    pub fn write_at(&self) -> Option<u64> {
        if self.writing.is_some() || self.kept == self.now {
            return None;
        }
        if self.hurries {
            return Some(0);
        }
        let after_last = self.began.map_or(0, |began| began + BETWEEN);
        Some(if self.fault.is_some() { self.again_at } else { after_last })
    }

    pub fn write(&mut self, draft: &Draft, now: Moment) -> Option<Record> {
        if self.write_at()? > now.monotonic {
            return None;
        }
        self.hurries = false;
        let Some(record) = self.journal.record(draft, now.wall) else {
            self.kept = self.now;
            return None;
        };
        self.began = Some(now.monotonic);
        self.writing = Some((record.seq, self.now));
        Some(record)
    }

    pub fn written(&mut self, seq: u64, result: Result<(), String>, now: u64) {
        // Also of a write that was given up long ago.
        let Some((_, marks)) = self.writing.take_if(|(writing, _)| *writing == seq) else { return };
        match result {
            Ok(()) => {
                self.fault = None;
                self.backoff.worked();
                self.kept = marks;
            }
            Err(why) => {
                self.journal.start_over();
                self.fault = Some(why);
                self.again_at = now + self.backoff.failed();
            }
        }
    }
}
