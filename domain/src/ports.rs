//! The ports: one narrow trait for each thing outside, documented as promises. `conformance` holds a test for each promise.

mod blobs;
mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod error;
mod fetch;
mod identity;
mod mail;
pub mod memory;
mod records;
pub mod rules;
pub mod search;

pub use blobs::{BlobMeta, Blobs, ByteRange};
pub use clock::Clock;
pub use error::{PortError, PortResult};
pub use fetch::{Fetch, FetchError, Fetched};
pub use identity::{Identity, Subject};
pub use mail::{Mail, Message};
pub use records::{ByIndex, Doc, Expect, Index, Key, Order, Put, Query, Range, Record, Records, Table, Write};
pub use search::{Audience, Found, Search, SearchDoc, SearchQuery};
