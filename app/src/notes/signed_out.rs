//! `/signed-out`: where signing out leads, with what forgets the desk on this device.

use leptos::prelude::*;

use super::editor::unsent::Farewell;
use crate::context;
use crate::layout::{Head, head};

/// The page.
#[component]
pub fn SignedOut() -> impl IntoView {
    if context::visit().person.is_some() {
        head(Head::private("Signed in"));
        return view! {
            <div class="page form-page">
                <h1>"You are signed in"</h1>
                <p class="notice-ways"><a href="/">"The front page"</a><a href="/sign-out">"Sign out"</a></p>
            </div>
        }
        .into_any();
    }
    head(Head::private("Signed out"));
    view! {
        <div class="page form-page">
            <h1>"You are signed out"</h1>
            <Farewell/>
            <p class="notice-ways"><a href="/">"The front page"</a><a href="/sign-in">"Sign in"</a></p>
        </div>
    }
    .into_any()
}
