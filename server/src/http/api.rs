//! Server functions, for islands: `/api/fn/{name}`. Every answer is JSON, what went wrong included, and says which build
//! of the site gave it.

use app::context::Answer;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use leptos::context::provide_context;
use leptos::server_fn::axum::server_fn_paths;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use shared::editor::Attached;
use shared::{Error, Result, limits};

use super::body::Refused;
use super::session::Asker;
use super::web::Web;
use super::whole::{Audience, Whole};
use super::{body, errors, pages};

/// Where the functions are.
pub(super) const PREFIX: &str = "/api/fn/";
/// Names the build of the site that answers; `data-build` of a page names that of the page.
pub(super) const BUILD: &str = "x-commonplace-build";

const JSON: &str = "application/json";
/// Of a body that is too large, so much more is read before that is said: a sender who is cut off never reads why.
const OVER: usize = 8 << 20;
/// The same of a file.
const FILE_OVER: usize = 200 << 20;

/// Reads the body within limits (Leptos would take any), gives the function its site and viewer, sets the status.
pub(super) async fn call(State(web): State<Web>, request: Request) -> Response {
    let known = server_fn_paths().any(|(path, method)| path == request.uri().path() && method == *request.method());
    let (head, sent) = request.into_parts();
    if !known {
        return refuse(&Error::NotFound);
    }
    let asker = match Asker::of(&web, &head).await {
        Ok(asker) => asker,
        Err(error) => return refuse(&error),
    };
    let sent = match body::bytes_to_the_end(sent, limits::FORM_BYTES, OVER).await {
        Ok(bytes) => bytes,
        Err(refused) => return unread(&refused),
    };
    let renewed = asker.renewed();
    let asked = head.headers.clone();
    let answer = match run(&web, asker, head, sent).await {
        Ok(answer) => whole(answer, &asked).await,
        Err(error) => refuse(&error),
    };
    match renewed {
        Some(cookie) => pages::with_cookie(answer, cookie),
        None => answer,
    }
}

async fn run(web: &Web, asker: Asker, mut head: Parts, sent: Bytes) -> Result<Response> {
    let settings = web.settings().await?;
    // With `Accept: text/html` Leptos would answer with a redirect: these are for scripts only.
    head.headers.insert(header::ACCEPT, HeaderValue::from_static(JSON));
    let (site, names, told) = (web.site.clone(), web.completed.clone(), Answer::default());
    let provide = move || {
        provide_context(site.clone());
        provide_context(names.clone());
        provide_context(asker.visit.clone());
        provide_context(settings.clone());
        provide_context(told.clone());
    };
    let request = Request::from_parts(head, Body::from(sent));
    Ok(leptos_axum::handle_server_fns_with_context(provide, request).await.into_response())
}

/// The function's answer, compressed; its error with the status that says the same.
async fn whole(answer: Response, asked: &HeaderMap) -> Response {
    let (head, sent) = answer.into_parts();
    let Ok(sent) = axum::body::to_bytes(sent, usize::MAX).await else { return refuse(&Error::Internal) };
    if head.headers.contains_key(SERVER_FN_ERROR_HEADER) || !head.status.is_success() {
        return refuse(&serde_json::from_slice(&sent).unwrap_or(Error::Internal));
    }
    std::sync::Arc::new(Whole::new(JSON, sent)).answer(asked, Audience::Nobody)
}

/// `POST /api/fn/files/attach`: the bytes of one file, as they are, and its name in `X-File-Name`, percent-encoded.
pub(super) async fn attach(State(web): State<Web>, request: Request) -> Response {
    let (head, sent) = request.into_parts();
    let asker = match Asker::of(&web, &head).await {
        Ok(asker) => asker,
        Err(error) => return refuse(&error),
    };
    let over = if asker.visit.viewer.is_owner() { FILE_OVER } else { OVER };
    let limit = if asker.visit.viewer.is_owner() { limits::FILE_BYTES } else { 0 };
    let sent = body::bytes_to_the_end(sent, limit, over).await;
    if let Err(error) = asker.visit.viewer.require_owner() {
        return refuse(&error);
    }
    let bytes = match sent {
        Ok(bytes) => bytes,
        Err(Refused::TooLarge) => return unread(&Refused::FileTooLarge),
        Err(refused) => return unread(&refused),
    };
    match keep(&web, &asker, &head.headers, bytes).await {
        Ok(attached) => json(StatusCode::OK, &attached),
        Err(error) => refuse(&error),
    }
}

async fn keep(web: &Web, asker: &Asker, headers: &HeaderMap, bytes: Bytes) -> Result<Attached> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = text("content-type").to_ascii_lowercase();
    if kind.starts_with("multipart/") || kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Error::invalid("request", "Send the file's bytes as they are, not in a form."));
    }
    let name = percent_encoding::percent_decode_str(text("x-file-name")).decode_utf8();
    let name = name.map_err(|_| Error::invalid("file", "Its name is no text."))?;
    if bytes.is_empty() {
        return Err(Error::invalid("file", "It is empty."));
    }
    let file = domain::files::attach(&web.site, &asker.visit.viewer, &name, bytes.into()).await?;
    Ok(Attached { href: file.href(), name: file.name, media_type: file.media_type })
}

/// An error, as functions answer it.
pub(super) fn refuse(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, error);
    errors::retry_after(&mut response, error);
    response
}

/// A request that another site's page made.
pub(super) fn cross_site() -> Response {
    let reason = "The browser said that another site sent this, so nothing was done.";
    json(StatusCode::FORBIDDEN, &Error::invalid("request", reason))
}

/// Over the time limit.
pub(super) fn too_slow() -> Response {
    let error = Error::Busy { retry_after: 5 };
    let mut response = json(StatusCode::SERVICE_UNAVAILABLE, &error);
    errors::retry_after(&mut response, &error);
    response
}

/// A body that was not read.
fn unread(refused: &Refused) -> Response {
    let too_large = |field: &str, bytes: usize| {
        refuse(&Error::TooLarge { field: field.into(), limit: (bytes >> 20) as u64, unit: "MiB".into() })
    };
    match refused {
        Refused::TooLarge => too_large("request", limits::FORM_BYTES),
        Refused::FileTooLarge => too_large("file", limits::FILE_BYTES),
        _ => json(StatusCode::BAD_REQUEST, &Error::invalid("request", "Not all of it arrived.")),
    }
}

fn json(status: StatusCode, body: &impl serde::Serialize) -> Response {
    // Has no error: errors and names of files are texts and numbers.
    let body = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(header::CACHE_CONTROL, Audience::Nobody.cache_control());
    response
}
