//! A home to measure: filled by an import, served by the optimised binary, claimed and written to.

use crate::bench::client::{Answer, Client};
use crate::bench::peers::{free_port, stop};
use crate::shell::{self, Result, Workspace};
use crate::site;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PASSWORD: &str = "quince medlar mulberry walnut";

/// A data folder that is removed first, so that every run begins alike.
pub fn empty(folder: &Path) -> Result {
    match fs::remove_dir_all(folder) {
        Err(error) if folder.exists() => Err(format!("{}: {error}", folder.display())),
        _ => fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display())),
    }
}

/// Imports a vault into an empty home; answers how long that took, the index included.
pub fn import(workspace: &Workspace, vault: &Path, data: &Path) -> Result<Duration> {
    empty(data)?;
    let mut command = workspace.command(site::binary(workspace), &[]);
    command.args(["import", "obsidian"]).arg(vault).arg("--data").arg(data).args(["--visibility", "public"]);
    let began = Instant::now();
    let said = command.output().map_err(|error| format!("the import did not start: {error}"))?;
    let took = began.elapsed();
    if said.status.success() {
        return Ok(took);
    }
    Err(format!("the import of {} failed: {}", vault.display(), String::from_utf8_lossy(&said.stderr)))
}

/// Bytes of a folder, and of its files whose path contains a word.
pub fn size(folder: &Path, word: &str) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let mut bytes = 0;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            bytes += size(&path, word);
        } else if path.to_string_lossy().contains(word) {
            bytes += entry.metadata().map_or(0, |about| about.len());
        }
    }
    bytes
}

/// A server on a home; it ends when this is dropped.
pub struct Home {
    child: Child,
    log: PathBuf,
    pub address: String,
    /// From the start of the process to its first 200.
    pub start: Duration,
}

impl Home {
    /// Serves a home, with these variables besides.
    pub fn serve(workspace: &Workspace, data: &Path, variables: &[(&str, &str)]) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let log = data.with_extension("log");
        let failed = |error: std::io::Error| format!("{}: {error}", log.display());
        let out = File::create(&log).map_err(failed)?;
        let err = out.try_clone().map_err(failed)?;
        let mut command = workspace.command(site::binary(workspace), &[]);
        command.arg("serve").arg("--data").arg(data).args(["--addr", &address]).env("COMMONPLACE_LOG", "warn");
        command.envs(variables.iter().copied()).stdin(Stdio::null()).stdout(out).stderr(err);
        let began = Instant::now();
        let child = command.spawn().map_err(|error| format!("the server did not start: {error}"))?;
        let mut home = Self { child, log, address, start: Duration::ZERO };
        home.wait(began)?;
        Ok(home)
    }

    fn wait(&mut self, began: Instant) -> Result {
        while began.elapsed() < Duration::from_secs(60) {
            if let Ok(mut client) = Client::connect(&self.address)
                && client.page("/", "gzip").is_ok()
            {
                self.start = began.elapsed();
                return Ok(());
            }
            sleep(Duration::from_micros(500));
        }
        Err(format!("the server never answered: see {}", self.log.display()))
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn client(&self) -> Result<Client> {
        Client::connect(&self.address)
    }

    /// Proportional set size in MB; `None` where the kernel does not tell.
    pub fn memory(&self) -> Option<f64> {
        let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id())).ok()?;
        let line = text.lines().find(|line| line.starts_with("Pss:"))?;
        let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes / 1024.0)
    }

    /// A client that has claimed the home.
    pub fn owner(&self) -> Result<Client> {
        let log = shell::slurp(&self.log)?;
        let path = log.lines().find_map(|line| line.split_once("/claim/")).map(|(_, token)| token.trim().to_owned());
        let path = format!("/claim/{}", path.ok_or("the server printed no claim link")?);
        let mut client = self.client()?;
        client.page(&path, "identity")?;
        let fields = [("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD)];
        let answer = client.post(&path, &fields)?;
        if answer.status == 303 { Ok(client) } else { Err(format!("the claim answered {}", answer.status)) }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

/// The address of a form for a new note, after saving it.
pub fn write_note(owner: &mut Client, title: &str, body: &str) -> Result<String> {
    let fields =
        [("title", title), ("body", body), ("slug", ""), ("tags", ""), ("visibility", "public"), ("action", "publish")];
    let answer = owner.post("/desk/notes/new", &fields)?;
    let place = answer.header("location").ok_or_else(|| format!("a new note answered {}", answer.status))?;
    Ok(place.split(['?', '#']).next().unwrap_or(place).to_owned())
}

/// Saves the note's form as it stands with another body; answers how long the save took.
pub fn save(owner: &mut Client, place: &str, body: &str, action: &str) -> Result<Duration> {
    let form = owner.page(place, "identity")?;
    let field = |name: &str| form_field(&form, place, name);
    let (base, title, slug) = (field("base")?, field("title")?, field("slug")?);
    let fields = [
        ("base", base.as_str()),
        ("title", &title),
        ("slug", &slug),
        ("tags", ""),
        ("visibility", "public"),
        ("body", body),
        ("action", action),
    ];
    let began = Instant::now();
    let answer = owner.post(place, &fields)?;
    let took = began.elapsed();
    if answer.status == 303 { Ok(took) } else { Err(format!("a save answered {}", answer.status)) }
}

fn form_field(form: &Answer, place: &str, name: &str) -> Result<String> {
    form.field(name).ok_or_else(|| format!("{place} has no field `{name}`"))
}
