//! The page around a note that the site has: its address, its name, and where its own form goes.

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::editor::Standing;
use web_sys::{Element, HtmlInputElement};

use super::Session;
use crate::notes::editor::tabs::{self, News};
use crate::ui::note_href;

impl Session {
    /// A new note's id stands in the address from the first, so that a page that is loaded again finds what this one left.
    pub(super) fn name_address(&self) {
        let search = window().location().search().unwrap_or_default();
        if self.page.opened().version > 0 || search.contains("key=") {
            return;
        }
        let between = if search.is_empty() { "?" } else { "&" };
        set_address(&format!("{search}{between}key={}", self.page.note()));
    }

    /// The site has it: the address names it, and the form's own way goes on from that version.
    pub(super) fn stands(&self, standing: &Standing) {
        let note = self.page.note();
        let address = format!("/desk/notes/{note}");
        let form = self.page.form();
        if window().location().pathname().is_ok_and(|path| path != address) {
            set_address(&address);
            document().set_title(&document().title().replacen("New note", &format!("Editing {}", standing.title), 1));
        }
        let _ = form.set_attribute("action", &address);
        if let Some(base) = self.base_input() {
            base.set_value(&self.engine.borrow().base_version().to_string());
        }
        if standing.is_published {
            self.show_way(&note_href(&standing.slug));
        }
        tabs::tell(News::Stored { note, version: standing.version });
    }

    /// The way to the page that readers see.
    fn show_way(&self, href: &str) {
        let Ok(Some(ways)) = self.page.form().query_selector(".editor-ways") else { return };
        let view = match ways.query_selector("a[href^='/notes/']") {
            Ok(Some(view)) => Some(view),
            _ => new_way(&ways),
        };
        if let Some(view) = view {
            let _ = view.set_attribute("href", href);
        }
    }

    /// The form's hidden `base`, made where it came without, for a new note.
    fn base_input(&self) -> Option<HtmlInputElement> {
        let form = self.page.form();
        if let Ok(Some(base)) = form.query_selector("input[name=base]") {
            return base.dyn_into().ok();
        }
        let base: HtmlInputElement = document().create_element("input").ok()?.dyn_into().ok()?;
        base.set_type("hidden");
        base.set_name("base");
        form.append_child(&base).ok()?;
        Some(base)
    }
}

fn new_way(ways: &Element) -> Option<Element> {
    let view = document().create_element("a").ok()?;
    view.set_text_content(Some("View"));
    ways.insert_before(&view, ways.query_selector("button").ok()?.as_ref().map(AsRef::as_ref)).ok()?;
    Some(view)
}

/// A page that may not change its address goes on with the one it has.
fn set_address(address: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}
