//! `/healthz`, and what every answer has.

use axum::body::Body;
use axum::http::Method;

use crate::cast::Home;

#[tokio::test]
async fn health_asks_the_store() {
    let home = Home::new();
    let reply = home.visitor().get("/healthz").await.expect(200);
    assert_eq!(reply.text(), "ok\n");
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let home = Home::new();
    let visitor = home.visitor();
    let ids =
        [visitor.get("/healthz").await, visitor.get("/healthz").await].map(|r| r.header("x-request-id").to_owned());
    assert!(!ids[0].is_empty() && ids[0] != ids[1], "{ids:?}");
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let home = Home::new();
    let visitor = home.visitor();
    for path in ["/healthz", "/robots.txt", "/sign-in"] {
        let got = visitor.get(path).await.expect(200);
        let head = visitor.send(Method::HEAD, path, &[], Body::empty()).await.expect(200);
        assert!(head.body.is_empty());
        assert_eq!(head.header("content-length"), got.body.len().to_string(), "{path}");
        assert_eq!(head.header("content-type"), got.header("content-type"));
        assert_eq!(head.header("etag"), got.header("etag"));
    }
}

#[tokio::test]
async fn a_method_an_address_does_not_know_is_405_with_those_it_does() {
    let home = Home::new();
    let visitor = home.visitor();
    for (method, path, allowed) in [
        (Method::POST, "/healthz", "GET, HEAD"),
        (Method::DELETE, "/feed.atom", "GET, HEAD"),
        (Method::POST, "/notes", "GET, HEAD"),
        (Method::PUT, "/notes/x", "GET, HEAD, POST"),
    ] {
        let reply = visitor.send(method, path, &[("sec-fetch-site", "same-origin")], Body::empty()).await.expect(405);
        assert_eq!(reply.header("allow"), allowed, "{path}");
    }
}
