//! `/desk/offline`: what the service worker shows without a network for a page that it does not keep.

use leptos::prelude::*;

use super::api;
use super::editor::unsent::Unsent;
use crate::layout::{DeskNav, Head, head, loaded};

/// The page.
#[component]
pub fn Offline() -> impl IntoView {
    loaded(async {
        // Asks whether the viewer is the owner, and so answers anybody else as every desk page does.
        api::desk().await?;
        head(Head::private("Without a network"));
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <h1>"This page needs the network"</h1>
                <p class="hint">
                    "The site cannot be reached just now. On this device there are "<a href="/desk">"the desk"</a>", "
                    <a href="/desk/notes/new">"new notes"</a>
                    " and the notes that were opened here lately. What you write is kept here, and goes to the site when it can be reached again."
                </p>
                <Unsent/>
            </div>
        }
        .into_any())
    })
}
