//! A full-text index in memory: looks through every document, by the same analysis as the real one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;

use async_trait::async_trait;

use super::super::search::query::{self, Parsed, Term};
use super::super::search::snippet::{self, Typos};
use super::super::search::{WANTED, analysis};
use super::super::{Found, PortResult, Search, SearchDoc, SearchQuery};
use super::locked;

/// The index.
#[derive(Debug, Default)]
pub struct MemorySearch(Mutex<BTreeMap<String, SearchDoc>>);

#[async_trait]
impl Search for MemorySearch {
    async fn put(&self, docs: Vec<SearchDoc>) -> PortResult<()> {
        locked(&self.0).extend(docs.into_iter().map(|doc| (doc.id.clone(), doc)));
        Ok(())
    }

    async fn delete(&self, things: &[String]) -> PortResult<()> {
        locked(&self.0).retain(|_, doc| !things.contains(&doc.thing));
        Ok(())
    }

    async fn search(&self, query: &SearchQuery) -> PortResult<Vec<Found>> {
        let parsed = query::parse(&query.text);
        if parsed.is_empty() {
            return Ok(Vec::new());
        }
        let docs = locked(&self.0);
        let seen: Vec<_> = docs.values().filter(|doc| doc.audience <= query.audience).collect();
        let mut found = ranked(&seen, &parsed, Typos::Refused);
        if found.len() < WANTED {
            found.extend(ranked(&seen, &parsed, Typos::Forgiven));
        }
        let mut things = HashSet::new();
        let found = found.into_iter().filter(|doc| things.insert(&doc.thing)).skip(query.offset).take(query.limit);
        let found = found.map(|doc| Found {
            thing: doc.thing.clone(),
            kind: doc.kind.into(),
            snippet: snippet::snippet(&doc.text, &parsed.terms),
        });
        Ok(found.collect())
    }

    async fn clear(&self) -> PortResult<()> {
        locked(&self.0).clear();
        Ok(())
    }
}

fn ranked<'a>(docs: &[&'a SearchDoc], parsed: &Parsed, typos: Typos) -> Vec<&'a SearchDoc> {
    let passing = docs.iter().filter(|doc| passes(doc, parsed));
    let mut scored: Vec<_> = passing.filter_map(|doc| Some((score(doc, &parsed.terms, typos)?, *doc))).collect();
    scored.sort_by_key(|(score, doc)| (Reverse(*score), Reverse(doc.date)));
    scored.into_iter().map(|(_, doc)| doc).collect()
}

fn passes(doc: &SearchDoc, parsed: &Parsed) -> bool {
    let tags: HashSet<_> = doc.tags.iter().flat_map(|tag| analysis::tag_terms(tag)).collect();
    parsed.tags.iter().all(|tag| tags.contains(tag))
        && parsed.kind.as_deref().is_none_or(|kind| kind == doc.kind)
        && parsed.before.is_none_or(|before| doc.date.is_some_and(|date| date < before))
}

/// The weight of what matches; `None` unless every term does.
fn score(doc: &SearchDoc, terms: &[Term], typos: Typos) -> Option<usize> {
    let named = [&doc.title].into_iter().chain(&doc.aliases).map(|text| (text, 1_000));
    let fields: Vec<_> = named.chain(doc.tags.iter().map(|tag| (tag, 100))).chain([(&doc.text, 1)]).collect();
    let mut matched = HashSet::new();
    let mut score = 0;
    for (text, weight) in fields {
        let places = snippet::places(text, terms, typos);
        matched.extend(places.iter().map(|place| place.term));
        score += places.len().min(99) * weight;
    }
    (matched.len() == terms.len()).then_some(score)
}
