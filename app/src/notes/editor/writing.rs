//! The one island of the page that a note is written in: it finds the form, and starts the parts that make it more.

use futures::future::join;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::page::EditorPage;

/// Where the parts speak to screen readers; its script makes the form around it an editor, as soon as it is there
/// (`data-wake`, which `islands.js` heeds).
#[island(lazy)]
pub fn Writing() -> impl IntoView {
    let owner = Owner::current().unwrap_or_default();
    // Runs in the browser only.
    Effect::new(move |_| {
        let Some(page) = EditorPage::find() else { return };
        let owner = owner.clone();
        spawn_local(async move {
            join(super::session::start(&page, &owner), start_comforts(page.clone(), owner.clone())).await;
            // For whoever must know that the form is all of an editor now.
            let _ = page.form().set_attribute("data-awake", "");
        });
    });
    view! { <p class="visually-hidden" id="editor-said" aria-live="polite"></p> }
}

/// What makes writing comfortable, in a part of the WebAssembly of its own: that which keeps the text does not wait for it.
///
/// One line each: `part::start(page)`. A part attaches itself to what it finds, keeps its own state in what it hands to
/// listeners, and knows no other part than through [`EditorPage`].
#[lazy]
fn start_comforts(page: EditorPage, owner: Owner) {
    owner.with(|| {
        untrack(|| {
            super::complete::start(&page);
            super::keys::start(&page);
            super::palette::start(&page);
            super::find::start(&page);
            super::focus::start(&page);
            super::properties::start(&page);
            super::preview::start(&page);
            super::history::start(&page);
            super::pictures::start(&page);
            super::paste::start(&page);
        });
    });
}
