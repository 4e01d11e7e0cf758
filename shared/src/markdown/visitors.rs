//! The source that others may read: without comments, and of front matter only what describes the note.

use std::ops::Range;

use comrak::Arena;
use comrak::nodes::{Node, NodeValue};

use super::comments;
use super::front::{self, Block, Kind};
use super::render::{Flavour, options};
use super::source::Lines;

/// The keys that others may see, in lower case.
const KEYS: [&str; 7] = ["title", "description", "date", "updated", "tags", "aliases", "lang"];

/// The source for others: byte for byte, less comments and less front matter keys outside a short list (title,
/// description, date, updated, tags, aliases, lang). Front matter that cannot be read goes as a whole.
pub fn strip_for_visitors(source: &str) -> String {
    let mut text = match front::block(source) {
        Some(block) => format!("{}{}", public_front_matter(source, &block), &source[block.body_start..]),
        None => source.to_owned(),
    };
    // Taking one comment out can bring two `%%` together.
    for _ in 0..8 {
        let body_start = front::block(&text).map_or(0, |block| block.body_start);
        let comments = comments(&text, body_start);
        if comments.is_empty() {
            break;
        }
        text = without(&text, &comments);
    }
    text
}

fn without(text: &str, ranges: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        if range.start >= at {
            out.push_str(&text[at..range.start]);
        }
        at = at.max(range.end);
    }
    out.push_str(&text[at..]);
    out
}

/// The bytes of all comments, in order.
fn comments(source: &str, body_start: usize) -> Vec<Range<usize>> {
    let arena = Arena::new();
    let mut options = options(Flavour::Note);
    // The parser gives no places inside inline footnotes, and leaves out definitions that nothing refers to.
    options.extension.inline_footnotes = false;
    options.parse.leave_footnote_definitions = true;
    let root = comrak::parse_document(&arena, &source[body_start..], &options);
    let lines = Lines::new(source, body_start);
    let mut found: Vec<(usize, usize)> = root.descendants().filter_map(|node| comment(node, &lines)).collect();
    found.sort_unstable();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (hint, last) in found {
        let from = ranges.last().map_or(hint, |range| hint.max(range.end));
        let Some(start) = source.get(from..).and_then(|rest| rest.find("%%")).map(|at| from + at) else { continue };
        let end = source[start + 2..].find("%%").map_or(last, |at| start + 2 + at + 2);
        ranges.push(start..end.min(last.max(start + 2)));
    }
    ranges.extend(comments::hide(root, &lines));
    ranges.sort_unstable_by_key(|range| range.start);
    ranges
}

/// About where a comment starts, and the latest place where it can end.
fn comment(node: Node<'_>, lines: &Lines<'_>) -> Option<(usize, usize)> {
    let data = node.data();
    let start = lines.byte(data.sourcepos.start);
    match data.value {
        NodeValue::CommentInline(_) => Some((start, lines.source().len())),
        NodeValue::MultilineComment(ref comment) if comment.closed => Some((start, lines.source().len())),
        NodeValue::MultilineComment(_) => Some((start, lines.line_end(data.sourcepos.end.line))),
        _ => None,
    }
}

/// The block with only the public keys, or nothing where that cannot be made sure.
fn public_front_matter(source: &str, block: &Block) -> String {
    let inside = &source[block.inside.clone()];
    let kept = match block.kind {
        Kind::Yaml => kept_lines(inside, |line| line.split_once(':').map(|(key, _)| key)),
        Kind::Toml => {
            kept_lines(inside.split("\n[").next().unwrap_or_default(), |line| line.split_once('=').map(|(key, _)| key))
        }
    };
    let public = match front::values(&kept, block.kind) {
        Ok(values) => !values.is_empty() && values.keys().all(|key| KEYS.contains(&key.as_str())),
        Err(_) => false,
    };
    if !public {
        return String::new();
    }
    let end = if kept.ends_with('\n') { "" } else { "\n" };
    format!("{}{kept}{end}{}", &source[..block.inside.start], &source[block.inside.end..block.body_start])
}

/// The lines of public keys, each with the lines that continue it.
fn kept_lines(inside: &str, key: impl Fn(&str) -> Option<&str>) -> String {
    let mut out = String::new();
    let mut keeps = false;
    for line in inside.split_inclusive('\n') {
        let continues = line.starts_with([' ', '\t', '-', ']', '}', '"', '\'']) || line.trim().is_empty();
        if line.starts_with('#') {
            // A comment between keys is the owner's.
            continue;
        }
        if !continues {
            let name = key(line).map(|key| key.trim().trim_matches(['"', '\'']).to_lowercase());
            keeps = name.is_some_and(|name| KEYS.contains(&name.as_str()));
        }
        if keeps {
            out.push_str(line);
        }
    }
    out
}
