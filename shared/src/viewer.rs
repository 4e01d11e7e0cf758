//! Who asks, and the one rule that decides what they may see (law 2: every surface asks here).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::PersonId;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody in particular.
    Visitor,
    /// An admitted person.
    Member(PersonId),
    /// The owner of the site.
    Owner(PersonId),
}

impl Viewer {
    /// True for the owner.
    pub fn is_owner(&self) -> bool {
        matches!(self, Self::Owner(_))
    }

    /// The owner's id, or [`crate::Error::Denied`].
    pub fn require_owner(&self) -> crate::Result<&PersonId> {
        match self {
            Self::Owner(id) => Ok(id),
            _ => Err(crate::Error::Denied),
        }
    }
}

/// Who may see the published text of a thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody; listed everywhere.
    Public,
    /// Whoever has the address; listed nowhere.
    Unlisted,
    /// People the owner admitted.
    Members,
    /// The owner only.
    #[default]
    Private,
}

impl Visibility {
    /// All, in the order in which a form offers them.
    pub const ALL: [Self; 4] = [Self::Public, Self::Unlisted, Self::Members, Self::Private];

    /// The name in forms, front matter and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Members => "members",
            Self::Private => "private",
        }
    }
}

impl std::str::FromStr for Visibility {
    type Err = crate::Error;

    fn from_str(text: &str) -> crate::Result<Self> {
        Self::ALL
            .into_iter()
            .find(|v| v.as_str() == text)
            .ok_or_else(|| crate::Error::invalid("visibility", "Choose public, unlisted, members or private."))
    }
}

/// What the rule looks at: the state of a thing that can be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// Who may see the published text.
    pub visibility: Visibility,
    /// False for a draft, a withdrawn or a trashed thing.
    pub published: bool,
    /// Private before this time.
    pub publish_at: Option<Timestamp>,
}

/// How the asker came by the thing: unlisted things answer to their address and appear nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// By its own address.
    Address,
    /// By a list, tag, search, feed, sitemap, backlink, preview, embed or suggestion.
    Listing,
}

/// The one visibility rule for the published text.
pub fn can_read(viewer: &Viewer, exposure: &Exposure, via: Via, now: Timestamp) -> bool {
    if !exposure.published {
        return false;
    }
    if viewer.is_owner() {
        return true;
    }
    if exposure.publish_at.is_some_and(|at| at > now) {
        return false;
    }
    match exposure.visibility {
        Visibility::Public => true,
        Visibility::Unlisted => via == Via::Address,
        Visibility::Members => matches!(viewer, Viewer::Member(_)),
        Visibility::Private => false,
    }
}

/// Who may read the working text, see history and write.
pub fn can_write(viewer: &Viewer) -> bool {
    viewer.is_owner()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn exposed(visibility: Visibility) -> Exposure {
        Exposure { visibility, published: true, publish_at: None }
    }

    #[test]
    fn a_visitor_lists_public_things_only() {
        for visibility in Visibility::ALL {
            let listed = can_read(&Viewer::Visitor, &exposed(visibility), Via::Listing, at(10));
            assert_eq!(listed, visibility == Visibility::Public, "{visibility:?}");
        }
    }

    #[test]
    fn an_unlisted_thing_answers_to_its_address() {
        assert!(can_read(&Viewer::Visitor, &exposed(Visibility::Unlisted), Via::Address, at(10)));
        assert!(!can_read(&Viewer::Visitor, &exposed(Visibility::Private), Via::Address, at(10)));
        assert!(!can_read(&Viewer::Visitor, &exposed(Visibility::Members), Via::Address, at(10)));
    }

    #[test]
    fn nothing_unpublished_is_read_by_anybody() {
        let draft = Exposure { published: false, ..exposed(Visibility::Public) };
        assert!(!can_read(&Viewer::Owner(PersonId::from_u128(1)), &draft, Via::Address, at(10)));
    }

    #[test]
    fn a_thing_is_private_until_its_time() {
        let later = Exposure { publish_at: Some(at(11)), ..exposed(Visibility::Public) };
        assert!(!can_read(&Viewer::Visitor, &later, Via::Address, at(10)));
        assert!(can_read(&Viewer::Visitor, &later, Via::Address, at(11)));
        assert!(can_read(&Viewer::Owner(PersonId::from_u128(1)), &later, Via::Listing, at(10)));
    }
}
