//! Reading the whole vault once: what each note says of itself, without keeping its text.

use shared::import::{LeftAsText, Problem, Source};
use shared::limits::{FILE_BYTES, NOTE_BYTES, TITLE_CHARS};
use shared::markdown::{self, FrontMatter, Plain, Reference, Rendered};

use super::known::{self, PATH_BYTES};
use super::leftovers;
use super::paths::{self, Named};
use super::{Listing, Progress, Stage, Vault};
use crate::notes::Publish;

/// What stands in the vault.
#[derive(Default)]
pub(super) struct Survey {
    /// What the vault is called.
    pub vault: String,
    /// By path, as the byte order has it.
    pub notes: Vec<Found>,
    /// Paths of the other files that may be imported.
    pub files: Vec<String>,
    /// How many notes and files were refused already.
    pub refused_notes: Vec<String>,
    pub refused_files: Vec<String>,
    pub problems: Vec<Problem>,
    pub left_as_text: Vec<LeftAsText>,
    /// Links that lead out of the vault, by note.
    pub outside: Vec<leftovers::Outside>,
}

/// A note of the vault.
pub(super) struct Found {
    pub path: String,
    /// The path that links use.
    pub link_path: String,
    pub hash: String,
    pub size: usize,
    pub title: String,
    pub named: Named,
    pub front: FrontMatter,
    pub publish: Publish,
    /// Tags that the front matter has under a generator's other names.
    pub tags: Vec<String>,
    /// Each with its line, where it was found again.
    pub references: Vec<(Reference, Option<usize>)>,
    /// Headings and blocks alone.
    pub outline: Rendered,
}

