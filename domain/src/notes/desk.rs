//! The owner's lists: drafts, everything, the trash, links that lead nowhere.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use shared::ids::NoteId;
use shared::limits::PAGE_ITEMS;
use shared::notes::{NoteSummary, Unresolved};
use shared::page::Page;
use shared::{Result, Viewer};

use super::list::{Merged, More, check_cursor};
use super::{Desk, keys};
use crate::Site;
use crate::ports::{ByIndex, Query, Table};
use crate::table::{Stored, decode};
use crate::unit::get_many;

/// A link to a name that nothing has, stored under the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) source: NoteId,
    /// As written.
    pub(crate) target: String,
    pub(crate) sentence: String,
}

const DRAFTS: &str = "desk#draft";
const LIVE: &str = "desk#live";
const TRASH: &str = "desk#trash";

async fn lines(site: &Site, lists: &[&str], cursor: Option<&str>, limit: usize) -> Result<Page<NoteSummary>> {
    check_cursor(cursor)?;
    let partitions: Vec<String> = lists.iter().map(|list| (*list).to_owned()).collect();
    let list = Merged { by_index: ByIndex::Secondary, partitions: &partitions };
    let (rows, more) = list.after(site, cursor, limit).await?;
    let next = rows.last().filter(|_| more == More::Yes).map(|(place, _)| place.clone());
    let items = rows.into_iter().map(|(_, record)| Ok(decode::<NoteSummary>(record)?.doc)).collect::<Result<_>>()?;
    Ok(Page { items, next })
}

/// Owner. Everything not in the trash, latest change first.
pub async fn all(site: &Site, viewer: &Viewer, cursor: Option<&str>) -> Result<Page<NoteSummary>> {
    viewer.require_owner()?;
    lines(site, &[DRAFTS, LIVE], cursor, PAGE_ITEMS).await
}

/// Owner. The trash, latest first.
pub async fn trashed(site: &Site, viewer: &Viewer, cursor: Option<&str>) -> Result<Page<NoteSummary>> {
    viewer.require_owner()?;
    lines(site, &[TRASH], cursor, PAGE_ITEMS).await
}

/// Owner. What the desk opens on.
pub async fn desk(site: &Site, viewer: &Viewer) -> Result<Desk> {
    viewer.require_owner()?;
    const RECENT: usize = 20;
    let counts = keys::counts();
    let (drafts, recent, unresolved, count) = futures::try_join!(
        lines(site, &[DRAFTS], None, PAGE_ITEMS),
        lines(site, &[DRAFTS, LIVE], None, RECENT),
        wanted(site, None, RECENT),
        async { Ok(site.get::<u32>(&counts).await?) },
    )?;
    let count = count.map_or(0, |Stored { doc, .. }| doc);
    Ok(Desk { drafts: drafts.items, recent: recent.items, unresolved: unresolved.items, count })
}

/// Owner. Links that lead nowhere.
pub async fn unresolved(site: &Site, viewer: &Viewer, cursor: Option<&str>) -> Result<Page<Unresolved>> {
    viewer.require_owner()?;
    wanted(site, cursor, PAGE_ITEMS).await
}

async fn wanted(site: &Site, cursor: Option<&str>, limit: usize) -> Result<Page<Unresolved>> {
    let query = Query {
        by_index: ByIndex::Secondary,
        limit,
        cursor: cursor.map(str::to_owned),
        ..Query::partition(Table::Notes, keys::UNRESOLVED)
    };
    let page = site.list::<Wanted>(&query).await?;
    let mut sources: Vec<NoteId> = page.items.iter().map(|stored| stored.doc.source).collect();
    sources.sort();
    sources.dedup();
    let keys: Vec<_> = sources.iter().map(|id| keys::desk(*id)).collect();
    let mut lines: HashMap<NoteId, NoteSummary> = HashMap::new();
    for (id, record) in sources.into_iter().zip(get_many(site, &keys).await?) {
        if let Some(record) = record {
            lines.insert(id, decode(record)?.doc);
        }
    }
    let items = page.items.into_iter().filter_map(|Stored { doc, .. }| {
        let from = lines.get(&doc.source)?.clone();
        Some(Unresolved { from, target: doc.target, sentence: doc.sentence })
    });
    Ok(Page { items: items.collect(), next: page.next })
}
