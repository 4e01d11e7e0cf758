//! The typed facade over [`crate::Records`]: keys, JSON, versions, size limits and the outbox row of a transaction.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::page::Page;

use crate::Site;
use crate::ports::{Doc, Expect, Index, Key, PortError, PortResult, Put, Query, Record, Write};

/// A document with the version it is stored under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored<T> {
    /// For the next write's [`Expect::Version`].
    pub version: u64,
    /// The document.
    pub doc: T,
}

/// Reads a record's document.
///
/// # Errors
/// `Failed` when it has another shape: an item that a newer or broken program wrote.
pub fn decode<T: DeserializeOwned>(record: Record) -> PortResult<Stored<T>> {
    let doc = record.doc.read().map_err(PortError::failed("read a stored document"))?;
    Ok(Stored { version: record.version, doc })
}

/// A put of a document, without index or expiry.
///
/// # Errors
/// `Failed` when the document has no JSON form.
pub fn put<T: Serialize>(key: Key, doc: &T, expect: Expect) -> PortResult<Put> {
    let doc = Doc::of(doc).map_err(PortError::failed("write a document"))?;
    Ok(Put { key, doc, index: None, expires: None, expect })
}

impl Put {
    /// With a place in the secondary index.
    #[must_use]
    pub fn indexed(self, pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { index: Some(Index { pk: pk.into(), sk: sk.into() }), ..self }
    }

    /// Gone from this time on.
    #[must_use]
    pub fn expiring(self, at: Timestamp) -> Self {
        Self { expires: Some(at), ..self }
    }
}

impl From<Put> for Write {
    fn from(put: Put) -> Self {
        Self::Put(put)
    }
}

impl Site {
    /// One document.
    ///
    /// # Errors
    /// Those of the records port.
    pub async fn get<T: DeserializeOwned>(&self, key: &Key) -> PortResult<Option<Stored<T>>> {
        self.records.get(key).await?.map(decode).transpose()
    }

    /// A page of documents of one kind.
    ///
    /// # Errors
    /// Those of the records port.
    pub async fn list<T: DeserializeOwned>(&self, query: &Query) -> PortResult<Page<Stored<T>>> {
        let page = self.records.query(query).await?;
        let items = page.items.into_iter().map(decode).collect::<PortResult<_>>()?;
        Ok(Page { items, next: page.next })
    }
}

/// A sort key that puts the latest first: the time's distance from the far future, of fixed width.
pub fn latest_first(at: Timestamp) -> String {
    format!("{:016x}", u64::MAX / 2 - at.as_millisecond().max(0).unsigned_abs())
}
