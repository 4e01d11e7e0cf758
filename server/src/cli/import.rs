//! `commonplace import` and `commonplace export`

use std::path::Path;

use super::args::{HomeArgs, ImportArgs};
use super::{Done, existing};

/// Brings notes in from a folder.
pub(super) async fn run(args: ImportArgs) -> Done {
    let _ =
        (args.kind, args.path, shared::Visibility::from(args.visibility), args.dry_run, super::progress::bar("notes"));
    existing(args.home)?;
    Err("Importing is not built yet.".into())
}

/// Writes everything out.
pub(super) async fn export(path: &Path, home: HomeArgs) -> Done {
    existing(home)?;
    Err(format!("{} was not written: exporting is not built yet.", path.display()))
}
