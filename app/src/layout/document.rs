//! The document around a rendered body.

use std::sync::LazyLock;

use jiff::Timestamp;
use leptos::prelude::*;

use super::head::{Head, Kind, Robots};
use crate::context;

/// Applies the colour scheme that this device's reader chose, before the first paint. Constant, so that the
/// Content-Security-Policy can allow it by its hash; it is the only script that stands in a page.
pub const SCHEME_SCRIPT: &str =
    "try{const s=localStorage.getItem(\"scheme\");if(s)document.documentElement.dataset.scheme=s}catch{}";

/// The site's icon, in the page itself: one request less for everybody who comes for the first time.
static ICON: LazyLock<String> = LazyLock::new(|| {
    let svg = include_str!("../../../public/favicon.svg").trim();
    let encoded = svg
        .replace('"', "'")
        .replace('%', "%25")
        .replace(' ', "%20")
        .replace('#', "%23")
        .replace('<', "%3C")
        .replace('>', "%3E");
    format!("data:image/svg+xml,{encoded}")
});

/// A whole page: what its screen said about itself, and its body.
#[component]
pub fn Document(head: Head, body: String) -> impl IntoView {
    let settings = context::settings();
    let assets = context::assets();
    let lang = head.lang.clone().unwrap_or_else(|| settings.language.clone());
    let title = match &head.title {
        Some(title) => format!("{title} · {}", settings.title),
        None => settings.title.clone(),
    };
    let visit = context::visit();
    let is_desk = visit.viewer.is_owner() && (visit.path == "/desk" || visit.path.starts_with("/desk/"));
    let islands = body.contains("<leptos-island").then(|| {
        // Visitors' one island has a WebAssembly of its own; a `cargo leptos build` by hand makes none.
        let has_search_alone = !is_desk && visit.path != "/signed-out" && assets.has("search.wasm");
        let site = if has_search_alone { "search" } else { "commonplace" };
        view! {
            <script
                defer
                src=assets.address("islands.js")
                data-js=assets.address(&format!("{site}.js"))
                data-wasm=assets.address(&format!("{site}.wasm"))
            ></script>
        }
    });
    // What the desk keeps for the time without a network, and what forgets it.
    let own_script = match visit.path.as_str() {
        _ if is_desk => Some("desk.js"),
        "/signed-out" if visit.person.is_none() => Some("signed-out.js"),
        _ => None,
    };
    let own_script = own_script.map(|name| view! { <script defer src=assets.address(name)></script> });
    // An editor asks of every answer whether it is from the same build.
    let build = is_desk.then(|| assets.build());
    let feed = format!("{}: all notes", settings.title);
    let own_feed = head.feed.clone().map(|(title, href)| {
        view! { <link rel="alternate" type="application/atom+xml" title=title href=href/> }
    });
    view! {
        <!DOCTYPE html>
        <html lang=lang data-accent=settings.accent.as_str() data-build=build>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <script inner_html=SCHEME_SCRIPT></script>
                <title>{title.clone()}</title>
                <link rel="stylesheet" href=assets.address("commonplace.css")/>
                <script defer src=assets.address("visitor.js")></script>
                {islands}
                {own_script}
                <link rel="icon" type="image/svg+xml" href=ICON.as_str()/>
                <link rel="alternate" type="application/atom+xml" title=feed href="/feed.atom"/>
                {own_feed}
                <About head/>
            </head>
            <body inner_html=body></body>
        </html>
    }
}

/// What machines read: description, canonical address, social card, structured data.
#[component]
fn About(head: Head) -> impl IntoView {
    let settings = context::settings();
    let visit = context::visit();
    // A page without words of its own, such as a note of one picture, goes by the site's, and at last by its title.
    let told = [head.description.as_ref(), Some(&settings.description), head.title.as_ref()];
    let description = told.into_iter().flatten().find(|text| !text.is_empty()).cloned().unwrap_or_default();
    let address = format!("{}{}", visit.origin, head.canonical.as_deref().unwrap_or(&visit.path));
    let visible = head.robots == Robots::Index;
    let robots = (!visible).then(|| view! { <meta name="robots" content="noindex"/> });
    let described = (!description.is_empty()).then(|| {
        view! {
            <meta name="description" content=description.clone()/>
            {property("og:description", description.clone())}
        }
    });
    let card = visible.then(|| {
        let title = head.title.clone().unwrap_or_else(|| settings.title.clone());
        view! {
            <link rel="canonical" href=address.clone()/>
            {property("og:title", title)}
            {property("og:site_name", settings.title.clone())}
            {property("og:url", address)}
            {described}
            {card_kind(&head.kind)}
            {card_image(head.image.as_deref(), &visit.origin)}
        }
    });
    let data = head.data.map(|mut data| {
        if let Some(fields) = data.as_object_mut() {
            fields.retain(|_, value| !value.is_null() && value != "");
        }
        let json = data.to_string().replace('<', "\\u003c");
        view! { <script type="application/ld+json" inner_html=json></script> }
    });
    view! {
        {robots}
        {card}
        {head.prev.map(|href| view! { <link rel="prev" href=href/> })}
        {head.next.map(|href| view! { <link rel="next" href=href/> })}
        {data}
    }
}

/// Open Graph's kind of `meta`, whose attribute is none of HTML's.
fn property(name: &'static str, content: impl Into<String>) -> impl IntoView {
    leptos::html::meta().attr("property", name).content(content.into())
}

fn card_kind(kind: &Kind) -> AnyView {
    let Kind::Article { published, updated, tags } = kind else {
        return property("og:type", "website").into_any();
    };
    let tags: Vec<_> = tags.iter().map(|tag| property("article:tag", tag.clone())).collect();
    let time = |name: &'static str, at: Timestamp| property(name, crate::ui::machine_time(at));
    view! {
        {property("og:type", "article")}
        {published.map(|at| time("article:published_time", at))}
        {time("article:modified_time", *updated)}
        {tags}
    }
    .into_any()
}

fn card_image(image: Option<&str>, origin: &str) -> AnyView {
    let Some(image) = image else { return view! { <meta name="twitter:card" content="summary"/> }.into_any() };
    let address = if image.starts_with('/') { format!("{origin}{image}") } else { image.to_owned() };
    view! {
        {property("og:image", address)}
        <meta name="twitter:card" content="summary_large_image"/>
    }
    .into_any()
}
