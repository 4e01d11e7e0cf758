//! Accounts: claiming a home, signing in and out, sessions, rescue.

use jiff::Timestamp;
use shared::accounts::{NewOwner, Person, SessionSummary};
use shared::page::Page;
use shared::{Result, Viewer};

use crate::Site;

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
    /// [`SessionSummary::id`].
    pub id: String,
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
pub async fn is_claimed(site: &Site) -> Result<bool> {
    todo!("{}", site.clock.id())
}

/// The operator's right (whoever can run the binary beside the data): a fresh token for `/claim/{token}`; earlier ones
/// stop working. Good for 24 hours and one use.
pub async fn new_claim_token(site: &Site) -> Result<(String, ClaimKind)> {
    todo!("{}", site.clock.id())
}

/// What a token is good for, without using it up; `NotFound` for one that is used, old or made up.
pub async fn claim_kind(site: &Site, token: &str) -> Result<ClaimKind> {
    todo!("{}{}", token, site.clock.id())
}

/// Uses the token up: makes the owner, or sets the owner's new name, e-mail and password and ends all their sessions. A
/// refused input uses nothing up.
pub async fn claim(site: &Site, token: &str, owner: NewOwner, origin: Origin) -> Result<NewSession> {
    todo!("{}{:?}{:?}{}", token, owner, origin, site.clock.id())
}

/// `Busy` after too many failures of this account or this address; `Invalid` on field `password` otherwise, the same
/// for an unknown address.
pub async fn sign_in(site: &Site, email: &str, password: &str, origin: Origin) -> Result<NewSession> {
    todo!("{}{}{:?}{}", email, password, origin, site.clock.id())
}

/// Ends the session of this token; one that is none is ended already.
pub async fn sign_out(site: &Site, token: &str) -> Result<()> {
    todo!("{}{}", token, site.clock.id())
}

/// Who this token speaks for; `None` for one that is forged, ended or expired. One round trip; renews the expiry at most
/// once an hour.
pub async fn session(site: &Site, token: &str) -> Result<Option<Session>> {
    todo!("{}{}", token, site.clock.id())
}

/// The viewer's own sessions.
pub async fn sessions(site: &Site, viewer: &Viewer) -> Result<Page<SessionSummary>> {
    todo!("{:?}{}", viewer, site.clock.id())
}

/// Ends one of the viewer's own sessions.
pub async fn revoke(site: &Site, viewer: &Viewer, id: &str) -> Result<()> {
    todo!("{:?}{}{}", viewer, id, site.clock.id())
}

/// Sets the password of the session's person after checking the present one, and ends their other sessions.
pub async fn change_password(site: &Site, session: &Session, present: &str, new: &str) -> Result<()> {
    todo!("{:?}{}{}{}", session, present, new, site.clock.id())
}

/// The owner as a viewer, for commands of the operator. Ugly on purpose: whoever runs the binary has the data anyway.
pub async fn owner_unchecked(site: &Site) -> Result<Viewer> {
    todo!("{}", site.clock.id())
}
