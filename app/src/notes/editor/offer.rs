//! Text of this note that a tab which is gone left on the device: shown with the difference, for the owner to choose.

use std::time::Duration;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use shared::diff;
use shared::editor::{Draft, FieldName, Fields, Found, LogId, Plan, replay};
use shared::merge::{Merged, merge};
use shared::notes::DiffRun;
use web_sys::HtmlElement;

use super::device::{Aside, Device};
use super::page::EditorPage;
use super::tabs::{self, News};
use super::{clock, door};

/// How often, and how many times, it is asked whether a text that was taken over is safe.
const ASKING: (Duration, u32) = (Duration::from_millis(300), 100);

/// Sees to everything of `plan` but what goes into the form: shows what is offered, and forgets or sets aside what is
/// needed no more. For the session, once, after it has put `plan.resume` or `plan.newer` into the form; `own` is the log
/// that this page writes.
pub fn start(page: &EditorPage, device: &Device, own: LogId, plan: Plan) {
    let desk = Desk { page: page.clone(), device: device.clone(), own };
    let (done, adopted) = (plan.done, plan.adopted);
    let tidy = desk.clone();
    spawn_local(async move {
        for log in done {
            // What stays is forgotten the next time.
            let _ = tidy.device.forget(log).await;
        }
        if let Some(log) = adopted {
            tidy.give_up_once_safe(log.id, || true).await;
        }
    });
    if plan.offers.is_empty() {
        return;
    }
    let Some(place) = place(page) else { return };
    let count = plan.offers.len();
    let offers = plan.offers;
    mount_to(place, move || offers.into_iter().map(|log| offer(&desk, log)).collect_view()).forget();
    page.announce(if count == 1 {
        "This device has another text of this note. It stands above the form."
    } else {
        "This device has other texts of this note. They stand above the form."
    });
}

/// An element in front of the form.
fn place(page: &EditorPage) -> Option<HtmlElement> {
    let place: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    place.set_class_name("offers");
    page.form().parent_node()?.insert_before(&place, Some(page.form())).ok()?;
    Some(place)
}

/// What an offer works with.
#[derive(Clone)]
struct Desk {
    page: EditorPage,
    device: Device,
    own: LogId,
}

impl Desk {
    /// Puts a log aside as soon as what the form holds is in this page's own log, if it is still wanted then.
    async fn give_up_once_safe(&self, log: LogId, is_wanted: impl Fn() -> bool) {
        for _ in 0..ASKING.1 {
            if !is_wanted() {
                return;
            }
            if self.is_safe().await {
                // What stays is offered again.
                let _ = self.device.set_aside(log, Aside::Used, clock::wall() as f64).await;
                tabs::tell(News::Unsent { note: log.note });
                return;
            }
            tabs::pause(ASKING.0).await;
        }
    }

    async fn is_safe(&self) -> bool {
        let logs = self.device.logs_of(self.own.note).await.unwrap_or_default();
        let own = logs.into_iter().find(|log| log.id == self.own).and_then(|log| replay(log.records));
        own.is_some_and(|own| own.draft.fields == self.page.fields())
    }

    fn fill(&self, fields: &Fields) {
        for field in FieldName::ALL {
            self.page.set_value(field, fields.get(field));
        }
    }

    /// Puts text into the form and gives the log up; the files that wait with it wait here now.
    fn take(&self, log: LogId, fields: &Fields, draft: &Draft, fate: RwSignal<Fate>) {
        let before = self.page.fields();
        self.fill(fields);
        fate.set(Fate::Taken { before: Box::new(before), now: Box::new(self.page.fields()) });
        self.page.attachments().update(|waiting| {
            let new = draft.attachments.iter().filter(|file| !waiting.contains(file)).cloned().collect::<Vec<_>>();
            waiting.extend(new);
        });
        let desk = self.clone();
        let is_wanted = move || matches!(fate.get_untracked(), Fate::Taken { .. });
        spawn_local(async move { desk.give_up_once_safe(log, is_wanted).await });
    }
}

