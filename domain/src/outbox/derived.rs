//! What the outbox wrote for a note: exactly what is to be taken away when it no longer follows.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::ids::NoteId;

use crate::links::body::Direct;
use crate::notes::keys::Shelf;

/// Written in the same transactions as what it lists.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Derived {
    /// The address under which the body stands, and in how many parts.
    pub(crate) slug: String,
    pub(crate) parts: usize,
    /// Tells whether the body that stands there is the one to be.
    pub(crate) body: u64,
    /// What the published text refers to.
    pub(crate) direct: Direct,
    /// A hash of what it shows at any depth, and of what that refers to.
    pub(crate) shows: u64,
    pub(crate) links: Vec<Out>,
    /// What the paths in the working and published text mean, for when one of them is renamed.
    pub(crate) means: Vec<(String, NoteId)>,
    /// Names that nothing has, and names of files; each with a hash of its item.
    pub(crate) wanted: Vec<(String, u64)>,
    pub(crate) files: Vec<String>,
    pub(crate) tags: Vec<Membership>,
    /// Names of this note that notes which wanted them have been told of.
    pub(crate) names: Vec<String>,
    pub(crate) search: InSearch,
    /// When it is to be looked at again, because it is private until then.
    pub(crate) due: Option<Timestamp>,
}

/// A backlink that stands at the address of the note it points at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Out {
    pub(crate) to: NoteId,
    pub(crate) slug: String,
    pub(crate) rank: u8,
    /// Tells whether the item that stands there is the one to be.
    pub(crate) hash: u64,
}

/// That the note is listed and counted under a tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Membership {
    pub(crate) folded: String,
    /// As written.
    pub(crate) label: String,
    pub(crate) shelf: Shelf,
    pub(crate) place: String,
}

/// Which documents of a note the index may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InSearch {
    /// One of the published text.
    pub(crate) published: bool,
    /// One of the working text, for the owner.
    pub(crate) working: bool,
}

impl InSearch {
    /// What either has.
    pub(crate) fn or(self, other: Self) -> Self {
        Self { published: self.published || other.published, working: self.working || other.working }
    }
}
