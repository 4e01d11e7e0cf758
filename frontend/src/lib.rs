//! What the browser runs: the app's islands, nothing else.

// Without this the islands are not linked, and vanish silently.
use app as _;
use wasm_bindgen::JsValue;

/// Called once by `islands.js` before it wakes the islands.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

/// Called by `preview.js`, in a thread of its own, with nothing of the page there: the parts of a text as its page would
/// show them, each as its place and its HTML.
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn preview(known: Option<String>, text: String) -> Vec<JsValue> {
    let parts = app::notes::live_preview(known, text).await;
    parts.into_iter().flat_map(|part| [JsValue::from_f64(part.at as f64), part.html.into()]).collect()
}
