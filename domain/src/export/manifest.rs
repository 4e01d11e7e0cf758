//! `commonplace.json`: what the files of an export cannot say. Fields are added in later versions, never changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::files::Serving;
use shared::ids::{FileId, NoteId};
use shared::notes::VersionReason;
use shared::settings::Settings;
use shared::viewer::Visibility;

/// Its place in the zip.
pub(super) const PATH: &str = "commonplace.json";

/// The whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `commonplace`.
    pub format: String,
    /// Of this format: 1.
    pub version: u32,
    /// The owner's settings.
    pub settings: Settings,
    /// By id.
    pub notes: Vec<NoteEntry>,
    /// By hash.
    pub files: Vec<FileEntry>,
    /// What importers remember, by path, so that a vault can be imported again after a move.
    pub imported: serde_json::Map<String, serde_json::Value>,
}

impl Manifest {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            format: "commonplace".into(),
            version: 1,
            // How often they were saved is no property of the site.
            settings: Settings { version: 0, ..settings },
            notes: Vec::new(),
            files: Vec::new(),
            imported: serde_json::Map::new(),
        }
    }
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteEntry {
    /// For ever.
    pub id: NoteId,
    /// The working text's place in the zip.
    pub file: String,
    /// What was added to that text; without it, it is byte for byte as written.
    pub inserted: Option<Inserted>,
    /// Counts stored changes.
    pub version: u64,
    /// As the owner typed it.
    pub title: String,
    /// Its address.
    pub slug: String,
    /// Addresses it had, which lead to it for ever.
    pub former_slugs: Vec<String>,
    /// Titles it had, by which links may still find it.
    pub former_titles: Vec<String>,
    /// As the owner typed them.
    pub aliases: Vec<String>,
    /// As the owner typed them.
    pub tags: Vec<String>,
    /// Who may see what is published.
    pub visibility: Visibility,
    /// Private before this time.
    pub publish_at: Option<Timestamp>,
    /// Where it stood in a vault.
    pub path: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// What is published of it.
    pub publication: Option<PublicationEntry>,
    /// When it was published for the first time.
    pub first_published: Option<Timestamp>,
    /// When it was put in the trash.
    pub trashed: Option<Timestamp>,
    /// Oldest first.
    pub versions: Vec<VersionEntry>,
}

/// Bytes that an export put into a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inserted {
    /// The first of them.
    pub at: usize,
    /// How many.
    pub bytes: usize,
}

/// What is published of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationEntry {
    /// The readers' date.
    pub date: Timestamp,
    /// The date that its text or its importer asked for.
    pub asked_date: Option<Timestamp>,
    /// When the published text last changed.
    pub updated: Timestamp,
    /// The note's version whose text this is.
    pub version: u64,
    /// As readers see it.
    pub title: String,
    /// As readers see them.
    pub tags: Vec<String>,
    /// As readers' links use them.
    pub aliases: Vec<String>,
    /// Tells the published text and its properties from others, to see whether there are unpublished changes.
    pub fingerprint: String,
    /// The text.
    pub text: TextPlace,
}

/// Where a text stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextPlace {
    /// It is the working text.
    Working,
    /// It is the published text.
    Published,
    /// A file of the zip.
    File(String),
    /// It is no longer kept.
    Gone,
}

/// A version of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionEntry {
    /// Names it within the note.
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
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The text then.
    pub text: TextPlace,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// For ever.
    pub id: FileId,
    /// SHA-256 of the original, hexadecimal.
    pub hash: String,
    /// Found from the bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// When it came.
    pub created: Timestamp,
    /// What readers get of it.
    pub serving: Serving,
    /// Every name it has.
    pub names: Vec<FileName>,
}

/// A name of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileName {
    /// Without folders.
    pub name: String,
    /// Where it stood in a vault.
    pub path: Option<String>,
    /// Its place in the zip.
    pub file: String,
}
