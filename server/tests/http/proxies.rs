//! Behind a proxy: what it says is believed if it is trusted, and of nobody else.

use axum::body::Body;
use axum::http::Method;
use server::Options;

use crate::cast::{Client, Home, Reply};

const PROXY: &str = "10.1.2.3";
const STRANGER: &str = "203.0.113.9";

fn home() -> Home {
    Home::with(Options { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..Options::default() })
}

#[tokio::test]
async fn scheme_and_host_are_the_proxys_word() {
    let home = home();
    let forwarded = [("x-forwarded-proto", "https"), ("x-forwarded-host", "Notes.Example"), ("host", "127.0.0.1:3000")];
    let told = home.visitor().from(PROXY).get_with("/robots.txt", &forwarded).await.expect(200);
    assert!(told.text().contains("https://notes.example/sitemap.xml"), "{}", told.text());
    assert!(!told.header("strict-transport-security").is_empty());
    let claimed = home.visitor().from(STRANGER).get_with("/robots.txt", &forwarded).await.expect(200);
    assert!(claimed.text().contains("http://127.0.0.1:3000/sitemap.xml"), "{}", claimed.text());
    assert!(claimed.header("strict-transport-security").is_empty());
}

#[tokio::test]
async fn attempts_count_by_the_address_that_a_trusted_proxy_names() {
    let home = home();
    home.claim().await;
    for n in 0..30 {
        // Whatever a client puts in front of the header, the proxy appends the address it sees.
        let chain = format!("198.51.100.{n}, {STRANGER}");
        attempt(&home.visitor().from(PROXY), n, &chain).await;
    }
    let blocked = attempt(&home.visitor().from(PROXY), 99, STRANGER).await;
    assert_eq!(blocked.status, 429, "an address may try without end");
    let other = attempt(&home.visitor().from(PROXY), 99, "198.51.100.200").await;
    assert_eq!(other.status, 422, "another address waits for what this one did");
}

#[tokio::test]
async fn a_header_that_nobody_trusted_wrote_is_no_address() {
    let home = home();
    home.claim().await;
    for n in 0..30 {
        attempt(&home.visitor().from(STRANGER), n, &format!("198.51.100.{n}")).await;
    }
    assert_eq!(attempt(&home.visitor().from(STRANGER), 99, "198.51.100.99").await.status, 429);
}

async fn attempt(client: &Client, n: u32, chain: &str) -> Reply {
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-forwarded-for", chain)];
    let body = format!("email=nobody{n}%40example.org&password=wrong+wrong+wrong");
    client.send(Method::POST, "/sign-in", &headers, Body::from(body)).await
}
