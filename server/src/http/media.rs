//! `/media/{hash}/{name}`: files, for whoever may read what uses them. With ranges, and harmless whatever they hold.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use domain::Site;
use domain::ports::ByteRange;
use shared::files::{Disposition, File};
use shared::{Error, Viewer};

use super::errors;
use super::session::Asker;
use super::web::Web;
use super::whole::none_match;

/// The address names the content: a browser may keep it for ever. A shared cache may for a minute only, so that what is
/// withdrawn is gone from it then.
const PUBLIC: &str = "public, max-age=31536000, s-maxage=60, immutable";
/// Visible to this session; another's browser must ask.
const PRIVATE: &str = "private, no-cache";
/// Bytes read at once.
const PIECE: u64 = 1 << 20;

pub(super) async fn show(
    State(web): State<Web>,
    Path((hash, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    let asker = match Asker::of(&web, &head).await {
        Ok(asker) => asker,
        Err(error) => return errors::of(&error),
    };
    let file = match domain::files::open(&web.site, &asker.visit.viewer, &hash).await {
        Ok(file) => file,
        Err(Error::NotFound | Error::Denied) => return absent(),
        Err(error) => return errors::of(&error),
    };
    let cache = if asker.visit.viewer == Viewer::Visitor { PUBLIC } else { PRIVATE };
    let mut response = answer(&web.site, file, &name, &head.headers).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("cookie"));
    response
}

/// The same for what is not there and for what is not for this visitor.
fn absent() -> Response {
    errors::plain(StatusCode::NOT_FOUND, "There is nothing here", "No file has this address.")
}

/// Whatever the address calls it: the same bytes may have another name in a note that this reader knows nothing of.
async fn answer(site: &Site, file: File, name: &str, asked: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", file.hash);
    let range = asked_range(asked, &etag, file.size);
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    describe(headers, &file, name);
    if none_match(asked, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    let (status, first, length) = match range {
        Asked::All => (StatusCode::OK, 0, file.size),
        Asked::Part { first, last } => {
            let content_range = format!("bytes {first}-{last}/{}", file.size);
            insert(headers, header::CONTENT_RANGE, &content_range);
            (StatusCode::PARTIAL_CONTENT, first, last - first + 1)
        }
        Asked::Nothing => {
            insert(headers, header::CONTENT_RANGE, &format!("bytes */{}", file.size));
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            return response;
        }
    };
    headers.insert(header::CONTENT_LENGTH, length.into());
    *response.status_mut() = status;
    *response.body_mut() = Body::from_stream(pieces(site.clone(), file, first, length));
    response
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A range of a file, read piece by piece as it is sent.
fn pieces(site: Site, file: File, first: u64, length: u64) -> impl futures::Stream<Item = Result<Bytes, Error>> {
    futures::stream::unfold((site, file, first, first + length), async |(site, file, at, end)| {
        if at >= end {
            return None;
        }
        let last = (at + PIECE).min(end) - 1;
        let read = domain::files::read(&site, &file, Some(ByteRange { first: at, last: Some(last) })).await;
        let next = if read.is_ok() { last + 1 } else { end };
        Some((read.map(Bytes::from), (site, file, next, end)))
    })
}

/// What of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    All,
    Part { first: u64, last: u64 },
    Nothing,
}

/// `Range` and `If-Range` (RFC 9110, 13.1.5 and 14.2): one range; several are answered with all of it, as is allowed.
fn asked_range(asked: &HeaderMap, etag: &str, size: u64) -> Asked {
    let text = |name| asked.get(name).and_then(|value| value.to_str().ok());
    if text(header::IF_RANGE).is_some_and(|tag| tag != etag) {
        return Asked::All;
    }
    let Some(range) = text(header::RANGE).and_then(|range| range.strip_prefix("bytes=")) else { return Asked::All };
    let Some((first, last)) = range.split_once('-') else { return Asked::All };
    let (first, last) = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last),
        (Ok(first), Err(_)) if last.trim().is_empty() => (first, u64::MAX),
        (Err(_), Ok(0)) if first.trim().is_empty() => return Asked::Nothing,
        (Err(_), Ok(suffix)) if first.trim().is_empty() => (size.saturating_sub(suffix), u64::MAX),
        _ => return Asked::All,
    };
    if first >= size {
        return Asked::Nothing;
    }
    Asked::Part { first, last: last.min(size - 1) }
}

/// Says what it is and how a browser may show it: whatever could run as a document of this site is saved, never shown.
fn describe(headers: &mut HeaderMap, file: &File, name: &str) {
    let pdf = file.media_type == "application/pdf";
    let (policy, kind) = match file.disposition() {
        // Browsers' viewers of PDF refuse to work in a sandbox.
        Disposition::Inline if pdf => ("default-src 'none'; object-src 'self'; style-src 'unsafe-inline'", "inline"),
        Disposition::Inline => ("default-src 'none'; sandbox", "inline"),
        Disposition::Sandboxed => ("default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox", "inline"),
        Disposition::Attachment => ("default-src 'none'; sandbox", "attachment"),
    };
    insert(headers, header::CONTENT_SECURITY_POLICY, &format!("{policy}; frame-ancestors 'self'"));
    insert(headers, header::X_FRAME_OPTIONS, "SAMEORIGIN");
    let saved = kind == "attachment";
    let media_type = if saved { "application/octet-stream".into() } else { file.content_type() };
    insert(headers, header::CONTENT_TYPE, &media_type);
    insert(headers, header::CONTENT_DISPOSITION, &disposition(kind, name));
    // Feed readers show pictures on their own pages.
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
}

/// RFC 6266, with the name in ASCII for old programs and whole for the rest.
fn disposition(kind: &str, name: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{}", shared::files::encode_segment(name))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn range(value: &str, size: u64) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, value.parse().unwrap());
        asked_range(&headers, "\"x\"", size)
    }

    #[test]
    fn ranges_are_read_as_rfc_9110_says() {
        assert_eq!(range("bytes=0-0", 10), Asked::Part { first: 0, last: 0 });
        assert_eq!(range("bytes=5-", 10), Asked::Part { first: 5, last: 9 });
        assert_eq!(range("bytes=-3", 10), Asked::Part { first: 7, last: 9 });
        assert_eq!(range("bytes=-30", 10), Asked::Part { first: 0, last: 9 });
        assert_eq!(range("bytes=5-99", 10), Asked::Part { first: 5, last: 9 });
        for unsatisfiable in ["bytes=10-", "bytes=10-11", "bytes=-0"] {
            assert_eq!(range(unsatisfiable, 10), Asked::Nothing, "{unsatisfiable}");
        }
        for ignored in ["bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=x-y", "bytes=-"] {
            assert_eq!(range(ignored, 10), Asked::All, "{ignored}");
        }
        assert_eq!(range("bytes=0-", 0), Asked::Nothing);
    }

    #[test]
    fn a_range_of_another_version_is_all_of_this_one() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, "bytes=0-0".parse().unwrap());
        headers.insert(header::IF_RANGE, "\"old\"".parse().unwrap());
        assert_eq!(asked_range(&headers, "\"new\"", 10), Asked::All);
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let header = disposition("attachment", "a\"b\r\nX: é.html");
        assert_eq!(header, "attachment; filename=\"a_b__X: _.html\"; filename*=UTF-8''a%22b%0D%0AX%3A%20%C3%A9.html");
    }
}
