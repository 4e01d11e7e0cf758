//! Text and addresses made safe to stand in HTML.

/// Appends text, escaped for element content and for quoted attribute values alike.
/// What no HTML document may contain becomes U+FFFD.
pub(super) fn text(out: &mut String, text: &str) {
    let mut last = 0;
    for (at, c) in text.char_indices() {
        let with = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            c if is_forbidden(c) => "\u{FFFD}",
            _ => continue,
        };
        out.push_str(&text[last..at]);
        out.push_str(with);
        last = at + c.len_utf8();
    }
    out.push_str(&text[last..]);
}

/// The same as a new string.
pub(super) fn escaped(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + source.len() / 8);
    text(&mut out, source);
    out
}

/// Appends text in which character references stand already, as in raw HTML.
pub(super) fn raw_text(out: &mut String, source: &str) {
    let mut rest = source;
    while let Some(at) = rest.find('&') {
        text(out, &rest[..at]);
        let length = reference_length(&rest[at..]);
        if let Some((c, length)) = reference(&rest[at..]).filter(|_| rest[at..].starts_with("&#")) {
            text(out, c.encode_utf8(&mut [0; 4]));
            rest = &rest[at + length..];
        } else if length == 0 {
            out.push_str("&amp;");
            rest = &rest[at + 1..];
        } else {
            out.push_str(&rest[at..at + length]);
            rest = &rest[at + length..];
        }
    }
    text(out, rest);
}

/// The length of the named character reference at the start, 0 when there is none.
fn reference_length(text: &str) -> usize {
    let name = text[1..].bytes().take(32).take_while(u8::is_ascii_alphanumeric).count();
    let named =
        text[1..].starts_with(|c: char| c.is_ascii_alphabetic()) && text.as_bytes().get(1 + name) == Some(&b';');
    if named { name + 2 } else { 0 }
}

/// Decodes numeric character references and the few named ones that matter in addresses and plain text.
pub(super) fn decoded(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (c, length) = reference(&rest[at..]).unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

/// The character reference at the start and its length.
fn reference(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|b| b == b';');
    if let Some(number) = text.strip_prefix("&#") {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16),
            None => (number, 10),
        };
        let count = digits.chars().take_while(|c| c.is_digit(radix)).count();
        let code = u32::from_str_radix(digits.get(..count)?, radix).unwrap_or(0xFFFD);
        let c = char::from_u32(code).filter(|c| !is_forbidden(*c)).unwrap_or('\u{FFFD}');
        let length = text.len() - digits.len() + count;
        let closed = usize::from(text.as_bytes().get(length) == Some(&b';'));
        return (count > 0).then_some((c, length + closed));
    }
    let end = end?;
    let c = match &text[1..end] {
        "amp" | "AMP" => '&',
        "lt" | "LT" => '<',
        "gt" | "GT" => '>',
        "quot" | "QUOT" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        "colon" => ':',
        "sol" => '/',
        "Tab" => '\t',
        "NewLine" => '\n',
        "lpar" => '(',
        "rpar" => ')',
        _ => return None,
    };
    Some((c, end + 1))
}

/// Appends an address, percent-encoding what may not stand in one; `%41` stays as it is.
pub(super) fn href(out: &mut String, address: &str) {
    const SAFE: &[u8] = b"-_.+!*(),#@?=;:/$~";
    let bytes = address.as_bytes();
    let mut done = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b if b.is_ascii_alphanumeric() || SAFE.contains(&b) => continue,
            b'%' if bytes.get(at + 1).is_some_and(u8::is_ascii_hexdigit)
                && bytes.get(at + 2).is_some_and(u8::is_ascii_hexdigit) =>
            {
                continue;
            }
            _ => {}
        }
        // Bytes of a character that is not ASCII are all encoded, so this is between characters.
        out.push_str(address.get(done..at).unwrap_or_default());
        match byte {
            b'&' => out.push_str("&amp;"),
            b'\'' => out.push_str("&#x27;"),
            b => percent(out, b),
        }
        done = at + 1;
    }
    out.push_str(address.get(done..).unwrap_or_default());
}

/// Appends one byte percent-encoded.
pub(super) fn percent(out: &mut String, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(HEX[usize::from(byte >> 4)]));
    out.push(char::from(HEX[usize::from(byte & 15)]));
}

/// A path segment or several, percent-encoded so that it can stand in an address or a Markdown destination.
pub(super) fn path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'-' | b'_' | b'.' | b'~' | b'/' | b'!' | b'$' | b'\'' | b'*' | b'+' | b',' | b'@' => {
                out.push(char::from(byte))
            }
            b if b.is_ascii_alphanumeric() => out.push(char::from(b)),
            b => percent(&mut out, b),
        }
    }
    out
}

/// Undoes percent-encoding; what does not decode to UTF-8 stays as written.
pub(super) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if let (b'%', Some(high), Some(low)) = (bytes[at], digit(at + 1), digit(at + 2)) {
            out.push(high * 16 + low);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Characters that the HTML standard calls a parse error: controls and noncharacters.
fn is_forbidden(c: char) -> bool {
    let code = c as u32;
    matches!(code, 0..=8 | 11..=31 | 0x7F..=0x9F | 0xFDD0..=0xFDEF) || code & 0xFFFE == 0xFFFE
}
