//! `/healthz`: whether the site can do its work, for whoever watches over it.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::web::Web;

/// 200 `ok` when the store answers, else 503. Says nothing else.
pub(super) async fn show(State(web): State<Web>) -> Response {
    let (status, words) = match domain::settings::get(&web.site).await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
    };
    let mut response = (status, words).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
