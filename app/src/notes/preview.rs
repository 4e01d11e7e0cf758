//! `/desk/notes/{id}/preview`: the working text as its reader would see it.

use leptos::prelude::*;

use super::api;
use super::show::Article;
use crate::layout::{Head, head, loaded, param};

/// A note before it is published.
#[component]
pub fn Preview() -> impl IntoView {
    let id = param("id");
    loaded(async move {
        let page = api::preview(id.clone()).await?;
        head(Head { lang: page.lang.clone(), ..Head::private(format!("Preview of {}", page.summary.title)) });
        Ok(view! {
            <p class="banner">
                "This is a preview of the working text. " <a href=format!("/desk/notes/{id}")>"Go on writing"</a>
            </p>
            <Article page/>
        }
        .into_any())
    })
}
