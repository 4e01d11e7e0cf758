//! Looks up what the references of texts lead to: all names of all texts in one round, then every file's name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use shared::Result;
use shared::files::Serving;
use shared::ids::NoteId;
use shared::limits::LINKS;
use shared::markdown::{Rendered, Target, TargetKind};
use shared::notes::Note;

use super::names::{Candidate, Named};
use super::pick::{Asked, asked};
use super::{base, folder};
use crate::Site;
use crate::files::{self, NamedFile};
use crate::notes::keys;
use crate::table::decode;
use crate::unit::get_many;

/// Where a reference leads, for whoever may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Lead {
    /// Nothing has the name, or the reference is to the text itself.
    #[serde(rename = "x")]
    Missing,
    /// A note.
    #[serde(rename = "n")]
    Note(NoteId),
    /// A file. It is as visible as the text that shows it.
    #[serde(rename = "f")]
    File(FileLead),
}

/// What a page needs of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileLead {
    pub(crate) hash: String,
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) width: Option<u32>,
    pub(crate) height: Option<u32>,
    /// Nobody else is given it: its metadata could not be taken out.
    #[serde(default)]
    pub(crate) owner_only: bool,
}

impl FileLead {
    fn of(named: &NamedFile) -> Self {
        let file = &named.file;
        Self {
            hash: file.hash.clone(),
            href: file.href(),
            name: named.name.clone(),
            media_type: file.media_type.clone(),
            width: file.width,
            height: file.height,
            owner_only: matches!(file.serving, Serving::OwnerOnly { .. }),
        }
    }
}

/// The names that some texts use, looked up.
#[derive(Default)]
pub(crate) struct Names {
    notes: HashMap<String, Vec<Candidate>>,
    files: HashMap<String, Vec<NamedFile>>,
}

/// The folder from which a note's relative links start.
pub(crate) fn folder_of(note: &Note) -> &str {
    note.path.as_deref().map_or("", folder)
}

/// A reference to a file by its name: a picture of the front matter.
pub(crate) fn by_name(name: &str) -> Target {
    Target { kind: TargetKind::Wiki, path: name.to_owned(), fragment: None }
}

impl Names {
    /// Looks up what these targets, each with the folder of its note, ask for.
    pub(crate) async fn load<'t>(
        &mut self,
        site: &Site,
        targets: impl IntoIterator<Item = (&'t Target, &'t str)>,
    ) -> Result<()> {
        let mut names = BTreeSet::new();
        let mut file_names = BTreeSet::new();
        for (target, folder) in targets {
            let Some(asked) = asked(target, folder) else { continue };
            names.extend(asked.names().map(str::to_owned).filter(|name| !self.notes.contains_key(name)));
            let name = base(&asked.path);
            if may_be_file(name) && !self.files.contains_key(name) {
                file_names.insert(name.to_owned());
            }
        }
        let names: Vec<String> = names.into_iter().collect();
        let keys: Vec<_> = names.iter().map(|name| keys::name(name)).collect();
        for (name, record) in names.into_iter().zip(get_many(site, &keys).await?) {
            let named: Named = record.map(decode).transpose()?.map(|stored| stored.doc).unwrap_or_default();
            self.notes.insert(name, named.notes);
        }
        if file_names.is_empty() {
            return Ok(());
        }
        let file_names: Vec<String> = file_names.into_iter().collect();
        let found = files::named(site, &file_names).await?;
        for name in file_names {
            let of_name = found.iter().filter(|file| super::fold(&file.name) == name).cloned().collect();
            self.files.insert(name, of_name);
        }
        Ok(())
    }

    /// Where a target leads.
    pub(crate) fn lead(&self, target: &Target, folder: &str) -> Lead {
        let Some(asked) = asked(target, folder) else { return Lead::Missing };
        if let Some(file) = self.file(&asked, folder) {
            return Lead::File(FileLead::of(file));
        }
        self.note(&asked, folder).map_or(Lead::Missing, |note| Lead::Note(note.id))
    }

    fn note(&self, asked: &Asked, folder: &str) -> Option<&Candidate> {
        asked.note(|name| self.notes.get(name).map_or(&[][..], Vec::as_slice), folder)
    }

    fn file(&self, asked: &Asked, folder: &str) -> Option<&NamedFile> {
        asked.file(|name| self.files.get(name).map_or(&[][..], Vec::as_slice), folder)
    }

    /// Where the references of a text lead, in order. Only so many different targets are followed.
    pub(crate) fn leads(&self, rendered: &Rendered, folder: &str) -> Vec<Lead> {
        let mut seen: HashMap<&Target, Lead> = HashMap::new();
        let mut out = Vec::with_capacity(rendered.references.len());
        for reference in &rendered.references {
            let known = seen.get(&reference.target).cloned();
            let lead = match known {
                Some(lead) => lead,
                None if seen.len() < LINKS => {
                    let lead = self.lead(&reference.target, folder);
                    seen.insert(&reference.target, lead.clone());
                    lead
                }
                None => Lead::Missing,
            };
            out.push(lead);
        }
        out
    }

    /// The slug of a note that was found by any name.
    pub(crate) fn slugs(&self) -> BTreeMap<NoteId, &str> {
        self.notes.values().flatten().map(|note| (note.id, note.slug.as_str())).collect()
    }
}

/// True for a name with an ending, which notes rarely have.
fn may_be_file(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| (1..=8).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Reads a text's targets, those that are followed.
pub(crate) fn targets(rendered: &Rendered) -> impl Iterator<Item = &Target> {
    let mut seen = BTreeSet::new();
    let first = move |target: &&Target| {
        let key = (target.path.clone(), target.kind == TargetKind::Wiki);
        seen.len() < LINKS * 2 && seen.insert(key)
    };
    rendered.references.iter().map(|reference| &reference.target).filter(first)
}
