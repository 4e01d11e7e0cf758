//! AWS when it is asked too much, does not answer, or answers and is not heard: a proxy before the endpoint sees to it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use domain::ports::{Blobs as _, Doc, Expect, Key, PortError, Put, Query, Records, Table, Write};
use serde_json::{Value, json};
use server::adapters::aws::Aws;
use server::adapters::aws::records::DynamoRecords;

use super::{Place, access, endpoint, make_bucket, make_tables, open_blobs, open_records};

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// It is passed on.
    No,
    /// DynamoDB asks for patience.
    Throttled,
    /// S3 does.
    SlowDown,
    /// It is done, but the answer is lost.
    Unheard,
    /// It met another transaction.
    Met,
    /// Of a batch, only the first key is looked for.
    LeftOver,
    /// Of a batch, none is.
    AllLeftOver,
}

/// One fault a request, then the last one for ever.
#[derive(Clone)]
struct Faults(Arc<Mutex<VecDeque<Fault>>>);

impl Faults {
    fn next(&self) -> Fault {
        let mut faults = self.0.lock().unwrap();
        if faults.len() > 1 { faults.pop_front().unwrap() } else { faults[0] }
    }

    fn set(&self, faults: &[Fault]) {
        *self.0.lock().unwrap() = faults.iter().copied().collect();
    }
}

