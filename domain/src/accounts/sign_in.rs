//! Signing in and out.

use shared::accounts::check_email;
use shared::limits::PASSWORD_BYTES_MAX;
use shared::{Error, Result};

use super::keys::{self, Account, Owner};
use super::{NewSession, Origin, attempts, secret, sessions};
use crate::Site;
use crate::ports::Expect;

/// `Busy` after too many failures of this account or this address; `Invalid` on field `password` otherwise, the same
/// for an unknown address.
///
/// # Errors
/// As said, and those of the store.
pub async fn sign_in(site: &Site, email: &str, password: &str, origin: Origin) -> Result<NewSession> {
    let attempt = attempts::begin(site, email, &origin.address).await?;
    let account = match verify(site, email, password).await {
        Ok(account) => account,
        Err(error) => {
            attempt.forgive(site).await?;
            return Err(error);
        }
    };
    let Some(account) = account else {
        return Err(Error::invalid("password", "This e-mail address and this password do not belong together."));
    };
    let (session, put_session) = sessions::begin(site, &account, &origin)?;
    let mut writes = attempt.succeeded()?;
    writes.push(put_session);
    site.records.transact(writes).await?;
    attempt.give_back(site).await?;
    Ok(session)
}

async fn verify(site: &Site, email: &str, password: &str) -> Result<Option<Account>> {
    if check_email(email).is_err() || password.len() > PASSWORD_BYTES_MAX {
        return Ok(None);
    }
    let Some(subject) = site.identity.verify(email.trim(), password).await? else { return Ok(None) };
    let Some(owner) = site.get::<Owner>(&keys::subject_key(&subject)).await? else { return Ok(None) };
    Ok(keys::account(site, owner.doc.person).await?.map(|stored| stored.doc))
}

/// Ends the session of this token; one that is none is ended already.
///
/// # Errors
/// Those of the store.
pub async fn sign_out(site: &Site, token: &str) -> Result<()> {
    let Some(person) = secret::person_of(token) else { return Ok(()) };
    Ok(site.records.delete(&keys::session_key(person, &secret::hash(token)), Expect::Any).await?)
}
