//! Visitors' pages: spelling, validators, compression, the page cache.

use std::io::Read as _;

use axum::http::Method;
use server::Options;

use crate::cast::{Client, Home};
use crate::notes::write;

async fn with_note() -> (Home, Client) {
    let (home, ada) = Home::of_ada().await;
    publish(&ada, "Apples", "All about apples.").await;
    (home, ada)
}

async fn publish(ada: &Client, title: &str, body: &str) -> String {
    write(ada, &[("title", title), ("body", body), ("visibility", "public"), ("action", "publish")]).await
}

#[tokio::test]
async fn every_kind_of_page_answers() {
    let (home, ada) = with_note().await;
    home.settle().await;
    for path in ["/", "/notes", "/notes/apples", "/tags", "/archive", "/search", "/search?q=apples", "/sign-in"] {
        let reply = home.visitor().get(path).await.expect(200);
        assert!(reply.header("content-type").starts_with("text/html"), "{path}");
        assert!(reply.text().starts_with("<!DOCTYPE html>"), "{path}: {}", reply.text());
    }
    for path in ["/desk", "/desk/notes/new", "/desk/notes", "/desk/trash", "/desk/settings", "/desk/files", "/account"]
    {
        assert_eq!(ada.get(path).await.expect(200).header("cache-control"), "private, no-cache", "{path}");
        let asked = home.visitor().get(path).await.expect(303);
        assert!(asked.location().starts_with("/sign-in?next=%2F"), "{path}");
    }
}

#[tokio::test]
async fn every_listed_page_says_what_it_is() {
    let (home, ada) = with_note().await;
    publish(&ada, "Wordless", "---\n").await;
    home.settle().await;
    let mut said = std::collections::BTreeSet::new();
    for path in ["/", "/notes", "/notes/apples", "/notes/wordless", "/tags", "/archive"] {
        let page = home.visitor().get(path).await.expect(200).text();
        let description = page.split_once("<meta name=\"description\" content=\"").map(|(_, rest)| rest);
        let description = description.and_then(|rest| rest.split_once('"')).map_or("", |(text, _)| text);
        assert!(!description.is_empty() && said.insert(description.to_owned()), "{path}: “{description}”");
    }
}

#[tokio::test]
async fn a_page_has_one_address() {
    let (home, _) = with_note().await;
    let visitor = home.visitor();
    for (asked, right) in [
        ("/notes/", "/notes"),
        ("/notes/apples/", "/notes/apples"),
        ("//notes//apples", "/notes/apples"),
        ("/notes/Apples?x=1", "/notes/apples?x=1"),
        ("/notes/%61pples", "/notes/apples"),
        ("/notes/cafe%CC%81", "/notes/caf%C3%A9"),
    ] {
        let moved = visitor.get(asked).await.expect(308);
        assert_eq!(moved.location(), right, "{asked}");
    }
}

#[tokio::test]
async fn a_page_that_did_not_change_is_304() {
    let (home, ada) = with_note().await;
    for client in [home.visitor(), ada] {
        let page = client.get("/notes/apples").await.expect(200);
        let etag = page.header("etag").to_owned();
        assert!(etag.starts_with('"') && etag.len() > 10, "{etag}");
        let known = client.get_with("/notes/apples", &[("if-none-match", &etag)]).await.expect(304);
        assert!(known.body.is_empty());
        assert_eq!(known.header("etag"), etag);
        assert_eq!(known.header("cache-control"), page.header("cache-control"));
        client.get_with("/notes/apples", &[("if-none-match", "\"other\", W/\"x\"")]).await.expect(200);
    }
}

#[tokio::test]
async fn the_same_page_has_the_same_tag_in_another_process() {
    let tag = async |page_cache| {
        let (home, _ada) = Home::of_ada_with(Options { page_cache, ..Options::default() }).await;
        home.visitor().get("/tags").await.expect(200).header("etag").to_owned()
    };
    assert_eq!(tag(0).await, tag(1 << 20).await);
}

#[tokio::test]
async fn pages_are_compressed_once_and_unpack_to_the_same() {
    let (home, _) = with_note().await;
    let visitor = home.visitor();
    let plain = visitor.get("/notes/apples").await.expect(200);
    assert_eq!(plain.header("content-encoding"), "");
    let mut tags = vec![plain.header("etag").to_owned()];
    for (accepted, encoding) in [("gzip", "gzip"), ("gzip, deflate, br", "br")] {
        let reply = visitor.get_with("/notes/apples", &[("accept-encoding", accepted)]).await.expect(200);
        assert_eq!(reply.header("content-encoding"), encoding);
        assert!(reply.header("vary").contains("accept-encoding"));
        let mut text = String::new();
        match encoding {
            "gzip" => flate2::read::GzDecoder::new(&reply.body[..]).read_to_string(&mut text).unwrap(),
            _ => brotli::Decompressor::new(&reply.body[..], 4096).read_to_string(&mut text).unwrap(),
        };
        assert_eq!(text, plain.text());
        assert!(reply.body.len() * 2 < plain.body.len());
        tags.push(reply.header("etag").to_owned());
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "a strong validator names one encoding: {tags:?}");
}

