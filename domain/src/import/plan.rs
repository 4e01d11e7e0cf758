//! Comparing what stands in the vault with what was imported before and with what the owner did since.

use std::collections::{BTreeMap, BTreeSet};

use shared::import::{Renamed, Report};
use shared::notes::{NewNote, Note};
use shared::{Error, Result, Viewer};

use super::Options;
use super::known::{self, Known};
use super::survey::{Found, Survey};
use crate::Site;
use crate::notes::Publish;

/// What is to be done with a note of the vault. Those not in the plan stay as they are.
pub(super) struct Step<'a> {
    pub found: &'a Found,
    pub action: Action,
    /// The path that is to be forgotten, after a rename.
    pub forget: Option<String>,
}

pub(super) enum Action {
    /// It comes for the first time.
    Create,
    /// It replaces what was imported before.
    Update(Box<Update>),
    /// The note has this text already: only the memory of the import is renewed.
    Remember(Known),
}

pub(super) struct Update {
    pub note: Note,
    pub publish: Publish,
    /// The text stays as the owner left it: only the path is another.
    pub keep_body: bool,
    /// The title follows the file, unless the owner gave it another.
    pub title: String,
}

pub(super) async fn plan<'a>(
    site: &Site,
    viewer: &Viewer,
    survey: &'a Survey,
    known: &BTreeMap<String, Known>,
    report: &mut Report,
) -> Result<Vec<Step<'a>>> {
    let family = family(survey, known);
    let renames = renames(survey, known, &family);
    let mut steps = Vec::new();
    report.notes.refused = count(survey.refused_notes.len());
    report.notes.found = count(survey.notes.len()) + report.notes.refused;
    report.files.refused = count(survey.refused_files.len());
    report.files.found = count(survey.files.len()) + report.files.refused;
    for found in &survey.notes {
        if found.publish == Publish::Withhold {
            report.withheld.push(found.path.clone());
        }
        let renamed_from = renames.get(found.path.as_str()).map(|from| (*from).to_owned());
        let before = known.get(renamed_from.as_ref().unwrap_or(&found.path));
        match before {
            None => steps.push(Step { found, action: Action::Create, forget: None }),
            Some(before) if before.hash == found.hash && renamed_from.is_none() => report.notes.unchanged += 1,
            Some(before) => {
                if let Some(from) = &renamed_from {
                    report.renamed.push(Renamed { from: from.clone(), to: found.path.clone() });
                }
                if let Some(action) = changed(site, viewer, (&survey.vault, found), before, report).await? {
                    steps.push(Step { found, action, forget: renamed_from });
                }
            }
        }
    }
    report.removed = removed(survey, known, &renames, &family);
    Ok(steps)
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// The names under which this vault was imported before: its own, and any whose notes it still has. A vault that was moved
/// or copied is known again, and another one that came into the same home is not taken for it.
fn family<'a>(survey: &'a Survey, known: &'a BTreeMap<String, Known>) -> BTreeSet<&'a str> {
    let shared = survey.notes.iter().filter_map(|found| known.get(&found.path)).map(|known| known.vault.as_str());
    shared.chain([survey.vault.as_str()]).collect()
}

/// New path → old path, where exactly one note went and exactly one came with the same text.
fn renames<'a>(
    survey: &'a Survey,
    known: &'a BTreeMap<String, Known>,
    family: &BTreeSet<&str>,
) -> BTreeMap<&'a str, &'a str> {
    let here: BTreeSet<&str> = survey.notes.iter().map(|found| found.path.as_str()).collect();
    let mut gone: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let known_here = known.iter().filter(|(_, before)| family.contains(before.vault.as_str()));
    for (path, before) in known_here.filter(|(path, _)| !here.contains(path.as_str())) {
        gone.entry(&before.hash).or_default().push(path);
    }
    let mut come: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for found in survey.notes.iter().filter(|found| found.size > 0 && !known.contains_key(&found.path)) {
        come.entry(&found.hash).or_default().push(&found.path);
    }
    let pair = |(hash, to): (&&str, &Vec<&'a str>)| match (to.as_slice(), gone.get(hash).map(Vec::as_slice)) {
        ([to], Some([from])) => Some((*to, *from)),
        _ => None,
    };
    come.iter().filter_map(pair).collect()
}

