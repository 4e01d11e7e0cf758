//! A text that is being written, as its page would show it.

use std::time::Duration;

use shared::editor::Preview;
use shared::ids::NoteId;
use shared::{Error, Result, Viewer, limits};

use super::show::toc;
use super::{store, text};
use crate::Site;
use crate::highlight::Code;
use crate::links::body::{self, Draft};
use crate::links::reader::{Around, Eyes, href};
use crate::links::resolve::folder_of;
use crate::ports::PortError;

/// How long a text may take to be rendered; the longest of every kind takes a fraction of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Owner. A text that is not stored, with its embeds and its code coloured; relative links start where the note `id`
/// stands, if there is one.
pub async fn preview_text(site: &Site, viewer: &Viewer, id: Option<NoteId>, body: String) -> Result<Preview> {
    viewer.require_owner()?;
    if body.len() > limits::NOTE_BYTES {
        let limit = (limits::NOTE_BYTES / 1024) as u64;
        return Err(Error::TooLarge { field: "body".into(), limit, unit: "KiB".into() });
    }
    let working = match id {
        Some(id) => store::working(site, id).await?.map(|stored| stored.doc),
        None => None,
    };
    let own = id.unwrap_or_else(|| NoteId::from_u128(site.clock.id()));
    let folder = working.as_ref().map(|working| folder_of(&working.note).to_owned()).unwrap_or_default();
    let address = working.as_ref().map(|working| href(&working.note.slug)).unwrap_or_default();
    let draft = Draft { id: own, folder, text: 0, reading: read(body).await? };
    let body = body::make_of(site, &draft).await?;
    let around = Around::read(site, body.notes().chain([own]), body.embeds.clone()).await?;
    let eyes =
        Eyes { viewer, audience: shared::markdown::Audience::Owner, now: site.clock.now(), around: &around, own };
    Ok(Preview { html: eyes.html(&body, &address), toc: toc(&body) })
}

/// Off the threads that answer requests: colouring much code takes a while.
async fn read(body: String) -> Result<text::Reading> {
    let rendering = tokio::task::spawn_blocking(move || text::read(&body, &Code));
    match tokio::time::timeout(PATIENCE, rendering).await {
        Ok(done) => Ok(done.map_err(PortError::failed("render a text"))?),
        Err(_) => Err(Error::Busy { retry_after: 10 }),
    }
}
