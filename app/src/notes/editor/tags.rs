//! Completion in the field of tags: the same list box as in the text, one item of the list at a time.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::{document, set_timeout};
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::complete::{accept_item, item_at, rank_words};
use shared::editor::typing::{byte_of, units_of};
use shared::editor::{Edit, FieldName};
use web_sys::{Event, FocusEvent, HtmlDocument, HtmlInputElement, KeyboardEvent};

use super::dom::{by_id, listen, tell};
use super::later::Later;
use super::list_box::{ListBox, Offer, Offers, is_key_of_list};
use super::mirror::{Spot, visible_height};
use super::names::Known;
use super::page::EditorPage;

/// Offers of one time.
const MOST: usize = 8;
/// How long the keys rest before what is offered is said aloud.
const PAUSE: Duration = Duration::from_millis(500);

/// Attaches it.
pub fn start(page: &EditorPage, known: &Known) {
    let Some(field) = by_id::<HtmlInputElement>(FieldName::Tags.as_str()) else { return };
    let Some(list) = ListBox::new(&field, "tag-offers") else { return };
    if let Some(place) = field.parent_element() {
        place.set_class_name(&format!("{} has-completions", place.class_name()));
    }
    let tags = Rc::new(Tags {
        page: page.clone(),
        field: field.clone(),
        list,
        known: known.clone(),
        is_composing: Cell::new(false),
    });
    let here = Rc::clone(&tags);
    let look = Later::new(move || here.look());
    for name in ["input", "compositionend"] {
        let look = look.clone();
        listen(&field, name, move |_: Event| look.ask());
    }
    let here = Rc::clone(&tags);
    known.on_news(move || here.look());
    let here = Rc::clone(&tags);
    listen(&field, "blur", move |_: FocusEvent| here.list.hide());
    let here = Rc::clone(&tags);
    listen(&field, "compositionstart", move |_: Event| {
        here.is_composing.set(true);
        here.list.hide();
    });
    let here = Rc::clone(&tags);
    listen(&field, "compositionend", move |_: Event| here.is_composing.set(false));
    listen(&field, "keydown", move |event: KeyboardEvent| tags.key(&event, &look));
}

struct Tags {
    page: EditorPage,
    field: HtmlInputElement,
    list: ListBox,
    known: Known,
    is_composing: Cell<bool>,
}

impl Tags {
    fn key(&self, event: &KeyboardEvent, look: &Later) {
        let held = event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key();
        let key = event.key();
        if event.is_composing() || event.key_code() == 229 || held || !is_key_of_list(&key) {
            return;
        }
        look.hurry();
        // Tab leaves the field, as in any other, unless something is chosen.
        if key == "Tab" && self.list.active().is_none() {
            return self.list.hide();
        }
        if self.list.key(&key) {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    fn look(self: &Rc<Self>) {
        let is_focused = document().active_element().is_some_and(|active| active.is_same_node(Some(&self.field)));
        let text = self.field.value();
        let item = item_at(&text, self.cursor(&text));
        // An input method holds the field while it composes: what stands there is not meant yet.
        if !is_focused || item.query.is_empty() || self.is_composing.get() {
            return self.list.hide();
        }
        self.known.refresh();
        let names = self.known.names();
        let is_new = |tag: &String| !item.others.contains(tag) && *tag != item.query;
        let ranked = rank_words(names.tags.iter().map(String::as_str), &item.query);
        let list = ranked.into_iter().map(|at| names.tags[at].clone()).filter(is_new).take(MOST);
        let list: Vec<_> = list.map(|tag| self.offer(tag)).collect();
        if list.is_empty() {
            return self.list.hide();
        }
        self.list.show(Offers { label: "Tags", list, first: None, spot: self.spot() });
        self.say();
    }

    fn offer(self: &Rc<Self>, tag: String) -> Offer {
        let here = Rc::clone(self);
        let label = tag.clone();
        let pick = Rc::new(move || {
            let text = here.field.value();
            here.apply(&text, &accept_item(&text, here.cursor(&text), &tag));
        });
        Offer { label, hint: String::new(), pick }
    }

    fn cursor(&self, text: &str) -> usize {
        byte_of(text, self.field.selection_start().ok().flatten().unwrap_or_default() as usize)
    }

    /// As if it had been typed, so that undo takes it back.
    fn apply(&self, text: &str, edit: &Edit) {
        let units = |at: usize| u32::try_from(units_of(text, at)).unwrap_or_default();
        let _ = self.field.focus();
        let _ = self.field.set_selection_range(units(edit.range.start), units(edit.range.end));
        let typed = document()
            .dyn_into::<HtmlDocument>()
            .ok()
            .and_then(|document| document.exec_command_with_show_ui_and_value("insertText", false, &edit.insert).ok());
        let after = [&text[..edit.range.start], &edit.insert, &text[edit.range.end..]].concat();
        if typed != Some(true) || self.field.value() != after {
            self.field.set_value(&after);
            tell(&self.field, "input");
        }
        let cursor = u32::try_from(units_of(&after, edit.selection.head)).unwrap_or_default();
        let _ = self.field.set_selection_range(cursor, cursor);
    }

    /// Under the field, over its whole width.
    fn spot(&self) -> Spot {
        let bounds = self.field.get_bounding_client_rect();
        let (top, height) = (f64::from(self.field.offset_top()), f64::from(self.field.offset_height()));
        Spot { left: 0.0, top, height, room: visible_height() - bounds.bottom() }
    }

    fn say(self: &Rc<Self>) {
        let (here, text) = (Rc::clone(self), self.field.value());
        let say = move || {
            if here.list.is_open() && here.field.value() == text {
                here.page.announce(&here.list.words());
            }
        };
        set_timeout(say, PAUSE);
    }
}
