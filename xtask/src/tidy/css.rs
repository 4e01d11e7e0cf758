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

/// No two files define the same class: what belongs to a component or a feature stands in its own file.
pub fn one_home(tree: &Tree) -> Vec<Finding> {
    let mut homes: BTreeMap<String, &str> = BTreeMap::new();
    let mut findings = Vec::new();
    for file in tree.under("style", "css") {
        for (line, class) in classes(&file.text) {
            let home = homes.entry(class.clone()).or_insert(&file.path);
            if *home != file.path {
                findings
                    .push(file.finding(line, format!("`.{class}` is styled in {home} already; set its knobs instead")));
            }
        }
    }
    findings.dedup();
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

/// The classes that selectors name, with the lines they stand on.
fn classes(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_comment = false;
    for (index, line) in text.lines().enumerate() {
        let code = without_comments(line, &mut in_comment);
        let selector = match code.split_once('{') {
            Some((selector, _)) => selector,
            // A list of selectors over several lines; a declaration has a colon and ends otherwise.
            None if code.trim_end().ends_with(',') && code.trim_start().starts_with('.') => &code,
            None => continue,
        };
        if selector.trim_start().starts_with('@') {
            continue;
        }
        for part in selector.split('.').skip(1) {
            let end = part.find(|letter: char| !letter.is_alphanumeric() && letter != '-' && letter != '_');
            let name = &part[..end.unwrap_or(part.len())];
            if name.starts_with(|letter: char| letter.is_alphabetic()) {
                found.push((index + 1, name.to_owned()));
            }
        }
    }
    found
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
            (
                "style/button.css",
                "/* .note is no selector here */\n.button { --size: 1.5rem; }\n.button:hover { color: red; }\n",
            ),
            ("style/notes.css", ".note .title,\n.note .button { margin: .5rem; }\n"),
        ]);
        let found = one_home(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].path.as_str(), found[0].line), ("style/notes.css", 2));
    }
}
