//! The one Markdown renderer: pages, feeds and (compiled to WebAssembly) the live preview.
//!
//! [`render`] makes of a note's source what does not depend on who reads: HTML in [`Piece`]s, and what is derived from
//! the text. It is stored. [`finish`] fills the holes for one reader, so that whether a link or an embed shows is
//! decided when the page is read. Everything here is pure.
//!
//! comrak parses; a pass of our own over its tree writes. Nothing of a note's raw HTML is passed through: the writer
//! builds every tag anew from one table of elements, which is the allow-list and the content model in one.

mod blocks;
mod callouts;
mod comments;
mod dates;
mod elements;
mod escape;
mod finish;
mod footnotes;
mod front;
mod html;
mod inlines;
mod links;
mod math;
mod media;
mod part;
mod pieces;
mod raw;
mod references;
mod rename;
mod render;
mod slug;
mod source;
mod tables;
mod text;
mod types;
mod visitors;
mod writer;

#[cfg(test)]
mod tests;

pub use finish::{finish, finish_in_parts};
pub use front::front_matter;
pub use part::section;
pub use pieces::Pieces;
pub use rename::{rewrite_target, rewrite_targets};
pub use render::{render, render_in_parts};
pub use slug::{id_of, slug_of_heading};
pub(crate) use text::count_words;
pub use text::tag_href;
pub use types::*;
pub use visitors::strip_for_visitors;
