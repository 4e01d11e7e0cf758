//! The tabs of this browser that write: which is which, which of them live, and what they tell one another.
//!
//! A tab has an id that a reload keeps and a copy of the tab does not. While a page writes a log it holds a lock of the
//! log's name, which the browser takes from it when the page is gone, however it went: by that it is known which logs
//! belong to nobody. Where a browser has no locks (the site is reached over plain HTTP) the tabs are asked instead.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::time::Duration;

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::editor::LogId;
use shared::ids::{NoteId, TabId};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, BroadcastChannel, MessageEvent};

use super::clock;

/// What tabs tell one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// The site has this version of a note.
    Stored {
        /// The note.
        note: NoteId,
        /// Its version.
        version: u64,
    },
    /// What this device keeps of a note and the site has not is no longer what it was.
    Unsent {
        /// The note.
        note: NoteId,
    },
}

/// How long a page that is going may still hold its lock.
const GOING: u32 = 600;
/// How long living tabs may take to answer, where there are no locks.
const ANSWERING: Duration = Duration::from_millis(400);
const CHANNEL_NAME: &str = "commonplace";
const TAB_KEY: &str = "commonplace-tab";

type Listener = Box<dyn Fn(News)>;

thread_local! {
    /// One for the page: a channel does not hear itself, but would hear another of the same page.
    static CHANNEL: Option<BroadcastChannel> = channel();
    static LISTENERS: RefCell<Vec<Listener>> = const { RefCell::new(Vec::new()) };
    /// The log that this page writes.
    static HERE: Cell<Option<LogId>> = const { Cell::new(None) };
    /// The logs whose tabs answered.
    static ANSWERED: RefCell<HashSet<LogId>> = RefCell::default();
}

/// The log that this page writes for a note from now on, until the page is gone: the tab's own, unless another page
/// writes that one (the tab was copied); then the tab gets a new id.
pub async fn begin(note: NoteId) -> LogId {
    let log = LogId { note, tab: kept_id().unwrap_or_else(new_id) };
    let log = if is_free(log).await {
        log
    } else {
        let log = LogId { note, tab: new_id() };
        is_free(log).await;
        log
    };
    HERE.set(Some(log));
    log
}

/// A log beside the tab's own, for a page that cannot read that one: the tab keeps its id, for the next page.
pub async fn another(note: NoteId) -> LogId {
    let log = LogId { note, tab: TabId::from_u128(clock::random()) };
    is_free(log).await;
    HERE.set(Some(log));
    log
}

/// Takes the log's lock, or finds that nobody answers for it.
async fn is_free(log: LogId) -> bool {
    match hold(&lock_name(log)) {
        Some(held) => JsFuture::from(held).await.is_ok(),
        None => !ask_around().await.contains(&log),
    }
}

/// The logs that a page is writing just now, this one's too.
pub async fn living() -> HashSet<LogId> {
    let mut living = match held_locks().await {
        Some(held) => held.iter().filter_map(|name| log_of(name)).collect(),
        None => ask_around().await,
    };
    living.extend(HERE.get());
    living
}

/// Tells the other tabs.
pub fn tell(news: News) {
    post(&match news {
        News::Stored { note, version } => format!("stored {note} {version}"),
        News::Unsent { note } => format!("unsent {note}"),
    });
}

/// Listens to the other tabs for as long as the page is there.
pub fn listen(heard: impl Fn(News) + 'static) {
    LISTENERS.with_borrow_mut(|listeners| listeners.push(Box::new(heard)));
    CHANNEL.with(|_| ());
}

fn kept_id() -> Option<TabId> {
    window().session_storage().ok()??.get_item(TAB_KEY).ok()??.parse().ok()
}

/// An id at random, kept where a reload finds it and where the browser allows that.
fn new_id() -> TabId {
    let id = TabId::from_u128(clock::random());
    if let Ok(Some(memory)) = window().session_storage() {
        let _ = memory.set_item(TAB_KEY, &id.to_string());
    }
    id
}

fn lock_name(log: LogId) -> String {
    format!("commonplace {} {}", log.note, log.tab)
}

