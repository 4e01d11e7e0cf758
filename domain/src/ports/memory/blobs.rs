//! Bytes in memory.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Mutex;

use async_trait::async_trait;
use shared::limits;
use shared::page::Page;

use super::super::{BlobMeta, Blobs, ByteRange, PortError, PortResult, rules};
use super::locked;

/// The store of bytes.
#[derive(Debug, Default)]
pub struct MemoryBlobs(Mutex<BTreeMap<String, (String, Vec<u8>)>>);

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn put(&self, key: &str, media_type: &str, bytes: Vec<u8>) -> PortResult<()> {
        rules::check_blob_key(key)?;
        locked(&self.0).insert(key.into(), (media_type.into(), bytes));
        Ok(())
    }

    async fn get(&self, key: &str, range: Option<ByteRange>) -> PortResult<Vec<u8>> {
        let blobs = locked(&self.0);
        let (_, bytes) = blobs.get(key).ok_or(PortError::Absent)?;
        let Some(range) = range else { return Ok(bytes.clone()) };
        let (first, length) = range.within(bytes.len() as u64).ok_or(PortError::Absent)?;
        Ok(bytes.iter().copied().skip(first as usize).take(length as usize).collect())
    }

    async fn head(&self, key: &str) -> PortResult<Option<BlobMeta>> {
        let blobs = locked(&self.0);
        let meta = |(media_type, bytes): &(String, Vec<u8>)| BlobMeta {
            size: bytes.len() as u64,
            media_type: media_type.clone(),
        };
        Ok(blobs.get(key).map(meta))
    }

    async fn delete(&self, key: &str) -> PortResult<()> {
        locked(&self.0).remove(key);
        Ok(())
    }

    async fn list(&self, prefix: &str, cursor: Option<&str>) -> PortResult<Page<String>> {
        let blobs = locked(&self.0);
        let start = match cursor {
            Some(cursor) if cursor >= prefix => Bound::Excluded(cursor),
            _ => Bound::Included(prefix),
        };
        let keys = blobs.range::<str, _>((start, Bound::Unbounded)).map(|(key, _)| key);
        let mut items: Vec<_> =
            keys.take_while(|key| key.starts_with(prefix)).take(limits::BATCH_ITEMS + 1).cloned().collect();
        let more = items.len() > limits::BATCH_ITEMS;
        items.truncate(limits::BATCH_ITEMS);
        let next = items.last().filter(|_| more).cloned();
        Ok(Page { items, next })
    }
}
