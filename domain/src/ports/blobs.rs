//! Bytes by key: originals, variants, index segments.

use async_trait::async_trait;
use shared::page::Page;

use super::PortResult;

/// What is known of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobMeta {
    /// Bytes.
    pub size: u64,
    /// As given when it was put.
    pub media_type: String,
}

/// A part of a blob: first byte and, where known, last byte, both included (RFC 9110, 14.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    /// The first byte.
    pub first: u64,
    /// The last one; `None` is the end.
    pub last: Option<u64>,
}

impl ByteRange {
    /// The first byte and the number of bytes that a blob of this size has of it; `None` when it has none.
    pub fn within(self, size: u64) -> Option<(u64, u64)> {
        let end = self.last.map_or(size, |last| last.saturating_add(1).min(size));
        (self.first < end).then(|| (self.first, end - self.first))
    }
}

/// The store of bytes.
///
/// Promises: a put is whole or absent, also after `kill -9`; bytes and type come back as given; a range answers exactly
/// its bytes, cut at the end; deleting the absent succeeds; listing is in byte order of keys and pages without loss.
/// Keys are `/`-joined segments of ASCII letters, digits, `-`, `_` and `.`, never `.` or `..`
/// ([`super::rules::check_blob_key`]); nothing stands at any other, and putting there fails. No key is another's folder:
/// who puts `a` does not put `a/b`.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Stores or replaces.
    async fn put(&self, key: &str, media_type: &str, bytes: Vec<u8>) -> PortResult<()>;
    /// All of it, or a range. `Absent` when there is none, or none of the range.
    async fn get(&self, key: &str, range: Option<ByteRange>) -> PortResult<Vec<u8>>;
    /// `None` when absent.
    async fn head(&self, key: &str) -> PortResult<Option<BlobMeta>>;
    /// Removes.
    async fn delete(&self, key: &str) -> PortResult<()>;
    /// Keys that begin with the prefix.
    async fn list(&self, prefix: &str, cursor: Option<&str>) -> PortResult<Page<String>>;
}
