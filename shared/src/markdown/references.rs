//! Links to other notes and files, and their place in the source.

use std::ops::Range;

use comrak::nodes::{Node, NodeValue, Sourcepos};

use super::links;
use super::render::{MAX_REFERENCES, Pass};
use super::types::{Fragment, Place, Reference, Target, TargetKind};

impl<'a> Pass<'_, '_, 'a> {
    /// Notes a reference; `None` when the note has too many.
    pub(super) fn add_reference(
        &mut self,
        target: Target,
        embed: bool,
        label: String,
        range: Range<usize>,
        place: Place,
    ) -> Option<usize> {
        if self.references.len() >= MAX_REFERENCES {
            return None;
        }
        let (label, size) = match links::split_size(&label) {
            (label, size) if embed => (label.to_owned(), size),
            _ => (label, None),
        };
        let label = (!label.trim().is_empty()).then_some(label);
        let index = self.references.len();
        self.text.reference(index);
        self.references.push(Reference { target, embed, label, range, sentence: String::new(), size, place });
        Some(index)
    }

    /// Notes an embed and leaves its hole.
    pub(super) fn add_embed(&mut self, target: Target, label: String, range: Range<usize>, place: Place) {
        let place = if self.writer.in_link() { Place::Link } else { place };
        let picture = is_picture(&target.path);
        let words = links::split_size(&label).0.to_owned();
        let Some(index) = self.add_reference(target, true, label, range, place) else {
            return self.word(&words);
        };
        if picture && self.first_image.is_none() {
            self.first_image = Some(index);
        }
        self.text.push(&words);
        self.leave_embed(index);
    }

    /// Writes a node that is an embed.
    pub(super) fn embed_node(&mut self, node: Node<'a>, place: Place) {
        let data = node.data();
        match data.value {
            NodeValue::Image(ref link) => self.image(node, link, data.sourcepos, place),
            NodeValue::WikiLink(_) => self.wiki_embed(node, place),
            _ => {}
        }
    }

    /// Writes a wikilink or an embed among words.
    pub(super) fn wiki_link(&mut self, node: Node<'a>) {
        let data = node.data();
        let NodeValue::WikiLink(ref link) = data.value else { return };
        if link.embed {
            return self.wiki_embed(node, Place::Inline);
        }
        let (inside, range) = self.wiki_source(&link.url, data.sourcepos);
        let target = links::wiki(&inside);
        let text = node.collect_text();
        let written = text.trim() != link.url.trim();
        let text = if written { text } else { shown_name(&target) };
        let label = if written { text.clone() } else { String::new() };
        self.write_wiki_link(target, label, &text, range);
    }

    fn write_wiki_link(&mut self, target: Target, label: String, text: &str, range: Range<usize>) {
        if target.path.is_empty() && target.fragment.is_none() {
            return self.word(text);
        }
        let Some(index) = self.add_reference(target, false, label, range, Place::Inline) else {
            return self.word(text);
        };
        let mark = self.writer.open_link(index);
        self.word(text);
        self.writer.close_to(mark);
    }

    fn wiki_embed(&mut self, node: Node<'a>, place: Place) {
        let data = node.data();
        let NodeValue::WikiLink(ref link) = data.value else { return };
        let (inside, range) = self.wiki_source(&link.url, data.sourcepos);
        let text = node.collect_text();
        let label = if text.trim() == link.url.trim() { String::new() } else { text };
        let target = links::wiki(&inside);
        if target.path.is_empty() && target.fragment.is_none() {
            return self.word(&label);
        }
        self.add_embed(target, label, range, place);
    }

    /// A wikilink that the parser left as text: after a stray `[`, or with more than one `|`. Writes it with the text
    /// before it; its length, 0 when there is none.
    pub(super) fn stray_wiki_link(&mut self, text: &str, written: usize, at: usize, position: Sourcepos) -> usize {
        let Some(inside) = between_brackets(&text[at..]) else { return 0 };
        let embed = text[written..at].ends_with('!');
        if self.writer.in_link() && !embed {
            return 0;
        }
        self.word(&text[written..at - usize::from(embed)]);
        let (name, label) = inside.split_once('|').unwrap_or((inside, ""));
        let target = links::wiki(name);
        let range = self.lines.find(position.start, &format!("[[{inside}]]"));
        let range = range.map_or(0..0, |range| self.path_range(name, range.start + 2));
        if embed {
            self.add_embed(target, label.to_owned(), range, Place::Inline);
        } else {
            let shown = if label.is_empty() { shown_name(&target) } else { label.to_owned() };
            self.write_wiki_link(target, label.to_owned(), &shown, range);
        }
        inside.len() + 4
    }