/// What became of an offer.
#[derive(Clone, PartialEq)]
enum Fate {
    Open,
    Working,
    /// In the form.
    Taken {
        /// What it took the place of.
        before: Box<Fields>,
        /// What the form held then.
        now: Box<Fields>,
    },
    Discarded,
    AsVersion,
    Failed(String),
}

fn offer(desk: &Desk, log: Found) -> AnyView {
    let fate = RwSignal::new(Fate::Open);
    let id = log.id;
    let draft = StoredValue::new_local((desk.clone(), log));
    let again = move || {
        draft.with_value(|(desk, log)| {
            if let Fate::Taken { before, now } = fate.get_untracked() {
                // What was typed since stays.
                if desk.page.fields() == *now {
                    desk.fill(&before);
                }
            }
            let (desk, log) = (desk.clone(), log.id);
            spawn_local(async move {
                let back = desk.device.bring_back(log).await;
                fate.set(back.map_or_else(|error| Fate::Failed(error.to_string()), |()| Fate::Open));
                tabs::tell(News::Unsent { note: log.note });
            });
        });
    };
    let undone = move |words: &'static str| {
        view! {
            <p class="offer-done" role="status">
                {words}" "<button type="button" class="button" on:click=move |_| again()>"Undo"</button>
            </p>
        }
        .into_any()
    };
    let said = |words: String| view! { <p class="offer-done" role="status">{words}</p> }.into_any();
    view! {
        <section class="offer" aria-labelledby=heading(id)>
            {move || match fate.get() {
                Fate::Open => draft.with_value(|(desk, log)| choice(desk, log, fate)),
                Fate::Working => said("One moment…".into()),
                Fate::Taken { .. } => undone("It is in the form now."),
                Fate::Discarded => undone("Discarded. For a week the desk has it, too."),
                Fate::AsVersion => said("It is a version in the history now.".into()),
                Fate::Failed(why) => said(format!("Nothing was changed: {why}. The text is still on this device.")),
            }}
        </section>
    }
    .into_any()
}

fn heading(log: LogId) -> String {
    format!("offer-{}", log.tab)
}

fn choice(desk: &Desk, log: &Found, fate: RwSignal<Fate>) -> AnyView {
    let draft = &log.replayed.draft;
    let here = desk.page.fields();
    let theirs = filled_in(&draft.fields, &here);
    let (added, removed) = diff::count(&here.body, &theirs.body);
    let words = match (added, removed) {
        (0, 0) => "the same words as in the form below".to_owned(),
        (added, 0) => format!("{added} words more than in the form below"),
        (0, removed) => format!("{removed} words fewer than in the form below"),
        (added, removed) => format!("{added} words more than in the form below, {removed} fewer"),
    };
    let lede = format!("A tab that is gone left it at {}: {words}.", clock::local(log.replayed.at));
    let base = draft.base.fields.clone().filter(|base| *base != here && *base != theirs);
    let both = base.and_then(|base| joined(&base, &here, &theirs));
    let take = |words: &'static str, fields: Fields| {
        let (desk, log) = (desk.clone(), log.clone());
        let take = move |_| desk.take(log.id, &fields, &log.replayed.draft, fate);
        view! { <button type="button" class="button" on:click=take>{words}</button> }
    };
    let runs: Vec<_> = diff::readable(&here.body, &theirs.body).into_iter().map(run).collect();
    view! {
        <h2 id=heading(log.id)>"Text that only this device has"</h2>
        <p>{lede}</p>
        {others(&here, &theirs)}
        <details open>
            <summary>"Words " <ins>"it has"</ins> " and " <del>"it lacks"</del></summary>
            <div class="diff" tabindex="0" role="region" aria-label="The difference">{runs}</div>
        </details>
        <p class="offer-ways">
            {take("Use it", theirs)}
            {both.map(|both| take("Merge it", both))}
            {(draft.base.version > 0).then(|| version_button(desk, log, fate))}
            {discard_button(desk, log, fate)}
        </p>
    }
    .into_any()
}

