//! `/desk/settings`: the form. What is stored comes with every page, so nothing is asked of the site.

use leptos::prelude::*;
use shared::settings::{Accent, NavLink};

use crate::context;
use crate::error::Failure;
use crate::layout::{DeskNav, Head, head, loaded, query};
use crate::ui::{ErrorSummary, Field, Kind, Refusal};

const FIELDS: [&str; 7] = ["title", "description", "author", "language", "accent", "navigation", "home_note"];

/// The settings.
#[component]
pub fn Settings() -> impl IntoView {
    loaded(async {
        context::visit().viewer.require_owner().map_err(Failure)?;
        head(Head::private("Settings"));
        let done = query("done").map(|_| view! { <p class="banner" role="status">"Saved. Every page has it now."</p> });
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <h1>"Settings"</h1>
                {done}
                <Form/>
            </div>
        }
        .into_any())
    })
}

#[component]
fn Form() -> impl IntoView {
    let stored = context::settings();
    let refusal = Refusal::here();
    let base = refusal.value("base", stored.version.to_string());
    let accent = refusal.value("accent", stored.accent.as_str());
    view! {
        <form method="post" action="/desk/settings" class="form">
            <ErrorSummary refusal=refusal.clone() fields=&FIELDS/>
            <input type="hidden" name="base" value=base/>
            <Field name="title" label="The site’s name" value=stored.title.clone() refusal=refusal.clone()/>
            <Field
                name="description"
                label="What it is, in a line"
                value=stored.description.clone()
                hint="Under the name on the front page, in feeds and on social cards."
                refusal=refusal.clone()
            />
            <Field name="author" label="Who writes here" value=stored.author.clone() autocomplete="name" refusal=refusal.clone()/>
            <Field
                name="language"
                label="Language"
                value=stored.language.clone()
                hint="Its code, such as en, de-CH or ja."
                refusal=refusal.clone()
            />
            <Colours accent/>
            <Field
                name="navigation"
                label="Links at the top"
                value=lines(&stored.navigation)
                hint="A line each: Label = /path"
                kind=Kind::Lines
                refusal=refusal.clone()
            />
            <Field
                name="home_note"
                label="The note the front page opens with"
                value=stored.home_note.clone().unwrap_or_default()
                hint="Its address after /notes/. Empty: the front page has only the latest notes."
                refusal
            />
            <p><button type="submit" class="button button-primary" name="action" value="save">"Save"</button></p>
        </form>
    }
}

fn lines(links: &[NavLink]) -> String {
    let lines: Vec<_> = links.iter().map(|link| format!("{} = {}", link.label, link.href)).collect();
    lines.join("\n")
}

/// The colours on offer, each shown as it is.
#[component]
fn Colours(accent: String) -> impl IntoView {
    let swatches: Vec<_> = Accent::ALL
        .into_iter()
        .map(|colour| {
            let name = colour.as_str();
            view! {
                <label class="swatch" data-accent=name>
                    <input type="radio" name="accent" value=name checked=name == accent/>
                    <span class="swatch-colour" aria-hidden="true"></span>
                    <span>{name}</span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="field swatches">
            <legend>"The one colour"</legend>
            {swatches}
        </fieldset>
    }
}
