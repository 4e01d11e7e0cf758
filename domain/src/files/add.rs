//! Keeping what comes.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use shared::files::{File, Serving};
use shared::ids::{FileId, NoteId};
use shared::limits::{FILE_BYTES, TRANSACTION_ITEMS};
use shared::{Error, Result, Viewer};

use super::metadata::{self, Cleaned, Unreadable};
use super::{NamedFile, NewFile, keys, media_type};
use crate::Site;
use crate::outbox::{self, Event};
use crate::ports::{Expect, PortError, PortResult, Query, Range, Table, Write};
use crate::table::{self, Stored, latest_first};

/// The same bytes, or the same name, that come twice at once get in each other's way so often.
const TRIES: u32 = 5;
/// A name, bytes (file systems have the same limit).
const NAME_BYTES: usize = 255;

/// What the bytes alone tell.
struct Analysis {
    hash: String,
    media_type: &'static str,
    size: Option<(u32, u32)>,
    serving: Serving,
    copy: Option<Vec<u8>>,
}

/// Owner. Keeps the bytes (once, however often they come) and what is known of them.
///
/// # Errors
/// [`Error::Denied`]; [`Error::TooLarge`] or [`Error::Invalid`] on field `file`; those of the store.
pub async fn add(site: &Site, viewer: &Viewer, new: NewFile) -> Result<File> {
    viewer.require_owner()?;
    keep(site, new, None).await
}

async fn keep(site: &Site, new: NewFile, origin: Option<Origin>) -> Result<File> {
    let name = check(&new.name, &new.bytes)?;
    let (analysis, bytes) = analyse(name.clone(), new.bytes).await?;
    let mut file = describe(site, &analysis, &name, new.path.clone(), &bytes);
    if let Some(Origin { id, created }) = origin {
        file = File { id, created, ..file };
    }
    let named = NamedFile { file, name, path: new.path };
    if site.get::<File>(&keys::file_key(&analysis.hash)).await?.is_none() {
        store_bytes(site, &named.file, bytes, analysis.copy).await?;
    }
    for _ in 0..TRIES {
        match record(site, named.clone()).await {
            Err(PortError::Conflict) => {}
            other => return Ok(other?),
        }
    }
    Err(Error::Busy { retry_after: 1 })
}

/// The records of a file and of its name, and what follows from the name. What is there already is not written again.
async fn record(site: &Site, mut named: NamedFile) -> PortResult<File> {
    let (file_key, name_key) = (keys::file_key(&named.file.hash), keys::name_key(&named));
    let mut writes = Vec::new();
    match site.get::<File>(&file_key).await? {
        Some(Stored { doc, .. }) => named.file = File { name: named.name.clone(), path: named.path.clone(), ..doc },
        None => writes.extend(new_file(&named.file)?),
    }
    let before = site.get::<NamedFile>(&name_key).await?;
    let (version, replaced) = before.map_or((0, None), |before| (before.version, Some(before.doc.file.hash)));
    if replaced.as_ref() == Some(&named.file.hash) && writes.is_empty() {
        return Ok(named.file);
    }
    let expect = if version == 0 { Expect::Absent } else { Expect::Version(version) };
    writes.push(table::put(name_key, &named, expect)?.into());
    writes.push(outbox::write(site, &Event::FileNamed { name: named.name.clone() })?.into());
    for note in users(site, replaced.filter(|hash| *hash != named.file.hash)).await? {
        writes.push(outbox::write(site, &Event::NoteChanged { id: note })?.into());
    }
    site.records.transact(writes).await?;
    Ok(named.file)
}

/// The notes that show what stood under this name before, as many as a transaction has room for.
async fn users(site: &Site, hash: Option<String>) -> PortResult<Vec<NoteId>> {
    let Some(hash) = hash else { return Ok(Vec::new()) };
    let query = Query {
        range: Range::Prefix(keys::USE.into()),
        limit: TRANSACTION_ITEMS - 10,
        ..Query::partition(Table::Files, keys::file_key(&hash).pk)
    };
    let page = site.records.query(&query).await?;
    Ok(page.items.iter().filter_map(|record| record.key.sk.strip_prefix(keys::USE)?.parse().ok()).collect())
}

