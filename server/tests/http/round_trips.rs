//! A page costs the store the same few round trips, however large the site is.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::notes::{self, Incoming};
use domain::ports::memory::{Counted, Counts, Home};
use domain::{Site, outbox};
use server::Options;
use shared::ids::{NoteId, PersonId};
use shared::notes::{EditNote, NewNote, Note};
use shared::{Viewer, Visibility};
use tower::ServiceExt as _;

const OWNER: Viewer = Viewer::Owner(PersonId::from_u128(1));

/// What the store allows a note page, settings of the site included.
const ROUNDS: u32 = 3;

/// `ROUND_TRIP_SIZES=10,1000,10000` measures those instead (some minutes); docs/performance.md shows what it prints.
#[tokio::test]
async fn a_note_page_costs_the_same_few_round_trips_at_any_size() {
    let sizes = std::env::var("ROUND_TRIP_SIZES").unwrap_or_else(|_| "10,300".into());
    let mut smallest: Option<Measured> = None;
    for size in sizes.split(',').map(|size| size.parse().unwrap()) {
        let at = Measured::at(size).await;
        println!("{size:>6} notes: {at:?}");
        assert!(at.first.rounds <= ROUNDS && at.again.rounds <= ROUNDS, "{at:?}");
        let small = smallest.get_or_insert_with(|| at.clone());
        assert_eq!(small.first.rounds, at.first.rounds, "{small:?} {at:?}");
        assert_eq!(small.again.rounds, at.again.rounds, "{small:?} {at:?}");
        assert_eq!(small.save.rounds, at.save.rounds, "{small:?} {at:?}");
    }
}

/// What a note page that a tenth of the site links to cost.
#[derive(Clone, Debug)]
struct Measured {
    /// The first page a server serves.
    first: Counts,
    /// The next one, nothing kept of the page.
    again: Counts,
    /// A save of that note's working text.
    save: Counts,
}

impl Measured {
    async fn at(size: usize) -> Self {
        let home = Home::new();
        let plain = home.site();
        let hub = fill(&plain, size).await;
        let (site, counted) = home.counted_site();
        let options = Options { page_cache: 0, ..Options::default() };
        let router = server::router(site.clone(), options);
        let path = format!("/notes/{}", hub.slug);
        counted.take();
        let first = visit(&router, &path, &counted).await;
        let again = visit(&router, &path, &counted).await;
        let edit = EditNote { body: format!("{}\n\nMore.", hub.body), ..EditNote::from(&hub) };
        notes::save(&site, &OWNER, hub.id, edit).await.unwrap();
        Self { first, again, save: counted.take() }
    }
}

async fn visit(router: &Router, path: &str, counted: &Arc<Counted>) -> Counts {
    let request = Request::get(path).header("host", "example.org").body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    counted.take()
}

/// Public notes, each linking to the one before; every tenth links to the first, which is returned.
async fn fill(site: &Site, size: usize) -> Note {
    let incoming = |n: usize| {
        let new =
            NewNote { title: format!("Note {n}"), body: body(n), visibility: Visibility::Public, ..NewNote::default() };
        Incoming::published(NoteId::from_u128(site.clock.id()), new)
    };
    let mut hub = None;
    for start in (0..size).step_by(1_000) {
        let bulk = (start..size.min(start + 1_000)).map(incoming).collect();
        let notes = notes::put_many(site, &OWNER, bulk).await.unwrap();
        hub.get_or_insert(notes.into_iter().next().unwrap().unwrap());
    }
    outbox::drain(site).await.unwrap();
    hub.unwrap()
}

fn body(n: usize) -> String {
    let before = n.saturating_sub(1);
    let everybody = if n % 10 == 5 { "\n\nEverybody knows [[Note 0]].\n\n![[Note 1]]" } else { "" };
    format!("Note {n} of #many.\n\nIt follows [[Note {before}]].{everybody}")
}
