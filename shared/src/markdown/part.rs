//! A part of a rendered note: what an embed of a heading or a block shows. Also the cutting of our own HTML that this
//! needs: it is well-formed, and no `<` or `>` stands in it but those of tags.

use std::collections::HashMap;

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

/// A note's headings by the slug of their text, so that thousands of links into one note do not each search it.
pub(super) struct Outline<'r> {
    rendered: &'r Rendered,
    by_slug: HashMap<String, Vec<usize>>,
}

impl<'r> Outline<'r> {
    pub(super) fn new(rendered: &'r Rendered) -> Self {
        let mut by_slug: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, heading) in rendered.toc.iter().enumerate() {
            by_slug.entry(slug_of_heading(&heading.text)).or_default().push(index);
        }
        Self { rendered, by_slug }
    }

    /// The id of the element that a fragment names.
    pub(super) fn anchor(&self, fragment: &Fragment) -> Option<String> {
        match fragment {
            Fragment::Heading(path) => self.heading(path).map(|index| self.rendered.toc[index].id.clone()),
            Fragment::Block(id) => self.rendered.block(id).map(|_| id_of(fragment)),
        }
    }

    /// The heading that a path of headings names, as an index of `toc`.
    fn heading(&self, path: &[String]) -> Option<usize> {
        /// Headings of the same text that are looked at.
        const SAME: usize = 50;
        let wanted: Vec<String> = path.iter().map(|part| slug_of_heading(part)).collect();
        let (last, above) = wanted.split_last()?;
        let mut same = self.by_slug.get(last)?.iter().take(SAME);
        same.find(|index| self.is_below(**index, above)).copied()
    }

    /// Whether the headings above one include these, in order from the outermost.
    fn is_below(&self, index: usize, above: &[String]) -> bool {
        let toc = &self.rendered.toc;
        let mut level = toc[index].level;
        let mut missing = above.iter().rev();
        let mut wanted = missing.next();
        for heading in toc[..index].iter().rev() {
            if wanted.is_none() || level == 2 {
                break;
            }
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

impl Rendered {
    /// The id of the element that a fragment names, if the note has it. A heading is found by its text as Obsidian
    /// compares it (punctuation and case aside), the path's earlier parts being headings above it.
    pub fn anchor(&self, fragment: &Fragment) -> Option<String> {
        Outline::new(self).anchor(fragment)
    }

    /// The block of this id, as an index of `blocks`.
    fn block(&self, id: &str) -> Option<usize> {
        self.blocks.iter().position(|known| known.eq_ignore_ascii_case(id))
    }
}

/// The pieces that an embed of this part shows: a heading with all up to the next of the same or a higher level, or
/// one block. `None` when the note has no such part.
pub fn section<'r>(rendered: &'r Rendered, fragment: &Fragment) -> Option<Vec<Piece<'r>>> {
    match fragment {
        Fragment::Heading(path) => {
            let index = Outline::new(rendered).heading(path)?;
            let pieces: Vec<Piece> =
                rendered.pieces.iter().skip_while(|piece| *piece != Piece::Heading(index)).collect();
            (!pieces.is_empty()).then(|| under_heading(rendered, &pieces, rendered.toc[index].level))
        }
        Fragment::Block(id) => {
            let index = rendered.block(id)?;
            let mut pieces = rendered.pieces.iter().skip_while(|piece| *piece != Piece::BlockStart(index)).skip(1);
            let mut block = Vec::new();
            loop {
                match pieces.next()? {
                    Piece::BlockEnd(end) if end == index => return Some(in_list(balanced(&block))),
                    piece => block.push(piece),
                }
            }
        }
    }
}

fn under_heading<'r>(rendered: &'r Rendered, pieces: &[Piece<'r>], level: u8) -> Vec<Piece<'r>> {
    let ends = |piece: &Piece| matches!(piece, Piece::Heading(index) if rendered.toc.get(*index).is_some_and(|heading| heading.level <= level));
    let end = pieces.iter().skip(1).position(ends).map_or(pieces.len(), |at| at + 1);
    balanced(&pieces[..end])
}

/// The pieces up to where something closes that they did not open, with what they leave open closed.
fn balanced<'r>(pieces: &[Piece<'r>]) -> Vec<Piece<'r>> {
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
                        out.push(Piece::Html(html[..kept].to_owned().into()));
                        break 'pieces;
                    }
                    // The notes at the end belong to the whole, not to its last section.
                    if text.starts_with("<section class=\"footnotes\"") {
                        out.push(Piece::Html(html[..kept].to_owned().into()));
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
        out.push(Piece::Html(ends.into()));
    }
    out
}

/// An item alone gets the list that it needs.
fn in_list(mut pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let is_item = matches!(pieces.first(), Some(Piece::Html(html)) if html.trim_start().starts_with("<li"));
    if is_item {
        pieces.insert(0, Piece::Html("<ul>".into()));
        pieces.push(Piece::Html("</ul>".into()));
    }
    pieces
}
