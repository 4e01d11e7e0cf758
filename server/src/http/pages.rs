//! Pages: finds the one spelling of the address, asks the page cache, renders, answers whole.

use std::sync::Arc;

use app::context::{Answer, AnswerParts, Outcome, Visit};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use leptos::context::provide_context;
use shared::Viewer;

use super::paths::{self, Spelling};
use super::session::Asker;
use super::web::Web;
use super::whole::{Audience, Whole};
use super::{assets, errors, forms, session, syndication};

const HTML: &str = "text/html; charset=utf-8";

/// Every address without a line of its own in the router.
pub(super) async fn dispatch(State(web): State<Web>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if let Some(page) = from_cache(&web, &head).await {
        return page.answer(&head.headers, Audience::Everybody);
    }
    let parts = match paths::spelling(head.uri.path()) {
        Spelling::Right(parts) => parts,
        Spelling::Other(right) => return moved(StatusCode::PERMANENT_REDIRECT, &right, head.uri.query()),
        Spelling::Broken => return errors::bad_path(),
    };
    match head.method {
        Method::GET | Method::HEAD => {}
        Method::POST => return forms::post(&web, head, body).await,
        _ => return errors::not_allowed("GET, HEAD, POST"),
    }
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let special = match names.as_slice() {
        ["notes", slug @ .., last] if last.ends_with(".md") => {
            let slug: String = slug.iter().map(|part| format!("{part}/")).collect();
            let name = last.strip_suffix(".md").unwrap_or(last);
            Some(syndication::source(&web, &head, &format!("{slug}{name}")).await)
        }
        ["tags", tag @ .., name] if !tag.is_empty() => syndication::tagged(&web, &head, &tag.join("/"), name).await,
        [.., last] if last.contains('.') => assets::at(&web, &head),
        _ => None,
    };
    match special {
        Some(response) => response,
        None => page(&web, &head).await,
    }
}

async fn page(web: &Web, head: &Parts) -> Response {
    let path = head.uri.path();
    let headers = &head.headers;
    let asker = match Asker::of(web, head).await {
        Ok(asker) => asker,
        Err(error) => return errors::of(&error),
    };
    if let Some(elsewhere) = gate(&asker.visit) {
        return see_other(&elsewhere);
    }
    if path == "/search" {
        web.index_follows().await;
    }
    if asker.visit.viewer != Viewer::Visitor || asker.token.is_some() || is_personal(path) {
        let audience = if path.starts_with("/claim/") { Audience::Nobody } else { Audience::Session };
        let renewed = asker.renewed();
        let (parts, page) = render(web, asker.visit, None).await;
        let response = answer(&parts, &Arc::new(page), headers, audience);
        return match renewed {
            Some(cookie) => with_cookie(response, cookie),
            None => response,
        };
    }
    let key = cache_key(&asker.visit.origin, head);
    let generation = if web.pages.is_on() && path != "/search" { web.generation().await } else { None };
    if let Some(page) = generation.and_then(|generation| web.pages.get(generation, &key)) {
        return page.answer(headers, Audience::Everybody);
    }
    let (parts, page) = render(web, asker.visit, None).await;
    let Some(generation) = generation.filter(|_| parts == AnswerParts::default()) else {
        return answer(&parts, &Arc::new(page), headers, Audience::Everybody);
    };
    let page = Arc::new(page.kept());
    web.pages.put(generation, key, page.clone());
    page.answer(headers, Audience::Everybody)
}

/// What the page cache holds for a reader without cookies: looked at before anything else, since most requests end here.
async fn from_cache(web: &Web, head: &Parts) -> Option<Arc<Whole>> {
    let reads = matches!(head.method, Method::GET | Method::HEAD);
    if !reads || !web.pages.is_on() || head.headers.contains_key(header::COOKIE) {
        return None;
    }
    let generation = web.generation().await?;
    web.pages.get(generation, &cache_key(&session::origin(web, head), head))
}

