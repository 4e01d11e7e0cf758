//! What an import leaves as it is and names: plugins' code, addresses that lead out of the vault, and keys of front
//! matter that only generators have.

use std::collections::BTreeMap;

use shared::import::{Absence, LeftAsText, Source};
use shared::markdown::{FrontMatter, Piece, Rendered};

use super::paths;
use super::survey::line_of;

/// A link that leads out of the vault.
pub(super) struct Outside {
    pub path: String,
    pub line: Option<usize>,
    pub target: String,
    pub reason: Absence,
}

/// Code blocks that a plugin would have replaced.
const FENCES: [(&str, &str); 16] = [
    ("dataview", "a Dataview query"),
    ("dataviewjs", "a Dataview script"),
    ("query", "an embedded search"),
    ("base", "a base"),
    ("bases", "a base"),
    ("tasks", "a Tasks query"),
    ("mermaid", "a Mermaid diagram"),
    ("excalidraw", "an Excalidraw drawing"),
    ("button", "a button"),
    ("buttons", "a button"),
    ("meta-bind", "a Meta Bind field"),
    ("chart", "a chart"),
    ("leaflet", "a Leaflet map"),
    ("kanban", "a Kanban board"),
    ("templater", "a Templater command"),
    ("ad-note", "an Admonition"),
];

/// What a file of another kind is, if only Obsidian shows it.
pub(super) fn of_file(path: &str) -> Option<&'static str> {
    match paths::extension(path).as_str() {
        "canvas" => Some("a canvas (kept as a file)"),
        "base" => Some("a base (kept as a file)"),
        "excalidraw" => Some("an Excalidraw drawing (kept as a file)"),
        _ => None,
    }
}

/// Counts what stands in a note's text.
pub(super) fn of_text(path: &str, text: &str, source: Source, out: &mut Vec<LeftAsText>) {
    let mut counts: BTreeMap<&'static str, u32> = BTreeMap::new();
    if path.to_lowercase().ends_with(".excalidraw.md") || text.contains("\nexcalidraw-plugin:") {
        counts.insert("an Excalidraw drawing", 1);
    }
    if text.contains("\nkanban-plugin:") {
        counts.insert("a Kanban board", 1);
    }
    let mut fence: Option<(char, usize)> = None;
    for line in text.lines() {
        let inside = line.trim_start_matches([' ', '\t', '>']);
        let mark = inside.chars().next().filter(|c| matches!(c, '`' | '~')).unwrap_or(' ');
        let length = inside.chars().take_while(|c| *c == mark).count();
        match fence {
            Some((open, at_least)) => {
                if mark == open && length >= at_least && inside[length..].trim().is_empty() {
                    fence = None;
                }
            }
            None if mark != ' ' && length >= 3 => {
                fence = Some((mark, length));
                let language = inside[length..].split([' ', ',', '{']).next().unwrap_or_default().to_lowercase();
                if let Some((_, what)) = FENCES.iter().find(|(name, _)| *name == language) {
                    *counts.entry(what).or_default() += 1;
                }
            }
            None if source == Source::Obsidian => inline(line, &mut counts),
            None => generators_inline(line, &mut counts),
        }
    }
    out.extend(counts.into_iter().map(|(what, count)| LeftAsText { path: path.into(), what: what.into(), count }));
}

fn inline(line: &str, counts: &mut BTreeMap<&'static str, u32>) {
    if line.contains("`= ") || line.contains("`$= ") {
        *counts.entry("an inline Dataview query").or_default() += 1;
    }
    let template = line.find("<%").filter(|at| line[*at..].contains("%>"));
    if template.is_some_and(|at| !line[..at].contains('`')) {
        *counts.entry("a Templater command").or_default() += 1;
    }
}

/// What a generator's templates would have replaced.
fn generators_inline(line: &str, counts: &mut BTreeMap<&'static str, u32>) {
    let outside_code: String = line.split('`').step_by(2).collect();
    if outside_code.contains("{{<") || outside_code.contains("{{%") {
        *counts.entry("a shortcode").or_default() += 1;
    }
    if outside_code.contains("{%") && !outside_code.contains("{{%") {
        *counts.entry("a Liquid tag").or_default() += 1;
    }
    let component = line.strip_prefix('<').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    if component || (line.starts_with("import ") && line.contains(" from ")) {
        *counts.entry("an MDX component").or_default() += 1;
    }
}

/// Addresses on the machine of whoever wrote the note; and, of a generator's content, paths from its site's root.
pub(super) fn outside(path: &str, text: &str, rendered: &Rendered, source: Source, out: &mut Vec<Outside>) {
    for (at, _) in text.match_indices("file:") {
        let before = text[..at].trim_end_matches('<');
        if before.ends_with(['(', '"', '\'', '=']) || before.ends_with("]: ") {
            let target = text[at..].split([')', '>', '"', '\'', '\n', ' ']).next().unwrap_or_default();
            let line = Some(line_of(text.as_bytes(), at));
            out.push(Outside { path: path.into(), line, target: target.into(), reason: Absence::Outside });
        }
    }
    if source == Source::Obsidian {
        return;
    }
    for piece in rendered.pieces.iter() {
        let Piece::Html(html) = piece else { continue };
        for attribute in ["href=\"/", "src=\"/"] {
            for (at, _) in html.match_indices(attribute) {
                let target = html[at + attribute.len() - 1..].split('"').next().unwrap_or_default();
                let line = text.find(target).map(|at| line_of(text.as_bytes(), at));
                out.push(Outside { path: path.into(), line, target: target.into(), reason: Absence::SitePath });
            }
        }
    }
}

