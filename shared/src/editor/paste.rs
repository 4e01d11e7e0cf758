//! Rich text to Markdown, for pasting: from web pages, word processors, mail.
//!
//! The browser parses what was copied and hands it over as a simple tree. Nothing of it is passed through: what has a
//! Markdown form gets it, all else is text, escaped where Markdown would read something into it.

use std::ops::Range;

mod blocks;
mod escape;
mod inlines;
mod lists;
mod tables;
mod write;

#[cfg(test)]
mod tests;

/// A piece of what was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rich {
    /// Text.
    Text(String),
    /// An element.
    Element(RichElement),
}

/// An element of what was copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RichElement {
    /// In lower case.
    pub name: String,
    /// Of [`ATTRIBUTES`], those it has.
    pub attributes: Vec<(String, String)>,
    /// In order.
    pub children: Vec<Rich>,
}

/// The attributes that are looked at.
pub const ATTRIBUTES: [&str; 15] = [
    "href",
    "src",
    "alt",
    "style",
    "class",
    "start",
    "colspan",
    "align",
    "type",
    "checked",
    "width",
    "height",
    "role",
    "hidden",
    "aria-hidden",
];

/// Elements inside elements, at most; deeper ones are left out by whoever makes the tree, and their text is kept.
pub const MAX_DEPTH: usize = 120;

/// The Markdown of what was copied. `None` when there is nothing to it but words and paragraphs: then the plain text,
/// which the clipboard holds as well, is what was meant, Markdown that was copied from an editor included.
///
/// `site` is the origin of this site (`https://…`): addresses of its own become paths.
pub fn markdown(copied: &[Rich], site: &str) -> Option<String> {
    if is_from_code_editor(copied) {
        return None;
    }
    let mut reader = blocks::Reader::new(site);
    let blocks = reader.blocks(copied);
    reader.formatted.then(|| write::document(&blocks)).filter(|text| !text.is_empty())
}

/// What is put into a text in place of `range` to paste `markdown` there: blocks get lines of their own. `None` in code,
/// where Markdown means nothing.
pub fn fitted(text: &str, range: Range<usize>, markdown: &str) -> Option<String> {
    let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
    if is_in_code(before) {
        return None;
    }
    let first = markdown.split('\n').next().unwrap_or_default();
    let is_block =
        markdown.contains('\n') || first.starts_with(['#', '-', '|', '>', '`', '*', '$']) && !first.starts_with("**");
    if !is_block {
        return Some(markdown.to_owned());
    }
    let line = before.rsplit('\n').next().unwrap_or_default();
    let lead = match line.trim().is_empty() {
        _ if before.is_empty() => "",
        false => "\n\n",
        true if before.ends_with("\n\n") || before.trim().is_empty() => "",
        true => "\n",
    };
    let tail = match after.chars().next() {
        None => "",
        Some('\n') if after.starts_with("\n\n") || after.trim().is_empty() => "",
        Some('\n') => "\n",
        Some(_) => "\n\n",
    };
    Some(format!("{lead}{markdown}{tail}"))
}

/// Whether a fence is open at the end of this text.
fn is_in_code(before: &str) -> bool {
    let mut open: Option<&str> = None;
    for line in before.lines() {
        let line = line.trim_start_matches([' ', '>', '-']);
        let length = line.bytes().take_while(|b| *b == b'`' || *b == b'~').count();
        let sign = &line[..length];
        let same = length >= 3 && sign.bytes().all(|b| Some(&b) == sign.as_bytes().first());
        match open {
            None if same && !(sign.starts_with('`') && line[length..].contains('`')) => open = Some(sign),
            Some(fence) if same && sign.starts_with(fence) && line[length..].trim().is_empty() => open = None,
            _ => {}
        }
    }
    open.is_some()
}

/// Editors of code copy lines in colours, which are no more than the plain text.
fn is_from_code_editor(copied: &[Rich]) -> bool {
    let mut elements = copied.iter().filter_map(|rich| match rich {
        Rich::Element(element) => Some(element),
        Rich::Text(_) => None,
    });
    let (Some(only), None) = (elements.find(|element| element.name != "meta"), elements.next()) else { return false };
    matches!(only.name.as_str(), "div" | "span" | "p")
        && only.style("white-space").is_some_and(|value| value.starts_with("pre"))
        && only.style("font-family").is_some_and(is_monospace)
}

/// Whether a list of font families begins with one whose letters are all of the same width.
fn is_monospace(families: &str) -> bool {
    let first = families.split(',').next().unwrap_or_default().to_lowercase();
    ["mono", "courier", "consolas", "menlo", "monaco"].iter().any(|name| first.contains(name))
}

impl RichElement {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a property in its `style`.
    fn style(&self, property: &str) -> Option<&str> {
        let declared = self.attribute("style")?.split(';').filter_map(|declaration| declaration.split_once(':'));
        declared
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case(property))
            .map(|(_, value)| value.trim())
            .next_back()
    }

    fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }

    /// Whether a reader does not see it.
    fn is_hidden(&self) -> bool {
        const NOT_TEXT: [&str; 19] = [
            "script", "style", "template", "noscript", "head", "title", "meta", "link", "iframe", "object", "embed",
            "svg", "canvas", "select", "datalist", "button", "audio", "video", "input",
        ];
        let gone = self.style("display") == Some("none") || self.style("mso-hide") == Some("all");
        let mark = self.name == "a" && self.attribute("aria-hidden") == Some("true");
        gone || mark || self.attribute("hidden").is_some() || NOT_TEXT.contains(&self.name.as_str())
    }
}
