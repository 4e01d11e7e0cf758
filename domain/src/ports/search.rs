//! The full-text index. It holds nothing that cannot be rebuilt from the records.

pub mod analysis;
pub mod query;
pub mod snippet;

use async_trait::async_trait;
use jiff::Timestamp;
use shared::search::SnippetRun;

use super::PortResult;

/// Who may find a document: a first sieve; the domain checks each hit against the thing itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Audience {
    /// Everybody.
    Public,
    /// People the owner admitted, and the owner.
    Members,
    /// The owner.
    Owner,
}

/// What is indexed of a thing. One thing may have two documents: the published text and the owner's working text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchDoc {
    /// Unique; putting it again replaces it.
    pub id: String,
    /// The thing it stands for, e.g. a note's id; several documents may share it.
    pub thing: String,
    /// `note`, `bookmark`, `file`.
    pub kind: &'static str,
    /// Who may find it.
    pub audience: Audience,
    /// Weighs most.
    pub title: String,
    /// Weigh like the title.
    pub aliases: Vec<String>,
    /// Matched whole by `tag:`; a nested tag counts for its parents too.
    pub tags: Vec<String>,
    /// Plain text.
    pub text: String,
    /// For `before:` and to break ties, newest first.
    pub date: Option<Timestamp>,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// As typed: words, "phrases", `prefix*` (the last word is a prefix too), `tag:`, `kind:`, `before:YYYY-MM-DD`.
    /// Nothing in it is a syntax error.
    pub text: String,
    /// The widest audience whose documents are searched ([`Audience::Owner`] sees all; a thing found twice counts once).
    pub audience: Audience,
    /// Skip so many.
    pub offset: usize,
    /// At most so many.
    pub limit: usize,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// [`SearchDoc::thing`].
    pub thing: String,
    /// [`SearchDoc::kind`].
    pub kind: String,
    /// Words around what matched, plain text.
    pub snippet: Vec<SnippetRun>,
}

/// Where a strict search finds fewer things than this, the same with a typo forgiven in each word follows.
pub const WANTED: usize = 5;

/// The index.
///
/// Promises: words match without regard to case and accents; one typo is forgiven in words of five letters or more; the
/// last word matches as a prefix; all words must match; CJK is found by any two characters in a row; a phrase matches only in a row; what was
/// put and committed is found, also after a restart; what was deleted is not; an empty query finds nothing; a thing is
/// found once. `put`, `delete` and `clear` answer `Busy` where another process holds the index: the event stays in the
/// outbox, and that process works it off.
#[async_trait]
pub trait Search: Send + Sync {
    /// Replaces documents, durably, all in one commit.
    async fn put(&self, docs: Vec<SearchDoc>) -> PortResult<()>;
    /// Removes every document of these things, durably.
    async fn delete(&self, things: &[String]) -> PortResult<()>;
    /// Best first.
    async fn search(&self, query: &SearchQuery) -> PortResult<Vec<Found>>;
    /// Forgets everything, before a rebuild.
    async fn clear(&self) -> PortResult<()>;
}
