//! A button that posts one thing on its own.

use leptos::prelude::*;

/// A form of one button: posts `action=…` and, where given, an `id`.
#[component]
pub fn Act(
    /// Where it posts to.
    #[prop(into)]
    to: String,
    /// The value of `action`.
    action: &'static str,
    /// What the button says.
    label: &'static str,
    /// Tells it from its neighbours for screen readers, e.g. a note's title.
    #[prop(into)]
    about: String,
    /// The value of `id`, where the address does not say which thing is meant.
    #[prop(optional, into)]
    id: Option<String>,
    /// For style.
    #[prop(default = "button")]
    class: &'static str,
) -> impl IntoView {
    let named = format!("{label}: {about}");
    view! {
        <form method="post" action=to class="act">
            {id.map(|id| view! { <input type="hidden" name="id" value=id/> })}
            <button type="submit" name="action" value=action class=class aria-label=named>{label}</button>
        </form>
    }
}
