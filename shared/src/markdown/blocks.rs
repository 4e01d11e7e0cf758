//! Blocks: paragraphs, headings, lists, quotes, callouts, code.

use comrak::nodes::{CalloutFold, ListType, Node, NodeCallout, NodeCodeBlock, NodeList, NodeValue};

use super::callouts;
use super::math::{self, Display};
use super::render::{MAX_BLOCK_DEPTH, Marks, Pass, Setting};
use super::slug::{ID_PREFIX, slug_of_heading};
use super::text::{Block, shortened, shown};
use super::types::{Heading, Piece};

impl<'a> Pass<'_, '_, 'a> {
    /// Writes the blocks in a container.
    pub(super) fn blocks(&mut self, parent: Node<'a>, depth: usize) {
        let mut next = parent.first_child();
        while let Some(node) = next {
            next = node.next_sibling();
            if depth == 0 && !matches!(node.data().value, NodeValue::FootnoteDefinition(_)) {
                let at = self.lines.byte(node.data().sourcepos.start);
                self.mark_part(at);
            }
            let id = next.and_then(lone_block_id);
            if let Some(id) = id.filter(|_| !self.is_bare()) {
                self.identified(&id, |pass| pass.block(node, depth));
                next = next.and_then(|node| node.next_sibling());
            } else {
                self.block(node, depth);
            }
        }
    }

    /// Notes that what stands at this byte of the source begins, if that is asked for and nothing is open around it.
    pub(super) fn mark_part(&mut self, at: usize) {
        if self.marks == Marks::Blocks && self.writer.is_outermost() {
            self.writer.newline();
            self.writer.hole(Piece::Source(at));
        }
    }

    /// Writes what the closure writes as the block of this id.
    fn identified(&mut self, id: &str, write: impl FnOnce(&mut Self)) {
        let (number, element_id) = self.begin_block(id);
        let mark = self.writer.open("div", &[("id", &element_id)]);
        write(self);
        self.writer.close_to(mark);
        self.writer.newline();
        self.writer.hole(Piece::BlockEnd(number));
    }

    /// Notes that the block of this id begins; its number and its element's id.
    fn begin_block(&mut self, id: &str) -> (usize, String) {
        let number = self.block_ids.len();
        self.block_ids.push(id.to_owned());
        self.writer.hole(Piece::BlockStart(number));
        (number, self.ids.give(&format!("{ID_PREFIX}^{}", id.to_lowercase())))
    }

    fn block(&mut self, node: Node<'a>, depth: usize) {
        if depth > MAX_BLOCK_DEPTH {
            return self.flattened(node);
        }
        if !is_in_tight_list_paragraph(node) {
            self.writer.newline();
        }
        let value = node.data().value.clone();
        match value {
            NodeValue::Paragraph => self.paragraph(node),
            NodeValue::Heading(heading) => self.heading(node, heading.level),
            NodeValue::BlockQuote => self.framed(node, depth, "blockquote"),
            NodeValue::Callout(callout) => self.callout(node, &callout, depth),
            NodeValue::List(list) => self.list(node, list, depth),
            NodeValue::Item(_) | NodeValue::TaskItem(_) => self.item(node, depth),
            NodeValue::CodeBlock(code) => self.code_block(&code),
            NodeValue::HtmlBlock(html) => self.html_block(&html.literal),
            NodeValue::ThematicBreak => {
                self.writer.void("hr", &[]);
                self.writer.newline();
            }
            NodeValue::Table(table) => self.table(node, &table.alignments),
            NodeValue::FootnoteDefinition(_) | NodeValue::MultilineComment(_) => {}
            _ => self.blocks(node, depth + 1),
        }
    }

    /// Writes only the text blocks below a node that is nested too deep for its frames.
    fn flattened(&mut self, node: Node<'a>) {
        for node in node.descendants() {
            let value = node.data().value.clone();
            match value {
                NodeValue::Paragraph | NodeValue::Heading(_) | NodeValue::TableCell => self.paragraph(node),
                NodeValue::CodeBlock(code) => self.code_block(&code),
                _ => {}
            }
        }
    }

