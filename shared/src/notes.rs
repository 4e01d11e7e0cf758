//! Notes: the record, what creates one, what edits one, what a reader gets, and the rules of their fields.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::ids::NoteId;
use crate::limits;
use crate::slug;
use crate::viewer::{Exposure, Visibility};
use crate::{Error, Result};

/// A note as its owner edits it: the working text and everything about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// For ever.
    pub id: NoteId,
    /// Counts every stored change of this record; a save names the one it was based on.
    pub version: u64,
    /// Never empty.
    pub title: String,
    /// The current address under `/notes/`.
    pub slug: String,
    /// Other names that links may use, as the owner typed them (front matter's come on top).
    pub aliases: Vec<String>,
    /// As the owner typed them (those in the text and its front matter come on top).
    pub tags: Vec<String>,
    /// Who may see the published text.
    pub visibility: Visibility,
    /// Private before this time.
    pub publish_at: Option<Timestamp>,
    /// The working text: Markdown, byte for byte as typed, front matter included.
    pub body: String,
    /// Where it stood in the vault it came from, e.g. `Plugins/Backlinks.md`; links resolve relative to it.
    pub path: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When the working text or anything else here last changed.
    pub updated: Timestamp,
    /// What was last published; `None` for a draft and after a withdrawal.
    pub published: Option<Publication>,
    /// When it was put in the trash.
    pub trashed: Option<Timestamp>,
    /// Why the front matter of the working text could not be read, as a sentence that names the line. Such a text is saved
    /// all the same; publishing it is refused.
    #[serde(default)]
    pub problem: Option<String>,
}

/// The last publishing of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// The date that readers see and lists sort by: front matter's `date`, else the first publishing.
    pub date: Timestamp,
    /// When the published text last changed.
    pub updated: Timestamp,
    /// The note's version whose text this is; less than the note's own means unpublished changes.
    pub version: u64,
}

impl Note {
    /// What the visibility rule looks at.
    pub fn exposure(&self) -> Exposure {
        Exposure {
            visibility: self.visibility,
            published: self.published.is_some() && self.trashed.is_none(),
            publish_at: self.publish_at,
        }
    }

    /// Whether the site made its address up, because nothing in the note makes one.
    pub fn has_made_up_address(&self) -> bool {
        self.slug == slug::made_up(self.id)
    }
}

impl From<&Note> for EditNote {
    /// A save that changes nothing.
    fn from(note: &Note) -> Self {
        Self {
            base: note.version,
            title: note.title.clone(),
            body: note.body.clone(),
            slug: note.slug.clone(),
            tags: note.tags.clone(),
            aliases: note.aliases.clone(),
            visibility: note.visibility,
            publish_at: note.publish_at,
        }
    }
}

/// What makes a note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewNote {
    /// May be empty: then front matter's, the first heading or the first words are taken.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Empty: from front matter's `permalink`, else from the title.
    pub slug: String,
    /// As typed.
    pub tags: Vec<String>,
    /// As typed.
    pub aliases: Vec<String>,
    /// Private unless said otherwise.
    pub visibility: Visibility,
    /// Private before this time.
    pub publish_at: Option<Timestamp>,
    /// Where it stood in a vault.
    pub path: Option<String>,
}

/// A save of a note: the whole of what a form holds, and the version it was based on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditNote {
    /// The [`Note::version`] the form was filled from.
    pub base: u64,
    /// As in [`NewNote`].
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Empty: keep the present one; at a first publish, take the one that the title makes.
    pub slug: String,
    /// As typed.
    pub tags: Vec<String>,
    /// As typed.
    pub aliases: Vec<String>,
    /// Who may see the published text.
    pub visibility: Visibility,
    /// Private before this time.
    pub publish_at: Option<Timestamp>,
}

