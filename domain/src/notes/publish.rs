//! Publishing copies the working text to the published text, and nothing else does. Withdrawing takes it away; visibility
//! says who may read it.

use jiff::Timestamp;
use shared::ids::NoteId;
use shared::notes::Note;
use shared::viewer::Visibility;
use shared::{Error, Result, Viewer};

use super::record::{Published, Snapshot, Working};
use super::store::{self, Change, Follow, PublishedText};
use super::text::Reading;
use crate::Site;
use crate::table::Stored;
use crate::unit::{Attempt, attempt};

/// Refuses what may not be published.
pub(crate) fn check_publishable(note: &Note, reading: &Reading) -> Result<()> {
    if note.trashed.is_some() {
        return Err(Error::conflict("This note is in the trash. Restore it first."));
    }
    check_text_publishable(reading)
}

/// Refuses a text that says of itself that it is not to be published.
pub(crate) fn check_text_publishable(reading: &Reading) -> Result<()> {
    if let Some(problem) = &reading.problem {
        let reason = format!("{problem} Mend it to publish the note: what it says about publishing cannot be read.");
        return Err(Error::invalid("body", reason));
    }
    let said = match (reading.front.publish, reading.front.draft) {
        (Some(false), _) => "publish: false",
        (_, Some(true)) => "draft: true",
        _ => return Ok(()),
    };
    let reason = format!("The front matter says “{said}”. Take that line out to publish this note.");
    Err(Error::invalid("body", reason))
}

/// Makes the working text the published text, under the note's present version.
pub(crate) fn publish_working(
    working: &mut Working,
    reading: &Reading,
    sent: &Snapshot,
    date: Option<Timestamp>,
    now: Timestamp,
) -> PublishedText {
    let number = working.note.version;
    let reader = reading.reader(sent, number, date);
    working.publish_as(reader, reading.front.updated.unwrap_or(now), now);
    PublishedText::Becomes(Published { text: number, body: sent.body.clone() })
}

/// Owner. Nobody else sees the note from now on; its texts and history stay.
pub async fn withdraw(site: &Site, viewer: &Viewer, id: NoteId) -> Result<Note> {
    viewer.require_owner()?;
    attempt!(try_change(site, id, |working| {
        working.meta.reader = None;
        working.note.published = None;
        Ok(PublishedText::Goes)
    }))
}

/// Owner. Sets who may see the published text, without touching the text.
pub async fn set_visibility(site: &Site, viewer: &Viewer, id: NoteId, visibility: Visibility) -> Result<Note> {
    viewer.require_owner()?;
    attempt!(try_change(site, id, |working| {
        working.note.visibility = visibility;
        Ok(PublishedText::Stays)
    }))
}

/// Changes something about a note that is not its text; what changes nothing is not stored.
pub(crate) async fn try_change(
    site: &Site,
    id: NoteId,
    change: impl Fn(&mut Working) -> Result<PublishedText>,
) -> Attempt<Note> {
    let before: Stored<Working> = store::working(site, id).await?.ok_or(Error::NotFound)?;
    let mut after = before.doc.clone();
    let published = change(&mut after)?;
    if after == before.doc {
        return Ok(after.note);
    }
    after.note.version += 1;
    after.note.updated = site.clock.now();
    after.settle_publication();
    let note = after.note.clone();
    let change =
        Change { before: Some(before), after, published, history: Vec::new(), events: Vec::new(), follow: Follow::Now };
    store::commit(site, change).await?;
    Ok(note)
}
