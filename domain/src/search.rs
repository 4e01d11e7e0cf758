//! Search: one box, and never a thing the asker may not see. The index is a first sieve; every hit is looked at itself.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use shared::ids::NoteId;
use shared::limits::QUERY_CHARS;
use shared::notes::NoteSummary;
use shared::search::{Hit, SearchResults, SnippetRole, SnippetRun, Suggestion};
use shared::viewer::Via;
use shared::{Result, Viewer};

use crate::Site;
use crate::links::reader::href;
use crate::notes::keys;
use crate::notes::record::Head;
use crate::outbox;
use crate::ports::search::analysis::fold;
use crate::ports::search::{Audience, Found, SearchQuery};
use crate::table::decode;
use crate::unit::get_many;

/// Hits of a page.
const HITS: usize = 20;
/// Pages that may be asked for.
const PAGES: u32 = 50;
/// What is offered while one types.
const SUGGESTIONS: usize = 8;
/// What a 404 names.
const RESEMBLING: usize = 5;

fn audience(viewer: &Viewer) -> Audience {
    match viewer {
        Viewer::Visitor => Audience::Public,
        Viewer::Member(_) => Audience::Members,
        Viewer::Owner(_) => Audience::Owner,
    }
}

async fn find(site: &Site, viewer: &Viewer, text: &str, offset: usize, limit: usize) -> Result<Vec<Found>> {
    let text = text.chars().take(QUERY_CHARS).collect();
    let query = SearchQuery { text, audience: audience(viewer), offset, limit };
    Ok(site.search.search(&query).await?)
}

/// What the owner finds of a note that is not published, or the head of one that the viewer may see listed.
enum Seen {
    Listed(Head),
    AtTheDesk(NoteSummary),
}

/// Looks at notes themselves.
async fn look_at(site: &Site, viewer: &Viewer, ids: &[NoteId], now: Timestamp) -> Result<HashMap<NoteId, Seen>> {
    let desks = if viewer.is_owner() { ids } else { &[] };
    let keys: Vec<_> = ids.iter().map(|id| keys::head(*id)).chain(desks.iter().map(|id| keys::desk(*id))).collect();
    let mut records = get_many(site, &keys).await?.into_iter();
    let mut seen = HashMap::new();
    for (id, record) in ids.iter().zip(records.by_ref()) {
        let Some(record) = record else { continue };
        let head: Head = decode(record)?.doc;
        if head.is_readable(viewer, Via::Listing, now) {
            seen.insert(*id, Seen::Listed(head));
        }
    }
    for (id, record) in desks.iter().zip(records) {
        let Some(record) = record.filter(|record| record.index.as_ref().is_some_and(|i| i.pk != "desk#trash")) else {
            continue;
        };
        let line = decode(record)?.doc;
        seen.entry(*id).or_insert(Seen::AtTheDesk(line));
    }
    Ok(seen)
}

fn ids(found: &[Found]) -> Vec<NoteId> {
    found.iter().filter_map(|found| found.thing.parse().ok()).collect()
}

/// Page `page` (from 1) of what was found; every hit is checked against the thing itself.
pub async fn search(site: &Site, viewer: &Viewer, text: &str, page: u32) -> Result<SearchResults> {
    let page = page.max(1);
    if page > PAGES {
        return Ok(SearchResults::default());
    }
    // What waits to be indexed anew may be found by a text that is withdrawn, of which nothing may show.
    let waiting = outbox::pending(site).await?;
    let offset = (page as usize - 1) * HITS;
    let mut found = find(site, viewer, text, offset, HITS + 1).await?;
    let next = (found.len() > HITS && page < PAGES).then_some(page + 1);
    found.truncate(HITS);
    let mut seen = look_at(site, viewer, &ids(&found), site.clock.now()).await?;
    let hits = found.into_iter().filter_map(|found| {
        let id: NoteId = found.thing.parse().ok()?;
        let snippet = (!waiting.contains(&id)).then_some(found.snippet);
        Some(hit(seen.remove(&id)?, snippet))
    });
    Ok(SearchResults { hits: hits.collect(), next })
}

fn hit(seen: Seen, snippet: Option<Vec<SnippetRun>>) -> Hit {
    let context = |text: String| vec![SnippetRun { text, role: SnippetRole::Context }];
    match seen {
        Seen::Listed(head) => Hit {
            href: href(&head.slug),
            snippet: snippet.unwrap_or_else(|| context(head.excerpt)),
            title: head.title,
            date: head.date,
            tags: head.tags,
        },
        Seen::AtTheDesk(line) => Hit {
            href: format!("/desk/notes/{}", line.id),
            snippet: snippet.unwrap_or_else(|| context(line.excerpt)),
            title: line.title,
            date: line.date,
            tags: line.tags,
        },
    }
}

