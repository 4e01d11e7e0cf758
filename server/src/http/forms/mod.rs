//! The form door: a plain form posted to its page's own address. Parse the shared input type, call the verb, answer 303;
//! or render the page again with the status, the error and what was typed.
//!
//! | address | fields | `action` |
//! | --- | --- | --- |
//! | `/claim/{token}` | `name` `email` `password` | |
//! | `/sign-in` | `email` `password` `next`, and a carried form | |
//! | `/sign-out` | | |
//! | `/account` | `present` `password`; `id` | `password` `revoke` |
//! | `/desk/notes/new` | `title` `body` `slug` `tags` `aliases` `visibility` `file` `alt` | `save` `publish` `attach` |
//! | `/desk/notes/{id}` | the same and `base` | the same and `withdraw` `trash` `restore` |
//! | `/desk/notes/{id}/history/{number}` | `name` | `restore` `name` |
//! | `/desk/files` | `file` | `upload` |
//! | `/desk/trash` | `id` | `restore` `purge` |
//! | `/desk/settings` | `title` `description` `author` `language` `accent` `navigation` `home_note` `base` | |
//!
//! A field that a form of a note or of the settings does not have keeps what is stored.

mod accounts;
mod carry;
mod files;
mod notes;
mod settings;

use std::sync::Arc;

use app::context::{Left, Outcome, Typed};
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use shared::ids::NoteId;
use shared::notes::SaveOutcome;
use shared::{Error, Viewer};

use super::body::{self, Files, Form};
use super::session::Asker;
use super::web::Web;
use super::whole::Audience;
use super::{errors, pages};

/// A form of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Address {
    Claim(String),
    SignIn,
    SignOut,
    Account,
    NewNote,
    Note(NoteId),
    Version(NoteId, u64),
    Files,
    Trash,
    Settings,
}

impl Address {
    fn of(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match parts.as_slice() {
            ["claim", token] => Some(Self::Claim((*token).to_owned())),
            ["sign-in"] => Some(Self::SignIn),
            ["sign-out"] => Some(Self::SignOut),
            ["account"] => Some(Self::Account),
            ["desk", "notes", "new"] => Some(Self::NewNote),
            ["desk", "notes", id] => id.parse().ok().map(Self::Note),
            ["desk", "notes", id, "history", number] => Some(Self::Version(id.parse().ok()?, number.parse().ok()?)),
            ["desk", "files"] => Some(Self::Files),
            ["desk", "trash"] => Some(Self::Trash),
            ["desk", "settings"] => Some(Self::Settings),
            _ => None,
        }
    }

    fn needs_session(&self) -> bool {
        !matches!(self, Self::Claim(_) | Self::SignIn | Self::SignOut)
    }
}

/// A form was accepted.
#[derive(Debug)]
struct Done {
    /// Where to look next.
    to: String,
    cookie: Option<HeaderValue>,
}

impl Done {
    fn at(to: impl Into<String>) -> Self {
        Self { to: to.into(), cookie: None }
    }
}

/// A form was not accepted.
#[derive(Debug)]
struct Refusal {
    error: Error,
    /// The page that shows the form again, where it is not the one it was posted to.
    page: Option<String>,
    left: Left,
    conflict: Option<SaveOutcome>,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, page: None, left: Left::Nothing, conflict: None }
    }
}

/// What became of a form.
type Accepted = Result<Done, Refusal>;

/// Answers a POST to any address without a line of its own.
pub(super) async fn post(web: &Web, head: Parts, sent: Body) -> Response {
    let Some(address) = Address::of(head.uri.path()) else { return errors::not_allowed("GET, HEAD") };
    let mut asker = match Asker::of(web, &head).await {
        Ok(asker) => asker,
        Err(error) => return errors::of(&error),
    };
    let files = if asker.visit.viewer.is_owner() { Files::Keep } else { Files::Drop };
    let form = match body::form(&head.headers, sent, files).await {
        Ok(form) => form,
        Err(refused) => return refused.answer(),
    };
    if address.needs_session() && asker.visit.viewer == Viewer::Visitor {
        return carry::ask_to_sign_in(web, &asker, form, &head.headers).await;
    }
    if address == Address::SignIn {
        return accounts::sign_in(web, &mut asker, form, &head.headers).await;
    }
    run(web, &asker, &address, form, &head.headers).await
}

/// Hands a form to its verb and answers with what became of it.
async fn run(web: &Web, asker: &Asker, address: &Address, mut form: Form, headers: &HeaderMap) -> Response {
    let accepted = match address {
        Address::Claim(token) => accounts::claim(web, asker, token, &form).await,
        Address::SignIn => Err(Error::NotFound.into()),
        Address::SignOut => accounts::sign_out(web, asker).await,
        Address::Account => accounts::change(web, asker, &form).await,
        Address::NewNote => notes::create(web, asker, &mut form).await,
        Address::Note(id) => notes::edit(web, asker, *id, &mut form).await,
        Address::Version(id, number) => notes::version(web, asker, *id, *number, &form).await,
        Address::Files => files::upload(web, asker, &mut form).await,
        Address::Trash => notes::trash(web, asker, &form).await,
        Address::Settings => settings::save(web, asker, &form).await,
    };
    match accepted {
        Ok(done) => {
            let response = pages::see_other(&done.to);
            match done.cookie {
                Some(cookie) => pages::with_cookie(response, cookie),
                None => response,
            }
        }
        Err(refusal) => {
            let Refusal { error, page, left, conflict } = refusal;
            let outcome = Outcome { error: Some(error), typed: typed(&form), left, conflict, carried: None };
            again(web, asker, page, outcome, headers).await
        }
    }
}

/// The page again, with what was typed and the status that says why.
async fn again(web: &Web, asker: &Asker, page: Option<String>, outcome: Outcome, headers: &HeaderMap) -> Response {
    let error = outcome.error.clone().unwrap_or(Error::Internal);
    // What was written so far must show.
    web.wrote();
    let mut visit = asker.visit.clone();
    visit.query = String::new();
    if let Some(page) = page {
        visit.path = page;
    }
    let (mut parts, whole) = pages::render(web, visit, Some(outcome)).await;
    parts.moved = None;
    parts.status = Some(error.status());
    let mut response = pages::answer(&parts, &Arc::new(whole), headers, Audience::Nobody);
    errors::retry_after(&mut response, &error);
    response
}

/// Fields of passwords: the one that is set or asked for, and the present one.
const SECRETS: [&str; 2] = ["password", "present"];

/// What goes back into the fields. A password does not.
fn typed(form: &Form) -> Typed {
    let mut typed = Typed::default();
    for (name, value) in form.fields.iter().filter(|(name, _)| !SECRETS.contains(&name.as_str())) {
        typed.0.entry(name.clone()).or_default().push(value.clone());
    }
    typed
}

/// An action that a form does not have.
fn unknown_action(action: &str) -> Refusal {
    Error::invalid("action", format!("This form cannot do “{action}”.")).into()
}