/// What a file keeps for ever when it moves to another home.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    pub(crate) id: FileId,
    pub(crate) created: Timestamp,
}

/// Keeps a file of another home as it was there.
pub(crate) async fn put_back(site: &Site, new: NewFile, origin: Origin) -> Result<File> {
    keep(site, new, Some(origin)).await
}

/// What readers would get of it if it were added; for dry runs.
pub(crate) async fn would_serve(new: NewFile) -> Result<Serving> {
    let name = check(&new.name, &new.bytes)?;
    Ok(analyse(name, new.bytes).await?.0.serving)
}

/// The name, without what cannot be shown.
pub(super) fn check(name: &str, bytes: &[u8]) -> Result<String> {
    if bytes.len() > FILE_BYTES {
        let limit = (FILE_BYTES / 1024 / 1024) as u64;
        return Err(Error::TooLarge { field: "file".into(), limit, unit: "MiB".into() });
    }
    let name: String = name.chars().filter(|c| !c.is_control() && !matches!(c, '/' | '\\')).collect();
    let name = name.trim();
    if name.is_empty() || name == "." || name == ".." {
        return Err(Error::invalid("file", "It needs a name."));
    }
    if name.len() > NAME_BYTES {
        return Err(Error::invalid("file", format!("Its name is longer than {NAME_BYTES} bytes.")));
    }
    Ok(name.to_owned())
}

/// Off the threads that answer requests: hashing fifty megabytes takes a while.
async fn analyse(name: String, bytes: Vec<u8>) -> Result<(Analysis, Vec<u8>)> {
    let work = move || {
        let analysis = look_at(&name, &bytes);
        (analysis, bytes)
    };
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(PortError::failed("look at a file"))?)
}

fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

fn look_at(name: &str, bytes: &[u8]) -> Analysis {
    let media_type = media_type::of(name, bytes);
    let (serving, copy) = match metadata::clean(media_type, bytes) {
        Ok(Cleaned::Same) => (Serving::Original, None),
        Ok(Cleaned::Copy(copy)) => (Serving::Copy { hash: hash(&copy), size: copy.len() as u64 }, Some(copy)),
        Err(Unreadable(reason)) => (Serving::OwnerOnly { reason: reason.into() }, None),
    };
    Analysis { hash: hash(bytes), media_type, size: dimensions(media_type, bytes), serving, copy }
}

/// Width and height as shown: a picture on its side is turned.
fn dimensions(media_type: &str, bytes: &[u8]) -> Option<(u32, u32)> {
    if !media_type.starts_with("image/") {
        return None;
    }
    let size = imagesize::blob_size(bytes).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    let on_its_side = metadata::orientation(media_type, bytes) >= 5;
    Some(if on_its_side { (height, width) } else { (width, height) })
}

fn describe(site: &Site, analysis: &Analysis, name: &str, path: Option<String>, bytes: &[u8]) -> File {
    File {
        id: FileId::from_u128(site.clock.id()),
        hash: analysis.hash.clone(),
        name: name.into(),
        path,
        media_type: analysis.media_type.into(),
        size: bytes.len() as u64,
        width: analysis.size.map(|(width, _)| width),
        height: analysis.size.map(|(_, height)| height),
        created: site.clock.now(),
        serving: analysis.serving.clone(),
    }
}

/// Before the records, so that what is on record can be read.
async fn store_bytes(site: &Site, file: &File, bytes: Vec<u8>, copy: Option<Vec<u8>>) -> Result<()> {
    site.blobs.put(&keys::original_key(&file.hash), &file.media_type, bytes).await?;
    if let (Serving::Copy { hash, .. }, Some(copy)) = (&file.serving, copy) {
        site.blobs.put(&keys::copy_key(hash), &file.media_type, copy).await?;
    }
    Ok(())
}

fn new_file(file: &File) -> PortResult<Vec<Write>> {
    let place = format!("{}#{}", latest_first(file.created), file.hash);
    let put = table::put(keys::file_key(&file.hash), file, Expect::Absent)?.indexed(keys::ALL, place);
    let mut writes = vec![put.into()];
    if let Serving::Copy { hash, .. } = &file.serving {
        writes.push(table::put(keys::served_key(hash), file, Expect::Any)?.into());
    }
    Ok(writes)
}
