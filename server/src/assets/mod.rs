//! The built site's files: embedded in an optimised binary, or read from a folder while developing.

mod names;

use std::borrow::Cow;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher as _;
use std::io;
use std::path::{Path, PathBuf};

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A row of the table that the build script writes.
#[derive(Clone, Copy)]
struct Embedded {
    name: &'static str,
    path: &'static str,
    hash: &'static str,
    media_type: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// One file as it is served.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The name that code uses, without a hash: `commonplace.css`, `visitor.js`, `favicon.svg`.
    pub name: Cow<'static, str>,
    /// The address: `/pkg/commonplace.HASH.css`.
    pub path: Cow<'static, str>,
    /// A hash of the bytes, for the `ETag`.
    pub hash: Cow<'static, str>,
    /// The `Content-Type`.
    pub media_type: &'static str,
    /// The bytes.
    pub plain: Cow<'static, [u8]>,
    /// The bytes in brotli's highest quality, where that is smaller.
    pub brotli: Option<&'static [u8]>,
    /// The bytes in gzip's highest quality, where that is smaller.
    pub gzip: Option<&'static [u8]>,
}

impl Asset {
    /// Whether the address names the content, so that it may be cached for ever.
    pub fn is_immutable(&self) -> bool {
        let named = self.path.trim_start_matches('/');
        named.trim_start_matches("pkg/") != self.name
    }
}

/// Where the files are.
#[derive(Clone, Debug)]
pub enum Assets {
    /// In this binary.
    Embedded,
    /// In a folder that cargo-leptos writes; read anew for each answer, since it changes.
    Folder(PathBuf),
}

impl Assets {
    /// The embedded files, or where this binary has none (it was not built by `cargo xtask build` or
    /// `cargo leptos build --release`) those of `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        if EMBEDDED.is_empty() { Self::Folder(folder.into()) } else { Self::Embedded }
    }

    /// The file at an address (which begins with `/`).
    pub fn at(&self, path: &str) -> Option<Asset> {
        match self {
            Self::Embedded => EMBEDDED.iter().find(|row| row.path == path).map(Asset::from),
            Self::Folder(_) => self.all().into_iter().find(|asset| asset.path == path),
        }
    }

    /// The file of a logical name. While developing, the newest of that name.
    pub fn named(&self, name: &str) -> Option<Asset> {
        match self {
            Self::Embedded => EMBEDDED.iter().find(|row| row.name == name).map(Asset::from),
            Self::Folder(_) => self.all().into_iter().find(|asset| asset.name == name),
        }
    }

    /// The address of a logical name; a plain guess where there is no such file (tests, no build yet).
    pub fn address(&self, name: &str) -> String {
        self.named(name).map_or_else(|| format!("/pkg/{name}"), |asset| asset.path.into_owned())
    }

    /// Every file.
    pub fn all(&self) -> Vec<Asset> {
        match self {
            Self::Embedded => EMBEDDED.iter().map(Asset::from).collect(),
            Self::Folder(root) => {
                let mut found = Vec::new();
                list(root, root, &mut found);
                found.sort_by_key(|(_, changed)| std::cmp::Reverse(*changed));
                found.iter().filter_map(|(file, _)| read(root, file)).collect()
            }
        }
    }

    /// Writes every file under `folder` at its address, with its compressed forms beside it as `.br`
    /// and `.gz`, for a web server or a CDN. Answers how many files there are.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write_to(&self, folder: &Path) -> io::Result<usize> {
        let assets = self.all();
        for asset in &assets {
            let target = folder.join(asset.path.trim_start_matches('/'));
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&target, &asset.plain)?;
            for (packed, suffix) in [(asset.brotli, ".br"), (asset.gzip, ".gz")] {
                let Some(packed) = packed else { continue };
                let mut beside = target.clone().into_os_string();
                beside.push(suffix);
                fs::write(beside, packed)?;
            }
        }
        Ok(assets.len())
    }
}

impl From<&Embedded> for Asset {
    fn from(row: &Embedded) -> Self {
        Self {
            name: row.name.into(),
            path: row.path.into(),
            hash: row.hash.into(),
            media_type: row.media_type,
            plain: row.plain.into(),
            brotli: row.brotli,
            gzip: row.gzip,
        }
    }
}

fn read(root: &Path, file: &str) -> Option<Asset> {
    let bytes = fs::read(root.join(file)).ok()?;
    let plain = names::shipped(file, &bytes).into_owned();
    let mut hasher = DefaultHasher::new();
    hasher.write(&plain);
    let hash = format!("{:016x}", hasher.finish());
    Some(Asset {
        name: names::logical(file).into(),
        path: names::address(file, &hash).into(),
        hash: hash.into(),
        media_type: names::media_type(file),
        plain: plain.into(),
        brotli: None,
        gzip: None,
    })
}

fn list(root: &Path, folder: &Path, found: &mut Vec<(String, std::time::SystemTime)>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(root, &path, found);
            continue;
        }
        let changed = entry.metadata().and_then(|about| about.modified());
        let inside = path.strip_prefix(root).ok().and_then(Path::to_str);
        if let (Some(inside), Ok(changed)) = (inside, changed) {
            found.push((inside.replace('\\', "/"), changed));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn site(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("commonplace-assets-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("pkg")).unwrap();
        fs::write(root.join("pkg/commonplace.abcdefghijklmnopqrst-_.css"), "body{}").unwrap();
        fs::write(root.join("visitor.js"), "// why\n  go();\n").unwrap();
        root
    }

    #[test]
    fn a_folder_is_served_by_logical_name_and_by_address() {
        let root = site("served");
        let assets = Assets::new(&root);
        let css = assets.named("commonplace.css").unwrap();
        assert_eq!(css.path, "/pkg/commonplace.abcdefghijklmnopqrst-_.css");
        assert!(css.is_immutable());
        let script = assets.named("visitor.js").unwrap();
        assert_eq!(*script.plain, *b"go();\n");
        assert_eq!(assets.at(&script.path).unwrap().name, "visitor.js");
        assert!(assets.at("/pkg/../Cargo.toml").is_none());
        assert_eq!(assets.address("absent.js"), "/pkg/absent.js");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn files_are_written_out_at_their_addresses() {
        let root = site("written");
        let out = root.join("out");
        assert_eq!(Assets::new(&root).write_to(&out).unwrap(), 2);
        assert!(out.join("pkg/commonplace.abcdefghijklmnopqrst-_.css").is_file());
        fs::remove_dir_all(root).unwrap();
    }
}
