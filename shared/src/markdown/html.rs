//! Raw HTML in a note, cut into tags and text. Nothing of it is ever passed through: the writer builds anew what it allows.

use super::escape;

/// A piece of raw HTML.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'s> {
    /// Text, in which character references may stand.
    Text(&'s str),
    /// `<name …>`; names are lower-case, values decoded.
    Open { name: String, attributes: Vec<(String, String)> },
    /// `</name>`.
    Close { name: String },
}

/// Cuts raw HTML. Comments, declarations and instructions are left out; a `<` that starts no tag is text.
pub(super) struct Tokens<'s> {
    source: &'s str,
    at: usize,
    /// From here on no quotation mark of that kind follows: looking for one again and again would take quadratic time.
    no_quote: [bool; 2],
}

impl<'s> Tokens<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self { source, at: 0, no_quote: [false; 2] }
    }

    /// Skips to after the closing tag of an element whose content is not for readers; `false` when it does not come.
    pub(super) fn skip_past(&mut self, name: &str) -> bool {
        let rest = &self.source.as_bytes()[self.at..];
        for (at, byte) in rest.iter().enumerate() {
            if *byte != b'<' || rest.get(at + 1) != Some(&b'/') {
                continue;
            }
            let found =
                rest.get(at + 2..at + 2 + name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()));
            if found && !rest.get(at + 2 + name.len()).is_some_and(u8::is_ascii_alphanumeric) {
                let tail = &rest[at..];
                self.at += at + tail.iter().position(|b| *b == b'>').map_or(tail.len(), |end| end + 1);
                return true;
            }
        }
        self.at = self.source.len();
        false
    }

    /// Where the markup starting at `<` ends, when it is a comment, a declaration or an instruction.
    fn ignorable(&self, rest: &str) -> Option<usize> {
        let end = |mark: &str, from: usize| {
            rest.get(from..).and_then(|tail| tail.find(mark)).map_or(rest.len(), |at| from + at + mark.len())
        };
        if rest.starts_with("<!--") {
            return Some(if rest.starts_with("<!-->") { 5 } else { end("-->", 4) });
        }
        if rest.starts_with("<![CDATA[") {
            return Some(end("]]>", 9));
        }
        if rest.starts_with("<?") || rest.starts_with("<!") && rest[2..].starts_with(|c: char| c.is_ascii_alphabetic())
        {
            return Some(end(">", 2));
        }
        None
    }

    /// The tag starting at `<` and its length.
    fn tag(&mut self, rest: &str) -> Option<(Token<'s>, usize)> {
        let bytes = rest.as_bytes();
        let closing = bytes.get(1) == Some(&b'/');
        let start = 1 + usize::from(closing);
        let name_end = start
            + bytes[start..]
                .iter()
                .take(40)
                .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-' || **b == b':')
                .count();
        if !bytes.get(start)?.is_ascii_alphabetic() {
            return None;
        }
        let name = rest[start..name_end].to_ascii_lowercase();
        let mut attributes = Vec::new();
        let mut at = name_end;
        loop {
            let spaces = count(bytes, at, |b| b.is_ascii_whitespace() || b == b'/');
            at += spaces;
            match *bytes.get(at)? {
                b'>' => break,
                b'<' | b'"' | b'\'' | b'=' | b'`' => return None,
                _ if spaces == 0 => return None,
                _ => at = self.attribute(rest, at, &mut attributes)?,
            }
        }
        let token = if closing { Token::Close { name } } else { Token::Open { name, attributes } };
        Some((token, at + 1))
    }

    /// Reads the attribute at `at`; the place after it.
    fn attribute(&mut self, rest: &str, at: usize, attributes: &mut Vec<(String, String)>) -> Option<usize> {
        let bytes = rest.as_bytes();
        let name_end = at
            + count(bytes, at, |b| {
                !b.is_ascii_whitespace() && !matches!(b, b'<' | b'>' | b'"' | b'\'' | b'=' | b'/' | b'`')
            });
        let name = rest.get(at..name_end)?.to_ascii_lowercase();
        let equals = name_end + count(bytes, name_end, |b| b.is_ascii_whitespace());
        if bytes.get(equals) != Some(&b'=') {
            attributes.push((name, String::new()));
            return (name_end > at).then_some(name_end);
        }
        let start = equals + 1 + count(bytes, equals + 1, |b| b.is_ascii_whitespace());
        let (from, to, next) = match *bytes.get(start)? {
            quote @ (b'"' | b'\'') => {
                let known = &mut self.no_quote[usize::from(quote == b'\'')];
                let length = if *known { None } else { bytes[start + 1..].iter().position(|b| *b == quote) };
                *known = length.is_none();
                (start + 1, start + 1 + length?, start + 2 + length?)
            }
            _ => {
                let end = start
                    + count(bytes, start, |b| {
                        !b.is_ascii_whitespace() && !matches!(b, b'<' | b'>' | b'"' | b'\'' | b'`')
                    });
                (start, end, end)
            }
        };
        if attributes.iter().all(|(known, _)| *known != name) && attributes.len() < 32 {
            attributes.push((name, escape::decoded(rest.get(from..to)?)));
        }
        Some(next)
    }
}

fn count(bytes: &[u8], from: usize, matches: impl Fn(u8) -> bool) -> usize {
    bytes.get(from..).unwrap_or_default().iter().take_while(|b| matches(**b)).count()
}

impl<'s> Iterator for Tokens<'s> {
    type Item = Token<'s>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let source = self.source;
            let rest = &source[self.at..];
            if rest.is_empty() {
                return None;
            }
            if let Some(length) = self.ignorable(rest) {
                self.at += length;
                continue;
            }
            if rest.starts_with('<')
                && let Some((token, length)) = self.tag(rest)
            {
                self.at += length;
                return Some(token);
            }
            let length = rest.bytes().skip(1).position(|b| b == b'<').map_or(rest.len(), |at| at + 1);
            self.at += length;
            return Some(Token::Text(&rest[..length]));
        }
    }
}
