//! All tags. Counts are derived; what is waiting to be followed up is counted anew, so that a tag is gone when the last
//! note under it is.

use std::collections::BTreeMap;

use shared::ids::NoteId;
use shared::notes::TagCount;
use shared::{Result, Viewer};

use super::keys::{self, Shelf};
use super::record::Head;
use crate::Site;
use crate::outbox::derived::Derived;
use crate::outbox::pending;
use crate::outbox::tags::{Tag, memberships};
use crate::ports::{PortResult, Query, Record, Table};
use crate::table::decode;
use crate::unit::get_many;

/// All tags under which this viewer finds something, by name.
pub async fn tags(site: &Site, viewer: &Viewer) -> Result<Vec<TagCount>> {
    let now = site.clock.now();
    // In this order: what is followed up in between is then taken away twice, and never not at all.
    let waiting: Vec<NoteId> = pending(site).await?.into_iter().collect();
    let keys: Vec<_> = waiting.iter().flat_map(|id| [keys::derived(*id), keys::head(*id)]).collect();
    let records = get_many(site, &keys).await?;
    let mut tags = stored(site).await?;
    for pair in records.chunks(2) {
        let [derived, head] = pair else { continue };
        for membership in derived.clone().map(of::<Derived>).transpose()?.unwrap_or_default().tags {
            tags.entry(membership.folded.clone()).or_default().remove(&membership);
        }
        let Some(head) = head.clone().map(of::<Head>).transpose()? else { continue };
        for membership in memberships(&head, now) {
            tags.entry(membership.folded.clone()).or_default().add(&membership);
        }
    }
    let shelves = Shelf::of_viewer(viewer);
    let counted = tags.iter().filter_map(|(folded, tag)| {
        let (count, label) = tag.seen(shelves);
        (count > 0).then(|| TagCount { tag: label.unwrap_or(folded).to_owned(), count })
    });
    Ok(counted.collect())
}

fn of<T: serde::de::DeserializeOwned>(record: Record) -> PortResult<T> {
    Ok(decode(record)?.doc)
}

async fn stored(site: &Site) -> PortResult<BTreeMap<String, Tag>> {
    let mut query = Query { limit: 2_000, ..Query::partition(Table::Notes, keys::TAGS) };
    let mut tags = BTreeMap::new();
    loop {
        let page = site.records.query(&query).await?;
        for record in page.items {
            tags.insert(record.key.sk.clone(), of(record)?);
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(tags);
        }
    }
}
