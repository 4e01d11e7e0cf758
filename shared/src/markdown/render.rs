//! The pass over the parsed note that writes its HTML and gathers all that is derived from it.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use comrak::nodes::{Node, NodeValue};
use comrak::{Arena, Options};

use super::slug::Ids;
use super::source::Lines;
use super::text::Text;
use super::types::{Heading, Highlight, Piece, Reference, Rendered};
use super::writer::Writer;
use super::{comments, front};

/// Blocks inside blocks, at most; deeper ones lose their frame and keep their text.
pub(super) const MAX_BLOCK_DEPTH: usize = 32;
/// Markup inside markup among words, at most.
pub(super) const MAX_INLINE_DEPTH: usize = 24;
/// Links and embeds of one note that lead anywhere; later ones are text.
pub(super) const MAX_REFERENCES: usize = 20_000;

/// Beginnings of inline footnotes (`^[`) in one note; with more of them none is one.
const MAX_INLINE_FOOTNOTES: usize = 1_000;

/// Which Markdown is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    /// All that a note may use, its raw HTML filtered.
    Note,
    /// CommonMark alone, its raw HTML let through: only for the tests of the specification.
    CommonMark,
}

/// Renders a note's source, front matter included or not. Never fails and never takes longer than in proportion to
/// the source's length; what cannot be parsed is shown as it was written.
pub fn render(source: &str, highlight: &dyn Highlight) -> Rendered {
    render_as(source, highlight, Flavour::Note, Marks::None)
}

/// As [`render`], for a live preview: where each block of the source begins is marked for [`super::finish_in_parts`].
pub fn render_in_parts(source: &str, highlight: &dyn Highlight) -> Rendered {
    render_as(source, highlight, Flavour::Note, Marks::Blocks)
}

/// What is marked besides what a page needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marks {
    /// Nothing.
    None,
    /// Where each outermost block begins in the source.
    Blocks,
}

pub(super) fn render_as(source: &str, highlight: &dyn Highlight, flavour: Flavour, marks: Marks) -> Rendered {
    let body_start =
        if flavour == Flavour::Note { front::block(source).map_or(0, |block| block.body_start) } else { 0 };
    // The parser asserts in places; a note must stay readable, and its owner able to edit it, whatever it holds.
    let made = catch_unwind(AssertUnwindSafe(|| {
        let arena = Arena::new();
        let body = &source[body_start..];
        let mut options = options(flavour);
        // The parser searches the rest of the text for the end of each.
        options.extension.inline_footnotes &=
            body.matches("^[").take(MAX_INLINE_FOOTNOTES + 1).count() <= MAX_INLINE_FOOTNOTES;
        let root = comrak::parse_document(&arena, body, &options);
        let mut pass = Pass::new(source, body_start, highlight, flavour);
        pass.marks = marks;
        if flavour == Flavour::Note {
            comments::hide(root, &pass.lines);
        }
        pass.collect_footnotes(root);
        pass.blocks(root, 0);
        pass.footnote_section();
        pass.rendered()
    }));
    made.unwrap_or_else(|_| as_written(&source[body_start..]))
}

/// The parser's options for a flavour.
pub(super) fn options(flavour: Flavour) -> Options<'static> {
    let mut options = Options::default();
    if flavour == Flavour::CommonMark {
        return options;
    }
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.tasklist = true;
    extension.footnotes = true;
    extension.inline_footnotes = true;
    extension.ofm_callouts = true;
    extension.ofm_comments = true;
    extension.math_dollars = true;
    extension.wikilinks_title_after_pipe = true;
    extension.highlight = true;
    options.parse.relaxed_tasklist_matching = true;
    options.parse.escaped_char_spans = true;
    options
}

/// A source shown as it stands.
fn as_written(source: &str) -> Rendered {
    let mut writer = Writer::default();
    let mark = writer.open("pre", &[("class", "as-written"), ("tabindex", "0")]);
    writer.text(source);
    writer.close_to(mark);
    Rendered { pieces: writer.finish().into_iter().collect(), plain: source.to_owned(), ..Rendered::default() }
}

