//! `commonplace import` and `commonplace export`

use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use domain::Site;
use domain::import::{Mode, Options, Progress, Source, Stage};
use indicatif::ProgressBar;
use shared::Error;

use super::args::{HomeArgs, ImportArgs, Kind};
use super::{Done, config, existing, progress, say};
use crate::vault::Folder;
use crate::wire;

/// Brings notes in from a folder, or all of an export, into a home that is made if there is none.
pub(super) async fn run(args: ImportArgs) -> Done {
    let source = match args.kind {
        Kind::Obsidian => Source::Obsidian,
        Kind::Markdown => Source::Markdown,
        Kind::Commonplace => return arrive(args).await,
    };
    let vault = Folder::open(&args.path).map_err(|error| format!("{error}."))?;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Apply };
    let options = Options { source, visibility: args.visibility.into(), mode };
    let data = config(args.home)?.data;
    let (site, _handle) = if args.dry_run && !data.join("site.db").exists() {
        // A dry run makes no home; an empty one in memory stands for it.
        (domain::ports::memory::site(), None)
    } else {
        let (site, handle) = wire::open(&data).map_err(|error| error.to_string())?;
        (site, Some(handle))
    };
    let owner = owner(&site).await?;
    if args.if_empty && has_notes(&site, &owner).await? {
        return Ok(());
    }
    let bar = Bar(progress::bar("Reading"));
    let report = domain::import::run(&site, &owner, &vault, options, &bar).await;
    bar.0.finish_and_clear();
    let report = report.map_err(|error| said(error, &args.path))?;
    say(report.to_string().trim_end());
    Ok(())
}

/// Brings an export back.
async fn arrive(args: ImportArgs) -> Done {
    if args.dry_run {
        return Err("An export comes back as it is; there is nothing to try out.".into());
    }
    let zip = File::open(&args.path).map_err(|error| format!("{} cannot be read: {error}.", args.path.display()))?;
    let (site, _handle) = wire::open(&config(args.home)?.data).map_err(|error| error.to_string())?;
    let owner = owner(&site).await?;
    let bar = Bar(progress::bar("Reading"));
    let arrived = domain::export::restore(&site, &owner, BufReader::new(zip), &bar).await;
    bar.0.finish_and_clear();
    let domain::export::Exported { notes, files, versions } = arrived.map_err(|error| said(error, &args.path))?;
    say(&format!("{notes} notes with {versions} versions, and {files} files are here."));
    Ok(())
}

async fn has_notes(site: &Site, owner: &shared::Viewer) -> Result<bool, String> {
    let first = domain::notes::all(site, owner, None).await.map_err(|error| error.to_string())?;
    Ok(!first.items.is_empty())
}

async fn owner(site: &Site) -> Result<shared::Viewer, String> {
    domain::accounts::owner_unchecked(site).await.map_err(|error| error.to_string())
}

fn said(error: Error, path: &Path) -> String {
    match error {
        Error::Invalid { reason, .. } => format!("{}: {reason}", path.display()),
        Error::Full => "The disk is full; what was written so far is whole. Make room and run it again.".into(),
        Error::Internal => "Something went wrong while writing; what was written so far is whole. Run it again.".into(),
        other => other.to_string(),
    }
}

/// Shows each stage as a bar.
struct Bar(ProgressBar);

impl Progress for Bar {
    fn at(&self, stage: Stage, done: u64, total: u64) {
        self.0.set_message(match stage {
            Stage::Reading => "Reading",
            Stage::Files => "Files",
            Stage::Notes => "Notes",
            Stage::Following => "Links and search",
        });
        self.0.set_length(total);
        self.0.set_position(done);
    }
}

/// Writes everything out. The file appears under its name only when it is whole.
pub(super) async fn export(path: &Path, home: HomeArgs) -> Done {
    if path.exists() {
        return Err(format!("{} is there already. Choose another name, or move it away.", path.display()));
    }
    let (_, site, _handle) = existing(home)?;
    let owner = owner(&site).await?;
    let name = path.file_name().ok_or_else(|| format!("{} is no name for a file.", path.display()))?;
    let part = path.with_file_name(format!("{}~part", name.to_string_lossy()));
    let unwritable = |error: std::io::Error| format!("{} cannot be written: {error}.", path.display());
    let file = File::create(&part).map_err(unwritable)?;
    let bar = Bar(progress::bar("Writing"));
    let exported = domain::export::run(&site, &owner, &file, &bar).await;
    bar.0.finish_and_clear();
    let exported = match exported {
        Ok(exported) => exported,
        Err(error) => {
            let _ = fs::remove_file(&part);
            return Err(format!("{} was not written: {error}", path.display()));
        }
    };
    file.sync_all().and_then(|()| fs::rename(&part, path)).map_err(unwritable)?;
    let (notes, files, versions) = (exported.notes, exported.files, exported.versions);
    say(&format!("{} holds {notes} notes with {versions} versions, and {files} files.", path.display()));
    Ok(())
}
