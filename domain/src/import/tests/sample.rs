//! The sample vault comes in whole, counted by another way than the importer's.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;
use crate::testing::data;

/// A folder on disk, without the care that the real adapter takes.
struct Disk(PathBuf);

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, out) } else { out.push(path) }
    }
}

impl Disk {
    fn paths(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.0, &mut found);
        found.iter().map(|path| path.strip_prefix(&self.0).unwrap().to_str().unwrap().to_owned()).collect()
    }
}

impl Vault for Disk {
    fn list(&self) -> io::Result<Listing> {
        let size = |path: &String| std::fs::metadata(self.0.join(path)).unwrap().len();
        let files = self.paths().into_iter().map(|path| Entry { size: size(&path), path });
        Ok(Listing { files: files.collect(), problems: Vec::new() })
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.0.join(path))
    }
}

/// What stands between `[[` and `]]` outside code, up to `|` and `#`: found by cutting lines, not by a parser.
fn wikilinks(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start_matches([' ', '\t', '>']).starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let outside_code: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        for part in outside_code.split("[[").skip(1) {
            let Some((inside, _)) = part.split_once("]]") else { continue };
            out.push(inside.split(['|', '#', '\\']).next().unwrap().trim().to_owned());
        }
    }
    out
}

#[tokio::test]
async fn the_sample_vault_comes_in_whole() {
    let Some(folder) = data("obsidian-help") else { return };
    let vault = Disk(folder);
    let home = Home::new();
    let (site, counted) = home.counted_site();
    let report = import(&site, &vault).await;
    home.records.settle();

    let paths = vault.paths();
    let note_paths: Vec<&String> = paths.iter().filter(|path| path.ends_with(".md")).collect();
    assert_eq!(note_paths.len(), 173);
    assert_eq!((report.notes.found, report.notes.new), (173, 173), "{report}");
    assert_eq!((report.files.found as usize, report.files.new as usize), (paths.len() - 173, paths.len() - 173));

    let mut published = 0;
    let mut stored = Vec::new();
    let mut cursor = None;
    loop {
        let page = notes::all(&site, &OWNER, cursor.as_deref()).await.unwrap();
        for summary in page.items {
            stored.push(notes::open(&site, &OWNER, summary.id).await.unwrap());
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    for path in &note_paths {
        let text = std::fs::read_to_string(vault.0.join(path)).unwrap();
        let note = stored.iter().find(|note| note.path.as_ref() == Some(*path)).unwrap();
        assert_eq!(note.body, text, "{path}");
        let withheld = text.lines().any(|line| line.trim() == "publish: false");
        assert_eq!(is_public(&site, &note.slug).await, !withheld, "{path}");
        published += usize::from(!withheld);
    }
    assert_eq!(published + report.withheld.len(), 173);

    let (missing, told) = (missing(&vault, &paths), told(&report));
    assert_eq!(told, missing, "{report}");

    counted.take();
    let again = import(&site, &vault).await;
    assert_eq!(counted.take().writes, 0, "nothing has changed");
    assert_eq!((again.notes.unchanged, again.dangling), (173, report.dangling));
}

/// Note and target of each wikilink that no name in the vault answers to.
fn missing(vault: &Disk, paths: &[String]) -> BTreeSet<(String, String)> {
    let texts: Vec<(&String, String)> = paths
        .iter()
        .filter(|path| path.ends_with(".md"))
        .map(|path| (path, std::fs::read_to_string(vault.0.join(path)).unwrap()))
        .collect();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for path in paths {
        let name = path.rsplit('/').next().unwrap().to_lowercase();
        names.insert(name.trim_end_matches(".md").to_owned());
        names.insert(name);
    }
    for (_, text) in &texts {
        let front = text.strip_prefix("---\n").and_then(|rest| rest.split("\n---").next()).unwrap_or_default();
        let items = front.lines().filter_map(|line| line.trim().strip_prefix("- "));
        names.extend(items.map(|alias| alias.trim().trim_matches(['"', '\'']).to_lowercase()));
    }
    let mut missing = BTreeSet::new();
    for (path, text) in &texts {
        for target in wikilinks(text) {
            let name = target.rsplit('/').next().unwrap().to_lowercase();
            if !name.is_empty() && !names.contains(&name) && !names.contains(&target.to_lowercase()) {
                missing.insert(((*path).clone(), target));
            }
        }
    }
    missing
}

/// The same as the report has them.
fn told(report: &Report) -> BTreeSet<(String, String)> {
    let parts = report.dangling.iter().filter(|d| !matches!(d.reason, Absence::Note | Absence::File));
    assert_eq!(parts.count(), 0, "every heading and block is there");
    let absent = report.dangling.iter().filter(|d| d.target.contains("[["));
    let bare = |target: &str| {
        target.trim_start_matches('!').trim_matches(['[', ']']).split('#').next().unwrap_or_default().to_owned()
    };
    absent.map(|d| (d.path.clone(), bare(&d.target))).collect()
}
