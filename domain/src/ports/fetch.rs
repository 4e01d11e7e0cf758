//! Outgoing HTTP, for what owners and other sites name: never to an address inside the host's own network.

use async_trait::async_trait;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Where redirects ended.
    pub url: String,
    /// The status.
    pub status: u16,
    /// The `content-type`, empty when there was none.
    pub media_type: String,
    /// At most as many bytes as were allowed.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No http or https address, or one that the policy forbids (loopback, private, link-local, multicast).
    #[error("that address may not be fetched")]
    Forbidden,
    /// Larger than was allowed.
    #[error("the answer is too large")]
    TooLarge,
    /// Slower than was allowed.
    #[error("no answer in time")]
    TimedOut,
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

/// The way out for HTTP.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// GET, following at most five redirects, each checked against the policy.
    ///
    /// # Errors
    /// [`FetchError`].
    async fn get(&self, url: &str, max_bytes: usize) -> Result<Fetched, FetchError>;
}
