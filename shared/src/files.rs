//! Files: uploaded and imported originals.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::FileId;

/// What is known of an original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// For ever.
    pub id: FileId,
    /// SHA-256 of the bytes, hexadecimal; names the blob.
    pub hash: String,
    /// As uploaded, without folders.
    pub name: String,
    /// Where it stood in a vault.
    pub path: Option<String>,
    /// Found from the bytes first, then from the name.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Pixels, of pictures whose header could be read.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// When it came.
    pub created: Timestamp,
}

impl File {
    /// The address that names the content, so that it can be cached for ever: `/media/{hash}/{name}`.
    pub fn href(&self) -> String {
        format!("/media/{}/{}", self.hash, encode_segment(&self.name))
    }
}

/// Percent-encodes all but RFC 3986's unreserved characters.
pub fn encode_segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