/// The lines of the front matter, marks included; of one that cannot be read, what looks like it.
pub(super) fn front_block<'a>(text: &'a str, front: &FrontMatter) -> &'a str {
    if front.body_start > 0 {
        return text.get(..front.body_start).unwrap_or_default();
    }
    if front.problem.is_none() {
        return "";
    }
    let end = text.match_indices("\n---").map(|(at, _)| at).next().unwrap_or(text.len().min(4096));
    text.get(..end).unwrap_or(text)
}

/// The value of a key at the start of a line, as it is written.
fn value<'a>(block: &'a str, key: &str) -> Option<&'a str> {
    block.lines().find_map(|line| {
        let rest = line.strip_prefix(key)?.trim_start();
        Some(rest.strip_prefix([':', '='])?.trim())
    })
}

/// True when this key is set to false.
pub(super) fn is_false(block: &str, key: &str) -> bool {
    value(block, key).is_some_and(|value| matches!(value.to_lowercase().as_str(), "false" | "no" | "off"))
}

/// True when a front matter that cannot be read says something of publishing.
pub(super) fn mentions_publishing(block: &str) -> bool {
    let keys = ["publish", "published", "draft", "private"];
    block.lines().any(|line| {
        let line = line.trim_start().to_lowercase();
        keys.iter().any(|key| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with([':', '='])))
    })
}

/// Jekyll's and Hugo's `categories`, on one line or as a list below.
pub(super) fn categories(block: &str) -> Vec<String> {
    let mut found = Vec::new();
    for key in ["categories", "category"] {
        let Some(inline) = value(block, key) else { continue };
        let inline = inline.trim_start_matches('[').trim_end_matches(']');
        found.extend(inline.split(',').map(unquoted));
        if inline.is_empty() {
            let below = block.lines().skip_while(|line| !line.starts_with(key)).skip(1);
            let items = below.map_while(|line| line.trim_start().strip_prefix("- "));
            found.extend(items.map(unquoted));
        }
    }
    found.retain(|tag| !tag.is_empty() && tag.chars().count() <= shared::limits::TAG_CHARS);
    found.truncate(shared::limits::TAGS);
    found
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> Vec<(String, u32)> {
        left_of(text, Source::Obsidian)
    }

    fn left_of(text: &str, source: Source) -> Vec<(String, u32)> {
        let mut out = Vec::new();
        of_text("a.md", text, source, &mut out);
        out.into_iter().map(|l| (l.what, l.count)).collect()
    }

    #[test]
    fn plugins_code_is_named_and_examples_of_it_are_not() {
        assert_eq!(left("```dataview\nlist\n```\n> ```dataview\n> x\n> ```"), [("a Dataview query".into(), 2)]);
        assert_eq!(left("````md\n```query\nx\n```\n````\n"), []);
        assert_eq!(left("<% tp.date.now() %> and `<% code %>`"), [("a Templater command".into(), 1)]);
        assert_eq!(left("a `<% code %>`"), []);
        assert_eq!(left("---\nexcalidraw-plugin: parsed\n---"), [("an Excalidraw drawing".into(), 1)]);
    }

    #[test]
    fn what_a_generators_templates_would_have_replaced_is_named() {
        let text =
            "{{< figure src=\"a.png\" >}}\n{% include x.html %}\n`{% raw %}`\nimport A from './a.astro'\n<A x=1 />";
        let found = left_of(text, Source::Markdown);
        let one = |what: &str, count| (what.to_owned(), count);
        assert_eq!(found, [one("a Liquid tag", 1), one("a shortcode", 1), one("an MDX component", 2)]);
        assert_eq!(left(text), []);
    }

    #[test]
    fn categories_are_found_however_they_are_written() {
        assert_eq!(categories("---\ncategories: [a, \"b c\"]\n---"), ["a", "b c"]);
        assert_eq!(categories("---\ncategories:\n  - a\n  - 'b'\ntags: x\n---"), ["a", "b"]);
        assert_eq!(categories("+++\ncategories = ['a']\n+++"), ["a"]);
        assert_eq!(categories("---\ncategory: one\n---"), ["one"]);
        assert!(categories("---\ntitle: x\n---").is_empty());
    }

    #[test]
    fn publishing_is_seen_in_broken_front_matter() {
        assert!(mentions_publishing("---\ntitle: [\n publish: false\n---"));
        assert!(!mentions_publishing("---\ntitle: about publishing\n---"));
        assert!(is_false("---\npublished: false\n---", "published"));
        assert!(!is_false("---\npublished: 2024-01-01\n---", "published"));
    }
}
