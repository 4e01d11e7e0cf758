//! What is done when the script itself fails: a line that went on saying "saved" would be untrue, and a button that nobody
//! serves any more would keep the form from being sent.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::Reflect;
use leptos::prelude::*;
use shared::editor::Event;
use web_sys::HtmlElement;

use super::Session;
use crate::notes::editor::clock;
use crate::notes::editor::dom::{by_id, listen};

const WORDS: &str = "the editor has failed and keeps nothing more: press Save, which still works, or copy your text";

/// How the session is after a fault somewhere in the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Health {
    /// As far as anybody knows.
    #[default]
    Well,
    /// Something failed; whether the session goes on is being tried.
    Asked,
    /// It does not.
    Failed,
}

thread_local! {
    static HEALTH: Cell<Health> = const { Cell::new(Health::Well) };
}

/// Listens for faults that nobody caught, as long as the page lives.
pub(super) fn start(session: &Rc<Session>) {
    for (name, what) in [("error", "error"), ("unhandledrejection", "reason")] {
        let session = Rc::clone(session);
        listen(&window(), name, move |event: web_sys::Event| {
            if Reflect::get(&event, &what.into()).is_ok_and(|error| error.is_object()) {
                session.stumbles();
            }
        });
    }
}

impl Session {
    /// Something failed: it may have been any part of the page, so the session is tried. If it fails too, this is heard
    /// again.
    fn stumbles(self: &Rc<Self>) {
        match HEALTH.get() {
            Health::Well => {
                HEALTH.set(Health::Asked);
                let session = Rc::clone(self);
                // What was being done is not done any more.
                session.is_filling.set(false);
                session.heed();
                set_timeout(move || session.tell(Event::Tick), Duration::ZERO);
            }
            Health::Asked => {
                HEALTH.set(Health::Failed);
                self.page.serve_nobody();
                self.page.announce(WORDS);
                if let Some(line) = by_id::<HtmlElement>("editor-state") {
                    let _ = line.set_attribute("data-kept", "failed");
                    line.set_text_content(Some(WORDS));
                }
            }
            Health::Failed => {}
        }
    }

    /// The session has done what it does, to the end.
    pub(super) fn goes_on(self: &Rc<Self>) {
        if HEALTH.replace(Health::Well) == Health::Failed {
            self.listen_to_buttons();
            let status = self.shown.borrow().clone();
            self.write_line(&status, &status.words(clock::local));
        }
    }
}
