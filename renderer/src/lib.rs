//! What the live preview's thread runs: the pages' renderer in a WebAssembly of its own, since its tables are larger than
//! all of the editor and no page needs them.

use std::cell::RefCell;

use shared::editor::{AtHand, Known};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static HAND: RefCell<AtHand> = RefCell::default();
}

/// Called by `preview.js`: the parts of a text as its page would show them, each as its place and its HTML. `known` is a
/// [`Known`] in JSON, where it changed since the last call; one that cannot be read changes nothing.
#[wasm_bindgen]
pub fn preview(known: Option<String>, text: &str) -> Vec<JsValue> {
    if let Some(known) = known.and_then(|known| serde_json::from_str::<Known>(&known).ok()) {
        HAND.set(AtHand::new(known.names.as_ref(), &known.files));
    }
    let parts = HAND.with_borrow(|hand| hand.preview(text));
    parts.into_iter().flat_map(|part| [JsValue::from_f64(part.at as f64), part.html.into()]).collect()
}