    fn framed(&mut self, node: Node<'a>, depth: usize, element: &str) {
        let mark = self.writer.open(element, &[]);
        self.writer.newline();
        self.blocks(node, depth + 1);
        self.writer.close_to(mark);
        self.writer.newline();
    }

    fn paragraph(&mut self, node: Node<'a>) {
        if is_in_tight_list(node) {
            return self.words_of(node, Block::Prose, None);
        }
        if !self.is_bare()
            && let Some(id) = self.trailing_id(node)
        {
            let (number, element_id) = self.begin_block(&id);
            self.words_of(node, Block::Prose, Some(&[("id", element_id.as_str())]));
            self.writer.newline();
            return self.writer.hole(Piece::BlockEnd(number));
        }
        self.words_of(node, Block::Prose, Some(&[]));
        self.writer.newline();
    }

    /// The `^id` at the end of a text block, which is then left out of its words.
    fn trailing_id(&mut self, node: Node<'a>) -> Option<String> {
        let last = node.last_child()?;
        let data = last.data();
        let NodeValue::Text(ref text) = data.value else { return None };
        let id = block_id_at_end(text)?;
        let starts_text = text.len() == id.len() + 1;
        // Obsidian takes `![[picture.png]]^id` too.
        let parted = !starts_text
            || last.previous_sibling().is_none_or(|before| {
                let value = &before.data().value;
                matches!(
                    value,
                    NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::WikiLink(_) | NodeValue::Image(_)
                )
            });
        if !parted {
            return None;
        }
        self.tail = text.len() - text[..text.len() - id.len() - 1].trim_end().len();
        Some(id.to_owned())
    }

    fn heading(&mut self, node: Node<'a>, written: u8) {
        if self.is_bare() {
            let mark = self.writer.open(&format!("h{written}"), &[]);
            self.inlines(node, 0);
            self.writer.close_to(mark);
            return self.writer.newline();
        }
        let block_id = self.trailing_id(node);
        let text = node.collect_text();
        let text = text[..text.len().saturating_sub(self.tail)].trim();
        let level = self.level(written);
        let id = self.ids.give(&format!("{ID_PREFIX}{}", slug_of_heading(text)));
        let number = self.toc.len();
        self.toc.push(Heading { level, id: id.clone(), text: shown(&shortened(text, 300)).into_owned() });
        self.writer.hole(Piece::Heading(number));
        let block = block_id.map(|id| self.begin_block(&id));
        let attributes =
            block.as_ref().map_or(vec![("class", "heading")], |(_, id)| vec![("class", "heading"), ("id", id)]);
        let frame = self.writer.open("div", &attributes);
        let before = std::mem::replace(&mut self.setting, Setting::Label);
        let mark = self.writer.open(&format!("h{level}"), &[("id", &id)]);
        self.inlines(node, 0);
        self.writer.close_to(mark);
        self.setting = before;
        self.end_text(Block::Other);
        self.writer.hole(Piece::Anchor(number));
        self.writer.close_to(frame);
        self.writer.newline();
        if let Some((number, _)) = block {
            self.writer.hole(Piece::BlockEnd(number));
        }
    }

    /// The level a heading has in the page: under the page's own `h1`, no level skipped.
    fn level(&mut self, written: u8) -> u8 {
        while self.outline.last().is_some_and(|above| *above >= written) {
            self.outline.pop();
        }
        self.outline.push(written);
        u8::try_from(self.outline.len() + 1).unwrap_or(6).min(6)
    }

    fn list(&mut self, node: Node<'a>, list: NodeList, depth: usize) {
        let start = list.start.to_string();
        let (element, attributes): (_, &[(&str, &str)]) = match list.list_type {
            ListType::Ordered if list.start != 1 => ("ol", &[("start", &start)]),
            ListType::Ordered => ("ol", &[]),
            ListType::Bullet if list.is_task_list && !self.is_bare() => ("ul", &[("class", "tasks")]),
            ListType::Bullet => ("ul", &[]),
        };
        let mark = self.writer.open(element, attributes);
        self.writer.newline();
        for item in node.children() {
            self.writer.newline();
            self.item(item, depth + 1);
        }
        self.writer.close_to(mark);
        self.writer.newline();
    }

