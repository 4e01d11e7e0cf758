//! What is stored of a note, and what follows from it by rule.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::editor::SaveKey;
use shared::ids::NoteId;
use shared::limits::SAVE_KEYS;
use shared::notes::{EditNote, Note, NoteSummary, Publication, VersionReason};
use shared::viewer::{Exposure, Via, Viewer, Visibility, can_read};

use super::keys::{self, Shelf};
use crate::ports::{Key, PortError, PortResult};

/// The note and what is known of it beyond what its owner edits. Its version counts the stored changes; a merge or a
/// conflict takes one more number, for the text it keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Working {
    pub(crate) note: Note,
    pub(crate) meta: Meta,
}

/// See the fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Meta {
    /// Of the working text, front matter and typed tags included.
    pub(crate) tags: Vec<String>,
    pub(crate) excerpt: String,
    pub(crate) words: u32,
    /// Aliases in the working text's front matter.
    pub(crate) aliases: Vec<String>,
    /// The last `permalink` that was honoured: only another one moves the note again.
    pub(crate) permalink: Option<String>,
    /// The slug that the owner asked for, if any.
    #[serde(default)]
    pub(crate) chosen: Option<String>,
    pub(crate) first_published: Option<Timestamp>,
    /// What the published text says; `None` for a draft and after a withdrawal.
    pub(crate) reader: Option<Reader>,
    /// Names it had; links that nothing else answers to still find it by them. The latest last.
    pub(crate) former_slugs: Vec<String>,
    pub(crate) former_titles: Vec<String>,
    pub(crate) last: Option<LastVersion>,
    /// Number and size of texts that are kept only because an open form may be based on them, oldest first.
    pub(crate) passing: Vec<(u64, u64)>,
    /// What the last conflict kept, so that sending the same again keeps it once.
    pub(crate) conflict: Option<String>,
    /// The editor's last saves, the latest last: a key that is here is not applied again.
    #[serde(default)]
    pub(crate) saves: Vec<KnownSave>,
    /// The last of them that was refused, and why.
    #[serde(default)]
    pub(crate) refusal: Option<(SaveKey, shared::Error)>,
    /// The save with which the editor made the note; `None` for one that came otherwise.
    #[serde(default)]
    pub(crate) born: Option<SaveKey>,
    /// Since when the title is what it is, where the editor changed it as it was typed.
    #[serde(default)]
    pub(crate) titled: Option<Timestamp>,
}

/// A save of the editor, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct KnownSave {
    pub(crate) key: SaveKey,
    pub(crate) fate: Fate,
}

/// Short, as there are many: the key, with a mark behind it where it is apart.
impl From<KnownSave> for String {
    fn from(known: KnownSave) -> Self {
        let mark = match known.fate {
            Fate::Applied => "",
            Fate::Apart => "!",
            Fate::Refused => "?",
        };
        format!("{}{mark}", known.key.0.simple())
    }
}

impl TryFrom<String> for KnownSave {
    type Error = uuid::Error;

    fn try_from(text: String) -> Result<Self, uuid::Error> {
        let marked = |mark, fate| text.strip_suffix(mark).map(|key| (key, fate));
        let (key, fate) =
            marked('!', Fate::Apart).or(marked('?', Fate::Refused)).unwrap_or((text.as_str(), Fate::Applied));
        Ok(Self { key: SaveKey(uuid::Uuid::try_parse(key)?), fate })
    }
}

/// What became of a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is in the note, or was when it arrived.
    Applied,
    /// It could not be merged and is a version beside the note.
    Apart,
    /// Nothing of it was stored.
    Refused,
}

impl Meta {
    /// What became of the save with this key, if it is one of the last.
    pub(crate) fn fate(&self, key: SaveKey) -> Option<Fate> {
        self.saves.iter().rev().find(|known| known.key == key).map(|known| known.fate)
    }

    /// Whether the save with this key is in the note, or was.
    pub(crate) fn has_applied(&self, key: SaveKey) -> bool {
        self.born == Some(key) || self.fate(key) == Some(Fate::Applied)
    }

    /// Keeps a save's key.
    pub(crate) fn know(&mut self, key: SaveKey, fate: Fate) {
        self.saves.push(KnownSave { key, fate });
        self.saves.drain(..self.saves.len().saturating_sub(SAVE_KEYS));
    }
}

