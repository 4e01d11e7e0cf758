//! The adapters of the AWS home against the endpoint that `AWS_ENDPOINT_URL` names, each in tables and buckets of its own.
//! `cargo xtask aws` starts one and runs these; without one they fail, so that none is passed over in silence.

#[path = "aws_faults.rs"]
mod faults;
#[path = "aws_functions.rs"]
mod functions;
#[path = "aws_identity.rs"]
mod people;
#[path = "aws_search.rs"]
mod search_on_s3;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType,
};
use domain::ports::memory::TestClock;
use domain::ports::{Mail as _, Message, Table, conformance};
use serde_json::{Value, json};
use server::adapters::aws::blobs::S3Blobs;
use server::adapters::aws::mail::SesMail;
use server::adapters::aws::records::DynamoRecords;
use server::adapters::aws::search::S3Search;
use server::adapters::aws::{Access, Aws};
use tempfile::TempDir;

use crate::run_promises;

/// The endpoint, and a name that no other test and no other run has.
struct Place {
    aws: Aws,
    name: String,
}

fn endpoint() -> String {
    let endpoint = std::env::var("AWS_ENDPOINT_URL").ok();
    endpoint.expect("AWS_ENDPOINT_URL names no endpoint to test against; `cargo xtask aws` starts one")
}

fn access(endpoint: String) -> Access {
    Access {
        region: "us-east-1".into(),
        endpoint: Some(endpoint),
        key_id: "test".into(),
        secret: "test".into(),
        session_token: None,
    }
}

fn place() -> Place {
    static PLACES: AtomicU32 = AtomicU32::new(0);
    let name = format!("cp-{}-{}", std::process::id(), PLACES.fetch_add(1, Ordering::Relaxed));
    Place { aws: Aws::new(access(endpoint())), name }
}

async fn make_table(client: &aws_sdk_dynamodb::Client, name: String) {
    let names = ["pk", "sk", "gsi1pk", "gsi1sk"].map(|name| {
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
        attribute.build().unwrap()
    });
    let schema = |pk: &str, sk: &str| {
        [(pk, KeyType::Hash), (sk, KeyType::Range)]
            .map(|(name, kind)| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap())
            .into()
    };
    let index = GlobalSecondaryIndex::builder()
        .index_name("gsi1")
        .set_key_schema(Some(schema("gsi1pk", "gsi1sk")))
        .projection(Projection::builder().projection_type(ProjectionType::All).build());
    client
        .create_table()
        .table_name(name)
        .set_attribute_definitions(Some(names.into()))
        .set_key_schema(Some(schema("pk", "sk")))
        .global_secondary_indexes(index.build().unwrap())
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .unwrap();
}

async fn make_tables() -> Place {
    let place = place();
    let client = place.aws.dynamodb();
    for table in Table::ALL {
        make_table(&client, format!("{}-{}", place.name, table.name())).await;
    }
    place
}

async fn open_records(place: &Place) -> DynamoRecords {
    DynamoRecords::new(&place.aws, &format!("{}-", place.name), Arc::new(TestClock::default()))
}

async fn records() -> ((), DynamoRecords) {
    ((), open_records(&make_tables().await).await)
}

async fn make_bucket() -> Place {
    let place = place();
    place.aws.s3().create_bucket().bucket(&place.name).send().await.unwrap();
    place
}

async fn open_blobs(place: &Place) -> S3Blobs {
    S3Blobs::new(&place.aws, &place.name)
}

async fn blobs() -> ((), S3Blobs) {
    ((), open_blobs(&make_bucket().await).await)
}

async fn open_search((place, cache): &(Place, TempDir)) -> S3Search {
    S3Search::open(open_blobs(place).await, cache.path(), Arc::new(TestClock::default())).unwrap()
}

async fn search() -> ((Place, TempDir), S3Search) {
    let guard = (make_bucket().await, tempfile::tempdir().unwrap());
    let search = open_search(&guard).await;
    (guard, search)
}

domain::identity_promises! { run_promises { crate::aws::people::identity } }
domain::records_promises! { run_promises { crate::aws::records } }
domain::records_queries_promises! { run_promises { crate::aws::records } }
domain::blobs_promises! { run_promises { crate::aws::blobs } }
domain::search_promises! { run_promises { crate::aws::search } }
domain::search_ranking_promises! { run_promises { crate::aws::search } }

#[tokio::test]
async fn records_survive_a_restart() {
    conformance::records::what_was_written_survives_a_restart(make_tables().await, open_records).await;
}

#[tokio::test]
async fn blobs_survive_a_restart() {
    conformance::blobs::what_was_put_survives_a_restart(make_bucket().await, open_blobs).await;
}

#[tokio::test]
async fn search_survives_a_restart() {
    let guard = (make_bucket().await, tempfile::tempdir().unwrap());
    conformance::search::what_was_put_survives_a_restart(guard, open_search).await;
}

#[tokio::test]
async fn a_message_reaches_ses_with_its_text() {
    let place = place();
    let verify = json!({ "EmailIdentity": "site@example.org" });
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    agent
        .post(format!("{}/v2/email/identities", endpoint()))
        .header("authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ses/aws4_request")
        .send(verify.to_string())
        .unwrap();
    let subject = format!("Grüße {}", place.name);
    let message = Message { to: "ada@example.org".into(), subject: subject.clone(), text: "one\ntwo".into() };
    SesMail::new(&place.aws, "site@example.org").send(message).await.unwrap();
    let mut sent = agent.get(format!("{}/_ministack/ses/messages", endpoint())).call().unwrap();
    let sent: Value = serde_json::from_str(&sent.body_mut().read_to_string().unwrap()).unwrap();
    assert!(sent.to_string().contains(&subject), "{sent}");
}
