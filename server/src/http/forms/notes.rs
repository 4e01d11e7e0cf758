//! The forms of notes: write, publish, withdraw, trash, attach, restore.

use app::context::Left;
use shared::ids::NoteId;
use shared::notes::{EditNote, NewNote, Note, SaveOutcome, split_list};
use shared::{Error, Result};

use super::{Accepted, Done, Form, Refusal, unknown_action};
use crate::http::session::Asker;
use crate::http::web::Web;

/// `/desk/notes/new`, and quick capture: a draft, published at once if asked.
pub(super) async fn create(web: &Web, asker: &Asker, form: &mut Form) -> Accepted {
    let viewer = &asker.visit.viewer;
    let publishes = match form.first("action").unwrap_or("save") {
        "publish" => true,
        "save" | "attach" => false,
        other => return Err(unknown_action(other)),
    };
    viewer.require_owner()?;
    let done = if form.file.is_some() { "attached" } else { "saved" };
    let new = NewNote {
        title: form.text("title").trim().to_owned(),
        body: with_file(web, asker, form.text("body"), form).await?,
        slug: form.text("slug").trim().to_owned(),
        tags: split_list(&form.text("tags")),
        aliases: split_list(&form.text("aliases")),
        visibility: visibility(form, shared::Visibility::default())?,
        publish_at: None,
        path: None,
    };
    let note = domain::notes::create(&web.site, viewer, new).await?;
    let (address, id) = (address(&note), note.id);
    if !publishes {
        return Ok(Done::at(format!("{address}?done={done}")));
    }
    // The draft exists now: whatever is in the way of publishing is shown on its own page.
    let edit = EditNote { slug: form.text("slug").trim().to_owned(), ..EditNote::from(&note) };
    let published = domain::notes::publish(&web.site, viewer, id, edit).await;
    match published {
        Ok(_) => Ok(Done::at(format!("{address}?done=published"))),
        Err(error) => Err(Refusal { page: Some(address), left: Left::Draft, ..Refusal::from(error) }),
    }
}

/// `/desk/notes/{id}`
pub(super) async fn edit(web: &Web, asker: &Asker, id: NoteId, form: &mut Form) -> Accepted {
    let viewer = &asker.visit.viewer;
    let action = form.first("action").unwrap_or("save").to_owned();
    let has_text = form.first("body").is_some() || form.file.is_some();
    let done = match action.as_str() {
        "save" | "attach" => save(web, asker, id, form, Then::Keep).await?,
        "publish" => save(web, asker, id, form, Then::Publish).await?,
        "withdraw" | "trash" => {
            // What was typed beside the button is kept first.
            if has_text {
                save(web, asker, id, form, Then::Keep).await?;
            }
            if action == "withdraw" {
                domain::notes::withdraw(&web.site, viewer, id).await?;
                "withdrawn"
            } else {
                domain::notes::trash(&web.site, viewer, id).await?;
                return Ok(Done::at(format!("/desk?done=trashed&id={id}")));
            }
        }
        "restore" => {
            domain::notes::restore(&web.site, viewer, id).await?;
            "restored"
        }
        other => return Err(unknown_action(other)),
    };
    Ok(Done::at(format!("/desk/notes/{id}?done={done}")))
}

/// What follows a save.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Keep,
    Publish,
}

/// Saves what the form holds; answers the word that says what happened.
async fn save(
    web: &Web,
    asker: &Asker,
    id: NoteId,
    form: &mut Form,
    then: Then,
) -> std::result::Result<&'static str, Refusal> {
    let viewer = &asker.visit.viewer;
    let attached = form.file.is_some();
    let edit = edit_of(web, asker, id, form).await?;
    let outcome = match then {
        Then::Keep => domain::notes::save(&web.site, viewer, id, edit).await?,
        Then::Publish => domain::notes::publish(&web.site, viewer, id, edit).await?,
    };
    match outcome {
        SaveOutcome::Saved { .. } if then == Then::Publish => Ok("published"),
        SaveOutcome::Saved { .. } if attached => Ok("attached"),
        SaveOutcome::Saved { .. } => Ok("saved"),
        SaveOutcome::Merged { .. } => Ok("merged"),
        conflict @ SaveOutcome::Conflict { .. } => Err(Refusal {
            error: Error::conflict(
                "This note was changed elsewhere in the same places. Both texts are below; nothing is lost.",
            ),
            page: None,
            left: Left::Nothing,
            conflict: Some(conflict),
        }),
    }
}

