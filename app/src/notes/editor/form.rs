//! The form a note is written in. The text comes first; everything about it stands beside it and folds away.

use jiff::Timestamp;
use leptos::prelude::*;
use shared::notes::{Note, SaveOutcome};
use shared::{Visibility, slug};

use super::preview::PreviewPlace;
use super::writing::Writing;
use crate::context::{self, Left};
use crate::layout::{DeskNav, query};
use crate::ui::{Choice, ErrorSummary, Field, Refusal, area_text, machine_time, moment, note_href};

/// The fields of the form.
const FIELDS: [&str; 6] = ["title", "body", "slug", "tags", "aliases", "visibility"];

/// What is stored of the note, nothing for a new one.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// As in the form.
    pub title: String,
    /// `None` for a new note.
    pub note: Option<Note>,
}

impl From<Note> for Stored {
    fn from(note: Note) -> Self {
        Self { title: note.title.clone(), note: Some(note) }
    }
}

/// The form.
#[component]
pub fn Editor(
    /// What it starts from.
    stored: Stored,
) -> impl IntoView {
    let refusal = Refusal::here();
    let note = stored.note.clone();
    let conflict = refusal.outcome().and_then(|outcome| outcome.conflict.clone());
    let (base, body) = match &conflict {
        Some(SaveOutcome::Conflict { stored, marked, .. }) => (stored.version.to_string(), marked.clone()),
        _ => {
            let base = note.as_ref().map(|note| note.version.to_string()).unwrap_or_default();
            let body = note.as_ref().map(|note| note.body.clone()).unwrap_or_default();
            (refusal.value("base", base), refusal.value("body", body))
        }
    };
    let new = note.is_none();
    let publish_at = note.as_ref().and_then(|note| note.publish_at).map(|at| at.to_string()).unwrap_or_default();
    let trouble = match conflict {
        Some(conflict) => view! { <Clash conflict/> }.into_any(),
        None => view! { <ErrorSummary refusal=refusal.clone() fields=&FIELDS/> }.into_any(),
    };
    let data_note = note.as_ref().map(|note| note.id.to_string());
    let data_version = base.clone();
    let data_published = note.as_ref().is_some_and(|note| note.published.is_some()).then_some("");
    let data_refused = refusal.outcome().is_some().then_some("");
    view! {
        <div class="desk">
            <DeskNav/>
            // What the script reads of it stands in `data-`: `EditorPage::find`.
            <form
                class="editor"
                id="editor"
                method="post"
                action=context::visit().path
                enctype="multipart/form-data"
                data-wake
                data-note=data_note
                data-version=data_version
                data-published=data_published
                data-refused=data_refused
            >
                <h1 class="visually-hidden">{if new { "New note" } else { "Edit note" }}</h1>
                <Bar note=note.clone() refusal=refusal.clone()/>
                {trouble}
                {(!new).then(|| view! { <input type="hidden" name="base" value=base/> })}
                <input type="hidden" id="publish_at" value=publish_at/>
                <div class="editor-tools" id="editor-tools" role="toolbar" aria-label="Writing" hidden></div>
                <div class="editor-clash" id="editor-clash"></div>
                <Text title=stored.title body problem=note.as_ref().and_then(|note| note.problem.clone()) refusal=refusal.clone()/>
                <PreviewPlace/>
                <Panel note refusal/>
            </form>
            <div class="editor-sides" id="editor-sides"></div>
            <script async src=context::assets().address("early.js")></script>
            <Writing/>
        </div>
    }
}

/// The quiet line that says the state, and what can be done.
#[component]
fn Bar(note: Option<Note>, refusal: Refusal) -> impl IntoView {
    let words = match (refusal.outcome().is_some(), &note) {
        (true, _) if refusal.left() == Left::Draft => "Saved as a draft, not published: see below".to_owned(),
        (true, _) => "Not stored yet: see below".to_owned(),
        (false, None) => "New: nothing is stored yet".to_owned(),
        (false, Some(note)) => state(note),
    };
    let published = note.as_ref().is_some_and(|note| note.published.is_some());
    let seen = note.as_ref().filter(|_| published).map(|note| {
        view! { <a href=note_href(&note.slug)>"View"</a> }
    });
    let preview = note.as_ref().map(|note| view! { <a href=format!("/desk/notes/{}/preview", note.id)>"Preview"</a> });
    view! {
        <div class="editor-bar">
            <p class="editor-state" id="editor-state" role="status">{words}</p>
            <p class="editor-ways">
                <span class="editor-links" id="editor-links">{preview} {seen}</span>
                <button type="submit" class="button" name="action" value="save">"Save"</button>
                <button type="submit" class="button button-primary" name="action" value="publish">"Publish"</button>
            </p>
        </div>
    }
}

