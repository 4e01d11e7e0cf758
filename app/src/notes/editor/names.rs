//! The names that can be completed: asked of the site, and kept on the device for when there is none.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use leptos::prelude::window;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::editor::complete::{Index, fold, headings};
use shared::editor::{NameLine, Names, Trouble};
use shared::ids::NoteId;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, Response};

use super::{clock, door};

/// Milliseconds for which names are taken for the latest.
const FRESH: u64 = 20_000;
/// Where they are kept on the device; signing out deletes what is called so.
const KEPT: &str = "commonplace names";
const ADDRESS: &str = "/desk/names";

/// All names, as far as they are known.
#[derive(Clone, Default)]
pub struct Known(Rc<Parts>);

#[derive(Default)]
struct Parts {
    names: RefCell<Rc<Names>>,
    index: RefCell<Rc<Index>>,
    headings: RefCell<HashMap<NoteId, Vec<String>>>,
    /// When the site was asked last; 0 for never.
    asked: Cell<u64>,
    /// Called when there are newer names.
    then: RefCell<Vec<Rc<dyn Fn()>>>,
}

impl Known {
    /// The names.
    pub fn names(&self) -> Rc<Names> {
        Rc::clone(&self.0.names.borrow())
    }

    /// To look them up.
    pub fn index(&self) -> Rc<Index> {
        Rc::clone(&self.0.index.borrow())
    }

    /// Calls this whenever there are newer names.
    pub fn on_news(&self, then: impl Fn() + 'static) {
        self.0.then.borrow_mut().push(Rc::new(then));
    }

    /// Asks for newer names, if these are not of just now.
    pub fn refresh(&self) {
        let (now, last) = (clock::monotonic() + 1, self.0.asked.get());
        if last > 0 && now - last < FRESH {
            return;
        }
        self.0.asked.set(now);
        let here = self.clone();
        spawn_local(async move {
            if last == 0
                && let Some(kept) = read_kept().await
            {
                here.take(kept).await;
            }
            let mark = here.names().mark.clone();
            match door::names(&mark).await {
                Ok(Some(names)) => {
                    // What cannot be kept is asked for again next time.
                    let _ = keep(&names).await;
                    here.take(names).await;
                }
                Ok(None) => {}
                Err(trouble) => {
                    if matches!(trouble, Trouble::SignIn) {
                        let _ = forget().await;
                    }
                    // Sooner again than after an answer.
                    here.0.asked.set((now + 1).saturating_sub(FRESH * 3 / 4).max(1));
                }
            }
        });
    }

    async fn take(&self, names: Names) {
        /// Names between two of which a key may be heard.
        const AT_ONCE: usize = 500;
        let mut index = Index::default();
        for part in names.notes.chunks(AT_ONCE) {
            index.add_notes(part);
            clock::sleep(0).await;
        }
        index.close();
        *self.0.index.borrow_mut() = Rc::new(index);
        *self.0.names.borrow_mut() = Rc::new(names);
        self.0.headings.borrow_mut().clear();
        let then = self.0.then.borrow().clone();
        for then in then {
            then();
        }
    }

    /// The note that a link means, by its title, an alias or its address.
    fn note(&self, name: &str) -> Option<NoteId> {
        let name = fold(name.trim());
        let is = |line: &NameLine| {
            fold(&line.title) == name || line.slug == name || line.aliases.iter().any(|alias| fold(alias) == name)
        };
        self.names().notes.iter().find(|line| is(line)).map(|line| line.id)
    }

    /// The headings of a note, if they are at hand; else they are asked for, and `then` is called when they are there.
    pub fn headings(&self, note: &str, then: impl Fn() + 'static) -> Option<Vec<String>> {
        let id = self.note(note)?;
        let known = self.0.headings.borrow().get(&id).cloned();
        if known.is_none() {
            let here = self.clone();
            spawn_local(async move {
                if let Ok(Some(note)) = door::current(id, 0).await {
                    here.0.headings.borrow_mut().insert(id, headings(&note.body));
                    then();
                }
            });
        }
        known
    }
}

async fn cache() -> Result<Cache, JsValue> {
    JsFuture::from(window().caches()?.open(KEPT)).await?.dyn_into()
}

async fn keep(names: &Names) -> Result<(), JsValue> {
    let text = serde_json::to_string(names).map_err(|error| JsValue::from_str(&error.to_string()))?;
    let answer = Response::new_with_opt_str(Some(&text))?;
    JsFuture::from(cache().await?.put_with_str(ADDRESS, &answer)).await.map(drop)
}

async fn forget() -> Result<(), JsValue> {
    JsFuture::from(window().caches()?.delete(KEPT)).await.map(drop)
}

async fn read_kept() -> Option<Names> {
    let found = JsFuture::from(cache().await.ok()?.match_with_str(ADDRESS)).await.ok()?;
    let answer: Response = found.dyn_into().ok()?;
    let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    serde_json::from_str(&text).ok()
}
