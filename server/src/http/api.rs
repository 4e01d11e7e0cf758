//! Server functions, for islands: `/api/fn/{name}`.

use app::context::Answer;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use leptos::context::provide_context;
use leptos::server_fn::axum::server_fn_paths;
use shared::limits;

use super::session::Asker;
use super::web::Web;
use super::whole::Audience;
use super::{body, errors};

/// Reads the body within limits (Leptos would take any), gives the function its site and viewer, sets the status.
pub(super) async fn call(State(web): State<Web>, request: Request) -> Response {
    let known = server_fn_paths().any(|(path, method)| path == request.uri().path() && method == *request.method());
    if !known {
        return errors::plain(StatusCode::NOT_FOUND, "No such function", "The site has no function of this name.");
    }
    let (mut head, sent) = request.into_parts();
    let asker = match Asker::of(&web, &head).await {
        Ok(asker) => asker,
        Err(error) => return errors::of(&error),
    };
    let settings = match web.settings().await {
        Ok(settings) => settings,
        Err(error) => return errors::of(&error),
    };
    let sent = match body::bytes(sent, limits::FORM_BYTES).await {
        Ok(bytes) => bytes,
        Err(refused) => return refused.answer(),
    };
    // With `Accept: text/html` Leptos would answer with a redirect: these are for scripts only.
    head.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let answer = Answer::default();
    let (site, told) = (web.site.clone(), answer.clone());
    let provide = move || {
        provide_context(site.clone());
        provide_context(asker.visit.clone());
        provide_context(settings.clone());
        provide_context(told.clone());
    };
    let request = Request::from_parts(head, Body::from(sent));
    let mut response = leptos_axum::handle_server_fns_with_context(provide, request).await.into_response();
    let parts = answer.parts();
    if let Some(status) = parts.status.and_then(|status| StatusCode::from_u16(status).ok()) {
        *response.status_mut() = status;
    }
    if let Some(seconds) = parts.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response.headers_mut().insert(header::CACHE_CONTROL, Audience::Nobody.cache_control());
    response
}
