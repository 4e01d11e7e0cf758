//! Keeps what is typed: drives the engine with the form, the device, the site and the other tabs.

mod around;
mod failure;
mod faults;
mod line;
mod stored;

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures::future::{Either, select};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::editor::{
    Base, Clash, Draft, Effect, Engine, Event, FieldName, Fields, Found, Held, LogId, Moment, OnDevice, Plan, Standing,
    Status, plan, replay,
};
use web_sys::HtmlElement;

use super::device::Device;
use super::dom::by_id;
use super::page::{Asked, EditorPage};
use super::{clash, clock, door, early, offer, properties, tabs};

/// Keeps the page's note from the moment this is done.
pub async fn start(page: &EditorPage, owner: &Owner) {
    let device = Device::default();
    let own = tabs::begin(page.note()).await;
    let (log, plan) = left_behind(page, &device, own).await;
    owner.with(|| {
        // The script that kept what was typed early is done.
        let _ = page.form().set_attribute("data-keeps", "");
        let session = Session::begin(page, &device, log, &plan);
        around::start(&session);
        offer::start(page, &device, log, plan);
    });
    spawn_local(async move { device.ask_to_stay().await });
}

/// How long the text waits for what earlier pages left, milliseconds.
const READING: i32 = 2_000;

/// What earlier pages left on the device, what to do with it, and the log that this page writes: the tab's own, unless
/// that one cannot be read just now. Then it stays as it is, for the next page.
async fn left_behind(page: &EditorPage, device: &Device, own: LogId) -> (LogId, Plan) {
    let read = pin!(async {
        early::bring_in(device, early::own(page).as_deref()).await;
        device.logs_of(page.note()).await
    });
    let logs = match select(read, pin!(clock::sleep(READING))).await {
        Either::Left((Ok(logs), _)) => logs,
        // It is said when it is written to.
        _ => return (tabs::another(own.note).await, Plan::default()),
    };
    let mut next = 0;
    let mut found = Vec::new();
    for log in logs {
        if log.id == own {
            next = log.records.last().map_or(0, |(seq, _)| seq + 1);
        }
        found.extend(replay(log.records).map(|replayed| Found { id: log.id, replayed }));
    }
    let opened = page.opened();
    let fields = opened.fields.clone().unwrap_or_default();
    let mut plan = plan(opened.version, &fields, own, &tabs::living().await, found);
    plan.next = plan.next.max(next);
    (own, plan)
}

/// One note that is written in this page.
pub(super) struct Session {
    page: EditorPage,
    device: Device,
    log: LogId,
    engine: RefCell<Engine>,
    clash: RwSignal<Option<Clash>>,
    shown: RefCell<Status>,
    /// What the status line said when the page came.
    opening_words: String,
    standing: RefCell<Option<Standing>>,
    timer: Cell<Option<TimeoutHandle>>,
    /// Something may have changed in the form since it was read.
    is_behind: Cell<bool>,
    /// How long the text was then.
    length: Cell<u32>,
    /// The form is being filled: what it says meanwhile is half of something.
    is_filling: Cell<bool>,
    is_composing: Cell<bool>,
    is_leaving: Cell<bool>,
    /// What was typed before this began is not known to be in the log yet.
    has_early: Cell<bool>,
}

impl Session {
    fn begin(page: &EditorPage, device: &Device, log: LogId, plan: &Plan) -> Rc<Self> {
        let opened = page.opened().clone();
        let opened_as = opened.fields.clone().unwrap_or_default();
        let base = plan.newer.clone().unwrap_or(Base { version: opened.version, fields: opened.fields.clone() });
        let left: Option<Draft> = plan.resume.clone();
        let seed = clock::random();
        #[allow(clippy::cast_possible_truncation, reason = "any 64 of its bits will do")]
        let mut engine = Engine::new(page.note(), base, left, plan.next, seed as u64);
        let held = held(page);
        let typed_early = held.fields != opened_as;
        if opened.fields.is_none() {
            engine.wait_for_owner(held.clone(), "see above");
        }
        let session = Rc::new(Self {
            page: page.clone(),
            device: device.clone(),
            log,
            engine: RefCell::new(engine),
            clash: RwSignal::new(None),
            shown: RefCell::default(),
            opening_words: by_id::<HtmlElement>("editor-state")
                .and_then(|line| line.text_content())
                .unwrap_or_default(),
            standing: RefCell::new(None),
            timer: Cell::new(None),
            is_behind: Cell::new(true),
            length: Cell::new(0),
            is_filling: Cell::new(false),
            is_composing: Cell::new(page.body().is_composing()),
            is_leaving: Cell::new(false),
            has_early: Cell::new(true),
        });
        clash::start(page, session.clash, {
            let session = Rc::downgrade(&session);
            move |fields: Fields| {
                if let Some(session) = session.upgrade() {
                    session.tell(Event::Chosen(Box::new(fields)));
                }
            }
        });
        session.name_address();
        session.greet(typed_early.then_some(held.fields), &opened_as, plan);
        session.listen_to_buttons();
        session
    }

