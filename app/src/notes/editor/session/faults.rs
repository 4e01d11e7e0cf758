//! What the site will not take, at the field where it stands.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::{Fault, FieldName};
use web_sys::{Element, HtmlElement};

use crate::notes::editor::dom::by_id;

/// Says these, and no longer what was said before.
pub fn show(faults: &[Fault]) {
    for field in FieldName::ALL {
        let fault = faults.iter().find(|fault| fault.field == field);
        let Some(control) = by_id::<HtmlElement>(field.as_str()) else { continue };
        let id = format!("{}-problem", field.as_str());
        match fault {
            Some(fault) => say(&control, &id, &fault.reason),
            None => unsay(&control, &id),
        }
    }
}

fn say(control: &HtmlElement, id: &str, reason: &str) {
    let told = by_id::<Element>(id).or_else(|| told_before(control, id));
    let Some(told) = told else { return };
    told.set_text_content(Some(reason));
    let _ = control.set_attribute("aria-invalid", "true");
    let described = control.get_attribute("aria-describedby").unwrap_or_default();
    if !described.split(' ').any(|name| name == id) {
        let _ = control.set_attribute("aria-describedby", format!("{described} {id}").trim());
    }
    // A field in a closed part of the page is no place to say anything.
    let mut around = control.parent_element();
    while let Some(element) = around {
        if element.tag_name() == "DETAILS" {
            let _ = element.set_attribute("open", "");
        }
        around = element.parent_element();
    }
}

fn told_before(control: &HtmlElement, id: &str) -> Option<Element> {
    let told = document().create_element("p").ok()?;
    told.set_id(id);
    told.set_class_name("field-problem");
    let parent = control.parent_element()?;
    parent.insert_before(&told, Some(control.unchecked_ref())).ok()?;
    Some(told)
}

fn unsay(control: &HtmlElement, id: &str) {
    if let Some(told) = by_id::<Element>(id) {
        told.remove();
        let _ = control.remove_attribute("aria-invalid");
    }
}
