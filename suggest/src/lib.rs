//! The search box that suggests as one types: the one island of a visitor's pages. A combobox after the ARIA Authoring
//! Practices; without script it is a plain field of its form.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::search::Suggestion;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// How long the fingers rest before the site is asked.
const PAUSE: Duration = Duration::from_millis(120);

/// What was searched for, in context when the field is rendered. No property of the island: reading those back takes
/// 15 kB of JSON parser.
#[derive(Clone, Debug, Default)]
pub struct Asked(pub String);

/// The field, named `q`, and what it offers.
#[island]
pub fn Suggest() -> impl IntoView {
    let Asked(asked) = use_context().unwrap_or_default();
    let field = NodeRef::<leptos::html::Input>::new();
    let offers = RwSignal::new(Vec::<Suggestion>::new());
    let chosen = RwSignal::new(None::<usize>);
    let ask = asker(offers, chosen);
    // Typed before the script was here.
    let ask_now = ask.clone();
    Effect::new(move |_| {
        if let Some(field) = field.get().filter(|field| field.value() != field.default_value()) {
            ask_now(field.value());
        }
    });
    let open = move || offers.with(|offers| !offers.is_empty());
    let active = move || chosen.get().map(option_id);
    let options = move || {
        offers.with(|offers| {
            offers.iter().cloned().enumerate().map(|(at, offer)| option(at, offer, chosen)).collect_view()
        })
    };
    view! {
        <div class="search-box">
            <label class="visually-hidden" for="q">"Search for"</label>
            <input
                id="q"
                name="q"
                type="text"
                enterkeyhint="search"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                placeholder="Search"
                value=asked
                role="combobox"
                aria-autocomplete="list"
                aria-controls="q-options"
                aria-expanded=move || if open() { "true" } else { "false" }
                aria-activedescendant=active
                node_ref=field
                on:input:target=move |event| ask(event.target().value())
                on:keydown=move |event| steer(&event, offers, chosen)
                on:blur=move |_| offers.set(Vec::new())
            />
            <ul id="q-options" class="search-options" role="listbox" aria-label="Suggestions">{options}</ul>
        </div>
    }
}

/// Asks the site after a pause, and takes the answer only if nothing was typed in the meantime.
fn asker(offers: RwSignal<Vec<Suggestion>>, chosen: RwSignal<Option<usize>>) -> impl Fn(String) + Clone + 'static {
    let latest = StoredValue::new(0_u32);
    move |text: String| {
        latest.update_value(|count| *count += 1);
        let mine = latest.get_value();
        let ask = async move {
            let found = if text.trim().is_empty() { Vec::new() } else { suggestions(&text).await.unwrap_or_default() };
            if latest.get_value() == mine {
                chosen.set(None);
                offers.set(found);
            }
        };
        let when_quiet = move || {
            if latest.get_value() == mine {
                leptos::task::spawn_local(ask);
            }
        };
        set_timeout(when_quiet, PAUSE);
    }
}

/// Asks `api::suggest` at its address. By hand, since the client that the server function brings with it is as large as
/// the rest of the island.
async fn suggestions(text: &str) -> Result<Vec<Suggestion>, JsValue> {
    let address = format!("/api/fn/search/suggest?text={}", String::from(js_sys::encode_uri_component(text)));
    let answer: Response = JsFuture::from(window().fetch_with_str(&address)).await?.dyn_into()?;
    let found = JsFuture::from(answer.json()?).await?;
    let read = |offer: JsValue| Ok(Suggestion { title: word(&offer, "title")?, href: word(&offer, "href")? });
    // An error is answered as an object, and read as a list of nothing.
    js_sys::Array::from(&found).iter().map(read).collect()
}

/// A text of a JSON object; empty where it has none of this name.
fn word(object: &JsValue, name: &str) -> Result<String, JsValue> {
    Ok(js_sys::Reflect::get(object, &name.into())?.as_string().unwrap_or_default())
}

fn option_id(at: usize) -> String {
    format!("q-option-{at}")
}

fn option(at: usize, offer: Suggestion, chosen: RwSignal<Option<usize>>) -> impl IntoView {
    let href = offer.href;
    view! {
        <li
            id=option_id(at)
            role="option"
            aria-selected=move || if chosen.get() == Some(at) { "true" } else { "false" }
            // The field keeps the focus, so that what is offered stays until the click.
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| go(&href)
        >
            {offer.title}
        </li>
    }
}

/// The keys of a list box: up and down, take, close.
fn steer(event: &KeyboardEvent, offers: RwSignal<Vec<Suggestion>>, chosen: RwSignal<Option<usize>>) {
    let count = offers.with(Vec::len);
    if count == 0 {
        return;
    }
    let at = chosen.get_untracked();
    match event.key().as_str() {
        "ArrowDown" => chosen.set(Some(at.map_or(0, |at| (at + 1) % count))),
        "ArrowUp" => chosen.set(Some(at.map_or(count - 1, |at| (at + count - 1) % count))),
        "Escape" => offers.set(Vec::new()),
        "Enter" if at.is_some() => {
            let href = offers.with(|offers| at.and_then(|at| offers.get(at)).map(|offer| offer.href.clone()));
            go(&href.unwrap_or_default());
        }
        _ => return,
    }
    event.prevent_default();
}

fn go(href: &str) {
    // Fails only for an address that is none; then the page stays.
    let _ = window().location().set_href(href);
}
