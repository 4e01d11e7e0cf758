//! What a fresh machine lacks. Each step looks first, says in one line what it adds and why and about
//! how long that takes, and does nothing where there is nothing to do.

use crate::shell::{self, Result, Workspace, cargo_bin, command};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

const CARGO_LEPTOS: &str = "0.3.10";
const BINARYEN: &str = "132.0.0";
/// The newest that runs on Node 20.
const LIGHTHOUSE: &str = "12.8.2";
/// What the browser runs.
pub const WASM: &str = "wasm32-unknown-unknown";

/// What building the site needs.
pub fn build(workspace: &Workspace) -> Result {
    wasm_target(workspace)?;
    let leptos = Tool { name: "cargo-leptos", package: "cargo-leptos", version: CARGO_LEPTOS, locked: Locked::Yes };
    leptos.ensure(workspace, "it builds the browser's half and the server together; about 5 min, once")?;
    let version = locked_version(&shell::slurp(&workspace.root.join("Cargo.lock"))?, "wasm-bindgen")?;
    let bindgen = Tool { name: "wasm-bindgen", package: "wasm-bindgen-cli", version: &version, locked: Locked::No };
    bindgen.ensure(workspace, "it must be of the version in Cargo.lock; about 2 min, once")?;
    wasm_opt(workspace)
}

/// What the tests need beyond [`build`].
pub fn tests(workspace: &Workspace) -> Result {
    node_modules(workspace)?;
    chromium(workspace).map(drop)
}

/// The Chromium to test with: `$CHROMIUM`, one on the path, or else the distribution's, installed.
pub fn chromium(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(found) = find_chromium(workspace) {
        return Ok(found);
    }
    let root = shell::read(command("id", &["-u"])).is_some_and(|id| id.trim() == "0");
    if root && workspace.which("apt-get").is_some() {
        say("installing Chromium with apt-get (the pages are tested in a real browser; about 1 min)");
        shell::run(command("apt-get", &["update", "-qq"]))?;
        let mut install = command("apt-get", &["install", "-y", "-qq", "--no-install-recommends", "chromium"]);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        shell::run(install)?;
    }
    find_chromium(workspace).ok_or_else(|| {
        "the tests need Chromium: install it (Debian: sudo apt-get install chromium; macOS: brew install \
         --cask chromium), or set CHROMIUM to a Chrome or Chromium that is there already"
            .to_owned()
    })
}

fn find_chromium(workspace: &Workspace) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        return Some(PathBuf::from(named));
    }
    let bundles = ["Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome"];
    let on_path = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    on_path
        .iter()
        .find_map(|name| workspace.which(name))
        .or_else(|| bundles.iter().map(|app| Path::new("/Applications").join(app)).find(|app| app.is_file()))
}

fn wasm_target(workspace: &Workspace) -> Result {
    let sysroot = shell::read(workspace.command("rustc", &["--print", "sysroot"]));
    let there = sysroot.is_some_and(|root| Path::new(root.trim()).join("lib/rustlib").join(WASM).is_dir());
    if there {
        return Ok(());
    }
    say("adding Rust's WebAssembly target (the browser's half is compiled for it; about 10 s)");
    shell::run(workspace.command("rustup", &["target", "add", WASM]))
}

#[derive(PartialEq)]
enum Locked {
    Yes,
    No,
}

struct Tool<'a> {
    name: &'a str,
    package: &'a str,
    version: &'a str,
    locked: Locked,
}

impl Tool<'_> {
    fn ensure(&self, workspace: &Workspace, why: &str) -> Result {
        let found = workspace.which(self.name);
        let version = found.as_ref().and_then(|path| shell::read(command(path, &["--version"])));
        if version.is_some_and(|line| line.split_whitespace().any(|word| word == self.version)) {
            return Ok(());
        }
        say(&format!("installing {} {} ({why})", self.package, self.version));
        // Unoptimised: it compiles in a third of the time and a build through it is as fast.
        let mut install = workspace.cargo(&["install", "--debug", "--quiet", self.package, "--version", self.version]);
        install.current_dir(workspace.cache_made()?);
        install.env("CARGO_PROFILE_DEV_DEBUG", "0");
        install.env("CARGO_TARGET_DIR", workspace.tools().join("build").join(self.name));
        if self.locked == Locked::Yes {
            install.arg("--locked");
        }
        // Another version in cargo's own folder is somebody's: ours goes beside it, before it on the path.
        if found.is_some() {
            install.arg("--root").arg(workspace.tools());
        }
        shell::run(install)?;
        let _ = fs::remove_dir_all(workspace.tools().join("build").join(self.name));
        Ok(())
    }
}

