//! What happens around every request: its id, the log, the cross-site rule, time limits, panics, headers.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt as _;
use tracing::Instrument as _;

use super::web::Web;
use super::{api, errors, security};

/// How long a page may take.
const READING: Duration = Duration::from_secs(30);
/// How long a form may take, an upload over a slow line included.
const WRITING: Duration = Duration::from_secs(600);

/// The address of the other end of the connection, put on each request by whoever accepts connections.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Names a request in the log and in the answer's `x-request-id`.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

static PROCESS: LazyLock<u64> = LazyLock::new(rand::random);
static COUNT: AtomicU64 = AtomicU64::new(0);

/// Unique in this process, and different in the next.
fn request_id() -> String {
    format!("{:08x}-{:x}", *PROCESS >> 32, COUNT.fetch_add(1, Ordering::Relaxed))
}

pub(super) async fn around(State(web): State<Web>, request: Request, next: Next) -> Response {
    let id = request_id();
    let started = Instant::now();
    let (mut head, body) = request.into_parts();
    head.extensions.insert(RequestId(id.clone()));
    let method = head.method.clone();
    let path = security::loggable(head.uri.path());
    let is_function = path.starts_with(api::PREFIX);
    let secure = super::session::is_secure(&web, &head);
    let refused = security::refuses(&web, &head);
    let request = Request::from_parts(head, body);
    let span = tracing::info_span!("request", id = %id);
    let mut response = async {
        if let Some(reason) = refused {
            tracing::warn!(%method, path, reason, "a request from another site was refused");
            return if is_function { api::cross_site() } else { errors::cross_site() };
        }
        let limit = if is_safe(&method) { READING } else { WRITING };
        let answer = match (bounded(limit, next.run(request)).await, is_function) {
            (Ok(response), _) => response,
            (Err(Failure::Panicked), true) => api::refuse(&shared::Error::Internal),
            (Err(Failure::Panicked), false) => errors::broken(),
            (Err(Failure::TooSlow), true) => api::too_slow(),
            (Err(Failure::TooSlow), false) => errors::too_slow(),
        };
        let status = answer.status().as_u16();
        let ms = started.elapsed().as_micros() as f64 / 1000.0;
        if status >= 500 || !is_safe(&method) {
            tracing::info!(%method, path, status, ms, "answered");
        } else {
            tracing::debug!(%method, path, status, ms, "answered");
        }
        answer
    }
    .instrument(span)
    .await;
    if !is_safe(&method) {
        web.wrote();
    }
    let headers = response.headers_mut();
    security::set_headers(headers, secure);
    if is_function && let Ok(build) = HeaderValue::from_str(&web.names().build()) {
        headers.insert(api::BUILD, build);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", id);
    }
    if method == Method::HEAD { without_body(response) } else { response }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    Panicked,
    TooSlow,
}

/// An answer in time, or why there is none.
async fn bounded<T>(limit: Duration, answer: impl Future<Output = T>) -> Result<T, Failure> {
    match tokio::time::timeout(limit, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(answer) => answer.map_err(|_| Failure::Panicked),
        Err(_) => Err(Failure::TooSlow),
    }
}

/// GET, HEAD and OPTIONS change nothing (RFC 9110, 9.2.1).
pub(super) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// HEAD has the headers of GET, its length too.
fn without_body(mut response: Response) -> Response {
    let length = axum::body::HttpBody::size_hint(response.body()).exact();
    if let Some(length) = length
        && !matches!(response.status(), StatusCode::NOT_MODIFIED | StatusCode::NO_CONTENT)
    {
        response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    *response.body_mut() = Body::empty();
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_takes_too_long_is_told_from_what_panics() {
        let limit = Duration::from_millis(400);
        let within = async {
            tokio::time::sleep(limit / 8).await;
            1
        };
        assert_eq!(bounded(limit, within).await, Ok(1));
        let started = Instant::now();
        assert_eq!(bounded(limit, std::future::pending::<()>()).await, Err(Failure::TooSlow));
        assert!(started.elapsed() >= limit && started.elapsed() < limit * 10, "{:?}", started.elapsed());
        let panics = async { panic!("on purpose") };
        assert_eq!(bounded::<()>(limit, panics).await, Err(Failure::Panicked));
    }
}
