//! The way through a list of more than one page.

use leptos::prelude::*;

use crate::ui::Icon;

/// Links to the list's first page and to what follows; nothing where there is neither.
#[component]
pub fn Pager(
    /// The address of the list's beginning, where this is not it.
    first: Option<String>,
    /// The address of what follows.
    next: Option<String>,
) -> impl IntoView {
    if first.is_none() && next.is_none() {
        return ().into_any();
    }
    let first = first
        .map(|href| view! { <a class="pager-first" href=href><Icon name="back"/><span>"Back to the start"</span></a> });
    let next = next.map(
        |href| view! { <a class="pager-next" href=href rel="next"><span>"Further on"</span><Icon name="on"/></a> },
    );
    view! { <nav class="pager" aria-label="Pages">{first}{next}</nav> }.into_any()
}
