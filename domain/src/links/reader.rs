//! Finishes a body for one reader: each thing it refers to is looked at itself, and shows only if this reader may see it.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::Deserialize;
use shared::files::encode_path;
use shared::ids::NoteId;
use shared::markdown::{Audience, Destination, EmbeddedNote, Reference, Resolve, finish};
use shared::viewer::{Exposure, Via, can_read};
use shared::{Result, Viewer};

use super::body::Body;
use super::resolve::{FileLead, Lead};
use crate::Site;
use crate::notes::keys;
use crate::notes::record::Head;
use crate::ports::{Doc, Key, PortError, PortResult};
use crate::unit::get_many;

/// A note's path.
pub(crate) fn href(slug: &str) -> String {
    format!("/notes/{}", encode_path(slug))
}

/// Of a head, what a page that refers to the note shows, and what decides who sees it.
#[derive(Deserialize)]
pub(crate) struct Glimpse {
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) tags: Vec<String>,
    pub(crate) text: u64,
    exposure: Exposure,
}

impl Glimpse {
    fn is_listed(&self, viewer: &Viewer, now: Timestamp) -> bool {
        can_read(viewer, &self.exposure, Via::Listing, now)
    }
}

/// All that some pages refer to, read in one round.
pub(crate) struct Around {
    heads: HashMap<NoteId, (Glimpse, Doc)>,
    bodies: HashMap<NoteId, Body>,
}

impl Around {
    /// Reads heads, and the bodies that stand at these addresses.
    pub(crate) async fn read(
        site: &Site,
        heads: impl IntoIterator<Item = NoteId>,
        bodies: impl IntoIterator<Item = (NoteId, String)>,
    ) -> Result<Self> {
        let mut seen = HashSet::new();
        let bodies: Vec<(NoteId, String)> = bodies.into_iter().filter(|(id, _)| seen.insert(*id)).collect();
        let mut ids: Vec<NoteId> = heads.into_iter().chain(bodies.iter().map(|(id, _)| *id)).collect();
        ids.sort();
        ids.dedup();
        let head_keys = ids.iter().map(|id| keys::head(*id));
        let all: Vec<Key> = head_keys.chain(bodies.iter().map(|(_, slug)| keys::body(slug, 0))).collect();
        let mut records = get_many(site, &all).await?.into_iter();
        let mut around = Self { heads: HashMap::with_capacity(ids.len()), bodies: HashMap::new() };
        for (id, record) in ids.iter().zip(records.by_ref()) {
            if let Some(record) = record {
                let glimpse = record.doc.read().map_err(PortError::failed("read a note's head"))?;
                around.heads.insert(*id, (glimpse, record.doc));
            }
        }
        for ((id, _), record) in bodies.into_iter().zip(records) {
            let body = record.map(|record| Body::from_parts(vec![record])).transpose()?.flatten();
            if let Some(body) = body.filter(|body| body.id == Some(id)) {
                around.bodies.insert(id, body);
            }
        }
        Ok(around)
    }

    /// The whole of what was read of a note.
    pub(crate) fn head(&self, id: NoteId) -> PortResult<Option<Head>> {
        let head = self.heads.get(&id).map(|(_, doc)| doc.read());
        head.transpose().map_err(PortError::failed("read a note's head"))
    }

    fn glimpse(&self, id: NoteId) -> Option<&Glimpse> {
        self.heads.get(&id).map(|(glimpse, _)| glimpse)
    }

    /// The body of this note's present text.
    pub(crate) fn body(&self, id: NoteId) -> Option<&Body> {
        let head = self.glimpse(id)?;
        self.bodies.get(&id).filter(|body| body.text == head.text)
    }

    /// A note that this viewer may find.
    pub(crate) fn listed(&self, id: NoteId, viewer: &Viewer, now: Timestamp) -> Option<&Glimpse> {
        self.glimpse(id).filter(|head| head.is_listed(viewer, now))
    }
}

/// One reader of one page.
#[derive(Clone, Copy)]
pub(crate) struct Eyes<'a> {
    pub(crate) viewer: &'a Viewer,
    pub(crate) audience: Audience,
    pub(crate) now: Timestamp,
    pub(crate) around: &'a Around,
    /// The note whose page it is: the reader is there already.
    pub(crate) own: NoteId,
}

impl<'a> Eyes<'a> {
    /// The HTML of a body at this address.
    pub(crate) fn html(self, body: &'a Body, address: &str) -> String {
        finish(&body.rendered, &Frame::new(self, body, address.to_owned()))
    }

    fn note(&self, id: NoteId) -> Destination {
        let Some(head) = self.around.glimpse(id) else { return Destination::Missing };
        if id == self.own || head.is_listed(self.viewer, self.now) {
            return Destination::Note { href: href(&head.slug), title: head.title.clone() };
        }
        if self.audience == Audience::Owner {
            return Destination::Note { href: format!("/desk/notes/{id}"), title: head.title.clone() };
        }
        Destination::Hidden
    }
}

/// A body for one reader, and those shown in it.
struct Frame<'a> {
    eyes: Eyes<'a>,
    body: &'a Body,
    address: String,
    inner: Vec<OnceCell<Box<Frame<'a>>>>,
}

impl<'a> Frame<'a> {
    fn new(eyes: Eyes<'a>, body: &'a Body, address: String) -> Self {
        let inner = body.leads.iter().map(|_| OnceCell::new()).collect();
        Self { eyes, body, address, inner }
    }
}

impl Resolve for Frame<'_> {
    fn resolve(&self, index: usize, _reference: &Reference) -> Destination {
        match self.body.leads.get(index) {
            None | Some(Lead::Missing) => Destination::Missing,
            Some(Lead::Note(id)) => self.eyes.note(*id),
            Some(Lead::File(file)) if file.owner_only && self.eyes.audience != Audience::Owner => Destination::Hidden,
            Some(Lead::File(file)) => file_destination(file),
        }
    }

    fn embed(&self, index: usize, _reference: &Reference) -> Option<EmbeddedNote<'_>> {
        let Some(Lead::Note(id)) = self.body.leads.get(index) else { return None };
        let head = self.eyes.around.listed(*id, self.eyes.viewer, self.eyes.now)?;
        let body = self.eyes.around.body(*id)?;
        let address = href(&head.slug);
        let frame = || Box::new(Frame::new(self.eyes, body, address.clone()));
        let inner = self.inner.get(index)?.get_or_init(frame);
        Some(EmbeddedNote { title: head.title.clone(), href: address, rendered: &body.rendered, resolve: &**inner })
    }

    fn audience(&self) -> Audience {
        self.eyes.audience
    }

    fn address(&self) -> &str {
        &self.address
    }
}

fn file_destination(file: &FileLead) -> Destination {
    Destination::File {
        href: file.href.clone(),
        media_type: file.media_type.clone(),
        width: file.width,
        height: file.height,
        placeholder: None,
        name: file.name.clone(),
        alt: String::new(),
    }
}
