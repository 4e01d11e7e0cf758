//! Feeds, the site map, `robots.txt`.

use crate::cast::{Client, Home};
use crate::notes::write;

async fn site() -> (Home, Client) {
    let (home, ada) = Home::of_ada().await;
    for (title, body, visibility) in [
        ("Apples & <pears>", "Full *text* with [a link](/notes/quinces). #fruit", "public"),
        ("Quinces", "On quinces. #fruit/rare", "public"),
        ("Hidden", "The hidden words. #fruit", "unlisted"),
        ("Private", "The private words. #fruit", "private"),
    ] {
        write(&ada, &[("title", title), ("body", body), ("visibility", visibility), ("action", "publish")]).await;
    }
    write(&ada, &[("title", "Draft"), ("body", "The draft words. #fruit"), ("visibility", "public")]).await;
    home.settle().await;
    (home, ada)
}

#[tokio::test]
async fn the_feed_has_the_full_text_and_whole_addresses() {
    let (home, _) = site().await;
    let feed = home.visitor().get("/feed.atom").await.expect(200);
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    let xml = feed.text();
    assert!(xml.contains("xml:lang=\"en\""), "{xml}");
    assert!(xml.contains("<title>Apples &amp; &lt;pears&gt;</title>"), "{xml}");
    assert!(xml.contains("Full &lt;em&gt;text&lt;/em&gt;"), "{xml}");
    assert!(xml.contains("href=&quot;http://site.example/notes/quinces"), "{xml}");
    assert!(xml.contains("href=\"http://site.example/notes/quinces\""), "{xml}");
    for secret in ["Hidden", "hidden", "Private", "private", "Draft", "draft"] {
        assert!(!xml.contains(secret), "{secret} is in the feed: {xml}");
    }
    let etag = feed.header("etag").to_owned();
    home.visitor().get_with("/feed.atom", &[("if-none-match", &etag)]).await.expect(304);
}

#[tokio::test]
async fn the_other_feeds_say_the_same() {
    let (home, _) = site().await;
    let rss = home.visitor().get("/feed.rss").await.expect(200);
    assert!(rss.header("content-type").starts_with("application/rss+xml"));
    assert_eq!(rss.text().matches("<item>").count(), 2, "{}", rss.text());
    let json = home.visitor().get("/feed.json").await.expect(200);
    let feed: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["items"].as_array().unwrap().len(), 2);
    assert!(feed["items"][1]["content_html"].as_str().unwrap().contains("<em>text</em>"), "{feed}");
}

#[tokio::test]
async fn a_tag_has_a_feed() {
    let (home, _) = site().await;
    let xml = home.visitor().get("/tags/fruit/feed.atom").await.expect(200).text();
    assert_eq!(xml.matches("<entry>").count(), 2, "{xml}");
    assert!(
        xml.contains("rel=\"self\" type=\"application/atom+xml\" href=\"http://site.example/tags/fruit/feed.atom\"")
    );
    let nested = home.visitor().get("/tags/fruit/rare/feed.atom").await.expect(200).text();
    assert_eq!(nested.matches("<entry>").count(), 1, "{nested}");
    home.visitor().get("/tags/none/feed.atom").await.expect(404);
    let json: serde_json::Value =
        serde_json::from_slice(&home.visitor().get("/tags/fruit/feed.json").await.expect(200).body).unwrap();
    assert_eq!(json["home_page_url"], "http://site.example/tags/fruit");
    home.visitor().get("/tags/fruit/feed.rss").await.expect(200);
}

#[tokio::test]
async fn the_site_map_lists_what_visitors_find() {
    let (home, _) = site().await;
    let map = home.visitor().get("/sitemap.xml").await.expect(200);
    assert!(map.header("content-type").starts_with("application/xml"));
    let xml = map.text();
    assert_eq!(xml.matches("/notes/").count(), 2, "{xml}");
    assert!(xml.contains("<loc>http://site.example/notes/quinces</loc>"), "{xml}");
    home.visitor().get("/sitemap.xml?part=2").await.expect(404);
    let robots = home.visitor().get("/robots.txt").await.expect(200).text();
    assert!(robots.contains("Sitemap: http://site.example/sitemap.xml"), "{robots}");
}

#[tokio::test]
async fn an_empty_site_has_valid_feeds() {
    let home = Home::new();
    for path in ["/feed.atom", "/feed.rss", "/feed.json", "/sitemap.xml"] {
        home.visitor().get(path).await.expect(200);
    }
}
