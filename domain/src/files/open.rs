//! Reading files: the owner's originals, and what readers get.

use shared::files::{File, Serving};
use shared::ids::NoteId;
use shared::limits::{BATCH_ITEMS, PAGE_ITEMS};
use shared::page::Page;
use shared::{Error, Result, Viewer};

use super::keys;
use crate::Site;
use crate::ports::{ByIndex, ByteRange, Query, Range, Record, Table};
use crate::table::decode;

/// What stands at `/media/{hash}/{name}` for this viewer: `NotFound` unless a thing that uses it may be read by them. The
/// answer's `hash` and `size` are those of the bytes that [`read`] gives.
///
/// # Errors
/// [`Error::NotFound`], and those of the store.
pub async fn open(site: &Site, viewer: &Viewer, hash: &str) -> Result<File> {
    if !keys::is_hash(hash) {
        return Err(Error::NotFound);
    }
    let found = site.records.batch_get(&[keys::file_key(hash), keys::served_key(hash)]).await?;
    let Ok([original, copy]) = <[Option<Record>; 2]>::try_from(found) else { return Err(Error::Internal) };
    let original = original.map(decode::<File>).transpose()?.map(|stored| stored.doc);
    let copy = copy.map(decode::<File>).transpose()?.map(|stored| stored.doc);
    if let Some(file) = &original
        && viewer.is_owner()
    {
        return Ok(file.clone());
    }
    if let Some(file) = original.filter(|file| file.serving == Serving::Original)
        && is_used(site, viewer, &file.hash).await?
    {
        return Ok(file);
    }
    if let Some(file) = copy
        && (viewer.is_owner() || is_used(site, viewer, &file.hash).await?)
    {
        return Ok(file.served());
    }
    Err(Error::NotFound)
}

/// By something that this viewer may read by its address.
async fn is_used(site: &Site, viewer: &Viewer, original: &str) -> Result<bool> {
    let pk = keys::file_key(original).pk;
    let mut query =
        Query { range: Range::Prefix(keys::USE.into()), limit: BATCH_ITEMS, ..Query::partition(Table::Files, pk) };
    loop {
        let page = site.records.query(&query).await?;
        let notes = page.items.iter().filter_map(|record| record.key.sk.strip_prefix(keys::USE)?.parse().ok());
        let notes: Vec<NoteId> = notes.collect();
        if !notes.is_empty() && crate::notes::any_readable(site, viewer, &notes).await? {
            return Ok(true);
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(false);
        }
    }
}

/// Its bytes, or a range of them. Ask [`open`] first.
///
/// # Errors
/// [`Error::NotFound`] for a range that begins behind the end; those of the store.
pub async fn read(site: &Site, file: &File, range: Option<ByteRange>) -> Result<Vec<u8>> {
    Ok(site.blobs.get(&keys::blob_key(file), range).await?)
}

/// The whole original, for an export.
pub(crate) async fn original(site: &Site, hash: &str) -> Result<Vec<u8>> {
    Ok(site.blobs.get(&keys::original_key(hash), None).await?)
}

/// Owner. Latest first.
///
/// # Errors
/// [`Error::Denied`], and those of the store.
pub async fn list(site: &Site, viewer: &Viewer, cursor: Option<&str>) -> Result<Page<File>> {
    viewer.require_owner()?;
    let query = Query {
        by_index: ByIndex::Secondary,
        limit: PAGE_ITEMS,
        cursor: cursor.map(str::to_owned),
        ..Query::partition(Table::Files, keys::ALL)
    };
    Ok(site.list::<File>(&query).await?.map(|stored| stored.doc))
}
