//! The editor's door to the site: typed questions, each with a time limit, and answers that are told apart. By hand, as
//! the client that server functions bring along tells no portal from a refusal and waits for ever.

mod attach;

use std::cell::RefCell;

use leptos::prelude::{document, window};
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use shared::editor::{Autosave, Names, Preview, Received, Reply, Trouble};
use shared::ids::NoteId;
use shared::notes::{DiffRun, EditNote, Note, SaveOutcome, Version, VersionSummary};
use shared::page::Page;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, DomException, Headers, RequestInit, RequestRedirect, Response};

pub use attach::attach;

/// Names the build of the site that answers.
pub const BUILD: &str = "x-commonplace-build";

/// Milliseconds that a save may take: a note of 256 KiB over a slow line has to get through.
const SAVING: u32 = 30_000;
/// Milliseconds that anything else may take.
const ASKING: u32 = 15_000;

thread_local! {
    static LATEST: RefCell<String> = RefCell::default();
}

/// Whether the site that answered last is another build than this page: the editor goes on saving, and says that it
/// would like to be loaded again.
pub fn is_outdated() -> bool {
    let own = document().document_element().and_then(|html| html.get_attribute("data-build")).unwrap_or_default();
    LATEST.with_borrow(|latest| !latest.is_empty() && !own.is_empty() && *latest != own)
}

/// Saves. May be sent again with the same key, whatever came back, until it is answered; once answered it must not be
/// sent again with other content. What to know:
///
/// - A refusal ([`Trouble::Refused`]) stores nothing at all. Where the field at fault is not `body`, send the text again
///   under a new key with the stored value of that field; where a publishing was refused, with the goal `Keep`.
/// - Send the stored slug until its owner is done with the field (`change`, not `input`): every slug that a published
///   note ever had redirects for ever. An empty one leaves the choice to the site.
/// - After a conflict, save again only with what its owner made of it and `base` the stored version. Every other text
///   that is sent from the same base is one more version.
/// - A conflict may only mean that the text of `base` is not kept any more (a hundred saves of others ago): the device
///   has it and can merge by itself (`shared::merge::merge(base, stored, mine)`) before it troubles anybody.
pub async fn autosave(save: &Autosave) -> Reply<SaveOutcome> {
    post("notes/autosave", &json!({ "save": save }), SAVING).await
}

/// The same, of a page that may be gone before the answer: small bodies get through all the same (Fetch, 4.6).
pub async fn autosave_and_go(save: &Autosave) -> Reply<SaveOutcome> {
    const BYTES: usize = 60_000;
    let body = serde_json::to_string(&json!({ "save": save })).unwrap_or_default();
    let request = RequestInit::new();
    request.set_method("POST");
    // `web-sys` has no setter of it. Where it is not heeded, the device has the text all the same.
    let _ = js_sys::Reflect::set(&request, &"keepalive".into(), &(body.len() < BYTES).into());
    request.set_body(&body.into());
    ask("/api/fn/notes/autosave", &request, SAVING).await
}

/// Keeps a text as a version beside the working one, which stays as it is. The same text twice is one version.
pub async fn keep_beside(id: NoteId, edit: &EditNote) -> Reply<Note> {
    post("notes/keep_beside", &json!({ "id": id, "edit": edit }), SAVING).await
}

/// The working note, if its version is not the one that is known.
pub async fn current(id: NoteId, known: u64) -> Reply<Option<Note>> {
    get("notes/current", &[("id", &id.to_string()), ("known", &known.to_string())]).await
}

/// Everything that can be completed, if it is not what goes by this mark (empty for nothing).
pub async fn names(known: &str) -> Reply<Option<Names>> {
    get("notes/names", &[("known", known)]).await
}

/// A text as its page would show it, of a note that is there or of none.
pub async fn preview_text(id: Option<NoteId>, body: &str) -> Reply<Preview> {
    post("notes/preview_text", &json!({ "id": id, "body": body }), ASKING).await
}

/// A page of a note's versions, latest first.
pub async fn history(id: NoteId, cursor: Option<&str>) -> Reply<Page<VersionSummary>> {
    let id = id.to_string();
    let first = [("id", id.as_str())];
    let fields = first.into_iter().chain(cursor.map(|cursor| ("cursor", cursor)));
    get("notes/history", &fields.collect::<Vec<_>>()).await
}

