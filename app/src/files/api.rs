//! What the screens ask of the site. Each calls one verb; the bodies exist on the server only.

#![allow(missing_docs, reason = "the macro makes a struct of each function’s arguments")]

use leptos::prelude::*;
use shared::files::File;
use shared::page::Page;

use crate::error::Answered;

/// Every file, latest first.
#[server(prefix = "/api/fn", endpoint = "files/list")]
pub async fn list(cursor: Option<String>) -> Answered<Page<File>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::files::list(&site, &crate::context::visit().viewer, cursor.as_deref()).await?)
}
