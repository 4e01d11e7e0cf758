//! `commonplace import` and `commonplace export`

use std::fs::{self, File};
use std::io::{BufWriter, ErrorKind};
use std::path::{Path, PathBuf};

use domain::import::{self, Mode, Options, Progress, Source, Stage};
use domain::{accounts, export};
use indicatif::ProgressBar;

use super::args::{HomeArgs, ImportArgs, Kind};
use super::{Done, config, existing};
use crate::vault::Folder;

/// Brings notes in from a folder; makes the home if there is none yet.
pub(super) async fn run(args: ImportArgs) -> Done {
    let vault = Folder::open(&args.path).map_err(|error| error.to_string())?;
    let data = config(args.home)?.data;
    let (site, _handle) = if args.dry_run && !data.join("site.db").exists() {
        // A home that is not there stays so, and is as good as an empty one.
        (domain::ports::memory::site(), None)
    } else {
        let (site, handle) = crate::wire::open(&data).map_err(|error| error.to_string())?;
        (site, Some(handle))
    };
    let options = Options {
        source: match args.kind {
            Kind::Obsidian => Source::Obsidian,
            Kind::Markdown => Source::Markdown,
        },
        visibility: args.visibility.into(),
        mode: if args.dry_run { Mode::DryRun } else { Mode::Apply },
    };
    let owner = accounts::owner_unchecked(&site).await.map_err(|error| error.to_string())?;
    let bar = Bar(super::progress::bar("reading"));
    let report = import::run(&site, &owner, &vault, options, &bar).await;
    bar.0.finish_and_clear();
    print!("{}", report.map_err(|error| error.to_string())?);
    Ok(())
}

/// Writes everything out, under another name until it is whole.
pub(super) async fn export(path: &Path, home: HomeArgs) -> Done {
    let (_, site, _handle) = existing(home)?;
    if path.exists() {
        return Err(format!("{} is there already. Name another file.", path.display()));
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => format!("{} cannot be written: there is no such folder.", path.display()),
        _ => format!("{} cannot be written: {error}.", path.display()),
    };
    let file = File::create(&part).map_err(failed)?;
    let owner = accounts::owner_unchecked(&site).await.map_err(|error| error.to_string())?;
    let bar = Bar(super::progress::bar("notes"));
    let copy = file.try_clone().map_err(failed)?;
    let written = export::run(&site, &owner, BufWriter::new(file), &bar).await;
    bar.0.finish_and_clear();
    let kept = written.map_err(|error| error.to_string()).and_then(|written| {
        copy.sync_all().and_then(|()| fs::rename(&part, path)).map_err(failed)?;
        Ok(written)
    });
    let written = kept.inspect_err(|_| {
        let _ = fs::remove_file(&part);
    })?;
    let size = fs::metadata(path).map_or(0, |about| about.len()).div_ceil(1024);
    let export::Exported { notes, files, versions } = written;
    println!("{} holds {notes} notes, {versions} versions and {files} files ({size} KiB).", path.display());
    Ok(())
}

/// Shows how far it is.
struct Bar(ProgressBar);

impl Progress for Bar {
    fn at(&self, stage: Stage, done: u64, total: u64) {
        self.0.set_message(match stage {
            Stage::Reading => "reading",
            Stage::Files => "files",
            Stage::Notes => "notes",
            Stage::Following => "links and search",
        });
        self.0.set_length(total);
        self.0.set_position(done);
    }
}
