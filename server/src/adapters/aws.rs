//! The AWS home: DynamoDB, S3 and SES, each reached with the SDK's own client, or at the one endpoint that stands for all.

pub mod blobs;
mod call;
pub mod home;
pub mod identity;
pub mod mail;
pub mod records;
pub mod search;

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use domain::ports::PortError;

/// Where AWS is, and who asks.
#[derive(Clone)]
pub struct Access {
    /// The region that holds the site.
    pub region: String,
    /// One address for every service, an emulator's say; `None` is AWS itself.
    pub endpoint: Option<String>,
    /// The access key's id.
    pub key_id: String,
    /// The access key's secret.
    pub secret: String,
    /// What goes with a key that a role lent, as a Lambda function's is.
    pub session_token: Option<String>,
}

/// Makes the clients of the services; they share their connections.
#[derive(Clone)]
pub struct Aws {
    access: Access,
    http: SharedHttpClient,
}

/// What is asked of AWS once more: a call that timed out, was throttled or met a fault, after a pause with jitter.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const CONNECT: Duration = Duration::from_secs(2);
/// An item is at most 400 KB.
const RECORDS_ATTEMPT: Duration = Duration::from_secs(4);
/// A blob may be 50 MB.
const BLOBS_ATTEMPT: Duration = Duration::from_secs(60);

impl Aws {
    /// With connections of its own.
    pub fn new(access: Access) -> Self {
        let http =
            aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        Self { access, http }
    }

    /// DynamoDB.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let mut config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(self.http.clone())
            .region(self.region())
            .credentials_provider(self.credentials())
            .retry_config(retries())
            .timeout_config(timeouts(RECORDS_ATTEMPT));
        config.set_endpoint_url(self.access.endpoint.clone());
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// S3. An emulator has no name for each bucket, so there the bucket stands in the path.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(self.http.clone())
            .region(self.region())
            .credentials_provider(self.credentials())
            .retry_config(retries())
            .timeout_config(timeouts(BLOBS_ATTEMPT))
            .force_path_style(self.access.endpoint.is_some());
        config.set_endpoint_url(self.access.endpoint.clone());
        aws_sdk_s3::Client::from_conf(config.build())
    }

    fn region(&self) -> Region {
        Region::new(self.access.region.clone())
    }

    fn credentials(&self) -> Credentials {
        let Access { key_id, secret, session_token, .. } = &self.access;
        Credentials::new(key_id, secret, session_token.clone(), None, "configuration")
    }
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(FIRST_PAUSE)
}

fn timeouts(attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(attempt).build()
}

/// A service's error in the port's words, once the SDK's own tries are over.
fn in_words<E, R>(context: &'static str, error: SdkError<E, R>) -> PortError
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    match error.code() {
        Some("ConditionalCheckFailedException" | "PreconditionFailed" | "ConditionalRequestConflict") => {
            PortError::Conflict
        }
        Some(code) if is_throttling(code) => PortError::Busy { retry_after: 1 },
        _ => PortError::failed(context)(DisplayErrorContext(&error).to_string()),
    }
}

/// What DynamoDB, S3 and SES answer when they are asked too much.
fn is_throttling(code: &str) -> bool {
    matches!(
        code,
        "ProvisionedThroughputExceededException"
            | "ProvisionedThroughputExceeded"
            | "ThrottlingException"
            | "ThrottlingError"
            | "Throttling"
            | "RequestLimitExceeded"
            | "TooManyRequestsException"
            | "TransactionInProgressException"
            | "SlowDown"
            | "ServiceUnavailable"
    )
}

/// Waits before the next try: twice as long at most each time, and a random part of that, so that those who met do not meet
/// again (AWS Builders' Library, "Timeouts, retries, and backoff with jitter").
async fn pause(attempt: u32) {
    let most = FIRST_PAUSE.saturating_mul(1 << attempt.min(4));
    tokio::time::sleep(most.mul_f64(rand::random())).await;
}
