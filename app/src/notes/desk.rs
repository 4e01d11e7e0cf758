//! `/desk` and `/desk/notes`: what the owner was doing, and everything there is.

use leptos::prelude::*;
use shared::notes::{NoteSummary, Unresolved};

use super::api::{self, DeskContents};
use super::editor::unsent::Unsent;
use super::list::further;
use crate::layout::{DeskNav, Head, cursor, head, loaded, query};
use crate::ui::{Act, Empty, ErrorSummary, Pager, Refusal, area_text, machine_time, moment};

/// Notes of each kind on the desk.
const SHOWN: usize = 6;

/// The desk.
#[component]
pub fn Desk() -> impl IntoView {
    loaded(async {
        let desk = api::desk().await?;
        head(Head::private("Desk"));
        let newest = desk.recent.first().cloned();
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <h1 class="visually-hidden">"Desk"</h1>
                <Unsent/>
                {thrown_away()}
                <div class="desk-columns">
                    <div class="desk-main">
                        <Capture/>
                        {newest.map(|note| view! { <Continue note/> })}
                        <Piles desk=desk.clone()/>
                    </div>
                    <Attention unresolved=desk.unresolved/>
                </div>
            </div>
        }
        .into_any())
    })
}

/// After a note was moved to the trash: the way to have it back.
fn thrown_away() -> Option<impl IntoView> {
    query("done").filter(|done| done == "trashed")?;
    let id = query("id")?;
    Some(view! {
        <div class="banner banner-act" role="status">
            <p>"The note is in the trash, and nobody else sees it."</p>
            <Act to="/desk/trash" action="restore" label="Undo" about="move to the trash" id=id/>
        </div>
    })
}

/// A thought, kept before it is gone.
#[component]
fn Capture() -> impl IntoView {
    let refusal = Refusal::here();
    let text = area_text(&refusal.value("body", ""));
    view! {
        <form class="capture" method="post" action="/desk/notes/new">
            <ErrorSummary refusal fields=&["body"]/>
            <label for="body">"A thought, a quotation, a link"</label>
            <textarea id="body" name="body" rows="3" autofocus>{text}</textarea>
            <p class="capture-ways">
                <button type="submit" class="button button-primary" name="action" value="save">"Keep as a draft"</button>
                <span class="hint">"The first words become its title. Nobody else sees it until you publish it."</span>
            </p>
        </form>
    }
}

#[component]
fn Continue(note: NoteSummary) -> impl IntoView {
    view! {
        <section class="desk-section" aria-labelledby="continue">
            <h2 id="continue" class="section-title">"Continue writing"</h2>
            <p class="continue-title"><a href=format!("/desk/notes/{}", note.id)>{note.title.clone()}</a></p>
            <p class="continue-excerpt">{note.excerpt.clone()}</p>
            <p class="line-state">{state(&note)}</p>
        </section>
    }
}

#[component]
fn Piles(desk: DeskContents) -> impl IntoView {
    if desk.count == 0 {
        return view! {
            <Empty title="No notes yet">
                <p>"Keep a thought above, "<a href="/desk/notes/new">"write a note"</a>", or bring notes you have with "
                <code>"commonplace import"</code>"."</p>
            </Empty>
        }
        .into_any();
    }
    let newest = desk.recent.first().map(|note| note.id);
    let drafts: Vec<_> = desk.drafts.into_iter().filter(|note| Some(note.id) != newest).take(SHOWN).collect();
    let recent: Vec<_> = desk.recent.into_iter().skip(1).take(SHOWN).collect();
    let drafts = (!drafts.is_empty()).then(|| {
        view! {
            <section class="desk-section" aria-labelledby="drafts">
                <h2 id="drafts" class="section-title">"Drafts"</h2>
                <Lines notes=drafts/>
            </section>
        }
    });
    let recent = (!recent.is_empty()).then(|| {
        view! {
            <section class="desk-section" aria-labelledby="recent">
                <h2 id="recent" class="section-title">"Recent"</h2>
                <Lines notes=recent/>
            </section>
        }
    });
    let all = format!("All notes ({})", desk.count);
    view! {
        {drafts}
        {recent}
        <p><a href="/desk/notes">{all}</a></p>
    }
    .into_any()
}

/// Notes as their owner sees them in a list, each with its state.
#[component]
fn Lines(notes: Vec<NoteSummary>) -> impl IntoView {
    let lines: Vec<_> = notes
        .into_iter()
        .map(|note| {
            view! {
                <li>
                    <a href=format!("/desk/notes/{}", note.id)>{note.title.clone()}</a>
                    <span class="line-state">{state(&note)}</span>
                </li>
            }
        })
        .collect();
    view! { <ul class="lines">{lines}</ul> }
}

/// Whether a note is published, to whom, and since when it is as it is.
fn state(note: &NoteSummary) -> AnyView {
    let word = match (note.date, note.unpublished_changes) {
        (None, _) => "draft".to_owned(),
        (Some(_), true) => format!("{}, unpublished changes", note.visibility.as_str()),
        (Some(_), false) => note.visibility.as_str().to_owned(),
    };
    view! {
        <span class="badge">{word}</span>
        <time datetime=machine_time(note.updated)>{moment(note.updated)}</time>
    }
    .into_any()
}

#[component]
fn Attention(unresolved: Vec<Unresolved>) -> impl IntoView {
    if unresolved.is_empty() {
        return ().into_any();
    }
    let lines: Vec<_> = unresolved
        .into_iter()
        .take(SHOWN)
        .map(|link| {
            view! {
                <li>
                    <span class="unresolved-target">{link.target}</span>
                    <span class="line-state"><span>"in "<a href=format!("/desk/notes/{}", link.from.id)>{link.from.title}</a></span></span>
                </li>
            }
        })
        .collect();
    view! {
        <aside class="desk-aside" aria-labelledby="attention">
            <h2 id="attention" class="section-title">"Links that lead nowhere"</h2>
            <ul class="lines">{lines}</ul>
            <p><a href="/desk/unresolved">"All of them"</a></p>
        </aside>
    }
    .into_any()
}

/// Everything that is not in the trash.
#[component]
pub fn All() -> impl IntoView {
    let after = cursor();
    loaded(async move {
        let page = api::all(after.clone()).await?;
        head(Head::private("All notes"));
        let first = after.is_some().then(|| "/desk/notes".to_owned());
        let next = page.next.as_deref().map(|next| further("/desk/notes", next));
        let list = if page.items.is_empty() {
            view! { <Empty title="No notes yet"><a href="/desk/notes/new">"Write the first one."</a></Empty> }
                .into_any()
        } else {
            view! { <Lines notes=page.items/> }.into_any()
        };
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <h1>"Notes"</h1>
                {list}
                <Pager first next/>
            </div>
        }
        .into_any())
    })
}
