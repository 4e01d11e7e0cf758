//! What follows from a note, before anything is written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use shared::Result;
use shared::ids::NoteId;
use shared::limits::LINKS;
use shared::markdown::{Plain, Reference, Rendered, Target};

use super::derived::{Derived, InSearch, Out};
use super::tags::memberships;
use crate::Site;
use crate::links::body::{Body, Direct, Draft};
use crate::links::names;
use crate::links::pick::asked;
use crate::links::resolve::{Lead, Names, folder_of, targets};
use crate::links::{base, fold};
use crate::notes::desk::Wanted;
use crate::notes::keys::{self, Shelf};
use crate::notes::record::{Changed, Head, Published, Working};
use crate::notes::show::{Back, How};
use crate::notes::{store, text};
use crate::ports::{PortResult, Record};
use crate::unit::{Unit, get_many};

/// A note to be followed up, as stored. In the trash, or gone, it has no texts.
pub(super) struct Subject {
    pub(super) id: NoteId,
    pub(super) working: Option<Working>,
    pub(super) old: Derived,
    /// The published text, rendered.
    pub(super) draft: Option<Draft>,
    /// The working text, where it is another.
    pub(super) own: Option<text::Reading>,
    /// Where its relative links start.
    pub(super) folder: String,
}

/// What is to be stored for it from now on.
pub(super) struct Facts {
    pub(super) target: Derived,
    pub(super) body: Option<Body>,
    pub(super) backs: Vec<(Out, Back)>,
    pub(super) wanted: Vec<(String, Wanted, Found)>,
    pub(super) head: Option<Head>,
}

/// Whether a name that is watched has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A file, which may become another.
    Yes,
    /// Nothing.
    No,
}

/// Reads notes and renders their texts. What was derived of them is kept in the unit.
pub(super) async fn load(unit: &mut Unit<'_>, ids: &[NoteId]) -> PortResult<Vec<Subject>> {
    let of = |id: &NoteId| [keys::working(*id), keys::published(*id), keys::derived(*id)];
    let keys: Vec<_> = ids.iter().flat_map(of).collect();
    let mut records = get_many(unit.site, &keys).await?.into_iter();
    let mut subjects = Vec::with_capacity(ids.len());
    for id in ids {
        let [working, published, derived] = [(); 3].map(|()| records.next().flatten());
        let working = working.map(store::unpack_working).transpose()?.map(|stored| stored.doc);
        let published = published.map(store::unpack_published).transpose()?;
        unit.keep(keys::derived(*id), derived);
        let old = unit.get::<Derived>(&keys::derived(*id))?.unwrap_or_default();
        subjects.push(Subject::read(*id, working, published, old));
    }
    Ok(subjects)
}

impl Subject {
    fn read(id: NoteId, working: Option<Working>, published: Option<Published>, old: Derived) -> Self {
        let mut subject = Self { id, working, old, draft: None, own: None, folder: String::new() };
        let Some(working) = subject.working.as_ref().filter(|working| working.note.trashed.is_none()) else {
            return subject;
        };
        let head = Head::of(working);
        subject.folder = folder_of(&working.note).to_owned();
        subject.draft = published
            .filter(|published| head.exposure.published && published.text == head.text)
            .map(|published| Draft::new(working, &published));
        if subject.draft.is_none() || head.changed == Changed::Yes {
            subject.own = Some(text::read(&working.note.body, &Plain));
        }
        subject
    }

    /// From a record of the working text alone: for the index.
    pub(super) fn of_records(id: NoteId, working: Option<Record>, published: Option<Record>) -> PortResult<Self> {
        let working = working.map(store::unpack_working).transpose()?.map(|stored| stored.doc);
        let published = published.map(store::unpack_published).transpose()?;
        Ok(Self::read(id, working, published, Derived::default()))
    }

    pub(super) fn targets(&self) -> Vec<Target> {
        let own = self.own.iter().flat_map(|own| targets(&own.rendered).cloned());
        self.draft.iter().flat_map(Draft::targets).chain(own).collect()
    }

    /// Names that it has, and the last parts of those that look like paths: what somebody may have asked for.
    fn names(&self) -> Vec<String> {
        let names: BTreeSet<String> = self
            .working
            .iter()
            .flat_map(|working| names::of(working).into_keys())
            .flat_map(|name| [base(&name).to_owned(), name])
            .collect();
        names.into_iter().collect()
    }

    /// Everything but the notes shown in it and those related to it.
    pub(super) fn facts(&self, names: &Names, now: Timestamp) -> Facts {
        let head = self.working.as_ref().map(Head::of);
        let mut facts = Facts {
            target: Derived { search: self.in_search(), ..Derived::default() },
            body: None,
            backs: Vec::new(),
            wanted: Vec::new(),
            head,
        };
        let Some(head) = facts.head.as_ref().filter(|_| self.draft.is_some() || self.own.is_some()) else {
            return facts;
        };
        facts.target.names = self.names();
        facts.target.tags = memberships(head, now);
        facts.target.slug.clone_from(&head.slug);
        facts.target.due = head.exposure.publish_at.filter(|at| head.exposure.published && *at > now);
        let mut links = Links::new(self, names);
        if let Some(draft) = &self.draft {
            let body = draft.body(names);
            links.add(&draft.reading.rendered, &body.leads, Text::Published(Shelf::of(head.exposure.visibility)));
            facts.target.direct = Direct::of(&body.rendered.references, &body.leads, self.id);
            facts.target.files = files(&body.leads);
            facts.body = Some(body);
        }
        if let Some(own) = &self.own {
            let leads = names.leads(&own.rendered, &self.folder);
            links.add(&own.rendered, &leads, Text::Working);
        }
        links.finish(&mut facts);
        facts
    }

