//! Footnotes: at the end of the note, and once more beside their first reference for a margin to show.
//!
//! The copy is a `span` that is `hidden` and kept from screen readers: without style, in print and in a feed it is not
//! there; a wide page's style shows it. Its links cannot be reached by keyboard, since the footnote's own can.

use comrak::nodes::{Node, NodeValue, Sourcepos};

use super::part::{Part, parts};
use super::render::{Pass, Setting};
use super::slug::ID_PREFIX;
use super::types::{Piece, Place};

/// Bytes of HTML that a margin note may have; longer ones stay footnotes only.
const MAX_MARGIN: usize = 3_000;
/// Links back from one footnote, at most.
const MAX_BACK: u32 = 20;

impl<'a> Pass<'_, '_, 'a> {
    /// The number that stands for a footnote.
    pub(super) fn footnote_reference(&mut self, name: &str, position: Sourcepos) {
        let at = self.lines.byte(position.start);
        let in_margin = self.setting == Setting::Prose && !self.writer.in_link();
        let Some(footnote) = self.footnotes.get_mut(name) else { return };
        footnote.references += 1;
        let (number, count) = (footnote.number, footnote.references);
        if count == 1 {
            footnote.at = at;
        }
        let id = format!("{ID_PREFIX}fnref-{}", back_name(number, count));
        let href = format!("#{ID_PREFIX}fn-{number}");
        let mark = self.writer.open("sup", &[("class", "footnote-ref"), ("id", &id)]);
        self.writer
            .open("a", &[("href", &href), ("role", "doc-noteref"), ("aria-label", &format!("Footnote {number}"))]);
        self.writer.text(&number.to_string());
        self.writer.close_to(mark);
        if count == 1 && in_margin {
            // Filled by `with_margin_notes` when the footnote has been written.
            self.writer.hole(Piece::MarginStart);
            self.writer.hole(Piece::Anchor(number as usize));
            self.writer.hole(Piece::MarginEnd);
        }
    }

    /// Writes the footnotes' own section.
    pub(super) fn footnote_section(&mut self) {
        self.writer.close_all();
        if self.footnote_order.is_empty() || self.is_bare() {
            return;
        }
        self.mark_part(self.lines.source().len());
        self.writer.newline();
        let section = self
            .writer
            .open("section", &[("class", "footnotes"), ("role", "doc-endnotes"), ("aria-label", "Footnotes")]);
        self.writer.open("ol", &[]);
        self.writer.newline();
        self.setting = Setting::Footnote;
        for name in std::mem::take(&mut self.footnote_order) {
            let Some(footnote) = self.footnotes.get(&name) else { continue };
            let (node, number, at) = (footnote.node, footnote.number, footnote.at);
            self.lines.inside = is_inline(node).then_some(at + "^[".len());
            self.footnote(node, number, &name);
            self.lines.inside = None;
        }
        self.writer.close_to(section);
        self.writer.newline();
    }

    fn footnote(&mut self, node: Node<'a>, number: u32, name: &str) {
        let mark = self.writer.open("li", &[("id", &format!("{ID_PREFIX}fn-{number}"))]);
        self.writer.newline();
        let start = self.writer.place_reached();
        self.blocks(node, 1);
        let content = self.writer.since(start);
        if let Some(margin) = self.margin_copy(&content) {
            self.margin.insert(number as usize, margin);
        }
        let references = self.footnotes.get(name).map_or(1, |footnote| footnote.references);
        let mut back = String::new();
        for count in 1..=references.min(MAX_BACK) {
            let name = back_name(number, count);
            back.push_str(&format!(
                " <a href=\"#{ID_PREFIX}fnref-{name}\" class=\"footnote-back\" role=\"doc-backlink\" aria-label=\"Back to reference {name}\">↩</a>"
            ));
        }
        self.writer.append_to_paragraph(&back);
        self.writer.close_to(mark);
        self.writer.newline();
    }

