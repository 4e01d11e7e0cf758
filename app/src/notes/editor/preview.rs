//! The live preview: the text as its page will show it, beside it on a wide screen and in its place on a narrow one.
//!
//! The page's own renderer runs in a thread of its own ([`thread`]) and answers with parts, of which only those that
//! changed are put into the page ([`pane`]). What a device cannot know (colours of code, notes shown in others) follows
//! from the site after a pause, and so does all of it where there is no renderer.

mod pane;
mod thread;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::editor::{Attached, FieldName, Known, PreviewPart};
use web_sys::{Element, HtmlAnchorElement, KeyboardEvent, MouseEvent};

use super::dom::{by_id, listen};
use super::page::EditorPage;
use super::scroll::Step;
use super::{door, tools};
use crate::context;
use pane::Pane;
use thread::{Failed, Renderer, Thread};

/// How long the text rests before the site is asked to finish it.
const REST: Duration = Duration::from_millis(1_000);
/// Threads that may break one after the other over a text before the site is asked to render it.
const TRIES: u32 = 2;
/// Where the device remembers whether the preview was open.
const REMEMBERED: &str = "editor-preview";

thread_local! {
    static FILES: RefCell<Vec<Attached>> = RefCell::default();
}

/// Tells the preview of a file that was just sent, so that it shows at once.
pub fn show_file(file: Attached) {
    FILES.with_borrow_mut(|files| files.push(file));
}

/// The place of the preview in the page, empty until a script fills it.
#[component]
pub fn PreviewPlace() -> impl IntoView {
    let assets = context::assets();
    // A `cargo leptos build` by hand makes none.
    let renderer = |name: &str| assets.has(name).then(|| assets.address(name));
    view! {
        <section
            class="editor-preview"
            id="preview"
            aria-label="Preview"
            tabindex="0"
            hidden
            data-script=assets.address("desk/preview.js")
            data-js=renderer("renderer.js")
            data-wasm=renderer("renderer.wasm")
        >
            <p class="editor-preview-title"></p>
            <p class="hint editor-preview-said" hidden></p>
            <div class="editor-preview-text prose"></div>
        </section>
    }
}

/// Attaches the preview to the page.
pub fn start(page: &EditorPage) {
    let Some(pane) = Pane::find() else { return };
    let step = Step::new(page.body().field(), pane.section());
    let live = Rc::new(Live {
        page: page.clone(),
        renderer: Renderer::of(pane.section()),
        pane,
        step,
        open: RwSignal::new(false),
        thread: RefCell::default(),
        state: Cell::new(State::Idle),
        broken: Cell::new(0),
        known: RefCell::default(),
        told: RefCell::default(),
        change: Cell::new(0),
        filled: RefCell::default(),
    });
    live.serve_ways_in();
    live.serve_links();
    let changed = Rc::clone(&live);
    Effect::new(move |_| {
        changed.page.revision().track();
        if changed.open.get() {
            changed.broken.set(0);
            changed.refresh();
        }
    });
    if is_wide() && was_open() {
        live.toggle();
    }
}

/// What the thread is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Rendering,
    /// Rendering a text that is not the present one any more.
    Behind,
}

struct Live {
    page: EditorPage,
    pane: Pane,
    step: Rc<Step>,
    renderer: Option<Renderer>,
    open: RwSignal<bool>,
    thread: RefCell<Option<Thread>>,
    state: Cell<State>,
    broken: Cell<u32>,
    known: RefCell<Known>,
    /// What the present thread knows already, in JSON.
    told: RefCell<String>,
    /// Counts the texts that were shown.
    change: Cell<u32>,
    /// The text that the site finished last.
    filled: RefCell<String>,
}