fn log_of(lock: &str) -> Option<LogId> {
    let (note, tab) = lock.strip_prefix("commonplace ")?.split_once(' ')?;
    Some(LogId { note: note.parse().ok()?, tab: tab.parse().ok()? })
}

/// `navigator.locks`, by name: `web-sys` counts it among what may change, and it is not there over plain HTTP.
fn locks() -> Option<JsValue> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}

/// Takes a lock for as long as the page is there. The promise is refused where another page has it; `None` where there
/// are no locks.
fn hold(name: &str) -> Option<Promise> {
    let locks = locks()?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"signal".into(), &AbortSignal::timeout_with_u32(GOING)).ok()?;
    let mut over = None;
    let held = Promise::new(&mut |granted, _| {
        let keep = Closure::once_into_js(move |_lock: JsValue| {
            let _ = granted.call0(&JsValue::NULL);
            // Never settled: the browser gives the lock back when the page is gone.
            JsValue::from(Promise::new(&mut |_, _| ()))
        });
        over = request.call3(&locks, &name.into(), &options, &keep).ok();
    });
    Some(Promise::race(&Array::of2(&held, &over?)))
}

/// The names of the locks that pages of this site hold; `None` where there are none to hold.
async fn held_locks() -> Option<Vec<String>> {
    let locks = locks()?;
    let query: Function = Reflect::get(&locks, &"query".into()).ok()?.dyn_into().ok()?;
    let asked: Promise = query.call0(&locks).ok()?.dyn_into().ok()?;
    let found = JsFuture::from(asked).await.ok()?;
    let held = Reflect::get(&found, &"held".into()).ok()?;
    let name = |lock: JsValue| Reflect::get(&lock, &"name".into()).ok()?.as_string();
    Some(Array::from(&held).iter().filter_map(name).collect())
}

async fn ask_around() -> HashSet<LogId> {
    ANSWERED.take();
    post("here?");
    pause(ANSWERING).await;
    ANSWERED.take()
}

/// Waits.
pub async fn pause(time: Duration) {
    let time = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let waited = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, time);
    });
    let _ = JsFuture::from(waited).await;
}

fn post(text: &str) {
    CHANNEL.with(|channel| {
        if let Some(channel) = channel {
            let _ = channel.post_message(&text.into());
        }
    });
}

fn channel() -> Option<BroadcastChannel> {
    let channel = BroadcastChannel::new(CHANNEL_NAME).ok()?;
    let hear = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        if let Some(text) = event.data().as_string() {
            hear(&text);
        }
    });
    channel.set_onmessage(Some(hear.into_js_value().unchecked_ref()));
    Some(channel)
}

fn hear(text: &str) {
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        ["here?"] => {
            if let Some(log) = HERE.get() {
                post(&format!("here {} {}", log.note, log.tab));
            }
        }
        ["here", note, tab] => {
            if let (Ok(note), Ok(tab)) = (note.parse(), tab.parse()) {
                ANSWERED.with_borrow_mut(|answered| answered.insert(LogId { note, tab }));
            }
        }
        words => {
            if let Some(news) = news(words) {
                LISTENERS.with_borrow(|listeners| listeners.iter().for_each(|heard| heard(news)));
            }
        }
    }
}

fn news(words: &[&str]) -> Option<News> {
    match words {
        ["stored", note, version] => Some(News::Stored { note: note.parse().ok()?, version: version.parse().ok()? }),
        ["unsent", note] => Some(News::Unsent { note: note.parse().ok()? }),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_names_its_log() {
        let log = LogId { note: NoteId::from_u128(7), tab: TabId::from_u128(9) };
        assert_eq!(log_of(&lock_name(log)), Some(log));
        assert_eq!(log_of("commonplace 7"), None);
        assert_eq!(log_of("another's lock"), None);
    }

    #[test]
    fn what_is_no_news_is_passed_over() {
        let note = NoteId::from_u128(7);
        let id = note.to_string();
        assert_eq!(news(&["stored", &id, "3"]), Some(News::Stored { note, version: 3 }));
        assert_eq!(news(&["unsent", &id]), Some(News::Unsent { note }));
        assert_eq!(news(&["stored", &id, "three"]), None);
        assert_eq!(news(&["unsent"]), None);
    }
}
