//! What keeps the desk without a network: the service worker and its list, and who is given it.

use server::Options;
use server::assets::Assets;

use crate::cast::{Client, Home};

async fn home() -> (Home, Client) {
    let public = concat!(env!("CARGO_MANIFEST_DIR"), "/../public");
    Home::of_ada_with(Options { assets: Assets::new(public), ..Options::default() }).await
}

fn build_of(page: &str) -> &str {
    page.split_once("data-build=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(build, _)| build)
}

#[tokio::test]
async fn the_worker_lists_the_built_site_and_is_asked_about_every_time() {
    let (home, _) = home().await;
    let reply = home.visitor().get("/sw.js").await.expect(200);
    assert_eq!(reply.header("cache-control"), "no-cache");
    assert_eq!(reply.header("content-type"), "text/javascript; charset=utf-8");
    let text = reply.text();
    let list = text.lines().find_map(|line| line.strip_prefix("const ASSETS = ")?.strip_suffix(';')).unwrap();
    let files: Vec<String> = serde_json::from_str(list).unwrap();
    assert!(files.iter().any(|file| file.starts_with("/pkg/desk.")), "{list}");
    assert!(files.iter().any(|file| file.starts_with("/desk/preview.")), "{list}");
    let is_ours = |file: &&str| ["/pkg/", "/desk/"].iter().any(|folder| file.starts_with(folder));
    assert!(files.iter().all(|file| is_ours(&file.as_str()) && !file.starts_with("/pkg/sw.")), "{list}");
    for file in files {
        home.visitor().get(&file).await.expect(200);
    }
    let etag = reply.header("etag").to_owned();
    home.visitor().get_with("/sw.js", &[("if-none-match", &etag)]).await.expect(304);
}

#[tokio::test]
async fn only_the_owners_desk_brings_it_and_names_its_build() {
    let (home, ada) = home().await;
    let desk = ada.get("/desk/notes/new").await.expect(200).text();
    assert!(desk.contains("src=\"/pkg/desk."), "{desk}");
    let answer = ada.get("/api/fn/notes/current?id=00000000-0000-7000-8000-000000000000&known=0").await;
    assert!(!build_of(&desk).is_empty());
    assert_eq!(answer.header("x-commonplace-build"), build_of(&desk));
    for page in [ada.get("/").await, home.visitor().get("/").await, home.visitor().get("/sign-in").await] {
        let page = page.expect(200).text();
        assert!(!page.contains("/pkg/desk.") && build_of(&page).is_empty(), "{page}");
    }
}

#[tokio::test]
async fn signing_out_leads_to_what_forgets_it() {
    let (_home, ada) = home().await;
    assert!(!ada.get("/signed-out").await.expect(200).text().contains("signed-out."), "one who is signed in");
    assert_eq!(ada.post("/sign-out", &[]).await.expect(303).location(), "/signed-out");
    let page = ada.get("/signed-out").await.expect(200).text();
    assert!(page.contains("src=\"/pkg/signed-out.") && page.contains("You are signed out"), "{page}");
    ada.get("/desk/offline").await.expect(303);
}
