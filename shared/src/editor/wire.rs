//! What the editor sends to the site and what it is answered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Visibility;
use crate::ids::NoteId;
use crate::notes::{EditNote, Heading};

/// Names one save, for ever: the site applies a key once, however often and in whatever order the request arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SaveKey(pub uuid::Uuid);

/// A save by the editor. It is sent again, with the same key and the same content, until it is answered. The answer is a
/// [`crate::notes::SaveOutcome`], whose note is the stored one at the time of the answer: with a repeated key that may
/// be later than the save itself, and what was sent is then in it or was changed since by somebody who had seen it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Autosave {
    /// Made on the device.
    pub key: SaveKey,
    /// Of a new note, made on the device as well.
    pub id: NoteId,
    /// What the save is for.
    pub goal: SaveGoal,
    /// Where the save of this key was applied, nothing is to be done, and this one counts as applied too: the same tab
    /// sent that one when its page went, later than this text was written, and could not note any more that it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<SaveKey>,
    /// The whole of what the editor holds. `base` 0 makes the note.
    pub edit: EditNote,
}

/// What a save is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaveGoal {
    /// Keep the working text.
    #[default]
    Keep,
    /// And copy it to the published text.
    Publish,
    /// Keep it as a version beside the working text, which stays as it is: what stood in the form when its owner chose
    /// another text. Answered as a save that was stored, with the note as it stands.
    Aside,
}

/// Everything that `[[` and `#` can complete.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// Changes whenever a name or a tag does (not with every save): whoever has this already is answered nothing.
    pub mark: String,
    /// Every note that is not in the trash, the latest change first.
    pub notes: Vec<NameLine>,
    /// Every tag, the most used first.
    pub tags: Vec<String>,
}

/// What a note may be called in a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameLine {
    /// For ever.
    pub id: NoteId,
    /// As its owner sees it.
    pub title: String,
    /// Under `/notes/`.
    pub slug: String,
    /// The owner's and front matter's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its last change.
    pub updated: Timestamp,
    /// Who may see it, once published.
    pub visibility: Visibility,
}

/// A text as its page would show it, for its owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Safe to place in a page; embeds and highlighted code included.
    pub html: String,
    /// In order.
    pub toc: Vec<Heading>,
}

/// A file that was sent from the editor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// What links and embeds call it: its own name, numbered where another file had it.
    pub name: String,
    /// E.g. `image/jpeg`.
    pub media_type: String,
    /// Where its owner sees it.
    pub href: String,
}
