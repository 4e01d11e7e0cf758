//! `/desk/notes/new` and `/desk/notes/{id}`: writing a note.

use leptos::prelude::*;
use shared::notes::Note;

use super::api;
use super::editor::{Editor, Stored};
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
        let note: Note = api::open(id).await?;
        head(Head::private(format!("Editing {}", note.title)));
        Ok(view! { <Editor stored=Stored::from(note)/> }.into_any())
    })
}
