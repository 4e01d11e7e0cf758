//! Reads the tree into blocks.

use super::inlines::{Look, Run, Words};
use super::lists::{self, ListPart};
use super::tables::{self, Table};
use super::{MAX_DEPTH, Rich, RichElement};

/// A block of what will be Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Paragraph(Vec<Run>),
    Heading(usize, Vec<Run>),
    Quote(Vec<Block>),
    Code { lang: String, text: String },
    List(List),
    Table(Table),
    Formula(String),
    Rule,
}

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List {
    /// The first number; `None` for bullets.
    pub(super) start: Option<usize>,
    pub(super) items: Vec<Item>,
}

/// An item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    /// Whether a box stands before it, and is ticked.
    pub(super) task: Option<bool>,
    pub(super) blocks: Vec<Block>,
}

/// Reads.
pub(super) struct Reader<'s> {
    pub(super) site: &'s str,
    /// Whether anything was met that plain text does not say.
    pub(super) formatted: bool,
    depth: usize,
}

/// The blocks read so far, and the words that will be the next paragraph.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) blocks: Vec<Block>,
    pub(super) words: Words,
}

impl Gathered {
    /// Ends the paragraph. An empty line in it, made of two breaks, ends one as well.
    fn end(&mut self) {
        let words = std::mem::take(&mut self.words);
        self.blocks.extend(words.paragraphs().into_iter().map(Block::Paragraph));
    }

    fn push(&mut self, block: Block) {
        self.end();
        self.blocks.push(block);
    }
}

impl<'s> Reader<'s> {
    pub(super) fn new(site: &'s str) -> Self {
        Self { site, formatted: false, depth: 0 }
    }

    pub(super) fn blocks(&mut self, nodes: &[Rich]) -> Vec<Block> {
        self.blocks_as(nodes, &Look::default())
    }

    /// The blocks of these nodes, whose words look so.
    pub(super) fn blocks_as(&mut self, nodes: &[Rich], look: &Look) -> Vec<Block> {
        let mut gathered = Gathered::default();
        self.gather(nodes, look, &mut gathered);
        gathered.end();
        gathered.blocks
    }

    fn gather(&mut self, nodes: &[Rich], look: &Look, into: &mut Gathered) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let mut at = 0;
        while let Some(node) = nodes.get(at) {
            at += 1;
            match node {
                Rich::Text(text) => into.words.text(text, look),
                Rich::Element(element) if element.is_hidden() => {}
                Rich::Element(element) if lists::is_word_item(element) => {
                    let run = lists::word_items(&nodes[at - 1..]);
                    at += run.taken - 1;
                    let list = self.word_list(&run.items, look);
                    into.push(Block::List(list));
                }
                Rich::Element(element) => self.element(element, look, into),
            }
        }
        self.depth -= 1;
    }

    fn element(&mut self, element: &RichElement, look: &Look, into: &mut Gathered) {
        let inner = look.within(element, self.site);
        match element.name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(element, &inner, into),
            "blockquote" => {
                let blocks = self.blocks_as(&element.children, &inner);
                self.formatted = true;
                into.push(Block::Quote(blocks));
            }
            "pre" => {
                self.formatted = true;
                into.push(code(element));
            }
            "div" | "figure" if only_pre(element).is_some() => {
                self.formatted = true;
                into.push(only_pre(element).map_or(Block::Rule, code_in(element)));
            }
            "ul" | "ol" | "menu" | "dir" => {
                let list = self.list(element, &inner);
                into.push(Block::List(list));
            }
            "dl" => self.definitions(element, &inner, into),
            "table" => self.table(element, &inner, into),
            "hr" => {
                self.formatted = true;
                into.push(Block::Rule);
            }
            "math" => self.formula(element, look, into),
            name if is_block(name) => {
                into.end();
                self.gather(&element.children, &inner, into);
                into.end();
            }
            _ => self.inline(element, look, inner, into),
        }
    }

    fn inline(&mut self, element: &RichElement, look: &Look, inner: Look, into: &mut Gathered) {
        match element.name.as_str() {
            "br" => into.words.line_break(),
            "img" => {
                if into.words.picture(element, look, self.site) {
                    self.formatted = true;
                }
            }
            "q" => {
                into.words.text("“", look);
                self.gather(&element.children, &inner, into);
                into.words.text("”", look);
            }
            // KaTeX draws a formula twice; the one for screen readers has its source.
            "span" if element.has_class("katex-html") => {}
            "span" if element.has_class("Apple-converted-space") => into.words.text(" ", look),
            _ => {
                self.formatted |= inner != *look;
                self.gather(&element.children, &inner, into);
            }
        }
    }

    fn heading(&mut self, element: &RichElement, look: &Look, into: &mut Gathered) {
        self.formatted = true;
        let level = element.name[1..].parse().unwrap_or(2);
        // A heading is bold already.
        let look = Look { bold: false, ..look.clone() };
        for block in self.blocks_as(&element.children, &look) {
            match block {
                Block::Paragraph(runs) => into.push(Block::Heading(level, unbold(runs))),
                other => into.push(other),
            }
        }
    }

    /// Terms in bold with what they mean below them.
    fn definitions(&mut self, element: &RichElement, look: &Look, into: &mut Gathered) {
        into.end();
        for child in &element.children {
            let Rich::Element(part) = child else { continue };
            let look = if part.name == "dt" { Look { bold: true, ..look.clone() } } else { look.clone() };
            self.formatted = true;
            let blocks = self.blocks_as(&part.children, &look);
            into.blocks.extend(blocks);
        }
    }

    fn table(&mut self, element: &RichElement, look: &Look, into: &mut Gathered) {
        let rows = tables::rows(element);
        if tables::is_layout(element, &rows) {
            into.end();
            for cell in rows.into_iter().flatten() {
                let blocks = self.blocks_as(&cell.children, look);
                into.blocks.extend(blocks);
            }
            return;
        }
        self.formatted = true;
        let table = self.table_of(&rows, look);
        into.push(Block::Table(table));
    }

    fn formula(&mut self, element: &RichElement, look: &Look, into: &mut Gathered) {
        let Some(source) = tex(element) else {
            return into.words.text(&text_of(&element.children), look);
        };
        self.formatted = true;
        if element.attribute("display") == Some("block") {
            into.push(Block::Formula(source));
        } else {
            into.words.formula(source);
        }
    }

    /// A list's items; what stands in a list and is no item belongs to the one before it.
    pub(super) fn list(&mut self, element: &RichElement, look: &Look) -> List {
        self.formatted = true;
        let start = (element.name == "ol")
            .then(|| element.attribute("start").and_then(|start| start.trim().parse().ok()).unwrap_or(1));
        let mut items: Vec<Item> = Vec::new();
        for part in lists::parts(&element.children) {
            match part {
                ListPart::Item(item) => {
                    let look = look.within(item, self.site);
                    let blocks = self.blocks_as(&item.children, &look);
                    items.push(Item { task: lists::task(item), blocks });
                }
                ListPart::Other(node) => {
                    let blocks = self.blocks_as(std::slice::from_ref(node), look);
                    match items.last_mut() {
                        Some(last) => last.blocks.extend(blocks),
                        None if blocks.is_empty() => {}
                        None => items.push(Item { task: None, blocks }),
                    }
                }
            }
        }
        List { start, items }
    }
}