/// What became of a save. Nothing typed is lost in any of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "one is made per save and passed on at once")]
pub enum SaveOutcome {
    /// Stored as sent.
    Saved {
        /// As it is now.
        note: Note,
    },
    /// The stored note had moved on; both changes are in it now.
    Merged {
        /// As it is now, both changes in it.
        note: Note,
    },
    /// Both sides changed the same place. Nothing was stored over the other; what was sent is kept as a version.
    Conflict {
        /// As it is stored.
        stored: Note,
        /// What was sent.
        mine: EditNote,
        /// The merge with both sides of each conflict between `<<<<<<<`, `=======` and `>>>>>>>` lines.
        marked: String,
    },
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteSummary {
    /// For ever.
    pub id: NoteId,
    /// As readers see it (as the owner sees it, on the desk).
    pub title: String,
    /// Under `/notes/`.
    pub slug: String,
    /// All of them: the owner's, front matter's and the text's.
    pub tags: Vec<String>,
    /// Front matter's description, else the first words.
    pub excerpt: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// Private before this time.
    pub publish_at: Option<Timestamp>,
    /// The readers' date; `None` for a draft.
    pub date: Option<Timestamp>,
    /// When what the viewer sees last changed.
    pub updated: Timestamp,
    /// Of the text.
    pub words: u32,
    /// True when the working text differs from the published one (always false for anybody but the owner).
    pub unpublished_changes: bool,
}

/// A note as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotePage {
    /// The head of it.
    pub summary: NoteSummary,
    /// The published text, rendered for this reader; safe to place in a page.
    pub html: String,
    /// In order.
    pub toc: Vec<Heading>,
    /// Notes that link here and that this reader may see listed.
    pub backlinks: Vec<Backlink>,
    /// Notes that share tags, most first, that this reader may see listed; at most five.
    pub related: Vec<NoteLink>,
    /// BCP 47; the site's where the note says none.
    pub lang: Option<String>,
    /// Path of the picture for social cards, where the text has one this reader may see.
    pub image: Option<String>,
}

/// A heading of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The anchor.
    pub id: String,
    /// Plain.
    pub text: String,
}

/// A note and its address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteLink {
    /// As readers see it.
    pub title: String,
    /// Under `/notes/`.
    pub slug: String,
}

/// Who links here, and with what words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backlink {
    /// The note that links.
    pub from: NoteLink,
    /// The sentence around the link, plain.
    pub sentence: String,
}

/// What an address under `/notes/` leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "one is made per request and rendered at once")]
pub enum Found {
    /// The note.
    Here(NotePage),
    /// It once had this address; now it has that slug (301).
    Moved {
        /// The slug it has now.
        slug: String,
    },
}

/// Why a version was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionReason {
    /// It was published.
    Publish,
    /// A session of edits ended, or another's change came in between.
    Save,
    /// It came from an import.
    Import,
    /// Links were rewritten because another note was renamed.
    Rename,
    /// A save that could not be merged: the text that was sent.
    Conflict,
    /// The text before two changes were merged.
    Merge,
    /// An older version was restored.
    Restore,
}

/// A line of a note's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionSummary {
    /// Names it within the note; larger is later.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: VersionReason,
    /// The title then.
    pub title: String,
    /// Words added since the version before.
    pub added: u32,
    /// Words removed since the version before.
    pub removed: u32,
    /// What its owner calls it; one with a name is kept for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A version, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its line in the history.
    pub summary: VersionSummary,
    /// The text then.
    pub body: String,
}

/// A run of words in a readable difference of two texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", content = "text", rename_all = "snake_case")]
pub enum DiffRun {
    /// In both.
    Same(String),
    /// In the newer only.
    Added(String),
    /// In the older only.
    Removed(String),
}

/// A tag and how many notes a visitor finds under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagCount {
    /// As most often written.
    pub tag: String,
    /// Public notes.
    pub count: u32,
}

/// A link that leads nowhere, for the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unresolved {
    /// Where it stands.
    pub from: NoteSummary,
    /// What it asks for, as written.
    pub target: String,
    /// The sentence around it, plain.
    pub sentence: String,
}

impl NewNote {
    /// Checks every rule that needs no store.
    ///
    /// # Errors
    /// [`Error::TooLarge`] or [`Error::Invalid`], naming the form's field.
    pub fn check(&self) -> Result<()> {
        check_fields(&self.title, &self.body, &self.slug, &self.tags, &self.aliases)
    }
}

impl EditNote {
    /// As [`NewNote::check`].
    ///
    /// # Errors
    /// [`Error::TooLarge`] or [`Error::Invalid`], naming the form's field.
    pub fn check(&self) -> Result<()> {
        check_fields(&self.title, &self.body, &self.slug, &self.tags, &self.aliases)
    }
}

