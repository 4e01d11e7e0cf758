//! What the screens and the search box ask of the site. Each calls one verb; the bodies exist on the server only.

#![allow(missing_docs, reason = "the macro makes a struct of each function’s arguments")]

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use shared::search::{SearchResults, Suggestion};

use crate::error::Answered;

/// A page of what was found.
#[server(prefix = "/api/fn", endpoint = "search/search")]
pub async fn search(text: String, page: u32) -> Answered<SearchResults> {
    let site = expect_context::<domain::Site>();
    Ok(domain::search::search(&site, &crate::context::visit().viewer, &text, page).await?)
}

/// What to offer while one types.
#[server(prefix = "/api/fn", endpoint = "search/suggest", input = GetUrl)]
pub async fn suggest(text: String) -> Answered<Vec<Suggestion>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::search::suggest(&site, &crate::context::visit().viewer, &text).await?)
}
