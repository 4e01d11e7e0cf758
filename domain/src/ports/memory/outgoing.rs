//! Mail that is kept instead of sent, and an outside world that answers what a test told it to.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;

use super::super::{Fetch, FetchError, Fetched, Mail, Message, PortResult};
use super::locked;

/// Keeps what was sent.
#[derive(Debug, Default)]
pub struct MemoryMail(Mutex<Vec<Message>>);

impl MemoryMail {
    /// What was sent so far, oldest first.
    pub fn sent(&self) -> Vec<Message> {
        locked(&self.0).clone()
    }
}

#[async_trait]
impl Mail for MemoryMail {
    async fn send(&self, message: Message) -> PortResult<()> {
        locked(&self.0).push(message);
        Ok(())
    }
}

/// Answers what it was told to; fails for any other address.
#[derive(Debug, Default)]
pub struct MemoryFetch(Mutex<HashMap<String, Fetched>>);

impl MemoryFetch {
    /// From now on this address answers so.
    pub fn answer(&self, url: &str, fetched: Fetched) {
        locked(&self.0).insert(url.into(), fetched);
    }
}

#[async_trait]
impl Fetch for MemoryFetch {
    async fn get(&self, url: &str, max_bytes: usize) -> Result<Fetched, FetchError> {
        let fetched = locked(&self.0).get(url).cloned();
        let fetched = fetched.ok_or_else(|| FetchError::Failed(format!("no test said what {url} answers")))?;
        if fetched.body.len() > max_bytes {
            return Err(FetchError::TooLarge);
        }
        Ok(fetched)
    }
}
