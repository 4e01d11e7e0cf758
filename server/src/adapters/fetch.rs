//! Outgoing HTTP. Names are resolved once, every address is judged, and the connection goes to a judged address, so that
//! a name cannot lead into the host's own network, by a redirect or by answering differently the second time.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use async_trait::async_trait;
use domain::ports::{Fetch, FetchError, Fetched};
use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, ResponseExt as _, http::Uri};

/// All redirects and the whole body together.
const TIMEOUT: Duration = Duration::from_secs(10);
const REDIRECTS: u32 = 5;

/// Which addresses may be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressPolicy {
    /// Those that anybody on the internet can reach.
    Public,
    /// Any: for tests against this machine only.
    Any,
}

/// The way out for HTTP.
pub struct HttpFetch {
    agent: Agent,
}

impl HttpFetch {
    /// Under this policy.
    pub fn new(policy: AddressPolicy) -> Self {
        Self::with_timeout(policy, TIMEOUT)
    }

    fn with_timeout(policy: AddressPolicy, timeout: Duration) -> Self {
        let config = Config::builder()
            .timeout_global(Some(timeout))
            .max_redirects(REDIRECTS)
            .http_status_as_error(false)
            // A proxy would resolve names itself.
            .proxy(None)
            .max_idle_connections(0)
            .user_agent(concat!("commonplace/", env!("CARGO_PKG_VERSION")))
            .build();
        let resolver = JudgingResolver { inner: DefaultResolver::default(), policy };
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), resolver) }
    }
}

#[async_trait]
impl Fetch for HttpFetch {
    async fn get(&self, url: &str, max_bytes: usize) -> Result<Fetched, FetchError> {
        let uri: Uri = url.parse().map_err(|_| FetchError::Forbidden)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(FetchError::Forbidden);
        }
        let agent = self.agent.clone();
        let fetched = tokio::task::spawn_blocking(move || fetch(&agent, uri, max_bytes)).await;
        fetched.map_err(|error| FetchError::Failed(error.to_string()))?.map_err(in_words)
    }
}

fn fetch(agent: &Agent, uri: Uri, max_bytes: usize) -> Result<Fetched, ureq::Error> {
    let mut response = agent.get(uri).call()?;
    let url = response.get_uri().to_string();
    let status = response.status().as_u16();
    let media_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().to_owned();
    // The limit is met at the byte after the last that is allowed.
    let body = response.body_mut().with_config().limit(max_bytes as u64 + 1).read_to_vec()?;
    if body.len() > max_bytes {
        return Err(ureq::Error::BodyExceedsLimit(max_bytes as u64));
    }
    Ok(Fetched { url, status, media_type, body })
}

fn in_words(error: ureq::Error) -> FetchError {
    match error {
        ureq::Error::BodyExceedsLimit(_) => FetchError::TooLarge,
        ureq::Error::Timeout(_) => FetchError::TimedOut,
        ureq::Error::Other(error) if error.is::<Judged>() => FetchError::Forbidden,
        other => FetchError::Failed(other.to_string()),
    }
}

#[derive(Debug)]
struct JudgingResolver {
    inner: DefaultResolver,
    policy: AddressPolicy,
}

#[derive(Debug, thiserror::Error)]
#[error("the policy forbids that address")]
struct Judged;

impl Resolver for JudgingResolver {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let addresses = self.inner.resolve(uri, config, timeout)?;
        let allowed = |ip| self.policy == AddressPolicy::Any || is_public(ip);
        if addresses.iter().any(|address| !allowed(address.ip())) {
            return Err(ureq::Error::Other(Box::new(Judged)));
        }
        Ok(addresses)
    }
}

/// True for addresses that are reachable by everybody (IANA's special-purpose registries).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = matches!(
        (a, b, c),
        // This network, private, shared (CGNAT), loopback, link-local.
        (0 | 10 | 127, ..) | (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _)
        // Protocol assignments, documentation, 6to4 relays, benchmarks; multicast, reserved and broadcast.
        | (192, 0, 0 | 2) | (192, 88, 99) | (198, 18..=19, _) | (198, 51, 100) | (203, 0, 113) | (224..=255, ..)
    );
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    let carried = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match segments {
        // IPv4 in IPv6: mapped, compatible, translated (NAT64), 6to4. Judged by what it carries.
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => is_public_v4(carried(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => is_public_v4(carried(high, low)),
        [0x2002, high, low, ..] => is_public_v4(carried(high, low)),
        // Teredo and the rest of the protocol assignments, documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Only 2000::/3 is handed out as global unicast: this leaves out loopback, local, link-local and multicast.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests;
