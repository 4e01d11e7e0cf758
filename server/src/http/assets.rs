//! The built site's files: hashed ones are kept for ever, the rest are asked about.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use super::encoding::{Encoding, preferred};
use super::errors;
use super::web::Web;
use super::whole::none_match;
use crate::assets::Asset;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const AN_HOUR: &str = "public, max-age=3600";

/// `/pkg/…`
pub(super) async fn show(State(web): State<Web>, request: Request) -> Response {
    let absent = || {
        errors::plain(
            StatusCode::NOT_FOUND,
            "No such file",
            "The site has none of this name; it may be an older version's. Load the page again.",
        )
    };
    at(&web, &request.into_parts().0).unwrap_or_else(absent)
}

/// The file at this request's path; `None` where there is none.
pub(super) fn at(web: &Web, head: &Parts) -> Option<Response> {
    let asset = web.options.assets.at(head.uri.path())?;
    // The static pages answer for errors; they are not pages of their own.
    (!matches!(asset.path.as_ref(), "/404.html" | "/500.html")).then(|| answer(asset, head))
}

fn answer(asset: Asset, head: &Parts) -> Response {
    let packed = match preferred(&head.headers) {
        Encoding::Brotli => asset.brotli.map(|bytes| (Encoding::Brotli, bytes)),
        Encoding::Gzip => asset.gzip.map(|bytes| (Encoding::Gzip, bytes)),
        Encoding::Plain => None,
    };
    let encoding = packed.map_or(Encoding::Plain, |(encoding, _)| encoding);
    let etag = format!("\"{}{}\"", asset.hash, encoding.suffix());
    let known = none_match(&head.headers, &etag);
    let cache = if asset.is_immutable() { FOR_EVER } else { AN_HOUR };
    let body = match (known, packed) {
        (true, _) => Body::empty(),
        (false, Some((_, bytes))) => Body::from(Bytes::from_static(bytes)),
        (false, None) => match asset.plain {
            std::borrow::Cow::Borrowed(bytes) => Body::from(Bytes::from_static(bytes)),
            std::borrow::Cow::Owned(bytes) => Body::from(bytes),
        },
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    if let Some(name) = encoding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}
