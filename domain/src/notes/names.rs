//! Everything that the editor completes: what notes are called, and tags.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use shared::editor::{NameLine, Names};
use shared::ids::NoteId;
use shared::notes::fold_tag;
use shared::viewer::Visibility;
use shared::{Result, Viewer};
use tokio::sync::Mutex;

use super::keys;
use crate::Site;
use crate::ports::{ByIndex, PortResult, Query, Table};
use crate::table::Stored;

/// Lines of a page of the store.
const PAGE: usize = 500;
/// What changed so shortly before the latest change that was seen is read again: clocks of two processes differ, and an
/// index may lag.
const OVERLAP: SignedDuration = SignedDuration::from_secs(60);

/// What was answered last, kept by a process: as long as nothing was written it is the answer again, and afterwards only
/// what changed is read. Cheap to clone.
#[derive(Clone, Default)]
pub struct NamesCache(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    generation: Option<u64>,
    lines: HashMap<NoteId, Line>,
    latest: Option<Timestamp>,
    names: Names,
}

/// What a line of the desk says of names.
#[derive(Clone, Debug, Deserialize)]
struct Line {
    id: NoteId,
    title: String,
    slug: String,
    #[serde(default)]
    aliases: Vec<String>,
    tags: Vec<String>,
    visibility: Visibility,
    updated: Timestamp,
}

/// Owner. Every name and tag, unless the caller has what goes by the mark `known` already.
pub async fn names(site: &Site, viewer: &Viewer, cache: &NamesCache, known: &str) -> Result<Option<Names>> {
    viewer.require_owner()?;
    let mut kept = cache.0.lock().await;
    let generation = site.records.generation().await?;
    if generation.is_none() || kept.generation != generation || kept.names.mark.is_empty() {
        kept.refresh(site).await?;
        kept.generation = generation;
    }
    Ok((kept.names.mark != known).then(|| kept.names.clone()))
}

impl Kept {
    /// Reads what changed, or everything where that does not add up to what there is.
    async fn refresh(&mut self, site: &Site) -> PortResult<()> {
        let changed = match self.latest {
            Some(latest) => self.read(site, Some(latest - OVERLAP)).await?,
            None => 0,
        };
        let count: u32 = site.get(&keys::counts()).await?.map_or(0, |stored| stored.doc);
        let whole = self.latest.is_some() && self.lines.len() == count as usize;
        if !whole {
            self.lines.clear();
            self.read(site, None).await?;
        } else if changed == 0 {
            return Ok(());
        }
        self.names = self.gather();
        Ok(())
    }

    /// Takes in what changed since then; answers how many lines that were.
    async fn read(&mut self, site: &Site, since: Option<Timestamp>) -> PortResult<usize> {
        let mut changed = 0;
        for list in ["desk#trash", "desk#draft", "desk#live"] {
            if list == "desk#trash" && since.is_none() {
                continue;
            }
            let limit = if since.is_some() { 20 } else { PAGE };
            let mut query = Query { by_index: ByIndex::Secondary, limit, ..Query::partition(Table::Notes, list) };
            'pages: loop {
                let page = site.list::<Line>(&query).await?;
                for Stored { doc: line, .. } in page.items {
                    if since.is_some_and(|since| line.updated < since) {
                        break 'pages;
                    }
                    changed += 1;
                    self.latest = self.latest.max(Some(line.updated));
                    if list == "desk#trash" {
                        self.lines.remove(&line.id);
                    } else {
                        self.lines.insert(line.id, line);
                    }
                }
                query.cursor = page.next;
                if query.cursor.is_none() {
                    break;
                }
            }
        }
        Ok(changed)
    }

    fn gather(&self) -> Names {
        let mut lines: Vec<&Line> = self.lines.values().collect();
        lines.sort_by_key(|line| (std::cmp::Reverse(line.updated), line.id));
        let tags = tags(&lines);
        Names { mark: mark(&lines, &tags), notes: lines.into_iter().map(Line::name).collect(), tags }
    }
}

impl Line {
    fn name(&self) -> NameLine {
        let Self { id, title, slug, aliases, visibility, updated, .. } = self.clone();
        NameLine { id, title, slug, aliases, updated, visibility }
    }
}

/// The most used first, each as it is written in the note that changed last.
fn tags(lines: &[&Line]) -> Vec<String> {
    let mut counts: HashMap<String, (usize, &String)> = HashMap::new();
    for tag in lines.iter().flat_map(|line| &line.tags) {
        counts.entry(fold_tag(tag)).or_insert((0, tag)).0 += 1;
    }
    let mut tags: Vec<(usize, &String)> = counts.into_values().collect();
    tags.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
    tags.into_iter().map(|(_, tag)| tag.clone()).collect()
}

/// Of what can be completed, not of when it changed.
fn mark(lines: &[&Line], tags: &[String]) -> String {
    let mut lines: Vec<_> = lines.iter().map(|l| (l.id, &l.title, &l.slug, &l.aliases, l.visibility)).collect();
    lines.sort_by_key(|line| line.0);
    let mut tags: Vec<&String> = tags.iter().collect();
    tags.sort();
    let mut hasher = DefaultHasher::new();
    (lines, tags).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
