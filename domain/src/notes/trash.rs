//! The trash: what is in it is gone for everybody else at once, and for good after a while.

use jiff::SignedDuration;
use shared::ids::NoteId;
use shared::limits::TRASH_DAYS;
use shared::notes::{Note, NoteSummary};
use shared::{Error, Result, Viewer};

use super::keys;
use super::publish::try_change;
use super::record::Working;
use super::store::{self, PublishedText, delete};
use crate::Site;
use crate::outbox::{self, Event};
use crate::ports::{ByIndex, Expect, Order, Query, Table, Write};
use crate::table::Stored;
use crate::unit::{Attempt, attempt};

/// Owner. Into the trash: gone for everybody else at once, kept for `TRASH_DAYS`.
pub async fn trash(site: &Site, viewer: &Viewer, id: NoteId) -> Result<Note> {
    viewer.require_owner()?;
    let now = site.clock.now();
    attempt!(try_change(site, id, |working| {
        working.note.trashed.get_or_insert(now);
        Ok(PublishedText::Stays)
    }))
}

/// Owner. Out of the trash, as it was (published again if it was published).
pub async fn restore(site: &Site, viewer: &Viewer, id: NoteId) -> Result<Note> {
    viewer.require_owner()?;
    attempt!(try_change(site, id, |working| {
        working.note.trashed = None;
        Ok(PublishedText::Stays)
    }))
}

/// Owner. Removes a trashed note and its history for good.
pub async fn purge(site: &Site, viewer: &Viewer, id: NoteId) -> Result<()> {
    viewer.require_owner()?;
    attempt!(try_purge(site, id))
}

/// What readers and lists find goes at once; the outbox removes the history and the old addresses.
async fn try_purge(site: &Site, id: NoteId) -> Attempt<()> {
    let Stored { version, doc } = store::working(site, id).await?.ok_or(Error::NotFound)?;
    let Working { note, .. } = doc;
    if note.trashed.is_none() {
        return Err(Error::conflict("Only what is in the trash can be removed for good.").into());
    }
    let mut writes: Vec<Write> = vec![
        Write::Delete { key: keys::working(id), expect: Expect::Version(version) },
        outbox::write(site, &Event::NotePurged { id })?.into(),
    ];
    let gone = [keys::head(id), keys::published(id), keys::desk(id), keys::address(&note.slug)];
    writes.extend(gone.into_iter().map(delete));
    Ok(site.records.transact(writes).await?)
}

/// The worker's: removes what has been in the trash for `TRASH_DAYS`; answers how many.
pub async fn sweep_trash(site: &Site) -> Result<u64> {
    let before = site.clock.now() - SignedDuration::from_hours(24 * TRASH_DAYS);
    let mut query = Query {
        by_index: ByIndex::Secondary,
        order: Order::Descending,
        ..Query::partition(Table::Notes, "desk#trash")
    };
    let mut removed = 0;
    loop {
        let page = site.list::<NoteSummary>(&query).await?;
        for Stored { doc, .. } in page.items {
            // What changed since has come to lie further up, and may have been put there anew: the note itself knows.
            let Some(Stored { doc: working, .. }) = store::working(site, doc.id).await? else { continue };
            if working.note.trashed.is_some_and(|at| at < before) {
                attempt!(try_purge(site, doc.id))?;
                removed += 1;
            }
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(removed);
        }
    }
}
