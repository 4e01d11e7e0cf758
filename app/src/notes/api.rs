//! What the screens ask of the site. Each calls one verb; the bodies exist on the server only.

#![allow(missing_docs, reason = "the macro makes a struct of each function’s arguments")]

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};
use serde::{Deserialize, Serialize};
use shared::notes::{
    DiffRun, Found, Note, NotePage, NoteSummary, SaveOutcome, TagCount, Unresolved as Loose, Version as Kept,
    VersionSummary,
};
use shared::page::Page;

use crate::error::Answered;

/// What the desk opens on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskContents {
    /// Never published or withdrawn, latest first.
    pub drafts: Vec<NoteSummary>,
    /// Any, latest change first.
    pub recent: Vec<NoteSummary>,
    /// Links that lead nowhere.
    pub unresolved: Vec<Loose>,
    /// All notes that are not in the trash.
    pub count: u32,
}

/// What an address under `/notes/` leads to.
#[server(prefix = "/api/fn", endpoint = "notes/show")]
pub async fn show(slug: String) -> Answered<Found> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::show(&site, &crate::context::visit().viewer, &slug).await?)
}

/// What the viewer finds listed, latest first.
#[server(prefix = "/api/fn", endpoint = "notes/list")]
pub async fn list(cursor: Option<String>) -> Answered<Page<NoteSummary>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::list(&site, &crate::context::visit().viewer, cursor.as_deref()).await?)
}

/// The same under a tag.
#[server(prefix = "/api/fn", endpoint = "notes/tagged")]
pub async fn tagged(tag: String, cursor: Option<String>) -> Answered<Page<NoteSummary>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::list_tagged(&site, &crate::context::visit().viewer, &tag, cursor.as_deref()).await?)
}

/// All tags under which the viewer finds something, by name.
#[server(prefix = "/api/fn", endpoint = "notes/tags")]
pub async fn tags() -> Answered<Vec<TagCount>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::tags(&site, &crate::context::visit().viewer).await?)
}

/// The whole of what a visitor finds listed, latest first.
#[server(prefix = "/api/fn", endpoint = "notes/archive")]
pub async fn archive() -> Answered<Vec<NoteSummary>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::archive(&site, &crate::context::visit().viewer).await?)
}

/// Public notes whose address resembles the last part of this path.
#[server(prefix = "/api/fn", endpoint = "notes/resembling")]
pub async fn resembling(path: String) -> Answered<Vec<NoteSummary>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::resembling(&site, path.trim_start_matches("/notes/").trim_matches('/')).await?)
}

/// Whether somebody claimed this site.
#[server(prefix = "/api/fn", endpoint = "notes/claimed")]
pub async fn claimed() -> Answered<bool> {
    let site = expect_context::<domain::Site>();
    Ok(domain::accounts::is_claimed(&site).await?)
}

/// What the desk opens on.
#[server(prefix = "/api/fn", endpoint = "notes/desk")]
pub async fn desk() -> Answered<DeskContents> {
    let site = expect_context::<domain::Site>();
    let desk = domain::notes::desk(&site, &crate::context::visit().viewer).await?;
    Ok(DeskContents { drafts: desk.drafts, recent: desk.recent, unresolved: desk.unresolved, count: desk.count })
}

/// Everything not in the trash, latest change first.
#[server(prefix = "/api/fn", endpoint = "notes/all")]
pub async fn all(cursor: Option<String>) -> Answered<Page<NoteSummary>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::all(&site, &crate::context::visit().viewer, cursor.as_deref()).await?)
}

/// The working note.
#[server(prefix = "/api/fn", endpoint = "notes/open", input = GetUrl)]
pub async fn open(id: String) -> Answered<Note> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::open(&site, &crate::context::visit().viewer, id.parse()?).await?)
}

/// The working text as its reader would see it.
#[server(prefix = "/api/fn", endpoint = "notes/preview")]
pub async fn preview(id: String) -> Answered<NotePage> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::preview(&site, &crate::context::visit().viewer, id.parse()?).await?)
}

/// A note's versions, latest first.
#[server(prefix = "/api/fn", endpoint = "notes/history", input = GetUrl)]
pub async fn history(id: String, cursor: Option<String>) -> Answered<Page<VersionSummary>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::history(&site, &crate::context::visit().viewer, id.parse()?, cursor.as_deref()).await?)
}

