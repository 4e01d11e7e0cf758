//! The published text as readers get it, rendered when it was published, with what its links lead to. Kept beside the
//! note's address; who may see what it refers to is asked when the page is read.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};
use shared::Result;
use shared::ids::NoteId;
use shared::limits::{EMBED_DEPTH, EMBEDS};
use shared::markdown::{Reference, Rendered};

use super::resolve::{Lead, Names, by_name, folder_of, targets};
use crate::Site;
use crate::highlight::Code;
use crate::notes::record::{Published, Working};
use crate::notes::text;
use crate::notes::{keys, store};
use crate::outbox::derived::Derived;
use crate::ports::{Doc, PortError, PortResult, Record};
use crate::table::{Stored, decode};
use crate::unit::get_many;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Body {
    /// Of the note.
    pub(crate) id: Option<NoteId>,
    /// [`super::super::notes::record::Head::text`] of the text that this is.
    pub(crate) text: u64,
    pub(crate) rendered: Rendered,
    /// Where each of the references leads.
    pub(crate) leads: Vec<Lead>,
    /// The notes shown in this one, at any depth, and where their bodies stand.
    pub(crate) embeds: Vec<(NoteId, String)>,
    /// What those refer to.
    pub(crate) further: Vec<NoteId>,
    /// Notes that share tags, most first; more than are shown.
    pub(crate) related: Vec<NoteId>,
    /// Address of the picture for cards.
    pub(crate) image: Option<String>,
}

/// Parts are cut so that their JSON fits an item.
const PART_BYTES: usize = 350 * 1024;
/// A page in more parts than these is rendered whenever it is read.
const PARTS: usize = 8;

impl Body {
    /// All notes that it refers to.
    pub(crate) fn notes(&self) -> impl Iterator<Item = NoteId> {
        let leads = self.leads.iter().filter_map(|lead| match lead {
            Lead::Note(id) => Some(*id),
            _ => None,
        });
        leads.chain(self.further.iter().copied()).chain(self.related.iter().copied())
    }

    /// About how many bytes it takes.
    pub(crate) fn weight(&self) -> usize {
        let pieces = &self.rendered.pieces;
        pieces.html().len() + pieces.holes() * 8 + self.leads.len() * 200
    }

    /// The documents of the items that hold it, none when it is too large; and a hash of it.
    pub(crate) fn parts(&self) -> PortResult<(Vec<Doc>, u64)> {
        let whole = Doc::of(self).map_err(PortError::failed("write a page"))?;
        let mut hasher = DefaultHasher::new();
        whole.as_str().hash(&mut hasher);
        if whole.as_str().len() <= PART_BYTES {
            return Ok((vec![whole], hasher.finish()));
        }
        let parts = cut(whole.as_str());
        let count = parts.len();
        if count > PARTS {
            return Ok((Vec::new(), hasher.finish()));
        }
        let docs = parts.into_iter().map(|json| Doc::of(&Part { parts: count, json: json.to_owned() }));
        Ok((docs.collect::<std::result::Result<_, _>>().map_err(PortError::failed("write a page"))?, hasher.finish()))
    }

    /// From the items under an address; `None` when parts are missing.
    pub(crate) fn from_parts(parts: Vec<Record>) -> PortResult<Option<Self>> {
        let Some(first) = parts.first() else { return Ok(None) };
        if !first.doc.as_str().starts_with(Part::MARK) {
            return parts.into_iter().next().map(|record| Ok(decode::<Self>(record)?.doc)).transpose();
        }
        let parts: Vec<Part> = parts.into_iter().map(|record| Ok(decode(record)?.doc)).collect::<PortResult<_>>()?;
        if parts.iter().any(|part| part.parts != parts.len()) {
            return Ok(None);
        }
        let json: String = parts.into_iter().map(|part| part.json).collect();
        Ok(serde_json::from_str(&json).ok())
    }
}

/// A part of a body too large for one item.
#[derive(Serialize, Deserialize)]
struct Part {
    json: String,
    /// How many there are.
    parts: usize,
}

impl Part {
    /// How its document begins, and no whole body's.
    const MARK: &str = r#"{"json":"#;
}

fn cut(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, c) in text.char_indices() {
        size += match c {
            '"' | '\\' => 2,
            c => c.len_utf8(),
        };
        if size > PART_BYTES {
            parts.push(&text[start..at]);
            (start, size) = (at, 2);
        }
    }
    parts.push(&text[start..]);
    parts
}

/// What a published text refers to, without what the notes shown in it refer to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Direct {
    /// Notes shown in it, in order.
    pub(crate) embeds: Vec<NoteId>,
    /// All notes that it refers to.
    pub(crate) notes: Vec<NoteId>,
}

impl Direct {
    pub(crate) fn of(references: &[Reference], leads: &[Lead], own: NoteId) -> Self {
        let mut direct = Self::default();
        let mut seen = BTreeSet::new();
        for (reference, lead) in references.iter().zip(leads) {
            let Lead::Note(id) = lead else { continue };
            if reference.embed && *id != own && !direct.embeds.contains(id) && direct.embeds.len() < EMBEDS {
                direct.embeds.push(*id);
            }
            if seen.insert(*id) {
                direct.notes.push(*id);
            }
        }
        direct
    }
}

