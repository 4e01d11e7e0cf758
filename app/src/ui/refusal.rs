//! A form that comes back: why, and what was typed into it.

use std::sync::Arc;

use leptos::prelude::*;
use shared::Error;

use crate::context::{self, Left, Outcome};

/// The refused form of this page, or nothing, in which case every field shows what is stored.
#[derive(Clone, Debug, Default)]
pub struct Refusal(Option<Arc<Outcome>>);

impl Refusal {
    /// What became of the form that was posted to this page.
    pub fn here() -> Self {
        Self(context::outcome())
    }

    /// What belongs into a field: what was typed, else what is stored.
    pub fn value(&self, field: &str, stored: impl Into<String>) -> String {
        match &self.0 {
            Some(outcome) => outcome.typed.or(field, stored),
            None => stored.into(),
        }
    }

    /// What is wrong with a field.
    pub fn problem(&self, field: &str) -> Option<String> {
        let error = self.0.as_ref()?.error.as_ref()?;
        match error {
            Error::Invalid { field: at, reason } if at == field => Some(reason.clone()),
            Error::TooLarge { field: at, .. } if at == field => Some(error.to_string()),
            _ => None,
        }
    }

    /// Why it was refused.
    pub fn error(&self) -> Option<&Error> {
        self.0.as_ref()?.error.as_ref()
    }

    /// What is stored all the same.
    pub fn left(&self) -> Left {
        self.0.as_ref().map(|outcome| outcome.left).unwrap_or_default()
    }

    /// All of it.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.0.as_deref()
    }
}

/// Why a form was refused, with a link to the field at fault. Takes the focus where no field of the form can.
#[component]
pub fn ErrorSummary(
    /// The refused form.
    refusal: Refusal,
    /// The fields that this form shows.
    fields: &'static [&'static str],
) -> impl IntoView {
    let Some(error) = refusal.error() else { return ().into_any() };
    let at = error.field().filter(|field| fields.contains(field)).map(str::to_owned);
    let reason = match error {
        Error::Invalid { reason, .. } => reason.clone(),
        _ => error.to_string(),
    };
    let kept = match error {
        _ if refusal.left() == Left::Draft => "It is saved as a draft, and not published.",
        Error::Denied => "You are no longer signed in. What you typed is kept.",
        Error::Internal => "Nothing was stored, but what you typed is still here. Try again.",
        _ => "Nothing was stored. What you typed is still here.",
    };
    let focus = at.is_none();
    let reason = match at {
        Some(field) => view! { <a href=format!("#{field}")>{reason}</a> }.into_any(),
        None => reason.into_any(),
    };
    view! {
        <div class="errors" role="alert" tabindex="-1" autofocus=focus>
            <p class="errors-reason">{reason}</p>
            <p class="errors-kept">{kept}</p>
        </div>
    }
    .into_any()
}
