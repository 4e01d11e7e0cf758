//! Outgoing mail.

use async_trait::async_trait;

use super::PortResult;

/// A plain text message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// One address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// The way out for mail. At least once.
#[async_trait]
pub trait Mail: Send + Sync {
    /// Hands the message over.
    async fn send(&self, message: Message) -> PortResult<()>;
}
