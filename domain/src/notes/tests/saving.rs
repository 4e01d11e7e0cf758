//! No word is lost.

use jiff::SignedDuration;
use shared::notes::{SaveOutcome, VersionReason};
use shared::{Error, Visibility};

use super::super::{create, history, open, publish, restore_version, save, version, withdraw};
use super::{Desk, OWNER, VISITOR, edit, saved};

#[tokio::test]
async fn a_draft_is_the_owners_until_it_is_published() {
    let desk = Desk::new();
    let note = desk.draft("Apples", "Red ones.").await;
    assert_eq!(desk.show(&VISITOR, "apples").await, Err(Error::NotFound));
    assert_eq!(desk.titles(&OWNER).await, [""; 0]);
    let note = desk.publish(&edit(&note), note.id).await;
    assert!(desk.show(&VISITOR, "apples").await.unwrap().html.contains("Red ones."));
    assert_eq!(desk.titles(&VISITOR).await, ["Apples"]);

    let mut form = edit(&note);
    form.body = "Green ones.".into();
    form.title = "Pears".into();
    form.tags = vec!["secret".into()];
    desk.save(&form, note.id).await;
    let page = desk.show(&VISITOR, "apples").await.unwrap();
    assert!(page.html.contains("Red ones.") && page.summary.title == "Apples" && page.summary.tags.is_empty());
    assert!(!page.summary.unpublished_changes);
    assert!(desk.show(&OWNER, "apples").await.unwrap().summary.unpublished_changes);

    withdraw(&desk.site, &OWNER, note.id).await.unwrap();
    assert_eq!(desk.show(&VISITOR, "apples").await, Err(Error::NotFound));
    assert_eq!(desk.titles(&VISITOR).await, [""; 0]);
    assert_eq!(open(&desk.site, &OWNER, note.id).await.unwrap().body, "Green ones.");
    assert_eq!(open(&desk.site, &VISITOR, note.id).await, Err(Error::Denied));
}

#[tokio::test]
async fn two_edits_apart_are_both_kept() {
    let desk = Desk::new();
    let note = desk.draft("Two", "One.\n\nTwo.\n").await;
    let (mut laptop, mut phone) = (edit(&note), edit(&note));
    phone.body = "One.\n\nTwo!\n".into();
    phone.tags = vec!["phone".into()];
    desk.save(&phone, note.id).await;
    laptop.body = "One?\n\nTwo.\n".into();
    laptop.tags = vec!["laptop".into()];
    let outcome = save(&desk.site, &OWNER, note.id, laptop).await.unwrap();
    let SaveOutcome::Merged { note } = outcome else { panic!("{outcome:?}") };
    assert_eq!(note.body, "One?\n\nTwo!\n");
    assert_eq!(note.tags, ["phone", "laptop"]);
    let lines = history(&desk.site, &OWNER, note.id, None).await.unwrap().items;
    let reasons: Vec<_> = lines.iter().map(|line| line.reason).collect();
    assert_eq!(reasons, [VersionReason::Save, VersionReason::Merge, VersionReason::Save]);
    let (mine, _) = version(&desk.site, &OWNER, note.id, lines[1].number).await.unwrap();
    assert_eq!(mine.body, "One?\n\nTwo.\n");
}

#[tokio::test]
async fn a_conflict_overwrites_nothing_and_keeps_both() {
    let desk = Desk::new();
    let note = desk.draft("One", "The cat.\n").await;
    let (mut laptop, mut phone) = (edit(&note), edit(&note));
    phone.body = "The dog.\n".into();
    desk.save(&phone, note.id).await;
    laptop.body = "The bird.\n".into();
    for _ in 0..2 {
        let outcome = publish(&desk.site, &OWNER, note.id, laptop.clone()).await.unwrap();
        let SaveOutcome::Conflict { stored, mine, marked } = outcome else { panic!("{outcome:?}") };
        assert_eq!((stored.body.as_str(), mine.body.as_str()), ("The dog.\n", "The bird.\n"));
        assert!(marked.contains("The dog.\n=======\nThe bird.\n"));
        assert_eq!(stored.published, None);
        assert_eq!(open(&desk.site, &OWNER, note.id).await.unwrap(), stored);
    }
    let lines = history(&desk.site, &OWNER, note.id, None).await.unwrap().items;
    let conflicts: Vec<_> = lines.iter().filter(|line| line.reason == VersionReason::Conflict).collect();
    assert_eq!(conflicts.len(), 1, "sent twice, kept once");
    assert_eq!(version(&desk.site, &OWNER, note.id, conflicts[0].number).await.unwrap().0.body, "The bird.\n");

    let stored = open(&desk.site, &OWNER, note.id).await.unwrap();
    laptop.base = stored.version;
    laptop.body = "The dog and the bird.\n".into();
    assert_eq!(desk.publish(&laptop, note.id).await.body, "The dog and the bird.\n");
}

