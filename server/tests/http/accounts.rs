//! Claiming, signing in and out, sessions.

use server::Options;

use crate::cast::{ADA, Home};
use crate::html::field;

async fn claim_path(home: &Home) -> String {
    let (token, _) = domain::accounts::new_claim_token(&home.site).await.unwrap();
    format!("/claim/{token}")
}

#[tokio::test]
async fn a_claim_link_makes_an_owner_once() {
    let home = Home::new();
    let path = claim_path(&home).await;
    let ada = home.visitor();
    let page = ada.get(&path).await.expect(200);
    assert_eq!(page.header("cache-control"), "no-store");
    let fields = [("name", ADA.0), ("email", ADA.1), ("password", ADA.2)];
    let done = ada.post(&path, &fields).await.expect(303);
    assert_eq!(done.location(), "/desk");
    let cookie = done.header("set-cookie");
    assert!(
        cookie.starts_with("session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert!(!cookie.contains("Secure"), "a browser would not keep it over http: {cookie}");
    ada.get("/account").await.expect(200);

    let late = home.visitor();
    late.get(&path).await.expect(404);
    late.post(&path, &fields).await.expect(404);
    assert_eq!(late.cookie("session"), None);
}

#[tokio::test]
async fn a_refused_claim_keeps_what_was_typed_but_the_password() {
    let home = Home::new();
    let path = claim_path(&home).await;
    let ada = home.visitor();
    let refused = ada.post(&path, &[("name", "Ada L."), ("email", ADA.1), ("password", "short")]).await.expect(422);
    let html = refused.text();
    assert_eq!(field(&html, "name").as_deref(), Some("Ada L."));
    assert_eq!(field(&html, "email").as_deref(), Some(ADA.1));
    assert_eq!(field(&html, "password").as_deref(), Some(""));
    assert!(html.contains("12 characters"), "{html}");
    ada.post(&path, &[("name", "Ada"), ("email", ADA.1), ("password", ADA.2)]).await.expect(303);
}

#[tokio::test]
async fn the_owner_signs_in_and_out() {
    let (home, _) = Home::of_ada().await;
    let ada = home.visitor();
    let wrong = ada.post("/sign-in", &[("email", ADA.1), ("password", "wrong wrong wrong")]).await.expect(422);
    assert_eq!(field(&wrong.text(), "email").as_deref(), Some(ADA.1));
    assert_eq!(ada.cookie("session"), None);
    let done =
        ada.post("/sign-in", &[("email", ADA.1), ("password", ADA.2), ("next", "/account?x=1")]).await.expect(303);
    assert_eq!(done.location(), "/account?x=1");
    ada.get("/account").await.expect(200);
    let token = ada.cookie("session").unwrap();

    ada.post("/sign-out", &[]).await.expect(303);
    assert_eq!(ada.cookie("session"), None);
    ada.set_cookie("session", &token);
    assert_eq!(ada.get("/account").await.expect(303).location(), "/sign-in?next=%2Faccount");
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_signing_in() {
    let (home, _) = Home::of_ada().await;
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""] {
        let ada = home.visitor();
        let done = ada.post("/sign-in", &[("email", ADA.1), ("password", ADA.2), ("next", next)]).await.expect(303);
        assert_eq!(done.location(), "/desk", "{next}");
    }
}

#[tokio::test]
async fn attempts_are_limited_and_the_answer_says_for_how_long() {
    let (home, _) = Home::of_ada().await;
    let mallory = home.visitor();
    let mut last = None;
    for _ in 0..=shared::limits::SIGN_IN_ATTEMPTS {
        last = Some(mallory.post("/sign-in", &[("email", ADA.1), ("password", "wrong wrong wrong")]).await);
    }
    let refused = last.unwrap().expect(429);
    let seconds: i64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=shared::limits::SIGN_IN_WINDOW_SECONDS).contains(&seconds));
    assert_eq!(field(&refused.text(), "email").as_deref(), Some(ADA.1));
    mallory.post("/sign-in", &[("email", ADA.1), ("password", ADA.2)]).await.expect(429);
}

#[tokio::test]
async fn a_forged_cookie_is_nobody() {
    let (home, _) = Home::of_ada().await;
    for forged in ["x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00", "../../etc/passwd", &"a".repeat(5000)] {
        let mallory = home.visitor();
        mallory.set_cookie("session", forged);
        assert!(mallory.get("/desk").await.expect(303).location().starts_with("/sign-in?next="), "{forged}");
        mallory.get("/sign-in").await.expect(200);
    }
}

#[tokio::test]
async fn a_session_can_be_ended_from_another() {
    let (home, ada) = Home::of_ada().await;
    let phone = home.visitor();
    phone.post("/sign-in", &[("email", ADA.1), ("password", ADA.2)]).await.expect(303);
    let page = ada.get("/account").await.expect(200).text();
    let other = field(&page, "id").expect("the other session has a button");
    ada.post("/account", &[("action", "revoke"), ("id", &other)]).await.expect(303);
    phone.get("/account").await.expect(303);
    ada.get("/account").await.expect(200);
}

#[tokio::test]
async fn over_https_the_cookie_is_secure_and_bound_to_the_host() {
    let options = Options { url: Some("https://site.example".into()), ..Options::default() };
    let (home, _) = Home::of_ada_with(options).await;
    let ada = home.visitor();
    let done = ada.post("/sign-in", &[("email", ADA.1), ("password", ADA.2)]).await.expect(303);
    let cookie = done.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-session=") && cookie.contains("; Secure") && cookie.contains("Path=/;"),
        "{cookie}"
    );
    assert!(!done.header("strict-transport-security").is_empty());
    ada.get("/account").await.expect(200);

    let token = ada.cookie("__Host-session").unwrap();
    let weak = home.visitor();
    weak.set_cookie("session", &token);
    weak.get("/account").await.expect(303);
}
