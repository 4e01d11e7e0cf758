//! `/desk/notes/{id}/history`: every version of a note.

use leptos::prelude::*;
use shared::notes::{VersionReason, VersionSummary};

use super::api;
use super::list::further;
use crate::layout::{DeskNav, Head, cursor, head, loaded, param};
use crate::ui::{Empty, Pager, machine_time, moment};

/// The list of a note's versions.
#[component]
pub fn History() -> impl IntoView {
    let (id, after) = (param("id"), cursor());
    loaded(async move {
        let note = api::open(id.clone()).await?;
        let page = api::history(id.clone(), after.clone()).await?;
        head(Head::private(format!("History of {}", note.title)));
        let list = format!("/desk/notes/{id}/history");
        let next = page.next.as_deref().map(|next| further(&list, next));
        let first = after.is_some().then(|| list.clone());
        let empty = page.items.is_empty().then(|| {
            view! { <Empty title="No versions yet">"One is kept with every publishing and every session of edits."</Empty> }
        });
        let lines: Vec<_> = page.items.into_iter().map(|version| line(&list, version)).collect();
        Ok(view! {
            <div class="desk">
                <DeskNav/>
                <header class="page-head">
                    <p class="overline"><a href=format!("/desk/notes/{id}")>{note.title}</a></p>
                    <h1>"History"</h1>
                </header>
                {empty}
                <ol class="lines versions">{lines}</ol>
                <Pager first next/>
            </div>
        }
        .into_any())
    })
}

fn line(list: &str, version: VersionSummary) -> AnyView {
    let changed = format!("+{} −{}", version.added, version.removed);
    let spoken = format!("{} words added, {} removed", version.added, version.removed);
    view! {
        <li>
            <a href=format!("{list}/{}", version.number)>
                <time datetime=machine_time(version.at)>{moment(version.at)}</time>
            </a>
            {version.name.map(|name| view! { <strong class="version-name">{name}</strong> })}
            <span class="line-state">
                <span class="badge">{reason(version.reason)}</span>
                <span aria-hidden="true">{changed}</span>
                <span class="visually-hidden">{spoken}</span>
            </span>
        </li>
    }
    .into_any()
}

/// Why a version was kept, in words.
pub fn reason(reason: VersionReason) -> &'static str {
    match reason {
        VersionReason::Publish => "published",
        VersionReason::Save => "saved",
        VersionReason::Import => "imported",
        VersionReason::Rename => "links rewritten",
        VersionReason::Conflict => "not merged: the text that was sent",
        VersionReason::Merge => "before a merge",
        VersionReason::Restore => "restored",
    }
}
