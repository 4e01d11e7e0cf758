//! What the preview's own thread runs, out of a part of the WebAssembly of its own: the renderer.

use std::cell::RefCell;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::editor::{AtHand, Attached, Names, PreviewPart};

/// What the thread is told of before it can resolve names.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Known {
    /// `None` until the site was asked.
    pub names: Option<Names>,
    /// Files that this device sent.
    pub files: Vec<Attached>,
}

thread_local! {
    static HAND: RefCell<AtHand> = RefCell::default();
}

/// The parts of a text as its page would show them. `known` is a [`Known`] in JSON, where it changed since the last call.
#[lazy]
pub fn live_preview(known: Option<String>, text: String) -> Vec<PreviewPart> {
    if let Some(known) = known.and_then(|known| serde_json::from_str::<Known>(&known).ok()) {
        HAND.set(AtHand::new(known.names.as_ref(), &known.files));
    }
    HAND.with_borrow(|hand| hand.preview(&text))
}
