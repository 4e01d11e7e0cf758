//! `/desk/notes/new` and `/desk/notes/{id}`: writing a note.

use leptos::prelude::*;
use shared::Error;
use shared::ids::NoteId;

use super::api;
use super::editor::{Editor, Stored};
use crate::context;
use crate::error::Failure;
use crate::layout::{Head, head, loaded, param, query};

/// A note that is not there yet.
#[component]
pub fn New() -> impl IntoView {
    loaded(async {
        // Asks whether the viewer is the owner, and so answers anybody else as every desk page does.
        api::desk().await?;
        head(Head::private("New note"));
        let title = query("title").unwrap_or_default();
        Ok(view! { <Editor stored=Stored { title, ..Stored::default() }/> }.into_any())
    })
}

/// A note that is.
#[component]
pub fn Edit() -> impl IntoView {
    let id = param("id");
    loaded(async move {
        let note = match (api::open(id.clone()).await, id.parse()) {
            (Err(Failure(Error::NotFound)), Ok(id)) => return Ok(gone(id)),
            (answer, _) => answer?,
        };
        head(Head::private(format!("Editing {}", note.title)));
        Ok(view! { <Editor stored=Stored::from(note)/> }.into_any())
    })
}

/// In place of a note that was removed for good: this device may still have text of it, which the page for new ones finds.
fn gone(id: NoteId) -> AnyView {
    context::answer().failed(&Error::NotFound);
    head(Head::private("This note is not on the site"));
    view! {
        <div class="page notice">
            <p class="overline">"404"</p>
            <h1>"This note is not on the site"</h1>
            <p>"It was removed for good, or never was here. What this device still has of it can be gone on with."</p>
            <p class="notice-ways">
                <a href=format!("/desk/notes/new?key={id}")>"Write on with what this device has"</a>
                <a href="/desk">"The desk"</a>
            </p>
        </div>
    }
    .into_any()
}
