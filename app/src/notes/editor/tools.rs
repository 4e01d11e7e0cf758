//! Buttons in the bar above the text, for what only a script can do.

use std::rc::Rc;

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, MouseEvent};

use super::actions::{Action, Keys, Platform};
use super::dom::listen;
use super::page::EditorPage;

/// Adds a button that reads `label`; `title` says its keys to whoever points at it.
///
/// The palette has it too.
pub fn add(page: &EditorPage, label: &'static str, title: &str, pressed: impl Fn() + 'static) -> Option<HtmlElement> {
    let pressed = Rc::new(pressed);
    let again = Rc::clone(&pressed);
    let action = Action::new(label, move |_| again());
    let keys = keys_of(label);
    page.offer(match keys {
        Some(keys) => action.keys(keys),
        None => action,
    });
    let button: HtmlElement = document().create_element("button").ok()?.dyn_into().ok()?;
    button.set_attribute("type", "button").ok()?;
    button.set_class_name("button editor-tool");
    button.set_text_content(Some(label));
    button.set_title(title);
    if let Some(keys) = keys {
        let _ = button.set_attribute("aria-keyshortcuts", &keys.aria(Platform::here()));
    }
    // The text keeps the focus, and on a phone its keyboard.
    listen(&button, "mousedown", |event: MouseEvent| event.prevent_default());
    listen(&button, "click", move |_: MouseEvent| pressed());
    page.tools()?.append_child(&button).ok()?;
    Some(button)
}

/// Those that are used often have keys.
fn keys_of(label: &str) -> Option<Keys> {
    (label == "Preview").then_some(Keys::new("Mod+E"))
}
