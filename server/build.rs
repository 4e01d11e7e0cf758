//! Embeds the built site (`LEPTOS_SITE_ROOT`, which cargo-leptos sets) in release builds: writes
//! `assets.rs`, a table of every file with its brotli and gzip forms. Other builds get an empty table.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::hash::Hasher as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

#[path = "src/assets/names.rs"]
mod names;

fn main() {
    println!("cargo::rerun-if-env-changed=LEPTOS_SITE_ROOT");
    println!("cargo::rerun-if-env-changed=LEPTOS_WATCH");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut table = String::from("static EMBEDDED: &[Embedded] = &[\n");
    if let Some(root) = site_root() {
        println!("cargo::rerun-if-changed={}", root.display());
        let mut files = Vec::new();
        list(&root, &root, &mut files);
        files.sort();
        if !files.iter().any(|file| names::logical(file) == "__wasm_split.js") {
            println!("cargo::warning=the site was built without --split: its islands stay plain HTML");
        }
        for file in files {
            entry(&root, &file, &out, &mut table);
        }
    }
    table.push_str("];\n");
    write(&out.join("assets.rs"), table.as_bytes());
}

/// The folder to embed; none while developing, where the folder itself is served.
fn site_root() -> Option<PathBuf> {
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if !release || env::var_os("LEPTOS_WATCH").is_some() {
        return None;
    }
    let named = PathBuf::from(env::var_os("LEPTOS_SITE_ROOT")?);
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = manifest.parent().expect("server/ is in the workspace").join(named);
    root.join("pkg").is_dir().then_some(root)
}

fn list(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the site folder can be read") {
        let path = entry.expect("the site folder can be read").path();
        if path.is_dir() {
            list(root, &path, files);
            continue;
        }
        // Type declarations that wasm-bindgen leaves beside its script; no browser asks for them.
        if path.extension().is_some_and(|extension| extension == "ts") {
            continue;
        }
        let inside = path.strip_prefix(root).expect("it was listed under the root");
        files.push(inside.to_str().expect("asset names are UTF-8").replace('\\', "/"));
    }
}

fn entry(root: &Path, file: &str, out: &Path, table: &mut String) {
    let source = root.join(file);
    let bytes = fs::read(&source).expect("the asset can be read");
    let bytes = names::shipped(file, &bytes);
    let hash = hash(&bytes);
    let kept = out.join(file.replace('/', "__"));
    write(&kept, &bytes);
    let (mut brotli, mut gzip) = (String::from("None"), String::from("None"));
    if compresses(names::media_type(file)) {
        brotli = smaller(&bytes, compress_brotli(&bytes), &kept, "br");
        gzip = smaller(&bytes, compress_gzip(&bytes), &kept, "gz");
    }
    writeln!(
        table,
        "    Embedded {{ name: {:?}, path: {:?}, hash: {hash:?}, media_type: {:?}, plain: include_bytes!({kept:?}), brotli: {brotli}, gzip: {gzip} }},",
        names::logical(file),
        names::address(file, &hash),
        names::media_type(file),
    )
    .expect("writing to a String succeeds");
}

/// Whether a type is text-like: pictures are compressed already.
fn compresses(media_type: &str) -> bool {
    let exact = ["application/json", "application/wasm", "application/xml", "application/manifest+json"];
    media_type.starts_with("text/")
        || exact.contains(&media_type)
        || matches!(media_type, "image/svg+xml" | "image/x-icon")
}

fn hash(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("{:016x}", hasher.finish())
}

fn smaller(plain: &[u8], packed: Vec<u8>, beside: &Path, suffix: &str) -> String {
    if packed.len() >= plain.len() {
        return String::from("None");
    }
    let mut name = beside.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    write(Path::new(&name), &packed);
    format!("Some(include_bytes!({:?}))", Path::new(&name))
}

fn compress_brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    brotli::CompressorReader::new(bytes, 1 << 16, 11, 24)
        .read_to_end(&mut packed)
        .expect("compressing memory succeeds");
    packed
}

fn compress_gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("compressing memory succeeds");
    encoder.finish().expect("compressing memory succeeds")
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("OUT_DIR can be written");
}