fn wasm_opt(workspace: &Workspace) -> Result {
    let why = "its wasm-opt makes the WebAssembly small; about 10 s";
    let program = npm_package(workspace, "binaryen", BINARYEN, why)?.join(".bin/wasm-opt");
    link(&program, &workspace.tools().join("bin/wasm-opt"))?;
    // In cargo's own folder too, where a `cargo leptos` started by hand finds it.
    match cargo_bin().map(|bin| bin.join("wasm-opt")) {
        Some(there) if there.symlink_metadata().is_err() => link(&program, &there),
        _ => Ok(()),
    }
}

/// The program of Lighthouse.
pub fn lighthouse(workspace: &Workspace) -> Result<PathBuf> {
    let why = "it scores pages; about 1 min";
    Ok(npm_package(workspace, "lighthouse", LIGHTHOUSE, why)?.join("lighthouse/cli/index.js"))
}

/// Installs a package in a folder of its own in the cache; answers its node_modules.
pub fn npm_package(workspace: &Workspace, name: &str, version: &str, why: &str) -> Result<PathBuf> {
    let folder = workspace.cache.join("npm").join(format!("{name}-{version}"));
    let modules = folder.join("node_modules");
    if modules.join(".package-lock.json").is_file() {
        return Ok(modules);
    }
    say(&format!("fetching {name} with npm ({why})"));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut install = workspace.command("npm", &["install", "--no-audit", "--no-fund", "--no-save", "--silent"]);
    install.args(["--ignore-scripts", "--prefix"]).arg(&folder).arg(format!("{name}@{version}"));
    shell::run(install)?;
    Ok(modules)
}

/// Installs a Python package, and what it forgets to ask for, in an environment of its own in the cache; answers its folder.
pub fn python_package(workspace: &Workspace, name: &str, version: &str, with: &[&str], why: &str) -> Result<PathBuf> {
    let folder = workspace.cache.join("python").join(format!("{name}-{version}"));
    let stamp = folder.join(".commonplace");
    if stamp.is_file() {
        return Ok(folder);
    }
    say(&format!("fetching {name} {version} with pip ({why})"));
    let mut environment = workspace.command("python3", &["-m", "venv", "--clear"]);
    environment.arg(&folder);
    shell::run(environment)?;
    let mut install = command(folder.join("bin/pip"), &["install", "--quiet", "--disable-pip-version-check"]);
    install.arg(format!("{name}=={version}")).args(with);
    shell::run(install)?;
    shell::write(&stamp, version)?;
    Ok(folder)
}

fn link(program: &Path, name: &Path) -> Result {
    if fs::read_link(name).is_ok_and(|target| target == program) {
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("{}: {error}", name.display());
    if let Some(parent) = name.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    let _ = fs::remove_file(name);
    symlink(program, name).map_err(failed)
}

fn node_modules(workspace: &Workspace) -> Result {
    let folder = workspace.root.join("e2e");
    let mut hasher = DefaultHasher::new();
    shell::slurp(&folder.join("package-lock.json"))?.hash(&mut hasher);
    let wanted = format!("{:016x}", hasher.finish());
    let stamp = folder.join("node_modules/.commonplace");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    say("fetching the tests' npm packages (browser driver, axe, the HTML checker, CommonMark's examples; about 20 s)");
    let mut install = workspace.command("npm", &["ci", "--no-audit", "--no-fund", "--silent"]);
    install.arg("--ignore-scripts").current_dir(&folder);
    shell::run(install)?;
    shell::write(&stamp, &wanted)
}

/// The version of a package in the text of a Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Result<String> {
    let entry = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != entry);
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    version.map(str::to_owned).ok_or_else(|| format!("Cargo.lock names no {package}"))
}

fn say(line: &str) {
    println!("set-up: {line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_exactly_that_package_is_read() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
            [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Ok("0.2.130".to_owned()));
        assert!(locked_version(lock, "absent").is_err());
    }
}
