//! How often a sign-in may fail. Each attempt is counted before the password is looked at, so that a hundred at once are
//! no more than one after another, and taken back when it succeeds.
//!
//! An account's failures from networks where it has signed in before are counted apart: a stranger who keeps guessing
//! makes other strangers wait, and not the owner at home.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::accounts::fold_email;
use shared::limits::{SESSION_DAYS, SIGN_IN_ATTEMPTS, SIGN_IN_WAIT_SECONDS, SIGN_IN_WINDOW_SECONDS};
use shared::{Error, Result};
use std::net::{IpAddr, Ipv6Addr};

use super::keys;
use super::secret;
use crate::Site;
use crate::ports::{Expect, Key, PortError, PortResult, Query, Range, Record, Table, Write};
use crate::table::{self, Stored, decode};

/// Failures in a row, none more than [`SIGN_IN_WINDOW_SECONDS`] after the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Attempts {
    failures: u32,
    last: Timestamp,
}

impl Attempts {
    fn expires(self) -> Timestamp {
        self.last + SignedDuration::from_secs(SIGN_IN_WINDOW_SECONDS)
    }

    fn wait_until(self) -> Timestamp {
        let Some(more) = self.failures.checked_sub(SIGN_IN_ATTEMPTS) else { return self.last };
        let doubled = SIGN_IN_WAIT_SECONDS << more.min(16);
        self.last + SignedDuration::from_secs(doubled.min(SIGN_IN_WINDOW_SECONDS))
    }
}

/// A counter that this attempt has raised.
struct Counter {
    key: Key,
    before: u32,
    /// The version that raising it has stored.
    version: u64,
    now: Timestamp,
}

/// An attempt that is counted as failed until it is said not to be.
pub(super) struct Attempt {
    account: Counter,
    network: Counter,
    known: Key,
    /// The counter for strangers, where the other is for a known network.
    strangers: Option<Key>,
    now: Timestamp,
}

/// Concurrent attempts at one account that get in each other's way so often are too many.
const TRIES: u32 = 8;

/// Counts an attempt, unless the account or the network has to wait.
pub(super) async fn begin(site: &Site, email: &str, address: &str) -> Result<Attempt> {
    let email = secret::hash(&fold_email(email));
    let network = network(address);
    let keys = [
        keys::attempts_key(&email),
        keys::known_attempts_key(&email, &network),
        keys::network_key(&network),
        keys::known_key(&email, &network),
    ];
    for _ in 0..TRIES {
        let now = site.clock.now();
        let found = site.records.batch_get(&keys).await?;
        let is_known = found.get(3).is_some_and(Option::is_some);
        let mine = usize::from(is_known);
        let (account, put_account) = raise(&keys[mine], found.get(mine), now)?;
        let (network, put_network) = raise(&keys[2], found.get(2), now)?;
        match site.records.transact(vec![put_account, put_network]).await {
            Ok(()) => {
                let strangers = is_known.then(|| keys[0].clone());
                return Ok(Attempt { account, network, known: keys[3].clone(), strangers, now });
            }
            Err(PortError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Busy { retry_after: 1 })
}

fn raise(key: &Key, found: Option<&Option<Record>>, now: Timestamp) -> Result<(Counter, Write)> {
    let stored = found.and_then(Clone::clone).map(decode::<Attempts>).transpose()?;
    let version = stored.as_ref().map_or(0, |s| s.version);
    let expect = if version == 0 { Expect::Absent } else { Expect::Version(version) };
    let live = stored.filter(|s: &Stored<Attempts>| s.doc.expires() > now).map(|s| s.doc);
    if let Some(attempts) = live {
        let left = attempts.wait_until().duration_since(now);
        if left.is_positive() {
            let retry_after = u32::try_from((left.as_millis() + 999) / 1000).unwrap_or(u32::MAX);
            return Err(Error::Busy { retry_after });
        }
    }
    let before = live.map_or(0, |a| a.failures);
    let counter = Counter { key: key.clone(), before, version: version + 1, now };
    Ok((counter, store(key, Attempts { failures: before.saturating_add(1), last: now }, expect)?))
}

fn store(key: &Key, attempts: Attempts, expect: Expect) -> PortResult<Write> {
    Ok(table::put(key.clone(), &attempts, expect)?.expiring(attempts.expires()).into())
}

impl Counter {
    /// Takes this attempt back; others that were counted since stay counted, and this one with them.
    async fn lower(&self, site: &Site) -> Result<()> {
        let expect = Expect::Version(self.version);
        let write = match self.before {
            0 => Write::Delete { key: self.key.clone(), expect },
            failures => store(&self.key, Attempts { failures, last: self.now }, expect)?,
        };
        match site.records.transact(vec![write]).await {
            Err(PortError::Conflict) => Ok(()),
            other => Ok(other?),
        }
    }
}

impl Attempt {
    /// The writes that go with a success: the account starts anew and the network is known.
    pub(super) fn succeeded(&self) -> PortResult<Vec<Write>> {
        let until = self.now + SignedDuration::from_hours(SESSION_DAYS * 24);
        let known = table::put(self.known.clone(), &serde_json::json!({}), Expect::Any)?.expiring(until);
        let anew = self.strangers.iter().chain([&self.account.key]);
        let mut writes: Vec<Write> = anew.map(|key| Write::Delete { key: key.clone(), expect: Expect::Any }).collect();
        writes.push(known.into());
        Ok(writes)
    }

    /// After a success: the network gets this attempt back.
    pub(super) async fn give_back(&self, site: &Site) -> Result<()> {
        self.network.lower(site).await
    }

    /// Takes the attempt back because something of ours broke.
    pub(super) async fn forgive(&self, site: &Site) -> Result<()> {
        self.account.lower(site).await?;
        self.network.lower(site).await
    }
}

/// Forgets the failures of an account: its owner was rescued.
pub(super) async fn forget(site: &Site, email: &str) -> Result<()> {
    let pk = keys::sign_in_pk(&secret::hash(&fold_email(email)));
    let query = Query { range: Range::Prefix(keys::ATTEMPTS.into()), ..Query::partition(Table::Users, pk) };
    for record in site.records.query(&query).await?.items {
        site.records.delete(&record.key, Expect::Any).await?;
    }
    Ok(())
}

/// What counts as one network: an IPv4 address, or the half of an IPv6 address that its holder cannot choose.
fn network(address: &str) -> String {
    let v6 = |ip: Ipv6Addr| {
        let [a, b, c, d, ..] = ip.segments();
        format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
    };
    match address.trim().parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Ok(IpAddr::V6(ip)) => ip.to_ipv4_mapped().map_or_else(|| v6(ip), |ip| ip.to_string()),
        Err(_) if address.trim().is_empty() => "unknown".into(),
        Err(_) => secret::hash(address.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_holder_is_one_network() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
    }

    #[test]
    fn the_wait_begins_at_the_limit_doubles_and_ends() {
        let wait = |failures| {
            let attempts = Attempts { failures, last: Timestamp::UNIX_EPOCH };
            attempts.wait_until().as_second()
        };
        assert_eq!(wait(SIGN_IN_ATTEMPTS - 1), 0);
        assert_eq!(wait(SIGN_IN_ATTEMPTS), SIGN_IN_WAIT_SECONDS);
        assert_eq!(wait(SIGN_IN_ATTEMPTS + 1), 2 * SIGN_IN_WAIT_SECONDS);
        assert_eq!(wait(SIGN_IN_ATTEMPTS + 5), SIGN_IN_WINDOW_SECONDS);
        assert_eq!(wait(u32::MAX), SIGN_IN_WINDOW_SECONDS);
    }
}