/// A field that the site fills when it is left empty stays as it is.
fn filled_in(typed: &Fields, here: &Fields) -> Fields {
    let mut fields = typed.clone();
    for field in [FieldName::Title, FieldName::Slug] {
        if fields.get(field).trim().is_empty() {
            *fields.get_mut(field) = here.get(field).to_owned();
        }
    }
    fields
}

/// The form with both changes; `None` where both changed the same words.
fn joined(base: &Fields, here: &Fields, theirs: &Fields) -> Option<Fields> {
    let mut both = here.clone();
    for field in FieldName::ALL {
        let [base, here, theirs] = [base, here, theirs].map(|fields| fields.get(field));
        *both.get_mut(field) = match field {
            FieldName::Body => match merge(base, here, theirs) {
                Merged::Clean(text) => text,
                Merged::Conflict { .. } => return None,
            },
            _ if theirs == base => here.to_owned(),
            _ => theirs.to_owned(),
        };
    }
    Some(both)
}

fn version_button(desk: &Desk, log: &Found, fate: RwSignal<Fate>) -> impl IntoView + use<> {
    let (desk, log) = (desk.clone(), log.clone());
    let keep = move |_| {
        let (desk, log) = (desk.clone(), log.clone());
        fate.set(Fate::Working);
        spawn_local(async move {
            let draft = &log.replayed.draft;
            let kept = door::keep_beside(log.id.note, &draft.fields.edit(draft.base.version)).await;
            fate.set(match kept {
                Ok(_) => {
                    // What stays is offered again, and is the same version then.
                    let _ = desk.device.set_aside(log.id, Aside::Used, clock::wall() as f64).await;
                    tabs::tell(News::Unsent { note: log.id.note });
                    Fate::AsVersion
                }
                Err(_) => Fate::Failed("the site did not take it".into()),
            });
        });
    };
    view! { <button type="button" class="button" on:click=keep>"Keep as a version"</button> }
}

fn discard_button(desk: &Desk, log: &Found, fate: RwSignal<Fate>) -> impl IntoView + use<> {
    let (desk, log) = (desk.clone(), log.id);
    let discard = move |_| {
        let desk = desk.clone();
        spawn_local(async move {
            let aside = desk.device.set_aside(log, Aside::Discarded, clock::wall() as f64).await;
            fate.set(aside.map_or_else(|error| Fate::Failed(error.to_string()), |()| Fate::Discarded));
            tabs::tell(News::Unsent { note: log.note });
        });
    };
    view! { <button type="button" class="button button-danger" on:click=discard>"Discard"</button> }
}

/// The fields beside the text that differ.
fn others(here: &Fields, theirs: &Fields) -> AnyView {
    let differ = |field: &FieldName| *field != FieldName::Body && here.get(*field) != theirs.get(*field);
    let lines: Vec<_> = FieldName::ALL
        .into_iter()
        .filter(differ)
        .map(|field| view! { <li>{format!("{}: {}", name(field), shown(theirs.get(field)))}</li> })
        .collect();
    if lines.is_empty() { ().into_any() } else { view! { <ul>{lines}</ul> }.into_any() }
}

fn shown(value: &str) -> &str {
    if value.trim().is_empty() { "(empty)" } else { value }
}

fn name(field: FieldName) -> &'static str {
    match field.as_str() {
        "title" => "Title",
        "slug" => "Address",
        "tags" => "Tags",
        "aliases" => "Other names",
        "visibility" => "Who may read it",
        "publish_at" => "Not before",
        other => other,
    }
}

fn run(run: DiffRun) -> AnyView {
    match run {
        DiffRun::Same(text) => view! { <span>{text}</span> }.into_any(),
        DiffRun::Added(text) => view! { <ins>{text}</ins> }.into_any(),
        DiffRun::Removed(text) => view! { <del>{text}</del> }.into_any(),
    }
}
