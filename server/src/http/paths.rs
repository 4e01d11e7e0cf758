//! The one spelling of each path: no slash at the end, no empty parts, NFC, percent-encoded the same way.

use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization as _;

/// What a path is once it is decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// As it should be; its decoded parts.
    Right(Vec<String>),
    /// Should be spelled so.
    Other(String),
    /// Not text.
    Broken,
}

/// Looks at a raw path. Slugs are lower-case, so a path under `/notes/` is put so too.
pub(super) fn spelling(raw: &str) -> Spelling {
    let mut parts = Vec::new();
    for part in raw.split('/').filter(|part| !part.is_empty()) {
        let Ok(part) = percent_decode_str(part).decode_utf8() else { return Spelling::Broken };
        if part.chars().any(char::is_control) {
            return Spelling::Broken;
        }
        parts.push(part.nfc().collect::<String>());
    }
    if parts.first().is_some_and(|first| first == "notes") {
        for part in &mut parts {
            *part = part.to_lowercase().nfc().collect();
        }
    }
    let right = encode(&parts);
    if right == raw { Spelling::Right(parts) } else { Spelling::Other(right) }
}

/// A path of these parts, percent-encoded.
pub(super) fn encode(parts: &[String]) -> String {
    if parts.is_empty() {
        return "/".into();
    }
    parts.iter().map(|part| format!("/{}", shared::files::encode_segment(part))).collect()
}

/// A path for each part of a slug.
pub(super) fn note(slug: &str) -> String {
    let parts: Vec<String> = std::iter::once("notes").chain(slug.split('/')).map(str::to_owned).collect();
    encode(&parts)
}

/// Whether a text is the address of a page of this site, safe to send somebody to.
pub(super) fn is_local(address: &str) -> bool {
    let plain = !address.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
    plain && address.is_ascii() && address.starts_with('/') && !address.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_spelling() {
        for (raw, right) in [
            ("/notes/", "/notes"),
            ("//evil.example//", "/evil.example"),
            ("/notes/%61pples", "/notes/apples"),
            ("/notes/Apples", "/notes/apples"),
            ("/notes/cafe%CC%81", "/notes/caf%C3%A9"),
            ("/tags/c%2b%2b", "/tags/c%2B%2B"),
        ] {
            assert_eq!(spelling(raw), Spelling::Other(right.into()), "{raw}");
            assert!(matches!(spelling(right), Spelling::Right(_)), "{right}");
        }
        assert_eq!(spelling("/"), Spelling::Right(vec![]));
        assert_eq!(spelling("/tags/Caf%C3%A9"), Spelling::Right(vec!["tags".into(), "Café".into()]));
    }

    #[test]
    fn what_is_no_text_is_no_path() {
        for raw in ["/notes/%ff", "/%00", "/notes/a%0d%0aSet-Cookie:x"] {
            assert_eq!(spelling(raw), Spelling::Broken, "{raw}");
        }
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert!(is_local("/desk/notes/new?x=1"));
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "desk", "/a\nb", ""] {
            assert!(!is_local(elsewhere), "{elsewhere}");
        }
    }
}
