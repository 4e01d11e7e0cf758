//! What the search index has of notes: the published text for its readers, and the working text, where it is another,
//! for the owner.

use jiff::Timestamp;
use shared::Result;
use shared::ids::NoteId;
use shared::notes::NoteSummary;
use shared::viewer::Visibility;

use super::derived::{Derived, InSearch};
use super::facts::Subject;
use super::queue;
use crate::Site;
use crate::notes::keys;
use crate::notes::record::Head;
use crate::ports::search::Audience;
use crate::ports::{ByIndex, Expect, PortResult, Query, SearchDoc, Table};
use crate::table::{Stored, put as put_doc};
use crate::unit::get_many;

/// What is to be done to the index for one note.
pub(super) struct Job {
    pub(super) id: NoteId,
    /// What it may have had before.
    before: InSearch,
    after: InSearch,
    docs: Vec<SearchDoc>,
}

/// Of a note whose texts are read.
pub(super) fn job(subject: &Subject, head: Option<&Head>, now: Timestamp) -> Job {
    let after = subject.in_search();
    let mut docs = Vec::new();
    if let (Some(draft), Some(head), Some(working)) = (&subject.draft, head, &subject.working) {
        let aliases = working.meta.reader.as_ref().map(|reader| reader.aliases.clone()).unwrap_or_default();
        docs.push(SearchDoc {
            id: format!("{}:published", subject.id),
            thing: subject.id.to_string(),
            kind: "note",
            audience: audience(head, now),
            title: head.title.clone(),
            aliases,
            tags: head.tags.clone(),
            text: draft.reading.rendered.plain.clone(),
            date: head.date,
        });
    }
    if let (Some(own), Some(working)) = (&subject.own, &subject.working) {
        let mut aliases = working.note.aliases.clone();
        aliases.extend(working.meta.aliases.iter().cloned());
        docs.push(SearchDoc {
            id: format!("{}:working", subject.id),
            thing: subject.id.to_string(),
            kind: "note",
            audience: Audience::Owner,
            title: working.note.title.clone(),
            aliases,
            tags: working.meta.tags.clone(),
            text: own.rendered.plain.clone(),
            date: Some(working.note.updated),
        });
    }
    // Of a note that is gone nothing is noted any more.
    let gone = subject.working.is_none();
    let before = if gone { InSearch { published: true, working: true } } else { subject.old.search };
    Job { id: subject.id, before, after, docs }
}

/// The first sieve. What waits for its time is the owner's until then.
fn audience(head: &Head, now: Timestamp) -> Audience {
    if head.exposure.publish_at.is_some_and(|at| at > now) {
        return Audience::Owner;
    }
    match head.exposure.visibility {
        Visibility::Public => Audience::Public,
        Visibility::Members => Audience::Members,
        Visibility::Unlisted | Visibility::Private => Audience::Owner,
    }
}

/// Of notes whose other consequences are stored.
pub(super) async fn jobs(site: &Site, ids: &[NoteId]) -> PortResult<Vec<Job>> {
    let now = site.clock.now();
    let of = |id: &NoteId| [keys::working(*id), keys::published(*id), keys::derived(*id)];
    let keys: Vec<_> = ids.iter().flat_map(of).collect();
    let mut records = get_many(site, &keys).await?.into_iter();
    let mut jobs = Vec::with_capacity(ids.len());
    for id in ids {
        let [working, published, derived] = [(); 3].map(|()| records.next().flatten());
        let mut subject = Subject::of_records(*id, working, published)?;
        if let Some(derived) = derived {
            subject.old = crate::table::decode::<Derived>(derived)?.doc;
        }
        let head = subject.working.as_ref().map(Head::of);
        jobs.push(job(&subject, head.as_ref(), now));
    }
    Ok(jobs)
}

/// Brings the index up to date, in one commit unless something is to be taken out of it.
pub(super) async fn put(site: &Site, jobs: Vec<Job>) -> PortResult<()> {
    let shrinks = |job: &&Job| job.before.or(job.after) != job.after;
    let shrunk: Vec<(NoteId, InSearch)> = jobs.iter().filter(shrinks).map(|job| (job.id, job.after)).collect();
    if !shrunk.is_empty() {
        let things: Vec<String> = shrunk.iter().map(|(id, _)| id.to_string()).collect();
        site.search.delete(&things).await?;
    }
    let docs: Vec<SearchDoc> = jobs.into_iter().flat_map(|job| job.docs).collect();
    if !docs.is_empty() {
        site.search.put(docs).await?;
    }
    for (id, after) in shrunk {
        forget(site, id, after).await?;
    }
    Ok(())
}

/// Notes that the index no longer has what was taken out. If somebody else writes at the same time, it is taken out again
/// some day, which does no harm.
async fn forget(site: &Site, id: NoteId, after: InSearch) -> PortResult<()> {
    let key = keys::derived(id);
    let Some(Stored { version, doc }) = site.get::<Derived>(&key).await? else { return Ok(()) };
    let doc = Derived { search: after, ..doc };
    let expect = Expect::Version(version);
    let written = match doc == Derived::default() {
        true => site.records.delete(&key, expect).await,
        false => site.records.put(put_doc(key, &doc, expect)?).await.map(drop),
    };
    match written {
        Err(crate::ports::PortError::Conflict) => Ok(()),
        other => other,
    }
}

/// Forgets the index, fills it again from the records, and puts what was set aside back into the queue.
///
/// # Errors
/// Those of the ports.
pub async fn rebuild(site: &Site) -> Result<u64> {
    const CHUNK: usize = 100;
    queue::revive(site).await?;
    site.search.clear().await?;
    let mut count = 0;
    for list in ["desk#draft", "desk#live"] {
        let mut query = Query { by_index: ByIndex::Secondary, limit: CHUNK, ..Query::partition(Table::Notes, list) };
        loop {
            let page = site.list::<NoteSummary>(&query).await?;
            let ids: Vec<NoteId> = page.items.iter().map(|stored| stored.doc.id).collect();
            let jobs = jobs(site, &ids).await?;
            count += jobs.len() as u64;
            put(site, jobs).await?;
            query.cursor = page.next;
            if query.cursor.is_none() {
                break;
            }
        }
    }
    Ok(count)
}
