//! The list of files on their way, at the foot of the window: how far each is, and what a picture shows.

use std::rc::Rc;

use leptos::ev::KeyboardEvent;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::waiting;
use web_sys::HtmlElement;

use super::{Item, Pictures, Stage};

type Shared = StoredValue<Rc<Pictures>, LocalStorage>;

pub(super) fn show(pictures: &Rc<Pictures>) {
    let place = document().create_element("section").ok().and_then(|place| place.dyn_into::<HtmlElement>().ok());
    let Some(place) = place else { return };
    place.set_class_name("editor-files");
    let _ = place.set_attribute("aria-label", "Files on their way");
    let _ = pictures.page.form().insert_adjacent_element("afterend", &place);
    let (items, problems) = (pictures.items, pictures.problems);
    let shared: Shared = StoredValue::new_local(Rc::clone(pictures));
    let frame = place.clone();
    Effect::new(move |_| {
        frame.set_hidden(!items.with(|items| items.iter().any(is_shown)) && problems.with(Vec::is_empty))
    });
    let list = move || {
        let shown: Vec<Item> = items.with(|items| items.iter().filter(|item| is_shown(item)).cloned().collect());
        shown.into_iter().map(|item| line(item, shared)).collect_view()
    };
    let told = move || {
        problems
            .get()
            .into_iter()
            .map(|problem| view! { <li class="editor-file-problem">{problem}</li> })
            .collect_view()
    };
    let close = move || {
        (!problems.with(Vec::is_empty)).then(|| {
            let close = move |_| {
                problems.set(Vec::new());
                shared.with_value(|pictures| pictures.page.body().focus());
            };
            view! { <button type="button" class="button" on:click=close>"Close"</button> }
        })
    };
    mount_to(place, move || view! { <ul>{told} {list}</ul> {close} }).forget();
}

/// Sent and described, a file needs no more attention.
fn is_shown(item: &Item) -> bool {
    !(item.described.get() && matches!(item.stage.get(), Stage::Sent(_)))
}

fn line(item: Item, pictures: Shared) -> impl IntoView {
    let key = item.file.key;
    let (name, stage, described) = (item.file.name.clone(), item.stage, item.described);
    let label = format!("Sending {name}");
    let bar = move || match stage.get() {
        Stage::Sending(part) => Some(view! { <progress max="1" value=part aria-label=label.clone()></progress> }),
        _ => None,
    };
    let is_picture = waiting::is_shown(&item.file.media_type) && item.file.media_type.starts_with("image/");
    let asks = move || (is_picture && !described.get()).then(|| alt_text(key, pictures));
    let stuck = move || matches!(stage.get(), Stage::Refused(_) | Stage::Elsewhere);
    let again = move || {
        matches!(stage.get(), Stage::Refused(_) | Stage::Waiting(Some(_))).then(|| {
            let again = move |_| {
                stage.set(Stage::Waiting(None));
                pictures.with_value(|pictures| pictures.send_next());
            };
            view! { <button type="button" class="button" on:click=again>"Try again"</button> }
        })
    };
    let out = move || {
        stuck().then(|| {
            let out = move |_| pictures.with_value(|pictures| pictures.take_out(key));
            view! { <button type="button" class="button" on:click=out>"Take out of the text"</button> }
        })
    };
    view! {
        <li class="editor-file" class:is-stuck=stuck>
            <p>
                <span class="editor-file-name">{name}</span>
                " "
                <span class="editor-file-state">{move || words(&stage.get())}</span>
            </p>
            {bar}
            {asks}
            <p class="editor-file-ways">{again} {out}</p>
        </li>
    }
}

fn words(stage: &Stage) -> String {
    match stage {
        Stage::Waiting(None) => "waits to be sent".to_owned(),
        Stage::Waiting(Some(why)) => format!("waits: {why}"),
        Stage::Sending(part) => format!("{:.0} % sent", part * 100.0),
        Stage::Sent(_) => "is there".to_owned(),
        Stage::Refused(why) => why.clone(),
        Stage::Elsewhere => "stands in the text, but is not on this device".to_owned(),
    }
}

/// Asks what a picture shows. The text keeps the focus until somebody comes here.
fn alt_text(key: uuid::Uuid, pictures: Shared) -> impl IntoView {
    let field = NodeRef::<leptos::html::Input>::new();
    let id = format!("alt-{key}");
    let done = move || {
        let words = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        pictures.with_value(|pictures| pictures.describe(key, &words));
    };
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            done();
        }
    };
    view! {
        <p class="editor-file-alt">
            <label for=id.clone()>"What does it show?"</label>
            <input
                id=id
                class="field-input"
                type="text"
                autocomplete="off"
                placeholder="For those who cannot see it"
                node_ref=field
                on:keydown=pressed
            />
            <button type="button" class="button" on:click=move |_| done()>"Done"</button>
        </p>
    }
}
