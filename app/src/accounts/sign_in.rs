//! `/sign-in`: the way in. A form that lost its session on the way waits here in hidden fields.

use leptos::prelude::*;

use crate::context::{CARRY_PREFIX, CARRY_TO, Carried};
use crate::layout::{Head, head, query};
use crate::ui::{ErrorSummary, Field, Kind, Refusal};

/// The form for signing in.
#[component]
pub fn SignIn() -> impl IntoView {
    head(Head::private("Sign in"));
    let refusal = Refusal::here();
    let carried = refusal.outcome().and_then(|outcome| outcome.carried.clone());
    let next = refusal.value("next", query("next").unwrap_or_default());
    view! {
        <div class="page form-page">
            <h1>"Sign in"</h1>
            <form method="post" action="/sign-in" class="form">
                <ErrorSummary refusal=refusal.clone() fields=&["email", "password"]/>
                {carried.map(|carried| view! { <Waiting carried/> })}
                {(!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next/> })}
                <Field name="email" label="E-mail" kind=Kind::Email autocomplete="username" refusal=refusal.clone()/>
                <Field name="password" label="Password" kind=Kind::Password("current-password") refusal/>
                <p><button type="submit" class="button button-primary">"Sign in"</button></p>
            </form>
            <p class="hint">
                "Locked out? Whoever runs this site can print a fresh link with "<code>"commonplace owner link"</code>"."
            </p>
        </div>
    }
}

/// What was typed before the session ended; signing in carries it on.
#[component]
fn Waiting(carried: Carried) -> impl IntoView {
    let fields: Vec<_> =
        carried.fields.into_iter().map(|(name, value)| hidden(format!("{CARRY_PREFIX}{name}"), value)).collect();
    let lost = carried
        .lost_file
        .map(|name| view! { <p>{format!("Only the file {name} could not be kept: choose it again afterwards.")}</p> });
    view! {
        <div class="waiting" role="status">
            <p>"You were signed out in the meantime. What you typed is kept: sign in, and it goes on where it was going."</p>
            {lost}
            {hidden(CARRY_TO.to_owned(), carried.to)}
            {fields}
        </div>
    }
}

fn hidden(name: String, value: String) -> AnyView {
    view! { <input type="hidden" name=name value=value/> }.into_any()
}