fn check_fields(title: &str, body: &str, slug: &str, tags: &[String], aliases: &[String]) -> Result<()> {
    if body.len() > limits::NOTE_BYTES {
        let limit = (limits::NOTE_BYTES / 1024) as u64;
        return Err(Error::TooLarge { field: "body".into(), limit, unit: "KiB".into() });
    }
    check_line("title", title, limits::TITLE_CHARS)?;
    if !slug.is_empty() {
        slug::check(slug)?;
    }
    if tags.len() > limits::TAGS {
        return Err(Error::invalid("tags", format!("At most {} tags.", limits::TAGS)));
    }
    for tag in tags {
        check_line("tags", tag, limits::TAG_CHARS)?;
    }
    if aliases.len() > limits::ALIASES {
        return Err(Error::invalid("aliases", format!("At most {} aliases.", limits::ALIASES)));
    }
    for alias in aliases {
        check_line("aliases", alias, limits::TITLE_CHARS)?;
    }
    Ok(())
}

/// One line of at most so many characters.
///
/// # Errors
/// [`Error::TooLarge`] or [`Error::Invalid`], naming the form's field.
pub fn check_line(field: &str, text: &str, limit: usize) -> Result<()> {
    if text.chars().count() > limit {
        return Err(Error::TooLarge { field: field.into(), limit: limit as u64, unit: "characters".into() });
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid(field, "It holds a line break or another character that cannot be shown."));
    }
    Ok(())
}

/// Splits what a form's `tags` or `aliases` field holds: commas or line breaks between, `#` in front allowed, doubles dropped.
pub fn split_list(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for item in text.split([',', '\n']) {
        let item = item.trim().trim_start_matches('#').trim();
        let known = out.iter().any(|have| have.to_lowercase() == item.to_lowercase());
        if !item.is_empty() && !known {
            out.push(item.to_owned());
        }
    }
    out
}

/// Tags are compared like this: composed and without regard to case.
pub fn fold_tag(tag: &str) -> String {
    tag.nfc().flat_map(char::to_lowercase).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_size(bytes: usize) -> NewNote {
        NewNote { body: "x".repeat(bytes), ..NewNote::default() }
    }

    #[test]
    fn a_body_may_be_as_long_as_the_limit_and_no_longer() {
        assert_eq!(of_size(limits::NOTE_BYTES).check(), Ok(()));
        let refused = of_size(limits::NOTE_BYTES + 1).check();
        assert_eq!(refused, Err(Error::TooLarge { field: "body".into(), limit: 256, unit: "KiB".into() }));
    }

    fn list(count: usize, chars: usize) -> Vec<String> {
        (0..count).map(|n| format!("{n:0chars$}")).collect()
    }

    #[test]
    fn a_field_may_be_as_long_as_its_limit_and_no_longer() {
        type Noted = fn(usize) -> NewNote;
        let fields: [(&str, usize, Noted); 6] = [
            ("title", limits::TITLE_CHARS, |n| NewNote { title: "é".repeat(n), ..NewNote::default() }),
            ("slug", limits::SLUG_BYTES, |n| NewNote {
                slug: format!("{}/{}", "a".repeat(200), "b".repeat(n - 201)),
                ..NewNote::default()
            }),
            ("tags", limits::TAGS, |n| NewNote { tags: list(n, 3), ..NewNote::default() }),
            ("tags", limits::TAG_CHARS, |n| NewNote { tags: list(1, n), ..NewNote::default() }),
            ("aliases", limits::ALIASES, |n| NewNote { aliases: list(n, 3), ..NewNote::default() }),
            ("aliases", limits::TITLE_CHARS, |n| NewNote { aliases: list(1, n), ..NewNote::default() }),
        ];
        for (field, limit, note) in fields {
            assert_eq!(note(limit).check(), Ok(()), "{field} of {limit}");
            let refused = note(limit + 1).check().expect_err("one too many");
            assert_eq!(refused.field(), Some(field), "{refused:?}");
        }
    }

    #[test]
    fn a_list_field_drops_marks_blanks_and_doubles() {
        assert_eq!(split_list(" #Rust, rust,\n, dead keys "), ["Rust", "dead keys"]);
    }
}
