//! Lists for readers. What stands in them was written in the same transaction as what they list.

use shared::limits::PAGE_ITEMS;
use shared::notes::{NoteSummary, fold_tag};
use shared::page::Page;
use shared::viewer::Via;
use shared::{Error, Result, Viewer};

use super::keys::Shelf;
use super::record::Head;
use super::store;
use crate::Site;
use crate::ports::{ByIndex, PortResult, Query, Range, Record, Table};
use crate::table::decode;

/// Above every place.
const END: &str = "~";
/// So many rounds of reading to fill a page; what is scheduled for later is passed over.
const ROUNDS: usize = 20;

/// Several partitions whose items stand in the same order, read as one.
pub(crate) struct Merged<'a> {
    pub(crate) by_index: ByIndex,
    pub(crate) partitions: &'a [String],
}

impl Merged<'_> {
    /// At most `limit` items after a place, and whether there may be more.
    pub(crate) async fn after(
        &self,
        site: &Site,
        place: Option<&str>,
        limit: usize,
    ) -> PortResult<(Vec<(String, Record)>, More)> {
        let queries = self.partitions.iter().map(|pk| self.part(site, pk, place, limit + 1));
        let parts = futures::future::try_join_all(queries).await?;
        let mut rows: Vec<_> = parts.into_iter().flatten().collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let more = if rows.len() > limit { More::Yes } else { More::No };
        rows.truncate(limit);
        Ok((rows, more))
    }

    async fn part(
        &self,
        site: &Site,
        pk: &str,
        place: Option<&str>,
        limit: usize,
    ) -> PortResult<Vec<(String, Record)>> {
        // No place begins with another one, so the first after a place is the first after it and a `!`.
        let from = place.map_or_else(|| "!".to_owned(), |place| format!("{place}!"));
        let mut query = Query {
            by_index: self.by_index,
            range: Range::Between(from, END.to_owned()),
            limit,
            ..Query::partition(Table::Notes, pk)
        };
        let mut rows = Vec::new();
        loop {
            let page = site.records.query(&query).await?;
            rows.extend(page.items.into_iter().map(|record| (self.place_of(&record), record)));
            query.cursor = page.next;
            if query.cursor.is_none() || rows.len() >= limit {
                return Ok(rows);
            }
        }
    }

    fn place_of(&self, record: &Record) -> String {
        match (self.by_index, &record.index) {
            (ByIndex::Secondary, Some(index)) => index.sk.clone(),
            _ => record.key.sk.clone(),
        }
    }
}

/// Whether a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum More {
    /// It may.
    Yes,
    /// It ends.
    No,
}

/// A cursor of ours is a place; anything else is the address of nothing.
pub(crate) fn check_cursor(cursor: Option<&str>) -> Result<()> {
    let is_place = |cursor: &str| {
        let Some((time, id)) = cursor.split_once('#') else { return false };
        time.len() == 16 && id.len() == 36 && cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b"#-".contains(&b))
    };
    if cursor.is_none_or(is_place) { Ok(()) } else { Err(Error::NotFound) }
}

fn shelves(viewer: &Viewer) -> Vec<String> {
    Shelf::of_viewer(viewer).iter().map(|shelf| shelf.list_partition()).collect()
}

/// Heads of a list, in order, as far as this viewer finds them.
pub(crate) async fn heads(
    site: &Site,
    viewer: &Viewer,
    cursor: Option<&str>,
    limit: usize,
) -> Result<(Vec<(String, Head)>, Option<String>)> {
    check_cursor(cursor)?;
    let now = site.clock.now();
    let partitions = shelves(viewer);
    let list = Merged { by_index: ByIndex::Base, partitions: &partitions };
    let mut found: Vec<(String, Head)> = Vec::new();
    let mut place = cursor.map(str::to_owned);
    for _ in 0..ROUNDS {
        let (rows, more) = list.after(site, place.as_deref(), limit - found.len()).await?;
        place = rows.last().map(|(place, _)| place.clone()).or(place);
        for (place, record) in rows {
            let head: Head = decode(record)?.doc;
            if head.is_readable(viewer, Via::Listing, now) {
                found.push((place, head));
            }
        }
        if more == More::No {
            return Ok((found, None));
        }
        if found.len() >= limit {
            break;
        }
    }
    Ok((found, place))
}

/// What this viewer finds listed, latest first.
pub async fn list(site: &Site, viewer: &Viewer, cursor: Option<&str>) -> Result<Page<NoteSummary>> {
    let (heads, next) = heads(site, viewer, cursor, PAGE_ITEMS).await?;
    Ok(Page { items: heads.iter().map(|(_, head)| head.summary(viewer)).collect(), next })
}

/// The whole of what a visitor finds listed, latest first: archive and sitemap. Head only.
pub async fn archive(site: &Site, viewer: &Viewer) -> Result<Vec<NoteSummary>> {
    const AT_ONCE: usize = 2_000;
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let (found, next) = heads(site, viewer, cursor.as_deref(), AT_ONCE).await?;
        all.extend(found.iter().map(|(_, head)| head.summary(viewer)));
        cursor = next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

/// True when a note has the tag (folded), or one below it.
pub(crate) fn has_tag(head: &Head, folded: &str) -> bool {
    head.tags
        .iter()
        .map(|tag| fold_tag(tag))
        .any(|tag| tag.strip_prefix(folded).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Notes under a tag, latest first, each looked at itself.
pub(crate) async fn tagged(
    site: &Site,
    viewer: &Viewer,
    tag: &str,
    cursor: Option<&str>,
    limit: usize,
) -> Result<(Vec<Head>, Option<String>)> {
    check_cursor(cursor)?;
    let folded = fold_tag(tag);
    if folded.is_empty() || folded.chars().count() > shared::limits::TAG_CHARS * 2 {
        return Ok((Vec::new(), None));
    }
    let now = site.clock.now();
    let partitions: Vec<_> = Shelf::of_viewer(viewer).iter().map(|shelf| shelf.tag_partition(&folded)).collect();
    let list = Merged { by_index: ByIndex::Base, partitions: &partitions };
    let mut found: Vec<Head> = Vec::new();
    let mut place = cursor.map(str::to_owned);
    for _ in 0..ROUNDS {
        let (rows, more) = list.after(site, place.as_deref(), limit - found.len()).await?;
        place = rows.last().map(|(place, _)| place.clone()).or(place);
        let ids = rows.iter().filter_map(|(place, _)| place.rsplit_once('#')?.1.parse().ok()).collect::<Vec<_>>();
        let heads = store::heads(site, &ids).await?.into_iter().flatten();
        found.extend(heads.filter(|head| head.is_readable(viewer, Via::Listing, now) && has_tag(head, &folded)));
        if more == More::No {
            return Ok((found, None));
        }
        if found.len() >= limit {
            break;
        }
    }
    Ok((found, place))
}

/// The same under a tag (folded; nested tags count for their parents too).
pub async fn list_tagged(site: &Site, viewer: &Viewer, tag: &str, cursor: Option<&str>) -> Result<Page<NoteSummary>> {
    let (heads, next) = tagged(site, viewer, tag, cursor, PAGE_ITEMS).await?;
    Ok(Page { items: heads.iter().map(|head| head.summary(viewer)).collect(), next })
}
