//! Imports, over a vault in memory and over real ones.
#![allow(clippy::unwrap_used)]

mod again;
mod problems;
mod sample;

use std::collections::BTreeMap;
use std::sync::Mutex;

use shared::ids::PersonId;
use shared::import::{Absence, NoteCounts};
use shared::notes::{EditNote, Found, Note};

use super::*;
use crate::notes;
use crate::ports::memory::Home;

const OWNER: Viewer = Viewer::Owner(PersonId::from_u128(1));

/// A vault of a few files, which a test changes between imports.
#[derive(Default)]
struct Shelf(Mutex<BTreeMap<String, Vec<u8>>>, &'static str);

impl Shelf {
    fn of(files: &[(&str, &str)]) -> Self {
        let shelf = Self::default();
        files.iter().for_each(|(path, text)| shelf.put(path, text.as_bytes()));
        shelf
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        self.0.lock().unwrap().insert(path.into(), bytes.to_vec());
    }

    fn remove(&self, path: &str) -> Vec<u8> {
        self.0.lock().unwrap().remove(path).unwrap()
    }
}

impl Vault for Shelf {
    fn name(&self) -> String {
        self.1.to_owned()
    }

    fn list(&self) -> io::Result<Listing> {
        let files = self.0.lock().unwrap();
        let files = files.iter().map(|(path, bytes)| Entry { path: path.clone(), size: bytes.len() as u64 });
        Ok(Listing { files: files.collect(), problems: Vec::new() })
    }

    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.0.lock().unwrap().get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

const OBSIDIAN: Options = Options { source: Source::Obsidian, visibility: Visibility::Public, mode: Mode::Apply };
const MARKDOWN: Options = Options { source: Source::Markdown, ..OBSIDIAN };

async fn import(site: &Site, vault: &dyn Vault) -> Report {
    run(site, &OWNER, vault, OBSIDIAN, &Quiet).await.unwrap()
}

/// The note that stands at a slug, as its owner edits it.
async fn note(site: &Site, title: &str) -> Note {
    let mut cursor = None;
    loop {
        let page = notes::all(site, &OWNER, cursor.as_deref()).await.unwrap();
        if let Some(found) = page.items.iter().find(|summary| summary.title == title) {
            return notes::open(site, &OWNER, found.id).await.unwrap();
        }
        cursor = page.next;
        assert!(cursor.is_some(), "there is no {title}");
    }
}

async fn edit(site: &Site, note: &Note, body: &str) -> Note {
    let edit = EditNote { body: body.into(), slug: String::new(), ..EditNote::from(note) };
    notes::save(site, &OWNER, note.id, edit).await.unwrap();
    notes::open(site, &OWNER, note.id).await.unwrap()
}

async fn is_public(site: &Site, slug: &str) -> bool {
    matches!(notes::show(site, &Viewer::Visitor, slug).await, Ok(Found::Here(_)))
}

fn reasons(report: &Report, path: &str) -> Vec<String> {
    let problems = report.problems.iter().filter(|problem| problem.path == path);
    problems.map(|problem| problem.reason.clone()).collect()
}

#[tokio::test]
async fn a_vault_comes_in_whole() {
    let home = Home::new();
    let site = home.site();
    let vault = Shelf::of(&[
        ("Home.md", "Welcome. See [[Dead keys]] and ![[photo.txt]]."),
        ("Typing/Dead keys.md", "---\naliases: [Compose]\ntags: [keyboard]\n---\nBack [[home]].\r\n"),
        ("Secret.md", "---\npublish: false\n---\nNot for others."),
        ("Attachments/photo.txt", "words"),
        (".obsidian/app.json", "{}"),
        ("Typing/.trash/Old.md", "old"),
    ]);
    let report = import(&site, &vault).await;
    home.records.settle();
    assert_eq!(report.notes, NoteCounts { found: 3, new: 3, ..NoteCounts::default() });
    assert_eq!((report.files.found, report.files.new), (1, 1));
    assert_eq!(report.withheld, ["Secret.md"]);
    assert_eq!((report.problems.len(), report.dangling.len()), (0, 0), "{report}");
    let dead_keys = note(&site, "Dead keys").await;
    assert_eq!(dead_keys.body, "---\naliases: [Compose]\ntags: [keyboard]\n---\nBack [[home]].\r\n");
    assert_eq!(dead_keys.path.as_deref(), Some("Typing/Dead keys.md"));
    assert_eq!(dead_keys.visibility, Visibility::Public);
    assert!(is_public(&site, "dead-keys").await && is_public(&site, "home").await);
    assert!(!is_public(&site, "secret").await);
    assert_eq!(note(&site, "Secret").await.published, None);
    let Ok(Found::Here(page)) = notes::show(&site, &Viewer::Visitor, "home").await else { panic!() };
    assert!(page.html.contains("/notes/dead-keys"), "{}", page.html);
}

#[tokio::test]
async fn the_visibility_is_the_one_that_was_asked_for() {
    let site = Home::new().site();
    let vault = Shelf::of(&[("A.md", "a")]);
    let options = Options { visibility: Visibility::Unlisted, ..OBSIDIAN };
    run(&site, &OWNER, &vault, options, &Quiet).await.unwrap();
    assert!(is_public(&site, "a").await, "by its address");
    assert!(notes::list(&site, &Viewer::Visitor, None).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn only_the_owner_imports() {
    let site = Home::new().site();
    let refused = run(&site, &Viewer::Visitor, &Shelf::of(&[("A.md", "a")]), OBSIDIAN, &Quiet).await;
    assert_eq!(refused, Err(Error::Denied));
}

#[tokio::test]
async fn links_that_lead_nowhere_are_named_with_the_reason() {
    let site = Home::new().site();
    let vault = Shelf::of(&[
        (
            "A.md",
            "[[B]] [[B#Part]] [[B#None]]\n[[B#^block]] [[B#^none]] [[#Here]] [[#Nowhere]]\n[[None]] ![[none.png]] ![[p.txt]]\n\
             [x](../../etc/passwd.md) [y](file:///etc/passwd) [z](B.md) [w](C%20d.md)\n## Here\n[[Big]] [[bee]]",
        ),
        ("B.md", "---\naliases: bee\n---\n# Part\ntext ^block\n"),
        ("C d.md", "text"),
        ("Big.md", &"x".repeat(300 * 1024)),
        ("p.txt", "p"),
    ]);
    let report = import(&site, &vault).await;
    let found: Vec<_> = report.dangling.iter().map(|d| (d.target.as_str(), d.line, d.reason)).collect();
    assert_eq!(
        found,
        [
            ("[[#Nowhere]]", None, Absence::Heading),
            ("[[B#None]]", Some(1), Absence::Heading),
            ("[[B#^none]]", Some(2), Absence::Block),
            ("![[none.png]]", Some(3), Absence::File),
            ("[[None]]", Some(3), Absence::Note),
            ("[…](../../etc/passwd)", Some(4), Absence::Outside),
            ("file:///etc/passwd", Some(4), Absence::Outside),
            ("[[Big]]", Some(6), Absence::Refused),
        ]
    );
}

#[tokio::test]
async fn a_dry_run_says_what_an_import_does_and_writes_nothing() {
    let home = Home::new();
    let (site, counted) = home.counted_site();
    let vault = Shelf::of(&[
        ("A.md", "---\npublish: false\n---\n[[None]] ![[p.txt]]"),
        ("B.md", "[[A]] and [[X/Tips#Gone]]"),
        ("X/Tips.md", "x"),
        ("Y/Tips.md", "```dataview\nlist\n```"),
        ("p.txt", "p"),
        ("bad.md", "\u{FEFF}---\ntitle: [broken\n---\n"),
    ]);
    vault.put("latin.md", b"caf\xE9");
    counted.take();
    let options = Options { mode: Mode::DryRun, ..OBSIDIAN };
    let told = run(&site, &OWNER, &vault, options, &Quiet).await.unwrap();
    assert_eq!(counted.take().writes, 0);
    assert!(notes::all(&site, &OWNER, None).await.unwrap().items.is_empty());
    let done = import(&site, &vault).await;
    assert_eq!((told.notes, told.files), (done.notes, done.files));
    assert_eq!((&told.withheld, &told.dangling), (&done.withheld, &done.dangling));
    assert_eq!(told.left_as_text, done.left_as_text);
    let paths = |report: &Report| report.problems.iter().map(|p| (p.path.clone(), p.line)).collect::<Vec<_>>();
    assert_eq!(paths(&told), paths(&done));
    assert_eq!(told.problems.len(), 3, "{told}");
}

#[tokio::test]
async fn generators_content_comes_in_with_its_dates_drafts_and_addresses() {
    let home = Home::new();
    let site = home.site();
    let vault = Shelf::of(&[
        ("_config.yml", "title: x"),
        ("_posts/2024-05-31-hello-world.md", "---\ntitle: Hello!\ncategories: [life]\n---\nText ![p](photo.txt)"),
        ("_posts/photo.txt", "p"),
        ("_posts/2024-06-01-hidden.md", "---\npublished: false\n---\nNo."),
        ("_drafts/later.md", "Later."),
        ("content/about/_index.md", "+++\ntitle = \"About\"\ndraft = false\n+++\nMe. [old](/2020/x.html)"),
        ("content/work.md", "+++\ntitle = \"Work\"\ndraft = true\n+++\nMine."),
        ("layouts/index.html", "<html>"),
        ("static/img/p.txt", "q"),
    ]);
    let report = run(&site, &OWNER, &vault, MARKDOWN, &Quiet).await.unwrap();
    home.records.settle();
    assert_eq!((report.notes.new, report.files.new), (5, 2), "{report}");
    assert_eq!(report.withheld, ["_drafts/later.md", "_posts/2024-06-01-hidden.md", "content/work.md"]);
    let hello = note(&site, "Hello!").await;
    assert_eq!((hello.slug.as_str(), &hello.tags), ("hello-world", &vec!["life".to_owned()]));
    assert_eq!(hello.published.unwrap().date.to_string(), "2024-05-31T00:00:00Z");
    assert!(is_public(&site, "about").await && !is_public(&site, "hidden").await && !is_public(&site, "work").await);
    let site_paths: Vec<_> = report.dangling.iter().filter(|d| d.reason == Absence::SitePath).collect();
    assert_eq!(site_paths.len(), 1, "{report}");
}
