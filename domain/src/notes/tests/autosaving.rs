//! A save of the editor is applied once, whatever the way there did with it.

use jiff::SignedDuration;
use shared::editor::{Autosave, SaveGoal, SaveKey};
use shared::ids::NoteId;
use shared::notes::{EditNote, Note, SaveOutcome, VersionReason};
use shared::{Error, limits};

use super::super::{autosave, current, history, keep_beside, open, publish, purge, save, trash, version};
use super::{Desk, MEMBER, OWNER, VISITOR, edit, saved};
use crate::Site;

fn key(n: u128) -> SaveKey {
    SaveKey(uuid::Uuid::from_u128(n))
}

fn keep(n: u128, id: NoteId, edit: EditNote) -> Autosave {
    Autosave { key: key(n), id, goal: SaveGoal::Keep, unless: None, edit }
}

fn fresh(desk: &Desk) -> NoteId {
    NoteId::from_u128(desk.site.clock.id())
}

fn words(base: u64, body: &str) -> EditNote {
    EditNote { base, title: "Words".into(), body: body.into(), ..EditNote::default() }
}

async fn sent(site: &Site, save: &Autosave) -> Note {
    match autosave(site, &OWNER, save).await.unwrap() {
        SaveOutcome::Saved { note } | SaveOutcome::Merged { note } => note,
        other @ SaveOutcome::Conflict { .. } => panic!("{other:?}"),
    }
}

async fn lines(desk: &Desk, id: NoteId) -> Vec<VersionReason> {
    let page = history(&desk.site, &OWNER, id, None).await.unwrap();
    page.items.into_iter().map(|line| line.reason).collect()
}

