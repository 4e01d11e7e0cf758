//! `/desk/trash`: what was thrown away and can still be had back.

use leptos::prelude::*;
use shared::notes::NoteSummary;

use super::api;
use super::list::further;
use crate::layout::{DeskNav, Head, cursor, head, loaded, query};
use crate::ui::{Act, Empty, ErrorSummary, Pager, Refusal, date};

/// The trash.
#[component]
pub fn Trash() -> impl IntoView {
    let after = cursor();
    loaded(async move {
        let page = api::trashed(after.clone()).await?;
        head(Head::private("Trash"));
        let done = query("done").map(|_| view! { <p class="banner" role="status">"Deleted for good."</p> });
        let first = after.is_some().then(|| "/desk/trash".to_owned());
        let next = page.next.as_deref().map(|next| further("/desk/trash", next));
        let days = format!("Kept for {} days. Restoring puts a note back as it was.", shared::limits::TRASH_DAYS);
        let list = if page.items.is_empty() {
            view! { <Empty title="The trash is empty">"What you move here can be had back."</Empty> }.into_any()
        } else {
            let lines: Vec<_> = page.items.into_iter().map(line).collect();
            view! { <p class="hint">{days}</p><ul class="lines">{lines}</ul> }.into_any()
        };
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <h1>"Trash"</h1>
                {done}
                <ErrorSummary refusal=Refusal::here() fields=&[]/>
                {list}
                <Pager first next/>
            </div>
        }
        .into_any())
    })
}

fn line(note: NoteSummary) -> AnyView {
    let id = note.id.to_string();
    view! {
        <li>
            <a href=format!("/desk/notes/{id}")>{note.title.clone()}</a>
            <span class="line-state">{date(note.updated)}</span>
            <div class="line-acts">
                <Act to="/desk/trash" action="restore" label="Restore" about=note.title.clone() id=id.clone()/>
                <Act
                    to="/desk/trash"
                    action="purge"
                    label="Delete for good"
                    about=note.title
                    id=id
                    class="button button-danger"
                />
            </div>
        </li>
    }
    .into_any()
}
