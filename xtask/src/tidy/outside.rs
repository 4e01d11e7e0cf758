//! The environment, the clock and the file system are reached in few places.

use super::Finding;
use super::files::Tree;

const CRATES: [&str; 7] = ["shared", "domain", "app", "server", "frontend", "renderer", "suggest"];

pub fn environment(tree: &Tree) -> Vec<Finding> {
    let calls = ["env::var(", "env::var_os(", "env::vars(", "env::vars_os(", "env::set_var(", "option_env!("];
    find(tree, &CRATES, &calls, "the environment is read in server/src/config.rs", |path| {
        path == "server/src/config.rs"
    })
}

pub fn clock(tree: &Tree) -> Vec<Finding> {
    let calls = ["SystemTime::now", "Timestamp::now", "Zoned::now", "Utc::now", "Local::now", "now_v7"];
    let mut findings = find(tree, &CRATES, &calls, "the time comes from the clock port", |path| {
        path.starts_with("server/src/adapters/")
    });
    // Measuring how long a request takes is the server's business; nobody else measures.
    let inner = ["shared", "domain", "app", "frontend", "renderer", "suggest"];
    findings.extend(find(tree, &inner, &["Instant::now"], "the time comes from the clock port", |_| false));
    findings
}

pub fn input_output(tree: &Tree) -> Vec<Finding> {
    let calls = ["std::fs", "fs::read", "fs::write", "std::net", "std::process", "std::env", "std::thread"];
    find(tree, &["shared", "app"], &calls, "nouns and faces do no input or output", |_| false)
}

fn find(tree: &Tree, crates: &[&str], calls: &[&str], why: &str, allowed: fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in crates {
        for (file, code) in tree.code(name) {
            if allowed(&file.path) {
                continue;
            }
            for (line, text) in code {
                if let Some(call) = calls.iter().find(|call| text.contains(*call)) {
                    findings.push(file.finding(line, format!("`{call}`: {why}")));
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
    fn an_environment_call_is_found() {
        let tree = Tree::of(&[
            ("server/src/config.rs", "//! x\nlet a = std::env::var(\"A\");\n"),
            ("server/src/wire.rs", "//! x\nlet a = std::env::var(\"A\");\n"),
        ]);
        assert_eq!(environment(&tree).len(), 1);
        assert_eq!(environment(&tree)[0].path, "server/src/wire.rs");
    }

    #[test]
    fn a_clock_call_is_found() {
        let tree = Tree::of(&[
            ("server/src/adapters/clock.rs", "//! x\nlet a = Timestamp::now();\n"),
            ("domain/src/notes.rs", "//! x\nlet a = jiff::Timestamp::now();\n"),
            ("server/src/http/mod.rs", "//! x\nlet a = Instant::now();\n"),
            ("shared/src/ids.rs", "//! x\nlet a = Instant::now();\n"),
        ]);
        let paths: Vec<String> = clock(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["domain/src/notes.rs", "shared/src/ids.rs"]);
    }

    #[test]
    fn reading_a_file_in_a_noun_is_found() {
        let tree = Tree::of(&[("shared/src/notes.rs", "//! x\nlet a = std::fs::read(\"a\");\n")]);
        assert_eq!(input_output(&tree).len(), 1);
    }
}
