//! Find and replace in the text, in a bar above it. The browser's own search stays on its own keys.

use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::Selection;
use shared::editor::find::{Case, Extent, Search};
use web_sys::{Event, HtmlElement};

use super::actions::{Action, Keys};
use super::dom::listen;
use super::mirror::Mirror;
use super::page::EditorPage;

/// More are found and replaced, but not marked.
const MARKED: usize = 1_000;
/// How long the keys rest before a text that is written is searched again.
const REST: Duration = Duration::from_millis(120);

/// Offers it.
pub fn start(page: &EditorPage) {
    let Some(finder) = Finder::new(page) else { return };
    let open = move |_: &EditorPage| finder.open();
    page.offer(Action::new("Find and replace", open).also("search").keys(Keys::new("Mod+Shift+F")));
}

/// Which way to go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Next,
    Last,
}

#[derive(Clone, Copy)]
struct Finder {
    page: StoredValue<EditorPage, LocalStorage>,
    mirror: StoredValue<Mirror, LocalStorage>,
    bar: NodeRef<html::Div>,
    words: NodeRef<html::Input>,
    with: NodeRef<html::Input>,
    open: RwSignal<bool>,
    search: RwSignal<Search>,
    places: RwSignal<Rc<Vec<Range<usize>>>, LocalStorage>,
    /// The text in which these are.
    searched: StoredValue<String>,
    /// When it is searched again.
    waiting: StoredValue<Option<TimeoutHandle>>,
    current: RwSignal<Option<usize>>,
}

impl Finder {
    fn new(page: &EditorPage) -> Option<Self> {
        let finder = Self {
            page: StoredValue::new_local(page.clone()),
            mirror: StoredValue::new_local(Mirror::new(page.body(), "editor-mirror-found")?),
            bar: NodeRef::new(),
            words: NodeRef::new(),
            with: NodeRef::new(),
            open: RwSignal::new(false),
            search: RwSignal::new(Search::default()),
            places: RwSignal::new_local(Rc::default()),
            searched: StoredValue::default(),
            waiting: StoredValue::default(),
            current: RwSignal::new(None),
        };
        let parent = page.body().field().parent_element()?;
        let place: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
        place.set_class_name("find-place");
        parent.insert_before(&place, parent.first_child().as_ref()).ok()?;
        // What is typed here is no change of the note.
        for name in ["input", "change"] {
            listen(&place, name, |event: Event| event.stop_propagation());
        }
        mount_to(place, move || finder.view()).forget();
        let revision = page.revision();
        Effect::new(move |_| {
            revision.track();
            if finder.open.get() {
                untrack(|| finder.look_soon());
            }
        });
        Some(finder)
    }

    /// Opens it, with what is selected as what is looked for.
    fn open(self) {
        let page = self.page.get_value();
        let text = page.body().text();
        let selection = page.body().selection_in(&text);
        let chosen = &text[selection.range()];
        self.open.set(true);
        if let (Some(words), false) = (self.words.get_untracked(), chosen.is_empty() || chosen.contains('\n')) {
            words.set_value(chosen);
            self.search.update(|search| search.words = chosen.to_owned());
        }
        self.look(Some(selection.start()));
        // The bar is shown by now only after the next frame.
        request_animation_frame(move || {
            if let Some(words) = self.words.get_untracked() {
                let _ = words.focus();
                words.select();
            }
        });
    }

    fn close(self) {
        self.open.set(false);
        self.mirror.with_value(Mirror::clear);
        self.page.get_value().body().focus();
    }

    fn look_soon(self) {
        let look = move || {
            if self.open.get_untracked() {
                self.look(None);
            }
        };
        let next = set_timeout_with_handle(look, REST).ok();
        if let Some(Some(before)) = self.waiting.try_update_value(|waiting| std::mem::replace(waiting, next)) {
            before.clear();
        }
    }

    /// The text, searched as it stands now.
    fn text(self) -> String {
        let text = self.page.get_value().body().text();
        if self.searched.with_value(|searched| *searched != text) {
            self.look(None);
        }
        text
    }

    /// Looks again; the first found from `from` on is then the one in hand, else the one that was.
    fn look(self, from: Option<usize>) {
        let page = self.page.get_value();
        let text = page.body().text();
        let places = self.search.with_untracked(|search| search.find(&text));
        let from = from.unwrap_or_else(|| page.body().selection_in(&text).start());
        let next =
            places.iter().position(|place| place.start >= from).or(if places.is_empty() { None } else { Some(0) });
        self.places.set(Rc::new(places));
        self.current.set(next);
        self.mark(&text);
        self.searched.set_value(text);
    }

    fn mark(self, text: &str) {
        let places = self.places.get_untracked();
        let current = self.current.get_untracked();
        self.mirror.with_value(|mirror| mirror.mark(text, &places[..places.len().min(MARKED)], current));
    }

