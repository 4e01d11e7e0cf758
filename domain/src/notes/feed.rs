//! Feeds: the latest public notes with their whole text.

use shared::ids::NoteId;
use shared::markdown::Audience;
use shared::{Result, Viewer};

use super::record::Head;
use super::{FeedEntry, list};
use crate::Site;
use crate::links::body::{self, Body};
use crate::links::reader::{Around, Eyes, href};

/// The latest public notes with their whole text, at most `count`; all notes, or those under a tag.
pub async fn feed(site: &Site, tag: Option<&str>, count: usize) -> Result<Vec<FeedEntry>> {
    let viewer = &Viewer::Visitor;
    let heads: Vec<Head> = match tag {
        Some(tag) => list::tagged(site, viewer, tag, None, count).await?.0,
        None => list::heads(site, viewer, None, count).await?.0.into_iter().map(|(_, head)| head).collect(),
    };
    let heads: Vec<Head> = heads.into_iter().take(count).collect();
    let places = heads.iter().map(|head| (head.id, head.slug.clone()));
    let stored = Around::read(site, [], places).await?;
    let mut bodies: Vec<(&Head, Body)> = Vec::with_capacity(heads.len());
    for head in &heads {
        let body = match stored.body(head.id).filter(|body| body.text == head.text) {
            Some(body) => Some(body.clone()),
            None => body::make(site, head.id).await?.filter(|body| body.text == head.text),
        };
        bodies.extend(body.map(|body| (head, body)));
    }
    let ids: Vec<NoteId> = bodies.iter().flat_map(|(head, body)| body.notes().chain([head.id])).collect();
    let embeds: Vec<_> = bodies.iter().flat_map(|(_, body)| body.embeds.clone()).collect();
    let around = Around::read(site, ids, embeds).await?;
    let now = site.clock.now();
    let entry = |(head, body): &(&Head, Body)| {
        // Withdrawn in this very moment.
        around.listed(head.id, viewer, now)?;
        let eyes = Eyes { viewer, audience: Audience::Feed, now, around: &around, own: head.id };
        Some(FeedEntry { summary: head.summary(viewer), html: eyes.html(body, &href(&head.slug)) })
    };
    Ok(bodies.iter().filter_map(entry).collect())
}
