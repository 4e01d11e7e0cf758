//! Rewrites links when what they name is renamed.

use super::escape;
use super::types::{Reference, TargetKind};

/// The source with one reference's path replaced; see [`rewrite_targets`].
pub fn rewrite_target(source: &str, reference: &Reference, new_path: &str) -> String {
    rewrite_targets(source, &[(reference, new_path)])
}

/// The source with each reference's path replaced by the given one (without `.md`, as in [`super::Target::path`]).
///
/// Label, fragment, embed marks, size and brackets stay; a path that was written with `.md` or URL-encoded is again. A
/// reference whose place is not known, or whose new path cannot be written there, is left as it is. Changes that name
/// the same place (two links of one definition) are made once.
pub fn rewrite_targets(source: &str, changes: &[(&Reference, &str)]) -> String {
    let mut edits: Vec<_> = changes.iter().filter_map(|(reference, path)| edit(source, reference, path)).collect();
    edits.sort_by_key(|(range, _)| range.start);
    edits.dedup_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(source.len() + 64);
    let mut at = 0;
    for (range, text) in edits {
        if range.start < at {
            continue;
        }
        out.push_str(&source[at..range.start]);
        out.push_str(&text);
        at = range.end;
    }
    out.push_str(&source[at..]);
    out
}

/// The bytes to replace, and with what.
fn edit(source: &str, reference: &Reference, path: &str) -> Option<(std::ops::Range<usize>, String)> {
    let range = reference.range.clone();
    let written = source.get(range.clone()).filter(|written| !written.is_empty())?;
    let extension = written
        .len()
        .checked_sub(3)
        .and_then(|at| written.get(at..))
        .filter(|end| end.eq_ignore_ascii_case(".md"))
        .unwrap_or_default();
    let path = format!("{path}{extension}");
    let text = match reference.target.kind {
        TargetKind::Wiki => path,
        TargetKind::Relative if source[..range.start].ends_with('<') => path,
        TargetKind::Relative => escape::path(&path),
    };
    let forbidden: &[char] = match reference.target.kind {
        TargetKind::Wiki => &['[', ']', '|', '#', '\n', '\r'],
        TargetKind::Relative => &['<', '>', '\n', '\r'],
    };
    (!text.contains(forbidden)).then_some((range, text))
}
