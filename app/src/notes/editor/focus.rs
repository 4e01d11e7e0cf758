//! The quiet tools above the text: the palette's button, how long the text is, and focus, which leaves nothing but the text.

use std::time::Duration;

use leptos::mount::mount_to;
use leptos::prelude::*;
use shared::editor::find::{Count, count};
use web_sys::Event;

use super::actions::{Action, Platform};
use super::dom::listen;
use super::page::EditorPage;
use super::palette;

/// How long the keys rest before the text is counted again.
const PAUSE: Duration = Duration::from_millis(400);

/// Attaches them.
pub fn start(page: &EditorPage) {
    let focused = RwSignal::new(false);
    let turn = move |page: &EditorPage| {
        focused.update(|on| *on = !*on);
        let on = focused.get_untracked();
        show_only_text(on);
        page.announce(if on { "Only the text" } else { "Everything is shown again" });
    };
    page.offer(Action::new("Focus: only the text", turn).also("zen distraction free mode hide"));
    offer_letters(page);
    grow(page);
    let counted = RwSignal::new(Counted::default());
    let said = page.clone();
    let say = move |_: &EditorPage| {
        let now = counted.get_untracked();
        said.announce(&format!("{}, {}", now.words(), characters(now.all)));
    };
    page.offer(Action::new("Count words", say).also("characters length statistics"));
    keep_counting(page, counted);
    if let Some(tools) = page.tools() {
        let page = StoredValue::new_local(page.clone());
        mount_to(tools, move || view(page, focused, turn, counted)).forget();
    }
}

fn show_only_text(on: bool) {
    let Some(root) = document().document_element() else { return };
    let _ = if on { root.set_attribute("data-writing", "focus") } else { root.remove_attribute("data-writing") };
}

/// Where the device remembers which letters one writes in.
const LETTERS: &str = "editor-letters";

fn offer_letters(page: &EditorPage) {
    let kept = || window().local_storage().ok().flatten();
    let show = |equal: Option<&str>| {
        let Some(root) = document().document_element() else { return };
        let _ = match equal {
            Some(equal) => root.set_attribute("data-letters", equal),
            None => root.remove_attribute("data-letters"),
        };
    };
    show(kept().and_then(|kept| kept.get_item(LETTERS).ok().flatten()).as_deref());
    let turn = move |page: &EditorPage| {
        let is_equal = document().document_element().is_some_and(|root| root.has_attribute("data-letters"));
        let now = (!is_equal).then_some("equal");
        show(now);
        if let Some(kept) = kept() {
            // What is not remembered is chosen again.
            let _ = now.map_or_else(|| kept.remove_item(LETTERS), |now| kept.set_item(LETTERS, now));
        }
        page.announce(if is_equal { "Letters of the page" } else { "Letters of equal width" });
    };
    page.offer(Action::new("Letters of equal width", turn).also("monospace typewriter font"));
}

/// Where a browser has no field that grows by itself (`field-sizing`), it is made to.
fn grow(page: &EditorPage) {
    let field = page.body().field().clone();
    let style = window().get_computed_style(&field).ok().flatten();
    if style.and_then(|style| style.get_property_value("field-sizing").ok()).is_some_and(|value| value == "content") {
        return;
    }
    let revision = page.revision();
    Effect::new(move |_| {
        revision.track();
        // Only ever taller: a field that shrinks first would lose the reader's place.
        let (needed, now) = (field.scroll_height(), field.client_height());
        if needed > now {
            let _ = web_sys::HtmlElement::style(&field).set_property("height", &format!("{needed}px"));
        }
    });
}

/// The whole, and what is selected of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counted {
    all: Count,
    chosen: Option<Count>,
}

impl Counted {
    fn words(self) -> String {
        let all = grouped(self.all.words);
        match (self.chosen, self.all.words) {
            (Some(chosen), _) => format!("{} of {all} words", grouped(chosen.words)),
            (None, 1) => "1 word".to_owned(),
            (None, _) => format!("{all} words"),
        }
    }
}

fn characters(count: Count) -> String {
    format!("{} characters", grouped(count.characters))
}

/// `12,345`
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn keep_counting(page: &EditorPage, counted: RwSignal<Counted>) {
    let now = {
        let page = page.clone();
        move || {
            let text = page.body().text();
            let selection = page.body().selection_in(&text);
            let chosen = (!selection.is_empty()).then(|| count(&text[selection.range()]));
            counted.set(Counted { all: count(&text), chosen });
        }
    };
    now();
    let waiting = StoredValue::new(None);
    let later = move || {
        let handle = set_timeout_with_handle(now.clone(), PAUSE).ok();
        if let Some(Some(earlier)) = waiting.try_update_value(|waiting| std::mem::replace(waiting, handle)) {
            TimeoutHandle::clear(&earlier);
        }
    };
    let revision = page.revision();
    let after_change = later.clone();
    Effect::new(move |_| {
        revision.track();
        after_change();
    });
    let body = page.body().clone();
    listen(&document(), "selectionchange", move |_: Event| {
        if body.is_focused() && !body.is_composing() {
            later();
        }
    });
}

fn view(
    page: StoredValue<EditorPage, LocalStorage>,
    focused: RwSignal<bool>,
    turn: impl Fn(&EditorPage) + Copy + 'static,
    counted: RwSignal<Counted>,
) -> impl IntoView {
    let platform = Platform::here();
    let commands = move |_| {
        let page = page.get_value();
        if let Some(action) = page.actions().into_iter().find(|action| action.keys == Some(palette::KEYS)) {
            action.run(&page);
        }
    };
    let pressed = move || if focused.get() { "true" } else { "false" };
    view! {
        <button
            type="button"
            class="button editor-tool"
            aria-keyshortcuts=palette::KEYS.aria(platform)
            aria-haspopup="dialog"
            on:click=commands
        >
            "Commands"
            <kbd class="tool-keys" aria-hidden="true">{palette::KEYS.words(platform)}</kbd>
        </button>
        <button type="button" class="button editor-tool" aria-pressed=pressed on:click=move |_| turn(&page.get_value())>"Focus"</button>
        <span class="tool-count" title=move || characters(counted.get().all)>{move || counted.get().words()}</span>
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn long_numbers_are_grouped() {
        for (number, words) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), words);
        }
    }
}
