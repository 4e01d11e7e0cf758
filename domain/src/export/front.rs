//! The front matter that a note lacks, so that any other program finds its title, tags and date.

use shared::markdown::front_matter;
use shared::notes::Note;
use shared::viewer::Visibility;

/// What is put into a text, and at which byte. `None` when it says everything itself or its front matter is broken.
pub(super) fn missing(note: &Note, file_name: &str) -> Option<(usize, String)> {
    let front = front_matter(&note.body);
    if front.problem.is_some() {
        return None;
    }
    let mark = mark(&note.body, front.body_start);
    let block = note.body.get(..front.body_start).unwrap_or_default();
    let has = |key: &str| block.lines().any(|line| key_of(line).is_some_and(|found| found.eq_ignore_ascii_case(key)));
    let sign = if mark == Mark::Toml { " = " } else { ": " };
    let mut lines = Vec::new();
    let mut add = |key: &str, value: String| {
        if !has(key) {
            lines.push(format!("{key}{sign}{value}"));
        }
    };
    let stem = file_name.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
    if front.title.is_none() && stem != note.title {
        add("title", quoted(&note.title));
    }
    if let Some(publication) = note.published.as_ref().filter(|_| front.date.is_none()) {
        add("date", publication.date.to_string());
    }
    if !note.tags.is_empty() {
        add("tags", list(&note.tags));
    }
    if !note.aliases.is_empty() {
        add("aliases", list(&note.aliases));
    }
    if front.permalink.is_none() && shared::slug::from_title(&note.title).as_ref() != Some(&note.slug) {
        add("permalink", quoted(&note.slug));
    }
    if note.published.is_none() && front.publish.is_none() && front.draft.is_none() {
        add("publish", "false".into());
    }
    if note.visibility != Visibility::Public {
        add("visibility", quoted(note.visibility.as_str()));
    }
    if lines.is_empty() {
        return None;
    }
    Some(placed(&note.body, mark, &lines))
}

/// How the front matter begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Yaml,
    Toml,
}

fn mark(body: &str, body_start: usize) -> Mark {
    match body.trim_start_matches('\u{FEFF}') {
        _ if body_start == 0 => Mark::None,
        text if text.starts_with("+++") => Mark::Toml,
        _ => Mark::Yaml,
    }
}

/// The key of a line that is not indented.
fn key_of(line: &str) -> Option<&str> {
    let key = line.split([':', '=']).next()?.trim_end();
    (!key.is_empty() && key.len() < line.len() && !key.starts_with([' ', '\t', '#', '-'])).then_some(key)
}

/// Behind the opening mark, or as a block of its own in front.
fn placed(body: &str, mark: Mark, lines: &[String]) -> (usize, String) {
    let start = body.len() - body.trim_start_matches('\u{FEFF}').len();
    let first = body[start..].split_inclusive('\n').next().unwrap_or_default();
    let ending = if first.ends_with("\r\n") { "\r\n" } else { "\n" };
    let text: String = lines.iter().map(|line| format!("{line}{ending}")).collect();
    match mark {
        Mark::None => (start, format!("---{ending}{text}---{ending}")),
        Mark::Yaml | Mark::Toml => (start + first.len(), text),
    }
}

/// JSON's strings are strings in YAML and TOML too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn list(items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}
