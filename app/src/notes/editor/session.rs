//! Keeps what is typed: on the device first, then on the site.

use leptos::prelude::*;
use shared::editor::Kept;

use super::page::EditorPage;

/// Serves the page from now on.
pub fn start(page: &EditorPage) {
    let (revision, status) = (page.revision(), page.status());
    Effect::new(move |before: Option<u32>| {
        let now = revision.get();
        if before.is_some_and(|before| before != now) {
            status.update(|status| status.kept = Kept::Typing);
        }
        now
    });
}
