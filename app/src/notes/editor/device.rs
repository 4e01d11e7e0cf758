//! What this device keeps for the editor, in IndexedDB: the logs of what was typed, and pictures that wait to be sent.
//!
//! What a record of a log says is `shared::editor::journal`'s matter. A write that was answered is on the disk. A record
//! stands there whole or not at all.
//!
//! Database `commonplace`, version 1:
//! - `log`: `[note, tab, seq]` → the record's text
//! - `aside`: the same key → the same text: logs that were discarded, until they are brought back or their time is over
//! - `aside-since`: `[note, tab]` → when, in milliseconds since 1970; in an array where the text was not discarded but used
//! - `blobs`: `[note, id]` → `{ name, blob }`
//!
//! Where the database cannot be opened any more, another one is begun beside it (`commonplace-2`, `commonplace-3`), and
//! comes home when the first can be read again. A broken one is never deleted: somebody may still read it.

mod idb;
mod pictures;
mod rows;

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::editor::{Found, LogId, Record, replay};
use shared::ids::NoteId;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbTransaction};

pub use pictures::Waiting;

use idb::{Purpose, Rows, transact};

const NAMES: [&str; 3] = ["commonplace", "commonplace-2", "commonplace-3"];
const VERSION: u32 = 1;
const LOG: &str = "log";
const ASIDE: &str = "aside";
const ASIDE_SINCE: &str = "aside-since";
const BLOBS: &str = "blobs";
const STORES: &[&str] = &[LOG, ASIDE, ASIDE_SINCE, BLOBS];
/// How long a discarded log can be brought back, in milliseconds.
const ASIDE_FOR: f64 = 7.0 * 86_400_000.0;

/// Why the device did not keep or answer something, in the words that the status line says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// No room; the write left nothing behind, and what was there before is still there.
    #[error("this device has no room left")]
    Full,
    /// There is no storage for this site: private browsing, or the browser was told so.
    #[error("the browser keeps nothing for this site (private window, or storage switched off)")]
    Unavailable,
    /// Another tab holds the storage in an older form.
    #[error("another tab of this site is in the way; close the others")]
    Blocked,
    /// What a record is a change of is not there any more: another tab, or somebody in the browser's settings, removed it.
    #[error("what it kept of this note was removed")]
    Gone,
    /// No answer in time. What was to be written may still be.
    #[error("this device's storage does not answer")]
    Slow,
    /// Anything else, as the browser says it.
    #[error("this device's storage is broken ({0})")]
    Broken(String),
}

impl DeviceError {
    /// From what the browser threw.
    fn of(error: &JsValue) -> Self {
        let Some(error) = error.dyn_ref::<DomException>() else {
            return Self::Broken(error.as_string().unwrap_or_else(|| "unknown".into()));
        };
        match error.name().as_str() {
            "QuotaExceededError" => Self::Full,
            "SecurityError" | "NotAllowedError" => Self::Unavailable,
            name => Self::Broken(format!("{name}: {}", error.message())),
        }
    }

    /// Whether another try with a fresh connection may succeed: the browser closes them when it pleases.
    fn is_closed(&self) -> bool {
        matches!(self, Self::Broken(why) if why.starts_with("InvalidStateError"))
    }
}

/// Why a log is put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aside {
    /// Its owner does not want it.
    Discarded,
    /// Its text is elsewhere now: in a form, or a version.
    Used,
}

/// A log as it stands on the device, for [`shared::editor::replay`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// Whose it is.
    pub id: LogId,
    /// `seq` and text, the first rising.
    pub records: Vec<(u64, String)>,
}

/// What this device keeps. Cloning shares the connection, which is opened when first needed and again when the browser
/// has closed it.
#[derive(Clone, Default)]
pub struct Device {
    open: Rc<RefCell<Option<IdbDatabase>>>,
}

impl Device {
    /// Puts a record and forgets those that it makes needless, both or neither. It is on the disk when this answers. The
    /// same `seq` again takes the place of the first.
    ///
    /// # Errors
    /// Why it is not kept; then the log is as it was, but for a record that is [`DeviceError::Gone`].
    pub async fn append(&self, log: LogId, record: &Record) -> Result<(), DeviceError> {
        let needless = (record.keep_from > 0).then(|| rows::before(log, record.keep_from)).transpose()?;
        let key = rows::key(log, record.seq);
        let followed = record.follows.map(|seq| rows::key(log, seq));
        let found = self.write(&[LOG], |transaction| {
            let store = transaction.object_store(LOG)?;
            let found = followed.as_ref().map(|followed| store.get_key(followed)).transpose()?;
            store.put_with_key(&record.text.as_str().into(), &key)?;
            needless.as_ref().map_or(Ok(()), |needless| store.delete(needless).map(drop))?;
            Ok(found)
        });
        let is_gone = found.await?.is_some_and(|found| found.result().is_ok_and(|key| key.is_undefined()));
        if is_gone { Err(DeviceError::Gone) } else { Ok(()) }
    }

