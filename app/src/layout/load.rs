//! How a screen gets what it shows: it waits, then shows it or the page of the error.

use std::future::Future;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::error::{Answered, failed};

/// The view that `load` makes, or the page of the error that it met.
pub fn loaded(load: impl Future<Output = Answered<AnyView>> + Send + 'static) -> impl IntoView {
    Suspend::new(async move { load.await.unwrap_or_else(failed) })
}

/// A part of this page's path, decoded.
pub fn param(name: &str) -> String {
    use_params_map().with_untracked(|params| params.get(name)).unwrap_or_default()
}

/// A value of this page's query, decoded; empty ones count as absent.
pub fn query(name: &str) -> Option<String> {
    use_query_map().with_untracked(|query| query.get(name)).filter(|value| !value.is_empty())
}

/// Where a list goes on, as a pager's link says it.
pub fn cursor() -> Option<String> {
    query("after")
}

/// The page asked for, from 1.
pub fn page_number() -> u32 {
    query("page").and_then(|number| number.parse().ok()).filter(|number| *number > 0).unwrap_or(1)
}
