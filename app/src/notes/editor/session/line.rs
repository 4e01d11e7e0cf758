//! The status line, as the engine has it.

use std::mem::discriminant;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::editor::{Kept, OnDevice, Status};
use web_sys::HtmlElement;

use super::Session;
use crate::notes::editor::dom::by_id;
use crate::notes::editor::tabs::{self, News};
use crate::notes::editor::{clock, door};

impl Session {
    pub(super) fn show_status(&self) {
        let status = Status { is_outdated: door::is_outdated(), ..self.engine.borrow().status(clock::monotonic()) };
        let before = self.shown.replace(status.clone());
        if status == before {
            return;
        }
        let words = status.words(clock::local);
        if before.words(clock::local) != words {
            self.write_line(&status, &words);
        }
        if status.is_at_rest() != before.is_at_rest() {
            tabs::tell(News::Unsent { note: self.page.note() });
        }
        if is_worth_hearing(&before, &status) {
            self.page.announce(&words);
        }
        let status_of_page = self.page.status();
        // Not now: whoever hears of it may ask the session in turn.
        spawn_local(async move { status_of_page.set(status) });
    }

    pub(super) fn write_line(&self, status: &Status, words: &str) {
        let Some(line) = by_id::<HtmlElement>("editor-state") else { return };
        // What matters of it is said by `announce`; each keystroke does not.
        let _ = line.remove_attribute("role");
        let _ = line.set_attribute("data-kept", name(&status.kept));
        line.set_text_content(Some(if words.is_empty() { &self.opening_words } else { words }));
        if matches!(status.kept, Kept::SignIn { .. }) {
            offer_sign_in(&line);
        }
    }
}

/// In another tab, so that this one stays; it goes on by itself afterwards.
fn offer_sign_in(line: &HtmlElement) {
    let Ok(link) = document().create_element("a") else { return };
    let _ = link.set_attribute("href", "/sign-in");
    let _ = link.set_attribute("target", "_blank");
    link.set_text_content(Some("Sign in"));
    line.set_text_content(Some(&format!("{} · ", line.text_content().unwrap_or_default())));
    let _ = line.append_child(&link);
}

fn name(kept: &Kept) -> &'static str {
    match kept {
        Kept::AsOpened => "as-opened",
        Kept::Typing => "typing",
        Kept::OnDevice => "on-device",
        Kept::Saved { .. } => "saved",
        Kept::Published { .. } => "published",
        Kept::Offline { .. } => "offline",
        Kept::Trouble { .. } => "trouble",
        Kept::SignIn { .. } => "sign-in",
        Kept::Refused { .. } => "refused",
        Kept::Apart => "apart",
    }
}

/// Trouble when it comes, and that it is over; not the daily round of typing and saving.
fn is_worth_hearing(before: &Status, now: &Status) -> bool {
    let is_trouble = |kept: &Kept| matches!(kept, Kept::Offline { .. } | Kept::Trouble { .. } | Kept::SignIn { .. });
    let lost_device = matches!(now.device, OnDevice::No(_)) && !matches!(before.device, OnDevice::No(_));
    let new_trouble = is_trouble(&now.kept) && discriminant(&before.kept) != discriminant(&now.kept);
    let over = now.is_at_rest() && is_trouble(&before.kept);
    lost_device || new_trouble || over || (now.is_outdated && !before.is_outdated)
}
