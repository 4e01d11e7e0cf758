//! A note as its form has it, and all that belongs to writing it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::typing::Selection;
use super::wire::{SaveGoal, SaveKey};
use crate::Visibility;
use crate::notes::{EditNote, Note, split_list};

/// A field of the form, by the name it has there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    /// One line.
    Title,
    /// The text, in Markdown.
    Body,
    /// The address under `/notes/`.
    Slug,
    /// With commas between.
    Tags,
    /// With commas between.
    Aliases,
    /// As [`Visibility::as_str`].
    Visibility,
    /// RFC 3339, or empty.
    PublishAt,
}

impl FieldName {
    /// All, in the order of the form.
    pub const ALL: [Self; 7] =
        [Self::Title, Self::Body, Self::Slug, Self::Tags, Self::Aliases, Self::Visibility, Self::PublishAt];

    /// The name, and the id, of the form's control.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::Slug => "slug",
            Self::Tags => "tags",
            Self::Aliases => "aliases",
            Self::Visibility => "visibility",
            Self::PublishAt => "publish_at",
        }
    }

    /// The field of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// What stands in the form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields {
    /// One line; may be empty.
    pub title: String,
    /// Markdown, with `\n` between lines, as a text area has it.
    pub body: String,
    /// Empty: the site's own choice.
    pub slug: String,
    /// With commas between.
    pub tags: String,
    /// With commas between.
    pub aliases: String,
    /// As [`Visibility::as_str`].
    pub visibility: String,
    /// RFC 3339, or empty: private before this time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub publish_at: String,
}

impl Fields {
    /// A stored note as the form shows it.
    pub fn of(note: &Note) -> Self {
        Self {
            title: note.title.clone(),
            body: as_typed(&note.body),
            slug: note.slug.clone(),
            tags: note.tags.join(", "),
            aliases: note.aliases.join(", "),
            visibility: note.visibility.as_str().to_owned(),
            publish_at: note.publish_at.map(|at| at.to_string()).unwrap_or_default(),
        }
    }

    /// What stands in a field.
    pub fn get(&self, field: FieldName) -> &str {
        match field {
            FieldName::Title => &self.title,
            FieldName::Body => &self.body,
            FieldName::Slug => &self.slug,
            FieldName::Tags => &self.tags,
            FieldName::Aliases => &self.aliases,
            FieldName::Visibility => &self.visibility,
            FieldName::PublishAt => &self.publish_at,
        }
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, field: FieldName) -> &mut String {
        match field {
            FieldName::Title => &mut self.title,
            FieldName::Body => &mut self.body,
            FieldName::Slug => &mut self.slug,
            FieldName::Tags => &mut self.tags,
            FieldName::Aliases => &mut self.aliases,
            FieldName::Visibility => &mut self.visibility,
            FieldName::PublishAt => &mut self.publish_at,
        }
    }

    /// True for a form in which nothing was written: who may read it, and when, is no writing.
    pub fn is_blank(&self) -> bool {
        FieldName::ALL[..5].iter().all(|field| self.get(*field).trim().is_empty())
    }

    /// What a save of these sends.
    pub fn edit(&self, base: u64) -> EditNote {
        EditNote {
            base,
            title: self.title.clone(),
            body: self.body.clone(),
            slug: self.slug.trim().to_owned(),
            tags: split_list(&self.tags),
            aliases: split_list(&self.aliases),
            visibility: Visibility::ALL
                .into_iter()
                .find(|visibility| visibility.as_str() == self.visibility)
                .unwrap_or_default(),
            publish_at: self.publish_at.parse().ok(),
        }
    }
}

/// A text area has no other line ends than `\n`.
pub(super) fn as_typed(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// What the text was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// [`Note::version`]; 0 for a note that the site does not have.
    pub version: u64,
    /// The form as it was then; `None` where this device does not know, which a form that was refused may do.
    pub fields: Option<Fields>,
}

/// A save that was sent, or is about to be, and is not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// It is sent again with the same key and the same content.
    pub key: SaveKey,
    /// What for.
    pub goal: SaveGoal,
    /// The version that it says it was made from.
    pub base: u64,
    /// The content.
    pub fields: Fields,
    /// [`super::wire::Autosave::unless`].
    pub unless: Option<SaveKey>,
}

/// A file that stands in the text and waits to be sent; its bytes are kept on the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Names the bytes on the device, and stands in the text where the file's address will.
    pub key: Uuid,
    /// The file's own name.
    pub name: String,
    /// E.g. `image/jpeg`; may be empty.
    pub media_type: String,
    /// How many bytes.
    pub size: u64,
}

/// Everything that would have to be typed again if it were lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// As they stand in the form.
    pub fields: Fields,
    /// In the text.
    pub selection: Selection,
    /// What they were made from.
    pub base: Base,
    /// At most one at a time.
    pub sending: Option<Sending>,
    /// The key of the save after that. A page that goes may send it with no time left to keep here that it did. A draft
    /// that has one always has one.
    #[serde(default)]
    pub next: Option<SaveKey>,
    /// In the order in which they came.
    pub attachments: Vec<Attachment>,
}

impl Draft {
    /// True while something here is not known to be on the site.
    pub fn is_unsent(&self) -> bool {
        self.sending.is_some() || !self.attachments.is_empty() || self.base.fields.as_ref() != Some(&self.fields)
    }

    /// Brings what was to be set aside, and may not have been, into the fields: for a draft that nobody sends any more.
    pub fn gather(&mut self) {
        if let Some(aside) = self.sending.take_if(|sending| sending.goal == SaveGoal::Aside) {
            self.fields = aside.fields.beside(&self.fields);
        }
    }

    /// True where nothing was written or put in yet.
    pub fn is_blank(&self) -> bool {
        self.attachments.is_empty() && self.fields.is_blank()
    }
}
