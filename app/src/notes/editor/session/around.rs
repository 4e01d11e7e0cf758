//! What happens around the page: keys, the network, other tabs, and its coming and going.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::editor::{Event, OnDevice};
use web_sys::VisibilityState;

use super::{Session, failure};
use crate::notes::editor::dom::listen;
use crate::notes::editor::later::Later;
use crate::notes::editor::tabs::{self, News};
use crate::notes::editor::{clock, door};

/// From one question whether somebody else wrote to the next, while the page is looked at.
const ASKING: Duration = Duration::from_secs(30);

/// Listens for as long as the page lives.
pub fn start(session: &Rc<Session>) {
    // In the event of a key only what must be: the form is read once what was typed is on the screen.
    let reads = Rc::clone(session);
    hear_the_form(session, &Later::new(move || reads.tell(Event::Tick)));
    hear_the_window(session);
    hear_the_tabs(session);
    failure::start(session);
    let asks = Rc::clone(session);
    set_interval(move || asks.ask_if_seen(), ASKING);
}

fn hear_the_form(session: &Rc<Session>, soon: &Later) {
    let form = session.page.form();
    for name in ["input", "change", "focusin", "focusout"] {
        let (session, soon) = (Rc::clone(session), soon.clone());
        listen(form, name, move |_: web_sys::Event| {
            session.heed();
            soon.ask();
        });
    }
    for (name, now) in [("compositionstart", true), ("compositionend", false)] {
        let (session, soon) = (Rc::clone(session), soon.clone());
        listen(form, name, move |_: web_sys::Event| {
            session.is_composing.set(now);
            session.heed();
            soon.ask();
        });
    }
    let (here, soon) = (Rc::clone(session), soon.clone());
    listen(&document(), "selectionchange", move |_: web_sys::Event| {
        if here.page.body().is_focused() {
            here.heed();
            soon.ask();
        }
    });
    let session = Rc::clone(session);
    Effect::new(move |_| {
        session.page.attachments().track();
        session.heed();
        untrack(|| session.tell(Event::Tick));
    });
}

fn hear_the_window(session: &Rc<Session>) {
    let on = |target: &web_sys::EventTarget, name: &str, heard: fn(&Rc<Session>)| {
        let session = Rc::clone(session);
        listen(target, name, move |_: web_sys::Event| heard(&session));
    };
    let window = window();
    on(&window, "online", |session| session.tell(Event::Online));
    on(&window, "offline", |session| session.tell(Event::Offline));
    on(&window, "focus", |session| session.ask_if_seen());
    on(&window, "pageshow", |session| session.comes());
    on(&window, "pagehide", |session| session.goes());
    on(&document(), "visibilitychange", |session| match document().visibility_state() {
        VisibilityState::Hidden => session.goes(),
        _ => session.comes(),
    });
    let session = Rc::clone(session);
    listen(&window, "beforeunload", move |event: web_sys::BeforeUnloadEvent| {
        session.tell(Event::Tick);
        let status = session.engine.borrow().status(clock::monotonic());
        // Where the device keeps it, it can be left at any time.
        if matches!(status.device, OnDevice::No(_)) && !status.is_at_rest() {
            event.prevent_default();
        }
    });
}

fn hear_the_tabs(session: &Rc<Session>) {
    let session = Rc::clone(session);
    tabs::listen(move |news| match news {
        News::Stored { note, version } if note == session.page.note() => {
            if session.engine.borrow().base_version() < version {
                session.ask();
            }
        }
        News::Stored { .. } | News::Unsent { .. } => {}
    });
}

impl Session {
    fn goes(self: &Rc<Self>) {
        self.is_leaving.set(true);
        self.heed();
        self.tell(Event::Leaving);
    }

    fn comes(self: &Rc<Self>) {
        self.is_leaving.set(false);
        // A browser may fill the form of a page that comes back.
        self.heed();
        self.tell(Event::Online);
        self.ask_if_seen();
    }

    fn ask_if_seen(self: &Rc<Self>) {
        if document().visibility_state() == VisibilityState::Visible {
            self.ask();
        }
    }

    /// Asks the site whether somebody else wrote.
    fn ask(self: &Rc<Self>) {
        let known = self.engine.borrow().base_version();
        if known == 0 {
            return;
        }
        let session = Rc::clone(self);
        spawn_local(async move {
            let reply = door::current(session.page.note(), known).await;
            session.tell(Event::Current(Box::new(reply)));
        });
    }
}
