//! Identifiers: UUID version 7 (RFC 9562), so that byte order is creation order.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// From the 128 bits that a clock port made.
            pub const fn from_u128(bits: u128) -> Self {
                Self(uuid::Uuid::from_u128(bits))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Error;

            /// What is not an id names nothing: [`crate::Error::NotFound`].
            fn from_str(text: &str) -> crate::Result<Self> {
                uuid::Uuid::try_parse(text).map(Self).map_err(|_| crate::Error::NotFound)
            }
        }
    };
}

id!(
    /// A note, for ever, whatever its slug.
    NoteId
);
id!(
    /// An account.
    PersonId
);
id!(
    /// An uploaded or imported file.
    FileId
);
id!(
    /// A tab of a browser that an editor is open in.
    TabId
);
