//! Tables, and what only looks like one: mail is laid out with them.

use super::blocks::{Block, Item, Reader};
use super::escape::Place;
use super::inlines::{Look, Run};
use super::{Rich, RichElement, write};

/// Columns and rows beyond these are left out of a Markdown table: nobody reads them, and a colspan can ask for any number.
const MAX_COLUMNS: usize = 64;

/// A table whose first row is its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    aligns: Vec<Align>,
    rows: Vec<Vec<String>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Align {
    #[default]
    None,
    Left,
    Center,
    Right,
}

/// The cells of a table's own rows.
pub(super) fn rows(table: &RichElement) -> Vec<Vec<&RichElement>> {
    let mut out = Vec::new();
    for node in &table.children {
        let Rich::Element(element) = node else { continue };
        match element.name.as_str() {
            "tr" => out.push(cells(element)),
            "thead" | "tbody" | "tfoot" => out.extend(rows(element)),
            _ => {}
        }
    }
    out.retain(|row| !row.is_empty());
    out
}

fn cells(row: &RichElement) -> Vec<&RichElement> {
    let elements = row.children.iter().filter_map(|node| match node {
        Rich::Element(element) => Some(element),
        Rich::Text(_) => None,
    });
    elements.filter(|cell| matches!(cell.name.as_str(), "td" | "th") && !cell.is_hidden()).collect()
}

/// Whether a table only places things on a page.
pub(super) fn is_layout(table: &RichElement, rows: &[Vec<&RichElement>]) -> bool {
    let said = matches!(table.attribute("role"), Some("presentation" | "none"));
    let narrow = rows.iter().all(|row| row.len() == 1);
    said || narrow || rows.iter().flatten().any(|cell| holds_page_parts(cell))
}

fn holds_page_parts(element: &RichElement) -> bool {
    element.children.iter().any(|node| match node {
        Rich::Text(_) => false,
        Rich::Element(element) => {
            matches!(element.name.as_str(), "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre" | "blockquote")
                || holds_page_parts(element)
        }
    })
}

impl Reader<'_> {
    /// The table of these rows. Its first row is its head even where none is marked: Markdown's tables have one.
    pub(super) fn table_of(&mut self, rows: &[Vec<&RichElement>], look: &Look) -> Table {
        let mut aligns = Vec::new();
        let mut out = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let mut cells = Vec::new();
            for cell in row {
                let look = look.within(cell, self.site);
                let look = if at == 0 { Look { bold: false, ..look } } else { look };
                let blocks = self.blocks_as(&cell.children, &look);
                cells.push(words(&blocks, at == 0));
                if aligns.len() < cells.len() {
                    aligns.push(align(cell));
                }
                let span: usize = cell.attribute("colspan").and_then(|span| span.parse().ok()).unwrap_or(1);
                cells.extend((1..span.min(MAX_COLUMNS)).map(|_| String::new()));
            }
            cells.truncate(MAX_COLUMNS);
            out.push(cells);
        }
        let columns = out.iter().map(Vec::len).max().unwrap_or(0);
        aligns.resize(columns, Align::None);
        out.iter_mut().for_each(|row| row.resize(columns, String::new()));
        Table { aligns, rows: out }
    }
}

fn align(cell: &RichElement) -> Align {
    match cell.style("text-align").or_else(|| cell.attribute("align")) {
        Some("left") => Align::Left,
        Some("center") => Align::Center,
        Some("right" | "end") => Align::Right,
        _ => Align::None,
    }
}

/// A cell's blocks in one line.
fn words(blocks: &[Block], in_head: bool) -> String {
    let mut lines = Vec::new();
    for block in blocks {
        match block {
            Block::Paragraph(runs) | Block::Heading(_, runs) => {
                lines.push(write::inline(&if in_head { unbold(runs) } else { runs.clone() }, Place::Cell));
            }
            Block::List(list) => lines.extend(list.items.iter().map(item)),
            Block::Quote(blocks) => lines.push(words(blocks, in_head)),
            Block::Code { text, .. } => {
                let run = Run::Text(text.replace('\n', " "), Look { code: true, ..Look::default() });
                lines.push(write::inline(&[run], Place::Cell));
            }
            Block::Formula(source) => lines.push(format!("${}$", source.replace('\n', " "))),
            Block::Table(table) => lines.extend(table.rows.iter().map(|row| row.join(" "))),
            Block::Rule => {}
        }
    }
    lines.retain(|line| !line.is_empty());
    lines.join("<br>")
}

fn item(item: &Item) -> String {
    format!("• {}", words(&item.blocks, false))
}

fn unbold(runs: &[Run]) -> Vec<Run> {
    let unbold = |run: &Run| match run {
        Run::Text(text, look) => Run::Text(text.clone(), Look { bold: false, ..look.clone() }),
        other => other.clone(),
    };
    runs.iter().map(unbold).collect()
}

impl Table {
    pub(super) fn written(&self) -> String {
        let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let sign = |align: &Align| match align {
            Align::None => "---",
            Align::Left => ":--",
            Align::Center => ":-:",
            Align::Right => "--:",
        };
        let signs: Vec<String> = self.aligns.iter().map(|align| sign(align).to_owned()).collect();
        let mut lines: Vec<String> = self.rows.iter().map(|row| line(row)).collect();
        lines.insert(1.min(lines.len()), line(&signs));
        lines.join("\n")
    }
}
