//! A note got another slug or title: links that name the old one are rewritten in the notes that have them, each as a
//! version that can be undone.
//!
//! A link that names the note by its old title gets the new one, as in Obsidian, unless the old title stays as an alias;
//! one that names it by its old slug gets the new slug; one by its vault path or an alias stays as it is. A text that was
//! published without a change since is published rewritten; of one that was changed since, the working text is rewritten.
//!
//! A note is left alone where its readers may not read the renamed one: they would learn a name that is not for them, now
//! or when the owner publishes next. Its links keep working, because what was once a name still leads to the note.

use shared::Result;
use shared::ids::NoteId;
use shared::markdown::{Plain, Reference, TargetKind, rewrite_targets};
use shared::notes::VersionReason;
use shared::settings::Settings;
use shared::viewer::{Exposure, Visibility};

use super::Event;
use super::apply::backs;
use super::derived::Derived;
use super::queue::write;
use crate::Site;
use crate::links::fold;
use crate::links::resolve::{Lead, Names, by_name, folder_of};
use crate::notes::publish::publish_working;
use crate::notes::record::{Changed, Head, Snapshot, Working};
use crate::notes::store::{self, Change, Entry, Follow, PublishedText};
use crate::notes::{keys, text};
use crate::ports::{PortError, PortResult};
use crate::table::Stored;
use crate::unit::{Attempt, attempt};

/// What became of the note's names.
struct Renamed {
    id: NoteId,
    old_slug: String,
    new_slug: String,
    /// `None` when the old title still names it.
    old_title: Option<String>,
    new_title: String,
    exposure: Exposure,
}

/// Rewrites the links; every note that points here is followed up in any case, since its backlinks stand under the slug.
pub(super) async fn follow(site: &Site, id: NoteId, old_slug: &str, old_title: &str) -> Result<()> {
    let Some(Stored { doc: working, .. }) = store::working(site, id).await? else { return Ok(()) };
    let head = Head::of(&working);
    let renamed = Renamed {
        id,
        old_slug: old_slug.to_owned(),
        new_slug: head.slug.clone(),
        old_title: Some(fold(old_title)).filter(|old| *old != fold(&head.title) && !is_alias(&working, old)),
        new_title: head.title.clone(),
        exposure: head.exposure,
    };
    if renamed.old_slug != renamed.new_slug {
        move_home(site, &renamed).await?;
    }
    let mut sources = Vec::new();
    for slug in [&renamed.old_slug, &renamed.new_slug] {
        sources.extend(backs(site, slug, id).await?.into_iter().map(|back| back.from));
    }
    sources.sort();
    sources.dedup();
    for source in sources {
        attempt!(rewrite(site, source, &renamed))?;
    }
    Ok(())
}

fn is_alias(working: &Working, folded: &str) -> bool {
    let reader = working.meta.reader.iter().flat_map(|reader| &reader.aliases);
    working.note.aliases.iter().chain(&working.meta.aliases).chain(reader).any(|alias| fold(alias) == folded)
}

