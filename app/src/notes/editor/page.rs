//! The page that a note is written in, as the parts of the editor see it: the form with its fields, the status line, the
//! panels beside the text. Parts talk to each other through this and nothing else.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::editor::{Attachment, FieldName, Fields, SaveGoal, Status};
use shared::ids::NoteId;
use web_sys::{
    Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, SubmitEvent,
};

use super::actions::Action;
use super::clock;
use super::dom::{by_id, listen, tell};
use super::later::Later;
use super::text_area::TextArea;

/// A handle to the one editor of the document; clones are the same.
#[derive(Clone)]
pub struct EditorPage(Rc<Parts>);

struct Parts {
    note: Cell<NoteId>,
    opened: Opened,
    form: HtmlFormElement,
    body: TextArea,
    revision: RwSignal<u32>,
    status: RwSignal<Status>,
    attachments: RwSignal<Vec<Attachment>>,
    panel: RwSignal<Option<&'static str>>,
    /// What had the focus before a panel took it.
    left: RefCell<Option<HtmlElement>>,
    submitted: RefCell<Option<Serve>>,
    actions: RefCell<Vec<Action>>,
}

type Serve = Rc<dyn Fn(Asked)>;

/// What the page came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The version whose fields the page was filled with; 0 for a new note.
    pub version: u64,
    /// Those fields, as the site has them: not those of a form that came back refused.
    pub fields: Option<Fields>,
    /// Whether readers see a text of this note.
    pub is_published: bool,
}

/// What a button, or a key in its stead, asks for.
#[derive(Clone)]
pub enum Asked {
    /// A save, without leaving the page.
    Save(SaveGoal),
    /// What only the form's own way to the site can do: once everything typed is there, this button sends the form.
    Leave(HtmlElement),
}

impl EditorPage {
    /// The editor of this document, `None` where there is none. For [`super::writing`], once.
    pub fn find() -> Option<Self> {
        let form: HtmlFormElement = by_id("editor")?;
        let body = TextArea::new(by_id::<HtmlTextAreaElement>("body")?);
        let said = |name: &str| form.dataset().get(name);
        let note = said("note").and_then(|id| id.parse().ok()).unwrap_or_else(address_of_new);
        let opened = Opened {
            version: said("version").and_then(|version| version.parse().ok()).unwrap_or_default(),
            fields: said("refused").is_none().then(default_fields),
            is_published: said("published").is_some(),
        };
        let page = Self(Rc::new(Parts {
            note: Cell::new(note),
            opened,
            form,
            body,
            revision: RwSignal::new(0),
            status: RwSignal::new(Status::default()),
            attachments: RwSignal::new(Vec::new()),
            panel: RwSignal::new(None),
            left: RefCell::new(None),
            submitted: RefCell::new(None),
            actions: RefCell::default(),
        }));
        page.listen_to_form();
        Some(page)
    }

    fn listen_to_form(&self) {
        let page = self.clone();
        let count = Later::new(move || page.changed());
        for name in ["input", "change", "compositionend"] {
            let count = count.clone();
            listen(&self.0.form, name, move |_: Event| count.ask());
        }
        let page = self.clone();
        listen(&self.0.form, "submit", move |event: SubmitEvent| {
            let Some(button) = event.submitter().and_then(|button| button.dyn_into::<HtmlElement>().ok()) else {
                return;
            };
            let asked = match button.get_attribute("value").as_deref() {
                Some("save") => Asked::Save(SaveGoal::Keep),
                Some("publish") => Asked::Save(SaveGoal::Publish),
                _ => Asked::Leave(button),
            };
            if let Some(serve) = page.server() {
                event.prevent_default();
                serve(asked);
            }
        });
    }

    fn changed(&self) {
        if !self.0.body.is_composing() {
            self.0.revision.update(|count| *count = count.wrapping_add(1));
        }
    }

    /// The note that is written. A new one has an id from the first moment, and keeps it.
    pub fn note(&self) -> NoteId {
        self.0.note.get()
    }

    /// What the page came with.
    pub fn opened(&self) -> &Opened {
        &self.0.opened
    }

    /// The form.
    pub fn form(&self) -> &HtmlFormElement {
        &self.0.form
    }

    /// The text.
    pub fn body(&self) -> &TextArea {
        &self.0.body
    }

