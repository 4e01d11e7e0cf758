//! Notes in memory: each verb, and what it promises.
#![allow(clippy::unwrap_used)]

mod addresses;
mod autosaving;
mod beside;
mod engines;
mod extremes;
mod following;
mod leaks;
mod racing;
mod rounds;
mod saving;

use shared::ids::PersonId;
use shared::notes::{EditNote, Found, NewNote, Note, NotePage, SaveOutcome};
use shared::{Result, Viewer, Visibility};

use crate::Site;
use crate::ports::memory::Home;

pub(crate) const OWNER: Viewer = Viewer::Owner(PersonId::from_u128(1));
pub(crate) const MEMBER: Viewer = Viewer::Member(PersonId::from_u128(2));
pub(crate) const VISITOR: Viewer = Viewer::Visitor;

/// A site with helpers that a test reads well by.
pub(crate) struct Desk {
    pub(crate) home: Home,
    pub(crate) site: Site,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let home = Home::new();
        Self { site: home.site(), home }
    }

    pub(crate) async fn draft(&self, title: &str, body: &str) -> Note {
        let new =
            NewNote { title: title.into(), body: body.into(), visibility: Visibility::Public, ..NewNote::default() };
        super::create(&self.site, &OWNER, new).await.unwrap()
    }

    /// A public note.
    pub(crate) async fn note(&self, title: &str, body: &str) -> Note {
        let note = self.draft(title, body).await;
        self.publish(&edit(&note), note.id).await
    }

    pub(crate) async fn publish(&self, edit: &EditNote, id: shared::ids::NoteId) -> Note {
        saved(super::publish(&self.site, &OWNER, id, edit.clone()).await.unwrap())
    }

    pub(crate) async fn save(&self, edit: &EditNote, id: shared::ids::NoteId) -> Note {
        saved(super::save(&self.site, &OWNER, id, edit.clone()).await.unwrap())
    }

    pub(crate) async fn show(&self, viewer: &Viewer, slug: &str) -> Result<NotePage> {
        match super::show(&self.site, viewer, slug).await? {
            Found::Here(page) => Ok(page),
            Found::Moved { slug } => panic!("moved to {slug}"),
        }
    }

    pub(crate) async fn titles(&self, viewer: &Viewer) -> Vec<String> {
        let page = super::list(&self.site, viewer, None).await.unwrap();
        page.items.into_iter().map(|line| line.title).collect()
    }
}

pub(crate) fn saved(outcome: SaveOutcome) -> Note {
    match outcome {
        SaveOutcome::Saved { note } => note,
        other => panic!("{other:?}"),
    }
}

/// A form filled from a note.
pub(crate) fn edit(note: &Note) -> EditNote {
    EditNote::from(note)
}
