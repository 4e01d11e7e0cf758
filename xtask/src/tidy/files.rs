//! The files that rules look at.

use super::Finding;
use crate::shell::{self, Result, command};
use std::fs;
use std::path::Path;

/// Every tracked text file.
pub struct Tree {
    pub files: Vec<File>,
}

/// One text file.
pub struct File {
    /// Relative to the checkout, with `/`.
    pub path: String,
    pub text: String,
}

impl Tree {
    /// What git tracks and what it would track.
    pub fn read(root: &Path) -> Result<Self> {
        let mut list = command("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        list.current_dir(root);
        let names = shell::read(list).ok_or("tidy looks at the files that git lists, and `git ls-files` failed")?;
        let mut files = Vec::new();
        for path in names.split('\0').filter(|name| !name.is_empty()) {
            // Pictures are no text, and a deleted file is listed until the deletion is committed.
            if let Ok(text) = fs::read_to_string(root.join(path)) {
                files.push(File { path: path.to_owned(), text });
            }
        }
        Ok(Self { files })
    }

    /// A made-up tree.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Self { files: files.iter().map(file).collect() }
    }

    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Files under a folder with an extension.
    pub fn under(&self, folder: &str, extension: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| {
            let rest = file.path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
            rest.is_some_and(|rest| rest.rsplit_once('.').is_some_and(|(_, found)| found == extension))
        })
    }

    /// The Rust sources of a crate that are shipped, as numbered lines without comments and tests.
    pub fn code<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a File, Vec<(usize, &'a str)>)> {
        let folder = format!("{name}/src");
        let for_tests = self.test_modules();
        self.files.iter().filter_map(move |file| {
            let rest = file.path.strip_prefix(&folder)?;
            let test = is_test(&file.path) || for_tests.iter().any(|module| file.path.starts_with(module));
            let shipped = rest.starts_with('/') && rest.ends_with(".rs") && !test;
            shipped.then(|| (file, file.code()))
        })
    }

    /// The beginnings of the paths of modules that are declared for tests only: `domain/src/testing.rs` and
    /// `domain/src/testing/` where `domain/src/lib.rs` says `#[cfg(test)] mod testing;`.
    fn test_modules(&self) -> Vec<String> {
        let mut found = Vec::new();
        for file in self.files.iter().filter(|file| file.path.ends_with(".rs")) {
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            let folder = match name {
                "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
                _ => format!("{folder}/{}", name.trim_end_matches(".rs")),
            };
            let lines: Vec<&str> = file.text.lines().collect();
            for (index, _) in lines.iter().enumerate().filter(|(_, line)| **line == "#[cfg(test)]") {
                let declared = lines[index..]
                    .iter()
                    .take(3)
                    .find_map(|line| line.rsplit_once("mod ").and_then(|(_, rest)| rest.strip_suffix(';')));
                if let Some(module) = declared {
                    found.push(format!("{folder}/{module}.rs"));
                    found.push(format!("{folder}/{module}/"));
                }
            }
        }
        found
    }
}

impl File {
    pub fn finding(&self, line: usize, why: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, why: why.into() }
    }

    /// Lines with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The lines before the tests at a Rust file's end, comments taken off.
    pub fn code(&self) -> Vec<(usize, &str)> {
        let lines: Vec<&str> = self.text.lines().collect();
        let mut end = lines.len();
        for (index, line) in lines.iter().enumerate() {
            let opens = |after: &&str| after.starts_with("mod ") && after.ends_with('{');
            if *line == "#[cfg(test)]" && lines[index..].iter().take(4).any(opens) {
                end = index;
                break;
            }
        }
        let code = self.lines().take(end).map(|(number, line)| (number, without_comment(line)));
        code.filter(|(_, line)| !line.trim().is_empty()).collect()
    }
}

/// Whether a file holds nothing but tests.
pub fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.contains("/tests/") || name == "tests.rs" || name.ends_with("_tests.rs") || name.ends_with("_test.rs")
}

/// Finds a word that is no part of a longer one.
pub fn has_word(line: &str, word: &str) -> bool {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let ends_open = word.ends_with(|letter: char| !part(letter));
        !before.is_some_and(part) && (ends_open || !after.is_some_and(part))
    })
}

fn without_comment(line: &str) -> &str {
    let mut from = 0;
    while let Some(found) = line[from..].find("//") {
        let at = from + found;
        // `https://` stands in a string.
        if !line[..at].ends_with(':') {
            return &line[..at];
        }
        from = at + 2;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_comments_are_no_code() {
        let text =
            "//! Module.\nlet a = \"https://x\"; // why\n\n#[cfg(test)]\n#[allow(x)]\nmod tests {\nfn t() {}\n}\n";
        let tree = Tree::of(&[("a/src/x.rs", text)]);
        assert_eq!(tree.files[0].code(), [(2, "let a = \"https://x\"; ")]);
    }

    #[test]
    fn modules_for_tests_are_no_code() {
        let tree = Tree::of(&[
            ("a/src/lib.rs", "//! x\n#[cfg(test)]\nmod testing;\nmod x;\n"),
            ("a/src/testing.rs", "//! x\nlet a = 1;\n"),
            ("a/src/x.rs", "//! x\n#[cfg(test)]\npub(crate) mod help;\n"),
            ("a/src/x/help.rs", "//! x\nlet a = 1;\n"),
        ]);
        let paths: Vec<&str> = tree.code("a").map(|(file, _)| file.path.as_str()).collect();
        assert_eq!(paths, ["a/src/lib.rs", "a/src/x.rs"]);
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("use app::notes;", "app::"));
        assert!(!has_word("use myapp::notes;", "app::"));
        assert!(has_word("#[cfg(test)]", "cfg"));
        assert!(!has_word("config", "cfg"));
        assert!(!has_word("cfgs", "cfg"));
    }

    #[test]
    fn test_files_are_known_by_name() {
        assert!(is_test("server/tests/http/notes.rs"));
        assert!(is_test("shared/src/markdown/tests.rs"));
        assert!(!is_test("shared/src/markdown/latest.rs"));
    }
}
