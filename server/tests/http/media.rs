//! Attachments: exactly as visible as what uses them, harmless, with ranges.

use crate::cast::{Client, Home};
use crate::html::field;
use crate::notes::write;

/// The smallest picture there is.
pub const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// Writes a note with a file; answers the note's address on the desk and the file's.
async fn with_file(home: &Home, ada: &Client, visibility: &str, name: &str, bytes: &[u8]) -> (String, String) {
    let fields = [("title", name), ("body", "Look:"), ("visibility", visibility), ("action", "publish")];
    let made = ada.upload("/desk/notes/new", &fields, (name, bytes)).await.expect(303);
    home.settle().await;
    let note = made.location().split('?').next().unwrap().to_owned();
    (note, address(home, name).await)
}

/// The address of the file of this name.
pub async fn address(home: &Home, name: &str) -> String {
    let named = domain::files::named(&home.site, &[name.to_owned()]).await.unwrap();
    named.first().unwrap_or_else(|| panic!("there is no file {name}")).file.href()
}

#[tokio::test]
async fn a_file_is_as_visible_as_the_note_that_uses_it() {
    let (home, ada) = Home::of_ada().await;
    let (note, file) = with_file(&home, &ada, "public", "dot.gif", GIF).await;
    home.settle().await;
    let reply = home.visitor().get(&file).await.expect(200);
    assert_eq!(reply.body, GIF);
    assert_eq!(reply.header("content-type"), "image/gif");
    assert!(reply.header("cache-control").contains("immutable"), "{}", reply.header("cache-control"));
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    let etag = reply.header("etag").to_owned();
    home.visitor().get_with(&file, &[("if-none-match", &etag)]).await.expect(304);

    ada.post(&note, &[("action", "withdraw")]).await.expect(303);
    home.settle().await;
    home.visitor().get(&file).await.expect(404);
    assert_eq!(ada.get(&file).await.expect(200).header("cache-control"), "private, no-cache");
}

#[tokio::test]
async fn a_private_notes_file_is_not_there_for_others() {
    let (home, ada) = Home::of_ada().await;
    let (_, file) = with_file(&home, &ada, "private", "secret.gif", GIF).await;
    home.settle().await;
    let private = home.visitor().get(&file).await.expect(404);
    let made_up = home.visitor().get(&file.replace("/media/", "/media/0")).await.expect(404);
    assert_eq!(private.text(), made_up.text());
    let renamed = file.replace("secret.gif", "other.gif");
    home.visitor().get(&renamed).await.expect(404);
    let shown = ada.get(&renamed).await.expect(200);
    assert!(shown.header("content-disposition").contains("filename=\"other.gif\""));
}

#[tokio::test]
async fn ranges_are_answered() {
    let (home, ada) = Home::of_ada().await;
    let bytes: Vec<u8> = b"\xFF\xFB".iter().copied().chain((0..3_000_000).map(|n| n as u8)).collect();
    let (_, file) = with_file(&home, &ada, "public", "sound.mp3", &bytes).await;
    home.settle().await;
    let visitor = home.visitor();
    let whole = visitor.get(&file).await.expect(200);
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("content-length"), bytes.len().to_string());
    assert!(whole.body == bytes);
    let part = visitor.get_with(&file, &[("range", "bytes=10-19")]).await.expect(206);
    assert_eq!(part.body, &bytes[10..20]);
    assert_eq!(part.header("content-range"), format!("bytes 10-19/{}", bytes.len()));
    let over_pieces = visitor.get_with(&file, &[("range", "bytes=1048570-2097160")]).await.expect(206);
    assert!(over_pieces.body == bytes[1_048_570..=2_097_160]);
    let tail = visitor.get_with(&file, &[("range", "bytes=-5")]).await.expect(206);
    assert_eq!(tail.body, &bytes[bytes.len() - 5..]);
    let beyond = visitor.get_with(&file, &[("range", "bytes=99999999-")]).await.expect(416);
    assert_eq!(beyond.header("content-range"), format!("bytes */{}", bytes.len()));
}