    pub(super) fn in_search(&self) -> InSearch {
        InSearch { published: self.draft.is_some(), working: self.own.is_some() }
    }
}

fn files(leads: &[Lead]) -> Vec<String> {
    let hash = |lead: &Lead| match lead {
        Lead::File(file) => Some(file.hash.clone()),
        _ => None,
    };
    let files: BTreeSet<String> = leads.iter().filter_map(hash).collect();
    files.into_iter().collect()
}

#[derive(Clone, Copy)]
enum Text {
    Published(Shelf),
    Working,
}

/// Collects what the references of a note's texts amount to.
struct Links<'s> {
    subject: &'s Subject,
    names: &'s Names,
    backs: BTreeMap<NoteId, (u8, Back)>,
    means: BTreeMap<(String, NoteId), ()>,
    wanted: BTreeMap<String, (Wanted, Found)>,
}

/// The rank of a backlink that only a working text makes.
const WORKING: u8 = 3;

impl<'s> Links<'s> {
    fn new(subject: &'s Subject, names: &'s Names) -> Self {
        Self { subject, names, backs: BTreeMap::new(), means: BTreeMap::new(), wanted: BTreeMap::new() }
    }

    fn add(&mut self, rendered: &Rendered, leads: &[Lead], text: Text) {
        for (reference, lead) in rendered.references.iter().zip(leads) {
            match lead {
                Lead::Note(id) => {
                    self.means.insert((reference.target.path.clone(), *id), ());
                    self.back(reference, *id, text);
                }
                Lead::File(_) => self.want(reference, Found::Yes),
                Lead::Missing => self.want(reference, Found::No),
            }
        }
    }

    fn back(&mut self, reference: &Reference, to: NoteId, text: Text) {
        if to == self.subject.id {
            return;
        }
        let (rank, how) = match text {
            Text::Published(shelf) if reference.embed => (shelf as u8, How::Embed),
            Text::Published(shelf) => (shelf as u8, How::Link),
            Text::Working => (WORKING, How::Working),
        };
        let sentence = if rank == WORKING { String::new() } else { reference.sentence.clone() };
        let published = self.subject.draft.as_ref().map_or(0, |draft| draft.text);
        let back = Back { to, from: self.subject.id, text: published, sentence, how };
        match self.backs.get_mut(&to) {
            None => drop(self.backs.insert(to, (rank, back))),
            Some((_, have)) if have.how == How::Link && how == How::Embed => have.how = How::Embed,
            Some(_) => {}
        }
    }

    fn want(&mut self, reference: &Reference, found: Found) {
        let Some(asked) = asked(&reference.target, &self.subject.folder) else { return };
        if self.wanted.len() >= LINKS {
            return;
        }
        let wanted = Wanted {
            source: self.subject.id,
            target: reference.target.path.clone(),
            sentence: reference.sentence.clone(),
        };
        let name = base(&asked.path).to_owned();
        self.wanted.entry(name).or_insert((wanted, found));
    }

    fn finish(self, facts: &mut Facts) {
        let slugs = self.names.slugs();
        for (to, (rank, back)) in self.backs {
            let Some(slug) = slugs.get(&to) else { continue };
            let hash = hash(&back);
            facts.backs.push((Out { to, slug: (*slug).to_owned(), rank, hash }, back));
        }
        facts.target.links = facts.backs.iter().map(|(out, _)| out.clone()).collect();
        facts.target.means = self.means.into_keys().collect();
        facts.wanted = self.wanted.into_iter().map(|(name, (wanted, found))| (name, wanted, found)).collect();
        facts.target.wanted = facts
            .wanted
            .iter()
            .map(|(name, wanted, found)| {
                (name.clone(), hash(&(&wanted.target, &wanted.sentence, *found == Found::Yes)))
            })
            .collect();
    }
}

pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Looks up the names that all of these ask for.
pub(super) async fn look_up(site: &Site, subjects: &[Subject]) -> Result<Names> {
    let targets: Vec<(Vec<Target>, &str)> = subjects.iter().map(|s| (s.targets(), s.folder.as_str())).collect();
    let pairs = targets.iter().flat_map(|(targets, folder)| targets.iter().map(move |target| (target, *folder)));
    let mut names = Names::default();
    names.load(site, pairs).await?;
    Ok(names)
}

/// What is direct in the texts of these, by note, for [`crate::links::body::closure`].
pub(super) fn direct(subjects: &[Subject], facts: &[Facts]) -> HashMap<NoteId, (String, Direct)> {
    let pairs = subjects.iter().zip(facts).filter(|(_, facts)| facts.body.is_some());
    pairs.map(|(s, facts)| (s.id, (facts.target.slug.clone(), facts.target.direct.clone()))).collect()
}

/// The folded form under which a file's name is watched.
pub(super) fn watched(name: &str) -> String {
    fold(name)
}
