//! Every command that changes the text, with its name and its keys.

use super::block::{self, Kind, Way};
use super::inline::{self, Mark};
use super::table::{self, Align, Change};
use super::{Edit, Selection, indent};

/// What can be done with the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Marks around words.
    Mark(Mark),
    /// Words that lead somewhere.
    Link,
    /// What lines are.
    Lines(Kind),
    /// Ticks a task.
    Tick,
    /// An item under the one above.
    Indent,
    /// An item out of the one it is in.
    Outdent,
    /// Lines change places.
    Move(Way),
    /// Fences.
    CodeBlock,
    /// A box of its own.
    Callout,
    /// A formula of its own.
    Math,
    /// A line across.
    Divider,
    /// A new table.
    Table,
    /// A table's rows and columns.
    Cells(Change),
}

impl Command {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 39] = [
        Self::Mark(Mark::Strong),
        Self::Mark(Mark::Emphasis),
        Self::Mark(Mark::Code),
        Self::Mark(Mark::Highlight),
        Self::Mark(Mark::Strike),
        Self::Link,
        Self::Lines(Kind::Heading(1)),
        Self::Lines(Kind::Heading(2)),
        Self::Lines(Kind::Heading(3)),
        Self::Lines(Kind::Heading(4)),
        Self::Lines(Kind::Heading(5)),
        Self::Lines(Kind::Heading(6)),
        Self::Lines(Kind::Bullets),
        Self::Lines(Kind::Numbers),
        Self::Lines(Kind::Tasks),
        Self::Tick,
        Self::Lines(Kind::Quote),
        Self::Callout,
        Self::CodeBlock,
        Self::Table,
        Self::Divider,
        Self::Math,
        Self::Indent,
        Self::Outdent,
        Self::Move(Way::Up),
        Self::Move(Way::Down),
        Self::Cells(Change::RowBelow),
        Self::Cells(Change::RowAbove),
        Self::Cells(Change::DeleteRow),
        Self::Cells(Change::ColumnAfter),
        Self::Cells(Change::ColumnBefore),
        Self::Cells(Change::DeleteColumn),
        Self::Cells(Change::Align(Align::Left)),
        Self::Cells(Change::Align(Align::Center)),
        Self::Cells(Change::Align(Align::Right)),
        Self::Cells(Change::Align(Align::Natural)),
        Self::Cells(Change::Straighten),
        Self::Cells(Change::RowUp),
        Self::Cells(Change::RowDown),
    ];

    /// Does it. `None` where it has nothing to do.
    pub fn run(self, text: &str, selection: Selection) -> Option<Edit> {
        Some(match self {
            Self::Mark(mark) => inline::toggle(text, selection, mark),
            Self::Link => inline::link(text, selection),
            Self::Lines(kind) => block::toggle_lines(text, selection, kind),
            Self::Tick => block::tick(text, selection),
            Self::Indent => return indent::indent(text, selection),
            Self::Outdent => return indent::outdent(text, selection),
            Self::Move(way) => return block::move_lines(text, selection, way),
            Self::CodeBlock => block::code_block(text, selection),
            Self::Callout => block::callout(text, selection),
            Self::Math => block::insert_block(text, selection, "$$\n\n$$", Selection::at(3)),
            Self::Divider => block::insert_block(text, selection, "---\n\n", Selection::at(5)),
            Self::Table => table::insert(text, selection),
            Self::Cells(change) => return table::change(text, selection, change),
        })
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mark(mark) => mark_name(mark),
            Self::Link => "Link",
            Self::Lines(kind) => lines_name(kind),
            Self::Tick => "Tick a task",
            Self::Indent => "Item further in",
            Self::Outdent => "Item further out",
            Self::Move(Way::Up) => "Move line up",
            Self::Move(Way::Down) => "Move line down",
            Self::CodeBlock => "Code block",
            Self::Callout => "Callout",
            Self::Math => "Formula",
            Self::Divider => "Divider",
            Self::Table => "Table",
            Self::Cells(change) => cells_name(change),
        }
    }

    /// Other words by which it is looked for.
    pub fn also(self) -> &'static str {
        match self {
            Self::Mark(Mark::Strong) => "strong",
            Self::Mark(Mark::Emphasis) => "emphasis",
            Self::Mark(Mark::Code) => "monospace",
            Self::Mark(Mark::Highlight) => "mark",
            Self::Mark(Mark::Strike) => "delete cross out",
            Self::Link => "url address",
            Self::Lines(Kind::Heading(_)) => "title section h1 h2 h3 h4 h5 h6",
            Self::Lines(Kind::Bullets) => "unordered ul",
            Self::Lines(Kind::Numbers) => "ordered ol",
            Self::Lines(Kind::Tasks) => "todo checkbox check",
            Self::Lines(Kind::Quote) => "blockquote citation",
            Self::Tick => "done todo check",
            Self::Indent => "indent nest",
            Self::Outdent => "outdent unnest",
            Self::Move(_) => "swap",
            Self::CodeBlock => "fence program source",
            Self::Callout => "note tip warning admonition box",
            Self::Math => "math latex tex equation",
            Self::Divider => "rule hr line separator",
            Self::Table => "grid columns rows",
            Self::Cells(_) => "cells",
        }
    }

    /// The line of Markdown it makes, as a hint; empty where there is none to show.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Mark(Mark::Strong) => "**bold**",
            Self::Mark(Mark::Emphasis) => "*italic*",
            Self::Mark(Mark::Code) => "`code`",
            Self::Mark(Mark::Highlight) => "==highlight==",
            Self::Mark(Mark::Strike) => "~~strike~~",
            Self::Link => "[words](address)",
            Self::Lines(Kind::Heading(level)) => &"######"[..usize::from(level.clamp(1, 6))],
            Self::Lines(Kind::Bullets) => "-",
            Self::Lines(Kind::Numbers) => "1.",
            Self::Lines(Kind::Tasks) => "- [ ]",
            Self::Lines(Kind::Quote) => ">",
            Self::CodeBlock => "```",
            Self::Callout => "> [!note]",
            Self::Math => "$$",
            Self::Divider => "---",
            Self::Table => "| |",
            _ => "",
        }
    }

    /// Whether it begins something, and so stands in the menu that `/` opens.
    pub fn begins(self) -> bool {
        !matches!(self, Self::Lines(Kind::Heading(5..)))
            && matches!(
                self,
                Self::Lines(_) | Self::CodeBlock | Self::Callout | Self::Math | Self::Divider | Self::Table
            )
    }
}

