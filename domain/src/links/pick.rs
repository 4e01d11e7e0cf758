//! Which of several notes or files a link means: Obsidian's rules, with titles, aliases and slugs after paths.

use super::names::{By, Candidate, NAME_BYTES};
use super::{base, fold};
use crate::files::NamedFile;
use shared::markdown::{Target, TargetKind};

/// What a target asks for: a path, and how to look for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Folded, without `./` and `../`; from the vault's root if `exact`.
    pub(crate) path: String,
    /// The path from the root that a relative one comes to; it goes before all others.
    pub(crate) exact: Option<String>,
}

/// `None` for the note itself, and for what leads out of the vault.
pub(crate) fn asked(target: &Target, folder: &str) -> Option<Asked> {
    let path = fold(target.path.trim());
    if path.is_empty() || path.len() > NAME_BYTES {
        return None;
    }
    if let Some(rooted) = path.strip_prefix('/') {
        return Some(Asked { path: rooted.to_owned(), exact: Some(rooted.to_owned()) });
    }
    let dotted = path.starts_with("./") || path.starts_with("../");
    if target.kind == TargetKind::Wiki && !dotted {
        return Some(Asked { path, exact: None });
    }
    let exact = join(&fold(folder), &path)?;
    let path = path.split('/').filter(|part| !matches!(*part, "." | ".." | "")).collect::<Vec<_>>().join("/");
    Some(Asked { path, exact: Some(exact) })
}

/// A relative path from a folder; `None` when it leaves the vault.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

impl Asked {
    /// The names to look up.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        [Some(self.path.as_str()), Some(base(&self.path)), self.exact.as_deref()].into_iter().flatten()
    }

    /// The note that is meant, of those with the names.
    pub(crate) fn note<'c>(&self, named: impl Fn(&str) -> &'c [Candidate], folder: &str) -> Option<&'c Candidate> {
        let path = self.path.as_str();
        let folder = fold(folder);
        let at = |place: &str| {
            let found = named(place).iter().find(|c| c.path.as_deref() == Some(place));
            found.or_else(|| named(place).iter().find(|c| c.path.is_none() && c.by == By::Title))
        };
        let exactly = self.exact.as_deref().and_then(at).or_else(|| at(path));
        let by_path = || {
            let ending = named(base(path)).iter().filter(|c| c.path.as_deref().is_some_and(|p| ends_with(p, path)));
            ending.min_by_key(|c| nearness(c.path.as_deref().unwrap_or_default(), &folder))
        };
        let by_name = || named(path).iter().filter(|c| c.by != By::Path).min_by_key(|c| c.by);
        let by_slug = || named(base(path)).iter().find(|c| c.by == By::Slug && ends_with(&c.slug, path));
        exactly.or_else(by_path).or_else(by_name).or_else(by_slug)
    }

    /// The file that is meant, of those with the name.
    pub(crate) fn file<'f>(&self, named: impl Fn(&str) -> &'f [NamedFile], folder: &str) -> Option<&'f NamedFile> {
        let folder = fold(folder);
        let files = named(base(&self.path));
        let place = |file: &NamedFile| fold(file.path.as_deref().unwrap_or(&file.name));
        let at = |path: &str| files.iter().find(|file| place(file) == path);
        let exactly = self.exact.as_deref().and_then(at).or_else(|| at(&self.path));
        let ending = || {
            let ending = files.iter().filter(|file| ends_with(&place(file), &self.path));
            ending.min_by_key(|file| {
                let path = place(file);
                let (outside, depth, length) = nearness(&path, &folder);
                (outside, depth, length, path)
            })
        };
        exactly.or_else(ending)
    }
}

/// True if the last parts of a path are these.
fn ends_with(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// What is in the linking note's own folder comes first, then the shortest path.
fn nearness(path: &str, folder: &str) -> (bool, usize, usize) {
    let inside = folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    (!inside, path.matches('/').count(), path.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::names::Named;
    use shared::ids::NoteId;
    use std::collections::HashMap;

    fn site(notes: &[(&str, By, Option<&str>)]) -> HashMap<String, Named> {
        let mut site: HashMap<String, Named> = HashMap::new();
        for (n, (name, by, path)) in notes.iter().enumerate() {
            let candidate = Candidate {
                id: NoteId::from_u128(n as u128),
                slug: format!("slug-{n}"),
                path: path.map(fold),
                by: *by,
            };
            let mut names = vec![fold(name)];
            names.extend(path.iter().flat_map(|path| [fold(path), fold(base(path))]));
            names.sort();
            names.dedup();
            for name in names {
                site.entry(name).or_default().notes.push(candidate.clone());
            }
        }
        site
    }

    fn found(site: &HashMap<String, Named>, kind: TargetKind, path: &str, folder: &str) -> Option<u128> {
        let target = Target { kind, path: path.into(), fragment: None };
        let asked = asked(&target, folder)?;
        let named = |name: &str| site.get(name).map_or(&[][..], |named| &named.notes[..]);
        let id = asked.note(named, folder)?.id;
        (0..20).find(|n| NoteId::from_u128(*n) == id)
    }

    #[test]
    fn a_wikilink_means_the_shortest_path_unless_one_is_near() {
        let site = site(&[
            ("Tips", By::Path, Some("A/B/Tips")),
            ("Tips", By::Path, Some("C/Tips")),
            ("Tips", By::Path, Some("A/B/D/Tips")),
        ]);
        let wiki = |path, folder| found(&site, TargetKind::Wiki, path, folder);
        assert_eq!(wiki("tips", ""), Some(1));
        assert_eq!(wiki("TIPS", "E"), Some(1));
        assert_eq!(wiki("Tips", "A/B/D"), Some(2));
        assert_eq!(wiki("Tips", "A"), Some(0));
        assert_eq!(wiki("B/Tips", ""), Some(0));
        assert_eq!(wiki("A/B/D/Tips", "C"), Some(2));
        assert_eq!(wiki("X/Tips", ""), None);
    }

    #[test]
    fn a_path_goes_before_a_title_and_that_before_an_alias() {
        let site = site(&[
            ("Apples", By::Alias, Some("Fruit")),
            ("Apples", By::Title, Some("Orchard")),
            ("Pears", By::Former, None),
            ("Pears", By::Title, None),
        ]);
        assert_eq!(found(&site, TargetKind::Wiki, "Apples", ""), Some(1));
        assert_eq!(found(&site, TargetKind::Wiki, "pears", ""), Some(3));
        assert_eq!(found(&site, TargetKind::Wiki, "Cafe\u{301}", ""), None);
    }

    #[test]
    fn a_relative_link_starts_from_the_note() {
        let site = site(&[("Tips", By::Path, Some("A/Tips")), ("Tips", By::Path, Some("B/Tips"))]);
        let relative = |path, folder| found(&site, TargetKind::Relative, path, folder);
        assert_eq!(relative("Tips", "B"), Some(1));
        assert_eq!(relative("../A/Tips", "B"), Some(0));
        assert_eq!(relative("./Tips", "A"), Some(0));
        assert_eq!(relative("A/Tips", "B"), Some(0));
        assert_eq!(relative("../../Tips", "A"), None, "it leaves the vault");
        assert_eq!(found(&site, TargetKind::Wiki, "../B/Tips", "A"), Some(1));
    }
}
