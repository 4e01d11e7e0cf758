//! Imports of folders of Markdown: Obsidian vaults, and what Hugo, Zola, Jekyll and Astro keep.
//!
//! An import reads the whole folder (`survey`), compares it with what was imported before (`known`, `plan`), and writes
//! what is new or changed (`apply`). What is remembered of a note is written in the same transaction as the note, so an
//! import may be killed at any moment: run again, it goes on where it stopped.

use std::io;

use shared::import::Problem;
pub use shared::import::{Mode, Report, Source};
use shared::viewer::Visibility;
use shared::{Error, Result, Viewer};

use crate::Site;

mod apply;
mod known;
mod leftovers;
mod links;
mod paths;
mod plan;
mod survey;

#[cfg(test)]
mod tests;

/// A folder to import.
pub trait Vault: Send + Sync {
    /// What it is called, to tell what is gone from it from what was never in it.
    fn name(&self) -> String {
        String::new()
    }

    /// Every file that may be imported, hidden ones (a segment that starts with a dot) left out.
    ///
    /// # Errors
    /// When the folder cannot be read at all; what cannot be read in it is a problem of the listing.
    fn list(&self) -> io::Result<Listing>;

    /// A file's bytes. Only paths of the listing are asked for.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
}

/// What stands in a vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// In any order.
    pub files: Vec<Entry>,
    /// What could not be listed: unreadable folders, links that lead out or in circles, names that are no text.
    pub problems: Vec<Problem>,
}

/// A file of a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From the vault's root, `/` between folders.
    pub path: String,
    /// Bytes.
    pub size: u64,
}

/// What an import is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// By which rules.
    pub source: Source,
    /// Who may see what is published.
    pub visibility: Visibility,
    /// Whether anything is written.
    pub mode: Mode,
}

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading the vault.
    Reading,
    /// Keeping files.
    Files,
    /// Writing notes.
    Notes,
    /// Following links, filling lists and the search index; its length is not known.
    Following,
}

/// Is told how far an import is.
pub trait Progress: Send + Sync {
    /// `done` of `total` of this stage; a total of 0 is not known.
    fn at(&self, stage: Stage, done: u64, total: u64);
}

/// Tells nobody.
pub struct Quiet;

impl Progress for Quiet {
    fn at(&self, _stage: Stage, _done: u64, _total: u64) {}
}

/// Owner. Brings a vault in. Again: what has not changed in the vault is not touched, what has is updated, and what the
/// owner has edited here since is left as it is and named in the report.
///
/// # Errors
/// [`Error::Denied`]; [`Error::Invalid`] on field `path` when the vault cannot be read; those of the store.
pub async fn run(
    site: &Site,
    viewer: &Viewer,
    vault: &dyn Vault,
    options: Options,
    progress: &dyn Progress,
) -> Result<Report> {
    viewer.require_owner()?;
    let listing = vault.list().map_err(|error| Error::invalid("path", format!("It cannot be read: {error}.")))?;
    let survey = survey::survey(vault, options.source, listing, progress);
    let known = known::all(site).await?;
    let mut report = Report { source: options.source, mode: options.mode, ..Report::default() };
    let plan = plan::plan(site, viewer, &survey, &known, &mut report).await?;
    let run = apply::Run { site, viewer, vault, options, progress };
    run.files(&survey, &mut report).await?;
    run.notes(plan, &mut report).await?;
    links::dangling(site, &survey, &mut report).await?;
    if options.mode == Mode::Apply {
        progress.at(Stage::Following, 0, 0);
        follow(site).await?;
    }
    finish(survey, &mut report);
    Ok(report)
}

/// Another process that serves the site may hold the search index: then it works off the events.
pub(crate) async fn follow(site: &Site) -> Result<()> {
    match crate::outbox::drain(site).await {
        Ok(_) | Err(Error::Busy { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What is remembered of imports, by path, for an export.
pub(crate) async fn remembered(site: &Site) -> Result<serde_json::Map<String, serde_json::Value>> {
    let known = known::all(site).await?;
    let json = |(path, known)| (path, serde_json::to_value(known).unwrap_or_default());
    Ok(known.into_iter().map(json).collect())
}

/// Remembers what another home remembered.
pub(crate) async fn remember(site: &Site, imported: &serde_json::Map<String, serde_json::Value>) -> Result<()> {
    for (path, known) in imported {
        let Ok(known) = serde_json::from_value::<known::Known>(known.clone()) else { continue };
        site.records.transact(vec![known::remember(path, &known)?]).await?;
    }
    Ok(())
}

/// In an order that is the same every time.
fn finish(survey: survey::Survey, report: &mut Report) {
    report.problems.extend(survey.problems);
    report.left_as_text.extend(survey.left_as_text);
    report.problems.sort_by(|a, b| (&a.path, a.line, &a.reason).cmp(&(&b.path, b.line, &b.reason)));
    report.left_as_text.sort_by(|a, b| (&a.path, &a.what).cmp(&(&b.path, &b.what)));
    report.dangling.sort_by(|a, b| (&a.path, a.line, &a.target).cmp(&(&b.path, b.line, &b.target)));
    report.withheld.sort();
    report.kept.sort();
    report.removed.sort();
    report.renamed.sort_by(|a, b| a.to.cmp(&b.to));
}
