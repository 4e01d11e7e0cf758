//! What a reader gets at an address: the page, or the way to where the note is now.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::ids::NoteId;
use shared::limits::{BACKLINKS, SLUG_BYTES};
use shared::markdown::Audience;
use shared::notes::{Backlink, Found, Heading, NoteLink, NotePage, fold_tag};
use shared::slug;
use shared::viewer::Via;
use shared::{Error, Result, Viewer};

use super::keys;
use super::record::{Address, AddressState, Head};
use super::{Source, store};
use crate::Site;
use crate::links::body::{self, Body, Draft};
use crate::links::reader::{Around, Eyes, Glimpse, href};
use crate::ports::{Query, Record, Table};
use crate::table::decode;

/// How many related notes a page names.
const RELATED: usize = 5;

/// A backlink, stored beside the address of what it points at.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Back {
    /// The note that is pointed at, for which the address may since have changed hands.
    pub(crate) to: NoteId,
    pub(crate) from: NoteId,
    /// The published text that it is in; of another text its sentence would tell what is no longer published.
    pub(crate) text: u64,
    pub(crate) sentence: String,
    pub(crate) how: How,
}

/// How a note refers to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    /// A link.
    Link,
    /// It shows it.
    Embed,
    /// In its working text only.
    Working,
}

/// All that stands at an address.
pub(crate) struct Place {
    pub(crate) address: Address,
    body: Option<Body>,
    backs: Vec<Back>,
}

/// Reads it: one query, unless the page is very large.
async fn place(site: &Site, slug: &str) -> Result<Option<Place>> {
    const BODY_PARTS: usize = 10;
    let mut query = Query { limit: BACKLINKS + BODY_PARTS, ..Query::partition(Table::Notes, keys::at_partition(slug)) };
    let mut address = None;
    let mut parts: Vec<Record> = Vec::new();
    let mut backs = Vec::new();
    loop {
        let page = site.records.query(&query).await?;
        for record in page.items {
            match record.key.sk.as_str() {
                "address" => address = Some(decode::<Address>(record)?.doc),
                sk if sk.starts_with(keys::FROM) => backs.push(decode::<Back>(record)?.doc),
                _ => parts.push(record),
            }
        }
        query.cursor = page.next;
        if query.cursor.is_none() || !backs.is_empty() {
            break;
        }
    }
    let Some(address) = address else { return Ok(None) };
    let body = Body::from_parts(parts)?.filter(|body| body.id == Some(address.id));
    backs.retain(|back: &Back| back.to == address.id && back.from != address.id && back.how != How::Working);
    backs.truncate(BACKLINKS);
    Ok(Some(Place { address, body, backs }))
}

/// The form in which addresses are stored: somebody may type capitals, or letters in pieces.
pub(crate) fn tidy(slug: &str) -> Option<String> {
    if slug.len() > SLUG_BYTES {
        return None;
    }
    if slug::check(slug).is_ok() { Some(slug.to_owned()) } else { slug::from_path(slug) }
}

/// What an address under `/notes/` leads to, for this viewer. At most two round trips to the store.
pub async fn show(site: &Site, viewer: &Viewer, slug: &str) -> Result<Found> {
    let tidy = tidy(slug).ok_or(Error::NotFound)?;
    let Place { address, body, backs } = place(site, &tidy).await?.ok_or(Error::NotFound)?;
    let now = site.clock.now();
    let id = address.id;
    let own = body.as_ref().map(Body::notes).into_iter().flatten();
    let ids = own.chain(backs.iter().map(|back| back.from)).chain([id]);
    let embeds = body.as_ref().map(|body| body.embeds.clone()).unwrap_or_default();
    let mut around = Around::read(site, ids, embeds).await?;
    let head = around.head(id)?.filter(|head| head.is_readable(viewer, Via::Address, now));
    let head = head.ok_or(Error::NotFound)?;
    if address.state == AddressState::Former || tidy != slug {
        return Ok(Found::Moved { slug: head.slug });
    }
    let body = match body.filter(|body| body.text == head.text) {
        Some(body) => body,
        None => {
            let body = body::make(site, id).await?.filter(|body| body.text == head.text).ok_or(Error::NotFound)?;
            let ids = body.notes().chain(backs.iter().map(|back| back.from)).chain([id]);
            around = Around::read(site, ids, body.embeds.clone()).await?;
            body
        }
    };
    Ok(Found::Here(page(viewer, now, &head, &body, &backs, &around)))
}

