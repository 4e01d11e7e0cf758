//! A folder on disk as a vault to import. Nothing outside the folder is ever read: symbolic links are followed to files
//! inside it only.

use std::ffi::OsStr;
use std::fs::{self, DirEntry, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use domain::import::{Entry, Listing, Vault};
use shared::import::Problem;
use shared::limits::FILE_BYTES;

/// Folders that hold a program's parts and no notes.
const SKIPPED: [&str; 2] = ["node_modules", "__pycache__"];
const NOT_IMPORTED: &str = "It was not imported.";

/// The folder.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Opens the folder of a vault.
    ///
    /// # Errors
    /// When there is none, or it is a file, or may not be read; the message says which and where.
    pub fn open(path: &Path) -> io::Result<Self> {
        let named = |error: io::Error| {
            let reason = match error.kind() {
                ErrorKind::NotFound => "there is no such folder".to_owned(),
                ErrorKind::PermissionDenied => "it may not be read by this user".to_owned(),
                _ => error.to_string(),
            };
            io::Error::new(error.kind(), format!("{}: {reason}", path.display()))
        };
        let root = fs::canonicalize(path).map_err(named)?;
        if !root.is_dir() {
            let message = format!("{}: this is a file; name the folder that holds the notes", path.display());
            return Err(io::Error::new(ErrorKind::NotADirectory, message));
        }
        fs::read_dir(&root).map_err(named)?;
        Ok(Self { root })
    }

    /// The real place of a path of the listing, if it is inside.
    fn inside(&self, path: &str) -> io::Result<PathBuf> {
        let relative = Path::new(path);
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        let place = fs::canonicalize(self.root.join(relative))?;
        if !plain || !place.starts_with(&self.root) {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "it leads out of the vault"));
        }
        Ok(place)
    }
}

