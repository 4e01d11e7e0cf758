//! The history beside the text: which versions there are, what changed in each, and the way back to any of them. The
//! plain pages under `/desk/notes/{id}/history` do the same without a script.

mod compare;

use std::rc::Rc;
use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::{FieldName, Fields, Kept, SaveGoal, Trouble};
use shared::notes::{DiffRun, Version, VersionSummary};
use web_sys::HtmlElement;

use super::page::EditorPage;
use super::{clock, door, tools};
use crate::notes::history::reason;

/// Names the panel.
const PANEL: &str = "history";
/// How long what was just typed may take to reach the site before a version is put back.
const SETTLE_TRIES: u32 = 20;
const SETTLE: Duration = Duration::from_millis(250);

/// What the panel shows. Its parts can be copied into every listener.
#[derive(Clone, Copy)]
struct History {
    page: StoredValue<EditorPage, LocalStorage>,
    versions: RwSignal<Vec<VersionSummary>>,
    /// Where the list goes on.
    next: RwSignal<Option<String>>,
    chosen: RwSignal<Option<Chosen>>,
    /// What cannot be shown or done just now; a sentence.
    trouble: RwSignal<Option<String>>,
    /// The title and the text that stood there before a version was put back.
    before: RwSignal<Option<(String, String)>>,
}

/// A version that is looked at.
#[derive(Clone, Debug, PartialEq)]
struct Chosen {
    version: Version,
    /// Since the version before it.
    runs: Vec<DiffRun>,
}

/// Attaches it to the page.
pub fn start(page: &EditorPage) {
    let Some(panel) = page.side(PANEL, "History") else { return };
    let _ = panel.class_list().add_1("editor-history");
    let history = History {
        page: StoredValue::new_local(page.clone()),
        versions: RwSignal::default(),
        next: RwSignal::default(),
        chosen: RwSignal::default(),
        trouble: RwSignal::default(),
        before: RwSignal::default(),
    };
    let open_now = page.panel();
    let toggle = page.clone();
    let button = tools::add(page, "History", "Earlier versions of this note", move || toggle.toggle_panel(PANEL));
    if let Some(button) = button {
        Effect::new(move |_| {
            let open = open_now.get() == Some(PANEL);
            let _ = button.set_attribute("aria-expanded", if open { "true" } else { "false" });
        });
    }
    Effect::new(move |_| {
        if open_now.get() == Some(PANEL) {
            history.load();
        }
    });
    mount_to(panel, move || view(history)).forget();
}

impl History {
    fn page(self) -> EditorPage {
        self.page.get_value()
    }

    /// Reads the list anew.
    fn load(self) {
        let note = self.page().note();
        spawn_local(async move {
            match door::history(note, None).await {
                Ok(page) => {
                    self.trouble.set(None);
                    self.next.set(page.next);
                    self.versions.set(page.items);
                }
                Err(Trouble::Refused(shared::Error::NotFound)) => {
                    self.trouble.set(Some("The site has no version of this note yet.".to_owned()));
                }
                Err(trouble) => self.trouble.set(Some(unread(&trouble))),
            }
        });
    }

    fn load_more(self) {
        let (note, Some(cursor)) = (self.page().note(), self.next.get_untracked()) else { return };
        spawn_local(async move {
            match door::history(note, Some(&cursor)).await {
                Ok(page) => {
                    self.next.set(page.next);
                    self.versions.update(|versions| versions.extend(page.items));
                }
                Err(trouble) => self.trouble.set(Some(unread(&trouble))),
            }
        });
    }

    fn choose(self, number: u64) {
        let note = self.page().note();
        spawn_local(async move {
            match door::version(note, number).await {
                Ok((version, runs)) => {
                    self.trouble.set(None);
                    self.chosen.set(Some(Chosen { version, runs }));
                }
                Err(trouble) => self.trouble.set(Some(unread(&trouble))),
            }
        });
    }

    fn name(self, number: u64, name: String) {
        let page = self.page();
        spawn_local(async move {
            match door::name_version(page.note(), number, &name).await {
                Ok(named) => {
                    page.announce(if named.name.is_some() { "Named" } else { "The name is gone" });
                    self.versions.update(|versions| {
                        if let Some(line) = versions.iter_mut().find(|line| line.number == number) {
                            *line = named;
                        }
                    });
                    self.trouble.set(None);
                }
                Err(trouble) => self.trouble.set(Some(unread(&trouble))),
            }
        });
    }

    /// Puts a version back as the present text: on the site as a version of its own where that can be reached, and here
    /// in any case, in one step of undo.
    fn restore(self, version: Version) {
        let page = self.page();
        spawn_local(async move {
            let before = (page.value(FieldName::Title), page.value(FieldName::Body));
            let kept = settled(&page).await;
            let told = match kept {
                true => door::restore_version(page.note(), version.summary.number).await.map(|note| Fields::of(&note)),
                false => Err(Trouble::Unreachable),
            };
            let on_site = told.is_ok();
            let fields = told.unwrap_or_else(|_| Fields {
                title: version.summary.title.clone(),
                body: version.body.replace("\r\n", "\n"),
                ..Fields::default()
            });
            put(&page, &fields.title, &fields.body);
            self.before.set(Some(before));
            page.announce("Put back");
            if on_site {
                self.load();
            }
        });
    }

    /// Takes the putting back back.
    fn undo(self) {
        if let Some((title, body)) = self.before.get_untracked() {
            put(&self.page(), &title, &body);
            self.before.set(None);
            self.page().announce("As it was");
            // The button is gone; whoever used the keyboard is still in the panel.
            if let Some(panel) = self.page().side(PANEL, "History") {
                let _ = panel.focus();
            }
        }
    }
}

