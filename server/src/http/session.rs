//! Who asks, from where, and under which name the site is reached: cookies, sessions, proxies.

use std::net::{IpAddr, SocketAddr};

use app::context::Visit;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use domain::accounts::{NewSession, Origin, Session};
use shared::{Result, Viewer, limits};

use super::around::{Peer, RequestId};
use super::web::Web;

/// A request's sender.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    /// For the views.
    pub(super) visit: Visit,
    /// The session, where there is one.
    pub(super) session: Option<Session>,
    /// The session cookie's token, whether it is good or not.
    pub(super) token: Option<String>,
    /// For the limits on signing in.
    pub(super) from: Origin,
    /// Whether the visitor's side speaks HTTPS.
    pub(super) secure: bool,
}

impl Asker {
    /// Reads the request's head; asks the store only where there is a cookie.
    pub(super) async fn of(web: &Web, head: &Parts) -> Result<Self> {
        let headers = &head.headers;
        let secure = is_secure(web, head);
        let token = cookie(headers, cookie_name(secure));
        let session = match &token {
            Some(token) => domain::accounts::session(&web.site, token).await?,
            None => None,
        };
        let uri = &head.uri;
        let request_id = head.extensions.get::<RequestId>().map(|id| id.0.clone());
        let visit = Visit {
            viewer: session.as_ref().map_or(Viewer::Visitor, |session| session.viewer.clone()),
            person: session.as_ref().map(|session| session.person.clone()),
            session: session.as_ref().map(|session| session.id.clone()),
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            origin: origin(web, head),
            request_id: request_id.unwrap_or_default(),
        };
        let agent = text(headers, header::USER_AGENT.as_str()).unwrap_or_default();
        let agent = agent.chars().take(300).collect();
        let address = client(web, headers, peer(head)).map_or_else(String::new, |address| address.to_string());
        Ok(Self { visit, session, token, from: Origin { address, agent }, secure })
    }

    /// The `Set-Cookie` of a session whose end has moved.
    pub(super) fn renewed(&self) -> Option<HeaderValue> {
        self.session.as_ref()?.renewed?;
        Some(set_cookie(self.token.as_deref()?, limits::SESSION_DAYS * 86_400, self.secure))
    }

    /// From now on this session asks.
    pub(super) fn signed_in(&mut self, session: &NewSession) {
        self.visit.viewer = match session.person.role {
            shared::accounts::Role::Owner => Viewer::Owner(session.person.id),
            shared::accounts::Role::Member => Viewer::Member(session.person.id),
        };
        self.visit.person = Some(session.person.clone());
        self.token = Some(session.token.clone());
    }
}

/// Scheme and host for whole addresses.
pub(super) fn origin(web: &Web, head: &Parts) -> String {
    if let Some(url) = &web.options.url {
        return url.clone();
    }
    let scheme = if is_secure(web, head) { "https" } else { "http" };
    let host = host(web, &head.headers, peer(head)).unwrap_or_else(|| "localhost".into());
    format!("{scheme}://{host}")
}

/// Whether visitors come over HTTPS: as configured, or as a trusted proxy says.
pub(super) fn is_secure(web: &Web, head: &Parts) -> bool {
    if let Some(url) = &web.options.url {
        return url.starts_with("https:");
    }
    let proxied = trusts(web, peer(head)).then(|| text(&head.headers, "x-forwarded-proto")).flatten();
    proxied == Some("https")
}

/// The host visitors ask for: a trusted proxy's word, else `Host`. `None` when it is no host.
pub(super) fn host(web: &Web, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<String> {
    let proxied = trusts(web, peer).then(|| text(headers, "x-forwarded-host")).flatten();
    let host = proxied.or_else(|| text(headers, header::HOST.as_str()))?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    (!host.is_empty() && host.len() < 256 && host.bytes().all(plain)).then(|| host.to_ascii_lowercase())
}

/// The visitor's address: the first from the right of `X-Forwarded-For` that is no trusted proxy's.
fn client(web: &Web, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
    if !trusts(web, peer) {
        return peer;
    }
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let chain: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut nearest = peer;
    for hop in chain.iter().rev() {
        let Ok(address) = hop.parse() else { break };
        nearest = Some(address);
        if !trusts(web, nearest) {
            break;
        }
    }
    nearest
}

fn trusts(web: &Web, address: Option<IpAddr>) -> bool {
    address.is_some_and(|address| web.options.trusted_proxies.iter().any(|network| network.contains(address)))
}

/// The other end of the connection; none in tests that call the router.
pub(super) fn peer(head: &Parts) -> Option<IpAddr> {
    head.extensions.get::<Peer>().map(|Peer(address): &Peer| SocketAddr::ip(address))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// `__Host-` makes browsers refuse the cookie from any other host or path, and without `Secure`.
fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    pairs
        .filter(|(found, _)| *found == name)
        .map(|(_, value)| value)
        .find(|value| !value.is_empty() && value.len() <= 256 && value.bytes().all(plain))
        .map(str::to_owned)
}

/// The `Set-Cookie` of a session that has begun.
pub(super) fn begin(session: &NewSession, secure: bool) -> HeaderValue {
    set_cookie(&session.token, limits::SESSION_DAYS * 86_400, secure)
}

/// The `Set-Cookie` of a session that has ended.
pub(super) fn end(secure: bool) -> HeaderValue {
    set_cookie("", 0, secure)
}

fn set_cookie(value: &str, seconds: i64, secure: bool) -> HeaderValue {
    let name = cookie_name(secure);
    let flag = if secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{flag}");
    HeaderValue::from_str(&cookie).expect("a token is URL-safe text")
}
