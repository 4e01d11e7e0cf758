//! A clock that a test sets; ids and secrets that are the same in every run.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::super::Clock;
use super::locked;

/// Stands still until it is moved. Ids count up; secrets are a hash of a count.
#[derive(Debug)]
pub struct TestClock(Mutex<State>);

#[derive(Debug)]
struct State {
    now_ms: i64,
    latest_id_ms: i64,
    ids: u64,
    secrets: u64,
}

/// 2026-11-02T08:00:00Z.
const START_MS: i64 = 1_793_606_400_000;

impl Default for TestClock {
    fn default() -> Self {
        Self(Mutex::new(State { now_ms: START_MS, latest_id_ms: 0, ids: 0, secrets: 0 }))
    }
}

impl TestClock {
    /// Moves the time, backwards too.
    pub fn advance(&self, by: SignedDuration) {
        locked(&self.0).now_ms += i64::try_from(by.as_millis()).expect("a test's step fits");
    }

    /// Sets the time.
    pub fn set(&self, to: Timestamp) {
        locked(&self.0).now_ms = to.as_millisecond();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(locked(&self.0).now_ms).expect("a test's time is in jiff's range")
    }

    fn id(&self) -> u128 {
        let mut state = locked(&self.0);
        state.latest_id_ms = state.latest_id_ms.max(state.now_ms);
        state.ids += 1;
        let millis = u128::from(state.latest_id_ms.max(0).unsigned_abs());
        // RFC 9562, 5.7: time, version 7, variant 0b10; the count stands where randomness would.
        millis << 80 | 0x7 << 76 | 0b10 << 62 | u128::from(state.ids)
    }

    fn secret(&self) -> [u8; 32] {
        let mut state = locked(&self.0);
        state.secrets += 1;
        Sha256::digest(state.secrets.to_be_bytes()).into()
    }
}
