//! Files: uploaded and imported originals.

use std::fmt::Write as _;

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
    /// What readers get of it.
    pub serving: Serving,
}

/// What readers get of a file. Camera metadata (a position, a serial number) never leaves the owner's original.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Serving {
    /// The original's own bytes: they hold nothing of the kind, or are of a kind that [`File::keeps_its_notes`].
    Original,
    /// A copy with the same pixels or tones and without metadata.
    Copy {
        /// SHA-256 of the copy, hexadecimal.
        hash: String,
        /// Bytes of the copy.
        size: u64,
    },
    /// Nothing, because it looks like a picture, sound or video and its metadata could not be taken out.
    OwnerOnly {
        /// Why, as a sentence for the owner.
        reason: String,
    },
}

/// How a browser may be given a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// In the page or as a page: pictures, sound, video, PDF, plain text.
    Inline,
    /// Shown, but as a page only under a Content-Security-Policy that allows nothing (`sandbox`): SVG.
    Sandboxed,
    /// Saved, never shown: whatever could run as a document of this site, or is not known.
    Attachment,
}

impl File {
    /// The address readers are given: `/media/{hash}/{name}`. The hash is that of what is served there, so that it can
    /// be cached for ever.
    pub fn href(&self) -> String {
        let hash = match &self.serving {
            Serving::Copy { hash, .. } => hash,
            Serving::Original | Serving::OwnerOnly { .. } => &self.hash,
        };
        format!("/media/{hash}/{}", encode_segment(&self.name))
    }

    /// The file as readers get it: where that is a copy, its hash and size are the copy's.
    #[must_use]
    pub fn served(self) -> Self {
        let Serving::Copy { hash, size } = &self.serving else { return self };
        Self { hash: hash.clone(), size: *size, ..self }
    }

    /// The `content-type` header: the media type, and for text that it is UTF-8.
    pub fn content_type(&self) -> String {
        if self.media_type.starts_with("text/") {
            return format!("{}; charset=utf-8", self.media_type);
        }
        self.media_type.clone()
    }

    /// How a browser may be given it.
    pub fn disposition(&self) -> Disposition {
        match self.media_type.as_str() {
            "image/svg+xml" => Disposition::Sandboxed,
            "application/pdf" | "text/plain" | "text/markdown" | "text/csv" => Disposition::Inline,
            other => match other.split('/').next() {
                Some("image" | "audio" | "video" | "font") => Disposition::Inline,
                _ => Disposition::Attachment,
            },
        }
    }

    /// True where readers get what the file says of its maker, too: nothing can be taken out of such a kind.
    pub fn keeps_its_notes(&self) -> bool {
        let kind = self.media_type.as_str();
        let says_nothing = matches!(kind, "application/json" | "application/xml");
        let is_document = kind.starts_with("application/") && !says_nothing || kind == "video/x-msvideo";
        is_document && self.serving == Serving::Original
    }

    /// True for what a page can show as a picture.
    pub fn is_image(&self) -> bool {
        self.media_type.starts_with("image/")
    }
}

/// Percent-encodes all but RFC 3986's unreserved characters.
pub fn encode_segment(text: &str) -> String {
    encoded(text, b"-._~")
}

/// The same for segments with `/` between them.
pub fn encode_path(path: &str) -> String {
    encoded(path, b"-._~/")
}

fn encoded(text: &str, plain: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
