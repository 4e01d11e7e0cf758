//! What is stored of accounts, all in the table `users`.
//!
//! | to find | key | document |
//! | --- | --- | --- |
//! | the owner; there is one or none | `owner` / `owner` | [`Owner`] |
//! | the one claim or rescue link that works | `claim` / `token` | [`Claim`], expires |
//! | a person | `person#{id}` / `account` | [`Account`] |
//! | a person by the identity provider's name | `subject#{subject}` / `person` | [`Owner`] |
//! | a session, all of a person's sessions | `person#{id}` / `session#{hash}` | [`SessionDoc`], expires |
//! | failed sign-ins of an account | `sign-in#{hash of address}` / `attempts` | `Attempts`, expires |
//! | the same from where the account has signed in before | `sign-in#{hash}` / `attempts#{network}` | `Attempts`, expires |
//! | from where it has signed in before | `sign-in#{hash}` / `known#{network}` | empty, expires |
//! | failed sign-ins from a network address | `network#{network}` / `attempts` | `Attempts`, expires |

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::accounts::{Person, Role};
use shared::ids::PersonId;
use shared::{Result, Viewer};

use crate::Site;
use crate::ports::{Key, PortResult, Subject, Table};
use crate::table::Stored;

/// Names a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Owner {
    pub person: PersonId,
}

/// The link that works, by the hash of its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claim {
    pub hash: String,
    pub until: Timestamp,
}

/// A person and what only the domain needs to know of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Account {
    pub person: Person,
    pub subject: String,
    /// Sessions of another epoch are over: one write ends them all.
    pub epoch: u64,
}

/// A session; its key holds the hash of its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SessionDoc {
    pub created: Timestamp,
    pub used: Timestamp,
    pub until: Timestamp,
    pub epoch: u64,
    pub agent: String,
}

impl Account {
    pub fn viewer(&self) -> Viewer {
        match self.person.role {
            Role::Owner => Viewer::Owner(self.person.id),
            Role::Member => Viewer::Member(self.person.id),
        }
    }
}

fn users(pk: impl Into<String>, sk: impl Into<String>) -> Key {
    Key::new(Table::Users, pk, sk)
}

pub(super) fn owner_key() -> Key {
    users("owner", "owner")
}

pub(super) fn claim_key() -> Key {
    users("claim", "token")
}

pub(super) fn account_key(person: PersonId) -> Key {
    users(format!("person#{person}"), "account")
}

pub(super) fn subject_key(subject: &Subject) -> Key {
    users(format!("subject#{}", subject.0), "person")
}

pub(super) const SESSION: &str = "session#";

pub(super) fn session_key(person: PersonId, hash: &str) -> Key {
    users(format!("person#{person}"), format!("{SESSION}{hash}"))
}

/// All that concerns sign-ins of one e-mail address, whether or not it has an account.
pub(super) fn sign_in_pk(email_hash: &str) -> String {
    format!("sign-in#{email_hash}")
}

pub(super) const ATTEMPTS: &str = "attempts";

pub(super) fn attempts_key(email_hash: &str) -> Key {
    users(sign_in_pk(email_hash), ATTEMPTS)
}

pub(super) fn known_attempts_key(email_hash: &str, network: &str) -> Key {
    users(sign_in_pk(email_hash), format!("{ATTEMPTS}#{network}"))
}

pub(super) fn known_key(email_hash: &str, network: &str) -> Key {
    users(sign_in_pk(email_hash), format!("known#{network}"))
}

pub(super) fn network_key(network: &str) -> Key {
    users(format!("network#{network}"), ATTEMPTS)
}

/// The owner's id, once the home is claimed.
pub(super) async fn owner(site: &Site) -> PortResult<Option<PersonId>> {
    Ok(site.get::<Owner>(&owner_key()).await?.map(|stored| stored.doc.person))
}

/// A person's account.
pub(super) async fn account(site: &Site, person: PersonId) -> Result<Option<Stored<Account>>> {
    Ok(site.get(&account_key(person)).await?)
}
