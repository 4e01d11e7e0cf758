//! What is offered at the cursor: a list box after the ARIA Authoring Practices, whose keys go on to the text.

use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::dom::by_id;
use super::mirror::Spot;

/// Pixels that it may take.
const HEIGHT: f64 = 304.0;

/// One thing that can be chosen.
#[derive(Clone)]
pub struct Offer {
    /// What it is.
    pub label: String,
    /// What else there is to know of it, in few words.
    pub hint: String,
    /// Chooses it.
    pub pick: Rc<dyn Fn()>,
}

/// What is offered together.
#[derive(Clone, Default)]
pub struct Offers {
    /// Of what kind, in the plural: "Notes".
    pub label: &'static str,
    /// In their order.
    pub list: Vec<Offer>,
    /// Where the list stands.
    pub spot: Spot,
    /// Which is chosen by Enter before any key led to another.
    pub first: Option<usize>,
}

/// The list box of a field.
#[derive(Clone, Copy)]
pub struct ListBox {
    /// Its id, and how those of its options begin.
    id: &'static str,
    field: StoredValue<HtmlElement, LocalStorage>,
    offers: RwSignal<Offers, LocalStorage>,
    active: RwSignal<Option<usize>>,
}

impl ListBox {
    /// Beside the field; made once for each.
    pub fn new(field: &HtmlElement, id: &'static str) -> Option<Self> {
        let parent: HtmlElement = field.parent_element()?.dyn_into().ok()?;
        let here = Self {
            id,
            field: StoredValue::new_local(field.clone()),
            offers: RwSignal::new_local(Offers::default()),
            active: RwSignal::new(None),
        };
        mount_to(parent, move || here.view()).forget();
        for (name, value) in [("aria-autocomplete", "list"), ("aria-haspopup", "listbox"), ("aria-controls", id)] {
            let _ = field.set_attribute(name, value);
        }
        // A text area may not be one (ARIA in HTML), a line may.
        if field.tag_name() == "INPUT" {
            let _ = field.set_attribute("role", "combobox");
            let _ = field.set_attribute("aria-expanded", "false");
        }
        Some(here)
    }

    /// Shows other offers, or none.
    pub fn show(&self, offers: Offers) {
        let (first, none) = (offers.first.filter(|first| *first < offers.list.len()), offers.list.is_empty());
        self.offers.set(offers);
        self.choose(if none { None } else { first });
        let field = self.field.get_value();
        if field.has_attribute("aria-expanded") {
            let _ = field.set_attribute("aria-expanded", if none { "false" } else { "true" });
        }
    }

    /// Puts it away.
    pub fn hide(&self) {
        if self.is_open() {
            self.show(Offers::default());
        }
    }

    /// Where it stands.
    pub fn spot(&self) -> Spot {
        self.offers.with_untracked(|offers| offers.spot)
    }

    /// Whether anything is offered.
    pub fn is_open(&self) -> bool {
        self.offers.with_untracked(|offers| !offers.list.is_empty())
    }

    /// The keys of the list, and whether it was one of them: up and down, first and last, choose, close.
    pub fn key(&self, key: &str) -> bool {
        let count = self.offers.with_untracked(|offers| offers.list.len());
        if count == 0 {
            return false;
        }
        let at = self.active.get_untracked();
        match key {
            "ArrowDown" => self.choose(Some(at.map_or(0, |at| (at + 1) % count))),
            "ArrowUp" => self.choose(Some(at.map_or(count - 1, |at| (at + count - 1) % count))),
            "PageDown" => self.choose(Some(at.map_or(0, |at| (at + 6).min(count - 1)))),
            "PageUp" => self.choose(Some(at.map_or(0, |at| at.saturating_sub(6)))),
            "Escape" => self.hide(),
            "Enter" => return self.pick(at),
            "Tab" => return self.pick(at.or(Some(0))),
            _ => return false,
        }
        true
    }

    /// Chooses the active one. Answers whether there was one.
    pub fn pick(&self, at: Option<usize>) -> bool {
        let offer = self.offers.with_untracked(|offers| offers.list.get(at?).cloned());
        self.hide();
        offer.as_ref().map(|offer| (offer.pick)()).is_some()
    }

    /// The active one.
    pub fn active(&self) -> Option<usize> {
        self.active.get_untracked()
    }

    /// What a screen reader should hear of what is offered.
    pub fn words(&self) -> String {
        self.offers.with_untracked(|offers| {
            let count = offers.list.len();
            let first = offers.first.and_then(|first| offers.list.get(first));
            match first {
                Some(first) => format!("{}: {count}. {}", offers.label, first.label),
                None => format!("{}: {count}. Arrow down to choose", offers.label),
            }
        })
    }

    fn choose(&self, at: Option<usize>) {
        self.active.set(at);
        let field = self.field.get_value();
        let Some(at) = at else {
            let _ = field.remove_attribute("aria-activedescendant");
            return;
        };
        let id = self.option_id(at);
        let _ = field.set_attribute("aria-activedescendant", &id);
        // The option is there once the view has followed.
        request_animation_frame(move || {
            if let Some(option) = by_id::<Element>(&id) {
                let nearest = web_sys::ScrollIntoViewOptions::new();
                nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&nearest);
            }
        });
    }

    fn option_id(&self, at: usize) -> String {
        format!("{}-{at}", self.id)
    }

    fn view(self) -> impl IntoView {
        let Self { id, offers, active, .. } = self;
        // Set by property: the page's policy lets no style attribute be.
        let left = move || offers.with(|offers| format!("{}px", offers.spot.left));
        let top = move || offers.with(|offers| format!("{}px", offers.spot.top + offers.spot.height));
        let over = move || offers.with(|offers| format!("{}px", offers.spot.top));
        // Above the line where it would not be seen below it.
        let above = move || offers.with(|offers| offers.spot.room < HEIGHT && offers.spot.top > HEIGHT);
        let options = move || {
            let list = offers.with(|offers| offers.list.clone());
            let option = move |(at, offer): (usize, Offer)| {
                let hint = (!offer.hint.is_empty())
                    .then(|| view! { <span class="completion-hint" dir="auto">{offer.hint}</span> });
                view! {
                    <li
                        id=self.option_id(at)
                        class="completion"
                        role="option"
                        aria-selected=move || if active.get() == Some(at) { "true" } else { "false" }
                        // The text keeps the focus.
                        on:mousedown=|event| event.prevent_default()
                        on:click=move |_| {
                            self.pick(Some(at));
                        }
                    >
                        <span class="completion-label" dir="auto">{offer.label}</span>
                        {hint}
                    </li>
                }
            };
            list.into_iter().enumerate().map(option).collect_view()
        };
        let hidden = move || offers.with(|offers| offers.list.is_empty());
        let label = move || offers.with(|offers| offers.label);
        view! {
            <ul
                id=id
                class="completions"
                role="listbox"
                aria-label=label
                style=("--left", left)
                style=("--top", top)
                style=("--over", over)
                class:above=above
                hidden=hidden
                // It scrolls; no key ever leads into it, since all of them lead through it.
                tabindex="0"
                on:mousedown=|event| event.prevent_default()
            >
                {options}
            </ul>
        }
    }
}

/// Whether a key may mean something in an open list.
pub fn is_key_of_list(key: &str) -> bool {
    matches!(key, "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp" | "Escape" | "Enter" | "Tab")
}
