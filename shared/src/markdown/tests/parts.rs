//! A text rendered in parts is the text rendered whole.

use std::path::Path;

use super::support::Everything;
use crate::markdown::{Audience, FinishedPart, Plain, finish, finish_in_parts, render, render_in_parts};

fn parts(source: &str) -> Vec<FinishedPart> {
    finish_in_parts(&render_in_parts(source, &Plain), &Everything(Audience::Owner))
}

fn whole(source: &str) -> String {
    finish(&render(source, &Plain), &Everything(Audience::Owner))
}

fn check(name: &str, source: &str) {
    let parts = parts(source);
    let together: String = parts.iter().map(|part| part.html.as_str()).collect();
    assert_eq!(together, whole(source), "{name}");
    assert!(parts.is_sorted_by_key(|part| part.at), "{name}: {parts:?}");
    assert!(parts.iter().all(|part| source.is_char_boundary(part.at)), "{name}");
    assert!(parts.iter().all(|part| is_balanced(&part.html)), "{name}: {parts:?}");
}

fn is_balanced(html: &str) -> bool {
    let mut open = Vec::new();
    for part in crate::markdown::part::parts(html) {
        let crate::markdown::part::Part::Tag { name, closes, .. } = part else { continue };
        if closes && open.pop() != Some(name) {
            return false;
        }
        if !closes && !crate::markdown::part::is_void(name) {
            open.push(name);
        }
    }
    open.is_empty()
}

#[test]
fn the_parts_together_are_the_page() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/manual");
    let mut paths = Vec::new();
    super::vault::notes(&manual, &mut paths);
    assert!(!paths.is_empty());
    for path in paths {
        check(&path.display().to_string(), &std::fs::read_to_string(&path).unwrap());
    }
    for (path, source) in super::vault::vault() {
        check(&path.display().to_string(), &source);
    }
}

#[test]
fn hostile_texts_come_in_balanced_parts() {
    for (name, source) in super::safety::corpus() {
        check(&name, &source);
        check(&name, &format!("Before.\n\n{source}\n\nAfter.\n"));
    }
}

#[test]
fn each_block_is_a_part_at_its_place() {
    let source =
        "---\ntitle: T\n---\n# One\n\nTwo ä\n[[Three]]\n\n- four\n- five\n\n![[Six]]\n\nSeven[^1]\n\n[^1]: Eight\n";
    let places: Vec<_> = parts(source).into_iter().map(|part| source[part.at..].lines().next().unwrap_or("")).collect();
    assert_eq!(places, ["# One", "Two ä", "- four", "![[Six]]", "Seven[^1]", ""]);
}

#[test]
fn what_raw_html_holds_together_is_one_part() {
    let source = "a\n\n<details><summary>b</summary>\n\nc\n\n</details>\n\nd\n";
    let parts = parts(source);
    assert_eq!(parts.len(), 3, "{parts:?}");
    assert!(parts[1].html.contains("<p>c</p>") && parts[1].html.trim_end().ends_with("</details>"), "{parts:?}");
    assert_eq!(&source[parts[2].at..], "d\n");
}
