//! Walks the folder in byte order of keys.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use domain::ports::rules;
use shared::limits;
use shared::page::Page;

use super::sidecar;

/// One page of the keys that begin with the prefix, after the cursor.
pub fn list(root: &Path, prefix: &str, cursor: Option<&str>) -> io::Result<Page<String>> {
    let mut walk = Walk { prefix, cursor, found: Vec::new() };
    walk.enter(root, "")?;
    let mut items = walk.found;
    let more = items.len() > limits::BATCH_ITEMS;
    items.truncate(limits::BATCH_ITEMS);
    let next = items.last().filter(|_| more).cloned();
    Ok(Page { items, next })
}

struct Walk<'a> {
    prefix: &'a str,
    cursor: Option<&'a str>,
    found: Vec<String>,
}

impl Walk<'_> {
    /// Goes through the folder whose keys begin with `path`, until one key more than a page is found.
    fn enter(&mut self, folder: &Path, path: &str) -> io::Result<()> {
        for name in entries(folder)? {
            if self.found.len() > limits::BATCH_ITEMS {
                return Ok(());
            }
            let key = format!("{path}{name}");
            if !self.may_hold(&key) {
                continue;
            }
            match key.strip_suffix('/') {
                Some(_) => self.enter(&folder.join(&name), &key)?,
                None if rules::check_blob_key(&key).is_ok() => self.found.push(key),
                None => {}
            }
        }
        Ok(())
    }

    /// True if the key, or some key in the folder that ends in `/`, is asked for.
    fn may_hold(&self, key: &str) -> bool {
        let (wanted, after) = if key.ends_with('/') {
            let wanted = key.starts_with(self.prefix) || self.prefix.starts_with(key);
            (wanted, self.cursor.is_none_or(|cursor| key > cursor || cursor.starts_with(key)))
        } else {
            (key.starts_with(self.prefix), self.cursor.is_none_or(|cursor| key > cursor))
        };
        wanted && after
    }
}

/// The names in a folder, folders with a `/` behind, in the byte order of the keys they begin.
fn entries(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let reader = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(names),
        other => other?,
    };
    for entry in reader {
        let entry = entry?;
        let Ok(mut name) = entry.file_name().into_string() else { continue };
        if name.contains('~') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            name.push('/');
        }
        names.push(name);
    }
    names.sort_unstable();
    Ok(names)
}

/// Removes temporary files of dead processes, notes without a file, and empty folders below `folder`.
pub fn clean(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            clean(&path)?;
            // Fails, as it should, unless the folder is empty.
            let _ = fs::remove_dir(&path);
        } else if is_leftover(&path)? {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// A put of another process may be under way; none takes an hour.
const UNDER_WAY_SECONDS: u64 = 3_600;

fn is_leftover(path: &Path) -> io::Result<bool> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(of) = name.strip_suffix(sidecar::SUFFIX) {
        let alone = !path.with_file_name(of).try_exists()?;
        return Ok(alone && is_old(path)?);
    }
    Ok(name.ends_with("~part") && is_old(path)?)
}

fn is_old(path: &Path) -> io::Result<bool> {
    let age = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        other => other?.modified()?.elapsed(),
    };
    Ok(age.is_ok_and(|age| age.as_secs() > UNDER_WAY_SECONDS))
}
