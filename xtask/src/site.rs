//! Building the optimised site and serving it.

use crate::setup;
use crate::shell::{self, Result, Workspace};
use crate::wasm;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What the optimised binary is made from.
const INPUTS: [&str; 13] = [
    "shared",
    "domain",
    "app",
    "server",
    "frontend",
    "renderer",
    "suggest",
    "style",
    "public",
    "docs/manual",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
];

/// The optimised binary in the checkout.
pub fn binary(workspace: &Workspace) -> PathBuf {
    workspace.root.join("target/release/commonplace")
}

/// Builds the optimised binary, unless it was built from what is there now.
pub fn build(workspace: &Workspace) -> Result {
    let wanted = inputs_hash(&workspace.root)?;
    let stamp = binary(workspace).with_extension("stamp");
    if binary(workspace).is_file() && fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    println!("build: the optimised site (first time about 12 min on two cores, then 1 to 3)");
    let _ = fs::remove_file(&stamp);
    // The server embeds what is in the site's folder, so it comes last.
    shell::run(workspace.cargo(&["leptos", "build", "--release", "--split", "--cargo-locked", "--frontend-only"]))?;
    wasm::build(workspace)?;
    shell::run(workspace.cargo(&["leptos", "build", "--release", "--cargo-locked", "--server-only"]))?;
    let built = workspace.target.join("release/commonplace");
    let kept = binary(workspace);
    if built != kept {
        // Beside and renamed: a binary that is running cannot be written to.
        let beside = kept.with_extension("new");
        let failed = |error: std::io::Error| format!("{}: {error}", kept.display());
        fs::create_dir_all(workspace.root.join("target/release")).map_err(failed)?;
        fs::copy(&built, &beside).map_err(failed)?;
        fs::rename(&beside, &kept).map_err(failed)?;
    }
    shell::write(&stamp, &wanted)
}

/// How to serve.
#[derive(Debug, PartialEq, Eq)]
pub struct ServeOptions {
    data: PathBuf,
    address: Option<String>,
    content: Content,
}

#[derive(Debug, PartialEq, Eq)]
enum Content {
    AsItIs,
    Demo,
}

impl ServeOptions {
    pub fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self { data: PathBuf::from("data"), address: None, content: Content::AsItIs };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
            match word.as_str() {
                "--demo" => options.content = Content::Demo,
                "--data" => options.data = PathBuf::from(value()?),
                "--addr" => options.address = Some(value()?.clone()),
                other => {
                    return Err(format!(
                        "`serve` takes no argument `{other}`; it takes --demo, --data DIR, --addr HOST:PORT"
                    ));
                }
            }
        }
        Ok(options)
    }
}

/// Sets up, builds and becomes the server.
pub fn serve(workspace: &Workspace, options: &ServeOptions) -> Result<ExitCode> {
    setup::build(workspace)?;
    build(workspace)?;
    if options.content == Content::Demo {
        println!("demo: filling {} with the manual, if it has no notes yet", options.data.display());
        let mut import = shell::command(binary(workspace), &["import", "obsidian", "--if-empty"]);
        import.arg(workspace.root.join("docs/manual")).arg("--data").arg(&options.data);
        shell::run(import)?;
    }
    let mut serve = shell::command(binary(workspace), &["serve", "--data"]);
    serve.arg(&options.data);
    if let Some(address) = &options.address {
        serve.args(["--addr", address]);
    }
    Err(format!("the server does not start: {}", serve.exec()))
}

fn inputs_hash(root: &Path) -> Result<String> {
    let mut files = Vec::new();
    for input in INPUTS {
        list(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> Result {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    let Ok(entries) = fs::read_dir(path) else { return Ok(()) };
    for entry in entries.flatten() {
        list(&entry.path(), files)?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn serve_reads_its_options_and_refuses_others() {
        let options = ServeOptions::parse(&words("--demo --data /srv/site --addr [::1]:80")).unwrap();
        assert_eq!(options.data, Path::new("/srv/site"));
        assert_eq!(options.address.as_deref(), Some("[::1]:80"));
        assert_eq!(options.content, Content::Demo);
        assert!(ServeOptions::parse(&words("--data")).unwrap_err().contains("--data"));
        assert!(ServeOptions::parse(&words("--port 80")).unwrap_err().contains("--port"));
    }

    #[test]
    fn the_stamp_changes_with_any_input() {
        let root = std::env::temp_dir().join(format!("commonplace-stamp-{}", std::process::id()));
        shell::write(&root.join("style/site.css"), "a{}").unwrap();
        let before = inputs_hash(&root).unwrap();
        assert_eq!(inputs_hash(&root).unwrap(), before);
        shell::write(&root.join("style/site.css"), "b{}").unwrap();
        assert_ne!(inputs_hash(&root).unwrap(), before);
        fs::remove_dir_all(root).unwrap();
    }
}
