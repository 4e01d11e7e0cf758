//! Front matter: YAML between `---`, or TOML between `+++`, before a note's body.

use std::ops::Range;

use serde_json::{Map, Value};

use super::dates::timestamp;
use super::types::{FrontMatter, FrontMatterProblem};

/// Bytes of front matter, at most; a longer block is body.
const MAX_BYTES: usize = 64 * 1024;

/// The language of front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Yaml,
    Toml,
}

/// Where front matter stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// What stands between the two lines of marks.
    pub(super) inside: Range<usize>,
    pub(super) body_start: usize,
}

/// Finds front matter without reading it. Two rules (`---`) around prose are not front matter.
pub(super) fn block(source: &str) -> Option<Block> {
    let start = if source.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut at = start;
    let mut lines = source[start..].split_inclusive('\n');
    let first = lines.next()?;
    let kind = match first.trim_end() {
        "---" => Kind::Yaml,
        "+++" => Kind::Toml,
        _ => return None,
    };
    at += first.len();
    let inside_start = at;
    for line in lines {
        let mark = line.trim_end();
        let ends = match kind {
            Kind::Yaml => mark == "---" || mark == "...",
            Kind::Toml => mark == "+++",
        };
        if ends {
            let inside = inside_start..at;
            let is_front_matter = kind == Kind::Toml || looks_like_yaml(&source[inside.clone()]);
            return is_front_matter.then_some(Block { kind, inside, body_start: at + line.len() });
        }
        at += line.len();
        if at - inside_start > MAX_BYTES {
            return None;
        }
    }
    None
}

/// Whether the first line that says something is `key:`.
fn looks_like_yaml(inside: &str) -> bool {
    let first =
        inside.lines().map(str::trim_end).find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let Some(first) = first else { return true };
    if first.starts_with('{') {
        return true;
    }
    let Some((key, rest)) = first.split_once(':') else { return false };
    let plain = !key.is_empty() && key.len() <= 100 && !key.starts_with([' ', '-', '>', '*', '|', '[', '`']);
    plain && (rest.is_empty() || rest.starts_with([' ', '\t']) || rest.starts_with(['"', '[']))
}

/// Reads what a note says about itself. Never fails: what cannot be read is reported in `problem`.
pub fn front_matter(source: &str) -> FrontMatter {
    let Some(block) = block(source) else { return FrontMatter::default() };
    let mut front = FrontMatter { body_start: block.body_start, ..FrontMatter::default() };
    match values(&source[block.inside.clone()], block.kind) {
        Ok(values) => fill(&mut front, &values, &source[block.inside.clone()]),
        Err(mut problem) => {
            // The opening mark is a line of its own.
            problem.line += 1;
            front.problem = Some(problem);
        }
    }
    front
}

/// The keys, in lower case, and their values. The problem's line counts from 1 inside the block.
pub(super) fn values(inside: &str, kind: Kind) -> Result<Map<String, Value>, FrontMatterProblem> {
    let value = match kind {
        Kind::Yaml => yaml(inside)?,
        Kind::Toml => toml(inside)?,
    };
    match value {
        Value::Object(map) => Ok(map.into_iter().map(|(key, value)| (key.trim().to_lowercase(), value)).collect()),
        Value::Null => Ok(Map::new()),
        _ => Err(FrontMatterProblem { line: 1, reason: "It is not a list of keys with values.".into() }),
    }
}

fn yaml(inside: &str) -> Result<Value, FrontMatterProblem> {
    if inside.trim().is_empty() {
        return Ok(Value::Null);
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 20_000,
            max_nodes: 10_000,
            max_depth: 30,
            max_aliases: 100,
            max_anchors: 100,
            max_total_scalar_bytes: 2 * MAX_BYTES,
        },
        strict_booleans: true,
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
    };
    serde_saphyr::from_str_with_options(inside, options).map_err(|error| {
        let line = error.location().and_then(|location| usize::try_from(location.line()).ok()).unwrap_or(1).max(1);
        FrontMatterProblem { line, reason: in_words(&first_line(&error.to_string())) }
    })
}

/// The reader's words without its own count of lines, and without its limits' names.
fn in_words(reason: &str) -> String {
    let reason = match reason.split_once(": ") {
        Some((place, reason)) if place.starts_with("line ") && place.contains(" column ") => reason,
        _ => reason,
    };
    let tangled = ["budget", "recursive references"].iter().any(|word| reason.contains(word));
    if tangled { "it refers to itself or is too large to be read".into() } else { reason.to_owned() }
}

