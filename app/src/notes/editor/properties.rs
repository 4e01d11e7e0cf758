//! What stands beside the text, made livelier: the address as it will be, and a time to publish at.

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::editor::FieldName;
use shared::slug;
use web_sys::{Element, HtmlElement};

use super::actions::Action;
use super::dom::by_id;
use super::page::EditorPage;

/// The id of the control that stands for [`FieldName::PublishAt`].
pub const TIME: &str = "publish_at-local";

/// Attaches it.
pub fn start(page: &EditorPage) {
    show_address(page);
    offer_time(page);
    page.offer(Action::new("Properties", |_| open()).also("slug address tags visibility aliases settings"));
}

/// Unfolds them and goes to the first.
fn open() {
    let Some(first) = by_id::<HtmlElement>("tags") else { return };
    if let Ok(Some(folded)) = first.closest("details") {
        let _ = folded.set_attribute("open", "");
    }
    let _ = first.focus();
}

/// What becomes of what stands in the address field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Address {
    /// This, after `/notes/`.
    Will(String),
    /// The same, but it is not what was typed.
    Changed(String),
    /// The title makes none.
    Missing,
    /// Why it is refused.
    Wrong(String),
}

fn address(typed: &str, title: &str) -> Address {
    let typed = typed.trim();
    if typed.is_empty() {
        return slug::from_title(title).map_or(Address::Missing, Address::Will);
    }
    match (slug::check(typed), slug::from_path(typed)) {
        (Ok(()), _) => Address::Will(typed.to_owned()),
        (Err(shared::Error::TooLarge { .. }), _) => Address::Wrong("This address is too long.".to_owned()),
        (Err(_), Some(tidy)) if tidy != typed && slug::check(&tidy).is_ok() => Address::Changed(tidy),
        (Err(shared::Error::Invalid { reason, .. }), _) => Address::Wrong(reason),
        (Err(error), _) => Address::Wrong(error.to_string()),
    }
}

fn show_address(page: &EditorPage) {
    let Some(field) = by_id::<HtmlElement>("slug") else { return };
    let Some(parent) = field.parent_element().and_then(|parent| parent.dyn_into::<HtmlElement>().ok()) else { return };
    let shown = RwSignal::new(Address::Missing);
    let page = page.clone();
    Effect::new(move |_| {
        page.revision().track();
        let now = address(&page.value(FieldName::Slug), &page.value(FieldName::Title));
        if shown.get_untracked() != now {
            shown.set(now);
        }
    });
    let host = window().location().host().unwrap_or_default();
    let words = move || match shown.get() {
        Address::Will(slug) => format!("{host}/notes/{slug}"),
        Address::Changed(slug) => format!("Not a sound address. Try “{slug}”."),
        Address::Missing => "The title makes no address yet.".to_owned(),
        Address::Wrong(why) => why,
    };
    let wrong = move || matches!(shown.get(), Address::Changed(_) | Address::Wrong(_));
    mount_to(parent, move || {
        view! {
            <p id="slug-preview" class="address" class:address-wrong=wrong dir="ltr">
                {words}
            </p>
        }
    })
    .forget();
    let described = field.get_attribute("aria-describedby").unwrap_or_default();
    let _ = field.set_attribute("aria-describedby", format!("{described} slug-preview").trim());
}

/// The field that holds the time has no control in the plain form: a browser's own picker knows the owner's zone, which
/// the site does not.
fn offer_time(page: &EditorPage) {
    let Some(visibility) = by_id::<Element>(FieldName::Visibility.as_str()) else { return };
    let beside = visibility.closest(".field").ok().flatten();
    let Some(place) = document().create_element("div").ok().and_then(|place| place.dyn_into::<HtmlElement>().ok())
    else {
        return;
    };
    place.set_class_name("field");
    if beside.is_none_or(|beside| beside.after_with_node_1(&place).is_err()) {
        return;
    }
    let value = RwSignal::new(String::new());
    let here = page.clone();
    Effect::new(move |_| {
        here.revision().track();
        value.set(to_local(&here.value(FieldName::PublishAt)));
    });
    let page = page.clone();
    mount_to(place, move || {
        view! {
            <label for=TIME>"Not before"</label>
            <p class="field-hint" id="publish_at-hint">"Published, it stays private until then. Your own time."</p>
            <input
                id=TIME
                type="datetime-local"
                aria-describedby="publish_at-hint"
                prop:value=value
                on:change:target=move |event| {
                    page.set_value(FieldName::PublishAt, &to_stored(&event.target().value()));
                }
            />
        }
    })
    .forget();
}

/// `2026-11-22T14:02` of this device's zone, of a stored time; empty for none.
fn to_local(stored: &str) -> String {
    let at = js_sys::Date::new(&JsValue::from_str(stored));
    if stored.is_empty() || at.get_time().is_nan() {
        return String::new();
    }
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        at.get_full_year(),
        at.get_month() + 1,
        at.get_date(),
        at.get_hours(),
        at.get_minutes()
    )
}

/// The other way round.
fn to_stored(local: &str) -> String {
    let at = js_sys::Date::new(&JsValue::from_str(local));
    if local.is_empty() || at.get_time().is_nan() {
        return String::new();
    }
    String::from(at.to_iso_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_said_as_it_will_be() {
        let will = |slug: &str| Address::Will(slug.into());
        assert_eq!(address("", "Winter gardens"), will("winter-gardens"));
        assert_eq!(address("", "?!"), Address::Missing);
        assert_eq!(address(" plants/hellebore ", "x"), will("plants/hellebore"));
        assert_eq!(address("Plants & more", "x"), Address::Changed("plants-more".into()));
        assert!(matches!(address("new", "x"), Address::Wrong(why) if why.contains("kept")));
        assert!(matches!(address(&"a".repeat(500), "x"), Address::Wrong(_)));
    }
}
