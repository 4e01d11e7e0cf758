//! `/desk/trash`: what was thrown away and can still be had back.

use leptos::prelude::*;

use super::api;
use super::list::further;
use crate::layout::{DeskNav, Head, cursor, head, loaded};
use crate::ui::{Act, Empty, ErrorSummary, Pager, Refusal, date};

/// The trash.
#[component]
pub fn Trash() -> impl IntoView {
    let after = cursor();
    loaded(async move {
        let page = api::trashed(after.clone()).await?;
        head(Head::private("Trash"));
        let first = after.is_some().then(|| "/desk/trash".to_owned());
        let next = page.next.as_deref().map(|next| further("/desk/trash", next));
        let days = format!("Kept for {} days. Restoring puts a note back as it was.", shared::limits::TRASH_DAYS);
        let list = if page.items.is_empty() {
            view! { <Empty title="The trash is empty">"What you move here can be had back."</Empty> }.into_any()
        } else {
            let lines: Vec<_> = page
                .items
                .into_iter()
                .map(|note| {
                    let to = || "/desk/trash".to_owned();
                    view! {
                        <li>
                            <a href=format!("/desk/notes/{}", note.id)>{note.title.clone()}</a>
                            <span class="line-state">{date(note.updated)}</span>
                            <span class="line-acts">
                                <Act to=to() action="restore" label="Restore" about=note.title.clone() id=note.id.to_string()/>
                                <Act
                                    to=to()
                                    action="purge"
                                    label="Delete for good"
                                    about=note.title
                                    id=note.id.to_string()
                                    class="button button-danger"
                                />
                            </span>
                        </li>
                    }
                })
                .collect();
            view! { <p class="hint">{days}</p><ul class="lines">{lines}</ul> }.into_any()
        };
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <h1>"Trash"</h1>
                <ErrorSummary refusal=Refusal::here() fields=&[]/>
                {list}
                <Pager first next/>
            </div>
        }
        .into_any())
    })
}
