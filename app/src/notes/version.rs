//! `/desk/notes/{id}/history/{n}`: one version, how it differs from the one before it, and the way back to it.

use leptos::prelude::*;
use shared::Error;
use shared::notes::DiffRun;

use super::api;
use super::history::reason;
use crate::error::Failure;
use crate::layout::{DeskNav, Head, head, loaded, param};
use crate::ui::{Act, ErrorSummary, Field, Refusal, moment};

/// A version of a note.
#[component]
pub fn Version() -> impl IntoView {
    let (id, number) = (param("id"), param("number"));
    loaded(async move {
        let number: u64 = number.parse().map_err(|_| Failure(Error::NotFound))?;
        let (version, runs) = api::version(id.clone(), number).await?;
        let summary = version.summary;
        let when = moment(summary.at);
        head(Head::private(format!("{} as of {when}", summary.title)));
        let runs: Vec<_> = runs.into_iter().map(run).collect();
        let list = format!("/desk/notes/{id}/history");
        let refusal = Refusal::here();
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <header class="page-head">
                    <p class="overline"><a href=list.clone()>"History"</a></p>
                    <h1>{summary.title}</h1>
                    <p class="page-lede">{format!("{when}: {}", reason(summary.reason))}</p>
                </header>
                <ErrorSummary refusal=refusal.clone() fields=&["name"]/>
                <div class="version-ways">
                    <Act
                        to=format!("{list}/{number}")
                        action="restore"
                        label="Make this the working text"
                        about=when
                        class="button button-primary"
                    />
                    <span class="hint">"What is there now stays in the history."</span>
                </div>
                <form method="post" action=format!("{list}/{number}")>
                    <Field
                        name="name"
                        label="Name of this version"
                        value=summary.name.unwrap_or_default()
                        hint="What it is, such as “sent to the printer”."
                        autocomplete="off"
                        refusal
                    />
                    <button type="submit" class="button" name="action" value="name">"Name it"</button>
                </form>
                <h2 class="section-title">"What changed"</h2>
                <p class="hint changed">"Words " <ins>"added"</ins> " and " <del>"removed"</del> " since the version before."</p>
                <div class="diff changed" tabindex="0" role="region" aria-label="What changed">{runs}</div>
            </div>
        }
        .into_any())
    })
}

fn run(run: DiffRun) -> AnyView {
    match run {
        DiffRun::Same(text) => view! { <span>{text}</span> }.into_any(),
        DiffRun::Added(text) => view! { <ins>{text}</ins> }.into_any(),
        DiffRun::Removed(text) => view! { <del>{text}</del> }.into_any(),
    }
}
