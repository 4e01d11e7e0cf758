//! What the editor asks for beside saving: names to complete, previews, names of versions.

use jiff::SignedDuration;
use shared::editor::{Autosave, SaveGoal, SaveKey};
use shared::notes::{EditNote, NewNote, Note, SaveOutcome};
use shared::{Error, Visibility, limits};

use super::super::{NamesCache, create, history, name_version, names, preview_text, purge, restore, trash, version};
use super::{Desk, MEMBER, OWNER, VISITOR, edit};

async fn told(desk: &Desk, cache: &NamesCache, known: &str) -> Option<Vec<String>> {
    desk.home.records.settle();
    let names = names(&desk.site, &OWNER, cache, known).await.unwrap();
    names.map(|names| names.notes.into_iter().map(|line| line.title).collect())
}

async fn mark(desk: &Desk, cache: &NamesCache) -> String {
    desk.home.records.settle();
    names(&desk.site, &OWNER, cache, "").await.unwrap().unwrap().mark
}

#[tokio::test]
async fn names_are_told_once_and_again_when_one_changes() {
    let desk = Desk::new();
    let cache = NamesCache::default();
    assert_eq!(told(&desk, &cache, "").await, Some(Vec::new()));
    let one = desk.draft("One", "Text #tea").await;
    desk.home.clock.advance(SignedDuration::from_secs(100));
    let two = desk.note("Two", "---\naliases: [Zwei]\n---\nText #tea #milk").await;
    assert_eq!(told(&desk, &cache, "").await, Some(vec!["Two".into(), "One".into()]));
    let all = names(&desk.site, &OWNER, &cache, "").await.unwrap().unwrap();
    assert_eq!((all.tags, &all.notes[0].aliases), (vec!["tea".to_owned(), "milk".into()], &vec!["Zwei".to_owned()]));
    let known = mark(&desk, &cache).await;
    assert_eq!(told(&desk, &cache, &known).await, None);
    desk.home.clock.advance(SignedDuration::from_secs(100));
    desk.save(&EditNote { body: "Text, more of it. #tea".into(), ..edit(&one) }, one.id).await;
    assert_eq!(told(&desk, &cache, &known).await, None, "a text changes no name");
    trash(&desk.site, &OWNER, two.id).await.unwrap();
    assert_eq!(told(&desk, &cache, &known).await, Some(vec!["One".into()]));
    restore(&desk.site, &OWNER, two.id).await.unwrap();
    assert_eq!(told(&desk, &cache, "").await.unwrap().len(), 2);
    trash(&desk.site, &OWNER, two.id).await.unwrap();
    purge(&desk.site, &OWNER, two.id).await.unwrap();
    assert_eq!(told(&desk, &cache, "").await, Some(vec!["One".into()]));
    assert_eq!(mark(&desk, &NamesCache::default()).await, mark(&desk, &cache).await, "the same in every process");
    for viewer in [&VISITOR, &MEMBER] {
        assert_eq!(names(&desk.site, viewer, &cache, "").await, Err(Error::Denied));
    }
}

#[tokio::test]
async fn what_is_kept_of_names_is_what_is_stored_whatever_happens() {
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom as _;
    use rand::{Rng as _, SeedableRng as _};
    let mut dice = StdRng::seed_from_u64(7);
    let desk = Desk::new();
    let (cache, mut ids) = (NamesCache::default(), Vec::new());
    for n in 0..150 {
        desk.home.clock.advance(SignedDuration::from_secs(dice.random_range(0..90)));
        let some = ids.choose(&mut dice).copied();
        let done = match (dice.random_range(0..6), some) {
            (1, Some(id)) => trash(&desk.site, &OWNER, id).await.map(drop),
            (2, Some(id)) => restore(&desk.site, &OWNER, id).await.map(drop),
            (3, Some(id)) => purge(&desk.site, &OWNER, id).await,
            (4, Some(id)) => match super::super::open(&desk.site, &OWNER, id).await {
                Ok(note) => drop_outcome(&desk, &note, n).await,
                Err(error) => Err(error),
            },
            _ => {
                ids.push(desk.draft(&format!("Note {n}"), &format!("#tag{}", n % 7)).await.id);
                Ok(())
            }
        };
        assert!(matches!(done, Ok(()) | Err(Error::NotFound | Error::Conflict { .. })), "{done:?}");
        desk.home.records.settle();
        let kept = names(&desk.site, &OWNER, &cache, "").await.unwrap().unwrap();
        let fresh = names(&desk.site, &OWNER, &NamesCache::default(), "").await.unwrap().unwrap();
        assert_eq!(kept, fresh, "step {n}");
    }
}

async fn drop_outcome(desk: &Desk, note: &Note, n: usize) -> shared::Result<()> {
    let form = EditNote { title: format!("Renamed {n}"), ..edit(note) };
    super::super::save(&desk.site, &OWNER, note.id, form).await.map(drop)
}

#[tokio::test]
async fn a_change_costs_names_a_few_rounds_at_any_size() {
    let mut costs = Vec::new();
    for size in [10, 700] {
        let desk = Desk::new();
        for n in 0..size {
            desk.home.clock.advance(SignedDuration::from_secs(10));
            desk.draft(&format!("Note {n}"), "").await;
        }
        let (cache, mut note) = (NamesCache::default(), desk.draft("Last", "").await);
        desk.home.clock.advance(SignedDuration::from_secs(300));
        mark(&desk, &cache).await;
        let (site, counted) = desk.home.counted_site();
        let form = EditNote { title: "Renamed".into(), ..edit(&note) };
        note = super::saved(super::super::save(&desk.site, &OWNER, note.id, form).await.unwrap());
        desk.home.records.settle();
        counted.take();
        let told = names(&site, &OWNER, &cache, "").await.unwrap().unwrap();
        assert_eq!((told.notes.len(), &told.notes[0].title), (size + 1, &note.title));
        costs.push(counted.take().rounds);
    }
    assert!(costs[0] <= 5 && costs[0] == costs[1], "{costs:?}");
}

