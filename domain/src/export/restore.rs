//! Arriving: an export brought into an empty home gives the same site.

use std::io::{Read, Seek};

use shared::limits::{FILE_BYTES, NOTE_BYTES};
use shared::notes::{Note, Publication, VersionSummary};
use shared::{Error, Result, Viewer};
use zip::ZipArchive;

use super::{Exported, FileEntry, Manifest, NoteEntry, PublicationEntry, TextPlace, VersionEntry, manifest};
use crate::Site;
use crate::files::{self, NewFile, Origin};
use crate::import::{Progress, Stage};
use crate::notes::keys;
use crate::notes::record::{
    Address, AddressState, LastVersion, Merged, Meta, Named, Published, Reader, Snapshot, Working,
};
use crate::notes::store::{self, Change, Follow, PublishedText};
use crate::notes::{slugs, text};
use crate::ports::{Expect, PortResult, Write};
use crate::table;
use crate::unit::{Attempt, Unit, attempt};

/// The manifest, bytes: some hundred for each version and file.
const MANIFEST_BYTES: u64 = 512 * 1024 * 1024;
/// Writes of one transaction that are texts, so that large ones fit.
const TEXTS: usize = 8;

/// Owner. Brings everything of an export into an empty home. A restore that was broken off is finished by running it
/// again; a home with other notes is left alone.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] on field `path` for what is no export; [`Error::Conflict`] when the home has notes
/// of its own; those of the store.
pub async fn restore<R: Read + Seek + Send>(
    site: &Site,
    viewer: &Viewer,
    reader: R,
    progress: &dyn Progress,
) -> Result<Exported> {
    viewer.require_owner()?;
    let mut zip = Zip(ZipArchive::new(reader).map_err(|error| broken(&error.to_string()))?);
    let text = zip.read(manifest::PATH, MANIFEST_BYTES)?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| broken(&error.to_string()))?;
    if manifest.format != "commonplace" || manifest.version != 1 {
        return Err(broken("it was written by a newer version of Commonplace"));
    }
    let here = super::notes::ids(site, viewer).await?;
    if here.iter().any(|id| !manifest.notes.iter().any(|note| note.id == *id)) {
        return Err(Error::conflict("This home has notes already. Restore into an empty one."));
    }
    let mut restored = Exported::default();
    for file in &manifest.files {
        progress.at(Stage::Files, restored.files, manifest.files.len() as u64);
        put_file(site, &mut zip, file).await?;
        restored.files += 1;
    }
    for note in &manifest.notes {
        progress.at(Stage::Notes, restored.notes, manifest.notes.len() as u64);
        put_note(site, &mut zip, note).await?;
        restored.notes += 1;
        restored.versions += note.versions.len() as u64;
    }
    crate::import::remember(site, &manifest.imported).await?;
    let settings = crate::settings::get(site).await?;
    let wished = shared::settings::Settings { version: settings.version, ..manifest.settings };
    if settings != wished {
        crate::settings::save(site, viewer, wished).await?;
    }
    progress.at(Stage::Following, 0, 0);
    crate::import::follow(site).await?;
    Ok(restored)
}

fn broken(reason: &str) -> Error {
    Error::invalid("path", format!("This is no export of Commonplace, or a broken one: {reason}."))
}

/// The zip, read by name and never further than a limit.
struct Zip<R: Read + Seek>(ZipArchive<R>);

impl<R: Read + Seek> Zip<R> {
    fn read(&mut self, name: &str, limit: u64) -> Result<Vec<u8>> {
        let file = self.0.by_name(name).map_err(|error| broken(&format!("{name}: {error}")))?;
        let mut bytes = Vec::new();
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| broken(&format!("{name}: {error}")))?;
        if bytes.len() as u64 > limit {
            return Err(broken(&format!("{name} is too large")));
        }
        Ok(bytes)
    }

    fn text(&mut self, name: &str) -> Result<String> {
        // What an export adds to a text is less than another text of the largest size.
        let bytes = self.read(name, 2 * NOTE_BYTES as u64)?;
        String::from_utf8(bytes).map_err(|_| broken(&format!("{name} is not UTF-8")))
    }
}

async fn put_file<R: Read + Seek>(site: &Site, zip: &mut Zip<R>, entry: &FileEntry) -> Result<()> {
    for name in &entry.names {
        let bytes = zip.read(&name.file, FILE_BYTES as u64)?;
        let new = NewFile { name: name.name.clone(), path: name.path.clone(), bytes };
        let file = files::put_back(site, new, Origin { id: entry.id, created: entry.created }).await?;
        if file.hash != entry.hash {
            return Err(broken(&format!("{} is not the file it was", name.file)));
        }
    }
    Ok(())
}

/// The texts of a note.
struct Texts {
    body: String,
    published: Option<String>,
}

impl Texts {
    fn read<R: Read + Seek>(zip: &mut Zip<R>, entry: &NoteEntry) -> Result<Self> {
        let mut body = zip.text(&entry.file)?;
        if let Some(inserted) = entry.inserted {
            let end = inserted.at.saturating_add(inserted.bytes);
            if body.get(inserted.at..end).is_none() {
                return Err(broken(&format!("{} is not the text it was", entry.file)));
            }
            body.replace_range(inserted.at..end, "");
        }
        let published = match entry.publication.as_ref().map(|publication| &publication.text) {
            None | Some(TextPlace::Gone) => None,
            Some(TextPlace::File(file)) => Some(zip.text(file)?),
            Some(TextPlace::Working | TextPlace::Published) => Some(body.clone()),
        };
        Ok(Self { body, published })
    }