impl Vault for Folder {
    fn name(&self) -> String {
        self.root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    fn list(&self) -> io::Result<Listing> {
        let mut listing = Listing::default();
        let mut folders = vec![(self.root.clone(), String::new())];
        while let Some((folder, prefix)) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if prefix.is_empty() => return Err(error),
                Err(error) => {
                    problem(&mut listing, &prefix, format!("This folder cannot be read: {error}."));
                    continue;
                }
            };
            for entry in entries {
                match entry {
                    Ok(entry) => look_at(self, &entry, &prefix, &mut folders, &mut listing),
                    Err(error) => problem(&mut listing, &prefix, format!("A part of it cannot be read: {error}.")),
                }
            }
        }
        Ok(listing)
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let place = self.inside(path)?;
        if !fs::metadata(&place)?.is_file() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "it is no file"));
        }
        File::open(place)?.take(FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

fn problem(listing: &mut Listing, path: &str, reason: String) {
    let path = if path.is_empty() { "." } else { path.trim_end_matches('/') };
    let outcome = NOT_IMPORTED.to_owned();
    listing.problems.push(Problem { path: path.into(), line: None, reason, outcome });
}

fn look_at(
    vault: &Folder,
    entry: &DirEntry,
    prefix: &str,
    folders: &mut Vec<(PathBuf, String)>,
    listing: &mut Listing,
) {
    let name = entry.file_name();
    if is_hidden(&name) {
        return;
    }
    let Some(text) = name.to_str() else {
        let path = format!("{prefix}{}", name.to_string_lossy());
        return problem(listing, &path, "Its name is not UTF-8.".into());
    };
    let path = format!("{prefix}{text}");
    let kind = match entry.file_type() {
        Ok(kind) => kind,
        Err(error) => return problem(listing, &path, format!("It cannot be read: {error}.")),
    };
    if kind.is_dir() {
        if !SKIPPED.contains(&text) {
            folders.push((entry.path(), format!("{path}/")));
        }
        return;
    }
    if kind.is_symlink() {
        return look_at_link(vault, path, listing);
    }
    if !kind.is_file() {
        return problem(listing, &path, "It is neither a file nor a folder.".into());
    }
    match entry.metadata() {
        Ok(metadata) => listing.files.push(Entry { path, size: metadata.len() }),
        Err(error) => problem(listing, &path, format!("It cannot be read: {error}.")),
    }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn look_at_link(vault: &Folder, path: String, listing: &mut Listing) {
    let found = vault.inside(&path).and_then(fs::metadata);
    let reason = match found {
        Ok(metadata) if metadata.is_file() => return listing.files.push(Entry { path, size: metadata.len() }),
        Ok(_) => "It is a symbolic link to a folder of the vault, whose files are imported from there.",
        Err(error) => match error.kind() {
            ErrorKind::PermissionDenied => "It is a symbolic link out of the vault, where nothing is read.",
            ErrorKind::NotFound => "It is a symbolic link to nothing.",
            _ => "It is a symbolic link that leads in a circle, or that cannot be followed.",
        },
    };
    problem(listing, &path, reason.into());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    fn vault() -> (tempfile::TempDir, Folder) {
        let outside = tempfile::tempdir().unwrap();
        let root = outside.path().join("vault");
        fs::create_dir_all(root.join("Sub/.obsidian")).unwrap();
        fs::write(outside.path().join("secret.md"), "secret").unwrap();
        fs::write(root.join("Note.md"), "note").unwrap();
        fs::write(root.join("Sub/Other.md"), "other").unwrap();
        fs::write(root.join("Sub/.obsidian/app.json"), "{}").unwrap();
        let folder = Folder::open(&root).unwrap();
        (outside, folder)
    }

    fn paths(folder: &Folder) -> Vec<String> {
        let mut paths: Vec<_> = folder.list().unwrap().files.into_iter().map(|entry| entry.path).collect();
        paths.sort();
        paths
    }

    #[test]
    fn files_are_listed_and_hidden_ones_are_not() {
        let (_guard, folder) = vault();
        assert_eq!(paths(&folder), ["Note.md", "Sub/Other.md"]);
        assert_eq!(folder.list().unwrap().problems, []);
        assert_eq!(folder.read("Sub/Other.md").unwrap(), b"other");
    }

    #[test]
    fn links_lead_to_files_inside_and_nowhere_else() {
        let (guard, folder) = vault();
        let root = guard.path().join("vault");
        symlink("Note.md", root.join("Inside.md")).unwrap();
        symlink("../secret.md", root.join("Out.md")).unwrap();
        symlink("..", root.join("Up")).unwrap();
        symlink(".", root.join("Sub/Loop")).unwrap();
        symlink("Self.md", root.join("Self.md")).unwrap();
        symlink("nowhere", root.join("Dead.md")).unwrap();
        assert_eq!(paths(&folder), ["Inside.md", "Note.md", "Sub/Other.md"]);
        let mut problems: Vec<_> = folder.list().unwrap().problems.into_iter().map(|p| p.path).collect();
        problems.sort();
        assert_eq!(problems, ["Dead.md", "Out.md", "Self.md", "Sub/Loop", "Up"]);
        assert!(folder.read("Out.md").is_err());
        assert!(folder.read("../secret.md").is_err());
        assert!(folder.read("Up/secret.md").is_err());
        assert!(folder.read("/etc/hostname").is_err());
        assert_eq!(folder.read("Inside.md").unwrap(), b"note");
    }

    #[test]
    fn a_name_that_is_no_text_is_reported() {
        let (guard, folder) = vault();
        let name = OsStr::from_bytes(b"caf\xE9.md");
        if fs::write(guard.path().join("vault").join(name), "x").is_err() {
            return;
        }
        assert_eq!(folder.list().unwrap().problems.len(), 1);
        assert_eq!(paths(&folder).len(), 2);
    }

    #[test]
    fn what_is_no_folder_is_refused_by_name() {
        let (guard, _) = vault();
        let missing = Folder::open(&guard.path().join("none")).unwrap_err().to_string();
        assert!(missing.contains("none") && missing.contains("no such folder"), "{missing}");
        let file = Folder::open(&guard.path().join("secret.md")).unwrap_err().to_string();
        assert!(file.contains("this is a file"), "{file}");
    }
}
