//! Reads request bodies within limits: nothing is kept beyond them, and a sender who stops is not waited for.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use percent_encoding::percent_decode;
use shared::limits;

use super::errors;

/// How long one may pause while sending.
const PAUSE: Duration = Duration::from_secs(30);
/// Fields of one form.
const FIELDS: usize = 1_000;

/// What a form holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    /// In the order they came.
    pub(super) fields: Vec<(String, String)>,
    /// The file chosen, if any.
    pub(super) file: Option<Upload>,
}

/// A file that came with a form.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// What to do with files in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Files {
    /// Keep one.
    Keep,
    /// Read over them: whoever sends them may not, and memory is not theirs to fill. Its name stays.
    Drop,
}

/// Why a body was not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    TooLarge,
    FileTooLarge,
    Truncated,
    NotText(String),
    WrongType,
    TooManyFields,
}

impl Form {
    /// The first value of a field.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a field, empty where there is none.
    pub(super) fn text(&self, name: &str) -> String {
        self.first(name).unwrap_or_default().to_owned()
    }
}

/// Reads a plain form, with a file or without.
pub(super) async fn form(headers: &HeaderMap, body: Body, files: Files) -> Result<Form, Refused> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let over = |limit: usize| announced.is_some_and(|length| length > limit);
    match kind.as_str() {
        "application/x-www-form-urlencoded" => {
            if over(limits::FORM_BYTES) {
                return Err(Refused::TooLarge);
            }
            urlencoded(&bytes(body, limits::FORM_BYTES).await?)
        }
        "multipart/form-data" => {
            if over(limits::FILE_BYTES + limits::FORM_BYTES) {
                return Err(Refused::FileTooLarge);
            }
            let boundary = multer::parse_boundary(content_type).map_err(|_| Refused::WrongType)?;
            multipart(body, boundary, files).await
        }
        // A form without fields (a lone button) has no body and needs no type.
        "" if announced.unwrap_or(0) == 0 => Ok(Form::default()),
        _ => Err(Refused::WrongType),
    }
}

/// All of a body, if it is no longer than that.
pub(super) async fn bytes(body: Body, limit: usize) -> Result<Bytes, Refused> {
    let mut kept = Vec::new();
    let mut chunks = chunks(body);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Refused::Truncated)?;
        if kept.len() + chunk.len() > limit {
            return Err(Refused::TooLarge);
        }
        kept.extend_from_slice(&chunk);
    }
    Ok(kept.into())
}

/// The same; of a body that is longer, `over` bytes more are read and not kept before that is said. Who is still sending
/// when the connection is closed gets to know nothing.
pub(super) async fn bytes_to_the_end(body: Body, limit: usize, over: usize) -> Result<Bytes, Refused> {
    let (mut kept, mut length) = (Vec::new(), 0);
    let mut chunks = chunks(body);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Refused::Truncated)?;
        length += chunk.len();
        if length > limit + over {
            break;
        }
        if length > limit {
            kept = Vec::new();
        } else {
            kept.extend_from_slice(&chunk);
        }
    }
    if length > limit { Err(Refused::TooLarge) } else { Ok(kept.into()) }
}

type Chunks = std::pin::Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>;

/// A body whose sender may not pause for long.
fn chunks(body: Body) -> Chunks {
    chunks_within(PAUSE, body)
}

fn chunks_within(pause: Duration, body: Body) -> Chunks {
    Box::pin(futures::stream::unfold(Some(body.into_data_stream()), move |stream| async move {
        let mut stream = stream?;
        match tokio::time::timeout(pause, stream.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(chunk))) => Some((Ok(chunk), Some(stream))),
            Ok(Some(Err(error))) => Some((Err(std::io::Error::other(error)), None)),
            Err(_) => Some((Err(std::io::ErrorKind::TimedOut.into()), None)),
        }
    }))
}

/// `application/x-www-form-urlencoded`, strictly: what is not UTF-8 is refused, not replaced.
fn urlencoded(body: &[u8]) -> Result<Form, Refused> {
    let mut form = Form::default();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let name = decode(&pair[..at]).map_err(|()| Refused::NotText("the name of a field".into()))?;
        let value = decode(pair.get(at + 1..).unwrap_or_default());
        let value = value.map_err(|()| Refused::NotText(format!("the field “{}”", errors::escape(&name))))?;
        push(&mut form, name, value)?;
    }
    Ok(form)
}

fn decode(part: &[u8]) -> Result<String, ()> {
    let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let bytes: Vec<u8> = percent_decode(&spaced).collect();
    String::from_utf8(bytes).map_err(|_| ())
}

/// Browsers send line breaks as CRLF; texts are kept with LF, as every other tool writes them.
fn push(form: &mut Form, name: String, value: String) -> Result<(), Refused> {
    if form.fields.len() == FIELDS {
        return Err(Refused::TooManyFields);
    }
    let value = if value.contains('\r') { value.replace("\r\n", "\n") } else { value };
    form.fields.push((name, value));
    Ok(())
}

