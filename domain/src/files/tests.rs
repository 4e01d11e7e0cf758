//! What comes is kept, found and served by the rules.
#![allow(clippy::unwrap_used)]

use shared::files::{Disposition, Serving};
use shared::ids::{NoteId, PersonId};
use shared::limits::FILE_BYTES;
use shared::notes::{EditNote, NewNote};
use shared::{Error, Viewer, Visibility};

use super::*;
use crate::notes;
use crate::ports::ByteRange;
use crate::ports::memory::Home;

const OWNER: Viewer = Viewer::Owner(PersonId::from_u128(1));

/// A JPEG that says where it was taken.
const PHOTO: &[u8] = b"\xFF\xD8\xFF\xFE\0\x06home\xFF\xC0\0\x0B\x08\0\x10\0\x20\x01\x01\x11\0\
    \xFF\xDA\0\x08\x01\x01\0\0\x3F\0\x11\x22\xFF\xD9";

fn new(name: &str, path: Option<&str>, bytes: &[u8]) -> NewFile {
    NewFile { name: name.into(), path: path.map(str::to_owned), bytes: bytes.to_vec() }
}

#[tokio::test]
async fn the_same_bytes_are_kept_once_under_all_their_names() {
    let home = Home::new();
    let site = home.site();
    let first = add(&site, &OWNER, new("a.txt", Some("Texts/a.txt"), b"words")).await.unwrap();
    let second = add(&site, &OWNER, new("B.txt", Some("B.txt"), b"words")).await.unwrap();
    assert_eq!((first.id, &first.hash), (second.id, &second.hash));
    let found = named(&site, &["A.TXT".into(), "b.txt".into(), "c.txt".into(), "a.txt".into()]).await.unwrap();
    let names: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.path.as_deref(), f.file.href())).collect();
    assert_eq!(
        names,
        [
            ("a.txt", Some("Texts/a.txt"), format!("/media/{}/a.txt", first.hash)),
            ("B.txt", Some("B.txt"), format!("/media/{}/B.txt", first.hash)),
        ]
    );
    assert_eq!(all_named(&site).await.unwrap().len(), 2);
    home.records.settle();
    assert_eq!(list(&site, &OWNER, None).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_path_names_the_bytes_that_came_last() {
    let site = Home::new().site();
    add(&site, &OWNER, new("a.txt", Some("a.txt"), b"old")).await.unwrap();
    let latest = add(&site, &OWNER, new("a.txt", Some("a.txt"), b"new")).await.unwrap();
    let found = named(&site, &["a.txt".into()]).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].file.hash, latest.hash);
}

#[tokio::test]
async fn a_photo_is_served_as_a_copy_that_has_its_own_hash() {
    let site = Home::new().site();
    let file = add(&site, &OWNER, new("photo.jpg", None, PHOTO)).await.unwrap();
    assert_eq!((file.width, file.height), (Some(32), Some(16)));
    let Serving::Copy { hash, size } = &file.serving else { panic!("{:?}", file.serving) };
    assert_eq!(file.href(), format!("/media/{hash}/photo.jpg"));
    let served = open(&site, &OWNER, hash).await.unwrap();
    let bytes = read(&site, &served, None).await.unwrap();
    assert_eq!((bytes.len() as u64, served.size), (*size, *size));
    assert_eq!(format!("{:x}", <sha2::Sha256 as sha2::Digest>::digest(&bytes)), *hash);
    assert!(!bytes.windows(4).any(|w| w == b"home"));
    let original = open(&site, &OWNER, &file.hash).await.unwrap();
    assert_eq!(read(&site, &original, None).await.unwrap(), PHOTO);
    let range = Some(ByteRange { first: 2, last: Some(3) });
    assert_eq!(read(&site, &original, range).await.unwrap(), b"\xFF\xFE");
}

