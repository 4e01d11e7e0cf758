//! What the browser runs: the app's islands, nothing else.

// Without this the islands are not linked, and vanish silently.
use app as _;

/// Called once by `islands.js` before it wakes the islands.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
