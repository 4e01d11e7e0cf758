//! Words: text, emphasis, code, links, pictures, math.

use comrak::nodes::{Node, NodeLink, NodeValue, Sourcepos};

use super::links::{self, Address};
use super::math::{self, Display};
use super::render::{MAX_INLINE_DEPTH, Pass};
use super::text::{Block, tag_href, tag_length};
use super::types::{Piece, Place};

impl<'a> Pass<'_, '_, 'a> {
    /// Writes the words of a text block, in a paragraph with these attributes or bare, broken where an embed stands
    /// for itself.
    pub(super) fn words_of(&mut self, node: Node<'a>, kind: Block, paragraph: Option<&[(&str, &str)]>) {
        let alone = is_only_embeds(node) && !self.is_bare();
        let mut mark = None;
        // Of the paragraphs that an embed makes of one, the first has the id.
        let mut attributes = paragraph;
        let outer = self.writer.mark();
        for child in node.children() {
            if !self.is_bare() && (alone || is_note_embed(child)) {
                if is_break(child) {
                    continue;
                }
                self.writer.close_to(outer);
                mark = None;
                self.embed_node(child, Place::Block);
                continue;
            }
            if mark.is_none() {
                if is_break(child) && !self.is_bare() {
                    continue;
                }
                mark = Some(self.writer.mark());
                if let Some(attributes) = attributes.replace(&[]).filter(|_| paragraph.is_some()) {
                    self.writer.open("p", attributes);
                }
                self.write_checkbox();
            }
            self.inline(child, 0);
        }
        self.writer.close_to(outer);
        self.write_checkbox();
        self.end_text(kind);
    }

    /// Writes the markup among words below a node.
    pub(super) fn inlines(&mut self, parent: Node<'a>, depth: usize) {
        for child in parent.children() {
            self.inline(child, depth);
        }
    }

    fn inline(&mut self, node: Node<'a>, depth: usize) {
        if depth > MAX_INLINE_DEPTH {
            return self.word(&node.collect_text());
        }
        let data = node.data();
        match data.value {
            NodeValue::HtmlInline(ref html) => return self.html_inline(html),
            _ if self.hidden.is_some() => return,
            _ => {}
        }
        match data.value {
            NodeValue::Text(ref text) => self.text_node(node, text, data.sourcepos),
            NodeValue::SoftBreak => {
                self.writer.text("\n");
                self.text.space();
            }
            NodeValue::LineBreak => {
                self.writer.void("br", &[]);
                self.writer.newline();
                self.text.space();
            }
            NodeValue::Code(ref code) => {
                let mark = self.writer.open("code", &[]);
                self.word(&code.literal);
                self.writer.close_to(mark);
            }
            NodeValue::Emph => self.spanned(node, "em", depth),
            NodeValue::Strong => self.spanned(node, "strong", depth),
            NodeValue::Strikethrough => self.spanned(node, "del", depth),
            NodeValue::Highlight => self.spanned(node, "mark", depth),
            NodeValue::Link(ref link) => self.link(node, link, data.sourcepos, depth),
            NodeValue::Image(ref link) => self.image(node, link, data.sourcepos, Place::Inline),
            NodeValue::WikiLink(_) => self.wiki_link(node),
            NodeValue::FootnoteReference(ref reference) => self.footnote_reference(&reference.name, data.sourcepos),
            NodeValue::Math(ref math) => {
                let display = if math.display_math { Display::Block } else { Display::Inline };
                self.writer.trusted(&math::render(&math.literal, display, &mut self.math_bytes));
                self.text.push(&math.literal);
            }
            NodeValue::CommentInline(_) => {}
            _ => self.inlines(node, depth + 1),
        }
    }

    /// Writes plain text.
    pub(super) fn word(&mut self, text: &str) {
        self.writer.text(text);
        self.text.push(text);
    }

    fn spanned(&mut self, node: Node<'a>, element: &str, depth: usize) {
        let mark = self.writer.open(element, &[]);
        self.inlines(node, depth + 1);
        self.writer.close_to(mark);
    }

    /// The checkbox of a task stands before the item's first words.
    pub(super) fn write_checkbox(&mut self) {
        let Some((name, checked)) = self.checkbox.take() else { return };
        let name = if name.is_empty() { "…" } else { &name };
        let mut attributes = vec![("type", "checkbox"), ("disabled", ""), ("aria-label", name)];
        if checked {
            attributes.push(("checked", ""));
        }
        self.writer.void("input", &attributes);
        self.writer.text(" ");
    }

    /// Text, in which tags are links and wikilinks that the parser left alone are found.
    fn text_node(&mut self, node: Node<'a>, text: &str, position: Sourcepos) {
        if self.is_bare() {
            return self.word(text);
        }
        let text = match node.next_sibling() {
            None if self.tail > 0 && node.parent().is_some_and(|parent| parent.data().value.block()) => {
                let end = text.len().saturating_sub(self.tail);
                text.get(..end).unwrap_or(text)
            }
            _ => text,
        };
        let mut written = 0;
        let mut at = 0;
        while let Some(found) = text[at..].find(['#', '[']) {
            at += found;
            let length = if text[at..].starts_with('#') {
                self.tag(text, written, at)
            } else {
                self.stray_wiki_link(text, written, at, position)
            };
            if length > 0 {
                at += length;
                written = at;
            } else {
                at += 1;
            }
        }
        self.word(&text[written..]);
    }

