//! Headers that harden every answer, and the rule against posts from other sites.
//!
//! The rule: a request that may change something is refused when the browser says that another site made it. Every
//! browser in use says so: `Sec-Fetch-Site` (on trustworthy addresses), else `Origin`, else `Referer`. Only `same-origin`
//! and `none` pass the first; the other two must name this host. A client that sends none of the three is no browser: no
//! page of another site can make it carry the owner's cookie, which is `SameSite=Lax` besides.

use std::sync::LazyLock;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::around::is_safe;
use super::web::Web;

/// Why a request is refused; `None` when it is not.
pub(super) fn refuses(web: &Web, head: &Parts) -> Option<&'static str> {
    if is_safe(&head.method) {
        return None;
    }
    let said = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = said("sec-fetch-site") {
        return (!matches!(site, "same-origin" | "none")).then_some("sec-fetch-site names another site");
    }
    if let Some(origin) = said("origin") {
        return (!is_ours(web, head, origin)).then_some("origin is another site's");
    }
    if let Some(referer) = said("referer") {
        return (!is_ours(web, head, referer)).then_some("referer is another site's");
    }
    None
}

/// Whether an address is on this site, as visitors reach it: the configured one, or the host this request names. The
/// scheme may differ: a proxy that ends TLS and says nothing of it is common.
fn is_ours(web: &Web, head: &Parts, address: &str) -> bool {
    let Ok(address) = url::Url::parse(address) else { return false };
    let origin = address.origin().ascii_serialization();
    if web.options.url.as_deref() == Some(origin.as_str()) {
        return true;
    }
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    let host = super::session::host(web, &head.headers, super::session::peer(head));
    host.is_some_and(|host| without_port(&host, address.scheme()).eq_ignore_ascii_case(authority))
}

/// Browsers leave the scheme's own port out of `Origin`.
fn without_port<'a>(host: &'a str, scheme: &str) -> &'a str {
    let port = if scheme == "https" { ":443" } else { ":80" };
    host.strip_suffix(port).unwrap_or(host)
}

/// A path fit for the log: secrets in it are not.
pub(super) fn loggable(path: &str) -> String {
    if path.starts_with("/claim/") { "/claim/…".into() } else { path.into() }
}

const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// Sets what every answer needs; a handler that needs another policy has set its own.
pub(super) fn set_headers(headers: &mut HeaderMap, secure: bool) {
    let mut default = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    default(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    // What `frame-ancestors` says, for programs that know only the older word.
    default(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    default(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Not `no-referrer`: with it browsers send forms with `Origin: null`. Nothing of an address leaves the site.
    default(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    default(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS));
    default(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    default(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    if secure {
        default(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
}

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = policy(&source_of(app::layout::SCHEME_SCRIPT));
    HeaderValue::from_str(&policy).expect("a policy is ASCII")
});

/// The Content-Security-Policy of every page: the same for all, so that a shared cache may keep it. Pictures, sound and
/// film may come from elsewhere, as notes link them; code, styles and forms may not.
fn policy(scripts: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {scripts}; style-src 'self'; \
         img-src 'self' data: https:; media-src 'self' https:; font-src 'self'; connect-src 'self'; \
         frame-src 'self'; object-src 'none'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

/// An inline script or style as a source expression (CSP3, 2.3.1).
pub(super) fn source_of(inline: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(inline)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inline_script_is_allowed_by_its_hash() {
        // The example of CSP3, 8.3: `alert('Hello, world.');`
        assert_eq!(source_of("alert('Hello, world.');"), "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='");
    }

    #[test]
    fn a_claim_link_is_not_logged() {
        assert_eq!(loggable("/claim/secret"), "/claim/…");
    }
}