    fn place<R: Read + Seek>(&self, zip: &mut Zip<R>, place: &TextPlace) -> Result<Option<String>> {
        Ok(match place {
            TextPlace::Working => Some(self.body.clone()),
            TextPlace::Published => self.published.clone(),
            TextPlace::File(file) => Some(zip.text(file)?),
            TextPlace::Gone => None,
        })
    }
}

/// The history first and the note last: a note that is there is whole.
async fn put_note<R: Read + Seek>(site: &Site, zip: &mut Zip<R>, entry: &NoteEntry) -> Result<()> {
    if store::working(site, entry.id).await?.is_some() {
        return Ok(());
    }
    let texts = Texts::read(zip, entry)?;
    let working = working(entry, &texts);
    let mut writes: Vec<Write> = Vec::new();
    for version in &entry.versions {
        writes.push(table::put(keys::version(entry.id, version.number), &line(version), Expect::Any)?.into());
        let body = texts.place(zip, &version.text)?.filter(|_| version.number != entry.version);
        if let Some(body) = body {
            let text = Snapshot { title: version.title.clone(), body, ..Snapshot::of(&working.note) };
            writes.push(store::write_text(entry.id, version.number, &text)?);
        }
    }
    for slug in &entry.former_slugs {
        writes.push(table::put(keys::former(entry.id, slug), slug, Expect::Any)?.into());
    }
    for chunk in writes.chunks(TEXTS) {
        site.records.transact(chunk.to_vec()).await?;
    }
    let published = texts.published.zip(entry.publication.as_ref());
    let published = published.map(|(body, publication)| Published { text: publication.version, body });
    attempt!(put_working(site, entry, &working, published.as_ref()))
}

async fn put_working(site: &Site, entry: &NoteEntry, working: &Working, published: Option<&Published>) -> Attempt<()> {
    let mut unit = Unit::new(site);
    let change = Change {
        before: None,
        after: working.clone(),
        published: published.cloned().map_or(PublishedText::Stays, PublishedText::Becomes),
        history: Vec::new(),
        events: Vec::new(),
        follow: Follow::Now,
    };
    let late = store::add(&mut unit, change).await?;
    former_addresses(&mut unit, entry).await?;
    unit.flush().await?;
    if let Some(late) = late {
        store::write_names(site, late).await?;
    }
    Ok(())
}

async fn former_addresses(unit: &mut Unit<'_>, entry: &NoteEntry) -> PortResult<()> {
    unit.load(entry.former_slugs.iter().map(|slug| keys::address(slug))).await?;
    for slug in entry.former_slugs.iter().filter(|slug| **slug != entry.slug) {
        let former = Address { id: entry.id, state: AddressState::Former };
        unit.set(&keys::address(slug), Some(&former))?;
    }
    Ok(())
}

fn line(version: &VersionEntry) -> VersionSummary {
    VersionSummary {
        number: version.number,
        at: version.at,
        reason: version.reason,
        title: version.title.clone(),
        added: version.added,
        removed: version.removed,
        name: version.name.clone(),
    }
}

fn working(entry: &NoteEntry, texts: &Texts) -> Working {
    let reading = text::read(&texts.body, &shared::markdown::Plain);
    let publication = entry.publication.as_ref().filter(|_| texts.published.is_some());
    let note = Note {
        id: entry.id,
        version: entry.version,
        title: entry.title.clone(),
        slug: entry.slug.clone(),
        aliases: entry.aliases.clone(),
        tags: entry.tags.clone(),
        visibility: entry.visibility,
        publish_at: entry.publish_at,
        body: texts.body.clone(),
        path: entry.path.clone(),
        created: entry.created,
        updated: entry.updated,
        published: publication.map(|p| Publication { date: p.date, updated: p.updated, version: p.version }),
        trashed: entry.trashed,
        problem: reading.problem.clone(),
    };
    let mut meta = Meta {
        permalink: slugs::permalink(&reading),
        chosen: (!note.has_made_up_address()).then(|| note.slug.clone()),
        first_published: entry.first_published,
        reader: publication.map(|publication| reader(publication, texts, &note)),
        former_slugs: entry.former_slugs.clone(),
        former_titles: entry.former_titles.clone(),
        last: last(&entry.versions),
        ..Meta::default()
    };
    reading.describe(&mut meta, &note.tags);
    Working { note, meta }
}

fn reader(publication: &PublicationEntry, texts: &Texts, note: &Note) -> Reader {
    let body = texts.published.as_deref().unwrap_or_default();
    let reading = text::read(body, &shared::markdown::Plain);
    let sent = Snapshot { title: publication.title.clone(), body: body.to_owned(), ..Snapshot::of(note) };
    let derived = reading.reader(&sent, publication.version, publication.asked_date);
    Reader {
        fingerprint: publication.fingerprint.clone(),
        tags: publication.tags.clone(),
        aliases: publication.aliases.clone(),
        date: publication.asked_date,
        ..derived
    }
}

fn last(versions: &[VersionEntry]) -> Option<LastVersion> {
    let (last, before) = versions.split_last()?;
    Some(LastVersion {
        number: last.number,
        reason: last.reason,
        at: last.at,
        since: last.at,
        before: before.last().map_or(0, |version| version.number),
        merged: Merged::No,
        named: if last.name.is_some() { Named::Yes } else { Named::No },
    })
}
