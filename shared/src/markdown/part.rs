//! A part of a rendered note: what an embed of a heading or a block shows. Also the cutting of our own HTML that this
//! needs: it is well-formed, and no `<` or `>` stands in it but those of tags.

use super::slug::{id_of, slug_of_heading};
use super::types::{Fragment, Piece, Rendered};

/// A piece of our own HTML.
pub(super) enum Part<'h> {
    /// Text, escaped.
    Text(&'h str),
    /// A tag: its name, whether it is an end tag, and all of it.
    Tag { name: &'h str, closes: bool, text: &'h str },
}

/// Cuts our own HTML into tags and text.
pub(super) fn parts(html: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let tag_end = if rest.starts_with('<') { rest.find('>') } else { None };
        let length = match tag_end {
            Some(end) => end + 1,
            None => rest.find('<').filter(|at| *at > 0).unwrap_or(rest.len()),
        };
        let (part, after) = rest.split_at(length);
        rest = after;
        if tag_end.is_none() {
            return Some(Part::Text(part));
        }
        let closes = part.starts_with("</");
        let name = part.trim_start_matches(['<', '/']);
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        Some(Part::Tag { name, closes, text: part })
    })
}

/// Whether an element of our HTML has no end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "input" | "wbr")
}

impl Rendered {
    /// The id of the element that a fragment names, if the note has it. A heading is found by its text as Obsidian
    /// compares it (punctuation and case aside), the path's earlier parts being headings above it.
    pub fn anchor(&self, fragment: &Fragment) -> Option<&str> {
        match fragment {
            Fragment::Heading(path) => self.heading(path).map(|index| self.toc[index].id.as_str()),
            Fragment::Block(id) => self.blocks.iter().find(|known| known.eq_ignore_ascii_case(id)).map(String::as_str),
        }
    }

    /// The heading that a path of headings names, as an index of `toc`.
    fn heading(&self, path: &[String]) -> Option<usize> {
        let wanted: Vec<String> = path.iter().map(|part| slug_of_heading(part)).collect();
        let (last, above) = wanted.split_last()?;
        let matching = |index: &usize| {
            let heading = &self.toc[*index];
            let named =
                slug_of_heading(&heading.text) == *last || heading.id == id_of(&Fragment::Heading(vec![last.clone()]));
            named && self.is_below(*index, above)
        };
        (0..self.toc.len()).find(matching)
    }

    /// Whether the headings above one include these, in order from the outermost.
    fn is_below(&self, index: usize, above: &[String]) -> bool {
        let mut level = self.toc[index].level;
        let mut missing = above.iter().rev();
        let mut wanted = missing.next();
        for heading in self.toc[..index].iter().rev() {
            if heading.level >= level {
                continue;
            }
            level = heading.level;
            if wanted.is_some_and(|wanted| slug_of_heading(&heading.text) == *wanted) {
                wanted = missing.next();
            }
        }
        wanted.is_none()
    }
}

/// The pieces that an embed of this part shows: a heading with all up to the next of the same or a higher level, or
/// one block. `None` when the note has no such part.
pub fn section(rendered: &Rendered, fragment: &Fragment) -> Option<Vec<Piece>> {
    match fragment {
        Fragment::Heading(path) => {
            let index = rendered.heading(path)?;
            let start = rendered.pieces.iter().position(|piece| *piece == Piece::Heading(index))?;
            Some(under_heading(rendered, start, rendered.toc[index].level))
        }
        Fragment::Block(id) => {
            let index = rendered.blocks.iter().position(|known| known.eq_ignore_ascii_case(id))?;
            let start = rendered.pieces.iter().position(|piece| *piece == Piece::BlockStart(index))?;
            let length = rendered.pieces[start..].iter().position(|piece| *piece == Piece::BlockEnd(index))?;
            Some(in_list(balanced(&rendered.pieces[start + 1..start + length])))
        }
    }
}

fn under_heading(rendered: &Rendered, start: usize, level: u8) -> Vec<Piece> {
    let pieces = &rendered.pieces[start..];
    let ends = |piece: &Piece| matches!(piece, Piece::Heading(index) if rendered.toc.get(*index).is_some_and(|heading| heading.level <= level));
    let end = pieces.iter().skip(1).position(ends).map_or(pieces.len(), |at| at + 1);
    balanced(&pieces[..end])
}

/// The pieces up to where something closes that they did not open, with what they leave open closed.
fn balanced(pieces: &[Piece]) -> Vec<Piece> {
    let mut out = Vec::with_capacity(pieces.len());
    let mut open: Vec<&str> = Vec::new();
    'pieces: for piece in pieces {
        let Piece::Html(html) = piece else {
            out.push(piece.clone());
            continue;
        };
        let mut kept = 0;
        for part in parts(html) {
            let length = match part {
                Part::Text(text) => text.len(),
                Part::Tag { text, name, closes } => {
                    if closes && open.pop().is_none() {
                        out.push(Piece::Html(html[..kept].to_owned()));
                        break 'pieces;
                    }
                    // The notes at the end belong to the whole, not to its last section.
                    if text.starts_with("<section class=\"footnotes\"") {
                        out.push(Piece::Html(html[..kept].to_owned()));
                        break 'pieces;
                    }
                    if !closes && !is_void(name) {
                        open.push(name);
                    }
                    text.len()
                }
            };
            kept += length;
        }
        out.push(piece.clone());
    }
    let ends: String = open.iter().rev().map(|name| format!("</{name}>")).collect();
    if !ends.is_empty() {
        out.push(Piece::Html(ends));
    }
    out
}

/// An item alone gets the list that it needs.
fn in_list(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let is_item = matches!(pieces.first(), Some(Piece::Html(html)) if html.trim_start().starts_with("<li"));
    if is_item {
        pieces.insert(0, Piece::Html("<ul>".into()));
        pieces.push(Piece::Html("</ul>".into()));
    }
    pieces
}