#[tokio::test]
async fn the_same_key_is_applied_once_however_often_it_comes() {
    let desk = Desk::new();
    let id = fresh(&desk);
    let first = keep(1, id, words(0, "One."));
    let made = sent(&desk.site, &first).await;
    assert_eq!((made.id, made.version, made.body.as_str()), (id, 1, "One."));
    let second = keep(2, id, words(1, "One. Two."));
    let before = sent(&desk.site, &second).await;
    for save in [&first, &second, &first, &first, &second].into_iter().cycle().take(10) {
        assert_eq!(sent(&desk.site, save).await, before);
    }
    assert_eq!(lines(&desk, id).await, [VersionReason::Save]);
    let all = super::super::all(&desk.site, &OWNER, None);
    desk.home.records.settle();
    assert_eq!(all.await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_text_that_nobody_wants_now_is_kept_beside_the_one_that_is_there() {
    let desk = Desk::new();
    let id = fresh(&desk);
    sent(&desk.site, &keep(1, id, words(0, "One."))).await;
    let there = sent(&desk.site, &keep(2, id, words(1, "One. Two."))).await;
    for viewer in [&MEMBER, &VISITOR] {
        assert!(keep_beside(&desk.site, viewer, id, words(1, "Left.")).await.is_err());
    }
    for _ in 0..2 {
        let after = keep_beside(&desk.site, &OWNER, id, words(1, "Left in a tab.")).await.unwrap();
        assert_eq!((after.body, after.title), (there.body.clone(), there.title.clone()));
    }
    let page = history(&desk.site, &OWNER, id, None).await.unwrap();
    let kept: Vec<u64> =
        page.items.iter().filter(|line| line.reason == VersionReason::Conflict).map(|line| line.number).collect();
    assert_eq!(kept.len(), 1, "{:?}", page.items);
    let (kept, _) = version(&desk.site, &OWNER, id, kept[0]).await.unwrap();
    assert_eq!(kept.body, "Left in a tab.");
    let on = sent(&desk.site, &keep(3, id, words(there.version, "One. Two. Three."))).await;
    assert_eq!(on.body, "One. Two. Three.", "an editor that was open goes on");
}

#[tokio::test]
async fn a_save_that_comes_late_takes_nothing_back() {
    let desk = Desk::new();
    let id = fresh(&desk);
    let mut note = sent(&desk.site, &keep(1, id, words(0, "A b c."))).await;
    let mut old = Vec::new();
    for (n, body) in ["A c.", "A b c.", "A b c d.", "A d.", ""].into_iter().enumerate() {
        let save = keep(10 + n as u128, id, words(note.version, body));
        note = sent(&desk.site, &save).await;
        old.push(save);
        for late in old.iter().rev() {
            assert_eq!(sent(&desk.site, late).await, note);
        }
    }
    assert_eq!(note.body, "");
    assert_eq!(lines(&desk, id).await, [VersionReason::Save]);
}

#[tokio::test]
async fn a_save_that_changed_nothing_changes_nothing_later_either() {
    let desk = Desk::new();
    let note = desk.draft("Words", "A.\n").await;
    let mine = keep(1, note.id, EditNote { body: "A.\n\nB.\n".into(), ..edit(&note) });
    // Another device did the same; then the owner thought better of it.
    let theirs = desk.save(&mine.edit, note.id).await;
    assert_eq!(sent(&desk.site, &mine).await.version, theirs.version);
    let back = desk.save(&EditNote { body: "A.\n".into(), ..edit(&theirs) }, note.id).await;
    assert_eq!(sent(&desk.site, &mine).await, back);
}

#[tokio::test]
async fn two_devices_merge_and_a_conflict_is_answered_once_and_for_all() {
    let desk = Desk::new();
    let note = desk.draft("Words", "One.\n\nTwo.\n").await;
    let phone = keep(1, note.id, EditNote { body: "One!\n\nTwo.\n".into(), ..edit(&note) });
    let laptop = keep(2, note.id, EditNote { body: "One.\n\nTwo!\n".into(), ..edit(&note) });
    sent(&desk.site, &phone).await;
    let outcome = autosave(&desk.site, &OWNER, &laptop).await.unwrap();
    let SaveOutcome::Merged { note: merged } = outcome else { panic!("{outcome:?}") };
    assert_eq!(merged.body, "One!\n\nTwo!\n");
    assert_eq!(sent(&desk.site, &laptop).await, merged);

    let tablet = keep(3, note.id, EditNote { body: "One?\n\nTwo.\n".into(), ..edit(&note) });
    let conflict = autosave(&desk.site, &OWNER, &tablet).await.unwrap();
    let SaveOutcome::Conflict { stored, .. } = &conflict else { panic!("{conflict:?}") };
    assert_eq!(autosave(&desk.site, &OWNER, &tablet).await.unwrap(), conflict);
    // The owner chose the text that everything began with: what was apart stays apart.
    let chosen = keep(4, note.id, EditNote { body: note.body.clone(), ..edit(stored) });
    let chosen = sent(&desk.site, &chosen).await;
    let again = autosave(&desk.site, &OWNER, &tablet).await.unwrap();
    assert!(matches!(&again, SaveOutcome::Conflict { stored, .. } if *stored == chosen), "{again:?}");
    let kept = lines(&desk, note.id).await;
    assert_eq!(kept.iter().filter(|reason| **reason == VersionReason::Conflict).count(), 1, "{kept:?}");
}

#[tokio::test]
async fn what_was_typed_after_a_conflict_stays_whichever_text_is_chosen() {
    let desk = Desk::new();
    let note = desk.draft("Words", "One.\n").await;
    sent(&desk.site, &keep(1, note.id, EditNote { body: "One, phone.\n".into(), ..edit(&note) })).await;
    let laptop = keep(2, note.id, EditNote { body: "One, laptop.\n".into(), ..edit(&note) });
    let conflict = autosave(&desk.site, &OWNER, &laptop).await.unwrap();
    let SaveOutcome::Conflict { stored, .. } = conflict else { panic!("{conflict:?}") };
    // The phone goes on while the laptop asks its owner.
    let mut theirs = stored;
    for (n, body) in [(3, "One, phone. Two.\n"), (4, "One, phone. Two. Three.\n")] {
        theirs = sent(&desk.site, &keep(n, note.id, EditNote { body: body.into(), ..edit(&theirs) })).await;
    }
    // The laptop has gone on too; now its owner chooses its first words.
    let aside = keep(5, note.id, EditNote { body: "One, laptop, later.\n".into(), ..laptop.edit.clone() });
    let aside = Autosave { goal: SaveGoal::Aside, ..aside };
    let kept = sent(&desk.site, &aside).await;
    assert_eq!((kept.body.as_str(), sent(&desk.site, &aside).await), (theirs.body.as_str(), kept.clone()));
    let chosen = sent(&desk.site, &keep(6, note.id, EditNote { body: "One, laptop.\n".into(), ..edit(&kept) })).await;
    assert_eq!(chosen.body, "One, laptop.\n");
    let mut texts = Vec::new();
    for line in history(&desk.site, &OWNER, note.id, None).await.unwrap().items {
        texts.push(version(&desk.site, &OWNER, note.id, line.number).await.unwrap().0.body);
    }
    for text in ["One, phone. Two. Three.\n", "One, laptop, later.\n"] {
        assert_eq!(texts.iter().filter(|kept| *kept == text).count(), 1, "{texts:?}");
    }
    assert!(!texts.iter().any(|text| text == "One, phone. Two.\n"), "what only grows is one version: {texts:?}");
}

#[tokio::test]
async fn the_last_save_of_a_page_that_went_is_known_by_the_key_it_left() {
    let desk = Desk::new();
    let id = fresh(&desk);
    let parting = keep(1, id, words(0, "One. Two. Th"));
    let resumed = Autosave { unless: Some(parting.key), ..keep(2, id, words(0, "One. Two.")) };
    // The page's last save has made the note; what the device kept of the text is older.
    let note = sent(&desk.site, &parting).await;
    assert_eq!(sent(&desk.site, &resumed).await, note);
    assert_eq!(sent(&desk.site, &resumed).await, note, "however often");
    assert_eq!(history(&desk.site, &OWNER, id, None).await.unwrap().items.len(), 1);
    // Where it never came, the resumed text is all there is.
    let id = fresh(&desk);
    let note = sent(&desk.site, &Autosave { id, ..resumed }).await;
    assert_eq!(note.body, "One. Two.");
    // Nor does one that comes after all undo it: both are kept.
    let late = autosave(&desk.site, &OWNER, &Autosave { id, ..parting }).await.unwrap();
    assert!(!matches!(late, SaveOutcome::Saved { .. }), "{late:?}");
}

#[tokio::test]
async fn a_text_whose_base_is_no_longer_kept_is_a_version() {
    let desk = Desk::new();
    let id = fresh(&desk);
    let begun = sent(&desk.site, &keep(0, id, words(0, "Start."))).await;
    let mut now = begun.clone();
    for n in 0..150 {
        desk.home.clock.advance(SignedDuration::from_secs(5));
        now = sent(&desk.site, &keep(100 + n, id, words(now.version, &format!("Start {n}.")))).await;
    }
    let late = keep(1, id, words(begun.version + 1, "Start, as the laptop has it."));
    let outcome = autosave(&desk.site, &OWNER, &late).await.unwrap();
    let SaveOutcome::Conflict { stored, marked, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(stored.body, now.body);
    assert!(marked.contains("as the laptop has it"));
    let lines = history(&desk.site, &OWNER, id, None).await.unwrap().items;
    let reasons: Vec<_> = lines.iter().map(|line| line.reason).collect();
    assert_eq!(reasons, [VersionReason::Conflict, VersionReason::Save], "one version a session, and the conflict");
    assert_eq!(version(&desk.site, &OWNER, id, lines[0].number).await.unwrap().0.body, late.edit.body);
}

#[tokio::test]
async fn an_evening_of_autosaves_is_bounded() {
    let desk = Desk::new();
    let id = fresh(&desk);
    let mut now = sent(&desk.site, &keep(0, id, words(0, ""))).await;
    let mut held = Vec::new();
    for n in 1..=1_500_u128 {
        desk.home.clock.advance(SignedDuration::from_secs(5));
        let body = format!("{}{}", now.body, "word ");
        now = sent(&desk.site, &keep(n, id, words(now.version, &body))).await;
        if n % 500 == 0 {
            crate::outbox::drain(&desk.site).await.unwrap();
            held.push(desk.home.records.dump().len());
        }
    }
    assert_eq!(held[0], held[2], "items: {held:?}");
    assert_eq!(lines(&desk, id).await, [VersionReason::Save]);
    let kept = crate::notes::store::working(&desk.site, id).await.unwrap().unwrap().doc.meta;
    assert_eq!((kept.saves.len(), kept.former_titles.len(), kept.former_slugs.len()), (limits::SAVE_KEYS, 0, 0));
}

#[tokio::test]
async fn two_devices_that_write_all_evening_leave_a_short_history() {
    let desk = Desk::new();
    let start = "One.\n\nTwo.\n";
    let note = desk.draft("Words", start).await;
    let (mut phone, mut laptop) = (note.clone(), note.clone());
    for n in 0..60_u128 {
        desk.home.clock.advance(SignedDuration::from_secs(20));
        let body = phone.body.replace("One", "One one");
        phone = sent(&desk.site, &keep(2 * n, note.id, EditNote { body, ..edit(&phone) })).await;
        let body = laptop.body.replace("Two", "Two two");
        laptop = sent(&desk.site, &keep(2 * n + 1, note.id, EditNote { body, ..edit(&laptop) })).await;
    }
    assert_eq!((laptop.body.matches("one").count(), laptop.body.matches("two").count()), (60, 60));
    use VersionReason::{Merge, Save};
    assert_eq!(lines(&desk, note.id).await, [Save, Merge, Save]);
}

#[tokio::test]
async fn a_new_note_is_published_by_its_first_save_or_not_made() {
    let desk = Desk::new();
    let id = fresh(&desk);
    let refused = Autosave { goal: SaveGoal::Publish, ..keep(1, id, words(0, "---\npublish: false\n---\nText.")) };
    assert!(
        matches!(autosave(&desk.site, &OWNER, &refused).await, Err(Error::Invalid { field, .. }) if field == "body")
    );
    assert_eq!(open(&desk.site, &OWNER, id).await, Err(Error::NotFound));
    let first = Autosave { goal: SaveGoal::Publish, ..keep(2, id, words(0, "Text.")) };
    let note = sent(&desk.site, &first).await;
    assert!(note.published.is_some());
    let draft = super::super::withdraw(&desk.site, &OWNER, id).await.unwrap();
    assert_eq!(sent(&desk.site, &first).await, draft, "it is not published again");
}

#[tokio::test]
async fn a_publishing_that_changed_nothing_is_not_done_again_either() {
    let desk = Desk::new();
    let note = desk.note("Words", "Text.").await;
    let again = Autosave { goal: SaveGoal::Publish, ..keep(1, note.id, edit(&note)) };
    assert_eq!(sent(&desk.site, &again).await, note);
    // Nobody heard the answer, and the owner thought better of it elsewhere.
    let draft = super::super::withdraw(&desk.site, &OWNER, note.id).await.unwrap();
    assert_eq!(sent(&desk.site, &again).await, draft);
    assert_eq!(draft.published, None);
}

#[tokio::test]
async fn a_save_is_known_for_so_many_others_and_takes_no_word_back_afterwards() {
    for pause in [SignedDuration::from_secs(5), SignedDuration::from_mins(31)] {
        let desk = Desk::new();
        let id = fresh(&desk);
        let begun = sent(&desk.site, &keep(0, id, words(0, "Start.\n"))).await;
        // With the longer pause the history keeps what the save was made from; else nobody does by the end.
        desk.home.clock.advance(pause);
        let first = keep(1, id, words(begun.version, "Start.\n\nFirst.\n"));
        let mut now = sent(&desk.site, &first).await;
        for n in 2..=limits::SAVE_KEYS as u128 {
            desk.home.clock.advance(SignedDuration::from_secs(5));
            let body = format!("{}Word{n}.\n", now.body.replace("First.", ""));
            now = sent(&desk.site, &keep(n, id, words(now.version, &body))).await;
            assert_eq!(sent(&desk.site, &first).await, now, "known after {n}");
        }
        now = sent(&desk.site, &keep(999, id, words(now.version, &format!("{}The last.\n", now.body)))).await;
        let late = autosave(&desk.site, &OWNER, &first).await.unwrap();
        assert!(!matches!(late, SaveOutcome::Saved { .. }), "it is not known any more: {late:?}");
        let after = open(&desk.site, &OWNER, id).await.unwrap();
        let missing: Vec<&str> = now.body.split_whitespace().filter(|word| !after.body.contains(word)).collect();
        assert!(missing.is_empty(), "{missing:?} gone from {}", after.body);
    }
}

#[tokio::test]
async fn a_publishing_that_was_refused_does_not_happen_later() {
    let desk = Desk::new();
    let id = fresh(&desk);
    let front = "---\npublish: false\n---\n";
    let begun = sent(&desk.site, &keep(1, id, words(0, &format!("{front}Text.\n")))).await;
    let asked = words(begun.version, &format!("{front}Text.\n\nMore.\n"));
    let asked = Autosave { goal: SaveGoal::Publish, ..keep(2, id, asked) };
    let refused = autosave(&desk.site, &OWNER, &asked).await.unwrap_err();
    assert_eq!(autosave(&desk.site, &OWNER, &asked).await, Err(refused.clone()), "with the same words");
    let now = sent(&desk.site, &keep(3, id, words(begun.version, "Text.\n"))).await;
    assert_eq!(autosave(&desk.site, &OWNER, &asked).await, Err(refused));
    assert_eq!(open(&desk.site, &OWNER, id).await.unwrap(), now);
    assert_eq!(now.published, None);
}

#[tokio::test]
async fn a_site_that_died_between_making_and_publishing_publishes_when_asked_again() {
    let desk = Desk::new();
    let id = fresh(&desk);
    let first = Autosave { goal: SaveGoal::Publish, ..keep(2, id, words(0, "Text.")) };
    let new = shared::notes::NewNote { title: "Words".into(), body: "Text.".into(), ..Default::default() };
    let reading = super::super::text::read(&new.body, &shared::markdown::Plain);
    let half = super::super::create::try_create(&desk.site, id, &new, &reading, |meta| meta.born = Some(key(2))).await;
    assert_eq!(half.unwrap().published, None);
    assert!(sent(&desk.site, &first).await.published.is_some());
}

#[tokio::test]
async fn an_id_that_is_another_notes_is_refused_and_one_made_by_another_save_loses_nothing() {
    let desk = Desk::new();
    let note = desk.draft("Words", "Theirs.").await;
    let refused = autosave(&desk.site, &OWNER, &keep(1, note.id, words(0, "Mine."))).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    assert_eq!(open(&desk.site, &OWNER, note.id).await.unwrap(), note);

    // Two tabs on the same new note, or one that came back without knowing of its first save.
    let id = fresh(&desk);
    sent(&desk.site, &keep(1, id, words(0, "First tab."))).await;
    let second = autosave(&desk.site, &OWNER, &keep(2, id, words(0, "Second tab."))).await.unwrap();
    assert!(matches!(&second, SaveOutcome::Conflict { stored, .. } if stored.body == "First tab."), "{second:?}");
    assert_eq!(sent(&desk.site, &keep(3, id, words(0, "First tab."))).await.body, "First tab.");
}

#[tokio::test]
async fn a_note_in_the_trash_takes_text_and_is_not_published() {
    let desk = Desk::new();
    let note = desk.note("Words", "One.").await;
    let note = trash(&desk.site, &OWNER, note.id).await.unwrap();
    let kept = sent(&desk.site, &keep(1, note.id, EditNote { body: "One. Two.".into(), ..edit(&note) })).await;
    assert!(kept.trashed.is_some() && kept.body == "One. Two.");
    let publishing = Autosave { goal: SaveGoal::Publish, ..keep(2, note.id, edit(&kept)) };
    assert!(matches!(autosave(&desk.site, &OWNER, &publishing).await, Err(Error::Conflict { .. })));
    purge(&desk.site, &OWNER, note.id).await.unwrap();
    assert_eq!(autosave(&desk.site, &OWNER, &keep(3, note.id, edit(&kept))).await, Err(Error::NotFound));

    // Its editor makes it anew, which waits for the rest of the old one to go and is not taken for it.
    let anew = keep(4, note.id, EditNote { base: 0, ..edit(&kept) });
    assert!(matches!(autosave(&desk.site, &OWNER, &anew).await, Err(Error::Busy { .. })));
    crate::outbox::drain(&desk.site).await.unwrap();
    assert_eq!(sent(&desk.site, &anew).await.version, 1);
    let purged = crate::outbox::Event::NotePurged { id: note.id };
    desk.site.records.put(crate::outbox::write(&desk.site, &purged).unwrap()).await.unwrap();
    crate::outbox::drain(&desk.site).await.unwrap();
    assert_eq!(open(&desk.site, &OWNER, note.id).await.unwrap().body, "One. Two.");
    assert_eq!(lines(&desk, note.id).await, [VersionReason::Save]);
}

#[tokio::test]
async fn a_title_that_is_being_typed_renames_nothing() {
    let desk = Desk::new();
    let other = desk.draft("Other", "See [[Words]].").await;
    let note = desk.draft("Words", "Text.").await;
    crate::outbox::drain(&desk.site).await.unwrap();
    let mut now = note.clone();
    for (n, title) in ["Word", "W", "L", "Le", "Letters"].into_iter().enumerate() {
        desk.home.clock.advance(SignedDuration::from_secs(3));
        now = sent(&desk.site, &keep(n as u128, note.id, EditNote { title: title.into(), ..edit(&now) })).await;
        crate::outbox::drain(&desk.site).await.unwrap();
    }
    assert_eq!(open(&desk.site, &OWNER, other.id).await.unwrap().body, "See [[Words]].");
    let meta = crate::notes::store::working(&desk.site, note.id).await.unwrap().unwrap().doc.meta;
    assert_eq!(meta.former_titles, ["Words"], "what stood is still a name of it");
}

#[tokio::test]
async fn a_note_without_a_title_merges_and_keeps_one_that_was_given_elsewhere() {
    let desk = Desk::new();
    let id = fresh(&desk);
    let untitled = |base, body: &str| EditNote { title: String::new(), ..words(base, body) };
    let begun = sent(&desk.site, &keep(1, id, untitled(0, "First words.\n\nThe end.\n"))).await;
    assert_eq!(begun.title, "First words.");
    // The other tab's change makes another title.
    let one = sent(&desk.site, &keep(2, id, untitled(1, "Better first words.\n\nThe end.\n"))).await;
    assert_eq!(one.title, "Better first words.");
    let both = sent(&desk.site, &keep(3, id, untitled(1, "First words.\n\nThe very end.\n"))).await;
    assert_eq!(
        (both.title.as_str(), both.body.as_str()),
        (one.title.as_str(), "Better first words.\n\nThe very end.\n")
    );
    let third = sent(&desk.site, &keep(4, id, untitled(both.version, "Third words.\n\nThe very end.\n"))).await;
    assert_eq!(third.title, "Third words.", "it follows the text as long as nobody gave one");

    let form = EditNote { title: "Given".into(), ..edit(&third) };
    let given = desk.save(&form, id).await;
    let stale = sent(&desk.site, &keep(5, id, untitled(third.version, "Third words.\n\nThe last end.\n"))).await;
    assert_eq!((stale.title.as_str(), stale.body.as_str()), ("Given", "Third words.\n\nThe last end.\n"));
    let fresh = sent(&desk.site, &keep(6, id, untitled(stale.version, "Fourth words.\n"))).await;
    assert_eq!(fresh.title, given.title);
}

#[tokio::test]
async fn the_first_publishing_takes_the_title_as_it_is_then() {
    let desk = Desk::new();
    let id = fresh(&desk);
    let mut now = sent(&desk.site, &keep(0, id, EditNote { title: "My ho".into(), ..words(0, "Sun.") })).await;
    assert_eq!(now.slug, "my-ho");
    let typed = EditNote { title: "My holiday".into(), ..edit(&now) };
    now = sent(&desk.site, &keep(1, id, typed)).await;
    assert_eq!(now.slug, "my-ho", "an address does not follow every key");
    let publishing = Autosave { goal: SaveGoal::Publish, ..keep(2, id, edit(&now)) };
    now = sent(&desk.site, &publishing).await;
    assert_eq!(now.slug, "my-holiday");
    assert_eq!(super::super::show(&desk.site, &OWNER, "my-ho").await.map(drop), Err(Error::NotFound));
    let typed = EditNote { title: "Our holiday".into(), ..edit(&now) };
    now = saved(publish(&desk.site, &OWNER, id, typed).await.unwrap());
    assert_eq!(now.slug, "my-holiday", "a published address stays");
}

#[tokio::test]
async fn the_present_note_is_told_to_whoever_has_another() {
    let desk = Desk::new();
    let note = desk.draft("Words", "One.").await;
    assert_eq!(current(&desk.site, &OWNER, note.id, note.version).await, Ok(None));
    assert_eq!(current(&desk.site, &OWNER, note.id, 0).await, Ok(Some(note.clone())));
    for viewer in [&VISITOR, &MEMBER] {
        assert_eq!(current(&desk.site, viewer, note.id, 0).await, Err(Error::Denied));
        assert_eq!(current(&desk.site, viewer, fresh(&desk), 0).await, Err(Error::Denied));
        assert_eq!(autosave(&desk.site, viewer, &keep(1, note.id, edit(&note))).await, Err(Error::Denied));
    }
    let form = save(&desk.site, &OWNER, note.id, edit(&note)).await.unwrap();
    assert_eq!(saved(form), note);
}

#[tokio::test]
async fn a_text_over_the_limit_is_refused_whole() {
    let desk = Desk::new();
    let note = desk.draft("Words", "One.").await;
    let large = EditNote { body: "x".repeat(limits::NOTE_BYTES + 1), ..edit(&note) };
    let refused = autosave(&desk.site, &OWNER, &keep(1, note.id, large)).await;
    assert!(matches!(refused, Err(Error::TooLarge { limit: 256, .. })), "{refused:?}");
    let most = EditNote { body: "\"\n".repeat(limits::NOTE_BYTES / 2), ..edit(&note) };
    assert_eq!(sent(&desk.site, &keep(2, note.id, most.clone())).await.body, most.body);
}