    /// What can stand among words of a footnote's content; `None` when it is too long or empty.
    fn margin_copy(&self, content: &[Piece<'static>]) -> Option<Vec<Piece<'static>>> {
        let mut copy = Vec::new();
        let mut length = 0;
        let mut parted = false;
        for piece in content {
            match piece {
                Piece::Html(html) => {
                    let words = words_only(html, &mut parted);
                    length += words.len();
                    copy.push(Piece::Html(words.into()));
                }
                Piece::LinkStart(_) | Piece::LinkEnd(_) => copy.push(piece.clone()),
                Piece::Embed(index)
                    if self.references.get(*index).is_some_and(|reference| reference.place != Place::Block) =>
                {
                    copy.push(piece.clone())
                }
                _ => {}
            }
        }
        (1..=MAX_MARGIN).contains(&length).then_some(copy)
    }

    /// The pieces with each footnote's margin copy in the place kept for it.
    pub(super) fn with_margin_notes(&mut self, pieces: Vec<Piece<'static>>) -> Vec<Piece<'static>> {
        let mut out = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let Some(number) = number_kept(&out, &piece) else {
                out.push(piece);
                continue;
            };
            match self.margin.remove(&number) {
                Some(copy) => {
                    out.push(Piece::Html(format!("<span class=\"margin-number\">{number}</span> ").into()));
                    out.extend(copy);
                }
                None => {
                    out.pop();
                }
            }
        }
        // A copy that is not there leaves its end mark alone.
        let mut open = false;
        out.retain(|piece| match piece {
            Piece::MarginStart => {
                open = true;
                true
            }
            Piece::MarginEnd => std::mem::replace(&mut open, false),
            _ => true,
        });
        out
    }
}

/// The footnote's number, when the piece keeps the place of its margin copy.
fn number_kept(before: &[Piece<'_>], piece: &Piece<'_>) -> Option<usize> {
    match (before.last(), piece) {
        (Some(Piece::MarginStart), Piece::Anchor(number)) => Some(*number),
        _ => None,
    }
}

fn back_name(number: u32, count: u32) -> String {
    if count == 1 { number.to_string() } else { format!("{number}-{count}") }
}

/// Whether a footnote is written where it is referred to (`^[…]`).
fn is_inline(node: Node<'_>) -> bool {
    matches!(node.data().value, NodeValue::FootnoteDefinition(ref definition) if definition.name.starts_with("__inline_"))
}

/// The HTML without the tags of blocks, whose ends become line breaks; without ids and stops for the keyboard.
fn words_only(html: &str, parted: &mut bool) -> String {
    let mut out = String::with_capacity(html.len());
    for part in parts(html) {
        match part {
            Part::Text(text) => {
                if !text.trim().is_empty() && std::mem::replace(parted, false) && !out.trim().is_empty() {
                    out.push_str("<br>");
                }
                out.push_str(text);
            }
            Part::Tag { name, text, .. } if is_word_tag(name) => {
                let plain = without_attribute(&without_attribute(text, " id=\""), " tabindex=\"");
                match plain.strip_prefix("<a ") {
                    Some(rest) => {
                        out.push_str("<a tabindex=\"-1\" ");
                        out.push_str(rest);
                    }
                    None => out.push_str(&plain),
                }
            }
            Part::Tag { closes, .. } => *parted |= closes,
        }
    }
    out
}

fn without_attribute(tag: &str, start: &str) -> String {
    let Some(at) = tag.find(start) else { return tag.to_owned() };
    let end = tag[at + start.len()..].find('"').map_or(tag.len() - 1, |end| at + start.len() + end + 1);
    format!("{}{}", &tag[..at], &tag[end..])
}

/// Elements that may stand among words and cannot be operated, links excepted.
fn is_word_tag(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark",
        "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
    ];
    WORDS.contains(&name) || super::math::is_math(name)
}