fn toml(inside: &str) -> Result<Value, FrontMatterProblem> {
    let table: toml::Table = inside.parse().map_err(|error: toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start.min(inside.len()));
        let line = inside.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
        FrontMatterProblem { line, reason: first_line(error.message()) }
    })?;
    Ok(json(toml::Value::Table(table)))
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(truth) => Value::Bool(truth),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(values) => Value::Array(values.into_iter().map(json).collect()),
        toml::Value::Table(table) => Value::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect()),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().trim_start_matches("error: ").to_owned()
}

fn fill(front: &mut FrontMatter, values: &Map<String, Value>, inside: &str) {
    let text = |names: &[&str]| {
        names.iter().find_map(|name| match values.get(*name)? {
            // A title like 1.10 or 007 is no number.
            Value::Number(number) => Some(as_written(inside, name).unwrap_or_else(|| number.to_string())),
            value => plain(value),
        })
    };
    let truth = |name: &str| match values.get(name)? {
        Value::Bool(truth) => Some(*truth),
        Value::String(word) => match word.trim().to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        },
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        _ => None,
    };
    front.title = text(&["title"]);
    front.description = text(&["description", "summary", "excerpt"]);
    front.permalink = text(&["permalink", "slug", "url"]);
    front.date = text(&["date", "created", "published"]).as_deref().and_then(timestamp);
    front.updated = text(&["updated", "modified", "lastmod", "last_modified"]).as_deref().and_then(timestamp);
    front.lang = text(&["lang", "language"]).filter(|lang| is_language(lang));
    front.publish = truth("publish");
    front.draft = truth("draft");
    front.image = ["cover", "image", "banner"].iter().find_map(|name| image(values.get(*name)?));
    let taxonomies = values.get("taxonomies").and_then(|value| value.get("tags"));
    for value in ["tags", "tag", "keywords"].iter().filter_map(|name| values.get(*name)).chain(taxonomies) {
        tags(value, &mut front.tags);
    }
    if let Some(value) = values.get("aliases") {
        names(value, ',', &mut front.aliases);
    }
    if let Some(value) = values.get("alias") {
        names(value, '\0', &mut front.aliases);
    }
}

/// The shape of a language tag (RFC 5646, 2.1).
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first =
        parts.next().is_some_and(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic()));
    first && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// The plain value of a key at the beginning of a line.
fn as_written(inside: &str, key: &str) -> Option<String> {
    let value = inside.lines().find_map(|line| {
        let (name, value) = line.split_once([':', '='])?;
        name.trim().eq_ignore_ascii_case(key).then_some(value)
    })?;
    let value = value.split(" #").next().unwrap_or_default().trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// A value as one line of text.
fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.replace(char::is_control, " ").trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The file an image key names: plain, as a wikilink, or in a table as Hugo's themes have it.
fn image(value: &Value) -> Option<String> {
    let text = match value {
        Value::Object(map) => plain(map.get("image").or_else(|| map.get("src"))?)?,
        Value::Array(values) => plain(values.first()?)?,
        value => plain(value)?,
    };
    let inside = text.trim_start_matches("![[").trim_start_matches("[[").trim_end_matches("]]");
    Some(inside.split('|').next().unwrap_or_default().trim().to_owned()).filter(|name| !name.is_empty())
}

/// Adds tags: a list, or a text parted by commas or spaces; `#` before them does not count.
fn tags(value: &Value, out: &mut Vec<String>) {
    let mut add = |tag: &str| {
        let tag = tag.trim().trim_start_matches('#').trim_matches('/').split_whitespace().collect::<Vec<_>>().join("-");
        if !tag.is_empty()
            && out.len() < crate::limits::TAGS
            && !out.iter().any(|known| known.to_lowercase() == tag.to_lowercase())
        {
            out.push(tag);
        }
    };
    match value {
        Value::Array(values) => values.iter().filter_map(plain).for_each(|tag| add(&tag)),
        Value::String(text) if text.contains(',') => text.split(',').for_each(&mut add),
        Value::String(text) => text.split_whitespace().for_each(&mut add),
        Value::Number(number) => add(&number.to_string()),
        _ => {}
    }
}

/// Adds names: a list, or one text, parted at the given character.
fn names(value: &Value, part: char, out: &mut Vec<String>) {
    let mut add = |name: &str| {
        let name = name.trim();
        if !name.is_empty() && out.len() < crate::limits::ALIASES && !out.iter().any(|known| known == name) {
            out.push(name.to_owned());
        }
    };
    match value {
        Value::Array(values) => values.iter().filter_map(plain).for_each(|name| add(&name)),
        Value::String(text) => text.split(part).for_each(&mut add),
        Value::Number(number) => add(&number.to_string()),
        _ => {}
    }
}
