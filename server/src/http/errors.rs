//! Answers for what never reaches a page: a few words, the same look, no knowledge of the site.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::web::Web;
use super::whole::{Audience, Whole};

const HTML: &str = "text/html; charset=utf-8";

/// A page of one heading and one paragraph. Both are ours: nothing a visitor sent may be in them unescaped.
pub(super) fn plain(status: StatusCode, heading: &str, words: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{heading}</title><main><h1>{heading}</h1><p>{words}</p>\
         <p><a href=\"/\">Home</a></p></main></html>\n"
    );
    let mut response = Arc::new(Whole::new(HTML, page)).answer(&HeaderMap::new(), Audience::Nobody);
    *response.status_mut() = status;
    response
}

/// A request that another site's page made.
pub(super) fn cross_site() -> Response {
    let words = "The browser said that another site sent this form, so nothing was done. If you meant to send it, open \
                 the page on this site and send it from there.";
    plain(StatusCode::FORBIDDEN, "Not from here", words)
}

/// A panic, or an error of ours: the static page of `public/`, so that nothing else can break.
pub(super) fn broken(web: &Web) -> Response {
    let words = "It was our fault, and it was written down. Nothing you sent was changed. Try again in a moment.";
    let Some(page) = web.options.assets.named("500.html") else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", words);
    };
    let mut response = Arc::new(Whole::new(HTML, page.plain.into_owned())).answer(&HeaderMap::new(), Audience::Nobody);
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
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
