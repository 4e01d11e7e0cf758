//! `/notes/{slug}`: a note.

use leptos::prelude::*;
use serde_json::json;
use shared::Visibility;
use shared::notes::{Backlink, Found, NoteLink, NotePage, NoteSummary};

use super::api;
use super::entries::TagLinks;
use super::toc::Toc;
use crate::context;
use crate::layout::{Head, Kind, Robots, head, loaded, param};
use crate::ui::{Date, note_href, reading_time};

/// A note, or the way to where it is now.
#[component]
pub fn Show() -> impl IntoView {
    let slug = param("slug");
    loaded(async move {
        match api::show(slug).await? {
            Found::Here(page) => {
                say_head(&page);
                Ok(view! { <Article page/> }.into_any())
            }
            Found::Moved { slug } => {
                context::answer().moved(note_href(&slug));
                Ok(view! { <p class="page"><a href=note_href(&slug)>"It has moved."</a></p> }.into_any())
            }
        }
    })
}

fn say_head(page: &NotePage) {
    let settings = context::settings();
    let origin = context::visit().origin;
    let note = &page.summary;
    let address = format!("{origin}{}", note_href(&note.slug));
    let image = page.image.as_ref().map(|path| format!("{origin}{path}"));
    head(Head {
        description: Some(note.excerpt.clone()).filter(|text| !text.is_empty()),
        canonical: Some(note_href(&note.slug)),
        lang: page.lang.clone(),
        robots: if note.visibility == Visibility::Public { Robots::Index } else { Robots::Hide },
        kind: Kind::Article { published: note.date, updated: note.updated, tags: note.tags.clone() },
        image: page.image.clone(),
        data: Some(json!({
            "@context": "https://schema.org",
            "@type": "BlogPosting",
            "headline": note.title,
            "description": note.excerpt,
            "datePublished": note.date.map(crate::ui::machine_time),
            "dateModified": crate::ui::machine_time(note.updated),
            "url": address,
            "mainEntityOfPage": address,
            "image": image,
            "keywords": note.tags.join(", "),
            "wordCount": note.words,
            "inLanguage": page.lang.as_ref().unwrap_or(&settings.language),
            "author": { "@type": "Person", "name": author(), "url": format!("{origin}/") },
        })),
        ..Head::titled(note.title.clone())
    });
}

/// Who writes here; the site's own name where the owner gave none.
fn author() -> String {
    let settings = context::settings();
    if settings.author.is_empty() { settings.title.clone() } else { settings.author.clone() }
}

/// A note as its reader sees it; also the preview's.
#[component]
pub fn Article(
    /// What to show.
    page: NotePage,
) -> impl IntoView {
    let NotePage { summary, html, toc, backlinks, related, lang, .. } = page;
    view! {
        <article class="note h-entry" lang=lang>
            <ArticleHead note=summary.clone()/>
            <Toc headings=toc/>
            <div class="note-text prose e-content" inner_html=html></div>
            <ArticleFoot note=summary/>
            <Backlinks backlinks/>
            <Related related/>
        </article>
    }
}

#[component]
fn ArticleHead(note: NoteSummary) -> impl IntoView {
    let origin = context::visit().origin;
    let address = format!("{origin}{}", note_href(&note.slug));
    let date = note.date.map(|at| view! { <Date at class="dt-published"/> });
    let changed = note.date.is_some_and(|at| day(at) != day(note.updated));
    let updated = changed.then(|| view! { <span>"revised " <Date at=note.updated class="dt-updated"/></span> });
    let badge = (note.visibility != Visibility::Public)
        .then(|| view! { <span class="badge">{note.visibility.as_str()}</span> });
    view! {
        <header class="note-head">
            <h1 class="p-name">{note.title}</h1>
            <p class="note-meta">
                {date}
                {updated}
                <span>{format!("{} to read", reading_time(note.words))}</span>
                {badge}
            </p>
            <data class="p-summary" value=note.excerpt></data>
            <data class="u-url u-uid" value=address></data>
            <span class="p-author h-card" hidden><a class="p-name u-url" href="/">{author()}</a></span>
        </header>
    }
}

fn day(at: jiff::Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}

#[component]
fn ArticleFoot(note: NoteSummary) -> impl IntoView {
    let source = format!("{}.md", note_href(&note.slug));
    let edit = context::visit().viewer.is_owner().then(|| {
        let history = format!("/desk/notes/{}/history", note.id);
        view! {
            <li><a href=format!("/desk/notes/{}", note.id)>"Edit"</a></li>
            <li><a href=history>"History"</a></li>
        }
    });
    view! {
        <footer class="note-foot">
            <TagLinks tags=note.tags/>
            <ul class="note-ways">
                {edit}
                <li><a href=source type="text/markdown">"Source"</a></li>
            </ul>
        </footer>
    }
}

#[component]
fn Backlinks(backlinks: Vec<Backlink>) -> impl IntoView {
    if backlinks.is_empty() {
        return ().into_any();
    }
    let links: Vec<_> = backlinks
        .into_iter()
        .map(|link| {
            view! {
                <li>
                    <a href=note_href(&link.from.slug)>{link.from.title}</a>
                    <p>{link.sentence}</p>
                </li>
            }
        })
        .collect();
    view! {
        <section class="backlinks" aria-labelledby="backlinks">
            <h2 id="backlinks" class="section-title">"Linked from"</h2>
            <ul>{links}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Related(related: Vec<NoteLink>) -> impl IntoView {
    if related.is_empty() {
        return ().into_any();
    }
    let links: Vec<_> =
        related.into_iter().map(|note| view! { <li><a href=note_href(&note.slug)>{note.title}</a></li> }).collect();
    view! {
        <section class="related" aria-labelledby="related">
            <h2 id="related" class="section-title">"On the same subjects"</h2>
            <ul>{links}</ul>
        </section>
    }
    .into_any()
}