/// A version, and how it differs from the one before it.
#[server(prefix = "/api/fn", endpoint = "notes/version", input = GetUrl)]
pub async fn version(id: String, number: u64) -> Answered<(Kept, Vec<DiffRun>)> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::version(&site, &crate::context::visit().viewer, id.parse()?, number).await?)
}

/// The trash, latest first.
#[server(prefix = "/api/fn", endpoint = "notes/trashed")]
pub async fn trashed(cursor: Option<String>) -> Answered<Page<NoteSummary>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::trashed(&site, &crate::context::visit().viewer, cursor.as_deref()).await?)
}

/// Links that lead nowhere.
#[server(prefix = "/api/fn", endpoint = "notes/unresolved")]
pub async fn unresolved(cursor: Option<String>) -> Answered<Page<Loose>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::unresolved(&site, &crate::context::visit().viewer, cursor.as_deref()).await?)
}

/// A save of the editor, applied once by its key.
#[server(prefix = "/api/fn", endpoint = "notes/autosave", input = Json)]
pub async fn autosave(save: shared::editor::Autosave) -> Answered<SaveOutcome> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::autosave(&site, &crate::context::visit().viewer, &save).await?)
}

/// Keeps a text as a version beside the working one.
#[server(prefix = "/api/fn", endpoint = "notes/keep_beside", input = Json)]
pub async fn keep_beside(id: String, edit: shared::notes::EditNote) -> Answered<Note> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::keep_beside(&site, &crate::context::visit().viewer, id.parse()?, edit).await?)
}

/// The working note, if it is another than the version that the editor has.
#[server(prefix = "/api/fn", endpoint = "notes/current", input = GetUrl)]
pub async fn current(id: String, known: u64) -> Answered<Option<Note>> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::current(&site, &crate::context::visit().viewer, id.parse()?, known).await?)
}

/// Every name and tag, if they are not what the editor has.
#[server(prefix = "/api/fn", endpoint = "notes/names", input = GetUrl)]
pub async fn names(known: String) -> Answered<Option<shared::editor::Names>> {
    let site = expect_context::<domain::Site>();
    let cache = expect_context::<domain::notes::NamesCache>();
    Ok(domain::notes::names(&site, &crate::context::visit().viewer, &cache, &known).await?)
}

/// A text that is not stored, as its page would show it.
#[server(prefix = "/api/fn", endpoint = "notes/preview_text", input = Json)]
pub async fn preview_text(id: Option<shared::ids::NoteId>, body: String) -> Answered<shared::editor::Preview> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::preview_text(&site, &crate::context::visit().viewer, id, body).await?)
}

/// A name for a version; empty for none.
#[server(prefix = "/api/fn", endpoint = "notes/name_version", input = Json)]
pub async fn name_version(id: String, number: u64, name: String) -> Answered<VersionSummary> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::name_version(&site, &crate::context::visit().viewer, id.parse()?, number, &name).await?)
}

/// An older version's title and text become the working ones, as a new version.
#[server(prefix = "/api/fn", endpoint = "notes/restore_version", input = Json)]
pub async fn restore_version(id: String, number: u64) -> Answered<Note> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::restore_version(&site, &crate::context::visit().viewer, id.parse()?, number).await?)
}

/// Nobody else sees it from now on.
#[server(prefix = "/api/fn", endpoint = "notes/withdraw", input = Json)]
pub async fn withdraw(id: String) -> Answered<Note> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::withdraw(&site, &crate::context::visit().viewer, id.parse()?).await?)
}

/// Into the trash.
#[server(prefix = "/api/fn", endpoint = "notes/trash", input = Json)]
pub async fn trash(id: String) -> Answered<Note> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::trash(&site, &crate::context::visit().viewer, id.parse()?).await?)
}

/// Out of the trash, as it was.
#[server(prefix = "/api/fn", endpoint = "notes/restore", input = Json)]
pub async fn restore(id: String) -> Answered<Note> {
    let site = expect_context::<domain::Site>();
    Ok(domain::notes::restore(&site, &crate::context::visit().viewer, id.parse()?).await?)
}