#[tokio::test]
async fn what_nothing_uses_is_not_there_for_anybody_else() {
    let site = Home::new().site();
    let file = add(&site, &OWNER, new("photo.jpg", None, PHOTO)).await.unwrap();
    let text = add(&site, &OWNER, new("a.txt", None, b"a")).await.unwrap();
    let Serving::Copy { hash, .. } = &file.serving else { panic!("{:?}", file.serving) };
    for viewer in [Viewer::Visitor, Viewer::Member(PersonId::from_u128(2))] {
        for hash in [hash, &file.hash, &text.hash, &"0".repeat(64), &"../../etc/passwd".into()] {
            assert_eq!(open(&site, &viewer, hash).await, Err(Error::NotFound));
        }
    }
}

#[tokio::test]
async fn only_the_owner_adds_and_lists() {
    let site = Home::new().site();
    assert_eq!(add(&site, &Viewer::Visitor, new("a", None, b"a")).await, Err(Error::Denied));
    assert_eq!(list(&site, &Viewer::Visitor, None).await, Err(Error::Denied));
}

#[tokio::test]
async fn size_and_name_have_limits() {
    let site = Home::new().site();
    let most = add(&site, &OWNER, new("a", None, &vec![0; FILE_BYTES])).await;
    assert!(most.is_ok());
    let more = add(&site, &OWNER, new("a", None, &vec![0; FILE_BYTES + 1])).await.unwrap_err();
    assert_eq!(more, Error::TooLarge { field: "file".into(), limit: 50, unit: "MiB".into() });
    for name in ["", "  ", "..", "/", &"n".repeat(256)] {
        assert_eq!(add(&site, &OWNER, new(name, None, b"a")).await.unwrap_err().field(), Some("file"), "{name}");
    }
    assert_eq!(add(&site, &OWNER, new("../a\n.txt", None, b"a")).await.unwrap().name, "..a.txt");
}

#[tokio::test]
async fn what_could_run_as_a_document_is_never_shown_as_one() {
    let site = Home::new().site();
    for (name, bytes, disposition) in [
        ("a.html", &b"<!doctype html><script>1</script>"[..], Disposition::Attachment),
        ("a.xml", b"<?xml version='1.0'?><a/>", Disposition::Attachment),
        ("a.bin", b"\0\x01", Disposition::Attachment),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Disposition::Sandboxed),
        ("a.js", b"alert(1)", Disposition::Inline),
        ("a.jpg", PHOTO, Disposition::Inline),
        ("a.pdf", b"%PDF-1.7", Disposition::Inline),
    ] {
        let file = add(&site, &OWNER, new(name, None, bytes)).await.unwrap();
        assert_eq!(file.disposition(), disposition, "{name}");
        assert!(!file.media_type.contains("script"));
    }
}

#[tokio::test]
async fn uses_are_replaced_whole_and_a_broken_off_change_is_finished() {
    let home = Home::new();
    let site = home.site();
    let note = NoteId::from_u128(5);
    let hash = |n: usize| format!("{n:064x}");
    let stored = async |n: usize| site.records.get(&keys::use_key(&hash(n), note)).await.unwrap().is_some();
    set_uses(&site, note, &[hash(1), hash(2), hash(2)]).await.unwrap();
    assert!(stored(1).await && stored(2).await);
    set_uses(&site, note, &[hash(2), hash(3)]).await.unwrap();
    assert!(!stored(1).await && stored(2).await && stored(3).await);
    let many: Vec<_> = (0..250).map(hash).collect();
    set_uses(&site, note, &many).await.unwrap();
    assert!(stored(0).await && stored(249).await);
    let broken = keys::Uses { hashes: many, changing: true };
    site.records.delete(&keys::use_key(&hash(7), note), crate::ports::Expect::Any).await.unwrap();
    let put = crate::table::put(keys::uses_key(note), &broken, crate::ports::Expect::Any).unwrap();
    site.records.put(put).await.unwrap();
    set_uses(&site, note, &[hash(7)]).await.unwrap();
    assert!(stored(7).await && !stored(8).await);
    set_uses(&site, note, &[]).await.unwrap();
    assert!(!stored(7).await);
}