/// The notes shown in a text at any depth, level by level, and what they refer to. `known` answers for a note where its
/// body stands and what is direct in it.
pub(crate) fn closure(
    own: NoteId,
    direct: &Direct,
    known: &HashMap<NoteId, (String, Direct)>,
) -> (Vec<(NoteId, String)>, Vec<NoteId>) {
    let mut embeds = Vec::new();
    let mut further = BTreeSet::new();
    let mut level = direct.embeds.clone();
    for _ in 0..EMBED_DEPTH {
        let mut next = Vec::new();
        for id in std::mem::take(&mut level) {
            let is_new = id != own && embeds.iter().all(|(have, _)| *have != id);
            let Some((slug, inner)) = known.get(&id).filter(|_| is_new && embeds.len() < EMBEDS) else { continue };
            embeds.push((id, slug.clone()));
            further.extend(inner.notes.iter().copied());
            next.extend(inner.embeds.iter().copied());
        }
        level = next;
    }
    for id in &direct.notes {
        further.remove(id);
    }
    (embeds, further.into_iter().collect())
}

/// Reads, level by level, what [`closure`] needs to know of stored notes.
pub(crate) async fn know(
    site: &Site,
    first: impl IntoIterator<Item = NoteId>,
    known: &mut HashMap<NoteId, (String, Direct)>,
) -> PortResult<()> {
    let mut asked: BTreeSet<NoteId> = BTreeSet::new();
    let mut level: Vec<NoteId> = first.into_iter().collect();
    for _ in 0..EMBED_DEPTH {
        let mut new: Vec<NoteId> = Vec::new();
        for id in std::mem::take(&mut level) {
            match known.get(&id) {
                Some((_, direct)) if asked.insert(id) => level.extend(direct.embeds.iter().copied()),
                Some(_) => {}
                None if asked.insert(id) => new.push(id),
                None => {}
            }
        }
        let keys: Vec<_> = new.iter().map(|id| keys::derived(*id)).collect();
        for (id, record) in new.into_iter().zip(get_many(site, &keys).await?) {
            let Some(record) = record else { continue };
            let Stored { doc, .. } = decode::<Derived>(record)?;
            level.extend(doc.direct.embeds.iter().copied());
            known.insert(id, (doc.slug, doc.direct));
        }
        if level.is_empty() {
            break;
        }
    }
    Ok(())
}

/// A text that is rendered, before its names are looked up.
pub(crate) struct Draft {
    pub(crate) id: NoteId,
    pub(crate) folder: String,
    pub(crate) text: u64,
    pub(crate) reading: text::Reading,
}

impl Draft {
    pub(crate) fn new(working: &Working, published: &Published) -> Self {
        Self {
            id: working.note.id,
            folder: folder_of(&working.note).to_owned(),
            text: published.text,
            reading: text::read(&published.body, &Code),
        }
    }

    /// What is to be looked up.
    pub(crate) fn targets(&self) -> Vec<shared::markdown::Target> {
        let image = self.reading.front.image.as_deref().map(by_name);
        targets(&self.reading.rendered).cloned().chain(image).collect()
    }

    /// With names looked up; what it embeds and what is related is still missing.
    pub(crate) fn body(&self, names: &Names) -> Body {
        let rendered = &self.reading.rendered;
        let leads = names.leads(rendered, &self.folder);
        let first = rendered.first_image.and_then(|index| leads.get(index)).and_then(picture);
        let asked = self.reading.front.image.as_deref();
        let cover = asked.and_then(|image| match image.starts_with("https://") {
            true => Some(image.to_owned()),
            false => picture(&names.lead(&by_name(image), &self.folder)),
        });
        Body {
            id: Some(self.id),
            text: self.text,
            rendered: lean(rendered),
            leads,
            image: cover.or(first),
            ..Body::default()
        }
    }
}

/// For social cards, which show no drawings (SVG) and no rarer kinds.
fn picture(lead: &Lead) -> Option<String> {
    const SHOWN: [&str; 4] = ["image/jpeg", "image/png", "image/webp", "image/gif"];
    match lead {
        Lead::File(file) if !file.owner_only && SHOWN.contains(&file.media_type.as_str()) => Some(file.href.clone()),
        _ => None,
    }
}

/// Without what only search, lists and renames need.
pub(crate) fn lean(rendered: &Rendered) -> Rendered {
    let mut lean = rendered.clone();
    lean.plain = String::new();
    lean.excerpt = String::new();
    lean.tags = Vec::new();
    for reference in &mut lean.references {
        reference.sentence = String::new();
        reference.range = 0..0;
    }
    lean
}

/// Makes the body that the outbox has not made yet, or could not store.
pub(crate) async fn make(site: &Site, id: NoteId) -> Result<Option<Body>> {
    let records = get_many(site, &[keys::working(id), keys::published(id)]).await?;
    let [Some(working), Some(published)] = <[_; 2]>::try_from(records).unwrap_or_default() else { return Ok(None) };
    let working = store::unpack_working(working)?.doc;
    let published = store::unpack_published(published)?;
    let draft = Draft::new(&working, &published);
    make_of(site, &draft).await.map(Some)
}

/// The whole body of a text that is rendered.
pub(crate) async fn make_of(site: &Site, draft: &Draft) -> Result<Body> {
    let mut names = Names::default();
    let targets = draft.targets();
    names.load(site, targets.iter().map(|target| (target, draft.folder.as_str()))).await?;
    let mut body = draft.body(&names);
    let direct = Direct::of(&body.rendered.references, &body.leads, draft.id);
    let mut known = HashMap::new();
    know(site, direct.embeds.iter().copied(), &mut known).await?;
    (body.embeds, body.further) = closure(draft.id, &direct, &known);
    Ok(body)
}