    /// Writes the tag at this place of a text, with the text before it; its length, 0 when there is none.
    fn tag(&mut self, text: &str, written: usize, at: usize) -> usize {
        let before = if at > 0 { text[..at].chars().next_back() } else { self.text.last() };
        if before.is_some_and(|c| {
            !c.is_whitespace() && !matches!(c, '(' | '[' | '{' | ',' | ';' | '"' | '“' | '（' | '、' | '，' | '。')
        }) || self.writer.in_link()
        {
            return 0;
        }
        let length = tag_length(&text[at..]);
        if length == 0 {
            return 0;
        }
        self.word(&text[written..at]);
        let tag = &text[at + 1..at + length];
        let mark = self.writer.open("a", &[("class", "tag"), ("rel", "tag"), ("href", &tag_href(tag))]);
        self.word(&text[at..at + length]);
        self.writer.close_to(mark);
        if self.tags.len() < crate::limits::TAGS && self.seen_tags.insert(tag.to_lowercase()) {
            self.tags.push(tag.to_owned());
        }
        length
    }

    fn link(&mut self, node: Node<'a>, link: &NodeLink, position: Sourcepos, depth: usize) {
        if self.is_bare() {
            let mut attributes = vec![("href", link.url.as_str())];
            if !link.title.is_empty() {
                attributes.push(("title", &link.title));
            }
            let mark = self.writer.open("a", &attributes);
            self.inlines(node, depth + 1);
            return self.writer.close_to(mark);
        }
        match links::classify(&link.url) {
            Address::Target(target) => {
                let range = self.destination_range(&link.url, position);
                let Some(index) = self.add_reference(target, false, node.collect_text(), range, Place::Inline) else {
                    return self.inlines(node, depth + 1);
                };
                let mark = self.writer.open_link(index);
                self.inlines(node, depth + 1);
                self.writer.close_to(mark);
            }
            address => {
                let mark = self.writer.mark();
                self.open_address(&address, &link.title);
                self.inlines(node, depth + 1);
                self.writer.close_to(mark);
            }
        }
    }

    /// Opens a link to an address that needs no resolving.
    pub(super) fn open_address(&mut self, address: &Address, title: &str) {
        let (href, external) = match address {
            Address::External(href) => (href, true),
            Address::Plain(href) | Address::Local(href) => (href, false),
            Address::Target(_) | Address::Nowhere => return,
        };
        let mut attributes = vec![("href", href.as_str())];
        if external {
            attributes.extend([("class", "external"), ("rel", "noopener")]);
        }
        if !title.is_empty() {
            attributes.push(("title", title));
        }
        self.writer.open("a", &attributes);
    }

    pub(super) fn image(&mut self, node: Node<'a>, link: &NodeLink, position: Sourcepos, place: Place) {
        let alt = node.collect_text();
        if self.is_bare() {
            let mut attributes = vec![("src", link.url.as_str()), ("alt", alt.as_str())];
            if !link.title.is_empty() {
                attributes.push(("title", &link.title));
            }
            return self.writer.void("img", &attributes);
        }
        match links::classify(&link.url) {
            Address::Target(target) => {
                let range = self.destination_range(&link.url, position);
                self.add_embed(target, alt, range, place);
            }
            Address::External(src) | Address::Plain(src) if src.starts_with('/') || src.starts_with("http") => {
                self.outside_image(&src, &alt, &link.title);
            }
            _ => self.word(&alt),
        }
    }

    /// A picture of another site, or a link where the address is a player's page.
    pub(super) fn outside_image(&mut self, src: &str, label: &str, title: &str) {
        let (alt, size) = links::split_size(label);
        if !links::is_picture(src) && src.starts_with("http") {
            let mark = self.writer.mark();
            self.open_address(&Address::External(src.to_owned()), title);
            self.word(if alt.is_empty() { src } else { alt });
            return self.writer.close_to(mark);
        }
        let (width, height) = size.unwrap_or_default();
        let (width, height) = (width.map(|n| n.to_string()), height.map(|n| n.to_string()));
        let mut attributes = vec![("src", src), ("alt", alt)];
        attributes.extend(width.as_deref().map(|width| ("width", width)));
        attributes.extend(height.as_deref().map(|height| ("height", height)));
        if !title.is_empty() {
            attributes.push(("title", title));
        }
        attributes.extend([("loading", "lazy"), ("decoding", "async"), ("referrerpolicy", "no-referrer")]);
        self.writer.void("img", &attributes);
    }

    /// Leaves the hole of an embed.
    pub(super) fn leave_embed(&mut self, index: usize) {
        let piece = Piece::Embed(index);
        match self.references.get(index).map(|reference| reference.place) {
            Some(Place::Block) => {
                self.writer.newline();
                if !self.writer.hole_between_blocks(piece.clone()) {
                    self.references[index].place = Place::Inline;
                    self.writer.hole_in_words(piece);
                }
                self.writer.newline();
            }
            _ => self.writer.hole_in_words(piece),
        }
    }
}

/// Whether a text block holds embeds and nothing else.
fn is_only_embeds(node: Node<'_>) -> bool {
    let mut some = false;
    for child in node.children() {
        match child.data().value {
            NodeValue::Image(_) => some = true,
            NodeValue::WikiLink(ref link) if link.embed => some = true,
            _ if is_break(child) => {}
            _ => return false,
        }
    }
    some
}

/// Whether a node shows another note.
fn is_note_embed(node: Node<'_>) -> bool {
    match node.data().value {
        NodeValue::WikiLink(ref link) => link.embed && !links::is_media(&links::wiki(&link.url).path),
        _ => false,
    }
}

/// Whether a node only parts others.
fn is_break(node: Node<'_>) -> bool {
    match node.data().value {
        NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::CommentInline(_) => true,
        NodeValue::Text(ref text) => text.trim().is_empty(),
        _ => false,
    }
}
