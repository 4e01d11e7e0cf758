//! A zip whose bytes depend on nothing but what is put in, with names that every system can unpack.

use std::collections::BTreeSet;
use std::io::{self, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Bytes of one segment of a name; file systems allow 255.
const SEGMENT_BYTES: usize = 200;

/// The zip.
pub(super) struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
    /// Names that are taken, folded as file systems that ignore case do.
    taken: BTreeSet<String>,
}

impl<W: Write + Seek> Archive<W> {
    pub fn new(writer: W) -> Self {
        let taken = [super::manifest::PATH.to_owned()].into();
        Self { zip: ZipWriter::new(writer), taken }
    }

    /// A free name in this folder that resembles the wished path.
    pub fn name(&mut self, folder: &str, wished: &str) -> String {
        let wished = safe(wished);
        let (stem, ending) = match wished.rsplit_once('.') {
            Some((stem, ending)) if !ending.contains('/') && !stem.is_empty() => (stem, format!(".{ending}")),
            _ => (wished.as_str(), String::new()),
        };
        let mut name = format!("{folder}/{stem}{ending}");
        let mut number = 2;
        while !self.taken.insert(crate::files::fold_name(&name)) {
            name = format!("{folder}/{stem} ({number}){ending}");
            number += 1;
        }
        name
    }

    /// Adds a file under a name that [`Self::name`] gave.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644);
        self.zip.start_file(name, options)?;
        self.zip.write_all(bytes)
    }

    pub fn finish(self) -> io::Result<()> {
        self.zip.finish()?.flush()
    }
}

/// A path without what would lead elsewhere or what some system cannot store.
fn safe(path: &str) -> String {
    let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).map(safe_segment).collect();
    if segments.is_empty() { "_".into() } else { segments.join("/") }
}

fn safe_segment(segment: &str) -> String {
    let replaced = |c: char| if c.is_control() || r#"\:*?"<>|"#.contains(c) { '_' } else { c };
    let mut safe: String = segment.chars().map(replaced).collect();
    if safe.len() > SEGMENT_BYTES {
        let ending = safe.rsplit_once('.').map(|(_, e)| format!(".{e}")).filter(|e| e.len() < 20).unwrap_or_default();
        let end = (0..=SEGMENT_BYTES - ending.len()).rev().find(|at| safe.is_char_boundary(*at)).unwrap_or(0);
        safe.truncate(end);
        safe.push_str(&ending);
    }
    if safe.ends_with(['.', ' ']) {
        safe.pop();
        safe.push('_');
    }
    let stem = safe.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let numbered =
        |name: &str| stem.len() == 4 && stem.starts_with(name) && stem.ends_with(|c: char| c.is_ascii_digit());
    let is_device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    if is_device || safe.is_empty() { format!("_{safe}") } else { safe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_safe_ones() {
        for (path, expected) in [
            ("../../etc/passwd", "._/._/etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("a\\..\\b.md", "a_.._b.md"),
            ("C:evil?.md", "C_evil_.md"),
            ("line\nbreak.md", "line_break.md"),
            ("con.md", "_con.md"),
            ("COM7", "_COM7"),
            ("dots..", "dots._"),
            ("", "_"),
            ("笔记/हिन्दी.md", "笔记/हिन्दी.md"),
        ] {
            assert_eq!(safe(path), expected, "{path}");
        }
        let long = safe(&format!("{}.md", "é".repeat(300)));
        assert!(long.len() <= SEGMENT_BYTES && long.ends_with("é.md"), "{long}");
    }

    #[test]
    fn names_that_differ_in_case_only_are_numbered() {
        let mut archive = Archive::new(std::io::Cursor::new(Vec::new()));
        assert_eq!(archive.name("notes", "A.md"), "notes/A.md");
        assert_eq!(archive.name("notes", "a.md"), "notes/a (2).md");
        assert_eq!(archive.name("notes", "A.MD"), "notes/A (3).MD");
    }
}
