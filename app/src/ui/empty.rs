//! What stands where there is nothing yet: what goes here, and the first step.

use leptos::prelude::*;

/// An empty state.
#[component]
pub fn Empty(
    /// What there is none of.
    title: &'static str,
    /// What goes here, and how.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            {children()}
        </div>
    }
}