#[tokio::test]
async fn both_changing_the_title_is_a_conflict_and_changing_other_fields_is_not() {
    let desk = Desk::new();
    let note = desk.draft("One", "Text.").await;
    let (mut laptop, mut phone) = (edit(&note), edit(&note));
    phone.title = "Two".into();
    desk.save(&phone, note.id).await;
    laptop.visibility = Visibility::Private;
    let outcome = save(&desk.site, &OWNER, note.id, laptop.clone()).await.unwrap();
    let SaveOutcome::Merged { note: merged } = outcome else { panic!("{outcome:?}") };
    assert_eq!((merged.title.as_str(), merged.visibility), ("Two", Visibility::Private));
    laptop.title = "Three".into();
    let outcome = save(&desk.site, &OWNER, note.id, laptop).await.unwrap();
    assert!(matches!(outcome, SaveOutcome::Conflict { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_form_of_last_week_still_merges_and_one_of_nowhere_conflicts() {
    let desk = Desk::new();
    let note = desk.draft("One", "Start.\n\nEnd.\n").await;
    let mut old = edit(&note);
    let mut now = note.clone();
    for n in 0..30 {
        desk.home.clock.advance(SignedDuration::from_mins(1));
        let mut form = edit(&now);
        form.body = format!("Start {n}.\n\nEnd.\n");
        now = desk.save(&form, note.id).await;
    }
    desk.home.clock.advance(SignedDuration::from_hours(24 * 6));
    old.body = "Start.\n\nThe end.\n".into();
    let outcome = save(&desk.site, &OWNER, note.id, old.clone()).await.unwrap();
    let SaveOutcome::Merged { note: merged } = outcome else { panic!("{outcome:?}") };
    assert_eq!(merged.body, "Start 29.\n\nThe end.\n");
    old.base = 9_999;
    assert!(matches!(save(&desk.site, &OWNER, note.id, old).await.unwrap(), SaveOutcome::Conflict { .. }));
}

#[tokio::test]
async fn a_session_of_edits_is_one_version_and_every_publish_is_one() {
    let desk = Desk::new();
    let mut note = desk.draft("One", "a").await;
    for body in ["a b", "a b c", "a b c d"] {
        desk.home.clock.advance(SignedDuration::from_mins(5));
        note = desk.save(&shared::notes::EditNote { body: body.into(), ..edit(&note) }, note.id).await;
    }
    desk.home.clock.advance(SignedDuration::from_hours(2));
    note = desk.save(&shared::notes::EditNote { body: "x b c d".into(), ..edit(&note) }, note.id).await;
    note = desk.publish(&edit(&note), note.id).await;
    note = desk.publish(&shared::notes::EditNote { body: "x".into(), ..edit(&note) }, note.id).await;
    let lines = history(&desk.site, &OWNER, note.id, None).await.unwrap().items;
    let shown: Vec<_> = lines.iter().map(|line| (line.reason, line.added, line.removed)).collect();
    assert_eq!(
        shown,
        [(VersionReason::Publish, 0, 3), (VersionReason::Publish, 1, 1), (VersionReason::Save, 4, 0)],
        "{lines:?}"
    );
    let first = lines.last().unwrap().number;
    let note = restore_version(&desk.site, &OWNER, note.id, first).await.unwrap();
    assert_eq!(note.body, "a b c d");
    let lines = history(&desk.site, &OWNER, note.id, None).await.unwrap().items;
    assert_eq!((lines.len(), lines[0].reason), (4, VersionReason::Restore));
    assert!(desk.show(&VISITOR, "one").await.unwrap().html.contains("<p>x</p>"), "restoring publishes nothing");
}

#[tokio::test]
async fn a_form_does_not_change_line_ends() {
    let desk = Desk::new();
    let note = desk.draft("One", "a\nb\n").await;
    let note = desk.save(&shared::notes::EditNote { body: "a\r\nb\r\nc\r\n".into(), ..edit(&note) }, note.id).await;
    assert_eq!(note.body, "a\nb\nc\n");
    let dos = desk.draft("Two", "a\r\nb\r\n").await;
    let dos = desk.save(&shared::notes::EditNote { body: "a\nb\nc\n".into(), ..edit(&dos) }, dos.id).await;
    assert_eq!(dos.body, "a\r\nb\r\nc\r\n");
}

#[tokio::test]
async fn saving_what_is_stored_changes_nothing() {
    let desk = Desk::new();
    let note = desk.note("One", "Text.").await;
    let again = saved(publish(&desk.site, &OWNER, note.id, edit(&note)).await.unwrap());
    assert_eq!(again, note);
    let mut form = edit(&note);
    form.slug = String::new();
    assert_eq!(desk.save(&form, note.id).await, note);
}

#[tokio::test]
async fn the_largest_text_of_quotes_is_kept_byte_for_byte() {
    let desk = Desk::new();
    let body = "\"\n".repeat(shared::limits::NOTE_BYTES / 2);
    let note = desk.note("Quotes", &body).await;
    assert_eq!(open(&desk.site, &OWNER, note.id).await.unwrap().body, body);
    desk.show(&VISITOR, "quotes").await.unwrap();
}

#[tokio::test]
async fn what_the_front_matter_says_is_honoured() {
    let desk = Desk::new();
    let body =
        "---\ntitle: Apples\ndate: 2020-05-01\ntags: [fruit]\ndescription: All of them.\nlang: de\n---\nText #red";
    let note = desk.note("", body).await;
    let page = desk.show(&VISITOR, "apples").await.unwrap();
    assert_eq!(page.summary.title, "Apples");
    assert_eq!(page.summary.tags, ["fruit", "red"]);
    assert_eq!(page.summary.excerpt, "All of them.");
    assert_eq!(page.lang.as_deref(), Some("de"));
    assert!(page.summary.date.unwrap().to_string().starts_with("2020-05-01"));
    let form = shared::notes::EditNote { body: "---\npublish: false\n---\nText".into(), ..edit(&note) };
    let refused = publish(&desk.site, &OWNER, note.id, form.clone()).await;
    assert!(matches!(refused, Err(Error::Invalid { ref field, .. }) if field == "body"), "{refused:?}");
}

#[tokio::test]
async fn front_matter_that_cannot_be_read_is_saved_and_not_published() {
    let desk = Desk::new();
    let note = desk.note("Apples", "Text.").await;
    let form = shared::notes::EditNote { body: "---\ntitle: A\ntags: [\n---\nSecret".into(), ..edit(&note) };
    let Err(Error::Invalid { field, reason }) = publish(&desk.site, &OWNER, note.id, form.clone()).await else {
        panic!("it was published")
    };
    assert!(field == "body" && reason.contains("line 3") || reason.contains("line 4"), "{reason}");
    assert!(desk.show(&VISITOR, "apples").await.unwrap().html.contains("Text"));
    let saved = desk.save(&form, note.id).await;
    assert!(saved.problem.unwrap().contains("line") && saved.body.contains("Secret"));
}

#[tokio::test]
async fn a_note_without_a_title_gets_one() {
    let desk = Desk::new();
    for (body, title) in [
        ("## A heading\n\nText.", "A heading"),
        ("Some first words, and no more.", "Some first words, and no more."),
        ("", "Untitled"),
    ] {
        assert_eq!(desk.draft("", body).await.title, title);
    }
    let note = desk.draft("?!", "").await;
    assert!(note.slug.starts_with("note-") && note.slug.len() == 13, "{}", note.slug);
    let note = desk.draft("", "").await;
    assert!(note.slug.starts_with("note-"), "{}", note.slug);
}

#[tokio::test]
async fn only_the_owner_writes() {
    let desk = Desk::new();
    let note = desk.note("One", "Text.").await;
    let new = shared::notes::NewNote::default();
    assert_eq!(create(&desk.site, &VISITOR, new).await, Err(Error::Denied));
    assert_eq!(save(&desk.site, &super::MEMBER, note.id, edit(&note)).await, Err(Error::Denied));
    assert_eq!(history(&desk.site, &VISITOR, note.id, None).await.map(drop), Err(Error::Denied));
}
