//! The page around a note that the site has: its address, its name, and where its own form goes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::editor::Standing;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomParser, Element, HtmlInputElement, Response, SupportedType};

use super::Session;
use crate::notes::editor::dom::by_id;
use crate::notes::editor::tabs::{self, News};

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
        if self.standing.replace(Some(standing.clone())).is_none_or(|before| before.ways() != standing.ways()) {
            spawn_local(async move {
                // What is not had now is there when the page is loaded again.
                let _ = renew(&address).await;
            });
        }
        tabs::tell(News::Stored { note, version: standing.version });
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

/// The parts of the page that say where the note can be seen and what can be done with it, as the site would fill them
/// now: for a note that was made or published while it was written.
async fn renew(address: &str) -> Result<(), JsValue> {
    let answer: Response = JsFuture::from(window().fetch_with_str(address)).await?.dyn_into()?;
    let html = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
    let fresh = DomParser::new()?.parse_from_string(&html, SupportedType::TextHtml)?;
    if let (Some(here), Some(there)) = (by_id::<Element>("editor-links"), fresh.get_element_by_id("editor-links")) {
        add_links(&here, &there)?;
    }
    for part in ["editor-dates", "editor-fate"] {
        if let (Some(here), Some(there)) = (by_id::<Element>(part), fresh.get_element_by_id(part)) {
            here.replace_with_with_node_1(&there)?;
        }
    }
    Ok(())
}

/// Those that are not there yet. The others stay, with whoever listens to them.
fn add_links(here: &Element, there: &Element) -> Result<(), JsValue> {
    let links = there.query_selector_all("a")?;
    for link in (0..links.length()).filter_map(|at| links.item(at)?.dyn_into::<Element>().ok()) {
        let href = link.get_attribute("href").unwrap_or_default();
        if here.query_selector(&format!("a[href='{href}']"))?.is_none() {
            here.append_with_node_1(&link)?;
        }
    }
    Ok(())
}

/// A page that may not change its address goes on with the one it has.
fn set_address(address: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}
