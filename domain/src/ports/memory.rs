//! Every port in memory, for unit tests. Index reads lag at random, as a real secondary index's do.
//!
//! ```
//! let home = domain::ports::memory::Home::new();
//! let site = home.site(); // for the use cases
//! home.records.settle(); // before what is read through the secondary index
//! home.clock.advance(jiff::SignedDuration::from_hours(1));
//! ```

mod blobs;
mod clock;
mod counted;
mod identity;
mod outgoing;
mod records;
mod search;

use std::sync::Arc;

use crate::Site;

pub use blobs::MemoryBlobs;
pub use clock::TestClock;
pub use counted::{Counted, Counts};
pub use identity::MemoryIdentity;
pub use outgoing::{MemoryFetch, MemoryMail};
pub use records::{Lag, MemoryRecords};
pub use search::MemorySearch;

/// The parts of a site in memory, each at hand for tests.
#[derive(Clone)]
pub struct Home {
    /// Structured items.
    pub records: Arc<MemoryRecords>,
    /// Bytes.
    pub blobs: Arc<MemoryBlobs>,
    /// The full-text index.
    pub search: Arc<MemorySearch>,
    /// Passwords.
    pub identity: Arc<MemoryIdentity>,
    /// What was sent.
    pub mail: Arc<MemoryMail>,
    /// What the outside world answers.
    pub fetch: Arc<MemoryFetch>,
    /// Time stands still until a test moves it.
    pub clock: Arc<TestClock>,
}

impl Home {
    /// Empty, its index lagging.
    pub fn new() -> Self {
        Self::with_lag(Lag::Random(1))
    }

    /// Empty, with an index that lags so.
    pub fn with_lag(lag: Lag) -> Self {
        let clock = Arc::new(TestClock::default());
        Self {
            records: Arc::new(MemoryRecords::new(clock.clone(), lag)),
            blobs: Arc::default(),
            search: Arc::default(),
            identity: Arc::default(),
            mail: Arc::default(),
            fetch: Arc::default(),
            clock,
        }
    }

    /// The bundle for the use cases.
    pub fn site(&self) -> Site {
        Site {
            records: self.records.clone(),
            blobs: self.blobs.clone(),
            search: self.search.clone(),
            identity: self.identity.clone(),
            mail: self.mail.clone(),
            fetch: self.fetch.clone(),
            clock: self.clock.clone(),
        }
    }

    /// The same, with its store's calls counted.
    pub fn counted_site(&self) -> (Site, Arc<Counted>) {
        let counted = Arc::new(Counted::new(self.records.clone()));
        (Site { records: counted.clone(), ..self.site() }, counted)
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

/// An empty site in memory.
pub fn site() -> Site {
    Home::new().site()
}

/// Locks; a test that panicked while holding the lock has failed already.
fn locked<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
