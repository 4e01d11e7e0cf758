//! The note beside a blob that says its media type, where the name does not.
//!
//! The note of `cover.png` is `cover.png~type`. It holds one line, the media type. While a put changes the type of a blob
//! that is already there, it holds three: what to recognise the new file by, the new type, and the old one, so that
//! whichever file a crash leaves there is read with its own type.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::{sync_folder, write_synced};

/// What a note's name ends in.
pub const SUFFIX: &str = "~type";

/// Says the type, before the new file takes its place. Answers whether a note was written.
pub fn prepare(target: &Path, temporary: &Path, media_type: &str) -> io::Result<Noted> {
    let present = target.try_exists()?;
    let stored = if present { Some(read(target)?) } else { None };
    match stored {
        Some(old) if old == media_type => return Ok(Noted::Right),
        None if by_name(target) == media_type => {
            remove(target)?;
            return Ok(Noted::Right);
        }
        None => {
            write(target, &format!("{media_type}\n"))?;
            return Ok(Noted::Right);
        }
        Some(old) => {
            if mark(temporary)? == mark(target)? {
                // Same length, same moment: move the new one's time, so that the two can be told apart.
                let later = fs::metadata(temporary)?.modified()? + Duration::from_millis(1);
                let file = File::options().write(true).open(temporary)?;
                file.set_modified(later)?;
                file.sync_all()?;
            }
            write(target, &format!("{}\n{media_type}\n{old}\n", mark(temporary)?))?;
        }
    }
    Ok(Noted::Both)
}

/// What a note says while the new file is put in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// The new file's type, or nothing because the name says it.
    Right,
    /// Both types.
    Both,
}

/// Makes the note say the new type only.
pub fn settle(target: &Path, media_type: &str, noted: Noted) -> io::Result<()> {
    match noted {
        Noted::Right => Ok(()),
        Noted::Both if by_name(target) == media_type => remove(target),
        Noted::Both => write(target, &format!("{media_type}\n")),
    }
}

/// The media type of a blob.
pub fn read(target: &Path) -> io::Result<String> {
    let note = match fs::read_to_string(beside(target)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(by_name(target).into()),
        other => other?,
    };
    let lines: Vec<_> = note.lines().collect();
    Ok(match lines[..] {
        [new, media_type, _] if new == mark(target)? => media_type.into(),
        [_, _, old] => old.into(),
        [media_type, ..] => media_type.into(),
        [] => String::new(),
    })
}

/// Removes the note.
pub fn remove(target: &Path) -> io::Result<()> {
    match fs::remove_file(beside(target)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn beside(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(SUFFIX);
    name.into()
}

fn write(target: &Path, note: &str) -> io::Result<()> {
    let folder = target.parent().ok_or(ErrorKind::NotFound)?;
    let temporary = super::temporary(folder);
    write_synced(&temporary, note.as_bytes())?;
    fs::rename(&temporary, beside(target))?;
    sync_folder(folder)
}

/// What a file is recognised by; copying a folder with its times keeps it.
fn mark(path: &Path) -> io::Result<String> {
    let meta = fs::metadata(path)?;
    let modified = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{} bytes of {}", meta.len(), modified.as_nanos()))
}

/// The type that a name says; most blobs need no note.
fn by_name(target: &Path) -> &'static str {
    let extension = target.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "avif" => "image/avif",
        "css" => "text/css",
        "gif" => "image/gif",
        "html" => "text/html",
        "jpeg" | "jpg" => "image/jpeg",
        "json" => "application/json",
        "m4a" => "audio/mp4",
        "md" => "text/markdown",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "ogg" => "audio/ogg",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain",
        "wav" => "audio/wav",
        "webm" => "video/webm",
        "webp" => "image/webp",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
