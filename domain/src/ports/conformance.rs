//! One function a promise; each takes a builder that gives a guard (what must outlive the adapter, a folder say) and an
//! adapter with nothing in it. A promise that is broken panics with what was expected.
//!
//! Each file's `*_promises!` names its functions, so that an adapter's tests run them all; `server/tests/conformance.rs`
//! does, and checks that none is missing from the lists. Functions that take a guard and a way to open are about what
//! survives a restart; adapters that keep nothing leave them out.

#![allow(clippy::unwrap_used)]

pub mod blobs;
pub mod clock;
pub mod identity;
pub mod records;
pub mod records_queries;
pub mod search;
pub mod search_ranking;

use serde_json::json;

use super::{ByIndex, Doc, Expect, Key, PortError, Put, Query, Record, Records, Table};

/// A document that says which one it is.
fn doc(number: usize) -> Doc {
    Doc::of(&json!({ "number": number })).unwrap()
}

/// A put of a small document into the table of notes.
fn put(pk: &str, sk: &str, expect: Expect) -> Put {
    Put { key: key(pk, sk), doc: doc(1), index: None, expires: None, expect }
}

fn key(pk: &str, sk: &str) -> Key {
    Key::new(Table::Notes, pk, sk)
}

fn sort_keys(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.key.sk.as_str()).collect()
}

fn is_conflict<T: std::fmt::Debug>(outcome: Result<T, PortError>) -> bool {
    matches!(outcome, Err(PortError::Conflict))
}

fn is_too_large<T: std::fmt::Debug>(outcome: Result<T, PortError>) -> bool {
    matches!(outcome, Err(PortError::TooLarge { .. }))
}

/// All pages of a query, in order; at most a thousand.
async fn all_pages<R: Records>(records: &R, query: &Query) -> Vec<Record> {
    let mut query = query.clone();
    let mut items = Vec::new();
    for _ in 0..1_000 {
        let page = records.query(&query).await.unwrap();
        assert!(page.items.len() <= query.limit, "a page is longer than its limit");
        items.extend(page.items);
        let Some(next) = page.next else { return items };
        query.cursor = Some(next);
    }
    panic!("the pages do not end");
}

/// Asks an index query until it answers as many items, since an index may lag; gives up after some seconds.
async fn eventually<R: Records>(records: &R, query: &Query, count: usize) -> Vec<Record> {
    assert_eq!(query.by_index, ByIndex::Secondary, "only an index may lag");
    for wait in 0..60 {
        let found = all_pages(records, query).await;
        if found.len() == count {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(wait * 5)).await;
    }
    panic!("the index does not catch up with {count} items");
}