fn removed(
    survey: &Survey,
    known: &BTreeMap<String, Known>,
    renames: &BTreeMap<&str, &str>,
    family: &BTreeSet<&str>,
) -> Vec<String> {
    let mut here: BTreeSet<&str> = survey.notes.iter().map(|found| found.path.as_str()).collect();
    here.extend(survey.refused_notes.iter().map(String::as_str));
    here.extend(renames.values());
    let gone =
        known.iter().filter(|(path, before)| !here.contains(path.as_str()) && family.contains(before.vault.as_str()));
    gone.map(|(path, _)| path.clone()).collect()
}

/// What to do with a note that has another text or another path than at the last import. `None`: leave it.
async fn changed(
    site: &Site,
    viewer: &Viewer,
    (vault, found): (&str, &Found),
    before: &Known,
    report: &mut Report,
) -> Result<Option<Action>> {
    let note = match crate::notes::open(site, viewer, before.note).await {
        Ok(note) if note.trashed.is_none() => note,
        Ok(_) => return Ok(left(found, "It is in the trash here.", report)),
        Err(Error::NotFound) => return Ok(left(found, "It was deleted here.", report)),
        Err(error) => return Err(error),
    };
    let stored = known::hash(note.body.as_bytes());
    let renamed = before.hash == found.hash;
    if stored != before.hash && stored == found.hash {
        report.notes.unchanged += 1;
        return Ok(Some(Action::Remember(remembered(found, note.id, vault))));
    }
    let edited_here = stored != before.hash;
    if edited_here && !renamed {
        report.kept.push(found.path.clone());
        report.notes.kept += 1;
        return Ok(None);
    }
    report.notes.updated += 1;
    let publish = match (found.publish == before.publish, &note.published) {
        (false, _) => found.publish,
        (true, Some(_)) => Publish::Publish,
        (true, None) => Publish::Withhold,
    };
    let title = if note.title == before.title { found.title.clone() } else { note.title.clone() };
    Ok(Some(Action::Update(Box::new(Update { note, publish, keep_body: edited_here, title }))))
}

fn left(found: &Found, reason: &str, report: &mut Report) -> Option<Action> {
    report.notes.kept += 1;
    report.kept.push(found.path.clone());
    let outcome = "Its change in the vault was not imported.".into();
    let problem = shared::import::Problem { path: found.path.clone(), line: None, reason: reason.into(), outcome };
    report.problems.push(problem);
    None
}

/// What is to be remembered of a note once it is imported.
pub(super) fn remembered(found: &Found, note: shared::ids::NoteId, vault: &str) -> Known {
    Known {
        note,
        hash: found.hash.clone(),
        title: found.title.clone(),
        publish: found.publish,
        vault: vault.to_owned(),
    }
}

/// What a note becomes.
pub(super) fn new_note(found: &Found, body: String, options: Options) -> NewNote {
    NewNote {
        title: found.title.clone(),
        body,
        slug: found.named.slug.clone(),
        tags: found.tags.clone(),
        aliases: Vec::new(),
        visibility: options.visibility,
        publish_at: None,
        path: Some(found.link_path.clone()),
    }
}

impl Update {
    /// What the owner set of it stays: slug, tags, aliases, visibility.
    pub fn new_note(&self, found: &Found, body: String) -> NewNote {
        let note = &self.note;
        let mut tags = note.tags.clone();
        tags.extend(found.tags.iter().filter(|tag| !note.tags.contains(tag)).cloned());
        tags.truncate(shared::limits::TAGS);
        NewNote {
            title: self.title.clone(),
            body: if self.keep_body { note.body.clone() } else { body },
            slug: String::new(),
            tags,
            aliases: note.aliases.clone(),
            visibility: note.visibility,
            publish_at: note.publish_at,
            path: Some(found.link_path.clone()),
        }
    }
}
