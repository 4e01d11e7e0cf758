//! `/notes`: everything there is to read, latest first.

use leptos::prelude::*;

use super::api;
use super::entries::Entries;
use crate::layout::{Head, cursor, head, loaded};
use crate::ui::{Empty, Pager};

/// The list of notes.
#[component]
pub fn List() -> impl IntoView {
    let after = cursor();
    loaded(async move {
        let page = api::list(after.clone()).await?;
        let first = after.is_some().then(|| "/notes".to_owned());
        let next = page.next.as_deref().map(|next| further("/notes", next));
        head(Head {
            description: Some("All notes, the latest first.".into()),
            prev: first.clone(),
            next: next.clone(),
            ..Head::titled("Notes")
        });
        let list = if page.items.is_empty() {
            view! { <Empty title="No notes yet">"What is published appears here, the latest first."</Empty> }.into_any()
        } else {
            view! { <Entries notes=page.items/> }.into_any()
        };
        Ok(view! {
            <div class="page">
                <header class="page-head">
                    <h1>"Notes"</h1>
                    <p class="page-lede">"The latest first. There is also a list "<a href="/archive">"by year"</a>" and one "<a href="/tags">"by subject"</a>"."</p>
                </header>
                <h2 class="visually-hidden">"All notes"</h2>
                {list}
                <Pager first next/>
            </div>
        }
        .into_any())
    })
}

/// The address at which a list goes on.
pub fn further(list: &str, cursor: &str) -> String {
    format!("{list}?after={}", shared::files::encode_segment(cursor))
}