    fn item(&mut self, node: Node<'a>, depth: usize) {
        let symbol = match node.data().value {
            NodeValue::TaskItem(task) => Some(task.symbol),
            _ => None,
        };
        let id = node
            .first_child()
            .filter(|first| !self.is_bare() && matches!(first.data().value, NodeValue::Paragraph))
            .and_then(|first| self.trailing_id(first));
        let block = id.map(|id| self.begin_block(&id));
        let mut attributes = Vec::new();
        if let Some((_, id)) = &block {
            attributes.push(("id", id.as_str()));
        }
        if symbol.is_some() {
            attributes.push(("class", "task"));
        }
        let mark = self.writer.open("li", &attributes);
        if let Some(symbol) = symbol {
            let name = node.first_child().map(|first| first.collect_text()).unwrap_or_default();
            let name = shortened(&name[..name.len().saturating_sub(self.tail)], 80);
            self.checkbox = Some((name, symbol.is_some()));
            if !node.first_child().is_some_and(|first| matches!(first.data().value, NodeValue::Paragraph)) {
                self.write_checkbox();
            }
        }
        self.item_blocks(node, depth);
        self.writer.close_to(mark);
        self.writer.newline();
        if let Some((number, _)) = block {
            self.writer.hole(Piece::BlockEnd(number));
        }
    }

    fn item_blocks(&mut self, node: Node<'a>, depth: usize) {
        let mut next = node.first_child();
        if self.tail > 0
            && let Some(first) = next
        {
            // The id at the end of the first words is the item's own.
            let paragraph = if is_in_tight_list(first) { None } else { Some(&[][..]) };
            self.words_of(first, Block::Prose, paragraph);
            next = first.next_sibling();
        }
        while let Some(block) = next {
            next = block.next_sibling();
            self.block(block, depth + 1);
        }
    }

    fn callout(&mut self, node: Node<'a>, callout: &NodeCallout, depth: usize) {
        let class = format!("callout callout-{}", callouts::kind(&callout.callout_type));
        let foldable = callout.fold != CalloutFold::None;
        let (frame, title) = if foldable { ("details", "summary") } else { ("div", "p") };
        let mut attributes = vec![("class", class.as_str())];
        if callout.fold == CalloutFold::Expanded {
            attributes.push(("open", ""));
        }
        let mark = self.writer.open(frame, &attributes);
        self.writer.newline();
        let title_mark = self.writer.open(title, &[("class", "callout-title")]);
        let written = node.first_child().filter(|first| matches!(first.data().value, NodeValue::CalloutTitle));
        match written {
            Some(written) => self.title(written),
            None => self.word(&shortened(&callout.default_title(), 100)),
        }
        self.end_text(Block::Other);
        self.writer.close_to(title_mark);
        self.writer.newline();
        let mut next = written.map_or_else(|| node.first_child(), |title| title.next_sibling());
        if next.is_some() {
            let body = self.writer.open("div", &[("class", "callout-body")]);
            self.writer.newline();
            while let Some(child) = next {
                next = child.next_sibling();
                self.block(child, depth + 1);
            }
            self.writer.close_to(body);
            self.writer.newline();
        }
        self.writer.close_to(mark);
        self.writer.newline();
    }

    /// Writes the words of a title, whatever blocks it is made of.
    fn title(&mut self, node: Node<'a>) {
        let before = std::mem::replace(&mut self.setting, Setting::Label);
        for node in node.descendants() {
            if matches!(node.data().value, NodeValue::Paragraph | NodeValue::Heading(_) | NodeValue::TableCell) {
                self.inlines(node, 0);
            }
        }
        self.setting = before;
    }

