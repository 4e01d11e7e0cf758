//! A real vault: Obsidian's own help, 173 notes.

use std::path::{Path, PathBuf};

use super::support::{Everything, rendered};
use crate::markdown::{Audience, finish, front_matter, rewrite_targets, strip_for_visitors};

pub(super) fn notes(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            notes(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            out.push(path);
        }
    }
}

/// Each note's path and source; none, and a word about it, where the data are not there.
pub(super) fn vault() -> Vec<(PathBuf, String)> {
    let data = std::env::var("COMMONPLACE_TEST_DATA")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    let folder = data.join("obsidian-help");
    if !folder.is_dir() {
        eprintln!("left out: rendering a real vault ({} is not there)", folder.display());
        return Vec::new();
    }
    let mut paths = Vec::new();
    notes(&folder, &mut paths);
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The text of a page outside code.
fn without_code(html: &str) -> String {
    html.split("<code").map(|part| part.split_once("</code>").map_or(part, |(_, after)| after)).collect()
}

#[test]
fn every_note_of_a_real_vault_renders_whole() {
    for (path, source) in vault() {
        let rendered = rendered(&source);
        let front = front_matter(&source);
        assert_eq!(front.problem, None, "{}", path.display());
        let html = finish(&rendered, &Everything(Audience::Visitor));
        super::judge::judge(&source);
        assert!(!rendered.pieces.is_empty() || source[front.body_start..].trim().is_empty(), "{}", path.display());
        assert!(
            source.contains("\\[") || !without_code(&html).contains("[["),
            "a wikilink was left in {}",
            path.display()
        );
        assert!(!html.contains("as-written"), "{}", path.display());
        for reference in &rendered.references {
            let written = source.get(reference.range.clone()).unwrap();
            let itself = reference.target.path.is_empty();
            assert!(itself || !written.is_empty(), "{}: {:?} was not found again", path.display(), reference.target);
            assert!(
                itself
                    || written.contains(reference.target.path.split('/').next_back().unwrap())
                    || written.contains('%'),
                "{written:?} {:?}",
                reference.target
            );
            assert!(reference.sentence.chars().count() <= 300);
        }
        assert!(rendered.excerpt.chars().count() <= 200);
    }
}

#[test]
fn a_real_vaults_links_can_all_be_rewritten_and_back() {
    for (path, source) in vault() {
        let rendered_before = rendered(&source);
        let named: Vec<_> =
            rendered_before.references.iter().filter(|reference| !reference.target.path.is_empty()).collect();
        let away: Vec<_> = named.iter().map(|reference| (*reference, "Another folder/Another name")).collect();
        let moved = rewrite_targets(&source, &away);
        let after = rendered(&moved);
        assert_eq!(after.references.len(), rendered_before.references.len(), "{}", path.display());
        for (before, after) in rendered_before.references.iter().zip(&after.references) {
            if !before.target.path.is_empty() {
                assert_eq!(after.target.path, "Another folder/Another name", "{}", path.display());
            }
            assert_eq!(
                (&before.target.fragment, &before.size, before.embed),
                (&after.target.fragment, &after.size, after.embed)
            );
        }
        let back: Vec<_> = after
            .references
            .iter()
            .filter(|reference| !reference.target.path.is_empty())
            .zip(&named)
            .map(|(after, before)| (after, before.target.path.as_str()))
            .collect();
        let restored = rewrite_targets(&moved, &back);
        let again = rendered(&restored);
        let paths = |rendered: &crate::markdown::Rendered| {
            rendered.references.iter().map(|reference| reference.target.clone()).collect::<Vec<_>>()
        };
        assert_eq!(paths(&again), paths(&rendered_before), "{}", path.display());
    }
}

#[test]
fn a_real_vaults_sources_lose_only_what_is_not_for_visitors() {
    for (path, source) in vault() {
        let public = strip_for_visitors(&source);
        let (before, after) = (rendered(&source), rendered(&public));
        assert_eq!(before.plain, after.plain, "{}", path.display());
        assert!(
            !source.contains("permalink:") || !public[..front_matter(&public).body_start].contains("permalink:"),
            "{}",
            path.display()
        );
    }
}