fn mark_name(mark: Mark) -> &'static str {
    match mark {
        Mark::Strong => "Bold",
        Mark::Emphasis => "Italic",
        Mark::Code => "Code",
        Mark::Highlight => "Highlight",
        Mark::Strike => "Strike through",
    }
}

fn lines_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Bullets => "List",
        Kind::Numbers => "Numbered list",
        Kind::Tasks => "Task list",
        Kind::Quote => "Quotation",
        Kind::Heading(1) => "Heading 1",
        Kind::Heading(2) => "Heading 2",
        Kind::Heading(3) => "Heading 3",
        Kind::Heading(4) => "Heading 4",
        Kind::Heading(5) => "Heading 5",
        Kind::Heading(_) => "Heading 6",
    }
}

fn cells_name(change: Change) -> &'static str {
    match change {
        Change::RowAbove => "Table: row above",
        Change::RowBelow => "Table: row below",
        Change::DeleteRow => "Table: delete row",
        Change::RowUp => "Table: move row up",
        Change::RowDown => "Table: move row down",
        Change::ColumnBefore => "Table: column before",
        Change::ColumnAfter => "Table: column after",
        Change::DeleteColumn => "Table: delete column",
        Change::Align(Align::Natural) => "Table: align column as the page",
        Change::Align(Align::Left) => "Table: align column left",
        Change::Align(Align::Center) => "Table: centre column",
        Change::Align(Align::Right) => "Table: align column right",
        Change::Straighten => "Table: set straight",
    }
}