/// A footnote's definition.
pub(super) struct Footnote<'a> {
    pub(super) node: Node<'a>,
    pub(super) number: u32,
    /// References made so far.
    pub(super) references: u32,
    /// The byte of the source where the first reference stands.
    pub(super) at: usize,
}

/// The state of one rendering.
pub(super) struct Pass<'s, 'h, 'a> {
    pub(super) flavour: Flavour,
    pub(super) marks: Marks,
    pub(super) highlight: &'h dyn Highlight,
    pub(super) lines: Lines<'s>,
    pub(super) writer: Writer,
    pub(super) text: Text,
    pub(super) references: Vec<Reference>,
    pub(super) toc: Vec<Heading>,
    /// The levels, as written, of the headings that are open, outermost first.
    pub(super) outline: Vec<u8>,
    pub(super) ids: Ids,
    pub(super) tags: Vec<String>,
    pub(super) seen_tags: HashSet<String>,
    pub(super) block_ids: Vec<String>,
    pub(super) footnotes: HashMap<String, Footnote<'a>>,
    pub(super) footnote_order: Vec<String>,
    /// What the margin shows of each footnote, by number.
    pub(super) margin: HashMap<usize, Vec<Piece<'static>>>,
    pub(super) first_image: Option<usize>,
    pub(super) tables: usize,
    /// Bytes of MathML so far.
    pub(super) math_bytes: usize,
    /// The text of a checkbox that waits for the item's first words, and whether it is checked.
    pub(super) checkbox: Option<(String, bool)>,
    /// A raw element among words whose content is not for readers.
    pub(super) hidden: Option<String>,
    /// What the words being written stand in.
    pub(super) setting: Setting,
    /// Bytes at the end of the block's last text that are its id.
    pub(super) tail: usize,
}

/// What words stand in, as far as it changes what may stand among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    /// A paragraph or a list item.
    Prose,
    /// A heading, a cell, a title: no margin notes.
    Label,
    /// A footnote.
    Footnote,
}

impl<'s, 'h, 'a> Pass<'s, 'h, 'a> {
    fn new(source: &'s str, body_start: usize, highlight: &'h dyn Highlight, flavour: Flavour) -> Self {
        Self {
            flavour,
            marks: Marks::None,
            highlight,
            lines: Lines::new(source, body_start),
            writer: Writer::default(),
            text: Text::default(),
            references: Vec::new(),
            toc: Vec::new(),
            outline: Vec::new(),
            ids: Ids::default(),
            tags: Vec::new(),
            seen_tags: HashSet::new(),
            block_ids: Vec::new(),
            footnotes: HashMap::new(),
            footnote_order: Vec::new(),
            margin: HashMap::new(),
            first_image: None,
            tables: 0,
            math_bytes: 0,
            checkbox: None,
            hidden: None,
            setting: Setting::Prose,
            tail: 0,
        }
    }

    /// Whether only CommonMark is written.
    pub(super) fn is_bare(&self) -> bool {
        self.flavour == Flavour::CommonMark
    }

    /// Remembers the footnotes' definitions, which the parser has put at the end in the order of their first reference.
    fn collect_footnotes(&mut self, root: Node<'a>) {
        let mut number = 0;
        for node in root.children() {
            if let NodeValue::FootnoteDefinition(ref definition) = node.data().value
                // Of two definitions of one name the parser counts references to one.
                && definition.total_references > 0
            {
                number += 1;
                let footnote = Footnote { node, number, references: 0, at: 0 };
                self.footnotes.insert(definition.name.clone(), footnote);
                self.footnote_order.push(definition.name.clone());
            }
        }
    }

    fn rendered(mut self) -> Rendered {
        let pieces = std::mem::take(&mut self.writer).finish();
        Rendered {
            pieces: self.with_margin_notes(pieces).into_iter().collect(),
            references: self.references,
            toc: self.toc,
            tags: self.tags,
            words: self.text.words,
            excerpt: self.text.excerpt,
            plain: self.text.plain,
            blocks: self.block_ids,
            first_image: self.first_image,
        }
    }
}
