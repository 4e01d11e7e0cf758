//! The worker: works off the outbox when the table's stream says that something was written, and what is due by the clock.
//! `{"ask": "owner-link"}` makes a link with which to claim the site, or to get back in: whoever may invoke this function is
//! the account's owner.

use domain::Site;
use futures::future::LocalBoxFuture;
use lambda_http::lambda_runtime::{self, LambdaEvent, service_fn};
use serde_json::{Value, json};

use crate::adapters::aws::home::AwsHandle;

/// Works on events until the function ends.
///
/// # Errors
/// When the runtime cannot be reached.
pub async fn serve(site: Site, handle: AwsHandle, url: Option<String>) -> Result<(), lambda_runtime::Error> {
    let url = url.unwrap_or_default();
    // Boxed: the compiler limits how deep futures may stand in each other.
    let work = |event: LambdaEvent<Value>| -> LocalBoxFuture<'_, Result<Value, lambda_runtime::Error>> {
        Box::pin(work(&site, &handle, &url, event.payload))
    };
    lambda_runtime::run(service_fn(work)).await
}

async fn work(site: &Site, handle: &AwsHandle, url: &str, event: Value) -> Result<Value, lambda_runtime::Error> {
    if event["ask"] == "owner-link" {
        let (token, _) = domain::accounts::new_claim_token(site).await?;
        return Ok(json!({ "link": format!("{url}/claim/{token}") }));
    }
    match event["Records"].as_array().and_then(|records| records.first()) {
        Some(first) => Ok(stream(site, first).await),
        None => schedule(site, handle).await,
    }
}

/// The outbox itself says what waits, so a batch only wakes. One that could not be worked off is given back whole, from its
/// first record on: Lambda hands it over again, and in the end to the dead-letter queue.
async fn stream(site: &Site, first: &Value) -> Value {
    match domain::outbox::drain(site).await {
        Ok(count) => {
            tracing::info!(count, "events were worked off");
            json!({ "batchItemFailures": [] })
        }
        Err(error) => {
            tracing::error!(%error, "events could not be worked off");
            json!({ "batchItemFailures": [{ "itemIdentifier": first["dynamodb"]["SequenceNumber"] }] })
        }
    }
}

async fn schedule(site: &Site, handle: &AwsHandle) -> Result<Value, lambda_runtime::Error> {
    handle.fill_search(site).await?;
    let events = domain::outbox::drain(site).await?;
    let swept = domain::notes::sweep_trash(site).await?;
    tracing::info!(events, swept, "what was due is done");
    Ok(json!({ "events": events, "swept": swept }))
}