impl Live {
    /// The button, the keys, and the link to the plain preview, which is needed no more.
    fn serve_ways_in(self: &Rc<Self>) {
        if let Ok(Some(link)) = document().query_selector(".editor-ways a[href$='/preview']") {
            link.remove();
        }
        let live = Rc::clone(self);
        let button = tools::add(&self.page, "Preview", "Preview (Ctrl or ⌘ and E)", move || live.toggle());
        if let Some(button) = button {
            let open = self.open;
            let _ = button.set_attribute("aria-controls", "preview");
            Effect::new(move |_| {
                let _ = button.set_attribute("aria-pressed", if open.get() { "true" } else { "false" });
            });
        }
        let live = Rc::clone(self);
        listen(&document(), "keydown", move |event: KeyboardEvent| {
            let combined = (event.ctrl_key() != event.meta_key()) && !event.shift_key() && !event.alt_key();
            if combined && event.key() == "e" && !event.is_composing() && !event.default_prevented() {
                event.prevent_default();
                live.toggle();
            }
        });
        let live = Rc::clone(self);
        listen(self.pane.section(), "keydown", move |event: KeyboardEvent| {
            if event.key() == "Escape" && !event.default_prevented() {
                event.prevent_default();
                live.toggle();
            }
        });
    }

    /// Links lead to new tabs, so that nothing leads away from the text; those to a place in the text go there.
    fn serve_links(self: &Rc<Self>) {
        listen(self.pane.words(), "click", move |event: MouseEvent| {
            let Some(Ok(Some(link))) =
                event.target().and_then(|t| t.dyn_into::<Element>().ok()).map(|e| e.closest("a[href]"))
            else {
                return;
            };
            let href = link.get_attribute("href").unwrap_or_default();
            if let Some(id) = href.strip_prefix('#') {
                event.prevent_default();
                if let Some(place) = by_id::<Element>(&decoded(id)) {
                    place.scroll_into_view();
                }
            } else if let Some(link) = link.dyn_ref::<HtmlAnchorElement>() {
                link.set_target("_blank");
                link.set_rel("noopener");
            }
        });
    }

    fn toggle(self: &Rc<Self>) {
        if self.page.body().is_composing() {
            return;
        }
        let opens = !self.open.get_untracked();
        let place = self.step.place();
        let had_focus = document().active_element().is_some_and(|active| self.pane.section().contains(Some(&active)));
        self.pane.section().set_hidden(!opens);
        self.step.set_open(opens);
        remember(opens);
        self.page.announce(if opens { "Preview shown" } else { "Preview closed" });
        if opens {
            self.ask_for_names();
            self.open.set(true);
            if !is_wide() {
                let _ = self.pane.section().focus();
            }
            self.step.follow_text();
        } else {
            self.open.set(false);
            if had_focus || !is_wide() {
                self.page.body().focus();
                self.step.go_to(place);
            }
        }
    }

    /// Renders the present text, at once or when the one before is done.
    fn refresh(self: &Rc<Self>) {
        if self.state.get() != State::Idle {
            return self.state.set(State::Behind);
        }
        let Some(renderer) = self.renderer() else { return self.rest() };
        let text = self.page.body().text();
        let known = self.news();
        if self.thread.borrow().is_none() {
            let live = Rc::clone(self);
            let Ok(thread) = Thread::start(renderer, move |answer| live.heard(answer)) else {
                return self.broke();
            };
            self.thread.replace(Some(thread));
        }
        let live = Rc::clone(self);
        let late = move || live.heard(Err(Failed::Text));
        let sent =
            self.thread.borrow().as_ref().is_some_and(|thread| thread.render(known.as_deref(), &text, late).is_ok());
        if sent { self.state.set(State::Rendering) } else { self.broke() }
    }

    /// The renderer, unless it broke over the present text.
    fn renderer(&self) -> Option<&Renderer> {
        self.renderer.as_ref().filter(|_| self.broken.get() < TRIES)
    }

    /// What the thread has to be told of before it renders.
    fn news(&self) -> Option<String> {
        FILES.with_borrow(|files| self.known.borrow_mut().files.clone_from(files));
        let known = serde_json::to_string(&*self.known.borrow()).ok()?;
        let fresh = self.thread.borrow().is_none() || *self.told.borrow() != known;
        fresh.then(|| {
            self.told.borrow_mut().clone_from(&known);
            known
        })
    }

