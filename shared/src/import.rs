//! Imports: what is brought from where, and the report of what became of it.

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

/// Where the notes come from, and so by which rules they are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An Obsidian vault.
    #[default]
    Obsidian,
    /// A folder of Markdown as Hugo, Zola, Jekyll and Astro keep it.
    Markdown,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Nothing: the report says what would become of everything.
    DryRun,
    /// All of it.
    #[default]
    Apply,
}

/// What became of an import. Paths are the vault's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Where from.
    pub source: Source,
    /// Whether it was written.
    pub mode: Mode,
    /// How many notes.
    pub notes: NoteCounts,
    /// How many other files.
    pub files: FileCounts,
    /// Not published, because their front matter says so; in order of path.
    pub withheld: Vec<String>,
    /// Changed in the vault and edited here since: left as they are here.
    pub kept: Vec<String>,
    /// The same text under another path.
    pub renamed: Vec<Renamed>,
    /// Imported once and no longer in the vault: left as they are here.
    pub removed: Vec<String>,
    /// What was not taken as it is, and why.
    pub problems: Vec<Problem>,
    /// Links that lead nowhere.
    pub dangling: Vec<Dangling>,
    /// What only Obsidian's plugins or a generator's templates understand; it stays in the text.
    pub left_as_text: Vec<LeftAsText>,
}

/// Every note found is counted in one of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoteCounts {
    /// In the vault.
    pub found: u32,
    /// Came for the first time.
    pub new: u32,
    /// Had changed in the vault (renamed ones among them).
    pub updated: u32,
    /// Nothing to do.
    pub unchanged: u32,
    /// Edited here since: left.
    pub kept: u32,
    /// Not taken: see the problems.
    pub refused: u32,
}

/// Every file found is counted in one of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileCounts {
    /// In the vault, notes not counted.
    pub found: u32,
    /// Came for the first time, or with other bytes.
    pub new: u32,
    /// Nothing to do.
    pub unchanged: u32,
    /// Not taken: see the problems.
    pub refused: u32,
}

/// A note under another path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    /// The path it had at the last import.
    pub from: String,
    /// The path it has.
    pub to: String,
}

/// Something that was not taken as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// The line, from 1, where one is known.
    pub line: Option<usize>,
    /// What is wrong, as a sentence.
    pub reason: String,
    /// What became of it, as a sentence.
    pub outcome: String,
}

/// A link that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dangling {
    /// The note it stands in.
    pub path: String,
    /// The line, from 1, where it was found again.
    pub line: Option<usize>,
    /// What it asks for, as written.
    pub target: String,
    /// Why it leads nowhere.
    pub reason: Absence,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// No note has this name.
    Note,
    /// No file has this name.
    File,
    /// The note has no such heading.
    Heading,
    /// The note has no such block.
    Block,
    /// It leads out of the vault; nothing there was read.
    Outside,
    /// It is a path from the root of the site it was written for.
    SitePath,
    /// The file was not taken: see the problems.
    Refused,
}

/// Something only another program understands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftAsText {
    /// The file.
    pub path: String,
    /// What it is.
    pub what: String,
    /// How often it stands there.
    pub count: u32,
}

impl Absence {
    /// As a clause.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Note => "no note has this name",
            Self::File => "no file has this name",
            Self::Heading => "the note has no such heading",
            Self::Block => "the note has no such block",
            Self::Outside => "it leads out of the vault, where nothing is read",
            Self::SitePath => "it is a path on the site it was written for",
            Self::Refused => "the file was not imported",
        }
    }
}

/// Lines of a list that a terminal is shown; the rest is counted.
const SHOWN: usize = 200;

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let from = match self.source {
            Source::Obsidian => "an Obsidian vault",
            Source::Markdown => "a Markdown folder",
        };
        match self.mode {
            Mode::DryRun => writeln!(f, "Dry run of an import from {from}: nothing was written.")?,
            Mode::Apply => writeln!(f, "Import from {from}: done.")?,
        }
        let NoteCounts { found, new, updated, unchanged, kept, refused } = self.notes;
        let parts =
            [(new, "new"), (updated, "updated"), (unchanged, "unchanged"), (kept, "kept"), (refused, "refused")];
        writeln!(f, "  {}: {}", counted(found, "note"), sum(&parts))?;
        let FileCounts { found, new, unchanged, refused } = self.files;
        let parts = [(new, "new"), (unchanged, "unchanged"), (refused, "refused")];
        writeln!(f, "  {}: {}", counted(found, "file"), sum(&parts))?;

        list(f, "Not published, as their front matter asks", &self.withheld, Clone::clone)?;
        list(f, "Changed in the vault, but edited here since; left as they are here", &self.kept, Clone::clone)?;
        list(f, "Renamed in the vault", &self.renamed, |r| format!("{} → {}", r.from, r.to))?;
        list(f, "No longer in the vault; left as they are here", &self.removed, Clone::clone)?;
        list(f, "Problems", &self.problems, |p| format!("{}: {} {}", place(&p.path, p.line), p.reason, p.outcome))?;
        list(f, "Links that lead nowhere", &self.dangling, |d| {
            format!("{}: {}: {}", place(&d.path, d.line), d.target, d.reason.reason())
        })?;
        list(f, "Left as text, since only another program understands it", &self.left_as_text, |l| match l.count {
            1 => format!("{}: {}", l.path, l.what),
            count => format!("{}: {} ({count} times)", l.path, l.what),
        })
    }
}

fn counted(count: u32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `3 new, 1 updated`; what there is none of is left out.
fn sum(parts: &[(u32, &str)]) -> String {
    let said: Vec<_> = parts.iter().filter(|(count, _)| *count > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if said.is_empty() { "nothing to do".into() } else { said.join(", ") }
}

fn place(path: &str, line: Option<usize>) -> String {
    let path = one_line(path);
    line.map_or(path.clone(), |line| format!("{path}, line {line}"))
}

/// A path or a link may hold anything; a terminal gets nothing of it but what shows.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

fn list<T>(f: &mut Formatter<'_>, title: &str, items: &[T], line: impl Fn(&T) -> String) -> fmt::Result {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{title} ({}):", items.len())?;
    for item in items.iter().take(SHOWN) {
        writeln!(f, "  {}", one_line(&line(item)))?;
    }
    match items.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(f, "  … and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_calm_text() {
        let report = Report {
            mode: Mode::DryRun,
            notes: NoteCounts { found: 3, new: 2, kept: 1, ..NoteCounts::default() },
            kept: vec!["A.md".into()],
            dangling: vec![Dangling {
                path: "B\u{1b}[31m.md".into(),
                line: Some(4),
                target: "[[C]]".into(),
                reason: Absence::Note,
            }],
            ..Report::default()
        };
        let text = report.to_string();
        assert_eq!(
            text,
            "Dry run of an import from an Obsidian vault: nothing was written.\n  3 notes: 2 new, 1 kept\n  0 files: \
             nothing to do\n\nChanged in the vault, but edited here since; left as they are here (1):\n  A.md\n\nLinks \
             that lead nowhere (1):\n  B\u{FFFD}[31m.md, line 4: [[C]]: no note has this name\n"
        );
    }

    #[test]
    fn a_long_list_is_cut_and_counted() {
        let report = Report { removed: vec!["x".into(); SHOWN + 7], ..Report::default() };
        assert!(report.to_string().ends_with("… and 7 more\n"));
    }
}
