//! Sessions: beginning, recognising, renewing, listing and ending them.

use jiff::{SignedDuration, Timestamp};
use shared::accounts::SessionSummary;
use shared::limits::{AGENT_CHARS, BATCH_ITEMS, SESSION_DAYS};
use shared::page::Page;
use shared::{Error, Result, Viewer};

use super::keys::{self, Account, SESSION, SessionDoc};
use super::{NewSession, Origin, Session, secret};
use crate::Site;
use crate::ports::{Expect, Key, PortError, Query, Range, Record, Table, Write};
use crate::table::{self, decode};

/// A session in use is written again at most this often.
const RENEW_AFTER: SignedDuration = SignedDuration::from_hours(1);

fn expiry(now: Timestamp) -> Timestamp {
    now + SignedDuration::from_hours(SESSION_DAYS * 24)
}

/// A fresh session, and the write that stores it.
pub(super) fn begin(site: &Site, account: &Account, origin: &Origin) -> Result<(NewSession, Write)> {
    let now = site.clock.now();
    let token = secret::session_token(account.person.id, site.clock.secret());
    let agent = origin.agent.chars().filter(|c| !c.is_control()).take(AGENT_CHARS).collect();
    let doc = SessionDoc { created: now, used: now, until: expiry(now), epoch: account.epoch, agent };
    let key = keys::session_key(account.person.id, &secret::hash(&token));
    let put = table::put(key, &doc, Expect::Absent)?.expiring(doc.until);
    Ok((NewSession { token, expires: doc.until, person: account.person.clone() }, put.into()))
}

/// Who this token speaks for; `None` for one that is forged, ended or expired. One round trip; renews the expiry at most
/// once an hour.
///
/// # Errors
/// Those of the store.
pub async fn session(site: &Site, token: &str) -> Result<Option<Session>> {
    let Some(person) = secret::person_of(token) else { return Ok(None) };
    let id = secret::hash(token);
    let key = keys::session_key(person, &id);
    let found = site.records.batch_get(&[keys::account_key(person), key.clone()]).await?;
    let Ok([Some(account), Some(record)]) = <[Option<Record>; 2]>::try_from(found) else { return Ok(None) };
    let account = decode::<Account>(account)?.doc;
    let stored = decode::<SessionDoc>(record)?;
    let now = site.clock.now();
    if !is_live(&stored.doc, &account, now) {
        return Ok(None);
    }
    let mut renewed = None;
    if now.duration_since(stored.doc.used) >= RENEW_AFTER {
        renewed = renew(site, key, stored.version, SessionDoc { used: now, until: expiry(now), ..stored.doc }).await?;
    }
    Ok(Some(Session { viewer: account.viewer(), person: account.person, id, renewed }))
}

fn is_live(session: &SessionDoc, account: &Account, now: Timestamp) -> bool {
    session.until > now && session.epoch == account.epoch
}

/// Another request may have renewed or ended it meanwhile: then theirs stands.
async fn renew(site: &Site, key: Key, version: u64, doc: SessionDoc) -> Result<Option<Timestamp>> {
    let put = table::put(key, &doc, Expect::Version(version))?.expiring(doc.until);
    match site.records.put(put).await {
        Ok(_) => Ok(Some(doc.until)),
        Err(PortError::Conflict) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The viewer's own sessions, last used first, at most a hundred.
///
/// # Errors
/// [`Error::Denied`] to visitors, and those of the store.
pub async fn sessions(site: &Site, viewer: &Viewer) -> Result<Page<SessionSummary>> {
    let account = own_account(site, viewer).await?;
    let now = site.clock.now();
    let mut items = Vec::new();
    for record in stored(site, &account).await? {
        let id = record.key.sk.trim_start_matches(SESSION).to_owned();
        let doc = decode::<SessionDoc>(record)?.doc;
        if is_live(&doc, &account, now) {
            items.push(SessionSummary { id, created: doc.created, used: doc.used, agent: doc.agent });
        }
    }
    items.sort_by(|a, b| b.used.cmp(&a.used).then_with(|| a.id.cmp(&b.id)));
    items.truncate(BATCH_ITEMS);
    Ok(Page { items, next: None })
}

/// Ends one of the viewer's own sessions; one that has ended already is no error.
///
/// # Errors
/// [`Error::Denied`] to visitors; [`Error::NotFound`] for what is no session's name.
pub async fn revoke(site: &Site, viewer: &Viewer, id: &str) -> Result<()> {
    let account = own_account(site, viewer).await?;
    if !secret::is_hash(id) {
        return Err(Error::NotFound);
    }
    Ok(site.records.delete(&keys::session_key(account.person.id, id), Expect::Any).await?)
}

async fn own_account(site: &Site, viewer: &Viewer) -> Result<Account> {
    let (Viewer::Owner(id) | Viewer::Member(id)) = viewer else { return Err(Error::Denied) };
    Ok(keys::account(site, *id).await?.ok_or(Error::Denied)?.doc)
}

/// Removes what a new epoch has ended already.
pub(super) async fn sweep(site: &Site, account: &Account) -> Result<()> {
    for record in stored(site, account).await? {
        let key = record.key.clone();
        if decode::<SessionDoc>(record)?.doc.epoch != account.epoch {
            site.records.delete(&key, Expect::Any).await?;
        }
    }
    Ok(())
}

async fn stored(site: &Site, account: &Account) -> Result<Vec<Record>> {
    let pk = keys::account_key(account.person.id).pk;
    let mut query = Query { range: Range::Prefix(SESSION.into()), ..Query::partition(Table::Users, pk) };
    let mut records = Vec::new();
    loop {
        let page = site.records.query(&query).await?;
        records.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(records);
        }
    }
}
