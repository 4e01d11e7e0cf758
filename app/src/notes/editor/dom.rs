//! The few things that every part of the editor asks of the document.

use leptos::prelude::document;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::convert::FromWasmAbi;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventInit, EventTarget};

/// The element of that id, if it is there and of that kind.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Calls `heard` at every such event for as long as the document lives.
pub fn listen<E: FromWasmAbi + 'static>(target: &EventTarget, name: &str, heard: impl FnMut(E) + 'static) {
    let heard: JsValue = Closure::<dyn FnMut(E)>::new(heard).into_js_value();
    // Fails for no target that the document has.
    let _ = target.add_event_listener_with_callback(name, heard.unchecked_ref());
}

/// Tells everybody who listens to `target` that a script changed it.
pub fn tell(target: &EventTarget, name: &str) {
    let kind = EventInit::new();
    kind.set_bubbles(true);
    if let Ok(event) = Event::new_with_event_init_dict(name, &kind) {
        let _ = target.dispatch_event(&event);
    }
}
