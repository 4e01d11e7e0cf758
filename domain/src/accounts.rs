//! Accounts: claiming a home, signing in and out, sessions, rescue. Keys and access patterns are listed in `accounts/keys.rs`.

use jiff::Timestamp;
use shared::accounts::Person;
use shared::ids::PersonId;
use shared::{Result, Viewer};

use crate::Site;

mod attempts;
mod claim;
mod keys;
mod password;
mod secret;
mod sessions;
mod sign_in;

#[cfg(test)]
mod tests;

pub use claim::{claim, claim_kind, new_claim_token};
pub use password::change_password;
pub use sessions::{revoke, session, sessions};
pub use sign_in::{sign_in, sign_out};

/// A session that has just begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// For the cookie; the store keeps only its hash.
    pub token: String,
    /// When it ends without use.
    pub expires: Timestamp,
    /// Whose it is.
    pub person: Person,
}

/// Who asks, as far as a cookie tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// For the rule.
    pub viewer: Viewer,
    /// Whose it is.
    pub person: Person,
    /// [`shared::accounts::SessionSummary::id`].
    pub id: String,
    /// When it ends now, if this very use renewed it: the cookie should live as long.
    pub renewed: Option<Timestamp>,
}

/// Where a sign-in comes from, for limits and the list of sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address; IPv6 counts by its /64.
    pub address: String,
    /// The `user-agent` header.
    pub agent: String,
}

/// What a claim link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// The home has no owner: the form asks name, e-mail and password.
    Claim,
    /// It has one, who is locked out: the form asks a new password (and shows name and e-mail to change).
    Rescue,
}

/// True once somebody claimed this home.
///
/// # Errors
/// Those of the store.
pub async fn is_claimed(site: &Site) -> Result<bool> {
    Ok(keys::owner(site).await?.is_some())
}

/// The owner as a viewer, for commands of the operator. Ugly on purpose: whoever runs the binary has the data anyway. A
/// home that nobody claimed yet has an owner too: whoever will.
///
/// # Errors
/// Those of the store.
pub async fn owner_unchecked(site: &Site) -> Result<Viewer> {
    let owner = keys::owner(site).await?;
    Ok(Viewer::Owner(owner.unwrap_or(PersonId::from_u128(0))))
}