#[tokio::test]
async fn what_could_run_is_never_run() {
    let (home, ada) = Home::of_ada().await;
    let html = b"<!doctype html><script>alert(1)</script>";
    let (_, page) = with_file(&home, &ada, "public", "evil.html", html).await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"><script>alert(1)</script></svg>";
    let (_, drawing) = with_file(&home, &ada, "public", "evil.svg", svg).await;
    home.settle().await;
    let page = home.visitor().get(&page).await.expect(200);
    assert_eq!(page.header("content-type"), "application/octet-stream");
    assert!(page.header("content-disposition").starts_with("attachment"));
    assert!(page.header("content-security-policy").contains("sandbox"));
    let drawing = home.visitor().get(&drawing).await.expect(200);
    assert_eq!(drawing.header("content-type"), "image/svg+xml");
    let policy = drawing.header("content-security-policy");
    assert!(
        policy.contains("sandbox") && policy.contains("default-src 'none'") && !policy.contains("script"),
        "{policy}"
    );
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused() {
    let (_home, ada) = Home::of_ada().await;
    let bytes = vec![0; shared::limits::FILE_BYTES + 1];
    let refused =
        ada.upload("/desk/notes/new", &[("title", "Big"), ("body", "x")], ("big.bin", &bytes)).await.expect(413);
    assert!(refused.text().contains("50 MiB"), "{}", refused.text());
}

#[tokio::test]
async fn attaching_saves_what_was_typed() {
    let (_home, ada) = Home::of_ada().await;
    let note = write(&ada, &[("title", "Attach"), ("body", "before")]).await;
    let base = field(&ada.get(&note).await.text(), "base").unwrap();
    let fields = [("body", "typed"), ("base", base.as_str()), ("alt", "a dot"), ("action", "attach")];
    let done = ada.upload(&note, &fields, ("dot.gif", GIF)).await.expect(303);
    assert_eq!(done.location(), format!("{note}?done=attached"));
    let body = field(&ada.get(&note).await.text(), "body").unwrap();
    assert!(body.starts_with("typed\n\n![[dot.gif|a dot]]"), "{body}");
}

#[tokio::test]
async fn a_second_file_of_a_name_does_not_take_the_first_ones_place() {
    let (home, ada) = Home::of_ada().await;
    let (first, file) = with_file(&home, &ada, "public", "photo.gif", GIF).await;
    let mut other = GIF.to_vec();
    other[13] = 7;
    let made =
        ada.upload("/desk/notes/new", &[("title", "Other"), ("body", "")], ("photo.gif", &other)).await.expect(303);
    let second = made.location().split('?').next().unwrap();
    assert_eq!(field(&ada.get(second).await.text(), "body").as_deref(), Some("![[photo-2.gif]]\n"));
    assert_eq!(address(&home, "photo.gif").await, file);
    let again =
        ada.upload("/desk/notes/new", &[("title", "Again"), ("body", "")], ("photo.gif", GIF)).await.expect(303);
    let third = again.location().split('?').next().unwrap();
    assert_eq!(field(&ada.get(third).await.text(), "body").as_deref(), Some("![[photo.gif]]\n"));
    assert_eq!(field(&ada.get(&first).await.text(), "body").as_deref(), Some("Look:\n\n![[photo.gif]]\n"));
}

#[tokio::test]
async fn a_social_card_shows_a_photo_and_no_drawing_and_names_the_author() {
    let (home, ada) = Home::of_ada().await;
    with_file(&home, &ada, "public", "dot.gif", GIF).await;
    let page = home.visitor().get("/notes/dot-gif").await.expect(200).text();
    assert!(page.contains("p-author h-card") && page.contains("p-name u-url"), "{page}");
    assert!(page.contains("og:image") && page.contains("\"@type\":\"Person\",\"name\":\"Ada\""), "{page}");
    with_file(&home, &ada, "public", "lines.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>").await;
    let page = home.visitor().get("/notes/lines-svg").await.expect(200).text();
    assert!(page.contains("lines.svg") && !page.contains("og:image"), "{page}");
}

#[tokio::test]
async fn what_a_file_says_of_its_maker_is_taken_out_or_said() {
    let (home, ada) = Home::of_ada().await;
    let song = [b"ID3\x04\0\0\0\0\0\x0412 Lane\xFF\xFB\x90\0tones".as_slice()].concat();
    let (_, address) = with_file(&home, &ada, "public", "song.mp3", &song).await;
    let given = home.visitor().get(&address).await.expect(200);
    assert!(!String::from_utf8_lossy(&given.body).contains("12 L"), "{:?}", given.body);
    with_file(&home, &ada, "public", "letter.pdf", b"%PDF-1.4 /Author (Ada)").await;
    with_file(&home, &ada, "public", "scan.tif", b"II*\0").await;
    let list = ada.get("/desk/files").await.expect(200).text();
    assert!(list.contains("Given as it is, with what it says of its maker."), "{list}");
    assert!(list.contains("cannot be parted from its metadata. Only you are shown it."), "{list}");
}