    fn heard(self: &Rc<Self>, answer: Result<Vec<PreviewPart>, Failed>) {
        let behind = self.state.replace(State::Idle) == State::Behind;
        match answer {
            Ok(parts) => self.show(&parts),
            Err(_) => self.broke(),
        }
        if behind && self.open.get_untracked() {
            self.refresh();
        }
    }

    /// Ends a thread that broke: the next text gets another one.
    fn broke(self: &Rc<Self>) {
        self.state.set(State::Idle);
        self.broken.set(self.broken.get() + 1);
        self.thread.take();
        self.pane.say("The preview waits for the next change.");
    }

    fn show(self: &Rc<Self>, parts: &[PreviewPart]) {
        self.broken.set(0);
        if self.place(parts).is_err() {
            return self.broke();
        }
        self.rest();
    }

    fn place(&self, parts: &[PreviewPart]) -> Result<(), JsValue> {
        self.pane.entitle(&self.page.value(FieldName::Title));
        self.pane.say(if parts.is_empty() { "What you write shows here." } else { "" });
        self.pane.show(parts)?;
        self.step.show(self.pane.places());
        Ok(())
    }

    /// Asks the site once the text has rested.
    fn rest(self: &Rc<Self>) {
        self.change.set(self.change.get().wrapping_add(1));
        let (live, change) = (Rc::clone(self), self.change.get());
        let rested = move || {
            if live.change.get() == change && live.open.get_untracked() {
                spawn_local(async move { live.fill().await });
            }
        };
        set_timeout(rested, REST);
    }

    /// Asks the site to finish the text, if anything in it needs that, or to render it.
    async fn fill(self: Rc<Self>) {
        let text = self.page.body().text();
        let needs_site = self.renderer().is_none() || ["[[", "](", "```", "~~~"].iter().any(|sign| text.contains(sign));
        if !needs_site || *self.filled.borrow() == text {
            return;
        }
        let note = (self.page.opened().version > 0).then(|| self.page.note());
        let answer = door::preview_text(note, &text).await;
        if self.page.body().text() != text || self.state.get() != State::Idle {
            return;
        }
        let shown = match (answer, self.renderer()) {
            (Ok(preview), Some(_)) => self.pane.fill(&preview.html).map(|()| self.step.show(self.pane.places())),
            (Ok(preview), None) => self.place(&[PreviewPart { at: 0, html: preview.html }]),
            (Err(_), Some(_)) => return,
            (Err(_), None) => {
                return self.pane.say("There is no preview of this text just now. The text is not affected.");
            }
        };
        if shown.is_ok() {
            self.filled.replace(text);
        }
    }

    fn ask_for_names(self: &Rc<Self>) {
        let live = Rc::clone(self);
        spawn_local(async move {
            let mark = live.known.borrow().names.as_ref().map(|names| names.mark.clone()).unwrap_or_default();
            if let Ok(Some(names)) = door::names(&mark).await {
                live.known.borrow_mut().names = Some(names);
                if live.open.get_untracked() {
                    live.refresh();
                }
            }
        });
    }
}

/// Whether there is room for the preview beside the text; as in `style/editor-preview.css`.
fn is_wide() -> bool {
    window().match_media("(min-width: 60rem)").ok().flatten().is_some_and(|query| query.matches())
}

fn was_open() -> bool {
    let memory = window().local_storage().ok().flatten();
    memory.and_then(|memory| memory.get_item(REMEMBERED).ok().flatten()).as_deref() == Some("open")
}

/// On a narrow screen the preview takes the place of the text: nobody wants to come back to that.
fn remember(open: bool) {
    if let Some(memory) = window().local_storage().ok().flatten().filter(|_| is_wide()) {
        // A comfort: nothing is lost where it cannot be kept.
        let _ = memory.set_item(REMEMBERED, if open { "open" } else { "closed" });
    }
}

fn decoded(id: &str) -> String {
    js_sys::decode_uri_component(id).map_or_else(|_| id.to_owned(), String::from)
}
