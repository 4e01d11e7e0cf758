//! Identities in a user pool, and the tokens that it makes.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ports::memory::TestClock;
use domain::ports::{Identity as _, Subject};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{AlgorithmParameters, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use server::adapters::aws::identity::{BadToken, CognitoIdentity, Expected, PoolKeys, SignIn, Tokens, Use, verify};

use super::{endpoint, place};

const ADA: (&str, &str) = ("ada@example.org", "correct horse battery staple é");

pub struct Pool {
    pub id: String,
    pub client: String,
    identity: CognitoIdentity,
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

/// An operation that the adapter does not need itself.
fn administer(operation: &str, body: &Value) -> Value {
    let mut answer = agent()
        .post(endpoint())
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
        .header("authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request")
        .send(body.to_string())
        .unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    assert!(answer.status().is_success(), "{operation}: {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

fn make_client(pool: &str) -> String {
    let client = administer(
        "CreateUserPoolClient",
        &json!({
            "UserPoolId": pool,
            "ClientName": "site",
            "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "PreventUserExistenceErrors": "ENABLED",
        }),
    );
    client["UserPoolClient"]["ClientId"].as_str().unwrap().into()
}

pub fn make_pool() -> Pool {
    let place = place();
    let pool = administer(
        "CreateUserPool",
        &json!({
            "PoolName": place.name,
            "UsernameAttributes": ["email"],
            "UsernameConfiguration": { "CaseSensitive": false },
            "AutoVerifiedAttributes": ["email"],
            "Policies": { "PasswordPolicy": { "MinimumLength": 12, "RequireLowercase": false, "RequireUppercase": false,
                "RequireNumbers": false, "RequireSymbols": false } },
        }),
    );
    let id: String = pool["UserPool"]["Id"].as_str().unwrap().into();
    let client = make_client(&id);
    let identity = CognitoIdentity::new(&place.aws, &id, &client);
    Pool { id, client, identity }
}

pub async fn identity() -> ((), CognitoIdentity) {
    ((), make_pool().identity)
}

impl Pool {
    fn keys_url(&self) -> String {
        format!("{}/{}/.well-known/jwks.json", endpoint(), self.id)
    }

    fn keys(&self) -> JwkSet {
        let text = agent().get(self.keys_url()).call().unwrap().body_mut().read_to_string().unwrap();
        serde_json::from_str(&text).unwrap()
    }

    fn expected(&self, token_use: Use) -> Expected {
        let issuer = format!("https://cognito-idp.us-east-1.amazonaws.com/{}", self.id);
        Expected { issuer, client: self.client.clone(), token_use }
    }

    async fn with_ada() -> (Self, Subject, Tokens) {
        let pool = make_pool();
        let ada = pool.identity.create(ADA.0, ADA.1).await.unwrap();
        let tokens = pool.sign_in(ADA.1).await.unwrap();
        (pool, ada, tokens)
    }

    async fn sign_in(&self, password: &str) -> Option<Tokens> {
        match self.identity.sign_in(ADA.0, password).await.unwrap() {
            SignIn::Done(tokens) => Some(tokens),
            SignIn::Refused => None,
            SignIn::Challenged(challenge) => panic!("{challenge}"),
        }
    }
}

/// A token with another header, payload or signature.
fn with_part(token: &str, part: usize, change: impl Fn(&mut Vec<u8>)) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut bytes = URL_SAFE_NO_PAD.decode(&parts[part]).unwrap();
    change(&mut bytes);
    parts[part] = URL_SAFE_NO_PAD.encode(bytes);
    parts.join(".")
}

fn with_header(token: &str, name: &str, value: &str) -> String {
    with_part(token, 0, |bytes| {
        let mut header: Value = serde_json::from_slice(bytes).unwrap();
        header[name] = value.into();
        *bytes = header.to_string().into();
    })
}

#[tokio::test]
async fn the_pools_own_tokens_are_true_for_their_use_and_their_time() {
    let (pool, ada, tokens) = Pool::with_ada().await;
    let (keys, now) = (pool.keys(), Timestamp::now());
    let access = pool.expected(Use::Access);
    let claims = verify(&tokens.access_token, &keys, &access, now).unwrap();
    assert_eq!((&claims.sub, claims.token_use), (&ada.0, Use::Access));
    let id = verify(&tokens.id_token, &keys, &pool.expected(Use::Id), now).unwrap();
    assert_eq!(id.sub, ada.0);
    let bad = |token: &str, expected: &Expected, now| verify(token, &keys, expected, now).unwrap_err();
    assert_eq!(bad(&tokens.id_token, &access, now), BadToken::ForOther, "an ID token opens no API");
    assert_eq!(bad(&tokens.access_token, &pool.expected(Use::Id), now), BadToken::ForOther);
    let other_client = Expected { client: make_client(&pool.id), ..access.clone() };
    assert_eq!(bad(&tokens.access_token, &other_client, now), BadToken::ForOther);
    let other_pool = Expected { issuer: format!("{}x", access.issuer), ..access.clone() };
    assert_eq!(bad(&tokens.access_token, &other_pool, now), BadToken::ForOther);
    let at = |second: i64| Timestamp::from_second(second).unwrap();
    assert!(verify(&tokens.access_token, &keys, &access, at(claims.exp + 59)).is_ok(), "clocks may be a minute apart");
    assert_eq!(bad(&tokens.access_token, &access, at(claims.exp + 60)), BadToken::OutOfTime);
    assert!(verify(&tokens.access_token, &keys, &access, at(claims.iat - 60)).is_ok());
    assert_eq!(bad(&tokens.access_token, &access, at(claims.iat - 61)), BadToken::OutOfTime);
}

#[tokio::test]
async fn forged_tokens_are_found_out() {
    let (pool, _, tokens) = Pool::with_ada().await;
    let (keys, now, token) = (pool.keys(), Timestamp::now(), tokens.access_token.as_str());
    let bad = |token: &str| verify(token, &keys, &pool.expected(Use::Access), now).unwrap_err();
    assert_eq!(bad(&with_part(token, 2, |signature| signature[40] ^= 1)), BadToken::Forged);
    let other_sub = |bytes: &mut Vec<u8>| {
        let mut payload: Value = serde_json::from_slice(bytes).unwrap();
        payload["sub"] = "somebody else".into();
        *bytes = payload.to_string().into();
    };
    assert_eq!(bad(&with_part(token, 1, other_sub)), BadToken::Forged);
    assert_eq!(bad(&with_part(token, 2, Vec::clear)), BadToken::Forged);
    assert_eq!(bad(&with_header(token, "kid", "another")), BadToken::UnknownKey);
    for algorithm in ["none", "None", "HS256", "RS384", "PS256", "ES256"] {
        assert_eq!(bad(&with_header(token, "alg", algorithm)), BadToken::Malformed, "{algorithm}");
    }
    // The public key as the secret of a symmetric algorithm.
    let header = jsonwebtoken::decode_header(token).unwrap();
    let AlgorithmParameters::RSA(public) = &keys.find(&header.kid.clone().unwrap()).unwrap().algorithm else {
        panic!()
    };
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    let header = Header { kid: header.kid, ..Header::new(Algorithm::HS256) };
    let confused = jsonwebtoken::encode(&header, &payload, &EncodingKey::from_secret(public.n.as_bytes())).unwrap();
    assert_eq!(bad(&confused), BadToken::Malformed);
    for none in ["", ".", "..", "a.b.c", "é", &token[..token.len() / 2], &format!("{token}.x"), &"x".repeat(100_000)] {
        assert_eq!(bad(none), BadToken::Malformed, "{none:.20}");
    }
}

#[tokio::test]
async fn keys_are_fetched_once_and_for_an_unknown_one_again_after_a_while() {
    let (pool, ada, tokens) = Pool::with_ada().await;
    let (asked, url) = counted(pool.keys_url()).await;
    let clock = Arc::new(TestClock::default());
    clock.advance(Timestamp::now().duration_since(domain::ports::Clock::now(clock.as_ref())));
    let keys = PoolKeys::new(url, clock.clone());
    let expected = pool.expected(Use::Access);
    let count = || asked.load(std::sync::atomic::Ordering::SeqCst);
    for _ in 0..3 {
        assert_eq!(keys.verify(&tokens.access_token, &expected).await.unwrap().unwrap().sub, ada.0);
    }
    assert_eq!(count(), 1);
    let unknown = with_header(&tokens.access_token, "kid", "another");
    for _ in 0..3 {
        assert_eq!(keys.verify(&unknown, &expected).await.unwrap(), Err(BadToken::UnknownKey));
    }
    assert_eq!(count(), 1, "whoever forges does not make us ask");
    clock.advance(SignedDuration::from_mins(5));
    assert_eq!(keys.verify(&unknown, &expected).await.unwrap(), Err(BadToken::UnknownKey));
    assert_eq!(count(), 2, "it may be a new one");
    let nowhere = PoolKeys::new(format!("{}/nowhere", endpoint()), clock);
    assert!(nowhere.verify(&tokens.access_token, &expected).await.is_err(), "without keys nothing is true");
}

/// An address that gives what another one does, and counts.
async fn counted(of: String) -> (Arc<std::sync::atomic::AtomicU32>, String) {
    let asked = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let counter = asked.clone();
    let give = move || {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let of = of.clone();
        let get = move || agent().get(of).call().unwrap().body_mut().read_to_string().unwrap();
        async { tokio::task::spawn_blocking(get).await.unwrap() }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/keys", axum::routing::get(give));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (asked, url)
}

#[tokio::test]
async fn tokens_are_refreshed_until_the_session_is_ended() {
    let (pool, ada, tokens) = Pool::with_ada().await;
    let refresh = tokens.refresh_token.unwrap();
    let fresh = pool.identity.refresh(&refresh).await.unwrap().unwrap();
    let claims = verify(&fresh.access_token, &pool.keys(), &pool.expected(Use::Access), Timestamp::now()).unwrap();
    assert_eq!((claims.sub, fresh.expires_in > 0), (ada.0.clone(), true));
    let elsewhere = pool.sign_in(ADA.1).await.unwrap().refresh_token.unwrap();
    pool.identity.sign_out(&refresh).await.unwrap();
    assert!(pool.identity.refresh(&refresh).await.unwrap().is_none());
    assert!(pool.identity.refresh(&elsewhere).await.unwrap().is_some(), "another session goes on");
    pool.identity.sign_out(&refresh).await.unwrap();
    pool.identity.sign_out("no token").await.unwrap();
    assert!(pool.identity.refresh("no token").await.unwrap().is_none());
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    pool.identity.sign_out_everywhere(&ada).await.unwrap();
    assert!(pool.identity.refresh(&elsewhere).await.unwrap().is_none(), "all sessions are over");
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let again = pool.sign_in(ADA.1).await.unwrap().refresh_token.unwrap();
    assert!(pool.identity.refresh(&again).await.unwrap().is_some(), "a new one is not");
    pool.identity.sign_out_everywhere(&Subject("nobody".into())).await.unwrap();
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_and_strangers_learn_nothing() {
    let (pool, _, _) = Pool::with_ada().await;
    pool.identity.forgot_password("nobody@example.org").await.unwrap();
    pool.identity.forgot_password(" ADA@example.org").await.unwrap();
    let set = pool.identity.reset_password("nobody@example.org", "123456", "the second password").await.unwrap();
    assert!(!set, "there is nobody");
    // The emulator takes any code; that a wrong one is refused is left to AWS.
    assert!(pool.identity.reset_password(ADA.0, "123456", "the second password").await.unwrap());
    assert!(pool.sign_in(ADA.1).await.is_none());
    assert!(pool.sign_in("the second password").await.is_some());
}

#[tokio::test]
async fn an_account_whose_making_broke_off_is_finished_by_making_it_again() {
    let pool = make_pool();
    let email = json!([{ "Name": "email", "Value": ADA.0 }, { "Name": "email_verified", "Value": "true" }]);
    let half =
        json!({ "UserPoolId": pool.id, "Username": ADA.0, "MessageAction": "SUPPRESS", "UserAttributes": email });
    administer("AdminCreateUser", &half);
    let ada = pool.identity.create(ADA.0, ADA.1).await.unwrap();
    assert_eq!(pool.identity.verify(ADA.0, ADA.1).await.unwrap(), Some(ada));
    assert!(pool.identity.create(ADA.0, "another password").await.is_err(), "a whole one is not taken over");
}
