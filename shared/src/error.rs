//! The one error a caller may see. An adapter's own error never travels this far: it is logged where it happened.

use serde::{Deserialize, Serialize};

/// What every use case answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Holds only what the caller may learn. Denied and absent look the same for what is not public: use [`Error::NotFound`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum Error {
    /// There is no such thing, or none that this viewer may know of.
    #[error("There is nothing at this address.")]
    NotFound,
    /// A field of the input breaks a rule.
    #[error("{field}: {reason}")]
    Invalid {
        /// The name of the form field or setting at fault.
        field: String,
        /// What is wrong and what would be right, as a sentence for the person who typed it.
        reason: String,
    },
    /// The viewer is known and may not do this; only said where the thing's existence is no secret.
    #[error("You need to sign in as the owner to do this.")]
    Denied,
    /// The thing changed since the caller read it, or the name is taken by another.
    #[error("{reason}")]
    Conflict {
        /// What is in the way, as a sentence.
        reason: String,
    },
    /// A limit of `limits.rs` is exceeded.
    #[error("{field} is too large: at most {limit} {unit}.")]
    TooLarge {
        /// The name of the form field or thing.
        field: String,
        /// The limit.
        limit: u64,
        /// The limit's unit, e.g. `KiB`.
        unit: String,
    },
    /// Too many attempts, or a store that asks for patience; nothing was changed.
    #[error("Too busy just now. Try again in {retry_after} seconds.")]
    Busy {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The disk that holds the site is full; nothing was changed.
    #[error("The site's disk is full, so nothing was changed. Free some space on it, then try again.")]
    Full,
    /// Something broke on our side; the details are in the log under the request's id.
    #[error("Something went wrong on the server. Nothing you sent was changed.")]
    Internal,
}

impl Error {
    /// An [`Error::Invalid`] from its two parts.
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), reason: reason.into() }
    }

    /// An [`Error::Conflict`] from its reason.
    pub fn conflict(reason: impl Into<String>) -> Self {
        Self::Conflict { reason: reason.into() }
    }

    /// The HTTP status that says the same.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Invalid { .. } => 422,
            Self::Denied => 403,
            Self::Conflict { .. } => 409,
            Self::TooLarge { .. } => 413,
            Self::Busy { .. } => 429,
            Self::Internal => 500,
            Self::Full => 507,
        }
    }

    /// The form field at fault, where there is one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } | Self::TooLarge { field, .. } => Some(field),
            _ => None,
        }
    }
}
