//! Writing what the plan says; in a dry run, saying so.

use std::collections::{BTreeMap, BTreeSet};

use shared::files::Serving;
use shared::import::{Mode, Problem, Report};
use shared::notes::Note;
use shared::{Error, Result, Viewer, slug};

use super::known;
use super::paths;
use super::plan::{Action, Step, new_note, remembered};
use super::survey::{Found, Survey};
use super::{Options, Progress, Stage, Vault};
use crate::Site;
use crate::files::{self, NewFile};
use crate::notes::{self, Incoming};

/// Notes handed over at once: enough to share a transaction, few enough that little is done again after a kill.
const AT_ONCE: usize = 200;

/// What everything here needs.
pub(super) struct Run<'a> {
    pub site: &'a Site,
    pub viewer: &'a Viewer,
    pub vault: &'a dyn Vault,
    pub options: Options,
    pub progress: &'a dyn Progress,
}

impl Run<'_> {
    /// Keeps every file whose bytes are not there under this path yet.
    pub async fn files(&self, survey: &Survey, report: &mut Report) -> Result<()> {
        let stored = files::all_named(self.site).await?;
        let stored: BTreeMap<&str, &str> =
            stored.iter().filter_map(|named| Some((named.path.as_deref()?, named.file.hash.as_str()))).collect();
        let total = survey.files.len() as u64;
        for (done, path) in survey.files.iter().enumerate() {
            self.progress.at(Stage::Files, done as u64, total);
            let link_path = paths::in_content(path, self.options.source);
            let bytes = match self.vault.read(path) {
                Ok(bytes) => bytes,
                Err(error) => {
                    refuse_file(path, format!("It cannot be read: {error}."), report);
                    continue;
                }
            };
            if stored.get(link_path) == Some(&known::hash(&bytes).as_str()) {
                report.files.unchanged += 1;
                continue;
            }
            let new = NewFile { name: paths::base(path).to_owned(), path: Some(link_path.to_owned()), bytes };
            match self.keep(new).await {
                Ok(serving) => {
                    report.files.new += 1;
                    if let Serving::OwnerOnly { reason } = serving {
                        let outcome = "It was kept, and nobody but you is shown it.";
                        problem(path, reason, outcome, report);
                    }
                }
                Err(error @ (Error::Invalid { .. } | Error::TooLarge { .. })) => {
                    refuse_file(path, said(error), report);
                }
                Err(error) => return Err(error),
            }
        }
        self.progress.at(Stage::Files, total, total);
        Ok(())
    }

    async fn keep(&self, new: NewFile) -> Result<Serving> {
        match self.options.mode {
            Mode::Apply => Ok(files::add(self.site, self.viewer, new).await?.serving),
            Mode::DryRun => files::would_serve(new).await,
        }
    }

    /// Each note whole or not at all; what is refused stops no other.
    pub async fn notes(&self, plan: Vec<Step<'_>>, report: &mut Report) -> Result<()> {
        if self.options.mode == Mode::DryRun {
            return self.foretell(&plan, report).await;
        }
        let total = plan.len() as u64;
        let mut done = 0;
        let mut taken = BTreeSet::new();
        let mut plan = plan.into_iter().peekable();
        while plan.peek().is_some() {
            self.progress.at(Stage::Notes, done, total);
            let chunk: Vec<_> = plan.by_ref().take(AT_ONCE).collect();
            done += chunk.len() as u64;
            self.chunk(chunk, &mut taken, report).await?;
        }
        self.progress.at(Stage::Notes, total, total);
        Ok(())
    }

    async fn chunk(&self, chunk: Vec<Step<'_>>, taken: &mut BTreeSet<String>, report: &mut Report) -> Result<()> {
        let mut incoming = Vec::new();
        let mut steps = Vec::new();
        for step in chunk {
            if let Action::Remember(known) = &step.action {
                self.site.records.transact(vec![known::remember(&step.found.path, known)?]).await?;
                continue;
            }
            match self.incoming(&step, taken).await? {
                Some(note) => {
                    incoming.push(note);
                    steps.push(step);
                }
                None => {
                    uncount(&step, report);
                    let reason = "It changed while it was being imported.".to_owned();
                    problem(&step.found.path, reason, "It was not imported. Import again.", report);
                }
            }
        }
        if incoming.is_empty() {
            return Ok(());
        }
        let outcomes = notes::put_many(self.site, self.viewer, incoming).await?;
        for (step, outcome) in steps.iter().zip(outcomes) {
            told(step, outcome, report)?;
        }
        Ok(())
    }

    /// The note with its text, read again; `None` when that is no longer what was looked at.
    async fn incoming(&self, step: &Step<'_>, taken: &mut BTreeSet<String>) -> Result<Option<Incoming>> {
        let Some(body) = self.text(step.found) else { return Ok(None) };
        let found = step.found;
        let (id, new, publish, replaces) = match &step.action {
            Action::Update(update) => {
                (update.note.id, update.new_note(found, body), update.publish, Some(update.note.version))
            }
            _ => {
                let id = shared::ids::NoteId::from_u128(self.site.clock.id());
                let mut new = new_note(found, body, self.options);
                // One that is taken gives way to one made from the title; asked for by name, it would be refused.
                if !new.slug.is_empty() && (!taken.insert(new.slug.clone()) || self.is_taken(&new.slug).await?) {
                    new.slug.clear();
                }
                (id, new, found.publish, None)
            }
        };
        let mut beside = vec![known::remember(&found.path, &remembered(found, id, &self.vault.name()))?];
        beside.extend(step.forget.iter().map(|path| known::forget(path)));
        Ok(Some(Incoming { id, new, date: found.named.date, publish, replaces, beside }))
    }

    async fn is_taken(&self, slug: &str) -> Result<bool> {
        Ok(self.site.records.get(&notes::keys::address(slug)).await?.is_some())
    }

    fn text(&self, found: &Found) -> Option<String> {
        let bytes = self.vault.read(&found.path).ok()?;
        (known::hash(&bytes) == found.hash).then(|| String::from_utf8(bytes).ok())?
    }

    /// Counts as an import would, and finds the addresses that more than one note asks for.
    async fn foretell(&self, plan: &[Step<'_>], report: &mut Report) -> Result<()> {
        let mut asked: BTreeMap<String, &str> = BTreeMap::new();
        for step in plan {
            if !matches!(step.action, Action::Create) {
                continue;
            }
            report.notes.new += 1;
            let Some(slug) = wished(step.found) else { continue };
            if slug::RESERVED.contains(&slug.as_str()) {
                problem(&step.found.path, kept_for_the_site(&slug), "It will get another.", report);
            } else if let Some(first) = asked.get(&slug) {
                let reason = format!("Its address “{slug}” is asked for by “{first}” too.");
                problem(&step.found.path, reason, "It will get another.", report);
            } else if self.is_taken(&slug).await? {
                let reason = format!("Its address “{slug}” is that of another note here.");
                problem(&step.found.path, reason, "It will get another.", report);
            } else {
                asked.insert(slug, &step.found.path);
            }
        }
        Ok(())
    }
}