#[tokio::test]
async fn a_kept_page_is_gone_when_something_is_written() {
    let (home, ada) = with_note().await;
    let visitor = home.visitor();
    let note = publish(&ada, "Secret soon", "the words").await;
    for _ in 0..3 {
        visitor.get("/notes/secret-soon").await.expect(200);
        assert!(visitor.get("/notes").await.text().contains("Secret soon"));
    }
    ada.post(&note, &[("action", "withdraw")]).await.expect(303);
    visitor.get("/notes/secret-soon").await.expect(404);
    assert!(!visitor.get("/notes").await.text().contains("Secret soon"));
}

#[tokio::test]
async fn another_process_s_writes_show_within_moments() {
    let (home, _ada) = with_note().await;
    let visitor = home.visitor();
    visitor.get("/notes/pears").await.expect(404);
    assert!(!visitor.get("/notes").await.text().contains("Pears"));
    let owner = home.owner().await;
    let new = shared::notes::NewNote {
        title: "Pears".into(),
        body: "All about pears.".into(),
        visibility: shared::Visibility::Public,
        ..Default::default()
    };
    let note = domain::notes::create(&home.site, &owner, new).await.unwrap();
    let edit = shared::notes::EditNote {
        base: note.version,
        title: note.title,
        body: note.body,
        visibility: note.visibility,
        ..Default::default()
    };
    domain::notes::publish(&home.site, &owner, note.id, edit).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    visitor.get("/notes/pears").await.expect(200);
    assert!(visitor.get("/notes").await.text().contains("Pears"));
}

#[tokio::test]
async fn the_page_cache_never_answers_with_another_s_page() {
    let (home, ada) = with_note().await;
    let visitor = home.visitor();
    visitor.get("/notes/apples").await.expect(200);
    let own = ada.get("/notes/apples").await.expect(200);
    assert_eq!(own.header("cache-control"), "private, no-cache");
    assert!(own.text().contains("/desk/notes/"), "the owner gets the way to edit it");
    let theirs = visitor.get("/notes/apples").await.expect(200);
    assert_eq!(theirs.header("cache-control"), "public, max-age=0, s-maxage=60");
    assert!(theirs.header("vary").contains("cookie"));
    assert!(!theirs.text().contains("/desk/notes/"), "{}", theirs.text());
    let elsewhere = visitor.get_with("/notes/apples", &[("host", "other.example")]).await.expect(200);
    assert!(elsewhere.text().contains("http://other.example/notes/apples"));
}

#[tokio::test]
async fn what_is_not_there_is_404_and_suggests_public_things_only() {
    let (home, ada) = with_note().await;
    write(
        &ada,
        &[
            ("title", "Apples in secret"),
            ("slug", "qqqq-1-zz"),
            ("body", "x"),
            ("visibility", "private"),
            ("action", "publish"),
        ],
    )
    .await;
    home.settle().await;
    let absent = home.visitor().get("/notes/aples").await.expect(404);
    assert!(absent.text().contains("href=\"/notes/apples\""), "{}", absent.text());
    assert!(!absent.text().contains("secret"));
    for path in ["/nothing", "/notes/a/b/c", "/tags/none", "/desk-not", "/index.html", "/.env"] {
        home.visitor().get(path).await.expect(404);
    }
    let private = home.visitor().get("/notes/qqqq-1-zz").await.expect(404).text();
    let made_up = home.visitor().get("/notes/qqqq-2-zz").await.expect(404).text();
    let blank = |page: &str, slug: &str| page.replace(slug, "SLUG");
    assert_eq!(blank(&private, "qqqq-1-zz"), blank(&made_up, "qqqq-2-zz"));
}

#[tokio::test]
async fn a_source_is_markdown() {
    let (home, _) = with_note().await;
    let source = home.visitor().get("/notes/apples.md").await.expect(200);
    assert_eq!(source.header("content-type"), "text/markdown; charset=utf-8");
    assert_eq!(source.text(), "All about apples.");
    let etag = source.header("etag").to_owned();
    home.visitor().get_with("/notes/apples.md", &[("if-none-match", &etag)]).await.expect(304);
    home.visitor().get("/notes/none.md").await.expect(404);
    home.visitor().get("/notes/apples.md.md").await.expect(404);
}

#[tokio::test]
async fn head_of_a_page_has_its_length() {
    let (home, _) = with_note().await;
    let got = home.visitor().get("/notes/apples").await.expect(200);
    let head = home.visitor().send(Method::HEAD, "/notes/apples", &[], axum::body::Body::empty()).await.expect(200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-length"), got.body.len().to_string());
}
