//! Which links of the vault lead nowhere, by the rules that readers' links follow, over the names of the vault and of the
//! site together: so a dry run says what an import would.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shared::Result;
use shared::files::{File, Serving};
use shared::ids::{FileId, NoteId};
use shared::import::{Absence, Dangling, Problem, Report};
use shared::limits::LINKS;
use shared::markdown::{Fragment, Reference, Target, TargetKind};

use super::known;
use super::paths;
use super::survey::{Found, Survey};
use crate::Site;
use crate::files::{self, NamedFile};
use crate::links::names::{By, Candidate, Named};
use crate::links::pick::{Asked, asked};
use crate::links::{base, fold, without_md};
use crate::notes::keys;
use crate::table::decode;
use crate::unit::get_many;

/// The names of the vault's notes and files, and of what else is here.
struct Names<'a> {
    survey: &'a Survey,
    own: HashMap<NoteId, usize>,
    notes: HashMap<String, Vec<Candidate>>,
    files: HashMap<String, Vec<NamedFile>>,
    refused: BTreeSet<String>,
}

pub(super) async fn dangling(site: &Site, survey: &Survey, report: &mut Report) -> Result<()> {
    let names = Names::load(site, survey).await?;
    for found in &survey.notes {
        let folder = paths::folder(&found.link_path);
        let mut different: BTreeSet<(&str, bool)> = BTreeSet::new();
        for (reference, line) in &found.references {
            different.insert((&reference.target.path, reference.target.kind == TargetKind::Wiki));
            if let Some(reason) = names.absence(found, reference, folder) {
                let target = written(reference);
                report.dangling.push(Dangling { path: found.path.clone(), line: *line, target, reason });
            }
        }
        if different.len() > LINKS {
            let reason = format!("It links to {} different places.", different.len());
            let outcome = format!("The first {LINKS} are links; the others stay text.");
            report.problems.push(Problem { path: found.path.clone(), line: None, reason, outcome });
        }
    }
    for link in &survey.outside {
        let (path, target) = (link.path.clone(), link.target.clone());
        report.dangling.push(Dangling { path, line: link.line, target, reason: link.reason });
    }
    Ok(())
}

/// The id that stands for a note of the vault here, whether or not it has been imported: its place.
fn place_id(place: usize) -> NoteId {
    NoteId::from_u128(place as u128)
}

impl<'a> Names<'a> {
    async fn load(site: &Site, survey: &'a Survey) -> Result<Self> {
        let mut names = Self {
            survey,
            own: (0..survey.notes.len()).map(|place| (place_id(place), place)).collect(),
            notes: HashMap::new(),
            files: HashMap::new(),
            refused: survey.refused_notes.iter().chain(&survey.refused_files).map(|path| fold(base(path))).collect(),
        };
        for (place, found) in survey.notes.iter().enumerate() {
            names.add_note(place, found);
        }
        names.add_stored_notes(site).await?;
        for named in files::all_named(site).await? {
            names.files.entry(fold(&named.name)).or_default().push(named);
        }
        for path in &survey.files {
            names.add_file(path);
        }
        Ok(names)
    }

    fn add_note(&mut self, place: usize, found: &Found) {
        let path = without_md(&found.link_path);
        let mut own: BTreeMap<String, By> = BTreeMap::new();
        let slug = super::apply::wished(found).unwrap_or_default();
        let all = [(path, By::Path), (base(path), By::Path), (&found.title, By::Title), (&slug, By::Slug)];
        let aliases = found.front.aliases.iter().map(|alias| (alias.as_str(), By::Alias));
        for (name, by) in all.into_iter().chain(aliases) {
            let best = own.entry(fold(name)).or_insert(by);
            *best = by.min(*best);
        }
        for (name, by) in own {
            let candidate = Candidate { id: place_id(place), slug: slug.clone(), path: Some(fold(path)), by };
            self.notes.entry(name).or_default().push(candidate);
        }
    }