pub(super) fn survey(vault: &dyn Vault, source: Source, listing: Listing, progress: &dyn Progress) -> Survey {
    let mut survey = Survey { vault: vault.name(), problems: listing.problems, ..Survey::default() };
    let mut entries = listing.files;
    entries.retain(|entry| !paths::is_litter(&entry.path));
    if source == Source::Markdown {
        entries.retain(|entry| paths::is_note(&entry.path) || !paths::is_generators(&entry.path));
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let total = entries.len() as u64;
    for (done, entry) in entries.iter().enumerate() {
        progress.at(Stage::Reading, done as u64, total);
        if paths::is_note(&entry.path) {
            look_at_note(vault, source, entry, &mut survey);
        } else {
            look_at_file(entry, &mut survey);
        }
    }
    progress.at(Stage::Reading, total, total);
    namesakes(&mut survey);
    survey
}

fn look_at_file(entry: &super::Entry, survey: &mut Survey) {
    if let Some(what) = leftovers::of_file(&entry.path) {
        survey.left_as_text.push(LeftAsText { path: entry.path.clone(), what: what.into(), count: 1 });
    }
    if entry.size > FILE_BYTES as u64 {
        let reason = format!("It is larger than {} MiB.", FILE_BYTES / 1024 / 1024);
        survey.problem(&entry.path, None, reason, "It was not imported.");
        survey.refused_files.push(entry.path.clone());
        return;
    }
    survey.files.push(entry.path.clone());
}

fn look_at_note(vault: &dyn Vault, source: Source, entry: &super::Entry, survey: &mut Survey) {
    match read(vault, entry) {
        Ok(text) => {
            let found = look_at_text(entry.path.clone(), source, &text, survey);
            survey.notes.push(found);
        }
        Err((line, reason)) => {
            survey.problem(&entry.path, line, reason, "It was not imported.");
            survey.refused_notes.push(entry.path.clone());
        }
    }
}

/// The text, or where and why there is none.
fn read(vault: &dyn Vault, entry: &super::Entry) -> Result<String, (Option<usize>, String)> {
    let too_large = |bytes: u64| {
        let limit = NOTE_BYTES / 1024;
        (None, format!("It has {} KiB; a note may have {limit}. Split it, then import again.", bytes.div_ceil(1024)))
    };
    if entry.size > NOTE_BYTES as u64 {
        return Err(too_large(entry.size));
    }
    if entry.path.len() > PATH_BYTES {
        return Err((None, format!("Its path is longer than {PATH_BYTES} bytes.")));
    }
    let bytes = vault.read(&entry.path).map_err(|error| (None, format!("It cannot be read: {error}.")))?;
    if bytes.len() > NOTE_BYTES {
        return Err(too_large(bytes.len() as u64));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err((None, "It is UTF-16. Save it as UTF-8, then import again.".into()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = line_of(error.as_bytes(), at);
        (Some(line), "It is not UTF-8 text. Save it as UTF-8, then import again.".into())
    })
}

/// The line, from 1, on which this byte stands.
pub(super) fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at.min(bytes.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

fn look_at_text(path: String, source: Source, text: &str, survey: &mut Survey) -> Found {
    let front = markdown::front_matter(text);
    let rendered = markdown::render(text, &Plain);
    let mut named = paths::named(&path, source);
    if let Some(heading) = rendered.toc.first().filter(|_| source == Source::Markdown) {
        named.title = heading.text.clone();
    }
    if front.permalink.is_some() {
        named.slug.clear();
    }
    let block = leftovers::front_block(text, &front);
    let publish = publish(&front, block, &named, source);
    note_problems(&path, text, &front, publish, survey);
    leftovers::of_text(&path, text, source, &mut survey.left_as_text);
    leftovers::outside(&path, text, &rendered, source, &mut survey.outside);
    let title = title(&path, &front, &named, survey);
    let line = |reference: &Reference| {
        let range = &reference.range;
        (!range.is_empty()).then(|| line_of(text.as_bytes(), range.start))
    };
    Found {
        link_path: paths::in_content(&path, source).to_owned(),
        path,
        hash: known::hash(text.as_bytes()),
        size: text.len(),
        title,
        named,
        publish,
        tags: leftovers::categories(block),
        front,
        references: rendered.references.iter().map(|r| (r.clone(), line(r))).collect(),
        outline: Rendered { toc: rendered.toc, blocks: rendered.blocks, ..Rendered::default() },
    }
}

/// Published, unless it says otherwise. Where its front matter cannot be read, a line that looks like it decides.
fn publish(front: &FrontMatter, block: &str, named: &Named, source: Source) -> Publish {
    let withheld = match (&front.problem, source) {
        (Some(_), _) => leftovers::mentions_publishing(block),
        (None, Source::Obsidian) => front.publish == Some(false) || front.draft == Some(true),
        (None, Source::Markdown) => {
            let unpublished = leftovers::is_false(block, "published");
            front.publish == Some(false) || front.draft == Some(true) || named.draft || unpublished
        }
    };
    if withheld { Publish::Withhold } else { Publish::Publish }
}

fn note_problems(path: &str, text: &str, front: &FrontMatter, publish: Publish, survey: &mut Survey) {
    if let Some(problem) = &front.problem {
        let reason = format!("The front matter cannot be read: {}.", problem.reason.trim_end_matches('.'));
        let outcome = match publish {
            Publish::Publish => "It was imported without what the front matter says.",
            Publish::Withhold => "It was imported and, to be safe, not published.",
        };
        survey.problem(path, Some(problem.line), reason, outcome);
    }
    if text.trim().is_empty() {
        survey.problem(path, None, "It is empty.".into(), "It was imported as an empty note.");
    }
}

/// Front matter's, else the path's; of a length that a title may have.
fn title(path: &str, front: &FrontMatter, named: &Named, survey: &mut Survey) -> String {
    let asked = front.title.as_deref().map(str::trim).filter(|title| !title.is_empty()).unwrap_or(&named.title);
    let shown: String = asked.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if shared::slug::from_title(&shown).is_none() {
        let reason = format!("Its title “{shown}” has no letter or digit to make an address of.");
        survey.problem(path, None, reason, "It was imported under another address.");
    }
    let cut: String = shown.chars().take(TITLE_CHARS).collect();
    if cut != shown {
        let reason = format!("Its title is longer than {TITLE_CHARS} characters.");
        survey.problem(path, None, reason, "The title was cut; the text is whole.");
    }
    cut.trim().to_owned()
}

/// Paths that differ in nothing but case or the encoding of accents: the site keeps both, other systems could not.
fn namesakes(survey: &mut Survey) {
    let mut by_folded: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
    for note in &survey.notes {
        by_folded.entry(crate::files::fold_name(&note.path)).or_default().push(note.path.clone());
    }
    for paths in by_folded.into_values().filter(|paths| paths.len() > 1) {
        for path in &paths[1..] {
            let is_case = paths[0].to_lowercase() == path.to_lowercase();
            let what = if is_case { "in upper and lower case" } else { "in how its accents are encoded" };
            let reason = format!("Its path differs from “{}” {what} only.", paths[0]);
            survey.problem(path, None, reason, "Both were imported.");
        }
    }
}

impl Survey {
    pub fn problem(&mut self, path: &str, line: Option<usize>, reason: String, outcome: &str) {
        self.problems.push(Problem { path: path.into(), line, reason, outcome: outcome.into() });
    }
}
