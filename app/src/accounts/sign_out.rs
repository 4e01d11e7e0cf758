//! `/sign-out`: asks first, since a link alone must not sign anybody out.

use leptos::prelude::*;

use crate::context;
use crate::layout::{Head, head};

/// The question.
#[component]
pub fn SignOut() -> impl IntoView {
    head(Head::private("Sign out"));
    let Some(person) = context::visit().person else {
        return view! {
            <div class="page form-page">
                <h1>"You are signed out"</h1>
                <p class="notice-ways"><a href="/">"The front page"</a><a href="/sign-in">"Sign in"</a></p>
            </div>
        }
        .into_any();
    };
    view! {
        <div class="page form-page">
            <h1>"Sign out?"</h1>
            <p class="page-lede">{format!("You are signed in as {}.", person.name)}</p>
            <form method="post" action="/sign-out" class="form">
                <p class="notice-ways">
                    <button type="submit" class="button button-primary">"Sign out"</button>
                    <a class="button" href="/desk">"Stay"</a>
                </p>
            </form>
        </div>
    }
    .into_any()
}