/// Fills in the title and the text. The text has the focus while it changes: that is what keeps its undo.
fn put(page: &EditorPage, title: &str, body: &str) {
    let active = document().active_element().and_then(|active| active.dyn_into::<HtmlElement>().ok());
    page.set_value(FieldName::Title, title);
    page.body().focus();
    page.body().set_all(body, None);
    if let Some(active) = active.filter(|active| active.is_connected()) {
        let _ = active.focus();
    }
}

/// Waits until the site has what was typed, so that it stays in the history; false where it does not get there.
async fn settled(page: &EditorPage) -> bool {
    let is_there =
        || matches!(page.status().get_untracked().kept, Kept::AsOpened | Kept::Saved { .. } | Kept::Published { .. });
    if is_there() {
        return page.opened().version > 0 || page.status().get_untracked().kept != Kept::AsOpened;
    }
    page.submit(SaveGoal::Keep);
    for _ in 0..SETTLE_TRIES {
        pause().await;
        if is_there() {
            return true;
        }
    }
    false
}

async fn pause() {
    let (done, wait) = futures::channel::oneshot::channel();
    let finish = move || {
        // Nobody waits any more where the page is gone.
        let _ = done.send(());
    };
    set_timeout(finish, SETTLE);
    let _ = wait.await;
}

fn unread(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Refused(why) => why.to_string(),
        Trouble::SignIn => "Sign in to see the history.".to_owned(),
        Trouble::Busy { .. } | Trouble::Broken => "The site cannot answer just now.".to_owned(),
        Trouble::Portal | Trouble::Unreachable | Trouble::TimedOut => {
            "The site cannot be reached; its history is there when it can.".to_owned()
        }
    }
}

fn view(history: History) -> impl IntoView {
    let list = Rc::new(move |event: KeyboardEvent| step(&event));
    let lines = move || history.versions.get().into_iter().map(|version| line(history, version)).collect_view();
    let more = move || {
        history.next.get().map(|_| {
            view! { <button type="button" class="button" on:click=move |_| history.load_more()>"Earlier ones"</button> }
        })
    };
    let trouble = move || history.trouble.get().map(|words| view! { <p class="hint" role="status">{words}</p> });
    let undo = move || {
        history.before.get().map(|_| {
            view! {
                <p class="editor-history-done">
                    "It is the working text now. "
                    <button type="button" class="button" on:click=move |_| history.undo()>"Undo"</button>
                </p>
            }
        })
    };
    let detail = move || history.chosen.get().map(|chosen| detail(history, chosen));
    view! {
        <header class="editor-side-head">
            <h2>"History"</h2>
            <button type="button" class="button" on:click=move |_| history.page().close_panel()>"Close"</button>
        </header>
        {trouble}
        {undo}
        <div class="editor-history-parts">
            <div class="editor-history-list">
                <ol class="editor-versions" aria-label="Versions, latest first" on:keydown=move |event| list(event)>{lines}</ol>
                {more}
            </div>
            <div class="editor-version">{detail}</div>
        </div>
    }
}

fn line(history: History, version: VersionSummary) -> impl IntoView {
    let number = version.number;
    let when = clock::local(version.at.as_millisecond());
    let is_chosen = move || {
        history.chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.version.summary.number == number))
    };
    let spoken = format!("{} words added, {} removed", version.added, version.removed);
    view! {
        <li>
            <button
                type="button"
                class="editor-version-line"
                aria-current=move || is_chosen().then_some("true")
                on:click=move |_| history.choose(number)
            >
                <span class="editor-version-when">{when}</span>
                {version.name.clone().map(|name| view! { <strong class="editor-version-name">{name}</strong> })}
                <span class="badge">{reason(version.reason)}</span>
                <span aria-hidden="true">{format!("+{} −{}", version.added, version.removed)}</span>
                <span class="visually-hidden">{spoken}</span>
            </button>
        </li>
    }
}

/// Up and down go through the versions.
fn step(event: &KeyboardEvent) {
    let forward = match event.key().as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    let item = document().active_element().and_then(|active| active.closest("li").ok().flatten());
    let beside =
        item.and_then(|item| if forward { item.next_element_sibling() } else { item.previous_element_sibling() });
    let button =
        beside.and_then(|item| item.first_element_child()).and_then(|button| button.dyn_into::<HtmlElement>().ok());
    if let Some(button) = button {
        event.prevent_default();
        let _ = button.focus();
        button.click();
    }
}

fn detail(history: History, chosen: Chosen) -> impl IntoView {
    let summary = chosen.version.summary.clone();
    let number = summary.number;
    let field = NodeRef::<leptos::html::Input>::new();
    let name = move || {
        let name = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        history.name(number, name);
    };
    let named = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            name();
        }
    };
    let version = chosen.version.clone();
    view! {
        <h3>{summary.title.clone()}</h3>
        <p class="hint">{format!("{}, {}", clock::local(summary.at.as_millisecond()), reason(summary.reason))}</p>
        <p class="editor-version-ways">
            <button type="button" class="button button-primary" on:click=move |_| history.restore(version.clone())>
                "Put this back"
            </button>
            <span class="hint">"What is there now stays in the history."</span>
        </p>
        <p class="editor-version-naming">
            <label for="version-name">"Name"</label>
            <input
                id="version-name"
                class="field-input"
                type="text"
                autocomplete="off"
                maxlength=shared::limits::VERSION_NAME_CHARS.to_string()
                value=summary.name.clone().unwrap_or_default()
                node_ref=field
                on:keydown=named
            />
            <button type="button" class="button" on:click=move |_| name()>"Name it"</button>
        </p>
        {compare::view(history.page(), chosen)}
    }
}
