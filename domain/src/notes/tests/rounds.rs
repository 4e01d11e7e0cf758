//! What verbs cost the store, whatever the size of the site.

use std::sync::Arc;

use shared::ids::NoteId;
use shared::notes::{EditNote, NewNote, Note, SaveOutcome};
use shared::{Viewer, Visibility};

use super::super::{Incoming, list, put_many, save, show, source};
use super::{Desk, MEMBER, OWNER, VISITOR, edit};
use crate::Site;
use crate::outbox::drain;
use crate::ports::memory::{Counted, Counts};

struct Measured {
    desk: Desk,
    site: Site,
    counted: Arc<Counted>,
    notes: Vec<Note>,
}

/// Notes that link, embed and are linked, imported as an importer does it.
async fn of_size(size: usize) -> Measured {
    let desk = Desk::new();
    let title = |n: usize| format!("Note {n}");
    let body = |n: usize| {
        let (next, far, shown) = (title((n + 1) % size), title((n * 7 + 3) % size), title((n * 3 + 1) % size));
        format!(
            "Text {n} of [[{next}]], [[{far}|far]], [[Note 0]] and [[Nowhere {n}]]. #tag{}\n\n![[{shown}]]\n",
            n % 4
        )
    };
    let incoming = |n: usize| {
        let new = NewNote { title: title(n), body: body(n), visibility: Visibility::Public, ..NewNote::default() };
        Incoming::published(NoteId::from_u128(desk.site.clock.id()), new)
    };
    let notes: Vec<Incoming> = (0..size).map(incoming).collect();
    let notes = put_many(&desk.site, &OWNER, notes).await.unwrap();
    let notes = notes.into_iter().map(Result::unwrap).collect();
    drain(&desk.site).await.unwrap();
    let counted = Arc::new(Counted::new(desk.site.records.clone()));
    let site = Site { records: counted.clone(), ..desk.site.clone() };
    Measured { desk, site, counted, notes }
}

impl Measured {
    async fn of_show(&self, viewer: &Viewer, slug: &str) -> Counts {
        self.counted.take();
        show(&self.site, viewer, slug).await.unwrap();
        self.counted.take()
    }

    async fn of_save(&self, note: &Note) -> (Counts, usize) {
        let before = self.desk.home.records.dump().len();
        self.counted.take();
        let form = EditNote { body: format!("{} More.", note.body), ..edit(note) };
        let outcome = save(&self.site, &OWNER, note.id, form).await.unwrap();
        assert!(matches!(outcome, SaveOutcome::Saved { .. }));
        (self.counted.take(), self.desk.home.records.dump().len() - before)
    }
}

#[tokio::test]
async fn a_page_costs_two_rounds_at_any_size() {
    for size in [10, 300] {
        let site = of_size(size).await;
        let page = site.desk.show(&VISITOR, "note-5").await.unwrap();
        assert!(page.html.contains("Text 5") && page.html.contains("embed-body"), "{}", page.html);
        assert!(!page.backlinks.is_empty() && !page.related.is_empty());
        for viewer in [&VISITOR, &MEMBER, &OWNER] {
            for slug in ["note-5", "note-0", "note-9"] {
                assert_eq!(site.of_show(viewer, slug).await.rounds, 2, "{size} notes, {slug}, {viewer:?}");
            }
        }
        let hub = site.desk.show(&VISITOR, "note-0").await.unwrap();
        assert_eq!(hub.backlinks.len(), (size - 1).min(shared::limits::BACKLINKS));
        site.counted.take();
        source(&site.site, &VISITOR, "note-5").await.unwrap();
        assert_eq!(site.counted.take().rounds, 2);
        list(&site.site, &VISITOR, None).await.unwrap();
        assert_eq!(site.counted.take().rounds, 1);
    }
}

#[tokio::test]
async fn a_save_costs_the_same_at_any_size() {
    let mut costs = Vec::new();
    for size in [10, 300] {
        let site = of_size(size).await;
        let (counts, _) = site.of_save(&site.notes[5]).await;
        assert!(counts.rounds <= 3, "{counts:?}");
        costs.push(counts);
    }
    assert_eq!(costs[0], costs[1]);
}
