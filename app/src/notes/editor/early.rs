//! What was typed before an editor was awake: its page keeps it (`early.js`) until the log of the page has it. What a page
//! left that was gone before that becomes a log like any other, and is offered as those are.

use leptos::prelude::window;
use serde::Deserialize;
use shared::editor::{Base, Draft, Fields, Journal, LogId};
use web_sys::Storage;

use super::device::Device;
use super::page::EditorPage;
use super::tabs;

const PREFIX: &str = "commonplace early ";

/// As the script writes it.
#[derive(Deserialize)]
struct Early {
    /// Unix time in milliseconds.
    at: i64,
    fields: Fields,
    base: Base,
}

/// Makes logs of what pages that are gone have left, `own` being what this one keeps. Where the device does not take
/// them, they stay where they are.
pub async fn bring_in(device: &Device, own: Option<&str>) {
    let Some(storage) = storage() else { return };
    let left: Vec<String> = names(&storage).into_iter().filter(|name| Some(name.as_str()) != own).collect();
    if left.is_empty() {
        return;
    }
    let living = tabs::living().await;
    for name in left {
        let Some(log) = log_of(&name).filter(|log| !living.contains(log)) else { continue };
        let Some(early) = storage.get_item(&name).ok().flatten().and_then(|text| read(&text)) else { continue };
        let draft = Draft { fields: early.fields, base: early.base, ..Draft::default() };
        let kept = match Journal::new(0).record(&draft, early.at).filter(|_| draft.is_unsent()) {
            Some(record) => device.append(log, &record).await.is_ok(),
            None => true,
        };
        if kept {
            // What stays becomes the same log again.
            let _ = storage.remove_item(&name);
        }
    }
}

/// The log of this page has what was typed early.
pub fn forget_own(page: &EditorPage) {
    let Some(name) = own(page) else { return };
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&name);
    }
    page.form().dataset().delete("early");
}

/// Under what this page's script keeps it, if anything was typed early.
pub fn own(page: &EditorPage) -> Option<String> {
    page.form().dataset().get("early")
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn names(storage: &Storage) -> Vec<String> {
    let count = storage.length().unwrap_or_default();
    let names = (0..count).filter_map(|at| storage.key(at).ok().flatten());
    names.filter(|name| name.starts_with(PREFIX)).collect()
}

fn log_of(name: &str) -> Option<LogId> {
    let (note, tab) = name.strip_prefix(PREFIX)?.split_once(' ')?;
    Some(LogId { note: note.parse().ok()?, tab: tab.parse().ok()? })
}

fn read(text: &str) -> Option<Early> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_the_script_writes_is_read() {
        let early = read(
            r#"{"at":1,"fields":{"title":"t","body":"a\nb","slug":"","tags":"","aliases":"","visibility":"private","publish_at":""},"base":{"version":0,"fields":null}}"#,
        );
        let early = early.unwrap();
        assert_eq!((early.at, early.fields.body.as_str(), early.base), (1, "a\nb", Base::default()));
        assert!(read("{").is_none());
    }

    #[test]
    fn its_name_says_whose_it_is() {
        let log = log_of("commonplace early 01890000-0000-7000-8000-000000000001 01890000-0000-7000-8000-000000000002");
        assert_eq!(log.unwrap().tab.to_string(), "01890000-0000-7000-8000-000000000002");
        assert_eq!(log_of("commonplace early x y"), None);
    }
}