    fn code_block(&mut self, code: &NodeCodeBlock) {
        let lang = language(&code.info);
        if !self.is_bare() && lang == "math" {
            let html = math::render(code.literal.trim(), Display::Block, &mut self.math_bytes);
            let mark = self.writer.open("p", &[]);
            self.writer.trusted(&html);
            self.writer.close_to(mark);
            self.writer.newline();
            self.text.push(&code.literal);
            return self.end_text(Block::Code);
        }
        let pre = self.writer.open("pre", if self.is_bare() { &[] } else { &[("tabindex", "0")] });
        let class = format!(
            "language-{}",
            if self.is_bare() { code.info.split_whitespace().next().unwrap_or_default() } else { &lang }
        );
        let named = [("class", class.as_str())];
        let mark = self.writer.open("code", if class.len() > "language-".len() { &named } else { &[] });
        let coloured = if lang.is_empty() { None } else { self.highlight.highlight(&lang, &code.literal) };
        match coloured.filter(|html| is_spans(html)) {
            Some(html) => self.writer.trusted(&html),
            None => self.writer.text(&code.literal),
        }
        self.writer.close_to(mark);
        self.writer.close_to(pre);
        self.writer.newline();
        self.text.push(&code.literal);
        self.end_text(Block::Code);
    }

    /// Ends a text block.
    pub(super) fn end_text(&mut self, kind: Block) {
        let kind = if kind == Block::Prose && self.setting != Setting::Prose { Block::Other } else { kind };
        self.text.end(kind, &mut self.references);
        self.hidden = None;
        self.tail = 0;
    }
}

/// The language of a code block: the first word of its info string, as far as it can be one.
fn language(info: &str) -> String {
    let word = info.trim_start().split([' ', '\t', '{', ',']).next().unwrap_or_default();
    word.chars().filter(|c| c.is_alphanumeric() || matches!(c, '+' | '#' | '-' | '_' | '.')).take(40).collect()
}

/// Whether a highlighter's HTML is only text and balanced `span` elements with classes.
fn is_spans(html: &str) -> bool {
    let mut depth = 0_usize;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("</span>") {
            let Some(less) = depth.checked_sub(1) else { return false };
            (depth, rest) = (less, after);
            continue;
        }
        let Some((class, after)) = rest.strip_prefix("<span class=\"").and_then(|tail| tail.split_once("\">")) else {
            return false;
        };
        if !class.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-' | b'_')) {
            return false;
        }
        (depth, rest) = (depth + 1, after);
    }
    depth == 0
}

/// Whether a block is a paragraph whose list shows no paragraphs.
fn is_in_tight_list(node: Node<'_>) -> bool {
    let Some(item) = node.parent() else { return false };
    let in_item = matches!(item.data().value, NodeValue::Item(_) | NodeValue::TaskItem(_));
    in_item && item.parent().is_some_and(|list| matches!(list.data().value, NodeValue::List(list) if list.tight))
}

fn is_in_tight_list_paragraph(node: Node<'_>) -> bool {
    matches!(node.data().value, NodeValue::Paragraph) && is_in_tight_list(node)
}

/// The id of a paragraph that is only `^id` and names the block before it.
fn lone_block_id(node: Node<'_>) -> Option<String> {
    let only = node.first_child().filter(|first| first.next_sibling().is_none())?;
    if !matches!(node.data().value, NodeValue::Paragraph) {
        return None;
    }
    let data = only.data();
    let NodeValue::Text(ref text) = data.value else { return None };
    block_id_at_end(text).filter(|id| id.len() + 1 == text.trim().len()).map(str::to_owned)
}

/// The id of a `^id` that ends a text, alone or after a space.
fn block_id_at_end(text: &str) -> Option<&str> {
    let at = text.rfind('^')?;
    let id = text[at + 1..].trim_end();
    let sound = !id.is_empty() && id.len() <= 100 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let parted = text[..at].chars().next_back().is_none_or(char::is_whitespace);
    (sound && parted && id.len() == text.len() - at - 1).then_some(id)
}
