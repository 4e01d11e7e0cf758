//! Time, ids and randomness: whatever would make two runs differ.

use jiff::Timestamp;

/// The source of what is never the same twice.
pub trait Clock: Send + Sync {
    /// UTC, to the millisecond.
    fn now(&self) -> Timestamp;
    /// 128 bits of a UUID version 7; later calls of one process give larger ones.
    fn id(&self) -> u128;
    /// 256 bits from the system's secure source.
    fn secret(&self) -> [u8; 32];
}