    fn go(self, way: Way) {
        let text = self.text();
        let places = self.places.get_untracked();
        if places.is_empty() {
            return;
        }
        let count = places.len();
        let page = self.page.get_value();
        let selection = page.body().selection_in(&text);
        let here = self.current.get_untracked().filter(|at| places.get(*at) == Some(&selection.range()));
        let at = match (here, way) {
            (Some(at), Way::Next) => (at + 1) % count,
            (Some(at), Way::Last) => (at + count - 1) % count,
            (None, Way::Next) => self.current.get_untracked().unwrap_or_default(),
            (None, Way::Last) => places.iter().rposition(|place| place.end <= selection.start()).unwrap_or(count - 1),
        };
        self.current.set(Some(at));
        self.mark(&text);
        page.body().select(Selection::over(places[at].clone()));
        self.mirror.with_value(|mirror| mirror.show(&text, places[at].start));
    }

    /// Puts other words in the place of the one in hand, and goes on to the next.
    fn replace(self) {
        self.text();
        let places = self.places.get_untracked();
        let Some(place) = self.current.get_untracked().and_then(|at| places.get(at)).cloned() else { return };
        let with = self.with.get_untracked().map(|with| with.value()).unwrap_or_default();
        let end = place.start + with.len();
        self.in_text(move |page| page.body().replace(place, &with, Selection::at(end)));
        self.look(Some(end));
        self.go(Way::Next);
    }

    /// All of them, as one step of undo.
    fn replace_all(self) {
        let page = self.page.get_value();
        let with = self.with.get_untracked().map(|with| with.value()).unwrap_or_default();
        let text = page.body().text();
        let selection = page.body().selection_in(&text);
        let Some((edit, count)) = self.search.with_untracked(|search| search.replace_all(&text, &with, selection))
        else {
            return page.announce("Not found");
        };
        self.in_text(move |page| page.body().apply(&edit));
        page.announce(&format!("{count} replaced"));
        self.look(None);
    }

    /// Undo stays whole only for changes that are made with the focus in the text.
    fn in_text(self, change: impl FnOnce(&EditorPage) -> bool) {
        let active = document().active_element().and_then(|active| active.dyn_into::<HtmlElement>().ok());
        let page = self.page.get_value();
        page.body().focus();
        change(&page);
        if let Some(active) = active {
            let _ = active.focus();
        }
    }

    fn key(self, event: &KeyboardEvent) {
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let in_with = self
            .with
            .get_untracked()
            .is_some_and(|with| document().active_element().is_some_and(|active| active.is_same_node(Some(&with))));
        let in_words = self
            .words
            .get_untracked()
            .is_some_and(|words| document().active_element().is_some_and(|active| active.is_same_node(Some(&words))));
        match (event.key().as_str(), event.shift_key()) {
            ("Escape", _) => self.close(),
            ("Enter", _) if in_with => self.replace(),
            ("Enter", true) if in_words => self.go(Way::Last),
            ("Enter", false) if in_words => self.go(Way::Next),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn changed(self, change: impl FnOnce(&mut Search)) {
        self.search.update(change);
        self.look(None);
    }

    fn state(self) -> String {
        if self.search.with(|search| search.words.is_empty()) {
            return String::new();
        }
        match (self.places.with(|places| places.len()), self.current.get()) {
            (0, _) => "Not found".to_owned(),
            (count, Some(at)) => format!("{} of {count}", at + 1),
            (count, None) => count.to_string(),
        }
    }

    fn view(self) -> impl IntoView {
        let case = move || if self.search.with(|search| search.case == Case::Same) { "true" } else { "false" };
        let whole =
            move || if self.search.with(|search| search.extent == Extent::WholeWords) { "true" } else { "false" };
        let turn_case = move |_| {
            self.changed(|search| search.case = if search.case == Case::Any { Case::Same } else { Case::Any });
        };
        let turn_whole = move |_| {
            self.changed(|search| {
                let anywhere = search.extent == Extent::Anywhere;
                search.extent = if anywhere { Extent::WholeWords } else { Extent::Anywhere };
            });
        };
        view! {
            <div
                class="find"
                role="search"
                aria-label="Find and replace"
                hidden=move || !self.open.get()
                node_ref=self.bar
                on:keydown=move |event| self.key(&event)
            >
                <label class="find-field">
                    <span>"Find"</span>
                    <input
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        dir="auto"
                        node_ref=self.words
                        on:input:target=move |event| {
                            let words = event.target().value();
                            self.changed(|search| search.words = words);
                        }
                    />
                    <output class="find-state" role="status">{move || self.state()}</output>
                </label>
                <div class="find-ways">
                    <button type="button" class="tool" aria-label="The one before" on:click=move |_| self.go(Way::Last)>"↑"</button>
                    <button type="button" class="tool" aria-label="The next one" on:click=move |_| self.go(Way::Next)>"↓"</button>
                    <button type="button" class="tool" aria-pressed=case on:click=turn_case>"Same case"</button>
                    <button type="button" class="tool" aria-pressed=whole on:click=turn_whole>"Whole words"</button>
                    <button type="button" class="tool find-close" aria-label="Close" on:click=move |_| self.close()>"×"</button>
                </div>
                <label class="find-field">
                    <span>"Replace with"</span>
                    <input type="text" autocomplete="off" spellcheck="false" dir="auto" node_ref=self.with/>
                </label>
                <div class="find-ways">
                    <button type="button" class="tool" on:click=move |_| self.replace()>"Replace"</button>
                    <button type="button" class="tool" on:click=move |_| self.replace_all()>"Replace all"</button>
                </div>
            </div>
        }
    }
}
