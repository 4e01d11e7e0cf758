//! Notes: the working text, the published one where it is another, and the history.

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use shared::ids::NoteId;
use shared::notes::{NoteSummary, VersionSummary};
use shared::page::Page;
use shared::{Result, Viewer};

use super::archive::Archive;
use super::{Inserted, NoteEntry, PublicationEntry, TextPlace, VersionEntry, failed, front};
use crate::Site;
use crate::notes::keys;
use crate::notes::record::{Published, Snapshot, Working};
use crate::notes::store;
use crate::ports::{PortResult, Query, Range, Record, Table};
use crate::table::decode;

/// Every note, in the trash or not, oldest first.
pub(super) async fn ids(site: &Site, viewer: &Viewer) -> Result<Vec<NoteId>> {
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let page: Page<NoteSummary> = crate::notes::all(site, viewer, cursor.as_deref()).await?;
        ids.extend(page.items.into_iter().map(|summary| summary.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    loop {
        let page = crate::notes::trashed(site, viewer, cursor.as_deref()).await?;
        ids.extend(page.items.into_iter().map(|summary| summary.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// What is stored of a note's texts.
struct Texts {
    working: Working,
    published: Option<Published>,
    lines: Vec<VersionSummary>,
    texts: BTreeMap<u64, Snapshot>,
    former: Vec<String>,
}

/// Writes a note's files; `None` when it was purged meanwhile.
pub(super) async fn write<W: Write + Seek>(
    site: &Site,
    id: NoteId,
    archive: &mut Archive<W>,
) -> Result<Option<NoteEntry>> {
    let Some(texts) = read(site, id).await? else { return Ok(None) };
    let Texts { working: Working { note, meta }, published, lines, texts, former } = texts;
    let wished = note.path.clone().unwrap_or_else(|| format!("{}.md", note.slug));
    let file = archive.name("notes", &wished);
    let inserted = front::missing(&note, &file);
    let mut body = note.body.clone();
    if let Some((at, text)) = &inserted {
        body.insert_str(*at, text);
    }
    archive.add(&file, body.as_bytes()).map_err(failed)?;

    let mut publication = None;
    if let (Some(published), Some(stored), Some(reader)) = (&published, &note.published, &meta.reader) {
        let text = if published.body == note.body {
            TextPlace::Working
        } else {
            let file = archive.name("published", &wished);
            archive.add(&file, published.body.as_bytes()).map_err(failed)?;
            TextPlace::File(file)
        };
        publication = Some(PublicationEntry {
            date: stored.date,
            asked_date: reader.date,
            updated: stored.updated,
            version: stored.version,
            title: reader.title.clone(),
            tags: reader.tags.clone(),
            aliases: reader.aliases.clone(),
            fingerprint: reader.fingerprint.clone(),
            text,
        });
    }
    let mut versions = Vec::new();
    for line in lines {
        let own = (line.number == note.version).then_some(note.body.as_str());
        let body = texts.get(&line.number).map(|text| text.body.as_str()).or(own);
        let text = match body {
            None => TextPlace::Gone,
            Some(body) if body == note.body => TextPlace::Working,
            Some(body) if published.as_ref().is_some_and(|published| published.body == body) => TextPlace::Published,
            Some(body) => {
                let file = archive.name("versions", &format!("{id}/{}.md", line.number));
                archive.add(&file, body.as_bytes()).map_err(failed)?;
                TextPlace::File(file)
            }
        };
        versions.push(version(line, text));
    }
    Ok(Some(NoteEntry {
        id,
        file,
        inserted: inserted.map(|(at, text)| Inserted { at, bytes: text.len() }),
        version: note.version,
        title: note.title,
        slug: note.slug,
        former_slugs: former,
        former_titles: meta.former_titles,
        aliases: note.aliases,
        tags: note.tags,
        visibility: note.visibility,
        publish_at: note.publish_at,
        path: note.path,
        created: note.created,
        updated: note.updated,
        publication,
        first_published: meta.first_published,
        trashed: note.trashed,
        versions,
    }))
}

fn version(line: VersionSummary, text: TextPlace) -> VersionEntry {
    let VersionSummary { number, at, reason, title, added, removed, name } = line;
    VersionEntry { number, at, reason, title, added, removed, name, text }
}

async fn read(site: &Site, id: NoteId) -> PortResult<Option<Texts>> {
    let Some(working) = store::working(site, id).await? else { return Ok(None) };
    let published = site.records.get(&keys::published(id)).await?.map(store::unpack_published).transpose()?;
    let lines = records(site, id, keys::VERSION).await?;
    let lines =
        lines.into_iter().map(|record| Ok(decode::<VersionSummary>(record)?.doc)).collect::<PortResult<Vec<_>>>()?;
    let mut texts = BTreeMap::new();
    for line in &lines {
        if let Some(text) = store::text(site, id, line.number).await? {
            texts.insert(line.number, text);
        }
    }
    let former = former_slugs(site, id, &working.doc).await?;
    Ok(Some(Texts { working: working.doc, published, lines, texts, former }))
}

/// Every address it had; those that links remember last, in their order.
async fn former_slugs(site: &Site, id: NoteId, working: &Working) -> PortResult<Vec<String>> {
    let records = records(site, id, keys::FORMER).await?;
    let stored = records.iter().filter_map(|record| record.key.sk.strip_prefix(keys::FORMER));
    let remembered = &working.meta.former_slugs;
    let mut all: Vec<String> = stored.filter(|slug| !remembered.iter().any(|r| r == slug)).map(str::to_owned).collect();
    all.extend(remembered.iter().cloned());
    Ok(all)
}

async fn records(site: &Site, id: NoteId, prefix: &str) -> PortResult<Vec<Record>> {
    let partition = keys::note_partition(id);
    let mut query = Query { range: Range::Prefix(prefix.into()), ..Query::partition(Table::Notes, partition) };
    let mut found = Vec::new();
    loop {
        let page = site.records.query(&query).await?;
        found.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(found);
        }
    }
}