/// Whether an element stands for itself between paragraphs.
pub(super) fn is_block(name: &str) -> bool {
    const BLOCKS: [&str; 30] = [
        "address",
        "article",
        "aside",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "html",
        "legend",
        "li",
        "main",
        "nav",
        "p",
        "section",
        "summary",
        "tbody",
        "td",
        "th",
        "tr",
        "textarea",
    ];
    BLOCKS.contains(&name)
}

fn unbold(runs: Vec<Run>) -> Vec<Run> {
    let unbold = |run| match run {
        Run::Text(text, look) => Run::Text(text, Look { bold: false, ..look }),
        other => other,
    };
    runs.into_iter().map(unbold).collect()
}

/// The `pre` that is all an element holds, as sites wrap code.
fn only_pre(element: &RichElement) -> Option<&RichElement> {
    let mut inside = element.children.iter().filter(|node| match node {
        Rich::Text(text) => !text.trim().is_empty(),
        Rich::Element(element) => !element.is_hidden(),
    });
    match (inside.next(), inside.next()) {
        (Some(Rich::Element(only)), None) if only.name == "pre" => Some(only),
        _ => None,
    }
}

fn code_in(frame: &RichElement) -> impl Fn(&RichElement) -> Block {
    let named = language(frame);
    move |pre| match code(pre) {
        Block::Code { lang, text } if lang.is_empty() => Block::Code { lang: named.clone().unwrap_or_default(), text },
        block => block,
    }
}

fn code(pre: &RichElement) -> Block {
    let inner = pre.children.iter().find_map(|node| match node {
        Rich::Element(element) if element.name == "code" => language(element),
        _ => None,
    });
    let text = text_of(&pre.children).replace('\u{a0}', " ");
    let text = text.strip_prefix('\n').unwrap_or(&text).trim_end().to_owned();
    Block::Code { lang: language(pre).or(inner).unwrap_or_default(), text }
}

/// The language of code, as the classes of the common highlighters say it.
fn language(element: &RichElement) -> Option<String> {
    let named = element.attribute("class")?.split_ascii_whitespace().find_map(|class| {
        ["language-", "lang-", "highlight-source-", "brush:"].iter().find_map(|start| class.strip_prefix(start))
    })?;
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '_');
    (!named.is_empty() && named.chars().all(sound)).then(|| named.to_lowercase())
}

/// The LaTeX that a formula was made from.
fn tex(element: &RichElement) -> Option<String> {
    for node in &element.children {
        let Rich::Element(child) = node else { continue };
        let is_source = child.name == "annotation";
        let source = if is_source { Some(text_of(&child.children).trim().to_owned()) } else { tex(child) };
        if let Some(source) = source.filter(|source| !source.is_empty() && !source.contains('$')) {
            return Some(source);
        }
    }
    None
}

/// The text as it stands, with line breaks where elements break lines.
pub(super) fn text_of(nodes: &[Rich]) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            Rich::Text(text) => out.push_str(text),
            Rich::Element(element) if element.name == "br" => out.push('\n'),
            Rich::Element(element) if element.is_hidden() => {}
            Rich::Element(element) => {
                let parted = is_block(&element.name);
                if parted && !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
                out.push_str(&text_of(&element.children));
                if parted && !out.ends_with('\n') {
                    out.push('\n');
                }
            }
        }
    }
    out
}