fn kept_for_the_site(slug: &str) -> String {
    format!("Its address “{slug}” is kept for the site itself.")
}

/// What became of a note that was handed over.
fn told(step: &Step<'_>, outcome: Result<Note>, report: &mut Report) -> Result<()> {
    let path = &step.found.path;
    match outcome {
        Ok(note) => {
            if matches!(step.action, Action::Create) {
                report.notes.new += 1;
                let wished = wished(step.found);
                if let Some(wished) = wished.filter(|wished| *wished != note.slug) {
                    let reason = match slug::RESERVED.contains(&wished.as_str()) {
                        true => kept_for_the_site(&wished),
                        false => format!("Its address “{wished}” was taken."),
                    };
                    problem(path, reason, &format!("It has the address “{}”.", note.slug), report);
                }
            }
            Ok(())
        }
        Err(Error::Conflict { .. }) => {
            uncount(step, report);
            report.notes.kept += 1;
            report.notes.refused -= 1;
            report.kept.push(path.clone());
            Ok(())
        }
        Err(error @ (Error::Invalid { .. } | Error::TooLarge { .. })) => {
            uncount(step, report);
            problem(path, said(error), "It was not imported.", report);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// It was counted when it was planned, and is refused after all.
fn uncount(step: &Step<'_>, report: &mut Report) {
    if matches!(step.action, Action::Update(_)) {
        report.notes.updated -= 1;
    }
    report.notes.refused += 1;
}

/// The address a note asks for: its permalink, its file's, its title's.
pub(super) fn wished(found: &Found) -> Option<String> {
    let permalink = found.front.permalink.as_deref().and_then(slug::from_path);
    let named = Some(found.named.slug.clone()).filter(|slug| !slug.is_empty());
    permalink.or(named).or_else(|| slug::from_title(&found.title))
}

/// The reason, without the form field it would name in a browser.
fn said(error: Error) -> String {
    match error {
        Error::Invalid { reason, .. } => reason,
        other => other.to_string(),
    }
}

fn refuse_file(path: &str, reason: String, report: &mut Report) {
    report.files.refused += 1;
    problem(path, reason, "It was not imported.", report);
}

fn problem(path: &str, reason: String, outcome: &str, report: &mut Report) {
    report.problems.push(Problem { path: path.into(), line: None, reason, outcome: outcome.into() });
}
