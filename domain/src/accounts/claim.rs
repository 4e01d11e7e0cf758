//! The operator's links: claiming a home, and rescuing an owner who is locked out.

use jiff::Timestamp;
use shared::accounts::{NewOwner, Person, Role, fold_email};
use shared::ids::PersonId;
use shared::limits::CLAIM_HOURS;
use shared::{Error, Result};

use super::keys::{self, Account, Claim, Owner};
use super::{ClaimKind, NewSession, Origin, attempts, password, secret, sessions};
use crate::Site;
use crate::ports::{Expect, PortError, PortResult, Subject, Write};
use crate::table::{self, Stored};

/// The operator's right (whoever can run the binary beside the data): a fresh token for `/claim/{token}`; earlier ones
/// stop working. Good for 24 hours and one use.
///
/// # Errors
/// Those of the store.
pub async fn new_claim_token(site: &Site) -> Result<(String, ClaimKind)> {
    let token = secret::token(site.clock.secret());
    let until = site.clock.now() + jiff::SignedDuration::from_hours(CLAIM_HOURS);
    let claim = Claim { hash: secret::hash(&token), until };
    site.records.put(put_claim(&claim, Expect::Any)?).await?;
    Ok((token, kind(site).await?))
}

/// What a token is good for, without using it up; `NotFound` for one that is used, old or made up.
///
/// # Errors
/// [`Error::NotFound`], and those of the store.
pub async fn claim_kind(site: &Site, token: &str) -> Result<ClaimKind> {
    valid(site, token).await?;
    kind(site).await
}

/// Uses the token up: makes the owner, or sets the owner's new name, e-mail and password and ends all their sessions. A
/// refused input uses nothing up.
///
/// # Errors
/// [`Error::NotFound`] for a token that does not work; [`Error::Invalid`] or [`Error::TooLarge`] naming a field.
pub async fn claim(site: &Site, token: &str, owner: NewOwner, origin: Origin) -> Result<NewSession> {
    let claim = valid(site, token).await?;
    let owner = NewOwner { name: owner.name.trim().into(), email: owner.email.trim().into(), ..owner };
    owner.check()?;
    password::check_strength(site, &owner).await?;
    match keys::owner(site).await? {
        None => first(site, &claim, owner, &origin).await,
        Some(person) => rescue(site, &claim, person, owner, &origin).await,
    }
}

async fn kind(site: &Site) -> Result<ClaimKind> {
    Ok(if super::is_claimed(site).await? { ClaimKind::Rescue } else { ClaimKind::Claim })
}

async fn valid(site: &Site, token: &str) -> Result<Stored<Claim>> {
    let stored = site.get::<Claim>(&keys::claim_key()).await?.ok_or(Error::NotFound)?;
    let live = stored.doc.until > site.clock.now() && stored.doc.hash == secret::hash(token);
    if live { Ok(stored) } else { Err(Error::NotFound) }
}

fn put_claim(claim: &Claim, expect: Expect) -> PortResult<crate::ports::Put> {
    Ok(table::put(keys::claim_key(), claim, expect)?.expiring(claim.until))
}

fn use_up(claim: &Stored<Claim>) -> Write {
    Write::Delete { key: keys::claim_key(), expect: Expect::Version(claim.version) }
}

/// Makes the owner. The token goes in the same transaction as the owner comes, so two claims at once make one.
async fn first(site: &Site, claim: &Stored<Claim>, owner: NewOwner, origin: &Origin) -> Result<NewSession> {
    let (subject, made) = identity(site, &owner).await?;
    let id = PersonId::from_u128(site.clock.id());
    let now = site.clock.now();
    let name = owner.name.clone();
    let account = Account { person: person(id, owner, now), subject: subject.0.clone(), epoch: 0 };
    let (session, put_session) = sessions::begin(site, &account, origin)?;
    let writes = vec![
        use_up(claim),
        table::put(keys::owner_key(), &Owner { person: id }, Expect::Absent)?.into(),
        table::put(keys::account_key(id), &account, Expect::Absent)?.into(),
        table::put(keys::subject_key(&subject), &Owner { person: id }, Expect::Any)?.into(),
        put_session,
    ];
    match site.records.transact(writes).await {
        Ok(()) => {
            crate::settings::introduce(site, &name).await?;
            Ok(session)
        }
        Err(PortError::Conflict) => {
            if made == Made::Now {
                forget(site, &subject).await?;
            }
            Err(Error::NotFound)
        }
        Err(error) => Err(error.into()),
    }
}

fn person(id: PersonId, owner: NewOwner, created: Timestamp) -> Person {
    Person { id, name: owner.name, email: owner.email, role: Role::Owner, created }
}

/// Whether this claim made the identity or found it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    Now,
    Before,
}

/// A claim that was broken off after this step has left an identity: the same form sent again finds it.
async fn identity(site: &Site, owner: &NewOwner) -> Result<(Subject, Made)> {
    match site.identity.create(&owner.email, &owner.password).await {
        Ok(subject) => return Ok((subject, Made::Now)),
        Err(PortError::Conflict) => {}
        Err(error) => return Err(error.into()),
    }
    if let Some(subject) = site.identity.verify(&owner.email, &owner.password).await? {
        return Ok((subject, Made::Before));
    }
    if super::is_claimed(site).await? {
        return Err(Error::NotFound);
    }
    let reason = "An earlier claim that was broken off used this address with another password. Use that password, or another address.";
    Err(Error::invalid("email", reason))
}

/// The claim lost; its identity goes, unless the winner found and took it.
async fn forget(site: &Site, subject: &Subject) -> Result<()> {
    if site.get::<Owner>(&keys::subject_key(subject)).await?.is_none() {
        site.identity.delete(subject).await?;
    }
    Ok(())
}

/// Uses the token up and ends every session in one write, then changes the credentials; what the identity provider
/// refuses gives the token back.
async fn rescue(
    site: &Site,
    claim: &Stored<Claim>,
    id: PersonId,
    owner: NewOwner,
    origin: &Origin,
) -> Result<NewSession> {
    let Stored { version, doc: mut account } = keys::account(site, id).await?.ok_or(Error::Internal)?;
    account.epoch += 1;
    let locked = table::put(keys::account_key(id), &account, Expect::Version(version))?;
    match site.records.transact(vec![use_up(claim), locked.into()]).await {
        Err(PortError::Conflict) => return Err(Error::NotFound),
        other => other?,
    }
    if let Err(error) = change_credentials(site, &account, &owner).await {
        site.records.put(put_claim(&claim.doc, Expect::Absent)?).await?;
        return Err(error);
    }
    account.person = person(id, owner, account.person.created);
    let (session, put_session) = sessions::begin(site, &account, origin)?;
    let put_account = table::put(keys::account_key(id), &account, Expect::Version(version + 1))?;
    site.records.transact(vec![put_account.into(), put_session]).await?;
    attempts::forget(site, &account.person.email).await?;
    sessions::sweep(site, &account).await?;
    Ok(session)
}

async fn change_credentials(site: &Site, account: &Account, owner: &NewOwner) -> Result<()> {
    let subject = Subject(account.subject.clone());
    if fold_email(&owner.email) != fold_email(&account.person.email) {
        match site.identity.set_email(&subject, &owner.email).await {
            Err(PortError::Conflict) => return Err(Error::invalid("email", "Another account has this address.")),
            other => other?,
        }
    }
    site.identity.set_password(&subject, &owner.password).await?;
    Ok(())
}
