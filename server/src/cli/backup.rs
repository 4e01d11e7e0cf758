//! `commonplace backup` and `commonplace restore`

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::args::HomeArgs;
use super::{Done, config, existing, say};
use crate::adapters::embedded;

/// Writes a whole copy of the home, served or not.
pub(super) async fn backup(path: PathBuf, home: HomeArgs) -> Done {
    let (_, _site, handle) = existing(home)?;
    let to = path.clone();
    let written = tokio::task::spawn_blocking(move || handle.backup(&to)).await;
    written.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    let size = fs::metadata(&path).map_or(0, |about| about.len());
    say(&format!("{} holds the whole home ({} KiB).", path.display(), size.div_ceil(1024)));
    Ok(())
}

/// What to do with a home that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum There {
    Refuse,
    MoveAside,
}

/// Makes a home from a backup; never writes over one.
pub(super) fn restore(path: &Path, there: There, home: HomeArgs) -> Done {
    let data = config(home)?.data;
    if !path.is_file() {
        return Err(format!("There is no file {}.", path.display()));
    }
    if data.join("site.db").exists() {
        refuse_while_served(&data)?;
        if there == There::Refuse {
            let ways = "Name another folder with --data, or add --force to move it aside first.";
            return Err(format!("There is a home in {} already. {ways}", data.display()));
        }
        let aside = beside(&data);
        fs::rename(&data, &aside)
            .map_err(|error| format!("{} cannot be moved to {}: {error}.", data.display(), aside.display()))?;
        say(&format!("The home that was there is in {} now.", aside.display()));
    }
    embedded::restore(path, &data).map_err(|error| error.to_string())?;
    say(&format!("{0} holds the home again. Start it with `commonplace serve --data {0}`.", data.display()));
    Ok(())
}

fn refuse_while_served(data: &Path) -> Done {
    let served = File::open(data.join("serve.lock")).is_ok_and(|file| file.try_lock().is_err());
    if served {
        return Err(format!("{} is being served. Stop the server first.", data.display()));
    }
    Ok(())
}

/// A name that is free, in the same folder.
fn beside(data: &Path) -> PathBuf {
    let name = data.file_name().map_or_else(|| "data".into(), |name| name.to_string_lossy().into_owned());
    let numbered = |number: u32| data.with_file_name(format!("{name}-before-restore-{number}"));
    (1..).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(0))
}