    /// What stands in the source between `[[` and `|` or `]]`, and where its path is.
    fn wiki_source(&self, url: &str, position: Sourcepos) -> (String, Range<usize>) {
        let from = self.lines.byte(position.start);
        let source = self.lines.source();
        let near = source.get(from..).unwrap_or_default();
        let limit = near.char_indices().map(|(at, _)| at).take_while(|at| *at < 2_000).last().unwrap_or(0);
        for (at, _) in near[..limit].match_indices("[[") {
            let rest = &near[at + 2..];
            let Some(end) = rest.find(['|', ']']) else { break };
            let inside = rest[..end].strip_suffix('\\').unwrap_or(&rest[..end]);
            if same_name(inside, url) {
                return (inside.to_owned(), self.path_range(inside, from + at + 2));
            }
        }
        (url.to_owned(), 0..0)
    }

    /// The path's bytes in the inside of a wikilink that stands at this byte.
    fn path_range(&self, inside: &str, at: usize) -> Range<usize> {
        let path = inside.split('#').next().unwrap_or_default();
        let start = at + path.len() - path.trim_start().len();
        let found = start..start + path.trim().len();
        if self.lines.source().get(found.clone()) == Some(path.trim()) { found } else { 0..0 }
    }

    /// The bytes of a link's path, where its destination stands in the link itself or in a definition.
    pub(super) fn destination_range(&self, url: &str, position: Sourcepos) -> Range<usize> {
        let source = self.lines.source();
        let (from, to) = (self.lines.byte(position.start), self.lines.byte(position.end));
        let Some(link) = source.get(from..(to + 1).min(source.len())) else { return 0..0 };
        let inline = link.rfind("](").and_then(|at| destination(source, from + at + 2, url));
        inline.or_else(|| self.definition_range(url)).unwrap_or(0..0)
    }

    /// The destination of the first link definition that leads there.
    fn definition_range(&self, url: &str) -> Option<Range<usize>> {
        // A note with thousands of reference links would be searched thousands of times.
        if self.references.len() > 500 {
            return None;
        }
        let source = self.lines.source();
        source.match_indices("]:").find_map(|(at, _)| destination(source, at + 2, url))
    }
}

/// What stands between `[[` at the start and `]]`, on one line and of a name's length.
fn between_brackets(text: &str) -> Option<&str> {
    const LONGEST: usize = 1_000;
    let rest = text.strip_prefix("[[")?;
    let end = rest.bytes().take(LONGEST).position(|b| matches!(b, b'[' | b']' | b'\n'))?;
    (end > 0 && rest[end..].starts_with("]]")).then(|| &rest[..end])
}

/// The path's bytes of the link destination that stands at this byte, if it leads to this address.
fn destination(source: &str, at: usize, url: &str) -> Option<Range<usize>> {
    let rest = source.get(at..)?;
    let start = at + rest.len() - rest.trim_start().len();
    let rest = &source[start..];
    let (start, length) = match rest.strip_prefix('<') {
        Some(rest) => (start + 1, rest.find(['>', '\n'])?),
        None => (start, closing(rest)),
    };
    let written = source.get(start..start + length)?;
    let path = written.split(['#', '?']).next().unwrap_or_default();
    same_name(written, url).then_some(start..start + path.len())
}

/// The length of a destination without angle brackets: to a space or the bracket that closes the link.
fn closing(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return at,
            ')' => depth -= 1,
            c if c.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

/// Whether what is written is what the parser made of it, which undoes escapes and character references.
fn same_name(written: &str, parsed: &str) -> bool {
    let (written, parsed) = (written.trim(), parsed.trim());
    if written == parsed {
        return true;
    }
    if !written.contains(['\\', '&']) {
        return false;
    }
    let mut plain = String::with_capacity(written.len());
    let decoded = super::escape::decoded(written);
    let mut chars = decoded.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => {}
            _ => plain.push(c),
        }
    }
    plain == parsed
}

/// What a wikilink without words of its own shows: `Note > Heading`.
fn shown_name(target: &Target) -> String {
    let mut parts: Vec<&str> = Vec::new();
    if !target.path.is_empty() {
        parts.push(&target.path);
    }
    match &target.fragment {
        Some(Fragment::Heading(path)) => parts.extend(path.iter().map(String::as_str)),
        Some(Fragment::Block(id)) if target.path.is_empty() => parts.push(id),
        _ => {}
    }
    debug_assert_eq!(target.kind, TargetKind::Wiki, "only wikilinks show names");
    parts.join(" > ")
}

fn is_picture(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    matches!(extension.as_str(), "png" | "jpg" | "jpeg" | "jfif" | "gif" | "webp" | "avif" | "svg" | "bmp")
}