#[tokio::test]
async fn a_preview_is_the_page_of_a_text_that_is_not_stored() {
    let desk = Desk::new();
    desk.note("Shown", "What is shown.").await;
    let note = desk.draft("Words", "Stored.").await;
    crate::outbox::drain(&desk.site).await.unwrap();
    let body = "# Head\n\n![[Shown]]\n\n```rust\nfn main() {}\n```\n\n[[Words]] <script>x</script> %%aside%%\n";
    for id in [None, Some(note.id), Some(shared::ids::NoteId::from_u128(99))] {
        let preview = preview_text(&desk.site, &OWNER, id, body.into()).await.unwrap();
        assert!(preview.html.contains("What is shown.") && preview.html.contains("<span class="), "{}", preview.html);
        assert!(!preview.html.contains("<script"), "{}", preview.html);
        assert_eq!(preview.toc[0].text, "Head");
    }
    let large = preview_text(&desk.site, &OWNER, None, "x".repeat(limits::NOTE_BYTES + 1)).await;
    assert!(matches!(large, Err(Error::TooLarge { .. })));
    for viewer in [&VISITOR, &MEMBER] {
        assert_eq!(preview_text(&desk.site, viewer, None, body.into()).await, Err(Error::Denied));
        assert_eq!(preview_text(&desk.site, viewer, Some(note.id), body.into()).await, Err(Error::Denied));
    }
}

async fn keep(desk: &Desk, n: u128, note: &Note, body: &str) -> Note {
    desk.home.clock.advance(SignedDuration::from_secs(5));
    let edit = EditNote { body: body.into(), ..edit(note) };
    let save =
        Autosave { key: SaveKey(uuid::Uuid::from_u128(n)), id: note.id, goal: SaveGoal::Keep, unless: None, edit };
    match super::super::autosave(&desk.site, &OWNER, &save).await.unwrap() {
        SaveOutcome::Saved { note } => note,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_version_with_a_name_is_kept_for_ever() {
    let desk = Desk::new();
    let new =
        NewNote { title: "Words".into(), body: "one".into(), visibility: Visibility::Private, ..NewNote::default() };
    let note = create(&desk.site, &OWNER, new).await.unwrap();
    let note = keep(&desk, 1, &note, "one two").await;
    let seen = note.version;
    let named = name_version(&desk.site, &OWNER, note.id, seen, "  sent to the printer ").await.unwrap();
    assert_eq!(named.name.as_deref(), Some("sent to the printer"));
    let mut now = note.clone();
    for n in 0..120 {
        now = keep(&desk, 10 + n, &now, &format!("one two {n}")).await;
    }
    let lines = history(&desk.site, &OWNER, note.id, None).await.unwrap().items;
    assert_eq!(lines.iter().map(|line| line.name.as_deref()).collect::<Vec<_>>(), [None, Some("sent to the printer")]);
    assert_eq!(version(&desk.site, &OWNER, note.id, seen).await.unwrap().0.body, "one two");

    // It was in the list a moment ago, and the session went on since.
    let seen = now.version;
    now = keep(&desk, 900, &now, "one two three").await;
    let named = name_version(&desk.site, &OWNER, note.id, seen, "draft").await.unwrap();
    for n in 0..120 {
        now = keep(&desk, 1_000 + n, &now, &format!("one two three {n}")).await;
    }
    desk.home.clock.advance(SignedDuration::from_hours(24 * 30));
    assert_eq!(version(&desk.site, &OWNER, note.id, named.number).await.unwrap().0.body, "one two 119");

    let bare = name_version(&desk.site, &OWNER, note.id, named.number, "").await.unwrap();
    assert_eq!((bare.name, bare.number), (None, named.number));
    assert_eq!(history(&desk.site, &OWNER, note.id, None).await.unwrap().items.len(), 3);
    for (name, field) in [("x".repeat(limits::VERSION_NAME_CHARS + 1), "name"), ("two\nlines".into(), "name")] {
        let refused = name_version(&desk.site, &OWNER, note.id, seen, &name).await.unwrap_err();
        assert_eq!(refused.field(), Some(field), "{refused:?}");
    }
    assert_eq!(name_version(&desk.site, &OWNER, note.id, 7_777, "x").await, Err(Error::NotFound));
    assert_eq!(name_version(&desk.site, &VISITOR, note.id, seen, "x").await, Err(Error::Denied));
}

#[tokio::test]
async fn typing_is_followed_up_now_and_then() {
    let desk = Desk::new();
    let wished = desk.draft("Wished", "").await;
    let mut note = desk.draft("Words", "one").await;
    crate::outbox::drain(&desk.site).await.unwrap();
    let mut events = 0;
    for n in 0..60 {
        note = keep(&desk, n, &note, &format!("[[Wished]] [[lost{n}]]")).await;
        events += crate::outbox::drain(&desk.site).await.unwrap();
    }
    assert!((10..=20).contains(&events), "{events} in five minutes");
    desk.home.clock.advance(SignedDuration::from_secs(40));
    crate::outbox::drain(&desk.site).await.unwrap();
    desk.home.records.settle();
    let lost = super::super::unresolved(&desk.site, &OWNER, None).await.unwrap().items;
    assert_eq!(lost.iter().map(|lost| lost.target.as_str()).collect::<Vec<_>>(), ["lost59"]);
    let _ = wished;
}