fn state(note: &Note) -> String {
    let done = match query("done").as_deref() {
        Some("merged") => "Two edits met and both are in the text: please read it over · ",
        Some("attached") => "The file stands at the end of the text · ",
        Some("withdrawn") => "Withdrawn: nobody else sees it · ",
        Some("restored") => "Restored · ",
        _ => "",
    };
    let state = match &note.published {
        _ if note.trashed.is_some() => "In the trash",
        None => "Draft",
        Some(published) if published.version < note.version => "Published, with newer changes here",
        Some(_) => "Published",
    };
    let reach = match note.visibility {
        _ if note.published.is_none() => "",
        Visibility::Public => "",
        Visibility::Unlisted => ", for whoever has the address",
        Visibility::Members => ", for members",
        Visibility::Private => ", for you alone",
    };
    format!("{done}{state}{reach} · saved {}", moment(note.updated))
}

#[component]
fn Text(title: String, body: String, problem: Option<String>, refusal: Refusal) -> impl IntoView {
    let wrong_title = refusal.problem("title").is_some();
    let wrong_body = refusal.problem("body").is_some();
    let start_here = title.is_empty() && refusal.outcome().is_none();
    let title = refusal.value("title", title);
    // A stored text that is not wholly understood, as it says of itself.
    let told = problem.filter(|_| !wrong_body).map(|told| view! { <p class="field-problem">{told}</p> });
    let problem = |field: &'static str| {
        refusal
            .problem(field)
            .map(|reason| view! { <p class="field-problem" id=format!("{field}-problem")>{reason}</p> })
    };
    let text = area_text(&body);
    view! {
        <div class="editor-text">
            <label class="visually-hidden" for="title">"Title"</label>
            {problem("title")}
            <input
                class="editor-title"
                id="title"
                name="title"
                value=title
                placeholder="Title"
                autocomplete="off"
                dir="auto"
                aria-invalid=wrong_title.then_some("true")
                aria-describedby=wrong_title.then_some("title-problem")
                autofocus=wrong_title || start_here
            />
            <label class="visually-hidden" for="body">"Text, in Markdown"</label>
            {problem("body")}
            {told}
            <textarea
                class="editor-body"
                id="body"
                name="body"
                rows="16"
                placeholder="Write…"
                dir="auto"
                aria-invalid=wrong_body.then_some("true")
                aria-describedby=wrong_body.then_some("body-problem")
                autofocus=wrong_body
            >
                {text}
            </textarea>
        </div>
    }
}

#[component]
fn Panel(note: Option<Note>, refusal: Refusal) -> impl IntoView {
    let at_fault = refusal.error().and_then(shared::Error::field).is_some_and(|f| FIELDS[2..].contains(&f));
    let file_at_fault = refusal.problem("file").is_some();
    let (slug, tags, aliases) = match &note {
        Some(note) => (note.slug.clone(), note.tags.join(", "), note.aliases.join(", ")),
        None => <(String, String, String)>::default(),
    };
    let shown = note.as_ref().map(|note| note.visibility.as_str());
    let visibility = note.as_ref().map_or(Visibility::default(), |note| note.visibility);
    let dates = note.as_ref().map(|note| view! { <Dates note=note.clone()/> });
    view! {
        <aside class="editor-panel" aria-label="About this note">
            <details open=at_fault || note.as_ref().is_none_or(Note::has_made_up_address)>
                <summary>"Properties" <span class="hint">{shown}</span></summary>
                <Field name="tags" label="Tags" value=tags hint="Commas between them." autocomplete="off" refusal=refusal.clone()/>
                <Choice
                    name="visibility"
                    label="Who may read it, once published"
                    value=visibility.as_str()
                    options=visibilities(visibility)
                    refusal=refusal.clone()
                />
                <Field
                    name="slug"
                    label="Address"
                    value=slug
                    hint=address_hint(note.as_ref())
                    autocomplete="off"
                    refusal=refusal.clone()
                />
                <Field
                    name="aliases"
                    label="Other names"
                    value=aliases
                    hint="What links may call it, with commas between."
                    autocomplete="off"
                    refusal=refusal.clone()
                />
                <div id="editor-dates">{dates}</div>
            </details>
            <details open=file_at_fault>
                <summary>"Attach a picture or file"</summary>
                <Attach refusal/>
            </details>
            <div id="editor-fate">{note.map(|note| view! { <Fate note/> })}</div>
        </aside>
    }
}