#[tokio::test]
async fn what_is_there_already_is_not_written_again() {
    let home = Home::new();
    let (site, counted) = home.counted_site();
    add(&site, &OWNER, new("a.txt", Some("a.txt"), b"words")).await.unwrap();
    counted.take();
    add(&site, &OWNER, new("a.txt", Some("a.txt"), b"words")).await.unwrap();
    assert_eq!(counted.take().writes, 0);
}

#[tokio::test]
async fn the_same_bytes_at_once_become_one_file() {
    let (site, _) = Home::new().counted_site();
    let (a, b) = tokio::join!(
        add(&site, &OWNER, new("a.txt", None, b"words")),
        add(&site, &OWNER, new("b.txt", None, b"words")),
    );
    assert_eq!(a.unwrap().id, b.unwrap().id);
    assert_eq!(named(&site, &["a.txt".into(), "b.txt".into()]).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_picture_that_only_the_owner_may_see_is_not_in_anybody_else_s_page() {
    let site = Home::new().site();
    add(&site, &OWNER, new("scan.tif", None, b"II*\0")).await.unwrap();
    let note = NewNote {
        title: "Scan".into(),
        body: "![[scan.tif]] ![A scan](scan.tif)".into(),
        visibility: Visibility::Public,
        ..NewNote::default()
    };
    let note = notes::create(&site, &OWNER, note).await.unwrap();
    notes::publish(&site, &OWNER, note.id, EditNote::from(&note)).await.unwrap();
    let html = async |viewer: &Viewer| match notes::show(&site, viewer, "scan").await.unwrap() {
        shared::notes::Found::Here(page) => page.html,
        moved => panic!("{moved:?}"),
    };
    for _ in 0..2 {
        assert!(!html(&Viewer::Visitor).await.contains("/media/"), "{}", html(&Viewer::Visitor).await);
        assert!(html(&OWNER).await.contains("/media/"));
        crate::outbox::drain(&site).await.unwrap();
    }
}

#[tokio::test]
async fn a_file_is_as_visible_as_the_notes_that_use_it() {
    let home = Home::new();
    let site = home.site();
    let member = Viewer::Member(PersonId::from_u128(2));
    let file = add(&site, &OWNER, new("photo.jpg", None, PHOTO)).await.unwrap();
    let served = file.clone().served();
    let body = "![[photo.jpg]]".to_owned();
    let new = NewNote { title: "A photo".into(), body: body.clone(), ..NewNote::default() };
    let draft = notes::create(&site, &OWNER, new).await.unwrap();
    let seen = async || {
        crate::outbox::drain(&site).await.unwrap();
        let by = async |viewer: &Viewer| open(&site, viewer, &served.hash).await.is_ok();
        (by(&Viewer::Visitor).await, by(&member).await)
    };
    assert_eq!(seen().await, (false, false), "a draft shows nothing");
    let edit = EditNote { base: draft.version, title: draft.title.clone(), body, ..EditNote::default() };
    let published = notes::publish(&site, &OWNER, draft.id, edit).await;
    assert!(published.is_ok(), "{published:?}");
    for (visibility, expected) in [
        (Visibility::Private, (false, false)),
        (Visibility::Members, (false, true)),
        (Visibility::Unlisted, (true, true)),
        (Visibility::Public, (true, true)),
    ] {
        notes::set_visibility(&site, &OWNER, draft.id, visibility).await.unwrap();
        assert_eq!(seen().await, expected, "{visibility:?}");
        assert_eq!(open(&site, &Viewer::Visitor, &file.hash).await, Err(Error::NotFound), "the original never");
    }
    notes::withdraw(&site, &OWNER, draft.id).await.unwrap();
    assert_eq!(seen().await, (false, false));
}