    /// Every log of a note, of whichever tab.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub async fn logs_of(&self, note: NoteId) -> Result<Vec<Log>, DeviceError> {
        Ok(rows::logs(self.rows(LOG, &rows::of_note(note)?).await?))
    }

    /// What the logs of a note come to, for [`shared::editor::plan`]. One in which nothing can be read is left out.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub async fn found(&self, note: NoteId) -> Result<Vec<Found>, DeviceError> {
        Ok(found(self.logs_of(note).await?))
    }

    /// The same of every log on this device.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub async fn found_anywhere(&self) -> Result<Vec<Found>, DeviceError> {
        Ok(found(self.all().await?))
    }

    /// Every log on this device.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub async fn all(&self) -> Result<Vec<Log>, DeviceError> {
        Ok(rows::logs(self.rows(LOG, &JsValue::UNDEFINED).await?))
    }

    /// Forgets a log: the site has what it says.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn forget(&self, log: LogId) -> Result<(), DeviceError> {
        let range = rows::of_log(&rows::log_key(log))?;
        self.write(&[LOG], |transaction| transaction.object_store(LOG)?.delete(&range).map(drop)).await
    }

    /// Puts a log where nobody is offered it; for a week it can be brought back. `now` in milliseconds since 1970.
    ///
    /// # Errors
    /// Why it is still where it was.
    pub async fn set_aside(&self, log: LogId, why: Aside, now: f64) -> Result<(), DeviceError> {
        self.sweep(now).await;
        let since = rows::since(why, now);
        self.shift(log, LOG, ASIDE, |store, key| store.put_with_key(&since, key).map(drop)).await
    }

    /// What was discarded and can still be brought back, and when it was, in milliseconds since 1970.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub async fn discarded(&self, now: f64) -> Result<Vec<(Found, f64)>, DeviceError> {
        let since = self.rows(ASIDE_SINCE, &JsValue::UNDEFINED).await?;
        let since: Vec<_> = since.iter().filter_map(|(key, value)| rows::discarded_at(key, value)).collect();
        let recent = |at: f64| now - at <= ASIDE_FOR;
        if !since.iter().any(|(_, at)| recent(*at)) {
            return Ok(Vec::new());
        }
        let logs = found(rows::logs(self.rows(ASIDE, &JsValue::UNDEFINED).await?));
        let with_time = |log: Found| {
            let (_, at) = *since.iter().find(|(id, at)| *id == log.id && recent(*at))?;
            Some((log, at))
        };
        Ok(logs.into_iter().filter_map(with_time).collect())
    }

    /// Brings back what was set aside; nothing happens where it was not.
    ///
    /// # Errors
    /// Why it is still aside.
    pub async fn bring_back(&self, log: LogId) -> Result<(), DeviceError> {
        self.shift(log, ASIDE, LOG, |since, key| since.delete(key).map(drop)).await
    }

    /// Forgets for good whatever was set aside.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn forget_aside(&self) -> Result<(), DeviceError> {
        self.write(&[ASIDE, ASIDE_SINCE], |transaction| {
            transaction.object_store(ASIDE)?.clear()?;
            transaction.object_store(ASIDE_SINCE)?.clear().map(drop)
        })
        .await
    }

    /// Asks the browser, once on each device, not to throw away what it keeps when it runs out of room.
    pub async fn ask_to_stay(&self) {
        const ASKED: &str = "commonplace-asked-to-stay";
        let Ok(Some(memory)) = window().local_storage() else { return };
        if matches!(memory.get_item(ASKED), Ok(Some(_))) || memory.set_item(ASKED, "yes").is_err() {
            return;
        }
        // Not there where the site is reached over plain HTTP.
        let storage = js_sys::Reflect::get(&window().navigator(), &"storage".into());
        let Some(storage) = storage.ok().filter(|storage| !storage.is_undefined()) else { return };
        if let Ok(asked) = storage.unchecked_into::<web_sys::StorageManager>().persist() {
            let _ = JsFuture::from(asked).await;
        }
    }

    /// Forgets for good what was set aside longer ago than it can be brought back.
    async fn sweep(&self, now: f64) {
        let Ok(since) = self.rows(ASIDE_SINCE, &JsValue::UNDEFINED).await else { return };
        for (key, at) in since {
            let over = rows::aside_at(&at).is_none_or(|at| now - at > ASIDE_FOR);
            let Some(range) = over.then(|| rows::of_log(&key).ok()).flatten() else { continue };
            let swept = self.write(&[ASIDE, ASIDE_SINCE], |transaction| {
                transaction.object_store(ASIDE)?.delete(&range)?;
                transaction.object_store(ASIDE_SINCE)?.delete(&key).map(drop)
            });
            // What stays this time goes the next.
            let _ = swept.await;
        }
    }

    async fn shift(
        &self,
        log: LogId,
        from: &str,
        to: &str,
        note_it: impl Fn(&web_sys::IdbObjectStore, &JsValue) -> Result<(), JsValue>,
    ) -> Result<(), DeviceError> {
        let key = rows::log_key(log);
        let range = rows::of_log(&key)?;
        let found = self.rows(from, &range).await?;
        if found.is_empty() {
            return Ok(());
        }
        self.write(&[LOG, ASIDE, ASIDE_SINCE], |transaction| {
            let into = transaction.object_store(to)?;
            for (key, text) in &found {
                into.put_with_key(text, key)?;
            }
            transaction.object_store(from)?.delete(&range)?;
            note_it(&transaction.object_store(ASIDE_SINCE)?, &key)
        })
        .await
    }

    async fn write<T>(
        &self,
        stores: &[&str],
        work: impl Fn(&IdbTransaction) -> Result<T, JsValue>,
    ) -> Result<T, DeviceError> {
        let written = transact(&self.database().await?, stores, Purpose::Write, &work).await;
        match written {
            Err(error) if error.is_closed() => transact(&self.reopened().await?, stores, Purpose::Write, &work).await,
            written => written,
        }
    }

    /// The rows of a range. Where the browser cannot read them together, those that it can read one by one.
    async fn rows(&self, store: &str, range: &JsValue) -> Result<Vec<(JsValue, JsValue)>, DeviceError> {
        let ask = |transaction: &IdbTransaction| Rows::ask(&transaction.object_store(store)?, range);
        let mut asked = transact(&self.database().await?, &[store], Purpose::Read, ask).await;
        if asked.as_ref().is_err_and(DeviceError::is_closed) {
            asked = transact(&self.reopened().await?, &[store], Purpose::Read, ask).await;
        }
        match asked.and_then(|asked| asked.read()) {
            Err(DeviceError::Broken(_)) => self.one_by_one(store, range).await,
            read => read,
        }
    }

    async fn one_by_one(&self, store: &str, range: &JsValue) -> Result<Vec<(JsValue, JsValue)>, DeviceError> {
        let database = self.reopened().await?;
        let ask = |transaction: &IdbTransaction| transaction.object_store(store)?.get_all_keys_with_key(range);
        let keys = transact(&database, &[store], Purpose::Read, ask).await?;
        let keys = keys.result().map_err(|error| DeviceError::of(&error))?;
        let mut found = Vec::new();
        for key in Array::from(&keys) {
            let ask = |transaction: &IdbTransaction| transaction.object_store(store)?.get(&key);
            let value =
                transact(&database, &[store], Purpose::Read, ask).await.ok().and_then(|asked| asked.result().ok());
            found.extend(value.map(|value| (key, value)));
        }
        Ok(found)
    }

    async fn reopened(&self) -> Result<IdbDatabase, DeviceError> {
        if let Some(database) = self.open.take() {
            database.close();
        }
        self.database().await
    }

    async fn database(&self) -> Result<IdbDatabase, DeviceError> {
        if let Some(database) = self.open.borrow().clone() {
            return Ok(database);
        }
        let (at, database) = open_one().await?;
        if at == 0 {
            bring_home(&database).await;
        }
        *self.open.borrow_mut() = Some(database.clone());
        Ok(database)
    }
}

