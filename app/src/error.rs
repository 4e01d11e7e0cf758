//! Errors: their form on the wire, and the page that shows one. The only place that says an answer's status.

use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};
use shared::Error;

use crate::layout::{Head, Robots, head};
use crate::{context, notes};

/// [`shared::Error`] as server functions answer it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Failure(pub Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    /// What went wrong on the way says nothing a caller may learn.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self(Error::invalid("request", "It could not be read."))
            }
            _ => Self(Error::Internal),
        }
    }
}

/// What a server function answers.
pub type Answered<T> = Result<T, Failure>;

/// The page for an address that leads nowhere.
#[component]
pub fn Absent() -> impl IntoView {
    failed(Failure(Error::NotFound))
}

/// The page in place of one that could not be made, with its status.
pub fn failed(Failure(error): Failure) -> AnyView {
    context::answer().failed(&error);
    head(Head { robots: Robots::Hide, ..Head::titled(heading(&error)) });
    let Error::NotFound = error else { return view! { <Apology error/> }.into_any() };
    let path = context::visit().path;
    Suspend::new(async move {
        let suggestions = notes::api::resembling(path).await.unwrap_or_default();
        view! { <Missing suggestions/> }
    })
    .into_any()
}

fn heading(error: &Error) -> &'static str {
    match error {
        Error::NotFound => "There is nothing here",
        Error::Denied => "This is the owner’s",
        Error::Busy { .. } => "Too busy just now",
        Error::Internal => "Something went wrong",
        _ => "That did not work",
    }
}

#[component]
fn Missing(suggestions: Vec<shared::notes::NoteSummary>) -> impl IntoView {
    let list = (!suggestions.is_empty()).then(|| {
        let links: Vec<_> = suggestions
            .into_iter()
            .map(|note| view! { <li><a href=crate::ui::note_href(&note.slug)>{note.title}</a></li> })
            .collect();
        view! {
            <h2>"Perhaps you were looking for"</h2>
            <ul>{links}</ul>
        }
    });
    view! {
        <div class="page notice">
            <p class="overline">"404"</p>
            <h1>"There is nothing here"</h1>
            <p>"No page has this address. It may have been mistyped, or what stood here is no longer public."</p>
            {list}
            <p class="notice-ways">
                <a href="/">"The front page"</a>
                <a href="/notes">"All notes"</a>
                <a href="/search">"Search"</a>
            </p>
        </div>
    }
}

#[component]
fn Apology(error: Error) -> impl IntoView {
    let status = error.status().to_string();
    let visit = context::visit();
    let way = match &error {
        Error::Denied => view! { <p class="notice-ways"><a href="/sign-in">"Sign in"</a></p> }.into_any(),
        Error::Internal => {
            let reference = format!("If you report this, name it as {}.", visit.request_id);
            view! {
                <p>{(!visit.request_id.is_empty()).then_some(reference)}</p>
                <p class="notice-ways"><a href=visit.path>"Try again"</a><a href="/">"The front page"</a></p>
            }
            .into_any()
        }
        _ => view! { <p class="notice-ways"><a href=visit.path>"Try again"</a></p> }.into_any(),
    };
    view! {
        <div class="page notice">
            <p class="overline">{status}</p>
            <h1>{heading(&error)}</h1>
            <p>{error.to_string()}</p>
            {way}
        </div>
    }
}
