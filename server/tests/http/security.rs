//! Posts from other sites, and the headers that harden every answer.

use axum::body::Body;
use axum::http::Method;
use server::Options;

use crate::cast::{ADA, Home};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn a_post_that_another_site_made_is_refused() {
    let (home, ada) = Home::of_ada().await;
    for headers in [
        [FORM, ("sec-fetch-site", "cross-site")],
        [FORM, ("sec-fetch-site", "same-site")],
        [FORM, ("origin", "https://evil.example")],
        [FORM, ("origin", "null")],
        [FORM, ("origin", "http://site.example.evil.example")],
        [FORM, ("origin", "http://site.example:8080")],
        [FORM, ("referer", "https://evil.example/page")],
    ] {
        let refused = ada.send(Method::POST, "/sign-out", &headers, Body::empty()).await.expect(403);
        assert!(refused.text().contains("another site"), "{}", refused.text());
        ada.get("/account").await.expect(200);
        let visitor = home.visitor();
        visitor.send(Method::POST, "/sign-in", &headers, Body::from("email=a&password=b")).await.expect(403);
        visitor.send(Method::POST, "/api/fn/notes/list", &headers, Body::empty()).await.expect(403);
    }
}

#[tokio::test]
async fn a_post_from_this_site_or_from_no_browser_passes() {
    let (home, _) = Home::of_ada().await;
    for header in [
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-site", "none"),
        ("origin", "http://site.example"),
        ("origin", "https://site.example"),
        ("referer", "http://site.example/desk"),
        ("user-agent", "curl/8"),
    ] {
        let ada = home.visitor();
        ada.post("/sign-in", &[("email", ADA.1), ("password", ADA.2)]).await.expect(303);
        ada.send(Method::POST, "/sign-out", &[FORM, header], Body::empty()).await.expect(303);
        assert_eq!(ada.cookie("session"), None, "{header:?}");
    }
}

#[tokio::test]
async fn behind_a_proxy_the_configured_address_counts() {
    let options = Options { url: Some("https://notes.example".into()), ..Options::default() };
    let home = Home::with(options);
    let visitor = home.visitor();
    let from = |origin| [FORM, ("origin", origin), ("host", "127.0.0.1:3000")];
    visitor.send(Method::POST, "/sign-out", &from("https://notes.example"), Body::empty()).await.expect(303);
    visitor.send(Method::POST, "/sign-out", &from("https://evil.example"), Body::empty()).await.expect(403);
}

#[tokio::test]
async fn every_answer_is_hardened() {
    let (_home, ada) = Home::of_ada().await;
    for path in ["/sign-in", "/account", "/robots.txt", "/healthz", "/pkg/none.js", "/notes/%ff"] {
        let reply = ada.get(path).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(reply.header("permissions-policy").contains("camera=()"), "{path}");
        assert!(reply.header("strict-transport-security").is_empty(), "over http: {path}");
        let policy = reply.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap();
        assert!(!scripts.contains("unsafe-inline") && !scripts.contains("'unsafe-eval'"), "{scripts}");
    }
}

#[tokio::test]
async fn a_page_of_the_door_has_its_own_style_and_may_use_it() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let style_of = |page: &str| page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap().to_owned();
    let file =
        |name: &str| std::fs::read_to_string(format!("{}/../public/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    assert_eq!(style_of(&file("404.html")), style_of(&file("500.html")), "the two static pages look alike");

    let (_home, ada) = Home::of_ada().await;
    let cross = [FORM, ("sec-fetch-site", "cross-site")];
    for (reply, status) in [
        (ada.get("/pkg/none.css").await, 404),
        (ada.get("/notes/%ff").await, 400),
        (ada.send(Method::DELETE, "/notes", &[], Body::empty()).await, 405),
        (ada.send(Method::POST, "/sign-out", &cross, Body::empty()).await, 403),
    ] {
        let reply = reply.expect(status);
        let style = style_of(&reply.text());
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(&style));
        let policy = reply.header("content-security-policy");
        assert!(policy.contains(&format!("style-src 'sha256-{hash}'")), "{status}: {policy}");
        assert!(reply.text().contains("<h1>") && !reply.text().contains("Something went wrong"), "{}", reply.text());
    }
}

#[tokio::test]
async fn every_inline_script_is_allowed_by_its_hash() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let (_home, ada) = Home::of_ada().await;
    for path in ["/sign-out", "/account", "/desk/settings"] {
        let reply = ada.get(path).await.expect(200);
        let policy = reply.header("content-security-policy").to_owned();
        let html = reply.text();
        let mut seen = 0;
        for script in html.split("<script").skip(1) {
            let (tag, rest) = script.split_once('>').unwrap();
            let code = rest.split("</script>").next().unwrap();
            if tag.contains("src=") || tag.contains("application/ld+json") {
                continue;
            }
            let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(code));
            assert!(policy.contains(&format!("'sha256-{hash}'")), "{path}: {code}");
            seen += 1;
        }
        assert!(seen > 0, "{path} has no inline script: this test looks for the wrong thing");
        for handler in [" onclick=", " onload=", " onsubmit=", "javascript:"] {
            assert!(!html.contains(handler), "{path}: {handler}");
        }
        assert!(!html.contains(" style=\""), "{path}: the policy allows no inline style");
    }
}