fn cache_key(origin: &str, head: &Parts) -> String {
    format!("{origin}{}?{}", head.uri.path(), head.uri.query().unwrap_or_default())
}

/// Where somebody has to go first.
fn gate(visit: &Visit) -> Option<String> {
    let signed_in = visit.viewer != Viewer::Visitor;
    let path = visit.path.as_str();
    if needs_session(path) && !signed_in {
        let whole = if visit.query.is_empty() { path.to_owned() } else { format!("{path}?{}", visit.query) };
        return Some(format!("/sign-in?next={}", shared::files::encode_segment(&whole)));
    }
    (path == "/sign-in" && signed_in).then(|| "/desk".into())
}

/// Pages that are somebody's own.
pub(super) fn needs_session(path: &str) -> bool {
    ["/desk", "/account"].iter().any(|own| path == *own || path.strip_prefix(own).is_some_and(|p| p.starts_with('/')))
}

/// Pages that differ without a session too, or hold a secret in their address.
fn is_personal(path: &str) -> bool {
    needs_session(path) || path.starts_with("/claim/") || path == "/sign-in" || path == "/sign-out"
}

/// Renders a page; `outcome` is there when a form was not accepted.
pub(super) async fn render(web: &Web, visit: Visit, outcome: Option<Outcome>) -> (AnswerParts, Whole) {
    let answer = Answer::default();
    let settings = match web.settings().await {
        Ok(settings) => settings,
        Err(error) => {
            answer.failed(&error);
            Arc::default()
        }
    };
    let site = web.site.clone();
    let names = web.names();
    let told = answer.clone();
    let html = app::render::page(visit, move || {
        provide_context(site);
        provide_context(settings);
        provide_context(names);
        provide_context(told);
        if let Some(outcome) = outcome {
            provide_context(Arc::new(outcome));
        }
    })
    .await;
    (answer.parts(), Whole::new(HTML, html))
}

/// The page for an address that leads nowhere.
pub(super) async fn absent(web: &Web, visit: Visit, asked: &HeaderMap) -> Response {
    let (mut parts, page) = render(web, visit, None).await;
    parts = AnswerParts { status: Some(404), ..parts };
    answer(&parts, &Arc::new(page), asked, Audience::Nobody)
}

/// A rendered page with what its views said about the answer.
pub(super) fn answer(parts: &AnswerParts, page: &Arc<Whole>, asked: &HeaderMap, audience: Audience) -> Response {
    if let Some(to) = &parts.moved {
        return moved(StatusCode::MOVED_PERMANENTLY, to, None);
    }
    let Some(status) = parts.status.filter(|status| *status != 200) else { return page.answer(asked, audience) };
    let mut response = page.answer(&encodings_of(asked), Audience::Nobody);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(seconds) = parts.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Without conditions: what is no 200 is never a 304.
fn encodings_of(asked: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    if let Some(accepted) = asked.get(header::ACCEPT_ENCODING) {
        kept.insert(header::ACCEPT_ENCODING, accepted.clone());
    }
    kept
}

/// The same thing has another address, for ever.
pub(super) fn moved(status: StatusCode, to: &str, query: Option<&str>) -> Response {
    let to = query.map_or_else(|| to.to_owned(), |query| format!("{to}?{query}"));
    let mut response = Response::new(axum::body::Body::empty());
    let Ok(location) = HeaderValue::from_str(&to) else { return errors::bad_path() };
    *response.status_mut() = status;
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, Audience::Everybody.cache_control());
    response
}

/// The answer, with a cookie to set.
pub(super) fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// Go there and look (RFC 9110, 15.4.4).
pub(super) fn see_other(to: &str) -> Response {
    let mut response = moved(StatusCode::SEE_OTHER, to, None);
    response.headers_mut().insert(header::CACHE_CONTROL, Audience::Nobody.cache_control());
    response
}
