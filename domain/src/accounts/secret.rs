//! Tokens: random, base64url (RFC 4648, 5) without padding; the store keeps their SHA-256 only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use shared::ids::PersonId;

/// Bytes of an id before the secret in a session's token.
const ID_BYTES: usize = 16;
/// Bytes of the secret.
const SECRET_BYTES: usize = 32;

/// A token of 256 bits.
pub(super) fn token(secret: [u8; SECRET_BYTES]) -> String {
    URL_SAFE_NO_PAD.encode(secret)
}

/// A session's token: 256 secret bits, and in front whose it is, so that person and session are found in one round trip.
pub(super) fn session_token(person: PersonId, secret: [u8; SECRET_BYTES]) -> String {
    let id = u128::from_str_radix(&person.to_string().replace('-', ""), 16).unwrap_or_default();
    let mut bytes = id.to_be_bytes().to_vec();
    bytes.extend_from_slice(&secret);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whose token it says it is; `None` for what has not the form of one.
pub(super) fn person_of(token: &str) -> Option<PersonId> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    if bytes.len() != ID_BYTES + SECRET_BYTES {
        return None;
    }
    let id: [u8; ID_BYTES] = bytes[..ID_BYTES].try_into().ok()?;
    Some(PersonId::from_u128(u128::from_be_bytes(id)))
}

/// SHA-256, hexadecimal.
pub(super) fn hash(text: &str) -> String {
    format!("{:x}", Sha256::digest(text.as_bytes()))
}

/// True for what [`hash`] answers, and nothing else.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
