//! A list of notes as readers see it: dates in the margin, titles, first words.

use leptos::prelude::*;
use shared::Visibility;
use shared::notes::NoteSummary;

use crate::ui::{Date, note_href, tag_href};

/// Notes, one after the other; an `h-feed` to machines.
#[component]
pub fn Entries(
    /// In the list's order.
    notes: Vec<NoteSummary>,
) -> impl IntoView {
    let entries: Vec<_> = notes.into_iter().map(|note| view! { <Entry note/> }).collect();
    view! { <ol class="entries h-feed">{entries}</ol> }
}

#[component]
fn Entry(note: NoteSummary) -> impl IntoView {
    let href = note_href(&note.slug);
    let date = note.date.map(|at| view! { <p class="entry-date"><Date at class="dt-published"/></p> });
    let mark = (note.visibility != Visibility::Public)
        .then(|| view! { <span class="badge">{note.visibility.as_str()}</span> });
    let excerpt = (!note.excerpt.is_empty()).then(|| view! { <p class="entry-excerpt p-summary">{note.excerpt}</p> });
    view! {
        <li class="entry h-entry">
            {date}
            <div class="entry-text">
                <h3 class="entry-title"><a class="u-url p-name" href=href>{note.title}</a>{mark}</h3>
                {excerpt}
            </div>
        </li>
    }
}

/// A note's tags, each a link to its page.
#[component]
pub fn TagLinks(
    /// As written.
    tags: Vec<String>,
) -> impl IntoView {
    if tags.is_empty() {
        return ().into_any();
    }
    let links: Vec<_> = tags
        .into_iter()
        .map(|tag| {
            let href = tag_href(&tag);
            view! { <li><a class="tag p-category" rel="tag" href=href>{tag}</a></li> }
        })
        .collect();
    view! { <ul class="tags" aria-label="Tags">{links}</ul> }.into_any()
}