/// What readers are told of the published text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reader {
    /// Names the published text; another text has another number.
    pub(crate) text: u64,
    pub(crate) fingerprint: String,
    pub(crate) title: String,
    pub(crate) tags: Vec<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) excerpt: String,
    pub(crate) words: u32,
    pub(crate) lang: Option<String>,
    /// The date the text or its importer asks for.
    pub(crate) date: Option<Timestamp>,
}

/// The latest line of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LastVersion {
    pub(crate) number: u64,
    pub(crate) reason: VersionReason,
    pub(crate) at: Timestamp,
    /// When the session of edits began.
    pub(crate) since: Timestamp,
    /// The version before the session; 0 for none.
    pub(crate) before: u64,
    /// A text from before a merge is in the history since the session began: further ones of it need not be.
    #[serde(default)]
    pub(crate) merged: Merged,
    /// It has a name, and so stays: the next save begins another session.
    #[serde(default)]
    pub(crate) named: Named,
}

/// Whether a version has a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Named {
    #[default]
    No,
    Yes,
}

/// Whether the history has a text from before a merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Merged {
    #[default]
    No,
    Yes,
}

/// The published text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Published {
    pub(crate) text: u64,
    pub(crate) body: String,
}

/// What a form holds, at some version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) slug: String,
    pub(crate) tags: Vec<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) visibility: Visibility,
    pub(crate) publish_at: Option<Timestamp>,
}

impl Snapshot {
    pub(crate) fn of(note: &Note) -> Self {
        Self::sent(EditNote::from(note), &note.slug)
    }

    /// What was sent, for a note that is stored so: an empty slug keeps the present one.
    pub(crate) fn sent(edit: EditNote, slug: &str) -> Self {
        let EditNote { title, body, slug: typed, tags, aliases, visibility, publish_at, base: _ } = edit;
        let slug = if typed.is_empty() { slug.to_owned() } else { typed };
        Self { title, body, slug, tags, aliases, visibility, publish_at }
    }

    pub(crate) fn store_in(self, note: &mut Note) {
        note.title = self.title;
        note.body = self.body;
        note.slug = self.slug;
        note.tags = self.tags;
        note.aliases = self.aliases;
        note.visibility = self.visibility;
        note.publish_at = self.publish_at;
    }

    pub(crate) fn fingerprint(&self) -> String {
        fingerprint(&self.title, &self.tags, &self.aliases, &self.body)
    }
}

/// Tells texts apart: what publishing copies, hashed.
pub(crate) fn fingerprint(title: &str, tags: &[String], aliases: &[String], body: &str) -> String {
    let mut hash = Sha256::new();
    let parts = [title].into_iter().chain(tags.iter().map(String::as_str)).chain([""]);
    for part in parts.chain(aliases.iter().map(String::as_str)).chain(["", body]) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Which note answers at a slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) id: NoteId,
    pub(crate) state: AddressState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AddressState {
    /// It is here.
    Current,
    /// It was here, and visitors are sent on for ever.
    Former,
}

/// What readers and lists need of a note; the one authority on who may see its published text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) id: NoteId,
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) excerpt: String,
    pub(crate) words: u32,
    pub(crate) lang: Option<String>,
    pub(crate) exposure: Exposure,
    pub(crate) date: Option<Timestamp>,
    pub(crate) updated: Option<Timestamp>,
    /// [`Reader::text`]; 0 when nothing is published.
    pub(crate) text: u64,
    /// The working text differs.
    pub(crate) changed: Changed,
}

/// Whether the working text differs from the published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Changed {
    No,
    Yes,
}

impl Head {
    pub(crate) fn of(working: &Working) -> Self {
        let Working { note, meta } = working;
        let exposure = note.exposure();
        let base = Self {
            id: note.id,
            slug: note.slug.clone(),
            title: note.title.clone(),
            aliases: Vec::new(),
            tags: Vec::new(),
            excerpt: String::new(),
            words: 0,
            lang: None,
            exposure,
            date: None,
            updated: None,
            text: 0,
            changed: Changed::No,
        };
        let (Some(reader), Some(publication)) = (&meta.reader, &note.published) else { return base };
        Self {
            title: reader.title.clone(),
            aliases: reader.aliases.clone(),
            tags: reader.tags.clone(),
            excerpt: reader.excerpt.clone(),
            words: reader.words,
            lang: reader.lang.clone(),
            date: Some(publication.date),
            updated: Some(publication.updated),
            text: reader.text,
            changed: if publication.version < note.version { Changed::Yes } else { Changed::No },
            ..base
        }
    }

