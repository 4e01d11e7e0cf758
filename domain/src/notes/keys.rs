//! Keys and access patterns of notes, and how what is stored here hangs together.
//!
//! | table | pk | sk | holds | written | read by |
//! | --- | --- | --- | --- | --- | --- |
//! | notes | `note#{id}` | `working` | [`Working`](super::record::Working): the note, its working text, what is known of it, the keys of the editor's last saves | every change | the desk, every save |
//! | | | `head` | [`Head`](super::record::Head): **the authority** on who may see the published text; what lists show | with `working`, when it differs | every reader, in batches |
//! | | | `published` | [`Published`](super::record::Published): the published text | publish | `.md`, the outbox |
//! | | | `desk` | the owner's line; index `desk#{draft,live,trash}` by latest change | with `working` | the desk's lists |
//! | | | `version#{n}`, `text#{n}` | a line of the history, and a text: of the history, or (with an expiry) of a version that an open form may be based on | with `working` | history, merges |
//! | | | `former#{slug}` | a slug it had | rename | purge |
//! | | | `derived` | [`Derived`](crate::outbox::derived::Derived): all that the outbox wrote for this note | outbox | outbox |
//! | | `at#{slug}` | `address` | [`Address`](super::record::Address): which note is, or was, here | create, rename | every reader |
//! | | | `body`, `body#{k}` | [`Body`](crate::links::body::Body): the published text, rendered, with what its links lead to | outbox | `show` |
//! | | | `from#{n}#{id}` | a backlink with its sentence; `n` 0 public, 1 members, 2 owner, 3 in a working text only | outbox | `show`, renames |
//! | | `list#{p,m,o}` | `{latest first}#{id}` | the head again, for what is published to everybody, to members, to the owner only | with `head` | lists, archive, feeds |
//! | | `tag#{p,m,o}#{folded}` | `{latest first}#{id}` | that a note is under the tag | outbox | lists by tag |
//! | | `tags` | `{folded}` | how many notes are under the tag, how it is written, some of them | outbox | tags |
//! | | `name#{folded}` | `notes` | which notes have this name | with `working` | links |
//! | | `wanted#{folded}` | `{id}` | a link to a name that nothing has; index `unresolved` | outbox | outbox, the desk |
//! | | `counts` | `live` | how many notes are not in the trash | create, trash, restore | the desk |
//! | site | `outbox` | `event#{id}`, `failed#{id}` | what happened and is to be followed up | with what it tells of | outbox |
//!
//! `show` is a query of `at#{slug}` and then one batch get of the heads (and, for embeds, the bodies) of all it refers to.
//! A save reads `working`, then in one batch what it needs of texts, names and addresses, then writes one transaction.

use jiff::Timestamp;
use shared::ids::NoteId;
use shared::viewer::Visibility;

use crate::ports::{Key, Table};
use crate::table::latest_first;

fn note(id: NoteId, sk: impl Into<String>) -> Key {
    Key::new(Table::Notes, note_partition(id), sk)
}

pub(crate) fn note_partition(id: NoteId) -> String {
    format!("note#{id}")
}

pub(crate) fn working(id: NoteId) -> Key {
    note(id, "working")
}

pub(crate) fn head(id: NoteId) -> Key {
    note(id, "head")
}

pub(crate) fn published(id: NoteId) -> Key {
    note(id, "published")
}

pub(crate) fn desk(id: NoteId) -> Key {
    note(id, "desk")
}

pub(crate) fn derived(id: NoteId) -> Key {
    note(id, "derived")
}

pub(crate) const VERSION: &str = "version#";

pub(crate) fn version(id: NoteId, number: u64) -> Key {
    note(id, format!("{VERSION}{number:016x}"))
}

pub(crate) fn text(id: NoteId, number: u64) -> Key {
    note(id, format!("text#{number:016x}"))
}

pub(crate) const FORMER: &str = "former#";

pub(crate) fn former(id: NoteId, slug: &str) -> Key {
    note(id, format!("{FORMER}{slug}"))
}

pub(crate) fn at_partition(slug: &str) -> String {
    format!("at#{slug}")
}

pub(crate) fn address(slug: &str) -> Key {
    Key::new(Table::Notes, at_partition(slug), "address")
}

/// Sort keys of a body's parts; `address` sorts before, backlinks after them.
pub(crate) fn body(slug: &str, part: usize) -> Key {
    let sk = if part == 0 { "body".to_owned() } else { format!("body#{part:02}") };
    Key::new(Table::Notes, at_partition(slug), sk)
}

pub(crate) const FROM: &str = "from#";

pub(crate) fn from(slug: &str, rank: u8, source: NoteId) -> Key {
    Key::new(Table::Notes, at_partition(slug), format!("{FROM}{rank}#{source}"))
}

pub(crate) fn name(folded: &str) -> Key {
    Key::new(Table::Notes, format!("name#{folded}"), "notes")
}

pub(crate) fn wanted_partition(folded: &str) -> String {
    format!("wanted#{folded}")
}

pub(crate) fn wanted(folded: &str, source: NoteId) -> Key {
    Key::new(Table::Notes, wanted_partition(folded), source.to_string())
}

pub(crate) const UNRESOLVED: &str = "unresolved";

pub(crate) fn counts() -> Key {
    Key::new(Table::Notes, "counts", "live")
}

/// Where a published thing is listed: the narrowest circle that finds it in lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub(crate) enum Shelf {
    /// Everybody.
    Public,
    /// Members.
    Members,
    /// The owner.
    Owner,
}

impl Shelf {
    pub(crate) fn of(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Public => Self::Public,
            Visibility::Members => Self::Members,
            Visibility::Unlisted | Visibility::Private => Self::Owner,
        }
    }

    /// The shelves on which this viewer may find something.
    pub(crate) fn of_viewer(viewer: &shared::Viewer) -> &'static [Self] {
        match viewer {
            shared::Viewer::Visitor => &[Self::Public],
            shared::Viewer::Member(_) => &[Self::Public, Self::Members],
            shared::Viewer::Owner(_) => &[Self::Public, Self::Members, Self::Owner],
        }
    }

    pub(crate) fn letter(self) -> char {
        match self {
            Self::Public => 'p',
            Self::Members => 'm',
            Self::Owner => 'o',
        }
    }

    pub(crate) fn list_partition(self) -> String {
        format!("list#{}", self.letter())
    }

    pub(crate) fn tag_partition(self, folded: &str) -> String {
        format!("tag#{}#{folded}", self.letter())
    }
}

pub(crate) fn list(shelf: Shelf, date: Timestamp, id: NoteId) -> Key {
    Key::new(Table::Notes, shelf.list_partition(), place(date, id))
}

pub(crate) fn tagged(shelf: Shelf, folded: &str, place: &str) -> Key {
    Key::new(Table::Notes, shelf.tag_partition(folded), place)
}

pub(crate) const TAGS: &str = "tags";

pub(crate) fn tag(folded: &str) -> Key {
    Key::new(Table::Notes, TAGS, folded)
}

/// Latest first, and the same for two notes of one moment in every list.
pub(crate) fn place(at: Timestamp, id: NoteId) -> String {
    format!("{}#{id}", latest_first(at))
}
