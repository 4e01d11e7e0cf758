//! The site behind CloudFront and API Gateway.
//!
//! CloudFront says a secret, so that nobody goes round it, its cache and its limits. Only then is its word believed about
//! who asks: it puts the visitor's address at the end of `X-Forwarded-For`, and API Gateway puts CloudFront's behind it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use lambda_http::request::RequestContext;
use sha2::{Digest as _, Sha256};

use crate::config::Secret;
use crate::http::Peer;

const SAYS: &str = "x-origin-secret";

/// Answers API Gateway's events with the router, until the function ends.
///
/// # Errors
/// When the runtime cannot be reached.
pub async fn serve(router: Router, secret: Option<Secret>) -> Result<(), lambda_http::Error> {
    lambda_http::run(behind(router, secret)).await
}

fn behind(router: Router, secret: Option<Secret>) -> Router {
    router.layer(from_fn_with_state(Arc::new(secret), enter))
}

async fn enter(State(secret): State<Arc<Option<Secret>>>, mut request: Request, next: Next) -> Response {
    let said = request.headers_mut().remove(SAYS);
    let gateway = request.extensions().get::<RequestContext>().and_then(source);
    let peer = match secret.as_ref() {
        None => gateway,
        Some(secret) if said.is_some_and(|said| same(said.as_bytes(), secret.0.as_bytes())) => {
            visitor(request.headers()).or(gateway)
        }
        Some(_) => return (StatusCode::FORBIDDEN, "This address is not for visitors.\n").into_response(),
    };
    if let Some(address) = peer {
        request.extensions_mut().insert(Peer(SocketAddr::new(address, 0)));
    }
    next.run(request).await
}

/// Who has called the gateway.
fn source(context: &RequestContext) -> Option<IpAddr> {
    match context {
        RequestContext::ApiGatewayV1(context) => context.identity.source_ip.as_deref()?.parse().ok(),
        _ => None,
    }
}

/// The last but one of the chain; what stands before it was the visitor's to write.
fn visitor(headers: &HeaderMap) -> Option<IpAddr> {
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let chain: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    chain.iter().rev().nth(1)?.parse().ok()
}

/// Takes as long wherever they differ.
fn same(said: &[u8], secret: &[u8]) -> bool {
    Sha256::digest(said) == Sha256::digest(secret)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use axum::body::Body;
    use axum::extract::Extension;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(secret: Option<&str>, headers: &[(&str, &str)]) -> (StatusCode, String) {
        let who = |peer: Option<Extension<Peer>>, headers: HeaderMap| async move {
            assert!(!headers.contains_key(SAYS), "the secret goes no further");
            peer.map_or_else(String::new, |Extension(Peer(address))| address.ip().to_string())
        };
        let router = behind(Router::new().route("/", get(who)), secret.map(|secret| Secret(secret.into())));
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        (status, String::from_utf8(body.into()).unwrap())
    }

    #[tokio::test]
    async fn who_does_not_know_the_secret_is_refused() {
        for headers in [&[][..], &[(SAYS, "")], &[(SAYS, "wrong")], &[(SAYS, "righ")], &[("x-secret", "right")]] {
            assert_eq!(ask(Some("right"), headers).await.0, StatusCode::FORBIDDEN, "{headers:?}");
        }
        assert_eq!(ask(Some("right"), &[(SAYS, "right")]).await.0, StatusCode::OK);
        assert_eq!(ask(None, &[]).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn the_visitor_is_whom_cloudfront_names() {
        let chain = ("x-forwarded-for", "10.9.9.9, 192.0.2.7, 198.51.100.1");
        assert_eq!(ask(Some("right"), &[(SAYS, "right"), chain]).await.1, "192.0.2.7", "not whom the visitor names");
        assert_eq!(ask(None, &[chain]).await.1, "", "without a secret nobody is believed");
        let (six, alone) = (("x-forwarded-for", "2001:db8::7, 198.51.100.1"), ("x-forwarded-for", "198.51.100.1"));
        assert_eq!(ask(Some("right"), &[(SAYS, "right"), six]).await.1, "2001:db8::7");
        assert_eq!(ask(Some("right"), &[(SAYS, "right"), alone]).await.1, "");
    }
}