async fn multipart(body: Body, boundary: String, files: Files) -> Result<Form, Refused> {
    let mut parts = multer::Multipart::new(chunks(body), boundary);
    let mut form = Form::default();
    let mut total = 0;
    while let Some(mut part) = parts.next_field().await.map_err(|_| Refused::Truncated)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let limit = if file.is_some() { limits::FILE_BYTES } else { limits::FORM_BYTES - total };
        let keeps = file.is_none() || files == Files::Keep;
        let (mut bytes, mut length) = (Vec::new(), 0);
        while let Some(chunk) = part.chunk().await.map_err(|_| Refused::Truncated)? {
            length += chunk.len();
            if length > limit {
                return Err(if file.is_some() { Refused::FileTooLarge } else { Refused::TooLarge });
            }
            if keeps {
                bytes.extend_from_slice(&chunk);
            }
        }
        let Some(file) = file else {
            total += bytes.len();
            let value = String::from_utf8(bytes);
            let value = value.map_err(|_| Refused::NotText(format!("the field “{}”", errors::escape(&name))))?;
            push(&mut form, name, value)?;
            continue;
        };
        // A file field that was left empty comes without a name. One file a form.
        if !file.is_empty() && form.file.is_none() {
            form.file = Some(Upload { name: file, bytes });
        }
    }
    Ok(form)
}

impl Refused {
    /// The answer in words. The browser's own page still holds what was typed: going back brings it back.
    pub(super) fn answer(&self) -> Response {
        let back = "Nothing was saved. Your browser still has what you typed: go back to it.";
        let mebibytes = |bytes: usize| bytes >> 20;
        let (status, heading, words) = match self {
            Self::TooLarge => {
                let limit = mebibytes(limits::FORM_BYTES);
                let words = format!("A form may hold at most {limit} MiB of text. {back}");
                (StatusCode::PAYLOAD_TOO_LARGE, "Too large", words)
            }
            Self::FileTooLarge => {
                let limit = mebibytes(limits::FILE_BYTES);
                let words = format!("A file may be at most {limit} MiB. {back}");
                (StatusCode::PAYLOAD_TOO_LARGE, "Too large", words)
            }
            Self::Truncated => {
                let words = format!("The form ended before its end, or paused for too long. {back}");
                (StatusCode::BAD_REQUEST, "Not all of it arrived", words)
            }
            Self::NotText(what) => {
                let words = format!("In {what} there are bytes that are not UTF-8 text. {back}");
                (StatusCode::BAD_REQUEST, "That is no text", words)
            }
            Self::WrongType => {
                let words = "This address takes forms (application/x-www-form-urlencoded or multipart/form-data) only.";
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not a form", words.into())
            }
            Self::TooManyFields => {
                (StatusCode::BAD_REQUEST, "Too many fields", format!("At most {FIELDS} fields. {back}"))
            }
        };
        errors::plain(status, heading, &words)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {

    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let form = urlencoded(b"title=Caf%C3%A9+cr%C3%A8me&body=a%0D%0Ab&empty=&lone&tags=a%2Cb").unwrap();
        assert_eq!(form.text("title"), "Café crème");
        assert_eq!(form.text("body"), "a\nb");
        assert_eq!((form.first("empty"), form.first("lone"), form.first("none")), (Some(""), Some(""), None));
        assert_eq!(form.text("tags"), "a,b");
    }

    #[test]
    fn what_is_not_utf8_is_refused_by_name() {
        let refused = urlencoded(b"title=x&body=%ff%fe").unwrap_err();
        assert_eq!(refused, Refused::NotText("the field “body”".into()));
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_not_kept() {
        let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 65_536])));
        let refused = bytes(Body::from_stream(endless), 1 << 20).await.unwrap_err();
        assert_eq!(refused, Refused::TooLarge);
    }

    /// Sends a byte after each pause.
    fn drip(pause: Duration, bytes: usize) -> Body {
        let sent = futures::stream::unfold(bytes, move |left| async move {
            tokio::time::sleep(pause).await;
            (left > 0).then(|| (Ok::<_, std::io::Error>(Bytes::from_static(b"x")), left - 1))
        });
        Body::from_stream(sent)
    }

    #[tokio::test]
    async fn a_sender_may_be_slow_but_not_stop() {
        let limit = Duration::from_millis(400);
        let slow: Vec<_> = chunks_within(limit, drip(limit / 8, 12)).collect().await;
        assert!(slow.len() == 12 && slow.iter().all(Result::is_ok), "all of it took longer than one pause may");
        let started = std::time::Instant::now();
        let stopped: Vec<_> = chunks_within(limit, drip(Duration::from_secs(60), 3)).collect().await;
        assert_eq!(stopped.len(), 1);
        assert_eq!(stopped[0].as_ref().unwrap_err().kind(), std::io::ErrorKind::TimedOut);
        assert!(started.elapsed() >= limit && started.elapsed() < limit * 10, "{:?}", started.elapsed());
    }

    #[tokio::test]
    async fn a_multipart_form_has_fields_and_one_file() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA\r\n--b\r\nContent-Disposition: \
                    form-data; name=\"file\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\n\u{1}\r\n--b--\r\n";
        let form = multipart(Body::from(body), "b".into(), Files::Keep).await.unwrap();
        assert_eq!(form.text("title"), "A");
        let file = form.file.unwrap();
        assert_eq!((file.name.as_str(), file.bytes.as_slice()), ("p.png", &[1][..]));
        let cut = multipart(Body::from(&body[..90]), "b".into(), Files::Keep).await.unwrap_err();
        assert_eq!(cut, Refused::Truncated);
    }
}
