//! Who may import whom.

use super::Finding;
use super::files::{File, Tree, has_word};

/// Each crate and those of ours that it may depend on.
const ALLOWED: [(&str, &[&str]); 8] = [
    ("shared", &[]),
    ("domain", &["shared"]),
    ("app", &["shared", "domain", "suggest"]),
    ("server", &["shared", "domain", "app"]),
    ("frontend", &["app"]),
    ("renderer", &["shared"]),
    ("suggest", &["shared"]),
    ("xtask", &[]),
];

/// Libraries that would pull the outside world into a crate.
const FOREIGN: [(&str, &[&str]); 3] = [
    ("shared", &["axum", "leptos", "tokio", "rusqlite", "tantivy", "reqwest", "hyper"]),
    ("domain", &["axum", "leptos", "leptos_axum", "rusqlite", "tantivy", "reqwest", "hyper", "http"]),
    ("app", &["rusqlite", "tantivy", "tokio", "reqwest", "hyper"]),
];

pub fn manifests(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, allowed) in ALLOWED {
        let Some(manifest) = tree.get(&format!("{name}/Cargo.toml")) else { continue };
        let foreign = FOREIGN.iter().find(|(crate_name, _)| *crate_name == name).map_or(&[][..], |(_, list)| list);
        let mut section = "";
        for (line, text) in manifest.lines() {
            if text.starts_with('[') {
                section = text;
            }
            if section != "[dependencies]" {
                continue;
            }
            let key = text.split(['.', ' ', '=']).next().unwrap_or_default();
            let ours = ALLOWED.iter().any(|(ours, _)| *ours == key);
            if ours && !allowed.contains(&key) {
                findings.push(manifest.finding(line, format!("`{name}` may not depend on `{key}`")));
            }
            if foreign.contains(&key) && !(name == "app" && text.contains("optional")) {
                findings.push(manifest.finding(line, format!("`{name}` may not depend on `{key}`")));
            }
            if name == "app" && key == "domain" && !text.contains("optional = true") {
                findings.push(manifest.finding(line, "`domain` must be optional, or it reaches the browser"));
            }
        }
    }
    findings
}

pub fn paths(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, allowed) in ALLOWED {
        let forbidden: Vec<&str> =
            ALLOWED.iter().map(|(ours, _)| *ours).filter(|ours| *ours != name && !allowed.contains(ours)).collect();
        for (file, code) in tree.code(name) {
            for (line, text) in code {
                for crate_name in &forbidden {
                    if imports(text, crate_name) {
                        findings.push(file.finding(line, format!("`{name}` may not import `{crate_name}`")));
                    }
                }
                if name == "app" && text.trim_start_matches("pub ").starts_with("use domain") {
                    findings.push(file.finding(line, "write the full path inside the server function's body"));
                }
            }
        }
    }
    findings
}

/// In `app`, a feature is a folder; `ui` and `layout` are for all of them.
pub fn features(tree: &Tree) -> Vec<Finding> {
    let feature = |file: &File| -> Option<String> {
        let (folder, _) = file.path.strip_prefix("app/src/")?.split_once('/')?;
        (!matches!(folder, "ui" | "layout")).then(|| folder.to_owned())
    };
    let mut names: Vec<String> = tree.files.iter().filter_map(feature).collect();
    names.sort();
    names.dedup();
    let mut findings = Vec::new();
    for (file, code) in tree.code("app") {
        let Some((folder, _)) = file.path.strip_prefix("app/src/").and_then(|rest| rest.split_once('/')) else {
            continue;
        };
        for (line, text) in code {
            let other = names.iter().find(|name| *name != folder && has_word(text, &format!("crate::{name}")));
            if let Some(other) = other {
                findings
                    .push(file.finding(line, format!("`{folder}` may not import `{other}`: go through ui or shared")));
            }
        }
    }
    findings
}

/// `use name…` or a path that begins with `name::`; not a module of that name.
fn imports(text: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let start = |at: usize| !text[..at].ends_with("::");
    let used = has_word(text, &format!("use {name};")) || has_word(text, &format!("use {name} as"));
    used || text.match_indices(&path).any(|(at, _)| start(at) && has_word(&text[at.saturating_sub(1)..], &path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upward_dependency_is_found() {
        let tree = Tree::of(&[
            ("shared/Cargo.toml", "[dependencies]\nserde.workspace = true\ndomain.workspace = true\n"),
            ("app/Cargo.toml", "[dependencies]\ndomain = { workspace = true }\n"),
            ("domain/Cargo.toml", "[dependencies]\naxum.workspace = true\n"),
            ("server/Cargo.toml", "[dependencies]\napp.workspace = true\n"),
        ]);
        let paths: Vec<String> = manifests(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["shared/Cargo.toml", "domain/Cargo.toml", "app/Cargo.toml"]);
    }

    #[test]
    fn an_upward_import_is_found() {
        let tree = Tree::of(&[
            ("domain/src/notes.rs", "//! x\nuse app::notes;\nfn f() { crate::app::ok() }\n"),
            ("frontend/src/lib.rs", "//! x\nuse app as _;\nfn f() { domain::notes::save() }\n"),
            ("app/src/notes/api.rs", "//! x\nuse domain::Site;\n"),
        ]);
        let found: Vec<(String, usize)> =
            paths(&tree).into_iter().map(|finding| (finding.path, finding.line)).collect();
        let expected = [("domain/src/notes.rs", 2), ("app/src/notes/api.rs", 2), ("frontend/src/lib.rs", 3)];
        assert_eq!(found, expected.map(|(path, line)| (path.to_owned(), line)));
    }

    #[test]
    fn one_feature_in_another_is_found() {
        let tree = Tree::of(&[
            ("app/src/notes/show.rs", "//! x\nuse crate::search::Box;\nuse crate::ui::Button;\n"),
            ("app/src/search/mod.rs", "//! x\nuse crate::search::api;\n"),
            ("app/src/ui/button.rs", "//! x\nuse crate::notes::Note;\n"),
        ]);
        let found: Vec<(String, usize)> =
            features(&tree).into_iter().map(|finding| (finding.path, finding.line)).collect();
        assert_eq!(found, [("app/src/notes/show.rs".to_owned(), 2), ("app/src/ui/button.rs".to_owned(), 2)]);
    }
}
