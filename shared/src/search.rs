//! Search: what is asked and what is answered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchResults {
    /// Best first.
    pub hits: Vec<Hit>,
    /// The page after this one (from 1); `None` at the end.
    pub next: Option<u32>,
}

/// One thing found, that the asker may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// As readers see it.
    pub title: String,
    /// Its path.
    pub href: String,
    /// Words around what matched.
    pub snippet: Vec<SnippetRun>,
    /// The readers' date.
    pub date: Option<Timestamp>,
    /// All of them.
    pub tags: Vec<String>,
}

/// A run of a snippet, plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnippetRun {
    /// The words.
    pub text: String,
    /// What matched, or its surroundings.
    pub role: SnippetRole,
}

/// Whether a run matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnippetRole {
    /// It matched.
    Match,
    /// It is around a match.
    Context,
}

/// A line of what the search box offers while one types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// As readers see it.
    pub title: String,
    /// Its path.
    pub href: String,
}
