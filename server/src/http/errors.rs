//! Answers for what never reaches a page: a few words in the look of `public/500.html`, no knowledge of the site.

use std::sync::{Arc, LazyLock};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::security;
use super::whole::{Audience, Whole};

const HTML: &str = "text/html; charset=utf-8";

/// The static page, which a CDN shows too when it gets no answer. What it says is what stands for other words here.
const PAGE: &str = include_str!("../../../public/500.html");
const HEADING: &str = "Something went wrong";
const WORDS: &str = "It was our fault, and it was written down. Nothing you sent was changed. Try again in a moment.";

/// The page brings its own style, so that it needs nothing else; that and nothing else is allowed.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let style =
        PAGE.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).map_or("", |(style, _)| style);
    let policy = format!(
        "default-src 'none'; script-src 'none'; style-src {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        security::source_of(style)
    );
    HeaderValue::from_str(&policy).expect("a policy is ASCII")
});

/// A page of one heading and one paragraph. Both are ours: nothing a visitor sent may be in them unescaped.
pub(super) fn plain(status: StatusCode, heading: &str, words: &str) -> Response {
    let page = PAGE.replace(HEADING, heading).replace(WORDS, words);
    let mut response = Arc::new(Whole::new(HTML, page)).answer(&HeaderMap::new(), Audience::Nobody);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}

/// A request that another site's page made.
pub(super) fn cross_site() -> Response {
    let words = "The browser said that another site sent this form, so nothing was done. If you meant to send it, open \
                 the page on this site and send it from there.";
    plain(StatusCode::FORBIDDEN, "Not from here", words)
}

/// A panic, or an error of ours.
pub(super) fn broken() -> Response {
    plain(StatusCode::INTERNAL_SERVER_ERROR, HEADING, WORDS)
}

/// Over the time limit.
pub(super) fn too_slow() -> Response {
    plain(StatusCode::SERVICE_UNAVAILABLE, "That took too long", "The server gave up. Try again in a moment.")
}

/// A path that is no text.
pub(super) fn bad_path() -> Response {
    plain(StatusCode::BAD_REQUEST, "That is no address", "The address holds bytes that are not UTF-8 text.")
}

/// A method that an address does not know.
pub(super) async fn method_not_allowed() -> Response {
    not_allowed("GET, HEAD")
}

/// As above, naming the methods that it knows.
pub(super) fn not_allowed(allowed: &'static str) -> Response {
    let words = "This address cannot be used in that way.";
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Not like this", words);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

/// What a domain error means where no page can say it.
pub(super) fn of(error: &shared::Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = plain(status, "That did not work", &escape(&error.to_string()));
    retry_after(&mut response, error);
    response
}

/// Says when to come back, where the error says so.
pub(super) fn retry_after(response: &mut Response, error: &shared::Error) {
    if let shared::Error::Busy { retry_after } = error {
        response.headers_mut().insert(header::RETRY_AFTER, (*retry_after).into());
    }
}

/// Text for HTML and XML, in elements and in quoted attributes; what XML 1.0 cannot hold is left out.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
