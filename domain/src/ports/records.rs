//! Structured items: one logical table a resource, each with a string key pair, a version, an optional expiry, a JSON
//! document and one secondary index. DynamoDB's shape, which SQLite follows.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::PortResult;

/// The tables; on AWS each is a real one, so that a function's role can name what it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Accounts, sessions, attempts.
    Users,
    /// Notes and all that is derived from them.
    Notes,
    /// Bookmarks.
    Bookmarks,
    /// Files and their uses.
    Files,
    /// Settings, the outbox, counters.
    Site,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Users, Self::Notes, Self::Bookmarks, Self::Files, Self::Site];

    /// The table's name in every backend.
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Notes => "notes",
            Self::Bookmarks => "bookmarks",
            Self::Files => "files",
            Self::Site => "site",
        }
    }
}

/// Names one item. Both parts are non-empty UTF-8; `sk` orders by its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The table.
    pub table: Table,
    /// The partition: items with the same one are queried together.
    pub pk: String,
    /// The place within the partition.
    pub sk: String,
}

impl Key {
    /// From its parts.
    pub fn new(table: Table, pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { table, pk: pk.into(), sk: sk.into() }
    }
}

/// The key pair of an item in the secondary index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The index partition.
    pub pk: String,
    /// The place within it; byte order.
    pub sk: String,
}

/// A JSON document, as its text: it is read once, into what the reader wants of it, and written once.
#[derive(Clone, Debug)]
pub struct Doc(Box<str>);

impl Doc {
    /// The document of a value.
    ///
    /// # Errors
    /// For a value that has no JSON form.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(Self::from)
    }

    /// Reads it.
    ///
    /// # Errors
    /// For a document of another shape, or a text that is no JSON.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// From a text that a store kept; whether it is JSON shows when it is read.
impl From<String> for Doc {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// The same document, whatever the order of its fields.
impl PartialEq for Doc {
    fn eq(&self, other: &Self) -> bool {
        let value = |doc: &Self| doc.read::<serde_json::Value>().ok();
        self.0 == other.0 || value(self).is_some_and(|read| Some(read) == value(other))
    }
}

/// A stored item.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its name.
    pub key: Key,
    /// 1 when first put, one more at each put. A put with [`Expect::Any`] over what expired may count on.
    pub version: u64,
    /// The document.
    pub doc: Doc,
    /// Its place in the secondary index, if any.
    pub index: Option<Index>,
    /// Not returned from this time on, and removed some time later.
    pub expires: Option<Timestamp>,
}

/// What must be stored for a write to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing.
    Absent,
    /// This version.
    Version(u64),
    /// Whatever; the last writer wins.
    Any,
}

/// An item to be stored whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    /// Its name.
    pub key: Key,
    /// The document.
    pub doc: Doc,
    /// Its place in the secondary index.
    pub index: Option<Index>,
    /// Not returned from this time on, nor seen by an expectation; removed some time later. Whole seconds count.
    pub expires: Option<Timestamp>,
    /// The condition.
    pub expect: Expect,
}

/// One write of a transaction. No two may name the same key.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Store an item.
    Put(Put),
    /// Remove an item; one that is absent is removed already.
    Delete {
        /// Its name.
        key: Key,
        /// The condition.
        expect: Expect,
    },
    /// Write nothing, but fail unless the condition holds.
    Check {
        /// Its name.
        key: Key,
        /// The condition.
        expect: Expect,
    },
}

/// Which part of a partition a query returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Range {
    /// All of it.
    #[default]
    All,
    /// Sort keys that begin so.
    Prefix(String),
    /// Sort keys from the first, included, to the second, included.
    Between(String, String),
}

/// Asks for a part of one partition, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The table.
    pub table: Table,
    /// Base partition or a partition of the secondary index.
    pub by_index: ByIndex,
    /// The partition.
    pub pk: String,
    /// The part of it.
    pub range: Range,
    /// The direction.
    pub order: Order,
    /// At most so many items; a page may be shorter (1 MB) and still have a next one, which may be empty.
    pub limit: usize,
    /// Where the page before ended, as it said.
    pub cursor: Option<String>,
}

/// Base table or secondary index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ByIndex {
    /// The base table: reads what was written.
    #[default]
    Base,
    /// The secondary index: may lag.
    Secondary,
}

/// The direction of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Smallest sort key first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

impl Query {
    /// A whole base partition, ascending, [`shared::limits::BATCH_ITEMS`] items a page.
    pub fn partition(table: Table, pk: impl Into<String>) -> Self {
        Self {
            table,
            by_index: ByIndex::Base,
            pk: pk.into(),
            range: Range::All,
            order: Order::Ascending,
            limit: shared::limits::BATCH_ITEMS,
            cursor: None,
        }
    }
}

/// The store of structured items.
///
/// Promises: a read of the base table sees every write acknowledged before it; an index read may lag. A failed
/// expectation is `Conflict` and writes nothing. A transaction is all or nothing. Range order is byte order of the sort
/// key. Paging under concurrent writes neither loses nor repeats an item that was there throughout. Deleting the absent
/// succeeds. An item over `ITEM_BYTES`, a key over `KEY_BYTES`, a transaction over `TRANSACTION_ITEMS` or
/// `TRANSACTION_BYTES`, a batch over `BATCH_ITEMS` is `TooLarge`. An acknowledged write survives `kill -9` and a power
/// cut. A malformed cursor is `Absent`. What all adapters check alike stands in [`super::rules`].
#[async_trait]
pub trait Records: Send + Sync {
    /// One item.
    async fn get(&self, key: &Key) -> PortResult<Option<Record>>;
    /// At most [`shared::limits::BATCH_ITEMS`] items, in the order of the keys, `None` where absent. Doubles are allowed.
    async fn batch_get(&self, keys: &[Key]) -> PortResult<Vec<Option<Record>>>;
    /// One page.
    async fn query(&self, query: &Query) -> PortResult<shared::page::Page<Record>>;
    /// Stores one item; answers its new version.
    async fn put(&self, put: Put) -> PortResult<u64>;
    /// Removes one item.
    async fn delete(&self, key: &Key, expect: Expect) -> PortResult<()>;
    /// All or nothing, at most [`shared::limits::TRANSACTION_ITEMS`] writes.
    async fn transact(&self, writes: Vec<Write>) -> PortResult<()>;
    /// A number that differs whenever anything was written since it was last asked, by whatever process; `None` where
    /// that cannot be told cheaply. What is cached above the store is valid only while it stays the same.
    async fn generation(&self) -> PortResult<Option<u64>>;
}
