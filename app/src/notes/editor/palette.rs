//! The palette: every command by its name, with its keys. A dialog with a combobox in it.

use std::rc::Rc;

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::Selection;
use shared::editor::complete::rank_words;
use web_sys::{Element, HtmlElement};

use super::actions::{Action, Keys, Place, Platform};
use super::dom::by_id;
use super::page::EditorPage;

/// Offers it.
pub fn start(page: &EditorPage) {
    let palette = Palette::new(page);
    page.offer(Action::new("Commands", move |_| palette.open()).also("palette keys shortcuts help").keys(KEYS));
}

/// Its own.
pub const KEYS: Keys = Keys::new("Mod+K");

#[derive(Clone, Copy)]
struct Palette {
    page: StoredValue<EditorPage, LocalStorage>,
    dialog: NodeRef<html::Dialog>,
    query: RwSignal<String>,
    /// What can be done, as of when it was opened.
    actions: RwSignal<Rc<Vec<Action>>, LocalStorage>,
    active: RwSignal<usize>,
    /// What was selected in the text: a browser forgets it when a dialog closes.
    selected: StoredValue<Option<Selection>>,
}

impl Palette {
    fn new(page: &EditorPage) -> Self {
        let palette = Self {
            page: StoredValue::new_local(page.clone()),
            dialog: NodeRef::new(),
            query: RwSignal::new(String::new()),
            actions: RwSignal::new_local(Rc::default()),
            active: RwSignal::new(0),
            selected: StoredValue::new(None),
        };
        if let Some(body) = document().body() {
            mount_to(body, move || palette.view()).forget();
        }
        palette
    }

    fn open(self) {
        let Some(dialog) = self.dialog.get_untracked() else { return };
        if dialog.open() {
            return;
        }
        let page = self.page.get_value();
        let mut actions = page.actions();
        let selected = page.body().selection();
        self.selected.set_value(Some(selected));
        // What one most likely wants with words selected stands first then.
        if !selected.is_empty() {
            actions.sort_by_key(|action| action.name != "Link");
        }
        actions.retain(|action| action.keys != Some(KEYS));
        self.actions.set(Rc::new(actions));
        self.ask(String::new());
        let _ = dialog.show_modal();
        if let Some(field) = by_id::<web_sys::HtmlInputElement>("palette-query") {
            field.set_value("");
        }
    }

    fn ask(self, query: String) {
        self.query.set(query);
        self.active.set(0);
    }

    /// What fits, in its order.
    fn found(self) -> Vec<Action> {
        let actions = self.actions.get();
        let names: Vec<_> = actions.iter().map(|action| format!("{} {}", action.name, action.also)).collect();
        let ranked = self.query.with(|query| rank_words(names.iter().map(String::as_str), query));
        ranked.into_iter().map(|at| actions[at].clone()).collect()
    }

    fn run(self, at: usize) {
        let Some(action) = untrack(|| self.found()).get(at).cloned() else { return };
        self.close();
        let page = self.page.get_value();
        if action.place == Place::Text {
            page.body().focus();
        }
        action.run(&page);
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
        self.restore();
    }

    fn restore(self) {
        let selected = self.selected.try_update_value(Option::take).flatten();
        if let Some(selected) = selected {
            self.page.get_value().body().select(selected);
        }
    }

    fn key(self, event: &KeyboardEvent) {
        let count = untrack(|| self.found()).len();
        if event.is_composing() || count == 0 {
            return;
        }
        let at = self.active.get_untracked();
        let at = match event.key().as_str() {
            "ArrowDown" => (at + 1) % count,
            "ArrowUp" => (at + count - 1) % count,
            "PageDown" => (at + 8).min(count - 1),
            "PageUp" => at.saturating_sub(8),
            "Enter" => {
                event.prevent_default();
                return self.run(at);
            }
            _ => return,
        };
        event.prevent_default();
        self.active.set(at);
        if let Some(option) = by_id::<Element>(&option_id(at)) {
            let nearest = web_sys::ScrollIntoViewOptions::new();
            nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&nearest);
        }
    }

    fn view(self) -> impl IntoView {
        let platform = Platform::here();
        let options = move || {
            let option = |(at, action)| self.option(at, &action, platform);
            self.found().into_iter().enumerate().map(option).collect_view()
        };
        let count = move || match self.found().len() {
            0 => "No command of this name".to_owned(),
            1 => "1 command".to_owned(),
            count => format!("{count} commands"),
        };
        let none = move || self.found().is_empty();
        let outside = move |event: MouseEvent| {
            let dialog = self.dialog.get_untracked();
            let on_dialog = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            if let (Some(dialog), Some(target)) = (dialog, on_dialog)
                && target.is_same_node(Some(&dialog))
            {
                self.close();
            }
        };
        view! {
            <dialog class="palette" node_ref=self.dialog aria-label="Commands" on:click=outside on:close=move |_| self.restore()>
                <div class="palette-inner">
                    <label class="visually-hidden" for="palette-query">"Command"</label>
                    <input
                        id="palette-query"
                        class="palette-query"
                        type="text"
                        placeholder="What to do?"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        autofocus
                        role="combobox"
                        aria-autocomplete="list"
                        aria-expanded="true"
                        aria-controls="palette-list"
                        aria-activedescendant=move || (!none()).then(|| option_id(self.active.get()))
                        on:input:target=move |event| self.ask(event.target().value())
                        on:keydown=move |event| self.key(&event)
                    />
                    <ul id="palette-list" class="palette-list" role="listbox" aria-label="Commands" hidden=none>{options}</ul>
                    <p class="palette-count" role="status">{count}</p>
                </div>
            </dialog>
        }
    }

    fn option(self, at: usize, action: &Action, platform: Platform) -> impl IntoView + use<> {
        let keys = action.keys.map(|keys| view! { <kbd class="palette-keys">{keys.words(platform)}</kbd> });
        let sign = (!action.sign.is_empty()).then(|| view! { <code class="palette-sign">{action.sign}</code> });
        view! {
            <li
                id=option_id(at)
                class="palette-option"
                role="option"
                aria-selected=move || if self.active.get() == at { "true" } else { "false" }
                aria-keyshortcuts=action.keys.map(|keys| keys.aria(platform))
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| self.run(at)
            >
                <span class="palette-name">{action.name}</span>
                {sign}
                {keys}
            </li>
        }
    }
}

fn option_id(at: usize) -> String {
    format!("palette-option-{at}")
}
