//! The verbs: what people do with the nouns, over a few narrow ports. No HTTP, views, AWS, environment or system clock.

pub mod accounts;
pub mod export;
pub mod files;
pub mod highlight;
pub mod import;
mod links;
pub mod notes;
pub mod outbox;
pub mod ports;
pub mod search;
pub mod settings;
pub mod table;
mod unit;

#[cfg(test)]
mod testing;

use std::sync::Arc;

pub use ports::{Blobs, Clock, Fetch, Identity, Mail, Records, Search};

/// The bundle of ports every use case receives. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    /// Structured items.
    pub records: Arc<dyn Records>,
    /// Bytes.
    pub blobs: Arc<dyn Blobs>,
    /// The full-text index.
    pub search: Arc<dyn Search>,
    /// Passwords.
    pub identity: Arc<dyn Identity>,
    /// Outgoing mail.
    pub mail: Arc<dyn Mail>,
    /// Outgoing HTTP.
    pub fetch: Arc<dyn Fetch>,
    /// Time, ids and randomness.
    pub clock: Arc<dyn Clock>,
}
