//! `commonplace assets`

use std::path::Path;

use super::args::HomeArgs;
use super::{Done, config, say};
use crate::assets::Assets;

/// Writes the site's own files out.
pub(super) fn run(dir: &Path) -> Done {
    let assets = Assets::new(config(HomeArgs { data: None })?.assets);
    let count = assets.write_to(dir).map_err(|error| format!("{} cannot be written: {error}.", dir.display()))?;
    if count == 0 {
        let why = "This binary has no files embedded, and the folder of the built site is empty.";
        return Err(format!("{why} Build it with `cargo xtask build`."));
    }
    say(&format!("{count} files are in {}, each with its .br and .gz where that is smaller.", dir.display()));
    Ok(())
}
