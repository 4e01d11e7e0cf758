//! What comes out is ordinary, whole and the same every time.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use shared::Viewer;
use shared::ids::PersonId;
use shared::notes::{EditNote, NewNote, Note};
use shared::viewer::Visibility;

use super::*;
use crate::files::{self, NewFile};
use crate::import::Quiet;
use crate::notes;
use crate::ports::memory::Home;

const OWNER: Viewer = Viewer::Owner(PersonId::from_u128(1));

async fn zip_of(site: &Site) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    run(site, &OWNER, &mut bytes, &Quiet).await.unwrap();
    bytes.into_inner()
}

fn unzip(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut out = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        assert!(file.enclosed_name().is_some(), "{name}");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert!(out.insert(name.clone(), bytes).is_none(), "{name} twice");
    }
    out
}

fn manifest(files: &BTreeMap<String, Vec<u8>>) -> Manifest {
    serde_json::from_slice(&files["commonplace.json"]).unwrap()
}

async fn create(site: &Site, title: &str, body: &str, path: Option<&str>) -> Note {
    let new = NewNote {
        title: title.into(),
        body: body.into(),
        path: path.map(str::to_owned),
        visibility: Visibility::Public,
        ..NewNote::default()
    };
    notes::create(site, &OWNER, new).await.unwrap()
}

async fn publish(site: &Site, note: &Note) -> Note {
    notes::publish(site, &OWNER, note.id, EditNote::from(note)).await.unwrap();
    notes::open(site, &OWNER, note.id).await.unwrap()
}

/// The text of a note's file, less what the export put in.
fn as_written(files: &BTreeMap<String, Vec<u8>>, entry: &NoteEntry) -> Vec<u8> {
    let mut bytes = files[&entry.file].clone();
    if let Some(Inserted { at, bytes: count }) = entry.inserted {
        bytes.drain(at..at + count);
    }
    bytes
}

/// A site with one of each.
async fn site_of_all(home: &Home) -> Site {
    let site = home.site();
    let first = publish(&site, &create(&site, "First", "one [[Second]]\r\n", Some("Deep/First.md")).await).await;
    home.clock.advance(jiff::SignedDuration::from_hours(1));
    let changed = EditNote { body: "one, changed".into(), slug: "renamed".into(), ..EditNote::from(&first) };
    notes::save(&site, &OWNER, first.id, changed).await.unwrap();
    create(&site, "Second", "---\ntags: [a]\n---\ntwo", None).await;
    let gone = create(&site, "Gone", "three", None).await;
    notes::trash(&site, &OWNER, gone.id).await.unwrap();
    let path = Some("Deep/p.txt".to_owned());
    files::add(&site, &OWNER, NewFile { name: "p.txt".into(), path, bytes: b"p".to_vec() }).await.unwrap();
    files::add(&site, &OWNER, NewFile { name: "up.txt".into(), path: None, bytes: b"u".to_vec() }).await.unwrap();
    home.records.settle();
    site
}

#[tokio::test]
async fn everything_comes_out_as_ordinary_files() {
    let home = Home::new();
    let site = site_of_all(&home).await;
    let files = unzip(&zip_of(&site).await);
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    let manifest = manifest(&files);
    assert_eq!(
        names,
        [
            "commonplace.json",
            "files/up.txt",
            "notes/Deep/First.md",
            "notes/Deep/p.txt",
            "notes/gone.md",
            "notes/second.md",
            "published/Deep/First.md",
        ]
    );
    assert_eq!(manifest.notes.len(), 3);
    let first = manifest.notes.iter().find(|note| note.title == "First").unwrap();
    assert_eq!((first.slug.as_str(), &first.former_slugs), ("renamed", &vec!["first".to_owned()]));
    assert_eq!(as_written(&files, first), b"one, changed");
    assert_eq!(files["published/Deep/First.md"], b"one [[Second]]\r\n");
    assert!(first.versions.len() >= 2);
    assert!(manifest.notes.iter().any(|note| note.trashed.is_some()));
    assert_eq!(manifest.files.len(), 2);
}

#[tokio::test]
async fn the_same_site_gives_the_same_bytes() {
    let home = Home::new();
    let site = site_of_all(&home).await;
    let first = zip_of(&site).await;
    home.clock.advance(jiff::SignedDuration::from_hours(100));
    assert_eq!(zip_of(&site).await, first);
}

