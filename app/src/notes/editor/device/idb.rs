//! IndexedDB as futures: opening a database, one transaction, what its requests answered.
//!
//! By hand over `web-sys`: the crates that wrap it know no `durability: "strict"`, without which a browser answers before
//! the disk has what was written.

use std::time::Duration;

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};

use super::DeviceError;

/// Browsers have been seen never to answer an opening.
const OPENING: Duration = Duration::from_secs(4);
/// A disk that takes longer is said; what it writes late is written all the same.
const WORKING: Duration = Duration::from_secs(10);

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To read.
    Read,
    /// To write, and to answer when the disk has it.
    Write,
}

/// Opens a database, making the object stores it lacks.
pub(super) async fn open(
    name: &str,
    version: u32,
    stores: &'static [&'static str],
) -> Result<IdbDatabase, DeviceError> {
    let request = factory()?.open_with_u32(name, version).map_err(|error| DeviceError::of(&error))?;
    let making = request.clone();
    let make: Function = Closure::once_into_js(move || make_stores(&making, stores)).unchecked_into();
    request.set_onupgradeneeded(Some(&make));
    let opened = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
        request.set_onblocked(Some(&reject));
    });
    within(OPENING, opened).await.map_err(|told| match failure(&request) {
        Some(error) => error,
        None if told.is_undefined() => DeviceError::Slow,
        None => DeviceError::Blocked,
    })?;
    let database: IdbDatabase = request.result().map_err(|error| DeviceError::of(&error))?.unchecked_into();
    // Another tab has newer code and wants to change the database: it shall not wait for this one.
    let closing = database.clone();
    let close = Closure::<dyn Fn()>::new(move || closing.close()).into_js_value();
    database.set_onversionchange(Some(close.unchecked_ref()));
    Ok(database)
}

fn make_stores(request: &IdbOpenDbRequest, stores: &[&str]) {
    let Ok(database) = request.result() else { return };
    let database: IdbDatabase = database.unchecked_into();
    let there = database.object_store_names();
    for name in stores.iter().filter(|name| !there.contains(name)) {
        // Where this fails the opening fails with it.
        let _ = database.create_object_store(name);
    }
}

/// The databases of this site that the browser knows of; none where it does not say.
pub(super) async fn names() -> Vec<String> {
    let asked = factory().ok().and_then(|factory| {
        let list: Function = Reflect::get(&factory, &"databases".into()).ok()?.dyn_into().ok()?;
        list.call0(&factory).ok()?.dyn_into::<Promise>().ok()
    });
    let Some(asked) = asked else { return Vec::new() };
    let Ok(found) = within(OPENING, asked).await else { return Vec::new() };
    let name = |about: JsValue| Reflect::get(&about, &"name".into()).ok()?.as_string();
    Array::from(&found).iter().filter_map(name).collect()
}

/// Deletes a database, when nobody has it open any more.
pub(super) fn delete(name: &str) {
    if let Ok(factory) = factory() {
        let _ = factory.delete_database(name);
    }
}

fn factory() -> Result<IdbFactory, DeviceError> {
    match window().indexed_db() {
        Ok(Some(factory)) => Ok(factory),
        _ => Err(DeviceError::Unavailable),
    }
}

/// Does `work` in one transaction over `store` and waits for its end: for [`Purpose::Write`], until the disk has it. All
/// requests are made at once, so the transaction cannot end between them; their results are read afterwards.
pub(super) async fn transact<T>(
    database: &IdbDatabase,
    stores: &[&str],
    purpose: Purpose,
    work: impl FnOnce(&IdbTransaction) -> Result<T, JsValue>,
) -> Result<T, DeviceError> {
    let transaction = begin(database, stores, purpose).map_err(|error| DeviceError::of(&error))?;
    let ended = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    let asked = match work(&transaction) {
        Ok(asked) => asked,
        Err(error) => {
            let _ = transaction.abort();
            // Waited for, so that the refusal of the promise is nobody's surprise.
            let _ = within(WORKING, ended).await;
            return Err(DeviceError::of(&error));
        }
    };
    within(WORKING, ended).await.map_err(|told| match transaction.error() {
        Some(error) => DeviceError::of(&error),
        None if told.is_undefined() => DeviceError::Slow,
        None => DeviceError::Broken("the browser broke the write off".into()),
    })?;
    Ok(asked)
}

/// By name, since `web-sys` counts the third argument among what may change.
fn begin(database: &IdbDatabase, stores: &[&str], purpose: Purpose) -> Result<IdbTransaction, JsValue> {
    let stores: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
    let mode = match purpose {
        Purpose::Read => "readonly",
        Purpose::Write => "readwrite",
    };
    let options = Object::new();
    Reflect::set(&options, &"durability".into(), &"strict".into())?;
    let begin: Function = Reflect::get(database, &"transaction".into())?.dyn_into()?;
    Ok(begin.call3(database, &stores, &mode.into(), &options)?.unchecked_into())
}

/// Waits at most so long. After that the error is `undefined`.
async fn within(limit: Duration, promise: Promise) -> Result<JsValue, JsValue> {
    let limit = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX);
    let late = Promise::new(&mut |_, reject| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&reject, limit);
    });
    JsFuture::from(Promise::race(&Array::of2(&promise, &late))).await
}

fn failure(request: &IdbRequest) -> Option<DeviceError> {
    // `error` throws while the request is under way.
    let error: DomException = request.error().ok().flatten()?;
    Some(DeviceError::of(&error))
}

/// Every key and value of a range, as two requests of the same transaction.
pub(super) struct Rows {
    keys: IdbRequest,
    values: IdbRequest,
}

impl Rows {
    /// Asks for the range; for everything where `range` is undefined.
    pub(super) fn ask(store: &IdbObjectStore, range: &JsValue) -> Result<Self, JsValue> {
        Ok(Self { keys: store.get_all_keys_with_key(range)?, values: store.get_all_with_key(range)? })
    }

    /// What was answered; for after the transaction.
    pub(super) fn read(&self) -> Result<Vec<(JsValue, JsValue)>, DeviceError> {
        let list = |request: &IdbRequest| request.result().map(|list| Array::from(&list));
        let keys = list(&self.keys).map_err(|error| DeviceError::of(&error))?;
        let values = list(&self.values).map_err(|error| DeviceError::of(&error))?;
        Ok(keys.iter().zip(values.iter()).collect())
    }
}
