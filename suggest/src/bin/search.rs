//! What the browser runs on visitors' pages: the search box and nothing else, since the desk's code and data are many times
//! as large. The same is in `frontend`, for pages of the desk and for sites built without this.

// Without this the island is not linked, and vanishes silently.
use suggest as _;
use wasm_bindgen::prelude::wasm_bindgen;

fn main() {}

/// Called once by `islands.js` before it wakes the islands.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
