//! The public keys of a user pool, kept for as long as they serve.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::ports::{Clock, PortError, PortResult};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::JwkSet;

use super::{BadToken, Claims, Expected, verify};

/// A key we do not know is looked for at most this often: whoever forges tokens does not make us ask.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(5);
const PATIENCE: Duration = Duration::from_secs(5);
/// A key set is a few kilobytes.
const MOST: u64 = 64 * 1024;

const FETCH: &str = "fetch the keys of the user pool";

/// See the module.
pub struct PoolKeys {
    url: String,
    clock: Arc<dyn Clock>,
    agent: ureq::Agent,
    known: Mutex<Option<(Timestamp, Arc<JwkSet>)>>,
}

impl PoolKeys {
    /// The keys that stand at an address: `{issuer}/.well-known/jwks.json`.
    pub fn new(url: String, clock: Arc<dyn Clock>) -> Self {
        let agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
        Self { url, clock, agent, known: Mutex::default() }
    }

    /// Checks a token against the keys, which are fetched first where they or its own are not known.
    ///
    /// # Errors
    /// `Failed` when the keys cannot be had.
    pub async fn verify(&self, token: &str, expected: &Expected) -> PortResult<Result<Claims, BadToken>> {
        let now = self.clock.now();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((asked, keys)) = known {
            let outcome = verify(token, &keys, expected, now);
            let recent = now.duration_since(asked) < ASK_AGAIN;
            if outcome != Err(BadToken::UnknownKey) || recent {
                return Ok(outcome);
            }
        }
        let keys = Arc::new(self.fetch().await?);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, keys.clone()));
        Ok(verify(token, &keys, expected, now))
    }

    async fn fetch(&self) -> PortResult<JwkSet> {
        let (agent, url) = (self.agent.clone(), self.url.clone());
        let fetch = move || -> Result<JwkSet, Box<dyn std::error::Error + Send + Sync>> {
            let mut answer = agent.get(url).call()?;
            let text = answer.body_mut().with_config().limit(MOST).read_to_string()?;
            Ok(serde_json::from_str(&text)?)
        };
        let fetched = tokio::task::spawn_blocking(fetch).await.map_err(PortError::failed(FETCH))?;
        fetched.map_err(PortError::failed(FETCH))
    }
}
