//! Raw HTML in a note, rebuilt from what the allow-list knows.

use super::elements::{hides_content, keeps_attribute};
use super::escape;
use super::html::{Token, Tokens};
use super::links::{self, Address};
use super::render::Pass;
use super::slug::{ID_PREFIX, slug_of_heading};
use super::text::Block;
use super::types::Place;

impl Pass<'_, '_, '_> {
    /// A block of raw HTML.
    pub(super) fn html_block(&mut self, html: &str) {
        if self.is_bare() {
            self.writer.newline();
            self.writer.trusted(html);
            return self.writer.newline();
        }
        let mut tokens = Tokens::new(html);
        while let Some(token) = tokens.next() {
            if let Token::Open { name, attributes } = &token
                && hides_content(name)
            {
                self.player(name, attributes);
                tokens.skip_past(name);
                continue;
            }
            self.raw_token(token);
        }
        self.writer.end_words();
        self.writer.newline();
        self.end_text(Block::Other);
    }

    /// One raw tag among words.
    pub(super) fn html_inline(&mut self, html: &str) {
        if self.is_bare() {
            return self.writer.trusted(html);
        }
        for token in Tokens::new(html) {
            match (&self.hidden, &token) {
                (Some(hidden), Token::Close { name }) if hidden == name => self.hidden = None,
                (Some(_), _) => {}
                (None, Token::Open { name, attributes }) if hides_content(name) => {
                    self.player(name, attributes);
                    self.hidden = Some(name.clone());
                }
                (None, _) => self.raw_token(token),
            }
        }
    }

    fn raw_token(&mut self, token: Token<'_>) {
        match token {
            Token::Text(text) => {
                self.writer.raw_text(text);
                self.text.push(&escape::decoded(text));
            }
            Token::Close { name } => {
                if !matches!(name.as_str(), "p" | "br") {
                    self.text.space();
                }
                self.writer.raw_close(&name);
            }
            Token::Open { name, attributes } => self.raw_tag(&name, &attributes),
        }
    }

    fn raw_tag(&mut self, name: &str, attributes: &[(String, String)]) {
        match name {
            "img" => return self.raw_image(attributes),
            "audio" | "video" | "source" | "embed" => return self.player(name, attributes),
            "br" | "p" | "div" | "li" | "td" | "th" | "tr" => self.text.space(),
            _ => {}
        }
        let id = value(attributes, "id").or_else(|| value(attributes, "name").filter(|_| name == "a"));
        let id = id
            .filter(|id| !id.trim().is_empty())
            .map(|id| self.ids.give(&format!("{ID_PREFIX}{}", slug_of_heading(id))));
        let mut kept: Vec<(&str, &str)> = Vec::new();
        if let Some(id) = &id {
            kept.push(("id", id));
        }
        let href = match value(attributes, "href").filter(|_| name == "a").map(links::classify) {
            Some(Address::External(href)) => {
                kept.extend([("class", "external"), ("rel", "noopener")]);
                Some(href)
            }
            Some(Address::Plain(href) | Address::Local(href)) => Some(href),
            Some(Address::Target(target)) => {
                return self.raw_link(target, value(attributes, "href").unwrap_or_default());
            }
            Some(Address::Nowhere) | None => None,
        };
        if let Some(href) = &href {
            kept.push(("href", href));
        }
        kept.extend(
            attributes
                .iter()
                .filter(|(key, value)| keeps_attribute(name, key, value))
                .map(|(key, value)| (key.as_str(), value.as_str())),
        );
        self.writer.raw_open(name, &kept);
    }

    /// A raw link to a note or a file: only the link is kept, as text would be, with its hole.
    fn raw_link(&mut self, target: super::types::Target, written: &str) {
        let range = self.written_range(written);
        let Some(index) = self.add_reference(target, false, String::new(), range, Place::Inline) else { return };
        self.writer.raw_link(index);
    }

    fn raw_image(&mut self, attributes: &[(String, String)]) {
        let Some(src) = value(attributes, "src") else { return };
        let alt = value(attributes, "alt").unwrap_or_default();
        let size = |name| {
            value(attributes, name)
                .and_then(|text| text.trim_end_matches("px").parse::<u32>().ok())
                .filter(|n| (1..10_000).contains(n))
        };
        let label = match (size("width"), size("height")) {
            (Some(width), Some(height)) => format!("{alt}|{width}x{height}"),
            (Some(width), None) => format!("{alt}|{width}"),
            _ => alt.to_owned(),
        };
        match links::classify(src) {
            Address::Target(target) => {
                let range = self.written_range(src);
                self.add_embed(target, label, range, Place::Inline);
            }
            Address::External(src) | Address::Plain(src) if src.starts_with('/') || src.starts_with("http") => {
                self.outside_image(&src, &label, value(attributes, "title").unwrap_or_default());
            }
            _ => self.word(alt),
        }
    }

    /// A player or a frame: a file of this site is embedded, another site's page becomes a link.
    fn player(&mut self, name: &str, attributes: &[(String, String)]) {
        if !matches!(name, "audio" | "video" | "source" | "embed" | "iframe") {
            return;
        }
        let Some(src) = value(attributes, "src") else { return };
        let label = value(attributes, "title").unwrap_or_default();
        match links::classify(src) {
            Address::Target(target) if name != "iframe" => {
                let range = self.written_range(src);
                self.add_embed(target, label.to_owned(), range, Place::Inline);
            }
            Address::External(href) if !self.writer.in_link() => {
                let mark = self.writer.mark();
                self.open_address(&Address::External(href.clone()), "");
                self.word(if label.is_empty() { &href } else { label });
                self.writer.close_to(mark);
            }
            _ => {}
        }
    }

    /// Raw HTML has no position of its own: the path's place is where the same words stand in the whole source.
    fn written_range(&self, written: &str) -> std::ops::Range<usize> {
        let path = written.split(['#', '?']).next().unwrap_or_default();
        let source = self.lines.source();
        let quoted = [format!("\"{written}\""), format!("'{written}'")];
        // Searched from the start each time: only so often that it stays quick.
        if path.is_empty() || self.references.len() > 500 {
            return 0..0;
        }
        let used = |at: usize| self.references.iter().any(|reference| reference.range.start == at);
        for quoted in quoted {
            if let Some((at, _)) = source.match_indices(&quoted).take(100).find(|(at, _)| !used(at + 1)) {
                return at + 1..at + 1 + path.len();
            }
        }
        0..0
    }
}

fn value<'v>(attributes: &'v [(String, String)], name: &str) -> Option<&'v str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
