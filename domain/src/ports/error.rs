//! What an adapter may answer when it cannot do as asked.

use std::error::Error as StdError;

/// The result of a port's call.
pub type PortResult<T> = Result<T, PortError>;

/// Holds the adapter's own error as a source; turning it into [`shared::Error`] logs it once.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// An expected version was not met, or a transaction's condition failed; nothing was written.
    #[error("the stored version is another")]
    Conflict,
    /// There is no such blob.
    #[error("absent")]
    Absent,
    /// Over a limit of the strictest backend; nothing was written.
    #[error("{what} is over the limit of {limit} bytes or items")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The backend asks for patience; nothing was written.
    #[error("busy, retry after {retry_after} s")]
    Busy {
        /// Seconds.
        retry_after: u32,
    },
    /// The backend has no room left; nothing was written.
    #[error("the disk is full")]
    Full,
    /// Anything else.
    #[error("{context}")]
    Failed {
        /// What was being done.
        context: &'static str,
        /// Why it failed.
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl PortError {
    /// Wraps an adapter's own error: `.map_err(PortError::failed("open the database"))`.
    pub fn failed<E: Into<Box<dyn StdError + Send + Sync>>>(context: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::Failed { context, source: source.into() }
    }
}

impl From<PortError> for shared::Error {
    fn from(error: PortError) -> Self {
        match error {
            PortError::Conflict => Self::conflict("It was changed by somebody else at the same moment. Try again."),
            PortError::Absent => Self::NotFound,
            PortError::TooLarge { what, limit } => {
                Self::TooLarge { field: what.into(), limit: limit as u64, unit: "bytes or items".into() }
            }
            PortError::Busy { retry_after } => Self::Busy { retry_after },
            PortError::Full => {
                tracing::error!("the disk is full");
                Self::Full
            }
            PortError::Failed { context, source } => {
                tracing::error!(context, error = %source, "a port failed");
                Self::Internal
            }
        }
    }
}