    /// Fills the form with what was left on the device, and with what was typed before the script was here.
    fn greet(self: &Rc<Self>, early: Option<Fields>, opened: &Fields, plan: &Plan) {
        let draft = self.engine.borrow().draft().clone();
        if self.page.opened().fields.is_none() {
            return self.tell(Event::Tick);
        }
        self.page.attachments().set(draft.attachments.clone());
        let fields = match early {
            Some(early) => Fields::join(opened, &draft.fields, &early).unwrap_or_else(|| early.beside(&draft.fields)),
            None => draft.fields.clone(),
        };
        if plan.resume.is_some() && draft.fields != *opened {
            self.page.announce("What was typed here before and not saved yet is back.");
        }
        let is_here = fields == draft.fields && plan.resume.is_some();
        self.fill(&fields);
        if is_here && !self.page.body().is_focused() {
            self.page.body().select(draft.selection.within(&draft.fields.body));
        }
        self.tell(Event::Tick);
    }

    fn listen_to_buttons(self: &Rc<Self>) {
        let session = Rc::clone(self);
        self.page.on_submit(move |asked| match asked {
            Asked::Save(goal) => {
                session.heed();
                session.tell(Event::Asked(goal));
            }
            Asked::Leave(button) => session.leave(button),
        });
    }

    /// Something may have changed in the form: it is read before the engine hears of anything else.
    pub(super) fn heed(&self) {
        self.is_behind.set(true);
    }

    /// Tells the engine what happened, after what the form holds by now, and does what it says.
    pub(super) fn tell(self: &Rc<Self>, event: Event) {
        if self.is_filling.get() {
            return;
        }
        let now = self.moment();
        let changed = self.read().map(|held| Event::Changed(Box::new(held)));
        let effects: Vec<Effect> = {
            let mut engine = self.engine.borrow_mut();
            // Any event is a tick.
            let event = (changed.is_none() || !matches!(event, Event::Tick)).then_some(event);
            changed.into_iter().chain(event).flat_map(|event| engine.handle(event, now)).collect()
        };
        for effect in effects {
            self.perform(effect);
        }
        self.show_status();
        self.set_timer();
        self.goes_on();
        if self.has_early.get() && self.engine.borrow().status(now.monotonic).device == OnDevice::Yes {
            self.has_early.set(false);
            early::forget_own(&self.page);
        }
    }

    /// What the form holds, where it may be other than it was. The length is asked too, for a change of which nobody told.
    fn read(&self) -> Option<Held> {
        let length = self.page.body().length();
        let is_other = self.length.replace(length) != length;
        (self.is_behind.replace(false) || is_other).then(|| held(&self.page))
    }

    fn moment(&self) -> Moment {
        Moment {
            monotonic: clock::monotonic(),
            wall: clock::wall(),
            is_composing: self.is_composing.get() || self.page.body().is_composing(),
            unfinished: unfinished(),
        }
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        let session = Rc::clone(self);
        match effect {
            Effect::Keep(record) => spawn_local(async move {
                let result = session.device.append(session.log, &record).await.map_err(|error| error.to_string());
                session.tell(Event::Written { seq: record.seq, result });
            }),
            Effect::Send(save) => {
                let is_leaving = self.is_leaving.get();
                spawn_local(async move {
                    let reply = match is_leaving {
                        true => door::autosave_and_go(&save).await,
                        false => door::autosave(&save).await,
                    };
                    session.tell(Event::Answered { key: save.key, reply: Box::new(reply) });
                });
            }
            Effect::Show(fields) => self.fill(&fields),
            Effect::Clash => self.clash.set(self.engine.borrow().clash().cloned()),
            Effect::Stored(standing) => self.stands(&standing),
            Effect::Faults => faults::show(self.engine.borrow().faults()),
            Effect::Say(words) => self.page.announce(&words),
        }
    }

    fn fill(&self, fields: &Fields) {
        self.is_filling.set(true);
        for field in FieldName::ALL {
            self.page.set_value(field, fields.get(field));
        }
        self.is_filling.set(false);
    }

    /// Sends the form by its own way, after all that was typed is on the site: what it then posts meets nothing that this
    /// page sent a moment before.
    fn leave(self: &Rc<Self>, button: HtmlElement) {
        /// Tries, and the milliseconds between them.
        const PATIENCE: (u32, i32) = (60, 100);
        let session = Rc::clone(self);
        session.heed();
        session.tell(Event::Leaving);
        spawn_local(async move {
            // While a form is being submitted it takes no other submission (HTML, 4.10.22.3).
            clock::sleep(0).await;
            for _ in 0..PATIENCE.0 {
                if session.engine.borrow().status(clock::monotonic()).is_at_rest() {
                    return session.page.leave_by(&button);
                }
                clock::sleep(PATIENCE.1).await;
            }
            session.page.announce("Not now: what you typed has to be saved first.");
        });
    }

    fn set_timer(self: &Rc<Self>) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
        let now = clock::monotonic();
        let Some(at) = self.engine.borrow().wake_at(now) else { return };
        let session = Rc::clone(self);
        let wait = Duration::from_millis(at.saturating_sub(now));
        self.timer.set(set_timeout_with_handle(move || session.tell(Event::Tick), wait).ok());
    }
}

/// The field with the cursor, of those that say something else half typed: a slug that redirects for ever, a time in the
/// past at which a note is there for everybody.
fn unfinished() -> Option<FieldName> {
    match document().active_element()?.id().as_str() {
        "slug" => Some(FieldName::Slug),
        properties::TIME => Some(FieldName::PublishAt),
        _ => None,
    }
}

fn held(page: &EditorPage) -> Held {
    let fields = page.fields();
    let selection = page.body().selection_in(&fields.body);
    Held { fields, selection, attachments: page.attachments().get_untracked() }
}
