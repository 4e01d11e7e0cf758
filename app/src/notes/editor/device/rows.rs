//! Keys of the logs, ranges of them, and logs made of what was read.

use std::collections::{HashMap, HashSet};

use js_sys::Array;
use leptos::wasm_bindgen::JsValue;
use shared::editor::LogId;
use shared::ids::{NoteId, TabId};
use web_sys::IdbKeyRange;

use super::{Aside, BLOBS, DeviceError, Log};
use crate::notes::editor::clock;

/// `[note, tab, seq]`; a `seq` never reaches 2^53.
pub(super) fn key(log: LogId, seq: u64) -> JsValue {
    Array::of3(&log.note.to_string().into(), &log.tab.to_string().into(), &(seq as f64).into()).into()
}

/// `[note, tab]`
pub(super) fn log_key(log: LogId) -> JsValue {
    pair(log.note, &log.tab.to_string())
}

/// `[note, name]`
pub(super) fn pair(note: NoteId, name: &str) -> JsValue {
    Array::of2(&note.to_string().into(), &name.into()).into()
}

/// Everything whose key begins with this note.
pub(super) fn of_note(note: NoteId) -> Result<JsValue, DeviceError> {
    let note = JsValue::from(note.to_string());
    between(&Array::of1(&note), &Array::of2(&note, &Array::new()))
}

/// Everything whose key begins with this one of a log.
pub(super) fn of_log(log: &JsValue) -> Result<JsValue, DeviceError> {
    let beginning = Array::from(log);
    let end = Array::of3(&beginning.get(0), &beginning.get(1), &Array::new());
    between(&beginning, &end)
}

/// The records of a log before this one.
pub(super) fn before(log: LogId, seq: u64) -> Result<JsValue, DeviceError> {
    let range = IdbKeyRange::bound_with_lower_open_and_upper_open(&log_key(log), &key(log, seq), false, true);
    range.map(JsValue::from).map_err(|error| DeviceError::of(&error))
}

/// An array sorts behind every text and number, so an empty one ends every range.
fn between(from: &JsValue, to: &JsValue) -> Result<JsValue, DeviceError> {
    IdbKeyRange::bound(from, to).map(JsValue::from).map_err(|error| DeviceError::of(&error))
}

/// Logs that come to a database which may have one of the same name: then they take another, as neither may be written
/// over.
#[derive(Default)]
pub(super) struct Newcomers {
    taken: HashSet<String>,
    names: HashMap<String, String>,
}

impl Newcomers {
    pub(super) fn give_way_to(&mut self, rows: &[(JsValue, JsValue)]) {
        self.taken.extend(rows.iter().filter_map(|(key, _)| name(key)));
    }

    /// The key under which a row of a store may stand.
    pub(super) fn place(&mut self, store: &str, key: JsValue) -> JsValue {
        let Some(name) = name(&key).filter(|name| store != BLOBS && self.taken.contains(name)) else { return key };
        let tab = self.names.entry(name).or_insert_with(|| TabId::from_u128(clock::random()).to_string());
        let moved = Array::from(&key);
        moved.set(1, tab.as_str().into());
        moved.into()
    }
}

/// Of the log that a row belongs to.
fn name(key: &JsValue) -> Option<String> {
    let key = Array::from(key);
    Some(format!("{} {}", key.get(0).as_string()?, key.get(1).as_string()?))
}

/// Rows in the order of their keys, as logs. A row that is none of ours is passed over.
pub(super) fn logs(rows: Vec<(JsValue, JsValue)>) -> Vec<Log> {
    let mut logs: Vec<Log> = Vec::new();
    for (key, text) in rows {
        let Some((id, seq)) = parts(&key) else { continue };
        let Some(text) = text.as_string() else { continue };
        match logs.last_mut().filter(|log| log.id == id) {
            Some(log) => log.records.push((seq, text)),
            None => logs.push(Log { id, records: vec![(seq, text)] }),
        }
    }
    logs
}

/// What notes since when a log is aside, and why.
pub(super) fn since(why: Aside, now: f64) -> JsValue {
    match why {
        Aside::Discarded => now.into(),
        Aside::Used => Array::of1(&now.into()).into(),
    }
}

/// When that was.
pub(super) fn aside_at(since: &JsValue) -> Option<f64> {
    since.as_f64().or_else(|| Array::is_array(since).then(|| Array::from(since).get(0).as_f64()).flatten())
}

/// The log, and when it was discarded, if that is what happened to it.
pub(super) fn discarded_at(key: &JsValue, since: &JsValue) -> Option<(LogId, f64)> {
    let key = Array::from(key);
    let id = LogId { note: key.get(0).as_string()?.parse().ok()?, tab: key.get(1).as_string()?.parse().ok()? };
    Some((id, since.as_f64()?))
}

fn parts(key: &JsValue) -> Option<(LogId, u64)> {
    let key = Array::from(key);
    let id = LogId { note: key.get(0).as_string()?.parse().ok()?, tab: key.get(1).as_string()?.parse().ok()? };
    Some((id, key.get(2).as_f64()? as u64))
}
