//! Tokens that Cognito signed (RFC 7519; its own "Verifying JSON web tokens"): whose, for whom, for what, until when.

use domain::ports::{PortError, PortResult, Subject};
use jiff::Timestamp;
use jsonwebtoken::jwk::{AlgorithmParameters, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// For an API.
    Access,
    /// To say who somebody is.
    Id,
}

/// What a token must say.
#[derive(Clone, Debug)]
pub struct Expected {
    /// `https://cognito-idp.{region}.amazonaws.com/{pool}`.
    pub issuer: String,
    /// The application client.
    pub client: String,
    /// What it is for.
    pub token_use: Use,
}

/// What a token says that was found true.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Claims {
    /// The account.
    pub sub: String,
    /// What it is for.
    pub token_use: Use,
    /// Seconds since 1970.
    pub exp: i64,
    /// Seconds since 1970.
    pub iat: i64,
    /// What an access token allows, with spaces between.
    #[serde(default)]
    pub scope: String,
    iss: String,
    /// The client, in an access token.
    #[serde(default)]
    client_id: Option<String>,
    /// The client, in an ID token.
    #[serde(default)]
    aud: Option<String>,
}

/// Why a token counts for nothing. Its sender is told only that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// It is none, or not signed as Cognito does.
    #[error("it is not a token that this pool makes")]
    Malformed,
    /// Its key is none of the pool's that we know.
    #[error("its key is unknown")]
    UnknownKey,
    /// Somebody else signed it, or changed it.
    #[error("its signature is wrong")]
    Forged,
    /// Made by another pool, for another client, or for something else.
    #[error("it is for something else")]
    ForOther,
    /// Over, or from the future.
    #[error("its time is over")]
    OutOfTime,
}

/// How far clocks may be apart, seconds.
const SKEW: i64 = 60;

/// Checks a token.
///
/// # Errors
/// [`BadToken`].
pub fn verify(token: &str, keys: &JwkSet, expected: &Expected, now: Timestamp) -> Result<Claims, BadToken> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| BadToken::Malformed)?;
    // Asked before the key is: a public key must never serve as the secret of another algorithm.
    if header.alg != Algorithm::RS256 {
        return Err(BadToken::Malformed);
    }
    let kid = header.kid.ok_or(BadToken::Malformed)?;
    let key = keys.find(&kid).ok_or(BadToken::UnknownKey)?;
    if !matches!(key.algorithm, AlgorithmParameters::RSA(_)) {
        return Err(BadToken::Malformed);
    }
    let key = DecodingKey::from_jwk(key).map_err(|_| BadToken::Malformed)?;
    let mut signature_only = Validation::new(Algorithm::RS256);
    // What follows is checked below, against our own clock.
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    signature_only.required_spec_claims.clear();
    let decoded = jsonwebtoken::decode::<Claims>(token, &key, &signature_only);
    let claims = decoded.map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::InvalidSignature => BadToken::Forged,
        _ => BadToken::Malformed,
    })?;
    let claims = claims.claims;
    let client = match claims.token_use {
        Use::Access => &claims.client_id,
        Use::Id => &claims.aud,
    };
    let ours = claims.iss == expected.issuer
        && claims.token_use == expected.token_use
        && client.as_deref() == Some(expected.client.as_str());
    if !ours {
        return Err(BadToken::ForOther);
    }
    let now = now.as_second();
    if claims.exp.saturating_add(SKEW) <= now || claims.iat.saturating_sub(SKEW) > now {
        return Err(BadToken::OutOfTime);
    }
    Ok(claims)
}

/// The subject of a token that Cognito itself has just answered with.
pub(super) fn subject_of_our_own(token: &str) -> PortResult<Subject> {
    let mut nothing = Validation::new(Algorithm::RS256);
    nothing.insecure_disable_signature_validation();
    nothing.validate_exp = false;
    nothing.validate_aud = false;
    nothing.required_spec_claims.clear();
    let decoded = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&[]), &nothing);
    let claims = decoded.map_err(PortError::failed("read a token of Cognito's"))?.claims;
    Ok(Subject(claims.sub))
}