    /// Notes that the vault's links could mean besides its own.
    async fn add_stored_notes(&mut self, site: &Site) -> Result<()> {
        let here: BTreeSet<&str> = self.survey.notes.iter().map(|found| found.path.as_str()).collect();
        let known = known::all(site).await?;
        let own: BTreeSet<NoteId> =
            known.iter().filter(|(path, _)| here.contains(path.as_str())).map(|(_, known)| known.note).collect();
        let mut wanted = BTreeSet::new();
        for found in &self.survey.notes {
            let folder = paths::folder(&found.link_path);
            let asked = found.references.iter().filter_map(|(reference, _)| asked(&reference.target, folder));
            wanted.extend(asked.flat_map(|asked| asked.names().map(str::to_owned).collect::<Vec<_>>()));
        }
        let wanted: Vec<String> = wanted.into_iter().collect();
        let keys: Vec<_> = wanted.iter().map(|name| keys::name(name)).collect();
        for (name, record) in wanted.into_iter().zip(get_many(site, &keys).await?) {
            let Some(record) = record else { continue };
            let stored = decode::<Named>(record)?.doc.notes.into_iter().filter(|note| !own.contains(&note.id));
            self.notes.entry(name).or_default().extend(stored);
        }
        Ok(())
    }

    /// A file of the vault, as if it had been kept.
    fn add_file(&mut self, path: &str) {
        let name = base(path).to_owned();
        let file = File {
            id: FileId::from_u128(0),
            hash: String::new(),
            name: name.clone(),
            path: Some(path.to_owned()),
            media_type: String::new(),
            size: 0,
            width: None,
            height: None,
            created: jiff::Timestamp::UNIX_EPOCH,
            serving: Serving::Original,
        };
        let named = NamedFile { name: name.clone(), path: Some(path.to_owned()), file };
        self.files.entry(fold(&name)).or_default().push(named);
    }

    /// Why a reference leads nowhere; `None` when it leads somewhere.
    fn absence(&self, found: &Found, reference: &Reference, folder: &str) -> Option<Absence> {
        let Target { path, fragment, .. } = &reference.target;
        if path.is_empty() {
            return part_absence(found, fragment.as_ref());
        }
        let Some(asked) = asked(&reference.target, folder) else {
            return Some(if path.contains("..") { Absence::Outside } else { Absence::Note });
        };
        if asked.file(|name| self.files.get(name).map_or(&[][..], Vec::as_slice), folder).is_some() {
            return None;
        }
        match asked.note(|name| self.notes.get(name).map_or(&[][..], Vec::as_slice), folder) {
            None => Some(self.missing(&asked, path)),
            Some(note) => {
                let own = self.own.get(&note.id).map(|place| &self.survey.notes[*place]);
                own.and_then(|own| part_absence(own, fragment.as_ref()))
            }
        }
    }

    fn missing(&self, asked: &Asked, path: &str) -> Absence {
        let name = base(&asked.path);
        if self.refused.contains(name) || self.refused.contains(&format!("{name}.md")) {
            return Absence::Refused;
        }
        if names_a_file(path) { Absence::File } else { Absence::Note }
    }
}

fn part_absence(note: &Found, fragment: Option<&Fragment>) -> Option<Absence> {
    let fragment = fragment?;
    if note.outline.anchor(fragment).is_some() {
        return None;
    }
    Some(match fragment {
        Fragment::Heading(_) => Absence::Heading,
        Fragment::Block(_) => Absence::Block,
    })
}

/// Whether a path ends as files do, and not as a title with a full stop in it.
fn names_a_file(path: &str) -> bool {
    const ENDINGS: [&str; 32] = [
        "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "bmp", "ico", "tif", "tiff", "heic", "mp3", "m4a", "wav",
        "ogg", "opus", "flac", "3gp", "mp4", "m4v", "webm", "ogv", "mov", "mkv", "pdf", "zip", "csv", "json", "canvas",
        "base", "txt",
    ];
    ENDINGS.contains(&paths::extension(path).as_str())
}

/// The link about as it stands in the text.
fn written(reference: &Reference) -> String {
    let target = &reference.target;
    let fragment = match &target.fragment {
        None => String::new(),
        Some(Fragment::Heading(path)) => format!("#{}", path.join("#")),
        Some(Fragment::Block(id)) => format!("#^{id}"),
    };
    let embed = if reference.embed { "!" } else { "" };
    match target.kind {
        TargetKind::Wiki => format!("{embed}[[{}{fragment}]]", target.path),
        TargetKind::Relative => format!("{embed}[…]({}{fragment})", target.path),
    }
}
