//! Answers that are made whole before they are sent: with a strong ETag, 304, and compression done once.

use std::hash::Hasher as _;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use super::encoding::{Effort, Encoding, brotli, gzip, preferred};

/// Smaller bodies are sent as they are: they fit a packet.
const COMPRESS_FROM: usize = 860;

/// A body with its validator and, once somebody asked, its compressed forms.
pub(super) struct Whole {
    pub(super) media_type: &'static str,
    pub(super) body: Bytes,
    tag: u64,
    effort: Effort,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

/// Who may keep a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// The same for everybody: a browser asks whether it changed, a shared cache may hold it for a minute. Without
    /// `stale-while-revalidate`: browsers heed it too, and would show what was withdrawn.
    Everybody,
    /// For this session only. Not `no-store`: the browser must be able to put typed text back after going back.
    Session,
    /// Once (a claim link, a refused form).
    Nobody,
}

impl Audience {
    pub(super) fn cache_control(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Everybody => "public, max-age=0, s-maxage=60",
            Self::Session => "private, no-cache",
            Self::Nobody => "no-store",
        })
    }
}

impl Whole {
    pub(super) fn new(media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let mut hasher = std::hash::DefaultHasher::new();
        hasher.write(&body);
        let (brotli, gzip) = (OnceLock::new(), OnceLock::new());
        Self { media_type, tag: hasher.finish(), effort: Effort::Once, body, brotli, gzip }
    }

    /// The same, to be kept and sent many times.
    pub(super) fn kept(self) -> Self {
        Self { effort: Effort::Kept, ..self }
    }

    /// The answer to a request with these headers: the body in the encoding it prefers, or 304.
    pub(super) fn answer(self: &Arc<Self>, asked: &HeaderMap, audience: Audience) -> Response {
        let encoding = if self.body.len() < COMPRESS_FROM { Encoding::Plain } else { preferred(asked) };
        let etag = self.etag(encoding);
        let matches = audience != Audience::Nobody && none_match(asked, &etag);
        let mut response = Response::new(if matches { Body::empty() } else { Body::from(self.bytes(encoding)) });
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, audience.cache_control());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, cookie"));
        if audience != Audience::Nobody
            && let Ok(etag) = HeaderValue::from_str(&etag)
        {
            headers.insert(header::ETAG, etag);
        }
        if matches {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        if let Some(name) = encoding.name() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        response
    }

    /// Strong validators differ between encodings (RFC 9110, 8.8.3.3), and so between ways of packing.
    fn etag(&self, encoding: Encoding) -> String {
        let once = if self.effort == Effort::Once && encoding != Encoding::Plain { "1" } else { "" };
        format!("\"{:016x}{}{once}\"", self.tag, encoding.suffix())
    }

    fn bytes(&self, encoding: Encoding) -> Bytes {
        match encoding {
            Encoding::Plain => self.body.clone(),
            Encoding::Brotli => self.brotli.get_or_init(|| brotli(&self.body, self.effort)).clone(),
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(&self.body, self.effort)).clone(),
        }
    }
}

/// `If-None-Match` (RFC 9110, 13.1.2): weak comparison, a list, or `*`.
pub(super) fn none_match(asked: &HeaderMap, etag: &str) -> bool {
    asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
    })
}