/// A version, and how it differs from the one before it.
pub async fn version(id: NoteId, number: u64) -> Reply<(Version, Vec<DiffRun>)> {
    get("notes/version", &[("id", &id.to_string()), ("number", &number.to_string())]).await
}

/// Makes a version's title and text the working ones, as a new version.
pub async fn restore_version(id: NoteId, number: u64) -> Reply<Note> {
    post("notes/restore_version", &json!({ "id": id, "number": number }), ASKING).await
}

/// Names a version, and so keeps it for ever; an empty name takes the name away.
pub async fn name_version(id: NoteId, number: u64, name: &str) -> Reply<VersionSummary> {
    post("notes/name_version", &json!({ "id": id, "number": number, "name": name }), ASKING).await
}

/// Nobody else sees it from now on.
pub async fn withdraw(id: NoteId) -> Reply<Note> {
    post("notes/withdraw", &json!({ "id": id }), ASKING).await
}

/// Into the trash.
pub async fn trash(id: NoteId) -> Reply<Note> {
    post("notes/trash", &json!({ "id": id }), ASKING).await
}

/// Out of the trash.
pub async fn restore(id: NoteId) -> Reply<Note> {
    post("notes/restore", &json!({ "id": id }), ASKING).await
}

async fn post<T: DeserializeOwned>(function: &str, arguments: &impl Serialize, limit: u32) -> Reply<T> {
    // Has no error: what is sent are texts and numbers.
    let body = serde_json::to_string(arguments).unwrap_or_default();
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&body.into());
    ask(&format!("/api/fn/{function}"), &request, limit).await
}

async fn get<T: DeserializeOwned>(function: &str, fields: &[(&str, &str)]) -> Reply<T> {
    let encode = |text: &str| String::from(js_sys::encode_uri_component(text));
    let query: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    ask(&format!("/api/fn/{function}?{}", query.join("&")), &RequestInit::new(), ASKING).await
}

async fn ask<T: DeserializeOwned>(address: &str, request: &RequestInit, limit: u32) -> Reply<T> {
    let answer = fetch(address, request, limit).await.map_err(|error| trouble_of(&error))?;
    answer.read()
}

/// An answer with its texts.
struct Answer {
    status: u16,
    content_type: String,
    retry_after: String,
    build: String,
    body: String,
}

impl Answer {
    fn read<T: DeserializeOwned>(&self) -> Reply<T> {
        let Self { status, content_type, retry_after, build, body } = self;
        if !build.is_empty() {
            LATEST.with_borrow_mut(|latest| latest.clone_from(build));
        }
        Received { status: *status, content_type, retry_after, build, body }.read()
    }
}

async fn fetch(address: &str, request: &RequestInit, limit: u32) -> Result<Answer, JsValue> {
    // The limit holds for the body too.
    request.set_signal(Some(&AbortSignal::timeout_with_u32(limit)));
    // No answer of the site is a redirect: one that comes is a portal's, and comes back as status 0.
    request.set_redirect(RequestRedirect::Manual);
    let headers = Headers::new()?;
    headers.set("content-type", "application/json")?;
    headers.set("accept", "application/json")?;
    request.set_headers_headers(&headers);
    let response: Response = JsFuture::from(window().fetch_with_str_and_init(address, request)).await?.dyn_into()?;
    let header = |name: &str| response.headers().get(name).ok().flatten().unwrap_or_default();
    let (status, content_type) = (response.status(), header("content-type"));
    let (retry_after, build) = (header("retry-after"), header(BUILD));
    let body = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Ok(Answer { status, content_type, retry_after, build, body })
}

/// `fetch` fails with a `TimeoutError` at the limit, and with a `TypeError` for whatever else is wrong with the line.
fn trouble_of(error: &JsValue) -> Trouble {
    let name = error.dyn_ref::<DomException>().map(DomException::name).unwrap_or_default();
    if matches!(name.as_str(), "TimeoutError" | "AbortError") { Trouble::TimedOut } else { Trouble::Unreachable }
}