/// The home page opens with the same note as before.
async fn move_home(site: &Site, renamed: &Renamed) -> PortResult<()> {
    let key = crate::settings::key();
    let Some(Stored { version, doc }) = site.get::<Settings>(&key).await? else { return Ok(()) };
    if doc.home_note.as_ref() != Some(&renamed.old_slug) {
        return Ok(());
    }
    let doc = Settings { home_note: Some(renamed.new_slug.clone()), version: version + 1, ..doc };
    let put = crate::table::put(key, &doc, crate::ports::Expect::Version(version))?;
    match site.records.put(put).await {
        Ok(_) | Err(PortError::Conflict) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn rewrite(site: &Site, source: NoteId, renamed: &Renamed) -> Attempt<()> {
    let Some(before) = store::working(site, source).await? else { return Ok(()) };
    let may =
        before.doc.note.trashed.is_none() && is_open_to_readers_of(&renamed.exposure, &before.doc.note.exposure());
    let body = if may { rewritten(site, &before.doc, renamed).await? } else { None };
    let Some(body) = body.filter(|body| *body != before.doc.note.body) else {
        site.records.put(write(site, &Event::NoteChanged { id: source })?).await?;
        return Ok(());
    };
    let old_head = Head::of(&before.doc);
    let mut after = before.doc.clone();
    after.note.body = body;
    after.note.version += 1;
    after.note.updated = site.clock.now();
    let reading = text::read(&after.note.body, &Plain);
    reading.describe(&mut after.meta, &after.note.tags);
    let publication = after.note.published.clone().filter(|_| old_head.changed == Changed::No);
    let published = match publication {
        Some(publication) => {
            let date = after.meta.reader.as_ref().and_then(|reader| reader.date);
            let snapshot = Snapshot::of(&after.note);
            let becomes = publish_working(&mut after, &reading, &snapshot, date, site.clock.now());
            if let Some(now) = &mut after.note.published {
                now.updated = publication.updated;
            }
            becomes
        }
        None => {
            after.settle_publication();
            PublishedText::Stays
        }
    };
    let history = vec![Entry { number: after.note.version, reason: VersionReason::Rename, text: None }];
    let change = Change { before: Some(before), after, published, history, events: Vec::new(), follow: Follow::Now };
    Ok(store::commit(site, change).await?)
}

/// True if whoever may read the second, once it is published, may read the first now.
fn is_open_to_readers_of(first: &Exposure, second: &Exposure) -> bool {
    if second.visibility == Visibility::Private {
        return true;
    }
    if !first.published || first.publish_at.is_some_and(|at| second.publish_at.is_none_or(|other| at > other)) {
        return false;
    }
    match second.visibility {
        Visibility::Public | Visibility::Unlisted => first.visibility == Visibility::Public,
        Visibility::Members => matches!(first.visibility, Visibility::Public | Visibility::Members),
        Visibility::Private => true,
    }
}

/// The working text with its links rewritten; `None` where there is nothing to rewrite.
async fn rewritten(site: &Site, source: &Working, renamed: &Renamed) -> Attempt<Option<String>> {
    let derived = site.get::<Derived>(&keys::derived(source.note.id)).await?.map(|stored| stored.doc);
    let meant = derived.map(|derived| derived.means).unwrap_or_default();
    let folder = folder_of(&source.note);
    let reading = text::read(&source.note.body, &Plain);
    let references = &reading.rendered.references;
    let (by_title, by_slug) = (by_name(&renamed.new_title), by_name(&renamed.new_slug));
    let mut names = Names::default();
    let targets = references.iter().map(|reference| &reference.target).chain([&by_title, &by_slug]);
    names.load(site, targets.map(|target| (target, folder))).await?;
    let is_meant = |reference: &Reference| {
        let before = meant.iter().any(|(path, id)| *path == reference.target.path && *id == renamed.id);
        before || names.lead(&reference.target, folder) == Lead::Note(renamed.id)
    };
    let leads_there = |target| names.lead(target, folder) == Lead::Note(renamed.id);
    let change = |reference: &Reference| -> Option<&str> {
        let path = fold(&reference.target.path);
        let is_title = reference.target.kind == TargetKind::Wiki && renamed.old_title.as_ref() == Some(&path);
        let is_slug = renamed.old_slug != renamed.new_slug && path == renamed.old_slug;
        let new = match () {
            () if is_title && leads_there(&by_title) => renamed.new_title.as_str(),
            () if (is_title || is_slug) && leads_there(&by_slug) => renamed.new_slug.as_str(),
            () => return None,
        };
        is_meant(reference).then_some(new)
    };
    let changes: Vec<(&Reference, &str)> =
        references.iter().filter_map(|reference| Some((reference, change(reference)?))).collect();
    Ok((!changes.is_empty()).then(|| rewrite_targets(&source.note.body, &changes)))
}
