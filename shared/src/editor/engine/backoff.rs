//! From one failure to the next try: twice as long each time, up to a limit.

#[derive(Clone, Debug)]
pub(super) struct Backoff {
    first: u64,
    longest: u64,
    failures: u32,
}

impl Backoff {
    /// Milliseconds.
    pub const fn new(first: u64, longest: u64) -> Self {
        Self { first, longest, failures: 0 }
    }

    /// It failed: how long to wait now, milliseconds.
    pub fn failed(&mut self) -> u64 {
        let wait = self.first.checked_shl(self.failures).map_or(self.longest, |wait| wait.min(self.longest));
        self.failures = (self.failures + 1).min(16);
        wait
    }

    /// It works: the next wait is the first one again.
    pub const fn worked(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_the_last_up_to_the_longest() {
        let mut backoff = Backoff::new(500, 3_000);
        let waits: Vec<u64> = (0..100).map(|_| backoff.failed()).collect();
        assert_eq!(waits[..4], [500, 1_000, 2_000, 3_000]);
        assert!(waits[4..].iter().all(|wait| *wait == 3_000));
        backoff.worked();
        assert_eq!(backoff.failed(), 500);
    }
}