/// The first database that can be opened.
async fn open_one() -> Result<(usize, IdbDatabase), DeviceError> {
    let mut why = DeviceError::Unavailable;
    for (at, name) in NAMES.into_iter().enumerate() {
        match idb::open(name, VERSION, STORES).await {
            Ok(database) => return Ok((at, database)),
            Err(error @ DeviceError::Broken(_)) => why = error,
            Err(error) => return Err(error),
        }
    }
    Err(why)
}

/// Takes over what was kept elsewhere while the first database could not be opened.
async fn bring_home(home: &IdbDatabase) {
    let there = idb::names().await;
    for name in NAMES[1..].iter().filter(|name| there.iter().any(|found| found == *name)) {
        let Ok(other) = idb::open(name, VERSION, STORES).await else { continue };
        let moved = take_over(home, &other).await;
        other.close();
        if moved.is_ok() {
            idb::delete(name);
        }
    }
}

async fn take_over(home: &IdbDatabase, other: &IdbDatabase) -> Result<(), DeviceError> {
    let mut newcomers = rows::Newcomers::default();
    for store in [LOG, ASIDE] {
        newcomers.give_way_to(&everything(home, store).await?);
    }
    for store in STORES {
        let found = everything(other, store).await?;
        let moved: Vec<_> = found.into_iter().map(|(key, value)| (newcomers.place(store, key), value)).collect();
        transact(home, &[store], Purpose::Write, |transaction| {
            let store = transaction.object_store(store)?;
            moved.iter().try_for_each(|(key, value)| store.put_with_key(value, key).map(drop))
        })
        .await?;
    }
    Ok(())
}

async fn everything(database: &IdbDatabase, store: &str) -> Result<Vec<(JsValue, JsValue)>, DeviceError> {
    let ask = |transaction: &IdbTransaction| Rows::ask(&transaction.object_store(store)?, &JsValue::UNDEFINED);
    transact(database, &[store], Purpose::Read, ask).await?.read()
}

/// One in which nothing can be read is left out.
fn found(logs: Vec<Log>) -> Vec<Found> {
    let read = |log: Log| Some(Found { id: log.id, replayed: replay(log.records)? });
    logs.into_iter().filter_map(read).collect()
}