/// What to offer while one types, at most eight.
pub async fn suggest(site: &Site, viewer: &Viewer, text: &str) -> Result<Vec<Suggestion>> {
    let words: Vec<String> = fold(text).split_whitespace().map(str::to_owned).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let found = find(site, viewer, text, 0, SUGGESTIONS * 4).await?;
    let ids = ids(&found);
    let mut seen = look_at(site, viewer, &ids, site.clock.now()).await?;
    let mut offers: Vec<(usize, Suggestion)> = Vec::new();
    for id in ids {
        let Some(seen) = seen.remove(&id) else { continue };
        let (title, href, aliases) = match seen {
            Seen::Listed(head) => (head.title, href(&head.slug), head.aliases),
            Seen::AtTheDesk(line) => (line.title, format!("/desk/notes/{}", line.id), Vec::new()),
        };
        let names = [&title].into_iter().chain(&aliases);
        let Some(rank) = names.enumerate().filter_map(|(n, name)| rank(name, &words, n)).min() else { continue };
        offers.push((rank, Suggestion { title, href }));
    }
    offers.sort_by_key(|(rank, _)| *rank);
    Ok(offers.into_iter().map(|(_, offer)| offer).take(SUGGESTIONS).collect())
}

/// How well a name begins with what was typed: as a whole, in its words, somewhere. Titles (0) before aliases.
fn rank(name: &str, words: &[String], number: usize) -> Option<usize> {
    let name = fold(name);
    let begins = |word: &String| name.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word.as_str()));
    let fit = match () {
        () if name.starts_with(&words.join(" ")) => 0,
        () if words.iter().all(begins) => 1,
        () if words.iter().all(|word| name.contains(word.as_str())) => 2,
        () => return None,
    };
    Some(fit * 2 + number.min(1))
}

/// For a 404: public notes whose address resembles this one, at most five.
pub async fn resembling(site: &Site, slug: &str) -> Result<Vec<NoteSummary>> {
    const WORDS: usize = 6;
    const CHARS: usize = 80;
    let viewer = &Viewer::Visitor;
    let slug: String = slug.chars().take(CHARS).collect::<String>().to_lowercase();
    let words: Vec<&str> = slug.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let words = &words[..words.len().min(WORDS)];
    let mut queries = vec![words.join(" ")];
    queries.extend(words.iter().filter(|word| words.len() > 1 && word.len() > 2).map(|word| (*word).to_owned()));
    let searches = queries.iter().map(|query| find(site, viewer, query, 0, HITS));
    let found = futures::future::try_join_all(searches).await?;
    let ids: Vec<NoteId> = found.iter().flat_map(|found| ids(found)).collect::<BTreeSet<_>>().into_iter().collect();
    let seen = look_at(site, viewer, &ids, site.clock.now()).await?;
    let mut near: Vec<(usize, NoteSummary)> = Vec::new();
    for seen in seen.into_values() {
        let Seen::Listed(head) = seen else { continue };
        let far = distance(&slug, &head.slug, CHARS).min(distance(&slug, crate::links::base(&head.slug), CHARS));
        // Half of it another address is not this one mistyped, unless they have a word in common.
        let common = head.slug.split(['-', '/']).any(|part| part.len() > 2 && words.contains(&part));
        if far * 2 <= slug.chars().count() || common {
            near.push((far, head.summary(viewer)));
        }
    }
    near.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.slug.cmp(&b.1.slug)));
    let mut seen = HashSet::new();
    Ok(near.into_iter().map(|(_, line)| line).filter(|line| seen.insert(line.id)).take(RESEMBLING).collect())
}

/// Characters to insert, remove or replace between two texts (Levenshtein), of which only the beginnings count.
fn distance(a: &str, b: &str, chars: usize) -> usize {
    let b: Vec<char> = b.chars().take(chars).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(chars).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The operator's: forgets the index and fills it again from the records.
pub async fn rebuild_unchecked(site: &Site) -> Result<u64> {
    outbox::rebuild(site).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_changes() {
        for (a, b, far) in [("", "", 0), ("apples", "aples", 1), ("apples", "pears", 4), ("äb", "ab", 1)] {
            assert_eq!(distance(a, b, 80), far, "{a} {b}");
        }
    }

    #[test]
    fn a_name_that_begins_with_what_was_typed_comes_first() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(rank("Dead keys", &words("dead k"), 0), Some(0));
        assert_eq!(rank("The dead keys", &words("key dead"), 0), Some(2));
        assert_eq!(rank("Dead keys", &words("dead k"), 2), Some(1));
        assert_eq!(rank("Dead keys", &words("x"), 0), None);
    }
}
