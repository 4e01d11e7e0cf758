//! The search box that suggests as one types: the one island of a visitor's pages.

use leptos::prelude::*;

/// A field named `q`. Without script it is just that.
#[island(lazy)]
pub fn Suggest(
    /// What it holds.
    text: String,
) -> impl IntoView {
    view! { <input name="q" type="search" value=text/> }
}