/// A proxy before the endpoint, and a place that is reached through it.
async fn behind_faults(place: Place) -> (Place, Faults) {
    let faults = Faults(Arc::new(Mutex::new([Fault::No].into())));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(meddle).with_state(faults.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (Place { aws: Aws::new(access(url)), ..place }, faults)
}

async fn meddle(
    State(faults): State<Faults>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let pass = |body: Vec<u8>| pass_on(method, uri, headers, body);
    happen(faults.next(), body, pass).await.map(Body::from)
}

async fn happen<F: Future<Output = Response<Vec<u8>>>>(
    fault: Fault,
    body: Bytes,
    pass: impl FnOnce(Vec<u8>) -> F,
) -> Response<Vec<u8>> {
    match fault {
        Fault::No => pass(body.into()).await,
        Fault::Throttled => refused("ProvisionedThroughputExceededException", json!({})),
        Fault::SlowDown => {
            let xml = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
            Response::builder().status(503).body(xml.into()).unwrap()
        }
        Fault::Unheard => {
            assert!(pass(body.into()).await.status().is_success(), "it was to be done");
            Response::builder().status(500).body(Vec::new()).unwrap()
        }
        Fault::Met => refused(
            "TransactionCanceledException",
            json!({ "CancellationReasons": [{ "Code": "TransactionConflict" }] }),
        ),
        Fault::LeftOver => {
            let (asked, left) = split(&body, 1);
            let answer = pass(asked.to_string().into()).await;
            let mut found: Value = serde_json::from_slice(answer.body()).unwrap();
            found["UnprocessedKeys"] = left;
            Response::new(found.to_string().into())
        }
        Fault::AllLeftOver => {
            let (_, left) = split(&body, 0);
            Response::new(json!({ "Responses": {}, "UnprocessedKeys": left }).to_string().into())
        }
    }
}

fn refused(name: &str, more: Value) -> Response<Vec<u8>> {
    let mut body = json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{name}"), "message": "a fault" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Response::builder().status(400).body(body.to_string().into()).unwrap()
}

/// A batch for the first keys, and what is left of it.
fn split(body: &[u8], first: usize) -> (Value, Value) {
    let mut asked: Value = serde_json::from_slice(body).unwrap();
    let mut left = asked["RequestItems"].clone();
    for (table, rest) in left.as_object_mut().unwrap() {
        let keys = rest["Keys"].as_array_mut().unwrap();
        let taken: Vec<Value> = keys.drain(..first.min(keys.len())).collect();
        asked["RequestItems"][table]["Keys"] = taken.into();
    }
    left.as_object_mut().unwrap().retain(|_, rest| rest["Keys"].as_array().is_some_and(|keys| !keys.is_empty()));
    (asked, left)
}

async fn pass_on(method: Method, uri: Uri, headers: HeaderMap, body: Vec<u8>) -> Response<Vec<u8>> {
    let url = format!("{}{uri}", endpoint());
    let send = move || {
        let mut request = axum::http::Request::builder().method(method).uri(url);
        for (name, value) in &headers {
            if name != "content-length" && name != "host" {
                request = request.header(name, value);
            }
        }
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.run(request.body(body).unwrap()).unwrap();
        let bytes = answer.body_mut().read_to_vec().unwrap();
        let mut response = Response::builder().status(StatusCode::from_u16(answer.status().as_u16()).unwrap());
        for (name, value) in answer.headers() {
            if name != "transfer-encoding" && name != "content-length" {
                response = response.header(name, value);
            }
        }
        response.body(bytes).unwrap()
    };
    tokio::task::spawn_blocking(send).await.unwrap()
}

async fn faulty_records() -> (DynamoRecords, Faults) {
    let (place, faults) = behind_faults(make_tables().await).await;
    (open_records(&place).await, faults)
}

fn key(sk: &str) -> Key {
    Key::new(Table::Notes, "p", sk)
}

fn put(sk: &str, expect: Expect) -> Put {
    Put { key: key(sk), doc: Doc::of(&json!({ "of": sk })).unwrap(), index: None, expires: None, expect }
}

fn is_busy<T>(outcome: Result<T, PortError>) -> bool {
    matches!(outcome, Err(PortError::Busy { retry_after: 1.. }))
}

#[tokio::test]
async fn throttling_that_passes_is_not_noticed() {
    let (records, faults) = faulty_records().await;
    let some = [Fault::Throttled, Fault::Throttled, Fault::No];
    faults.set(&some);
    assert_eq!(records.put(put("a", Expect::Absent)).await.unwrap(), 1);
    faults.set(&some);
    assert!(records.get(&key("a")).await.unwrap().is_some());
    faults.set(&some);
    records.transact(vec![put("a", Expect::Version(1)).into(), put("b", Expect::Absent).into()]).await.unwrap();
    faults.set(&[Fault::Met, Fault::Met, Fault::Met, Fault::No]);
    records.transact(vec![put("a", Expect::Version(2)).into(), put("b", Expect::Version(1)).into()]).await.unwrap();
    assert_eq!(records.get(&key("a")).await.unwrap().unwrap().version, 3);
}

#[tokio::test]
async fn throttling_that_lasts_is_busy_and_nothing_is_written() {
    let (records, faults) = faulty_records().await;
    for fault in [Fault::Throttled, Fault::Met] {
        faults.set(&[fault]);
        let writes = vec![put("a", Expect::Any).into(), put("b", Expect::Any).into()];
        assert!(is_busy(records.transact(writes).await), "{fault:?}");
    }
    faults.set(&[Fault::Throttled]);
    assert!(is_busy(records.put(put("a", Expect::Any)).await));
    assert!(is_busy(records.delete(&key("a"), Expect::Any).await));
    assert!(is_busy(records.get(&key("a")).await));
    assert!(is_busy(records.batch_get(&[key("a")]).await));
    assert!(is_busy(records.query(&Query::partition(Table::Notes, "p")).await));
    faults.set(&[Fault::No]);
    assert!(records.query(&Query::partition(Table::Notes, "p")).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_done_once_and_is_no_conflict() {
    let (records, faults) = faulty_records().await;
    let unheard = [Fault::Unheard, Fault::No];
    faults.set(&unheard);
    assert_eq!(records.put(put("a", Expect::Absent)).await.unwrap(), 1);
    faults.set(&unheard);
    assert_eq!(records.put(put("a", Expect::Version(1))).await.unwrap(), 2);
    faults.set(&unheard);
    records.transact(vec![put("a", Expect::Version(2)).into(), put("b", Expect::Absent).into()]).await.unwrap();
    let found = records.batch_get(&[key("a"), key("b")]).await.unwrap();
    assert_eq!(found.into_iter().flatten().map(|record| record.version).collect::<Vec<_>>(), [3, 1]);
    faults.set(&unheard);
    records.delete(&key("a"), Expect::Version(3)).await.unwrap();
    faults.set(&unheard);
    records.transact(vec![Write::Delete { key: key("b"), expect: Expect::Version(1) }]).await.unwrap();
    assert!(records.query(&Query::partition(Table::Notes, "p")).await.unwrap().items.is_empty());
    let stale = records.put(put("a", Expect::Version(3))).await;
    assert!(matches!(stale, Err(PortError::Conflict)), "another's is one: {stale:?}");
}

#[tokio::test]
async fn what_a_batch_left_over_is_asked_for_again() {
    let (records, faults) = faulty_records().await;
    let keys: Vec<Key> = (0..5).map(|number| key(&format!("{number}"))).collect();
    for key in &keys {
        records.put(Put { key: key.clone(), ..put("", Expect::Any) }).await.unwrap();
    }
    faults.set(&[Fault::LeftOver, Fault::AllLeftOver, Fault::LeftOver, Fault::No]);
    let found = records.batch_get(&keys).await.unwrap();
    assert_eq!(found.into_iter().flatten().map(|record| record.key).collect::<Vec<_>>(), keys);
    faults.set(&[Fault::AllLeftOver]);
    assert!(is_busy(records.batch_get(&keys).await));
}

#[tokio::test]
async fn blobs_wait_for_s3_and_say_when_it_takes_too_long() {
    let (place, faults) = behind_faults(make_bucket().await).await;
    let blobs = open_blobs(&place).await;
    faults.set(&[Fault::SlowDown, Fault::Unheard, Fault::No]);
    blobs.put("a", "text/plain", b"x".to_vec()).await.unwrap();
    faults.set(&[Fault::SlowDown, Fault::SlowDown, Fault::No]);
    assert_eq!(blobs.get("a", None).await.unwrap(), b"x");
    faults.set(&[Fault::SlowDown]);
    assert!(is_busy(blobs.put("a", "text/plain", b"y".to_vec()).await));
    assert!(is_busy(blobs.get("a", None).await));
    assert!(is_busy(blobs.list("", None).await));
    assert!(is_busy(blobs.delete("a").await));
    assert!(is_busy(blobs.head("a").await));
    faults.set(&[Fault::No]);
    assert_eq!(blobs.get("a", None).await.unwrap(), b"x");
}
