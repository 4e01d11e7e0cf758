//! The most of everything: it is stored, followed up and shown, or refused in words.

use shared::limits;
use shared::notes::{EditNote, NewNote};
use shared::{Error, Visibility};

use super::super::{create, list_tagged, resembling, save, show, unresolved};
use super::{Desk, OWNER, VISITOR, edit};
use crate::outbox::{drain, waiting};
use crate::search::{search, suggest};

async fn followed(desk: &Desk) {
    drain(&desk.site).await.unwrap();
    assert_eq!(waiting(&desk.site).await, Ok(0));
    let failed = desk.home.records.dump().into_iter().filter(|record| record.key.sk.starts_with("failed#"));
    assert_eq!(failed.count(), 0);
    desk.home.records.settle();
}

#[tokio::test]
async fn ten_thousand_links_in_a_note_are_followed_as_far_as_the_limit() {
    let desk = Desk::new();
    for n in 0..limits::LINKS + 20 {
        desk.note(&format!("n{n}"), "").await;
    }
    let body: String = (0..10_000).map(|n| format!("[[n{n}]] ")).collect();
    let note = desk.note("Many", &body).await;
    for _ in 0..2 {
        let html = desk.show(&VISITOR, "many").await.unwrap().html;
        assert_eq!(html.matches("href=\"/notes/n").count(), limits::LINKS);
        followed(&desk).await;
    }
    assert_eq!(desk.show(&VISITOR, "n7").await.unwrap().backlinks.len(), 1);
    let body: String = (0..10_000).map(|n| format!("[[lost{n}]] ")).collect();
    desk.publish(&EditNote { body, ..edit(&note) }, note.id).await;
    followed(&desk).await;
    assert_eq!(desk.show(&VISITOR, "n7").await.unwrap().backlinks, []);
    assert_eq!(unresolved(&desk.site, &OWNER, None).await.unwrap().items.len(), limits::PAGE_ITEMS);
}

#[tokio::test]
async fn a_note_with_the_most_of_all_names_and_tags() {
    let desk = Desk::new();
    let long = |kind: &str, n: usize, chars: usize| {
        let start = format!("{kind}{n}");
        start.clone() + &"漢".repeat(chars - start.chars().count())
    };
    let aliases: Vec<String> = (0..limits::ALIASES).map(|n| long("typed", n, limits::TITLE_CHARS)).collect();
    let tags: Vec<String> = (0..limits::TAGS).map(|n| long("t/", n, limits::TAG_CHARS)).collect();
    let more: Vec<String> =
        (0..limits::ALIASES).map(|n| format!("- {}\n", long("more", n, limits::TITLE_CHARS))).collect();
    let body = format!("---\naliases:\n{}---\nText.", more.concat());
    let new = NewNote {
        title: long("T", 0, limits::TITLE_CHARS),
        body,
        tags,
        aliases: aliases.clone(),
        visibility: Visibility::Public,
        ..NewNote::default()
    };
    let note = create(&desk.site, &OWNER, new.clone()).await.unwrap();
    let note = desk.publish(&edit(&note), note.id).await;
    desk.note("Pointing", &format!("[[{}]] and [[{}]]", aliases[49], long("more", 49, limits::TITLE_CHARS))).await;
    followed(&desk).await;
    let page = desk.show(&VISITOR, "pointing").await.unwrap();
    assert_eq!(page.html.matches("class=\"internal\"").count(), 2, "{}", page.html);
    assert_eq!(list_tagged(&desk.site, &VISITOR, "t", None).await.unwrap().items.len(), 1);
    let form = EditNote { aliases: Vec::new(), tags: Vec::new(), title: "Short".into(), ..edit(&note) };
    let note = desk.publish(&form, note.id).await;
    followed(&desk).await;
    assert_eq!(desk.show(&VISITOR, &note.slug).await.unwrap().backlinks.len(), 1);
    let refused = create(&desk.site, &OWNER, NewNote { aliases: vec!["a".into(); 51], ..new }).await;
    assert!(matches!(refused, Err(Error::Invalid { ref field, .. }) if field == "aliases"), "{refused:?}");
}

#[tokio::test]
async fn what_is_typed_into_an_address_or_a_box_is_never_an_error() {
    let desk = Desk::new();
    desk.note("One", "Text.").await;
    followed(&desk).await;
    let long = "x ".repeat(10_000);
    for text in ["", "\0", "\"", "tag:", "before:9999-99-99", "((((", "*", "🎉", "a\u{301}", "%00", long.as_str()] {
        for page in [0, 1, 2, u32::MAX] {
            search(&desk.site, &VISITOR, text, page).await.unwrap();
        }
        suggest(&desk.site, &VISITOR, text).await.unwrap();
        resembling(&desk.site, text).await.unwrap();
        list_tagged(&desk.site, &VISITOR, text, None).await.unwrap();
        assert_eq!(show(&desk.site, &VISITOR, text).await.map(drop), Err(Error::NotFound), "{text}");
    }
    for cursor in ["", "x", "zzzz", "%", "0000000000000000#", "../../"] {
        assert_eq!(super::super::list(&desk.site, &VISITOR, Some(cursor)).await.map(drop), Err(Error::NotFound));
    }
}

#[tokio::test]
async fn the_largest_texts_are_shown_and_merged() {
    let desk = Desk::new();
    let line = "Words, *words* and `more` \"words\" <of> the & same [[kind]].\n\n";
    let body = line.repeat(limits::NOTE_BYTES / line.len());
    let note = desk.note("Long", &body).await;
    followed(&desk).await;
    let page = desk.show(&VISITOR, "long").await.unwrap();
    assert!(page.html.len() > body.len());
    let mut other = edit(&note);
    other.body.replace_range(0..5, "First");
    desk.save(&other, note.id).await;
    let mut mine = edit(&note);
    mine.body.push_str("The end.");
    let merged = save(&desk.site, &OWNER, note.id, mine).await.unwrap();
    let shared::notes::SaveOutcome::Merged { note } = merged else { panic!("not merged") };
    assert!(note.body.starts_with("First") && note.body.ends_with("The end."));
    let refused =
        save(&desk.site, &OWNER, note.id, EditNote { body: "x".repeat(limits::NOTE_BYTES + 1), ..edit(&note) });
    assert!(matches!(refused.await, Err(Error::TooLarge { .. })));
}
