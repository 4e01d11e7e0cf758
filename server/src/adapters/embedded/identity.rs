//! Passwords as argon2id hashes, kept as items in the `users` table, so that a backup holds them.
//!
//! `identity#email#{folded}` names the subject and holds the hash: a sign-in reads one item. `identity#subject#{subject}`
//! says which address that is.

use std::sync::Arc;

use argon2::password_hash::{Salt, SaltString};
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version};
use async_trait::async_trait;
use domain::ports::{Clock, Expect, Identity, Key, PortError, PortResult, Records, Subject, Table, Write};
use domain::table::{self, Stored};
use serde::{Deserialize, Serialize};
use shared::accounts::fold_email;
use shared::limits;
use tokio::sync::Semaphore;

/// The keeper of credentials.
pub struct RecordsIdentity {
    records: Arc<dyn Records>,
    clock: Arc<dyn Clock>,
    hashing: Arc<Semaphore>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Credential {
    subject: String,
    /// A PHC string.
    hash: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    email: String,
}

/// OWASP's second choice of equal strength (Password Storage Cheat Sheet, 2025): 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// At most so many hashes are computed at once, each with its memory; so many callers may wait.
const AT_ONCE: usize = 2;
const WAITING: usize = 32;

/// No password's hash: what an unknown address's password is compared with, so that it takes as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$OHz/T5wFtSDd0tYNDhDzsQ$1yfFkijxBA82yA5WxMqQYJCOWBLJ2DZBYAmWrJiMc9M";

impl RecordsIdentity {
    /// Over these records.
    pub fn new(records: Arc<dyn Records>, clock: Arc<dyn Clock>) -> Self {
        Self { records, clock, hashing: Arc::new(Semaphore::new(AT_ONCE + WAITING)) }
    }

    async fn read<T: serde::de::DeserializeOwned>(&self, key: &Key) -> PortResult<Option<Stored<T>>> {
        self.records.get(key).await?.map(table::decode).transpose()
    }

    async fn hash(&self, password: &str) -> PortResult<String> {
        let secret = self.clock.secret();
        let password = password.to_owned();
        let hash = move || -> Result<String, argon2::password_hash::Error> {
            let salt = SaltString::encode_b64(&secret[..Salt::RECOMMENDED_LENGTH])?;
            Ok(argon2()?.hash_password(password.as_bytes(), &salt)?.to_string())
        };
        self.compute(hash).await?.map_err(|error| PortError::failed("hash a password")(error.to_string()))
    }

    async fn matches(&self, hash: String, password: &str) -> PortResult<bool> {
        let password = password.to_owned();
        let verify = move || {
            let hash = PasswordHash::new(&hash)?;
            match argon2()?.verify_password(password.as_bytes(), &hash) {
                Ok(()) => Ok(true),
                Err(argon2::password_hash::Error::Password) => Ok(false),
                Err(other) => Err(other),
            }
        };
        self.compute(verify).await?.map_err(|error| PortError::failed("compare a password")(error.to_string()))
    }

    /// Computes on a thread that may block, a few at once; `Busy` when too many wait.
    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> PortResult<T> {
        let _waiting = self.hashing.try_acquire().map_err(|_| PortError::Busy { retry_after: 2 })?;
        static RUNNING: Semaphore = Semaphore::const_new(AT_ONCE);
        let _running = RUNNING.acquire().await.map_err(PortError::failed("wait for a hash"))?;
        tokio::task::spawn_blocking(work).await.map_err(PortError::failed("hash"))
    }
}

fn argon2() -> Result<Argon2<'static>, argon2::Error> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, LANES, None)?))
}

fn email_key(email: &str) -> Key {
    Key::new(Table::Users, format!("identity#email#{}", fold_email(email)), "credential")
}

fn subject_key(subject: &Subject) -> Key {
    Key::new(Table::Users, format!("identity#subject#{}", subject.0), "holder")
}

#[async_trait]
impl Identity for RecordsIdentity {
    async fn create(&self, email: &str, password: &str) -> PortResult<Subject> {
        let subject = Subject(format!("{:032x}", self.clock.id()));
        let credential = Credential { subject: subject.0.clone(), hash: self.hash(password).await? };
        let holder = Holder { email: fold_email(email) };
        let writes = vec![
            table::put(email_key(email), &credential, Expect::Absent)?.into(),
            table::put(subject_key(&subject), &holder, Expect::Absent)?.into(),
        ];
        self.records.transact(writes).await?;
        Ok(subject)
    }

    async fn verify(&self, email: &str, password: &str) -> PortResult<Option<Subject>> {
        if password.len() > limits::PASSWORD_BYTES_MAX {
            return Ok(None);
        }
        let stored = self.read::<Credential>(&email_key(email)).await?.map(|stored| stored.doc);
        let (hash, subject) = stored.map_or((NOBODY.into(), None), |found| (found.hash, Some(found.subject)));
        let right = self.matches(hash, password).await?;
        Ok(subject.filter(|_| right).map(Subject))
    }

    async fn set_password(&self, subject: &Subject, password: &str) -> PortResult<()> {
        let hash = self.hash(password).await?;
        let holder = self.read::<Holder>(&subject_key(subject)).await?.ok_or(PortError::Absent)?;
        let key = email_key(&holder.doc.email);
        let credential = self.read::<Credential>(&key).await?.ok_or(PortError::Absent)?;
        let changed = Credential { hash, ..credential.doc };
        self.records.put(table::put(key, &changed, Expect::Version(credential.version))?).await.map(drop)
    }

    async fn set_email(&self, subject: &Subject, email: &str) -> PortResult<()> {
        let holder = self.read::<Holder>(&subject_key(subject)).await?.ok_or(PortError::Absent)?;
        let new = Holder { email: fold_email(email) };
        if new.email == holder.doc.email {
            return Ok(());
        }
        let old_key = email_key(&holder.doc.email);
        let credential = self.read::<Credential>(&old_key).await?.ok_or(PortError::Absent)?;
        let writes = vec![
            Write::Delete { key: old_key, expect: Expect::Version(credential.version) },
            table::put(email_key(email), &credential.doc, Expect::Absent)?.into(),
            table::put(subject_key(subject), &new, Expect::Version(holder.version))?.into(),
        ];
        self.records.transact(writes).await
    }

    async fn delete(&self, subject: &Subject) -> PortResult<()> {
        let key = subject_key(subject);
        let Some(holder) = self.read::<Holder>(&key).await? else { return Ok(()) };
        let writes = vec![
            Write::Delete { key: email_key(&holder.doc.email), expect: Expect::Any },
            Write::Delete { key, expect: Expect::Version(holder.version) },
        ];
        self.records.transact(writes).await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_address_costs_as_much_as_a_known_one() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        assert_eq!(cost(&Params::try_from(&nobody).unwrap()), cost(argon2().unwrap().params()));
        assert_eq!(nobody.hash.unwrap().len(), Params::DEFAULT_OUTPUT_LEN);
        assert_eq!(nobody.algorithm, Algorithm::Argon2id.ident());
        assert!(argon2().unwrap().verify_password(b"", &nobody).is_err());
    }
}
