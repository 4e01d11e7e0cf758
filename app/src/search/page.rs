//! `/search`: the box, and what was found.

use leptos::prelude::*;
use shared::files::encode_segment;
use shared::search::{Hit, SearchResults, SnippetRole};

use super::api;
use crate::layout::{Head, head, loaded, page_number, query};
use crate::ui::{Date, Empty, Pager};
use suggest::{Asked, Suggest};

/// The search page.
#[component]
pub fn Search() -> impl IntoView {
    let (text, page) = (query("q").unwrap_or_default(), page_number());
    loaded(async move {
        let asked = !text.trim().is_empty();
        let found = match asked {
            true => Some(api::search(text.clone(), page).await?),
            false => None,
        };
        let title = if asked { format!("Search: {text}") } else { "Search".to_owned() };
        head(Head::private(title));
        provide_context(Asked(text.clone()));
        let results = found.map(|found| view! { <Results found text=text.clone() page/> });
        let help = (!asked).then(|| {
            view! {
                <p class="hint search-help">
                    "Words, a " <q>"phrase"</q> " in quotation marks, the beginning of a word. A slip of the pen is forgiven."
                </p>
            }
        });
        Ok(view! {
            <div class="page search">
                <h1 class="visually-hidden">"Search"</h1>
                <form class="search-form" role="search" action="/search" method="get">
                    <Suggest/>
                    <button type="submit" class="button button-primary">"Search"</button>
                </form>
                {help}
                {results}
            </div>
        }
        .into_any())
    })
}

#[component]
fn Results(found: SearchResults, text: String, page: u32) -> impl IntoView {
    let at = |number: u32| format!("/search?q={}&page={number}", encode_segment(&text));
    let first = (page > 1).then(|| at(1));
    let next = found.next.map(at);
    if found.hits.is_empty() {
        return view! {
            <Empty title="Nothing found">
                <p>{format!("No note has “{text}” in it.")}</p>
                <p>"Try other words, fewer of them, or look through the "<a href="/tags">"tags"</a>"."</p>
            </Empty>
        }
        .into_any();
    }
    let hits: Vec<_> = found.hits.into_iter().map(|hit| view! { <Found hit/> }).collect();
    view! {
        <h2 class="visually-hidden">"What was found"</h2>
        <ol class="entries hits">{hits}</ol>
        <Pager first next/>
    }
    .into_any()
}

#[component]
fn Found(hit: Hit) -> impl IntoView {
    let date = hit.date.map(|at| view! { <p class="entry-date"><Date at/></p> });
    let snippet: Vec<_> = hit
        .snippet
        .into_iter()
        .map(|run| match run.role {
            SnippetRole::Match => view! { <mark>{run.text}</mark> }.into_any(),
            SnippetRole::Context => run.text.into_any(),
        })
        .collect();
    view! {
        <li class="entry">
            {date}
            <div class="entry-text">
                <h3 class="entry-title"><a href=hit.href>{hit.title}</a></h3>
                <p class="entry-excerpt">{snippet}</p>
            </div>
        </li>
    }
}
