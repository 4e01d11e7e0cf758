//! The one island of the page that a note is written in: it finds the form, and starts the parts that make it more.

use leptos::prelude::*;

use super::page::EditorPage;

/// Where the parts speak to screen readers; its script makes the form around it an editor, as soon as it is there
/// (`data-wake`, which `islands.js` heeds).
#[island(lazy)]
pub fn Writing() -> impl IntoView {
    let owner = Owner::current();
    // Runs in the browser only.
    Effect::new(move |_| {
        let Some(page) = EditorPage::find() else { return };
        let start = || untrack(|| start_parts(&page));
        match &owner {
            Some(owner) => owner.with(start),
            None => start(),
        }
    });
    view! { <p class="visually-hidden" id="editor-said" aria-live="polite"></p> }
}

/// One line each: `part::start(page)`. A part attaches itself to what it finds, keeps its own state in what it hands to
/// listeners, and knows no other part than through [`EditorPage`]. The first is the one that keeps the text.
fn start_parts(page: &EditorPage) {
    super::session::start(page);
    super::complete::start(page);
    super::keys::start(page);
    super::palette::start(page);
    super::find::start(page);
    super::focus::start(page);
    super::properties::start(page);
    super::preview::start(page);
    super::history::start(page);
    super::pictures::start(page);
    super::paste::start(page);
}
