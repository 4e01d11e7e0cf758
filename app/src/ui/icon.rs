//! The few pictures of the interface. Each stands beside or instead of words that say the same.

use leptos::prelude::*;

/// A picture of 1 em, drawn in the colour of the text; hidden from screen readers.
#[component]
pub fn Icon(
    /// One of those below; nothing for any other.
    name: &'static str,
) -> impl IntoView {
    let path = match name {
        "search" => "M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM16.2 16.2L21 21",
        "back" => "M20 12H4m6-6l-6 6l6 6",
        "on" => "M4 12h16m-6-6l6 6l-6 6",
        _ => "",
    };
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=path fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"></path>
        </svg>
    }
}
