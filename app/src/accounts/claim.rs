//! `/claim/{token}`: making an unclaimed site one's own, or getting back into it.

use leptos::prelude::*;

use super::api::{self, Purpose};
use crate::layout::{Head, head, loaded, param};
use crate::ui::{ErrorSummary, Field, Kind, Refusal};

/// The form that the claim link leads to.
#[component]
pub fn Claim() -> impl IntoView {
    let token = param("token");
    loaded(async move {
        let purpose = api::claim_purpose(token).await?;
        let (title, lede, button) = match purpose {
            Purpose::Claim => ("Make this site yours", "Say who you are. This link works once.", "Claim the site"),
            Purpose::Rescue => (
                "Back into your site",
                "Set a new password. This link works once, and everybody who is signed in as you is signed out.",
                "Set the password",
            ),
        };
        head(Head::private(title));
        let refusal = Refusal::here();
        Ok(view! {
            <div class="page form-page">
                <h1>{title}</h1>
                <p class="page-lede">{lede}</p>
                <form method="post" class="form">
                    <ErrorSummary refusal=refusal.clone() fields=&["name", "email", "password"]/>
                    <Field name="name" label="Your name" hint="As your readers see it." autocomplete="name" refusal=refusal.clone()/>
                    <Field
                        name="email"
                        label="E-mail"
                        hint="You sign in with it. Nobody else sees it."
                        kind=Kind::Email
                        autocomplete="username"
                        refusal=refusal.clone()
                    />
                    <Field
                        name="password"
                        label="Password"
                        hint="At least 12 characters. A few words that do not belong together are easy to keep in mind."
                        kind=Kind::Password("new-password")
                        refusal
                    />
                    <p><button type="submit" class="button button-primary">{button}</button></p>
                </form>
            </div>
        }
        .into_any())
    })
}
