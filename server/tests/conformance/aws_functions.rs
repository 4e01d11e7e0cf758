//! The functions themselves, as programs, on a Lambda Runtime API of our own: claim a site, publish, read, search.

use std::collections::HashMap;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use base64::Engine as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::people::make_pool;
use super::{endpoint, make_tables};

const SECRET: &str = "said by CloudFront";
const SITE: &str = "https://site.example";

/// A function: a running program that asks us for events.
struct Function {
    program: Child,
    events: mpsc::Sender<Event>,
}

type Event = (Value, oneshot::Sender<Result<Value, Value>>);

#[derive(Clone)]
struct Runtime {
    events: Arc<Mutex<mpsc::Receiver<Event>>>,
    waiting: Arc<Mutex<HashMap<String, oneshot::Sender<Result<Value, Value>>>>>,
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Function {
    async fn start(program: &str, settings: &[(&str, String)]) -> Self {
        let (events, queue) = mpsc::channel(1);
        let runtime = Runtime { events: Arc::new(Mutex::new(queue)), waiting: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let api = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{outcome}", post(done))
            .with_state(runtime);
        tokio::spawn(async move { axum::serve(listener, api).await.unwrap() });
        let program = Command::new(program)
            .env_clear()
            .envs([("AWS_LAMBDA_FUNCTION_NAME", "site"), ("AWS_LAMBDA_FUNCTION_VERSION", "1")])
            .envs([("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"), ("AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH", "true")])
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .envs(settings.iter().map(|(name, value)| (*name, value.as_str())))
            .spawn()
            .unwrap();
        Self { program, events }
    }

    async fn invoke(&self, event: Value) -> Result<Value, Value> {
        let (done, outcome) = oneshot::channel();
        self.events.send((event, done)).await.unwrap();
        tokio::time::timeout(Duration::from_secs(60), outcome).await.expect("it answers within a minute").unwrap()
    }
}

async fn next(State(runtime): State<Runtime>) -> Response<Body> {
    let (event, done) = runtime.events.lock().await.recv().await.expect("the test goes on");
    let id = format!("{:032x}", rand::random::<u128>());
    runtime.waiting.lock().await.insert(id.clone(), done);
    Response::builder()
        .header("lambda-runtime-aws-request-id", id)
        .header("lambda-runtime-deadline-ms", "32503680000000")
        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:site")
        .body(event.to_string().into())
        .unwrap()
}

async fn done(State(runtime): State<Runtime>, Path((id, outcome)): Path<(String, String)>, body: Bytes) -> StatusCode {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let outcome = if outcome == "response" { Ok(body) } else { Err(body) };
    runtime.waiting.lock().await.remove(&id).expect("it was asked").send(outcome).unwrap();
    StatusCode::ACCEPTED
}

/// What API Gateway makes of a request (REST API, Lambda proxy integration).
fn request(method: &str, path: &str, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Value {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query: HashMap<&str, Vec<&str>> =
        query.split('&').filter_map(|pair| pair.split_once('=')).fold(HashMap::new(), |mut all, (name, value)| {
            all.entry(name).or_insert_with(Vec::new).push(value);
            all
        });
    let mut all = HashMap::from([
        ("host", vec!["abc.execute-api.us-east-1.amazonaws.com"]),
        ("x-forwarded-for", vec!["192.0.2.7, 198.51.100.1"]),
        ("x-origin-secret", vec![SECRET]),
        ("origin", vec![SITE]),
        ("content-type", vec!["application/x-www-form-urlencoded"]),
    ]);
    all.extend(headers.iter().map(|(name, value)| (*name, vec![*value])));
    let form: Vec<String> = form
        .iter()
        .map(|(name, value)| {
            format!("{name}={}", percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC))
        })
        .collect();
    json!({
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {},
        "multiValueHeaders": all,
        "queryStringParameters": null,
        "multiValueQueryStringParameters": query,
        "pathParameters": { "proxy": path.trim_start_matches('/') },
        "stageVariables": null,
        "requestContext": {
            "accountId": "000000000000", "apiId": "abc", "resourceId": "r", "stage": "live", "requestId": "1",
            "resourcePath": "/{proxy+}", "httpMethod": method, "path": format!("/live{path}"), "protocol": "HTTP/1.1",
            "identity": { "sourceIp": "198.51.100.1" },
        },
        "body": base64::engine::general_purpose::STANDARD.encode(form.join("&")),
        "isBase64Encoded": true,
    })
}

struct Answer {
    status: u64,
    headers: HashMap<String, String>,
    body: String,
}

impl Answer {
    fn of(value: &Value) -> Self {
        let mut headers = HashMap::new();
        for (name, values) in value["multiValueHeaders"].as_object().into_iter().flatten() {
            headers.insert(name.to_ascii_lowercase(), values[0].as_str().unwrap().to_owned());
        }
        for (name, value) in value["headers"].as_object().into_iter().flatten() {
            headers.insert(name.to_ascii_lowercase(), value.as_str().unwrap().to_owned());
        }
        let body = value["body"].as_str().unwrap_or_default();
        let body = match value["isBase64Encoded"] == true {
            true => String::from_utf8(base64::engine::general_purpose::STANDARD.decode(body).unwrap()).unwrap(),
            false => body.to_owned(),
        };
        Self { status: value["statusCode"].as_u64().unwrap(), headers, body }
    }

    fn to(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.body);
        &self.headers["location"]
    }
}

struct Home {
    pages: Function,
    worker: Function,
    _copies: TempDir,
}

impl Home {
    async fn start() -> Self {
        let (place, pool, copies) = (make_tables().await, make_pool(), tempfile::tempdir().unwrap());
        place.aws.s3().create_bucket().bucket(&place.name).send().await.unwrap();
        let settings = [
            ("COMMONPLACE_TABLES", format!("{}-", place.name)),
            ("COMMONPLACE_BUCKET", place.name.clone()),
            ("COMMONPLACE_USER_POOL", pool.id.clone()),
            ("COMMONPLACE_USER_POOL_CLIENT", pool.client.clone()),
            ("COMMONPLACE_MAIL_FROM", "site@example.org".into()),
            ("COMMONPLACE_ORIGIN_SECRET", SECRET.into()),
            ("COMMONPLACE_COPIES", copies.path().to_str().unwrap().into()),
            ("COMMONPLACE_URL", SITE.into()),
            ("COMMONPLACE_LOG", "warn".into()),
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_ACCESS_KEY_ID", "test".into()),
            ("AWS_SECRET_ACCESS_KEY", "test".into()),
            ("AWS_ENDPOINT_URL", endpoint()),
        ];
        let pages = Function::start(env!("CARGO_BIN_EXE_lambda"), &settings).await;
        let worker = Function::start(env!("CARGO_BIN_EXE_worker"), &settings).await;
        Self { pages, worker, _copies: copies }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Answer {
        Answer::of(&self.pages.invoke(request(method, path, headers, form)).await.unwrap())
    }
}

#[tokio::test]
async fn a_site_is_claimed_written_and_found_through_its_functions() {
    let home = Home::start().await;
    assert_eq!(home.ask("GET", "/healthz", &[("x-origin-secret", "no")], &[]).await.status, 403);
    assert_eq!(home.ask("GET", "/healthz", &[], &[]).await.status, 200);
    assert_eq!(home.worker.invoke(json!({ "source": "aws.events" })).await.unwrap()["events"], 0);

    let link = home.worker.invoke(json!({ "ask": "owner-link" })).await.unwrap();
    let claim = link["link"].as_str().unwrap().strip_prefix(SITE).unwrap();
    let owner = [("name", "Ada"), ("email", "ada@example.org"), ("password", "a long walk by the grey sea, é")];
    let claimed = home.ask("POST", claim, &[], &owner).await;
    assert_eq!(claimed.to(), "/desk");
    let cookie = claimed.headers["set-cookie"].split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    let cookie = [("cookie", cookie.as_str())];

    let note = [("title", "Tides"), ("body", "The moon pulls at the *estuary*."), ("visibility", "public")];
    let publish = [&note[..], &[("action", "publish")]].concat();
    let published = home.ask("POST", "/desk/notes/new", &cookie, &publish).await;
    assert!(published.to().starts_with("/desk/notes/"), "{}", published.to());
    let stream = json!({ "Records": [{ "eventName": "INSERT", "dynamodb": { "SequenceNumber": "1" } }] });
    assert_eq!(home.worker.invoke(stream).await.unwrap(), json!({ "batchItemFailures": [] }));

    let page = home.ask("GET", "/notes/tides", &[], &[]).await;
    assert!(page.status == 200 && page.body.contains("<em>estuary</em>"), "{} {}", page.status, page.body);
    let again = home.ask("GET", "/notes/tides", &[("if-none-match", &page.headers["etag"])], &[]).await;
    assert_eq!(again.status, 304);
    let found = home.ask("GET", "/search?q=estuary", &[], &[]).await;
    assert!(found.body.contains("/notes/tides"), "{}", found.body);
    assert!(home.ask("GET", "/", &[], &[]).await.body.contains("Tides"));
    assert_eq!(home.ask("GET", "/desk", &[], &[]).await.to(), "/sign-in?next=%2Fdesk");

    let wrong = [("email", "ada@example.org"), ("password", "not the password")];
    assert_eq!(home.ask("POST", "/sign-in", &[], &wrong).await.status, 422);
    let right = [("email", "ADA@example.org"), ("password", "a long walk by the grey sea, é")];
    assert_eq!(home.ask("POST", "/sign-in", &[], &right).await.to(), "/desk");
}
