//! `/`: the note that the owner chose to open with, then the latest.

use leptos::prelude::*;
use serde_json::json;
use shared::notes::{Found, NotePage, NoteSummary};

use super::api;
use super::entries::Entries;
use crate::context;
use crate::layout::{Head, head, loaded};

/// Notes listed under the opening.
const LATEST: usize = 10;

/// The home page.
#[component]
pub fn Home() -> impl IntoView {
    loaded(async {
        let settings = context::settings();
        let opening = match settings.home_note.clone() {
            Some(slug) => api::show(slug).await.ok(),
            None => None,
        };
        let opening = opening.and_then(|found| match found {
            Found::Here(page) => Some(page),
            Found::Moved { .. } => None,
        });
        let mut latest = api::list(None).await?.items;
        latest.retain(|note| Some(&note.slug) != opening.as_ref().map(|page| &page.summary.slug));
        say_head(opening.as_ref());
        if latest.is_empty() && opening.is_none() {
            let claimed = api::claimed().await?;
            return Ok(view! { <Blank claimed/> }.into_any());
        }
        Ok(view! { <Front opening latest/> }.into_any())
    })
}

fn say_head(opening: Option<&NotePage>) {
    let settings = context::settings();
    let origin = context::visit().origin;
    let described = opening.map(|page| page.summary.excerpt.clone());
    let description = Some(settings.description.clone()).filter(|text| !text.is_empty()).or(described);
    head(Head {
        canonical: Some("/".into()),
        image: opening.and_then(|page| page.image.clone()),
        data: Some(json!({
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": settings.title,
            "description": description,
            "url": format!("{origin}/"),
            "inLanguage": settings.language,
            "potentialAction": {
                "@type": "SearchAction",
                "target": format!("{origin}/search?q={{q}}"),
                "query-input": "required name=q",
            },
        })),
        description: description.or_else(|| Some(format!("{}: the latest notes.", settings.title))),
        ..Head::default()
    });
}

#[component]
fn Front(opening: Option<NotePage>, latest: Vec<NoteSummary>) -> impl IntoView {
    let more = latest.len() > LATEST;
    let latest: Vec<_> = latest.into_iter().take(LATEST).collect();
    let opening = opening.map(|page| {
        view! { <div class="prose home-opening" lang=page.lang inner_html=page.html></div> }
    });
    let list = (!latest.is_empty()).then(|| {
        let more = more.then(|| view! { <p class="home-more"><a href="/notes">"All notes"</a></p> });
        view! {
            <section class="home-latest" aria-labelledby="latest">
                <h2 id="latest" class="section-title">"Latest"</h2>
                <Entries notes=latest/>
                {more}
            </section>
        }
    });
    view! {
        <div class="page home">
            <TitlePage/>
            {opening}
            {list}
        </div>
    }
}

#[component]
fn TitlePage() -> impl IntoView {
    let settings = context::settings();
    let description = (!settings.description.is_empty())
        .then(|| view! { <p class="title-page-description">{settings.description.clone()}</p> });
    view! {
        <header class="title-page">
            <h1>{settings.title.clone()}</h1>
            {description}
            <div class="ornament" aria-hidden="true"></div>
        </header>
    }
}

/// A home page with nothing on it: says the first step to whoever can take it, and to others that this is the place.
#[component]
fn Blank(claimed: bool) -> impl IntoView {
    let owner = context::visit().viewer.is_owner();
    let words = match (claimed, owner) {
        (false, _) => view! {
            <p>"This site is new and belongs to nobody yet. To make it yours, open the claim link that was printed where "
            "the site was started. It looks like this:"</p>
            <pre><code>"claim: http://…/claim/…"</code></pre>
            <p>"The line is gone? " <code>"commonplace owner link"</code> " prints a fresh one."</p>
        }
        .into_any(),
        (true, true) => view! {
            <p>"The pages are blank and yours. Write the first note, or bring notes you already have."</p>
            <p class="notice-ways">
                <a class="button button-primary" href="/desk/notes/new">"Write the first note"</a>
                <a class="button" href="/desk/settings">"Name the site"</a>
            </p>
            <p>"An Obsidian vault or a folder of Markdown comes in with one command, as often as you like:"</p>
            <pre><code>"commonplace import obsidian PATH"</code></pre>
        }
        .into_any(),
        (true, false) => view! {
            <p>"Nothing has been published here yet. Come back in a while, or let the "
            <a href="/feed.atom">"feed"</a> " tell you."</p>
        }
        .into_any(),
    };
    view! {
        <div class="page home home-blank">
            <TitlePage/>
            <div class="prose">{words}</div>
        </div>
    }
}