/// When the note was made, changed and published.
#[component]
fn Dates(note: Note) -> impl IntoView {
    let mut dates = vec![("Begun", note.created), ("Changed", note.updated)];
    if let Some(published) = &note.published {
        dates.push(("Published", published.date));
        if published.updated > published.date {
            dates.push(("Published anew", published.updated));
        }
    }
    let line = |(name, at): (&'static str, Timestamp)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd><time datetime=machine_time(at)>{moment(at)}</time></dd>
            </div>
        }
    };
    view! { <dl class="dates">{dates.into_iter().map(line).collect_view()}</dl> }
}

fn address_hint(note: Option<&Note>) -> &'static str {
    match note {
        Some(note) if note.has_made_up_address() && slug::from_title(&note.title).is_none() => {
            "The title has no letters or digits to make an address of, so this one was made up. You can type another."
        }
        Some(note) if note.published.is_some() => "After /notes/. A new one redirects the old.",
        _ => "After /notes/. Left empty, the title makes it when the note is first published.",
    }
}

/// What can be chosen. Members cannot be admitted yet, so they stand there only where it was said elsewhere that they may
/// read it: a choice without the present value would be sent as its first.
fn visibilities(present: Visibility) -> Vec<(&'static str, &'static str)> {
    let mut all = vec![("public", "Everybody"), ("unlisted", "Whoever has the address"), ("private", "Only you")];
    if present == Visibility::Members {
        all.insert(2, ("members", "Members"));
    }
    all
}

#[component]
fn Attach(refusal: Refusal) -> impl IntoView {
    let problem = refusal.problem("file");
    view! {
        <div class="field">
            <label for="file">"File"</label>
            {problem.map(|problem| view! { <p class="field-problem">{problem}</p> })}
            <input id="file" name="file" type="file"/>
        </div>
        <Field name="alt" label="What it shows" hint="For those who cannot see it." autocomplete="off" refusal/>
        <p>
            <button type="submit" class="button" name="action" value="attach">"Save and attach"</button>
        </p>
        <p class="hint">"It is put at the end of the text; move it where it belongs."</p>
    }
}

/// History, withdrawing, the trash: what can be undone, said so.
#[component]
fn Fate(note: Note) -> impl IntoView {
    let withdraw = note.published.is_some().then(|| {
        view! {
            <p>
                <button type="submit" class="button" name="action" value="withdraw">"Withdraw"</button>
                <span class="hint">"Nobody else sees it; text and history stay."</span>
            </p>
        }
    });
    view! {
        <details>
            <summary>"History, withdrawing, trash"</summary>
            <p><a href=format!("/desk/notes/{}/history", note.id)>"Earlier versions"</a></p>
            {withdraw}
            <p>
                <button type="submit" class="button button-danger" name="action" value="trash">"Move to the trash"</button>
                <span class="hint">{format!("Kept there for {} days.", shared::limits::TRASH_DAYS)}</span>
            </p>
        </details>
    }
}

/// Both texts of a save that met another.
#[component]
fn Clash(conflict: SaveOutcome) -> impl IntoView {
    let SaveOutcome::Conflict { stored, mine, .. } = conflict else { return ().into_any() };
    view! {
        <section class="clash" role="alert" tabindex="-1" autofocus aria-labelledby="clash">
            <h2 id="clash">"This note changed while you were writing"</h2>
            <p>
                "Nothing was written over, and both texts are kept in the history. The text below holds both: where they "
                "differ, each side stands between lines of " <code>"<<<<<<<"</code> " and " <code>">>>>>>>"</code>
                ". Keep what you want and save."
            </p>
            <details>
                <summary>"The two texts side by side"</summary>
                <div class="clash-sides">
                    <div>
                        <h3>{format!("Stored, {}", moment(stored.updated))}</h3>
                        <pre tabindex="0">{stored.body}</pre>
                    </div>
                    <div>
                        <h3>"Yours"</h3>
                        <pre tabindex="0">{mine.body}</pre>
                    </div>
                </div>
            </details>
        </section>
    }
    .into_any()
}
