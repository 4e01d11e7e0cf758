//! Content encodings: which one a request prefers, and making it.

use std::cell::RefCell;
use std::io::{Read as _, Write as _};

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use flate2::Compression;
use libdeflater::{CompressionLvl, Compressor};

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Brotli,
    Gzip,
}

impl Encoding {
    /// The name in `Content-Encoding`.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
        }
    }

    /// Behind the ETag's hash.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Brotli => "-br",
            Self::Gzip => "-gz",
        }
    }
}

/// The smallest encoding that `Accept-Encoding` allows (RFC 9110, 12.5.3).
pub(super) fn preferred(asked: &HeaderMap) -> Encoding {
    let mut best = (Encoding::Plain, 0);
    let values = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    for part in values.flat_map(|value| value.split(',')) {
        let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
        let refused = parameters.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0));
        let (encoding, rank) = match name.trim() {
            "br" => (Encoding::Brotli, 2),
            "gzip" | "x-gzip" => (Encoding::Gzip, 1),
            _ => continue,
        };
        if !refused && rank > best.1 {
            best = (encoding, rank);
        }
    }
    best.0
}

/// How much work compressing is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// Packed now and sent many times.
    Kept,
    /// Packed for this answer alone.
    Once,
}

/// Kept: a page of 30 kB in about a millisecond, within a few per cent of the best.
pub(super) fn brotli(bytes: &[u8], effort: Effort) -> Bytes {
    let mut packed = Vec::with_capacity(bytes.len() / 3);
    let quality = if effort == Effort::Kept { 5 } else { 2 };
    let parameters = ::brotli::enc::BrotliEncoderParams { quality, lgwin: 19, ..Default::default() };
    let mut reader = ::brotli::CompressorReader::with_params(bytes, 1 << 16, &parameters);
    reader.read_to_end(&mut packed).expect("memory is read and written without errors");
    packed.into()
}

/// Level 6, as everywhere, or the fast one.
pub(super) fn gzip(bytes: &[u8], effort: Effort) -> Bytes {
    if effort == Effort::Once {
        return gzip_at_once(bytes);
    }
    let packed = Vec::with_capacity(bytes.len() / 3);
    let mut encoder = flate2::write::GzEncoder::new(packed, Compression::new(6));
    encoder.write_all(bytes).expect("memory is written without errors");
    encoder.finish().expect("memory is written without errors").into()
}

/// The fastest level, with tables that stay from one page to the next: some hundred kilobytes, which to make anew takes a
/// while.
fn gzip_at_once(bytes: &[u8]) -> Bytes {
    thread_local! {
        static PACKER: RefCell<Compressor> = RefCell::new(Compressor::new(CompressionLvl::fastest()));
    }
    PACKER.with_borrow_mut(|packer| {
        let mut packed = vec![0; packer.gzip_compress_bound(bytes.len())];
        let length = packer.gzip_compress(bytes, &mut packed).expect("there is room for the worst case");
        packed.truncate(length);
        packed.into()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_encoding_allowed_is_taken() {
        for (accepted, encoding) in [
            ("gzip, deflate, br", Encoding::Brotli),
            ("gzip;q=1.0, br;q=0", Encoding::Gzip),
            ("br;q=0.0,gzip;q=0", Encoding::Plain),
            ("identity", Encoding::Plain),
            ("", Encoding::Plain),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accepted.parse().unwrap());
            assert_eq!(preferred(&headers), encoding, "{accepted}");
        }
        assert_eq!(preferred(&HeaderMap::new()), Encoding::Plain);
    }

    #[test]
    fn what_is_packed_unpacks_to_the_same() {
        let same = "commonplace ".repeat(500);
        // Grows when it is packed, so that the room made for it does not do.
        let random: String =
            (0_u32..40_000).map(|n| char::from(b'!' + (n.wrapping_mul(2_654_435_761) >> 25) as u8 % 90)).collect();
        for (text, effort) in
            [&same, &random, "", &same].into_iter().flat_map(|text| [(text, Effort::Kept), (text, Effort::Once)])
        {
            let mut unpacked = String::new();
            flate2::read::GzDecoder::new(&gzip(text.as_bytes(), effort)[..]).read_to_string(&mut unpacked).unwrap();
            assert_eq!(unpacked, text);
            unpacked.clear();
            let packed = brotli(text.as_bytes(), effort);
            ::brotli::Decompressor::new(&packed[..], 4096).read_to_string(&mut unpacked).unwrap();
            assert_eq!(unpacked, text);
        }
    }
}
