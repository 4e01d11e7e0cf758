//! `/desk/unresolved`: links that lead nowhere, each with the sentence it stands in.

use leptos::prelude::*;

use super::api;
use super::list::further;
use crate::layout::{DeskNav, Head, cursor, head, loaded};
use crate::ui::{Empty, Pager};

/// The list of links that lead nowhere.
#[component]
pub fn Unresolved() -> impl IntoView {
    let after = cursor();
    loaded(async move {
        let page = api::unresolved(after.clone()).await?;
        head(Head::private("Links that lead nowhere"));
        let first = after.is_some().then(|| "/desk/unresolved".to_owned());
        let next = page.next.as_deref().map(|next| further("/desk/unresolved", next));
        let list = if page.items.is_empty() {
            view! { <Empty title="Every link leads somewhere">"Links to notes that are not there yet are listed here."</Empty> }
                .into_any()
        } else {
            let lines: Vec<_> = page
                .items
                .into_iter()
                .map(|link| {
                    let make = format!("/desk/notes/new?title={}", shared::files::encode_segment(&link.target));
                    view! {
                        <li>
                            <span class="unresolved-target">{link.target.clone()}</span>
                            <span class="line-state"><span>"in "<a href=format!("/desk/notes/{}", link.from.id)>{link.from.title}</a></span></span>
                            <q class="unresolved-sentence">{link.sentence}</q>
                            <a class="line-acts" href=make>"Write it"<span class="visually-hidden">{format!(": {}", link.target)}</span></a>
                        </li>
                    }
                })
                .collect();
            view! { <ul class="lines lines-tall">{lines}</ul> }.into_any()
        };
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <h1>"Links that lead nowhere"</h1>
                {list}
                <Pager first next/>
            </div>
        }
        .into_any())
    })
}