fn page(viewer: &Viewer, now: Timestamp, head: &Head, body: &Body, backs: &[Back], around: &Around) -> NotePage {
    let audience = if viewer.is_owner() { Audience::Owner } else { Audience::Visitor };
    let html = Eyes { viewer, audience, now, around, own: head.id }.html(body, &href(&head.slug));
    let listed = |id: NoteId| around.listed(id, viewer, now);
    let link = |head: &Glimpse| NoteLink { title: head.title.clone(), slug: head.slug.clone() };
    let backlinks = backs.iter().filter_map(|back| {
        let from = link(listed(back.from).filter(|from| from.text == back.text)?);
        Some(Backlink { from, sentence: back.sentence.clone() })
    });
    let related = body.related.iter().filter_map(|id| listed(*id)).filter(|other| shares_tag(&head.tags, &other.tags));
    NotePage {
        summary: head.summary(viewer),
        html,
        toc: toc(body),
        backlinks: backlinks.collect(),
        related: related.map(link).take(RELATED).collect(),
        lang: head.lang.clone(),
        image: body.image.clone(),
    }
}

pub(super) fn toc(body: &Body) -> Vec<Heading> {
    let heading = |h: &shared::markdown::Heading| Heading { level: h.level, id: h.id.clone(), text: h.text.clone() };
    body.rendered.toc.iter().map(heading).collect()
}

fn shares_tag(one: &[String], other: &[String]) -> bool {
    let tags: Vec<String> = one.iter().map(|tag| fold_tag(tag)).collect();
    other.iter().any(|tag| tags.contains(&fold_tag(tag)))
}

/// Owner. The working text rendered as its reader would see it.
pub async fn preview(site: &Site, viewer: &Viewer, id: NoteId) -> Result<NotePage> {
    viewer.require_owner()?;
    let working = store::working(site, id).await?.ok_or(Error::NotFound)?.doc;
    let published = super::record::Published { text: 0, body: working.note.body.clone() };
    let draft = Draft::new(&working, &published);
    let body = body::make_of(site, &draft).await?;
    let around = Around::read(site, body.notes().chain([id]), body.embeds.clone()).await?;
    let head = Head {
        title: working.note.title.clone(),
        tags: working.meta.tags.clone(),
        excerpt: working.meta.excerpt.clone(),
        words: working.meta.words,
        lang: draft.reading.front.lang.clone(),
        date: draft.reading.front.date.or(working.date()),
        updated: Some(working.note.updated),
        ..Head::of(&working)
    };
    Ok(page(viewer, site.clock.now(), &head, &body, &[], &around))
}

/// The source for others: see `product.md`; `Moved` as in [`show`].
pub async fn source(site: &Site, viewer: &Viewer, slug: &str) -> Result<Source> {
    let tidy = tidy(slug).ok_or(Error::NotFound)?;
    let address = site.get::<Address>(&keys::address(&tidy)).await?.ok_or(Error::NotFound)?.doc;
    let records = site.records.batch_get(&[keys::head(address.id), keys::published(address.id)]).await?;
    let [head, published] = <[_; 2]>::try_from(records).unwrap_or_default();
    let head: Head = decode(head.ok_or(Error::NotFound)?)?.doc;
    if !head.is_readable(viewer, Via::Address, site.clock.now()) {
        return Err(Error::NotFound);
    }
    if address.state == AddressState::Former || tidy != slug {
        return Ok(Source::Moved { slug: head.slug });
    }
    let published = store::unpack_published(published.ok_or(Error::NotFound)?)?;
    Ok(Source::Here(shared::markdown::strip_for_visitors(&published.body)))
}

/// True when a note, whatever its state, has this address now.
pub(crate) async fn is_here(site: &Site, slug: &str) -> Result<bool> {
    if slug::check(slug).is_err() {
        return Ok(false);
    }
    let address = site.get::<Address>(&keys::address(slug)).await?;
    Ok(address.is_some_and(|stored| stored.doc.state == AddressState::Current))
}

/// True when this viewer may read the published text of at least one of these notes by its address. One batch get of
/// heads for every hundred; what does not exist counts as not readable. For files, which are as visible as their uses.
pub async fn any_readable(site: &Site, viewer: &Viewer, ids: &[NoteId]) -> Result<bool> {
    let now = site.clock.now();
    let heads = store::heads(site, ids).await?;
    Ok(heads.iter().flatten().any(|head| head.is_readable(viewer, Via::Address, now)))
}