#[tokio::test]
async fn other_programs_find_title_tags_and_date() {
    let home = Home::new();
    let site = home.site();
    let bodies = [
        ("plain", "text"),
        ("crlf", "a\r\nb\r\n"),
        ("bom", "\u{FEFF}text"),
        ("yaml", "---\nlang: de\n---\ntext"),
        ("toml", "+++\nlang = \"de\"\n+++\ntext"),
        ("own", "---\ntitle: Mine\ndate: 2020-01-01\ntags: [x]\npermalink: own\n---\ntext"),
        ("broken", "---\ntitle: [\n---\ntext"),
        ("rule", "---\n\ntext\n\n---\n"),
    ];
    for (slug, body) in bodies {
        let new = NewNote {
            title: format!("A “title”: {slug}"),
            body: body.into(),
            slug: slug.into(),
            tags: vec!["one".into(), "two: three".into()],
            visibility: Visibility::Unlisted,
            ..NewNote::default()
        };
        let note = notes::create(&site, &OWNER, new).await.unwrap();
        // Front matter that cannot be read is not published.
        if slug != "broken" {
            publish(&site, &note).await;
        }
    }
    home.records.settle();
    let files = unzip(&zip_of(&site).await);
    for entry in &manifest(&files).notes {
        let body = bodies.iter().find(|(slug, _)| *slug == entry.slug).unwrap().1;
        assert_eq!(as_written(&files, entry), body.as_bytes(), "{}", entry.slug);
        let text = String::from_utf8(files[&entry.file].clone()).unwrap();
        let front = shared::markdown::front_matter(&text);
        match entry.slug.as_str() {
            "broken" => assert!(entry.inserted.is_none()),
            "own" => assert_eq!((front.title.as_deref(), front.tags), (Some("Mine"), vec!["x".to_owned()])),
            slug => {
                assert_eq!(front.problem, None, "{text}");
                assert_eq!(front.title.as_deref(), Some(format!("A “title”: {slug}").as_str()), "{text}");
                assert_eq!(front.tags, ["one", "two:-three"], "{text}");
                assert!(front.date.is_some(), "{text}");
                assert_eq!(front.permalink.as_deref(), Some(slug));
            }
        }
        assert!(entry.slug == "broken" || text.contains("unlisted"));
    }
}

#[tokio::test]
async fn hostile_paths_stay_inside() {
    let home = Home::new();
    let site = home.site();
    for path in ["../../etc/cron.d/x.md", "/abs.md", "C:\\win.md", "A.md", "a.md", "commonplace.json"] {
        create(&site, path, "x", Some(path)).await;
    }
    home.records.settle();
    let files = unzip(&zip_of(&site).await);
    assert_eq!(files.len(), 7);
    assert!(
        files.keys().all(|name| !name.contains("..") && !name.contains('\\') && !name.starts_with('/')),
        "{files:?}"
    );
}

#[tokio::test]
async fn no_secret_comes_out_and_only_the_owner_may_ask() {
    let home = Home::new();
    let site = site_of_all(&home).await;
    let (token, _) = crate::accounts::new_claim_token(&site).await.unwrap();
    let owner = shared::accounts::NewOwner {
        name: "Ada".into(),
        email: "ada@engines.example".into(),
        password: "correct horse battery staple".into(),
    };
    let session = crate::accounts::claim(&site, &token, owner, Default::default()).await.unwrap();
    let hash = format!("{:x}", <sha2::Sha256 as sha2::Digest>::digest(session.token.as_bytes()));
    let files = unzip(&zip_of(&site).await);
    let all = files.values().flatten().copied().collect::<Vec<u8>>();
    let text = String::from_utf8_lossy(&all);
    for secret in [session.token.as_str(), &hash, "battery staple", "engines.example"] {
        assert!(!text.contains(secret));
    }
    let mut out = Cursor::new(Vec::new());
    assert_eq!(run(&site, &Viewer::Visitor, &mut out, &Quiet).await, Err(Error::Denied));
}

#[tokio::test]
async fn an_export_brought_into_an_empty_home_gives_the_same_site() {
    let home = Home::new();
    let site = site_of_all(&home).await;
    let settings = crate::settings::get(&site).await.unwrap();
    let settings = shared::settings::Settings { title: "Engines".into(), ..settings };
    crate::settings::save(&site, &OWNER, settings).await.unwrap();
    let zip = zip_of(&site).await;

    let other = Home::new();
    other.clock.advance(jiff::SignedDuration::from_hours(1_000));
    let copy = other.site();
    for _ in 0..2 {
        let restored = restore(&copy, &OWNER, Cursor::new(&zip), &Quiet).await.unwrap();
        assert_eq!((restored.notes, restored.files), (3, 2));
        other.records.settle();
        let again = zip_of(&copy).await;
        assert_eq!(manifest(&unzip(&again)), manifest(&unzip(&zip)));
        assert!(again == zip, "byte for byte");
    }
    let moved = notes::show(&copy, &OWNER, "first").await.unwrap();
    assert!(matches!(moved, shared::notes::Found::Moved { slug } if slug == "renamed"));

    create(&copy, "Another", "x", None).await;
    other.records.settle();
    let refused = restore(&copy, &OWNER, Cursor::new(&zip), &Quiet).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { .. }));
}

#[tokio::test]
async fn an_address_that_a_draft_only_had_is_its_next_owner_s_in_the_copy_too() {
    let home = Home::new();
    let site = home.site();
    let half = create(&site, "Ap", "saved while its title was typed", None).await;
    let whole = EditNote { title: "Apples".into(), ..EditNote::from(&half) };
    notes::publish(&site, &OWNER, half.id, whole).await.unwrap();
    publish(&site, &create(&site, "Ap", "another", None).await).await;
    home.records.settle();
    let zip = zip_of(&site).await;
    let other = Home::new();
    let copy = other.site();
    restore(&copy, &OWNER, Cursor::new(&zip), &Quiet).await.unwrap();
    other.records.settle();
    assert!(zip_of(&copy).await == zip, "byte for byte");
    let here = notes::show(&copy, &OWNER, "ap").await.unwrap();
    assert!(matches!(here, shared::notes::Found::Here(page) if page.summary.title == "Ap"));
}

#[tokio::test]
async fn what_is_no_export_is_refused() {
    let site = Home::new().site();
    for bytes in [&b""[..], b"PK\x03\x04broken", b"no zip at all"] {
        let refused = restore(&site, &OWNER, Cursor::new(bytes), &Quiet).await.unwrap_err();
        assert_eq!(refused.field(), Some("path"));
    }
}
