//! Style sheets, scripts and pictures of our own.

use super::Finding;
use super::files::{File, Tree};
use std::collections::BTreeMap;

/// Names of things, which nobody fetches, and the reader's own machine.
const NAMESPACES: [&str; 7] = [
    "http://localhost",
    "http://www.w3.org/",
    "https://www.w3.org/",
    "https://schema.org",
    "http://schema.org",
    "http://ogp.me/",
    "http://microformats.org/",
];

pub fn elsewhere(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let shipped = |file: &&File| {
        let text =
            ["css", "js", "html", "svg", "webmanifest"].iter().any(|end| file.path.ends_with(&format!(".{end}")));
        (file.path.starts_with("style/") || file.path.starts_with("public/")) && text
    };
    for file in tree.files.iter().filter(shipped) {
        findings.extend(file.lines().filter(|(_, line)| names_address(line)).map(|(line, _)| at(file, line)));
    }
    for (file, code) in tree.code("app") {
        findings.extend(code.into_iter().filter(|(_, line)| names_address(line)).map(|(line, _)| at(file, line)));
    }
    findings
}

/// No two files open rules with the same class: what belongs to a component or a feature stands in its own
/// file, and others only place it, nested in rules of their own. Paper has a file for everything.
pub fn one_home(tree: &Tree) -> Vec<Finding> {
    let mut homes: BTreeMap<String, &str> = BTreeMap::new();
    let mut findings = Vec::new();
    for file in tree.under("style", "css").filter(|file| !file.path.ends_with("/print.css")) {
        for (line, class) in opening_classes(&file.text) {
            let home = homes.entry(class.clone()).or_insert(&file.path);
            if *home != file.path {
                findings.push(file.finding(line, format!("rules for `.{class}` stand in {home}")));
            }
        }
    }
    findings
}

fn at(file: &File, line: usize) -> Finding {
    file.finding(line, "pages load nothing from another server")
}

fn names_address(line: &str) -> bool {
    let mut rest = line;
    while let Some(at) = rest.find("http") {
        rest = &rest[at..];
        let address = rest.starts_with("http://") || rest.starts_with("https://");
        // A scheme on its own is compared with, not fetched.
        let host =
            rest.split("://").nth(1).is_some_and(|after| after.starts_with(|letter: char| letter.is_alphanumeric()));
        if address && host && !NAMESPACES.iter().any(|name| rest.starts_with(name)) {
            return true;
        }
        rest = &rest[4..];
    }
    line.contains("url(//") || line.contains("src=\"//")
}

/// The classes that begin selectors which are nested in no other rule, with the lines they stand on.
fn opening_classes(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_comment = false;
    // For each open block, whether it is a rule; `@media` and `@layer` nest nothing.
    let mut open: Vec<bool> = Vec::new();
    let mut prelude = String::new();
    for (index, line) in text.lines().enumerate() {
        for letter in without_comments(line, &mut in_comment).chars() {
            match letter {
                '{' => {
                    let rule = !prelude.trim_start().starts_with('@');
                    if rule && !open.contains(&true) {
                        found.extend(selectors(&prelude).filter_map(first_class).map(|class| (index + 1, class)));
                    }
                    open.push(rule);
                    prelude.clear();
                }
                '}' => {
                    open.pop();
                    prelude.clear();
                }
                ';' => prelude.clear(),
                _ => prelude.push(letter),
            }
        }
        prelude.push(' ');
    }
    found
}

/// A list's selectors; the commas within `:is(…)` divide nothing.
fn selectors(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    list.split(move |letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth == 0
    })
}

fn first_class(selector: &str) -> Option<String> {
    let name = selector.trim_start().strip_prefix('.')?;
    let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '-' && letter != '_');
    Some(name[..end.unwrap_or(name.len())].to_owned())
}

fn without_comments(line: &str, in_comment: &mut bool) -> String {
    let mut kept = String::new();
    let mut rest = line;
    loop {
        let mark = if *in_comment { "*/" } else { "/*" };
        let (before, after) = match rest.split_once(mark) {
            Some((before, after)) => (before, Some(after)),
            None => (rest, None),
        };
        if !*in_comment {
            kept.push_str(before);
        }
        let Some(after) = after else { return kept };
        *in_comment = !*in_comment;
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_from_elsewhere_is_found() {
        let tree = Tree::of(&[
            ("style/base.css", "@import url(\"https://fonts.example/a.css\");\n"),
            ("app/src/head.rs", "//! x\nview! { <script src=\"https://cdn.example/a.js\"></script> }\n"),
            ("public/icon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n"),
            ("app/src/links.rs", "//! x\nlet external = address.starts_with(\"https://\");\n"),
        ]);
        let paths: Vec<String> = elsewhere(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["style/base.css", "app/src/head.rs"]);
    }

    #[test]
    fn a_class_of_another_file_is_found() {
        let tree = Tree::of(&[
            ("style/button.css", "/* .note { } */\n.button { --size: 1.5rem; }\n.button:hover { color: red; }\n"),
            ("style/notes.css", ".note .title,\n.note :is(a, .button) { margin: .5rem;\n& .button { margin: 0; }\n}\n"),
            ("style/desk.css", "@media (width > 40rem) {\n.desk,\n.button { color: blue; }\n}\n"),
        ]);
        let found: Vec<(String, usize)> =
            one_home(&tree).into_iter().map(|finding| (finding.path, finding.line)).collect();
        assert_eq!(found, [("style/desk.css".to_owned(), 3)]);
    }
}
