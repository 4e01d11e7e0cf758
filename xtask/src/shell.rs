//! The checkout, the cache folder, and running other programs in them.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A failure in one sentence that the reader can act on.
pub type Result<T = ()> = std::result::Result<T, String>;

/// Where things are.
pub struct Workspace {
    /// The checkout.
    pub root: PathBuf,
    /// Tools and compiled dependencies, shared by every checkout.
    pub cache: PathBuf,
    /// Cargo's target folder for all inner builds.
    pub target: PathBuf,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = match manifest.as_deref().and_then(Path::parent) {
            Some(root) => root.to_owned(),
            None => env::current_dir().map_err(|error| format!("no current folder: {error}"))?,
        };
        let cache = cache_folder()?.join("commonplace");
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| cache.join("target"), |set| root.join(set));
        Ok(Self { root, cache, target })
    }

    /// Where tools are put that cargo's own folder cannot hold.
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// A command in the checkout with the tools on its path.
    pub fn command(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
        let mut command = command(program, arguments);
        command.current_dir(&self.root).env("PATH", self.path()).env("CARGO_TARGET_DIR", &self.target);
        // What `cargo run` sets for this program is not meant for the cargo started by it.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
                command.env_remove(name.as_ref());
            }
        }
        command
    }

    /// `cargo` with these arguments.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        self.command("cargo", arguments)
    }

    /// The cache folder, which is there afterwards.
    pub fn cache_made(&self) -> Result<&Path> {
        fs::create_dir_all(&self.cache).map_err(|error| format!("{}: {error}", self.cache.display()))?;
        Ok(&self.cache)
    }

    /// Finds a program on the path that children get.
    pub fn which(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.path()).map(|folder| folder.join(program)).find(|path| path.is_file())
    }

    fn path(&self) -> std::ffi::OsString {
        let mut folders = vec![self.tools().join("bin")];
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        folders.extend(cargo_bin());
        env::join_paths(folders).unwrap_or_default()
    }
}

/// Where `cargo install` puts programs.
pub fn cargo_bin() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo"))).map(|home| home.join("bin"))
}

fn cache_folder() -> Result<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("XDG_CACHE_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".cache")))
        .ok_or_else(|| "there is no cache folder: set XDG_CACHE_HOME or HOME".to_owned())
}

/// A command with its arguments.
pub fn command(program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Runs a command to its end, its output shown.
pub fn run(mut command: Command) -> Result {
    let shown = describe(&command);
    let status = command.status().map_err(|error| format!("`{shown}` does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status})")) }
}

/// Runs a command to its end and answers what it wrote to standard output, if it succeeded.
pub fn read(mut command: Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command, its output shown and also answered, with whether it succeeded.
pub fn tee(mut command: Command) -> Result<(bool, String)> {
    let shown = describe(&command);
    let failed = |error: std::io::Error| format!("`{shown}`: {error}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(failed)?;
    let mut seen = String::new();
    let mut out = std::io::stdout();
    if let Some(piped) = child.stdout.take() {
        for line in BufReader::new(piped).split(b'\n') {
            let line = line.map_err(failed)?;
            let line = String::from_utf8_lossy(&line);
            writeln!(out, "{line}").map_err(failed)?;
            seen.push_str(&line);
            seen.push('\n');
        }
    }
    let status = child.wait().map_err(failed)?;
    Ok((status.success(), seen))
}

/// Reads a file, or says which one could not be read.
pub fn slurp(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes a file with the folders above it.
pub fn write(path: &Path, text: &str) -> Result {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
