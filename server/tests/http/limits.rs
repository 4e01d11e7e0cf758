//! What bad input gets: sizes, types, encodings.

use axum::body::{Body, Bytes};
use axum::http::Method;
use futures::stream;

use crate::cast::{ADA, Home};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn fifty_megabytes_are_refused_without_being_read() {
    let home = Home::new();
    let visitor = home.visitor();
    let announced = [FORM, ("content-length", "52428800")];
    let untouched = Body::from_stream(stream::once(async { Err::<Bytes, _>(std::io::Error::other("was read")) }));
    let refused = visitor.send(Method::POST, "/sign-in", &announced, untouched).await.expect(413);
    assert!(refused.text().contains("2 MiB"), "{}", refused.text());
    assert!(refused.header("content-type").starts_with("text/html"));

    let chunks = stream::iter((0..800).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; 65_536]))));
    visitor.send(Method::POST, "/sign-in", &[FORM], Body::from_stream(chunks)).await.expect(413);
    let chunks = stream::iter((0..800).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; 65_536]))));
    visitor.send(Method::POST, "/api/fn/notes/list", &[FORM], Body::from_stream(chunks)).await.expect(413);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_said_to() {
    let home = Home::new();
    let visitor = home.visitor();
    let cut = stream::iter([Ok(Bytes::from("email=a")), Err(std::io::Error::other("connection reset"))]);
    let refused = visitor.send(Method::POST, "/sign-in", &[FORM], Body::from_stream(cut)).await.expect(400);
    assert!(refused.text().contains("Not all of it arrived"));
    let multipart = ("content-type", "multipart/form-data; boundary=b");
    let cut = Body::from("--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nada@exa");
    visitor.send(Method::POST, "/sign-in", &[multipart], cut).await.expect(400);
}

#[tokio::test]
async fn only_forms_are_taken() {
    let home = Home::new();
    let visitor = home.visitor();
    for kind in ["application/json", "text/plain", "application/octet-stream", "multipart/form-data"] {
        let refused =
            visitor.send(Method::POST, "/sign-in", &[("content-type", kind)], Body::from("{}")).await.expect(415);
        assert!(refused.text().contains("forms"), "{kind}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_named() {
    let home = Home::new();
    let visitor = home.visitor();
    let refused =
        visitor.send(Method::POST, "/sign-in", &[FORM], Body::from("email=%ff%fe&password=x")).await.expect(400);
    assert!(refused.text().contains("“email”"), "{}", refused.text());
    let evil = visitor.send(Method::POST, "/sign-in", &[FORM], Body::from("%3Cscript%3E=%ff")).await.expect(400);
    assert!(!evil.text().contains("<script>"), "{}", evil.text());
    visitor.get("/notes/%ff").await.expect(400);
    visitor.get("/notes/%00").await.expect(400);
}

#[tokio::test]
async fn a_host_that_is_none_is_not_repeated() {
    let (home, _) = Home::of_ada().await;
    let reply = home.visitor().get_with("/robots.txt", &[("host", "evil.example\"><script>")]).await.expect(200);
    assert!(!reply.text().contains("script"), "{}", reply.text());
    let _ = ADA;
}
