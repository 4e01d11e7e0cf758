//! The budget of conditional compilation.

use super::Finding;
use super::files::{Tree, has_word};

/// The files of the server where adapters are chosen.
const CHOOSING: [&str; 3] = ["server/src/wire.rs", "server/src/adapters.rs", "server/src/lib.rs"];

pub fn budget(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in ["shared", "app", "frontend", "renderer", "suggest", "domain", "server"] {
        for (file, code) in tree.code(name) {
            for (line, text) in code {
                let conditional = has_word(text, "cfg(") || has_word(text, "cfg_attr(") || has_word(text, "cfg!(");
                let for_tests = text.contains("cfg(test)") || text.contains("cfg_attr(test");
                let conformance = name == "domain" && text.contains("feature = \"conformance\"");
                let choosing = CHOOSING.contains(&file.path.as_str()) && text.contains("feature = ");
                if conditional && !for_tests && !conformance && !choosing {
                    findings.push(file.finding(line, "conditional compilation has no place here"));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_outside_its_place_is_found() {
        let tree = Tree::of(&[
            ("app/src/lib.rs", "//! x\n#[cfg(feature = \"ssr\")]\nuse a;\n#[cfg(test)]\nmod tests;\n"),
            ("domain/src/ports/mod.rs", "//! x\n#[cfg(any(test, feature = \"conformance\"))]\npub mod conformance;\n"),
            ("server/src/wire.rs", "//! x\n#[cfg(feature = \"embedded\")]\nuse b;\n"),
            ("server/src/http/mod.rs", "//! x\nif cfg!(debug_assertions) {}\n"),
        ]);
        let found: Vec<(String, usize)> =
            budget(&tree).into_iter().map(|finding| (finding.path, finding.line)).collect();
        assert_eq!(found, [("app/src/lib.rs".to_owned(), 2), ("server/src/http/mod.rs".to_owned(), 2)]);
    }
}
