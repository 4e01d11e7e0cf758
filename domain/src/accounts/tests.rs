//! The rules of accounts at their edges.
#![allow(clippy::unwrap_used)]

use jiff::SignedDuration;
use shared::accounts::NewOwner;
use shared::ids::PersonId;
use shared::limits::{CLAIM_HOURS, SESSION_DAYS, SIGN_IN_ATTEMPTS, SIGN_IN_WAIT_SECONDS};
use shared::{Error, Viewer};

use super::*;
use crate::ports::memory::Home;

const PASSWORD: &str = "correct horse battery staple";
const OTHER: &str = "seven lanterns under glass";
const EMAIL: &str = "Ada@Engines.example";

fn ada() -> NewOwner {
    NewOwner { name: "Ada".into(), email: EMAIL.into(), password: PASSWORD.into() }
}

fn from(address: &str) -> Origin {
    Origin { address: address.into(), agent: "Firefox".into() }
}

fn seconds(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

async fn claimed(home: &Home) -> NewSession {
    let site = home.site();
    let (token, kind) = new_claim_token(&site).await.unwrap();
    assert_eq!(kind, ClaimKind::Claim);
    claim(&site, &token, ada(), from("192.0.2.1")).await.unwrap()
}

async fn fail(site: &Site, times: u32, address: &str) {
    for _ in 0..times {
        let refused = sign_in(site, EMAIL, "wrong password", from(address)).await.unwrap_err();
        assert_eq!(refused.field(), Some("password"), "{refused}");
    }
}

fn wait_of<T: std::fmt::Debug>(outcome: Result<T>) -> Option<u32> {
    match outcome {
        Err(Error::Busy { retry_after }) => Some(retry_after),
        _ => None,
    }
}

#[tokio::test]
async fn a_claim_makes_the_owner_and_signs_them_in() {
    let home = Home::new();
    let site = home.site();
    assert!(!is_claimed(&site).await.unwrap());
    let session_token = claimed(&home).await.token;
    assert!(is_claimed(&site).await.unwrap());
    let found = session(&site, &session_token).await.unwrap().unwrap();
    assert!(found.viewer.is_owner());
    assert_eq!(found.viewer, owner_unchecked(&site).await.unwrap());
    sign_in(&site, " ada@engines.EXAMPLE ", PASSWORD, from("192.0.2.1")).await.unwrap();
}

#[tokio::test]
async fn a_claim_link_works_once() {
    let home = Home::new();
    let site = home.site();
    let (token, _) = new_claim_token(&site).await.unwrap();
    claim(&site, &token, ada(), Origin::default()).await.unwrap();
    assert_eq!(claim_kind(&site, &token).await, Err(Error::NotFound));
    assert_eq!(claim(&site, &token, ada(), Origin::default()).await.unwrap_err(), Error::NotFound);
}

#[tokio::test]
async fn a_refused_claim_uses_nothing_up() {
    let home = Home::new();
    let site = home.site();
    let (token, _) = new_claim_token(&site).await.unwrap();
    for (owner, field) in [
        (NewOwner { name: " ".into(), ..ada() }, "name"),
        (NewOwner { email: "ada".into(), ..ada() }, "email"),
        (NewOwner { password: "short pass1".into(), ..ada() }, "password"),
        (NewOwner { password: "passwordpassword".into(), ..ada() }, "password"),
        (NewOwner { password: "x".repeat(1_025), ..ada() }, "password"),
    ] {
        let refused = claim(&site, &token, owner, Origin::default()).await.unwrap_err();
        assert_eq!(refused.field(), Some(field));
    }
    claim(&site, &token, ada(), Origin::default()).await.unwrap();
}

#[tokio::test]
async fn a_claim_link_lasts_a_day_and_only_the_latest_works() {
    let home = Home::new();
    let site = home.site();
    let (first, _) = new_claim_token(&site).await.unwrap();
    let (second, _) = new_claim_token(&site).await.unwrap();
    assert_eq!(claim_kind(&site, &first).await, Err(Error::NotFound));
    home.clock.advance(seconds(CLAIM_HOURS * 3600 - 1));
    assert_eq!(claim_kind(&site, &second).await, Ok(ClaimKind::Claim));
    home.clock.advance(seconds(1));
    assert_eq!(claim_kind(&site, &second).await, Err(Error::NotFound));
    assert_eq!(claim(&site, &second, ada(), Origin::default()).await.unwrap_err(), Error::NotFound);
    for made_up in ["", "x", "../..", &"A".repeat(10_000)] {
        assert_eq!(claim_kind(&site, made_up).await, Err(Error::NotFound));
    }
}

#[tokio::test]
async fn the_first_owner_s_name_stands_as_the_author_until_they_say_otherwise() {
    let site = Home::new().site();
    let (token, _) = new_claim_token(&site).await.unwrap();
    claim(&site, &token, ada(), Origin::default()).await.unwrap();
    let settings = crate::settings::get(&site).await.unwrap();
    assert_eq!(settings.author, ada().name);
    let owner = super::owner_unchecked(&site).await.unwrap();
    crate::settings::save(&site, &owner, shared::settings::Settings { author: "A. B.".into(), ..settings })
        .await
        .unwrap();
    let (token, _) = new_claim_token(&site).await.unwrap();
    claim(&site, &token, ada(), Origin::default()).await.unwrap();
    assert_eq!(crate::settings::get(&site).await.unwrap().author, "A. B.", "a rescue changes nothing of it");
}

#[tokio::test]
async fn two_claims_at_once_make_one_owner() {
    for (second_email, second_password) in
        [("eve@elsewhere.example", OTHER), (EMAIL, PASSWORD), (EMAIL, OTHER), ("eve@elsewhere.example", PASSWORD)]
    {
        let home = Home::new();
        let (site, _) = home.counted_site();
        let (token, _) = new_claim_token(&site).await.unwrap();
        let eve = NewOwner { name: "Eve".into(), email: second_email.into(), password: second_password.into() };
        let (a, b) = tokio::join!(
            claim(&site, &token, ada(), Origin::default()),
            claim(&site, &token, eve.clone(), Origin::default()),
        );
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
        let (winner, loser) = if a.is_ok() { (ada(), eve) } else { (eve, ada()) };
        sign_in(&site, &winner.email, &winner.password, Origin::default()).await.unwrap();
        if (&winner.email, &winner.password) != (&loser.email, &loser.password) {
            assert!(sign_in(&site, &loser.email, &loser.password, Origin::default()).await.is_err());
        }
    }
}

#[tokio::test]
async fn a_claim_broken_off_in_the_middle_is_finished_by_sending_it_again() {
    let home = Home::new();
    let site = home.site();
    site.identity.create(EMAIL, PASSWORD).await.unwrap();
    let (token, _) = new_claim_token(&site).await.unwrap();
    let other = NewOwner { password: OTHER.into(), ..ada() };
    assert_eq!(claim(&site, &token, other, Origin::default()).await.unwrap_err().field(), Some("email"));
    claim(&site, &token, ada(), Origin::default()).await.unwrap();
    sign_in(&site, EMAIL, PASSWORD, Origin::default()).await.unwrap();
}

#[tokio::test]
async fn a_rescue_sets_new_credentials_and_ends_every_session() {
    let home = Home::new();
    let site = home.site();
    let old = claimed(&home).await;
    fail(&site, SIGN_IN_ATTEMPTS, "198.51.100.1").await;
    let (token, kind) = new_claim_token(&site).await.unwrap();
    assert_eq!(kind, ClaimKind::Rescue);
    let renamed = NewOwner { name: "Ada L.".into(), email: "ada@new.example".into(), password: OTHER.into() };
    let new = claim(&site, &token, renamed.clone(), Origin::default()).await.unwrap();
    assert_eq!(new.person.id, old.person.id);
    assert_eq!(new.person.name, "Ada L.");
    assert_eq!(session(&site, &old.token).await.unwrap(), None);
    assert!(session(&site, &new.token).await.unwrap().is_some());
    assert!(sign_in(&site, EMAIL, PASSWORD, from("203.0.113.1")).await.is_err());
    sign_in(&site, "ada@new.example", OTHER, from("203.0.113.2")).await.unwrap();
    assert_eq!(claim(&site, &token, renamed, Origin::default()).await.unwrap_err(), Error::NotFound);
}

#[tokio::test]
async fn a_rescue_that_the_identity_provider_refuses_gives_the_link_back() {
    let home = Home::new();
    let site = home.site();
    claimed(&home).await;
    site.identity.create("taken@new.example", OTHER).await.unwrap();
    let (token, _) = new_claim_token(&site).await.unwrap();
    let taken = NewOwner { email: "taken@new.example".into(), password: OTHER.into(), ..ada() };
    assert_eq!(claim(&site, &token, taken, Origin::default()).await.unwrap_err().field(), Some("email"));
    claim(&site, &token, NewOwner { password: OTHER.into(), ..ada() }, Origin::default()).await.unwrap();
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_answered_alike() {
    let home = Home::new();
    let site = home.site();
    claimed(&home).await;
    let wrong = sign_in(&site, EMAIL, "wrong", from("192.0.2.1")).await;
    for (email, password) in [("nobody@x.example", "wrong"), ("", ""), ("no address", "x"), (EMAIL, &"x".repeat(9_999))]
    {
        assert_eq!(sign_in(&site, email, password, from("192.0.2.2")).await, wrong);
    }
}

#[tokio::test]
async fn after_five_failures_an_account_waits_even_with_the_right_password() {
    let home = Home::new();
    let site = home.site();
    claimed(&home).await;
    for n in 0..SIGN_IN_ATTEMPTS {
        fail(&site, 1, &format!("198.51.100.{n}")).await;
    }
    let wait = u32::try_from(SIGN_IN_WAIT_SECONDS).unwrap();
    assert_eq!(wait_of(sign_in(&site, EMAIL, PASSWORD, from("203.0.113.9")).await), Some(wait));
    home.clock.advance(seconds(SIGN_IN_WAIT_SECONDS - 1));
    assert_eq!(wait_of(sign_in(&site, EMAIL, PASSWORD, from("203.0.113.9")).await), Some(1));
    home.clock.advance(seconds(1));
    fail(&site, 1, "203.0.113.9").await;
    assert_eq!(wait_of(sign_in(&site, EMAIL, PASSWORD, from("203.0.113.9")).await), Some(2 * wait));
    home.clock.advance(seconds(2 * SIGN_IN_WAIT_SECONDS));
    sign_in(&site, EMAIL, PASSWORD, from("203.0.113.9")).await.unwrap();
    fail(&site, SIGN_IN_ATTEMPTS - 1, "203.0.113.10").await;
    sign_in(&site, EMAIL, PASSWORD, from("203.0.113.11")).await.unwrap();
}

#[tokio::test]
async fn one_network_waits_whatever_accounts_it_tries() {
    let home = Home::new();
    let site = home.site();
    claimed(&home).await;
    for n in 0..SIGN_IN_ATTEMPTS {
        let email = format!("guess{n}@x.example");
        assert!(sign_in(&site, &email, "wrong", from(&format!("2001:db8::{n}"))).await.is_err());
    }
    assert!(wait_of(sign_in(&site, EMAIL, PASSWORD, from("2001:db8::ffff")).await).is_some());
    sign_in(&site, EMAIL, PASSWORD, from("2001:db8:0:1::1")).await.unwrap();
}

#[tokio::test]
async fn successes_do_not_add_up_against_a_network() {
    let home = Home::new();
    let site = home.site();
    claimed(&home).await;
    for _ in 0..3 * SIGN_IN_ATTEMPTS {
        sign_in(&site, EMAIL, PASSWORD, from("192.0.2.1")).await.unwrap();
    }
}

#[tokio::test]
async fn a_stranger_cannot_lock_the_owner_out_of_home() {
    let home = Home::new();
    let site = home.site();
    claimed(&home).await;
    sign_in(&site, EMAIL, PASSWORD, from("192.0.2.1")).await.unwrap();
    for n in 0..SIGN_IN_ATTEMPTS {
        fail(&site, 1, &format!("198.51.100.{n}")).await;
    }
    assert!(wait_of(sign_in(&site, EMAIL, PASSWORD, from("203.0.113.1")).await).is_some());
    sign_in(&site, EMAIL, PASSWORD, from("192.0.2.1")).await.unwrap();
}

#[tokio::test]
async fn attempts_at_once_count_like_attempts_in_a_row() {
    let home = Home::new();
    let (site, _) = home.counted_site();
    claimed(&home).await;
    let tries = (0..40).map(|n| sign_in(&site, EMAIL, "wrong", from(&format!("198.51.100.{n}"))));
    let outcomes = futures::future::join_all(tries).await;
    let looked_at = outcomes.iter().filter(|o| matches!(o, Err(Error::Invalid { .. }))).count();
    assert!(looked_at <= SIGN_IN_ATTEMPTS as usize, "{looked_at}");
}

#[tokio::test]
async fn a_session_lives_thirty_days_from_its_last_use() {
    let home = Home::new();
    let site = home.site();
    let token = claimed(&home).await.token;
    home.clock.advance(seconds(3599));
    assert_eq!(session(&site, &token).await.unwrap().unwrap().renewed, None);
    home.clock.advance(seconds(1));
    assert!(session(&site, &token).await.unwrap().unwrap().renewed.is_some());
    home.clock.advance(seconds(SESSION_DAYS * 86_400 - 1));
    assert!(session(&site, &token).await.unwrap().is_some());
    home.clock.advance(seconds(SESSION_DAYS * 86_400));
    assert_eq!(session(&site, &token).await.unwrap(), None);
}

#[tokio::test]
async fn recognising_a_session_is_one_round_trip() {
    let home = Home::new();
    let (site, counted) = home.counted_site();
    let token = claimed(&home).await.token;
    counted.take();
    session(&site, &token).await.unwrap();
    assert_eq!((counted.take().rounds), 1);
}

#[tokio::test]
async fn forged_cookies_speak_for_nobody() {
    let home = Home::new();
    let site = home.site();
    let good = claimed(&home).await;
    let other_secret = secret::session_token(good.person.id, [7; 32]);
    let other_person = secret::session_token(PersonId::from_u128(7), [7; 32]);
    let cut = &good.token[..good.token.len() - 1];
    let hash = secret::hash(&good.token);
    let padded = format!("{}=", good.token);
    for forged in ["", "x", "ключ", cut, &padded, &hash, &other_secret, &other_person, &"A".repeat(100_000)] {
        assert_eq!(session(&site, forged).await.unwrap(), None, "{forged:.80}");
        sign_out(&site, forged).await.unwrap();
    }
    assert!(session(&site, &good.token).await.unwrap().is_some());
}

#[tokio::test]
async fn the_store_holds_no_token_and_no_password() {
    let home = Home::new();
    let site = home.site();
    let (token, _) = new_claim_token(&site).await.unwrap();
    let pks = ["claim".to_owned()];
    let stored = format!("{:?}", dump(&site, &pks).await);
    assert!(stored.contains(&secret::hash(&token)) && !stored.contains(&token));
    let session = claim(&site, &token, ada(), Origin::default()).await.unwrap();
    let pks = [format!("person#{}", session.person.id), "owner".into(), "subject#memory-1".into()];
    let stored = format!("{:?}", dump(&site, &pks).await);
    assert!(stored.contains(&secret::hash(&session.token)));
    assert!(!stored.contains(&session.token) && !stored.contains(PASSWORD));
}

async fn dump(site: &Site, pks: &[String]) -> Vec<crate::ports::Record> {
    let mut out = Vec::new();
    for pk in pks {
        let query = crate::ports::Query::partition(crate::ports::Table::Users, pk);
        out.extend(site.records.query(&query).await.unwrap().items);
    }
    out
}

#[tokio::test]
async fn sessions_are_listed_revoked_and_signed_out() {
    let home = Home::new();
    let site = home.site();
    let first = claimed(&home).await;
    home.clock.advance(seconds(60));
    let second = sign_in(&site, EMAIL, PASSWORD, from("192.0.2.1")).await.unwrap();
    let owner = owner_unchecked(&site).await.unwrap();
    let listed = sessions(&site, &owner).await.unwrap().items;
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].id, secret::hash(&second.token));
    assert_eq!(listed[0].agent, "Firefox");
    revoke(&site, &owner, &listed[1].id).await.unwrap();
    assert_eq!(session(&site, &first.token).await.unwrap(), None);
    assert_eq!(revoke(&site, &owner, "nonsense").await, Err(Error::NotFound));
    sign_out(&site, &second.token).await.unwrap();
    assert_eq!(session(&site, &second.token).await.unwrap(), None);
    assert!(sessions(&site, &owner).await.unwrap().items.is_empty());
    assert_eq!(sessions(&site, &Viewer::Visitor).await.unwrap_err(), Error::Denied);
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let home = Home::new();
    let site = home.site();
    let first = claimed(&home).await;
    let second = sign_in(&site, EMAIL, PASSWORD, from("192.0.2.1")).await.unwrap();
    let mine = session(&site, &second.token).await.unwrap().unwrap();
    assert_eq!(change_password(&site, &mine, "wrong", OTHER).await.unwrap_err().field(), Some("present"));
    assert_eq!(change_password(&site, &mine, PASSWORD, "short").await.unwrap_err().field(), Some("password"));
    change_password(&site, &mine, PASSWORD, OTHER).await.unwrap();
    assert_eq!(session(&site, &first.token).await.unwrap(), None);
    assert!(session(&site, &second.token).await.unwrap().is_some());
    assert!(sign_in(&site, EMAIL, PASSWORD, from("192.0.2.1")).await.is_err());
    sign_in(&site, EMAIL, OTHER, from("192.0.2.1")).await.unwrap();
}
