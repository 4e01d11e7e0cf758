//! What the screens ask of the site. Each calls one verb; the bodies exist on the server only.

#![allow(missing_docs, reason = "the macro makes a struct of each function’s arguments")]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::accounts::SessionSummary;
use shared::page::Page;

use crate::error::Answered;

/// What a claim link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// The home has no owner.
    Claim,
    /// It has one, who is locked out.
    Rescue,
}

/// What the link with this token is good for.
#[server(prefix = "/api/fn", endpoint = "accounts/claim_purpose")]
pub async fn claim_purpose(token: String) -> Answered<Purpose> {
    let site = expect_context::<domain::Site>();
    let kind = domain::accounts::claim_kind(&site, &token).await?;
    let rescue = kind == domain::accounts::ClaimKind::Rescue;
    Ok(if rescue { Purpose::Rescue } else { Purpose::Claim })
}

/// The viewer's own sessions.
#[server(prefix = "/api/fn", endpoint = "accounts/sessions")]
pub async fn sessions() -> Answered<Page<SessionSummary>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::accounts::sessions(&site, &crate::context::visit().viewer).await?)
}