    /// What stands in the form now.
    pub fn fields(&self) -> Fields {
        read_fields(|field| self.value(field))
    }

    /// What stands in a field; empty where the form has none of this name.
    pub fn value(&self, field: FieldName) -> String {
        match control(field) {
            Some(Control::Input(input)) => input.value(),
            Some(Control::Select(select)) => select.value(),
            Some(Control::Text(_)) => self.0.body.text(),
            None => String::new(),
        }
    }

    /// Fills a field as if it had been typed: listeners hear of it, and of the text undo goes on to work.
    pub fn set_value(&self, field: FieldName, value: &str) {
        match control(field) {
            Some(Control::Input(input)) if input.value() != value => {
                input.set_value(value);
                tell(&input, "input");
            }
            Some(Control::Select(select)) if select.value() != value => {
                select.set_value(value);
                tell(&select, "input");
            }
            Some(Control::Text(_)) => {
                self.0.body.set_all(value, None);
            }
            _ => {}
        }
    }

    /// Counts changes of any field once they are on the screen, but not those in the middle of a composition: these count
    /// when it ends. What is to happen after each change tracks this in an `Effect`.
    pub fn revision(&self) -> RwSignal<u32> {
        self.0.revision
    }

    /// Where the text is, as the status line has it. Only the session sets it.
    pub fn status(&self) -> RwSignal<Status> {
        self.0.status
    }

    /// The files that stand in the text and wait to be sent, whose bytes are on the device. They are kept with the draft,
    /// and come back with it.
    pub fn attachments(&self) -> RwSignal<Vec<Attachment>> {
        self.0.attachments
    }

    /// Says something to screen readers, politely: after what they are saying.
    pub fn announce(&self, words: &str) {
        if let Some(said) = by_id::<HtmlElement>("editor-said") {
            // The same words twice are heard twice only if something changes.
            let again = said.text_content().is_some_and(|last| last == words);
            said.set_text_content(Some(&if again { format!("{words}\u{a0}") } else { words.to_owned() }));
        }
    }

    /// The bar above the text, for buttons that only a script can serve. It is hidden while it is empty.
    pub fn tools(&self) -> Option<HtmlElement> {
        let tools: HtmlElement = by_id("editor-tools")?;
        tools.set_hidden(false);
        Some(tools)
    }

    /// The panel of that name beside the text, made empty and closed when it is asked for first. Its owner fills it:
    /// `mount_to(page.side("history", "History")?, …).forget()`.
    pub fn side(&self, name: &'static str, label: &str) -> Option<HtmlElement> {
        let id = side_id(name);
        if let Some(panel) = by_id(&id) {
            return Some(panel);
        }
        let panel: HtmlElement = document().create_element("section").ok()?.dyn_into().ok()?;
        panel.set_id(&id);
        panel.set_class_name("editor-side");
        panel.set_hidden(true);
        panel.set_tab_index(-1);
        panel.set_attribute("aria-label", label).ok()?;
        by_id::<Element>("editor-sides")?.append_child(&panel).ok()?;
        let page = self.clone();
        listen(&panel, "keydown", move |event: web_sys::KeyboardEvent| {
            if event.key() == "Escape" && !event.is_composing() && !event.default_prevented() {
                event.prevent_default();
                page.close_panel();
            }
        });
        Some(panel)
    }