/// The form as the verb's input; a field it does not have keeps what is stored.
async fn edit_of(web: &Web, asker: &Asker, id: NoteId, form: &mut Form) -> Result<EditNote> {
    let stored = domain::notes::open(&web.site, &asker.visit.viewer, id).await?;
    let base = form.first("base").unwrap_or_default().trim();
    let base =
        base.parse().map_err(|_| Error::invalid("base", "The form does not say which version it was made from."))?;
    let body = form.first("body").map_or(stored.body, str::to_owned);
    let body = with_file(web, asker, body, form).await?;
    let text = |field: &str, stored: String| form.first(field).map_or(stored, |text| text.trim().to_owned());
    let list = |field: &str, stored: Vec<String>| form.first(field).map_or(stored, split_list);
    Ok(EditNote {
        base,
        title: text("title", stored.title),
        body,
        slug: text("slug", stored.slug),
        tags: list("tags", stored.tags),
        aliases: list("aliases", stored.aliases),
        visibility: visibility(form, stored.visibility)?,
        publish_at: stored.publish_at,
    })
}

fn visibility(form: &Form, stored: shared::Visibility) -> Result<shared::Visibility> {
    form.first("visibility").filter(|text| !text.is_empty()).map_or(Ok(stored), str::parse)
}

/// Keeps a chosen file and puts it at the end of the text.
async fn with_file(web: &Web, asker: &Asker, body: String, form: &mut Form) -> Result<String> {
    let Some(upload) = form.file.take() else { return Ok(body) };
    let file = domain::files::attach(&web.site, &asker.visit.viewer, &upload.name, upload.bytes).await?;
    let label: String = form.text("alt").chars().filter(|c| !c.is_control() && !matches!(c, '[' | ']' | '|')).collect();
    let label = if label.trim().is_empty() { String::new() } else { format!("|{}", label.trim()) };
    let shown = ["image/", "audio/", "video/", "application/pdf"];
    let mark = if shown.iter().any(|kind| file.media_type.starts_with(kind)) { "!" } else { "" };
    let gap = match body.as_str() {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    Ok(format!("{body}{gap}{mark}[[{}{label}]]\n", file.name))
}

/// `/desk/notes/{id}/history/{number}`
pub(super) async fn version(web: &Web, asker: &Asker, id: NoteId, number: u64, form: &Form) -> Accepted {
    let viewer = &asker.visit.viewer;
    match form.first("action").unwrap_or("restore") {
        "restore" => {
            domain::notes::restore_version(&web.site, viewer, id, number).await?;
            Ok(Done::at(format!("/desk/notes/{id}?done=restored")))
        }
        "name" => {
            domain::notes::name_version(&web.site, viewer, id, number, &form.text("name")).await?;
            Ok(Done::at(format!("/desk/notes/{id}/history")))
        }
        other => Err(unknown_action(other)),
    }
}

/// `/desk/trash`
pub(super) async fn trash(web: &Web, asker: &Asker, form: &Form) -> Accepted {
    let viewer = &asker.visit.viewer;
    let id: NoteId = form.text("id").parse()?;
    match form.first("action").unwrap_or_default() {
        "restore" => {
            domain::notes::restore(&web.site, viewer, id).await?;
            Ok(Done::at(format!("/desk/notes/{id}?done=restored")))
        }
        "purge" => {
            domain::notes::purge(&web.site, viewer, id).await?;
            Ok(Done::at("/desk/trash?done=purged"))
        }
        other => Err(unknown_action(other)),
    }
}

fn address(note: &Note) -> String {
    format!("/desk/notes/{}", note.id)
}
