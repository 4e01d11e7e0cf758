//! What stands in files whatever their language.

use super::Finding;
use super::files::{File, Tree, has_word, is_test};

/// The longest file, in lines of code; the tests at a file's end do not count.
const LONGEST: usize = 450;

pub fn length(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let lines = match file.path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("rs") if !is_test(&file.path) => file.code().len(),
            Some("css" | "mjs" | "js") => file.lines().filter(|(_, line)| !line.trim().is_empty()).count(),
            _ => continue,
        };
        if lines > LONGEST {
            findings.push(file.finding(1, format!("{lines} lines of code; split it by verb ({LONGEST} at most)")));
        }
    }
    findings
}

pub fn module_line(tree: &Tree) -> Vec<Finding> {
    let bare = |file: &&File| file.path.ends_with(".rs") && !file.text.starts_with("//!");
    let why = "the first line says what this module is: `//! …`";
    tree.files.iter().filter(bare).map(|file| file.finding(1, why)).collect()
}

pub fn left_over(tree: &Tree) -> Vec<Finding> {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX")];
    lines_with(tree, |file, line| {
        // Prose may speak of such marks; code may not leave them.
        let code = ["rs", "css", "mjs", "js", "toml", "yml"].iter().any(|end| file.path.ends_with(&format!(".{end}")));
        let found = words.iter().find(|word| code && has_word(line, word))?;
        Some(format!("`{found}`: do it, or write it where decisions stand"))
    })
}

pub fn switched_off(tree: &Tree) -> Vec<Finding> {
    let rust = concat!("#[ign", "ore");
    let node =
        [concat!("test.sk", "ip("), concat!("test.on", "ly("), concat!("it.on", "ly("), concat!("test.to", "do(")];
    lines_with(tree, |file, line| {
        let off = (file.path.ends_with(".rs") && line.contains(rust))
            || (file.path.ends_with(".mjs") && node.iter().any(|call| line.contains(call)));
        off.then(|| "a test that does not run keeps nothing".to_owned())
    })
}

pub fn one_machine(tree: &Tree) -> Vec<Finding> {
    let folders = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/fa", "rm/"),
        concat!("/Us", "ers/"),
        concat!("/ho", "me/"),
    ];
    lines_with(tree, |_, line| {
        let found = folders.iter().find(|folder| {
            // As a whole path, not inside an address such as `example.org/home/`.
            line.match_indices(*folder).any(|(at, _)| {
                !line[..at].ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_'))
            })
        })?;
        Some(format!("`{found}`: a path of one machine"))
    })
}

pub fn registries(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if matches!(name, ".npmrc" | "pip.conf" | ".pypirc") {
            findings.push(file.finding(1, "which registry is used is the reader's own setting"));
        }
        for (line, text) in file.lines() {
            let text = text.trim();
            let foreign = match name {
                "package-lock.json" => text.starts_with("\"resolved\":"),
                "Cargo.lock" => {
                    text.starts_with("source = ")
                        && text != "source = \"registry+https://github.com/rust-lang/crates.io-index\""
                }
                "config.toml" => text.starts_with("registry") || text.starts_with("replace-with"),
                _ => false,
            };
            if foreign {
                findings.push(file.finding(line, "names a registry"));
            }
        }
    }
    findings
}

fn lines_with(tree: &Tree, check: impl Fn(&File, &str) -> Option<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for (line, text) in file.lines() {
            if let Some(why) = check(file, text) {
                findings.push(file.finding(line, why));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        let long = format!("//! x\n{}", "let a = 1;\n".repeat(LONGEST + 1));
        let tested = format!("//! x\nlet a = 1;\n#[cfg(test)]\nmod tests {{\n{}}}\n", "let a = 1;\n".repeat(LONGEST));
        let tree = Tree::of(&[("a/src/long.rs", &long), ("a/src/tested.rs", &tested), ("a/tests/long.rs", &long)]);
        assert_eq!(length(&tree).len(), 1);
        assert_eq!(length(&tree)[0].path, "a/src/long.rs");
    }

    #[test]
    fn a_module_without_its_line_is_found() {
        let tree = Tree::of(&[("a.rs", "use b;\n"), ("c.rs", "//! What it is.\n")]);
        assert_eq!(module_line(&tree).len(), 1);
    }

    #[test]
    fn a_mark_left_in_code_is_found_and_prose_may_name_it() {
        let mark = concat!("// TO", "DO later\n");
        let tree = Tree::of(&[("a.rs", mark), ("b.md", mark), ("c.rs", "// todos\n")]);
        assert_eq!(left_over(&tree).len(), 1);
        assert_eq!(left_over(&tree)[0].path, "a.rs");
    }

    #[test]
    fn a_test_that_is_switched_off_is_found() {
        let tree =
            Tree::of(&[("a.rs", concat!("#[ign", "ore = \"slow\"]\n")), ("b.mjs", concat!("test.sk", "ip('x')\n"))]);
        assert_eq!(switched_off(&tree).len(), 2);
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        let path = concat!("let a = \"/ho", "me/ada/site\";\n");
        let address = concat!("https://example.org/ho", "me/\n");
        let tree = Tree::of(&[("a.rs", path), ("b.md", address)]);
        assert_eq!(one_machine(&tree).len(), 1);
    }

    #[test]
    fn a_registry_in_a_lock_file_is_found() {
        let tree = Tree::of(&[
            ("e2e/package-lock.json", "{\n  \"resolved\": \"https://registry.example/a.tgz\",\n}\n"),
            ("Cargo.lock", "source = \"registry+https://mirror.example/index\"\n"),
            (".npmrc", "registry=https://registry.example\n"),
        ]);
        assert_eq!(registries(&tree).len(), 3);
    }
}
