//! Completion while one types: notes behind `[[`, their headings behind `#`, tags, and the menu behind `/`. Nothing is
//! offered while an input method composes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::editor::Edit;
use shared::editor::complete::{
    Kind, Target, Wanted, accept_heading, accept_link, accept_tag, headings, rank_words, target_of, wanted,
};
use web_sys::{Event, FocusEvent, InputEvent, KeyboardEvent};

use super::dom::listen;
use super::later::Later;
use super::list_box::{ListBox, Offer, Offers, is_key_of_list};
use super::mirror::Mirror;
use super::names::Known;
use super::page::EditorPage;
use super::slash;

/// Offers of one time.
const MOST: usize = 12;
/// How long the keys rest before the names are said aloud.
const PAUSE: Duration = Duration::from_millis(500);

/// Attaches it. Before the keys of the text, so that Enter chooses.
pub fn start(page: &EditorPage) {
    let (Some(list), Some(mirror)) =
        (ListBox::new(page.body().field(), "editor-offers"), Mirror::new(page.body(), "editor-mirror-place"))
    else {
        return;
    };
    let completer = Rc::new(Completer {
        page: page.clone(),
        list,
        mirror,
        known: Known::default(),
        typed: Cell::new(false),
        shown: Cell::new(None),
        dismissed: Cell::new(None),
        saying: RefCell::new(None),
    });
    let here = Rc::clone(&completer);
    completer.known.on_news(move || here.look());
    completer.known.refresh();
    completer.listen();
    super::tags::start(page, &completer.known);
}

/// What completes.
pub struct Completer {
    page: EditorPage,
    list: ListBox,
    mirror: Mirror,
    known: Known,
    /// Something was typed since the text was looked at.
    typed: Cell<bool>,
    /// Where the sign of what is offered begins.
    shown: Cell<Option<usize>>,
    /// The same of what was closed by Escape: it stays closed.
    dismissed: Cell<Option<usize>>,
    saying: RefCell<Option<TimeoutHandle>>,
}

impl Completer {
    fn listen(self: &Rc<Self>) {
        let field = self.page.body().field().clone();
        let here = Rc::clone(self);
        let look = Later::new(move || if here.typed.take() { here.look() } else { here.follow() });
        for name in ["input", "compositionend"] {
            let (here, look) = (Rc::clone(self), look.clone());
            listen(&field, name, move |_: Event| {
                here.typed.set(true);
                look.ask();
            });
        }
        let (here, soon) = (Rc::clone(self), look.clone());
        listen(&document(), "selectionchange", move |_: Event| {
            if here.list.is_open() {
                soon.ask();
            }
        });
        let here = Rc::clone(self);
        listen(&field, "blur", move |_: FocusEvent| here.list.hide());
        let here = Rc::clone(self);
        // Its keys are the input method's from now on.
        listen(&field, "compositionstart", move |_: Event| here.list.hide());
        let (here, first) = (Rc::clone(self), look.clone());
        listen(&field, "keydown", move |event: KeyboardEvent| here.key(&event, &first));
        // A phone's Enter has no key of its own.
        let here = Rc::clone(self);
        listen(&field, "beforeinput", move |event: InputEvent| {
            if event.input_type() != "insertLineBreak" || here.page.body().is_changing() {
                return;
            }
            look.hurry();
            if here.list.is_open() && here.list.pick(here.list.active()) {
                event.prevent_default();
            }
        });
    }

    /// `look`: what was typed before this key may not have been looked at yet.
    fn key(&self, event: &KeyboardEvent, look: &Later) {
        let held = event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key();
        if event.is_composing() || event.key_code() == 229 || held {
            return;
        }
        let key = event.key();
        if !is_key_of_list(&key) {
            return;
        }
        look.hurry();
        if !self.list.is_open() {
            return;
        }
        if key == "Escape" {
            self.dismissed.set(self.shown.get());
        }
        if self.list.key(&key) {
            event.prevent_default();
            // Neither Escape nor Tab means anything else then.
            event.stop_immediate_propagation();
        }
    }

    /// After something was typed: offers what fits.
    fn look(self: &Rc<Self>) {
        let body = self.page.body();
        if body.is_composing() || !body.is_focused() {
            return self.list.hide();
        }
        let text = body.text();
        let selection = body.selection_in(&text);
        let found = wanted(&text, selection.head).filter(|_| selection.is_empty());
        let Some(found) = found else {
            self.dismissed.set(None);
            self.shown.set(None);
            return self.list.hide();
        };
        if self.dismissed.get() == Some(found.start) {
            return;
        }
        self.dismissed.set(None);
        let mut offers = self.offers(&text, &found);
        if offers.list.is_empty() {
            self.shown.set(None);
            return self.list.hide();
        }
        let same = self.list.is_open() && self.shown.get() == Some(found.start);
        offers.spot = if same { self.list.spot() } else { self.mirror.spot(&text, found.start) };
        self.shown.set(Some(found.start));
        self.list.show(offers);
        self.say();
    }

