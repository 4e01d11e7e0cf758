//! What typing does to Markdown: pure commands from a text and a selection to one [`Edit`].
//!
//! Offsets are bytes and always between characters; lines end with `\n` as a browser's text field has them.

pub mod block;
mod command;
mod enter;
mod indent;
pub mod inline;
mod line;
mod list;
mod splice;
pub mod table;
#[cfg(test)]
mod tests;
mod width;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use command::Command;
pub use enter::enter;
pub use indent::{indent, level, outdent};
pub use splice::{byte_of, carry, splice, units_of};

/// What is selected: from `anchor`, where it began, to `head`, where the cursor is. Equal where nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// The end that stays.
    pub anchor: usize,
    /// The end that moves.
    pub head: usize,
}

impl Selection {
    /// A cursor.
    pub const fn at(offset: usize) -> Self {
        Self { anchor: offset, head: offset }
    }

    /// From the first to the second, the cursor at the second.
    pub const fn over(range: Range<usize>) -> Self {
        Self { anchor: range.start, head: range.end }
    }

    /// The lesser end.
    pub fn start(self) -> usize {
        self.anchor.min(self.head)
    }

    /// The greater end.
    pub fn end(self) -> usize {
        self.anchor.max(self.head)
    }

    /// What lies between.
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }

    /// Whether it is a mere cursor.
    pub fn is_empty(self) -> bool {
        self.anchor == self.head
    }

    /// Both ends, each through `map`.
    pub fn map(self, map: impl Fn(usize) -> usize) -> Self {
        Self { anchor: map(self.anchor), head: map(self.head) }
    }

    /// The same within `text`: no offset beyond its end nor inside a character.
    pub fn within(self, text: &str) -> Self {
        self.map(|at| text.floor_char_boundary(at))
    }
}

/// A change of a text, as one step that can be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes, in bytes.
    pub range: Range<usize>,
    /// What comes in its place.
    pub insert: String,
    /// What is selected then, in the new text.
    pub selection: Selection,
}

impl Edit {
    /// The text after it.
    pub fn apply(&self, text: &str) -> String {
        [&text[..self.range.start], &self.insert, &text[self.range.end..]].concat()
    }

    /// The smallest edit from one text to the other.
    pub fn between(before: &str, after: &str, selection: Selection) -> Self {
        let (range, insert) = splice(before, after);
        Self { range, insert: insert.to_owned(), selection }
    }
}