    /// Which panel is open.
    pub fn panel(&self) -> RwSignal<Option<&'static str>> {
        self.0.panel
    }

    /// Opens a panel that [`Self::side`] made, closes any other, and takes the focus to it: to its first `[autofocus]`,
    /// else to itself.
    pub fn open_panel(&self, name: &'static str) {
        if self.0.panel.get_untracked().is_none() {
            let active = document().active_element().and_then(|active| active.dyn_into().ok());
            *self.0.left.borrow_mut() = active;
        }
        self.show_panel(Some(name));
        if let Some(panel) = by_id::<HtmlElement>(&side_id(name)) {
            let first = panel.query_selector("[autofocus]").ok().flatten().and_then(|first| first.dyn_into().ok());
            let _ = first.unwrap_or(panel).focus();
        }
    }

    /// Closes the panel that is open, and takes the focus back to where it was.
    pub fn close_panel(&self) {
        if self.0.panel.get_untracked().is_none() {
            return;
        }
        self.show_panel(None);
        let left = self.0.left.borrow_mut().take();
        match left.filter(|left| left.is_connected()) {
            Some(left) => drop(left.focus()),
            None => self.0.body.focus(),
        }
    }

    /// Opens it, or closes it if it is the one that is open.
    pub fn toggle_panel(&self, name: &'static str) {
        if self.0.panel.get_untracked() == Some(name) { self.close_panel() } else { self.open_panel(name) }
    }

    fn show_panel(&self, name: Option<&'static str>) {
        for (panel, hidden) in [(self.0.panel.get_untracked(), true), (name, false)] {
            if let Some(panel) = panel.and_then(|panel| by_id::<HtmlElement>(&side_id(panel))) {
                panel.set_hidden(hidden);
            }
        }
        self.0.panel.set(name);
    }

    /// Asks for a save, as the buttons do.
    pub fn submit(&self, goal: SaveGoal) {
        if let Some(serve) = self.server() {
            serve(Asked::Save(goal));
        }
    }

    fn server(&self) -> Option<Serve> {
        self.0.submitted.borrow().clone()
    }

    /// Puts something to do into the palette, and on its keys.
    pub fn offer(&self, action: Action) {
        self.0.actions.borrow_mut().push(action);
    }

    /// Everything that was offered, in that order.
    pub fn actions(&self) -> Vec<Action> {
        self.0.actions.borrow().clone()
    }

    /// For the session: who serves the buttons from now on. Before, they send the form.
    pub fn on_submit(&self, serve: impl Fn(Asked) + 'static) {
        *self.0.submitted.borrow_mut() = Some(Rc::new(serve));
    }

    /// For the session: the buttons send the form again, as if there were no script.
    pub fn serve_nobody(&self) {
        *self.0.submitted.borrow_mut() = None;
    }

    /// For the session: sends the form by this button, as if there were no script.
    pub fn leave_by(&self, button: &HtmlElement) {
        self.serve_nobody();
        // Fails for a button of another form only; then the page stays, and what is typed with it.
        let _ = self.0.form.request_submit_with_submitter(Some(button));
    }
}

fn side_id(name: &str) -> String {
    format!("side-{name}")
}

enum Control {
    Input(HtmlInputElement),
    Select(HtmlSelectElement),
    Text(HtmlTextAreaElement),
}

fn control(field: FieldName) -> Option<Control> {
    let element: Element = by_id(field.as_str())?;
    let element = match element.dyn_into::<HtmlInputElement>() {
        Ok(input) => return Some(Control::Input(input)),
        Err(element) => element,
    };
    match element.dyn_into::<HtmlSelectElement>() {
        Ok(select) => Some(Control::Select(select)),
        Err(element) => element.dyn_into().ok().map(Control::Text),
    }
}

fn read_fields(value: impl Fn(FieldName) -> String) -> Fields {
    let mut fields = Fields::default();
    for field in FieldName::ALL {
        *fields.get_mut(field) = value(field);
    }
    fields
}

/// What the page was filled with, whatever was typed since.
fn default_fields() -> Fields {
    read_fields(|field| match control(field) {
        Some(Control::Input(input)) => input.default_value(),
        Some(Control::Text(text)) => text.default_value().unwrap_or_default().replace("\r\n", "\n"),
        Some(Control::Select(select)) => {
            let chosen = select.query_selector("option[selected]").ok().flatten();
            chosen.and_then(|option| option.get_attribute("value")).unwrap_or_else(|| select.value())
        }
        None => String::new(),
    })
}

/// A new note's id is in its address (`?key=`), so that a reload comes to the same; else it gets one. A note that this
/// device has not kept the page of has the page for new ones, at its own address.
fn address_of_new() -> NoteId {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let search = location.search().unwrap_or_default();
    let key = search.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("key="));
    if let Some(id) = key.or_else(|| path.strip_prefix("/desk/notes/")).and_then(|key| key.parse().ok()) {
        return id;
    }
    let id = NoteId::from_u128(clock::new_id());
    let rest = search.trim_start_matches('?');
    let address = format!("{path}?key={id}{}{rest}", if rest.is_empty() { "" } else { "&" });
    // A page that may not change its address goes on with the one it has.
    let history = window().history();
    let _ = history.and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&address)));
    id
}
