//! What the documents promise is there.

use super::Finding;
use super::files::{File, Tree};
use std::collections::BTreeMap;

const SETTINGS: &str = "docs/configuration.md";
const MAP: &str = "ARCHITECTURE.md";

/// Every `COMMONPLACE_…` of the server stands in docs/configuration.md, and no other does.
pub fn settings(tree: &Tree) -> Vec<Finding> {
    let mut read: BTreeMap<String, Finding> = BTreeMap::new();
    for (file, code) in tree.code("server") {
        for (line, text) in code {
            for name in names(text) {
                let finding = file.finding(line, format!("`{name}` is not in {SETTINGS}"));
                read.entry(name).or_insert(finding);
            }
        }
    }
    let Some(page) = tree.get(SETTINGS) else {
        return read.into_values().collect();
    };
    let mut findings = Vec::new();
    for (line, text) in page.lines() {
        for name in names(text) {
            // A secret may be given as a file: `NAME_FILE` is the twin of `NAME`.
            let known =
                read.contains_key(&name) || name.strip_suffix("_FILE").is_some_and(|twin| read.contains_key(twin));
            let outside = tree.files.iter().any(|file| is_program(file) && file.text.contains(&name));
            if !known && !outside {
                findings.push(page.finding(line, format!("nothing reads `{name}`")));
            }
        }
    }
    findings
        .extend(read.into_iter().filter(|(name, _)| !page.text.contains(name.as_str())).map(|(_, finding)| finding));
    findings
}

/// Each item under "Invariants" says ``kept by: `name` ``: a test's function (`path.rs::name`), a
/// rule of `tidy` by its name, or a file of tests.
pub fn invariants(tree: &Tree) -> Vec<Finding> {
    let Some(map) = tree.get(MAP) else { return Vec::new() };
    let mut findings = Vec::new();
    let mut inside = false;
    for (line, text) in items(map) {
        if text.starts_with('#') {
            inside = text.contains("nvariants");
        }
        if !inside || !(text.starts_with("- ") || text.starts_with(|letter: char| letter.is_ascii_digit())) {
            continue;
        }
        let kept = text.split_once("ept by").map(|(_, after)| after).unwrap_or_default();
        let named: Vec<&str> = kept.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            findings.push(map.finding(line, "an invariant names the test that keeps it: kept by: `path.rs::name`"));
        }
        for name in named.into_iter().filter(|name| !exists(tree, name)) {
            findings.push(map.finding(line, format!("there is no test `{name}`")));
        }
    }
    findings
}

/// Paragraphs and list items as one line each, with the number of their first.
fn items(file: &File) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (number, line) in file.lines() {
        let continues = line.starts_with("  ") && found.last().is_some_and(|(_, item)| !item.is_empty());
        match found.last_mut() {
            Some((_, item)) if continues => {
                item.push(' ');
                item.push_str(line.trim());
            }
            _ => found.push((number, line.to_owned())),
        }
    }
    found
}

fn exists(tree: &Tree, name: &str) -> bool {
    let (path, function) = name.rsplit_once("::").unwrap_or(("", name));
    let definition = format!("fn {function}(");
    let here = |file: &File| file.path == path || !path.ends_with(".rs");
    let rule = name.strip_prefix("tidy: ").unwrap_or(name);
    super::RULES.iter().any(|known| known.name == rule)
        || tree.get(name).is_some_and(|file| file.path.contains("test") || file.path.starts_with("e2e/"))
        || tree.files.iter().any(|file| file.path.ends_with(".rs") && here(file) && file.text.contains(&definition))
}

fn names(text: &str) -> Vec<String> {
    let part = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    let words = text.split(|letter| !part(letter)).filter(|word| word.len() > "COMMONPLACE_".len());
    words.filter(|word| word.starts_with("COMMONPLACE_") && !word.ends_with('_')).map(str::to_owned).collect()
}

fn is_program(file: &File) -> bool {
    let program = file.path.ends_with(".rs") || file.path.ends_with(".mjs");
    program && !file.path.starts_with("xtask/src/tidy/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undocumented_setting_and_an_unread_one_are_found() {
        let tree = Tree::of(&[
            ("server/src/config.rs", "//! x\nlet a = \"COMMONPLACE_ADDR\"; let b = \"COMMONPLACE_DATA\";\n"),
            (SETTINGS, "`COMMONPLACE_ADDR`, `COMMONPLACE_ADDR_FILE` and `COMMONPLACE_COLOUR`\n"),
        ]);
        let found: Vec<String> = settings(&tree).into_iter().map(|finding| finding.why).collect();
        assert_eq!(found, ["nothing reads `COMMONPLACE_COLOUR`", "`COMMONPLACE_DATA` is not in docs/configuration.md"]);
    }

    #[test]
    fn an_invariant_without_a_test_is_found() {
        let map = "# Map\n- not an invariant\n## Invariants\n- One. Kept by `keeps_one`.\n- Two.\n\
            - Three, over\n  two lines. Kept by `gone`.\n- Four. Kept by `files are short`, `a/src/y.rs::keeps_one`.\n## Next\n- no\n";
        let tree = Tree::of(&[(MAP, map), ("a/src/x.rs", "//! x\nfn keeps_one() {}\n")]);
        let lines: Vec<usize> = invariants(&tree).into_iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [5, 6, 8]);
    }
}