    pub(crate) fn is_readable(&self, viewer: &Viewer, via: Via, now: Timestamp) -> bool {
        can_read(viewer, &self.exposure, via, now)
    }

    /// The shelf and place where it is listed.
    pub(crate) fn listed(&self) -> Option<(Shelf, Key)> {
        let date = self.date.filter(|_| self.exposure.published)?;
        let shelf = Shelf::of(self.exposure.visibility);
        Some((shelf, keys::list(shelf, date, self.id)))
    }

    pub(crate) fn summary(&self, viewer: &Viewer) -> NoteSummary {
        NoteSummary {
            id: self.id,
            title: self.title.clone(),
            slug: self.slug.clone(),
            tags: self.tags.clone(),
            excerpt: self.excerpt.clone(),
            visibility: self.exposure.visibility,
            publish_at: self.exposure.publish_at.filter(|_| viewer.is_owner()),
            date: self.date,
            updated: self.updated.or(self.date).unwrap_or(Timestamp::UNIX_EPOCH),
            words: self.words,
            unpublished_changes: viewer.is_owner() && self.changed == Changed::Yes,
        }
    }
}

impl Working {
    /// The owner's line of the desk.
    pub(crate) fn summary(&self) -> NoteSummary {
        let Self { note, meta } = self;
        NoteSummary {
            id: note.id,
            title: note.title.clone(),
            slug: note.slug.clone(),
            tags: meta.tags.clone(),
            excerpt: meta.excerpt.clone(),
            visibility: note.visibility,
            publish_at: note.publish_at,
            date: note.published.as_ref().map(|publication| publication.date),
            updated: note.updated,
            words: meta.words,
            unpublished_changes: note.published.as_ref().is_some_and(|p| p.version < note.version),
        }
    }

    /// The same as it is stored, with all that links may call it.
    pub(crate) fn desk_line(&self) -> PortResult<serde_json::Value> {
        let mut line = serde_json::to_value(self.summary()).map_err(PortError::failed("write a line of the desk"))?;
        let aliases: Vec<&String> = self.note.aliases.iter().chain(&self.meta.aliases).collect();
        if let Some(fields) = line.as_object_mut().filter(|_| !aliases.is_empty()) {
            fields.insert("aliases".into(), serde_json::json!(aliases));
        }
        Ok(line)
    }

    /// Which of the desk's lists it is in.
    pub(crate) fn desk_list(&self) -> &'static str {
        if self.note.trashed.is_some() {
            "desk#trash"
        } else if self.note.published.is_some() {
            "desk#live"
        } else {
            "desk#draft"
        }
    }

    /// The date readers see: what the text asks for, else the first publishing, or the time it was scheduled for.
    pub(crate) fn date(&self) -> Option<Timestamp> {
        let reader = self.meta.reader.as_ref()?;
        reader.date.or_else(|| self.meta.first_published.max(self.note.publish_at))
    }

    /// Brings what is said about the publishing up to date with the rest, for the note's present version.
    pub(crate) fn settle_publication(&mut self) {
        let (Some(reader), Some(date)) = (&self.meta.reader, self.date()) else {
            self.note.published = None;
            return;
        };
        let same = Snapshot::of(&self.note).fingerprint() == reader.fingerprint;
        let Some(publication) = &mut self.note.published else { return };
        publication.date = date;
        publication.version = if same { self.note.version } else { publication.version.min(self.note.version - 1) };
    }

    pub(crate) fn publish_as(&mut self, reader: Reader, updated: Timestamp, now: Timestamp) {
        self.meta.first_published.get_or_insert(now);
        self.meta.reader = Some(reader);
        let version = self.note.version;
        self.note.published = Some(Publication { date: now, updated, version });
        self.settle_publication();
    }
}