    /// After the cursor went elsewhere: what was offered no longer fits.
    fn follow(self: &Rc<Self>) {
        if !self.list.is_open() || self.page.body().is_composing() {
            return;
        }
        let text = self.page.body().text();
        let selection = self.page.body().selection_in(&text);
        let start = wanted(&text, selection.head).filter(|_| selection.is_empty()).map(|found| found.start);
        if start != self.shown.get() {
            self.shown.set(None);
            self.list.hide();
        }
    }

    fn say(&self) {
        let (page, list) = (self.page.clone(), self.list);
        let later = set_timeout_with_handle(
            move || {
                if list.is_open() {
                    page.announce(&list.words());
                }
            },
            PAUSE,
        );
        if let Some(earlier) = self.saying.replace(later.ok()) {
            earlier.clear();
        }
    }

    fn offers(self: &Rc<Self>, text: &str, found: &Wanted) -> Offers {
        match &found.kind {
            Kind::Note => {
                self.known.refresh();
                self.notes(found)
            }
            Kind::Tag => {
                self.known.refresh();
                self.tags(found)
            }
            Kind::Heading(note) => {
                let here = Rc::clone(self);
                let again = move || here.look();
                let list = if note.trim().is_empty() { Some(headings(text)) } else { self.known.headings(note, again) };
                self.headings(found, &list.unwrap_or_default())
            }
            Kind::Command => slash::offers(&self.page, found),
        }
    }

    fn notes(&self, found: &Wanted) -> Offers {
        let names = self.known.names();
        let query = found.query.trim();
        let index = self.known.index();
        let hits = index.find(query, MOST);
        let mut list: Vec<_> = hits
            .into_iter()
            .map(|hit| {
                let target = target_of(&index, &names, hit);
                let line = &names.notes[hit.note];
                let alias = hit.alias.and_then(|alias| line.aliases.get(alias));
                let (label, hint) = match alias {
                    Some(alias) => (alias.clone(), line.title.clone()),
                    None if target.name == line.slug => (line.title.clone(), line.slug.clone()),
                    None => (line.title.clone(), String::new()),
                };
                self.offer(found, label, hint, move |text, found| accept_link(text, found, &target))
            })
            .collect();
        if !query.is_empty() && !index.has(query) {
            let target = Target { name: query.to_owned(), words: None };
            let accept = move |text: &str, found: &Wanted| accept_link(text, found, &target);
            list.push(self.offer(found, query.to_owned(), "New note".to_owned(), accept));
        }
        Offers { label: "Notes", list, first: Some(0), ..Offers::default() }
    }

    fn headings(&self, found: &Wanted, headings: &[String]) -> Offers {
        let ranked = rank_words(headings.iter().map(String::as_str), &found.query);
        let offer = |at: usize| {
            let heading = headings[at].clone();
            let accept = {
                let heading = heading.clone();
                move |text: &str, found: &Wanted| accept_heading(text, found, &heading)
            };
            self.offer(found, heading, String::new(), accept)
        };
        let list = ranked.into_iter().take(MOST).map(offer).collect();
        Offers { label: "Headings", list, first: Some(0), ..Offers::default() }
    }

    /// None of them is chosen by Enter alone: what was typed may be a tag of its own.
    fn tags(&self, found: &Wanted) -> Offers {
        let names = self.known.names();
        let ranked = rank_words(names.tags.iter().map(String::as_str), &found.query);
        let others = ranked.into_iter().map(|at| names.tags[at].clone()).filter(|tag| *tag != found.query);
        let offer = |tag: String| {
            let label = format!("#{tag}");
            self.offer(found, label, String::new(), move |text, found| accept_tag(text, found, &tag))
        };
        Offers { label: "Tags", list: others.take(MOST).map(offer).collect(), first: None, ..Offers::default() }
    }

    fn offer(
        &self,
        found: &Wanted,
        label: String,
        hint: String,
        accept: impl Fn(&str, &Wanted) -> Edit + 'static,
    ) -> Offer {
        let (page, found) = (self.page.clone(), found.clone());
        let pick = Rc::new(move || {
            let edit = accept(&page.body().text(), &found);
            page.body().apply(&edit);
        });
        Offer { label, hint, pick }
    }
}
