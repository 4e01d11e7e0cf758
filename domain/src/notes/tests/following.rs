//! What follows from a note: links, backlinks, tags, search, renames.

use jiff::SignedDuration;
use shared::notes::{EditNote, NewNote, VersionReason};
use shared::{Error, Visibility};

use super::super::{
    create, desk, feed, history, list_tagged, open, purge, resembling, restore, set_visibility, tags, trash, unresolved,
};
use super::{Desk, MEMBER, OWNER, VISITOR, edit};
use crate::outbox::{drain, waiting};
use crate::search::{rebuild_unchecked, search, suggest};

impl Desk {
    async fn follow(&self) {
        drain(&self.site).await.unwrap();
        assert_eq!(waiting(&self.site).await, Ok(0));
        self.home.records.settle();
    }

    async fn backlinks(&self, slug: &str) -> Vec<String> {
        let page = self.show(&VISITOR, slug).await.unwrap();
        page.backlinks.into_iter().map(|back| format!("{}: {}", back.from.title, back.sentence)).collect()
    }

    async fn tags(&self, viewer: &shared::Viewer) -> Vec<String> {
        let tags = tags(&self.site, viewer).await.unwrap();
        tags.into_iter().map(|tag| format!("{} {}", tag.tag, tag.count)).collect()
    }

    async fn found(&self, viewer: &shared::Viewer, text: &str) -> Vec<String> {
        let results = search(&self.site, viewer, text, 1).await.unwrap();
        results.hits.into_iter().map(|hit| hit.title).collect()
    }

    async fn under(&self, viewer: &shared::Viewer, tag: &str) -> Vec<String> {
        let page = list_tagged(&self.site, viewer, tag, None).await.unwrap();
        page.items.into_iter().map(|line| line.title).collect()
    }
}

#[tokio::test]
async fn a_page_is_whole_before_and_after_it_is_followed_up() {
    let desk = Desk::new();
    desk.note("Apples", "Red.").await;
    desk.note("Fruit", "See [[Apples]] and [[Nothing]].").await;
    for _ in 0..2 {
        let html = desk.show(&VISITOR, "fruit").await.unwrap().html;
        assert!(html.contains(r#"<a class="internal" href="/notes/apples">"#), "{html}");
        assert!(!html.contains("Nothing</a>"), "{html}");
        desk.follow().await;
    }
    assert_eq!(desk.backlinks("apples").await, ["Fruit: See Apples and Nothing."]);
}

#[tokio::test]
async fn a_link_finds_a_note_that_comes_later_and_loses_one_that_goes() {
    let desk = Desk::new();
    desk.note("Fruit", "See [[Apples]].").await;
    desk.follow().await;
    let open_links = unresolved(&desk.site, &OWNER, None).await.unwrap().items;
    assert_eq!((open_links[0].target.as_str(), open_links[0].from.title.as_str()), ("Apples", "Fruit"));
    let apples = desk.note("Apples", "Red.").await;
    desk.follow().await;
    assert_eq!(unresolved(&desk.site, &OWNER, None).await.unwrap().items, []);
    assert!(desk.show(&VISITOR, "fruit").await.unwrap().html.contains("/notes/apples"));
    trash(&desk.site, &OWNER, apples.id).await.unwrap();
    assert!(!desk.show(&VISITOR, "fruit").await.unwrap().html.contains("/notes/apples"));
    desk.follow().await;
    assert_eq!(unresolved(&desk.site, &OWNER, None).await.unwrap().items.len(), 1);
    restore(&desk.site, &OWNER, apples.id).await.unwrap();
    desk.follow().await;
    assert_eq!(desk.backlinks("apples").await, ["Fruit: See Apples."]);
    trash(&desk.site, &OWNER, apples.id).await.unwrap();
    purge(&desk.site, &OWNER, apples.id).await.unwrap();
    desk.follow().await;
    let left = desk.home.records.dump();
    let left: Vec<_> =
        left.iter().filter(|r| format!("{:?}{}", r.key, r.doc.as_str()).contains(&apples.id.to_string())).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn an_embed_shows_to_those_who_may_read_it() {
    let desk = Desk::new();
    let inner = desk.note("Inner", "The seed.").await;
    desk.note("Middle", "Flesh.\n\n![[Inner]]").await;
    desk.note("Outer", "Skin.\n\n![[Middle]]").await;
    desk.follow().await;
    let html = desk.show(&VISITOR, "outer").await.unwrap().html;
    assert!(html.contains("Flesh.") && html.contains("The seed."), "{html}");
    set_visibility(&desk.site, &OWNER, inner.id, Visibility::Unlisted).await.unwrap();
    let html = desk.show(&VISITOR, "outer").await.unwrap().html;
    assert!(html.contains("Flesh.") && !html.contains("The seed.") && !html.contains("/notes/inner"), "{html}");
    set_visibility(&desk.site, &OWNER, inner.id, Visibility::Public).await.unwrap();
    let note = open(&desk.site, &OWNER, inner.id).await.unwrap();
    desk.note("Core", "The core.").await;
    desk.publish(&EditNote { body: "The stone.\n\n![[Core]]".into(), ..edit(&note) }, note.id).await;
    desk.follow().await;
    let html = desk.show(&VISITOR, "outer").await.unwrap().html;
    assert!(html.contains("The stone.") && html.contains("The core."), "{html}");
}

#[tokio::test]
async fn embeds_in_a_circle_come_to_rest() {
    let desk = Desk::new();
    for (title, next) in [("A", "B"), ("B", "C"), ("C", "A")] {
        desk.note(title, &format!("Text of {title}.\n\n![[{next}]]")).await;
    }
    desk.follow().await;
    let html = desk.show(&VISITOR, "a").await.unwrap().html;
    assert!(html.contains("Text of B.") && html.contains("Text of C."), "{html}");
}

#[tokio::test]
async fn a_renamed_notes_links_are_rewritten_as_versions() {
    let desk = Desk::new();
    let apples = desk.note("Apples", "Red.").await;
    let fruit = desk.note("Fruit", "See [[apples|them]], [[Apples#Red]], `[[Apples]]` and [[apples]].").await;
    let changed = desk.note("Changed", "See [[Apples]].").await;
    desk.save(&EditNote { body: "Do see [[Apples]].".into(), ..edit(&changed) }, changed.id).await;
    desk.follow().await;
    desk.home.clock.advance(SignedDuration::from_hours(9));
    desk.publish(&EditNote { title: "Pears".into(), slug: "pears".into(), ..edit(&apples) }, apples.id).await;
    desk.follow().await;
    let fruit = open(&desk.site, &OWNER, fruit.id).await.unwrap();
    assert_eq!(fruit.body, "See [[Pears|them]], [[Pears#Red]], `[[Apples]]` and [[Pears]].");
    assert!(desk.show(&VISITOR, "fruit").await.unwrap().html.contains("/notes/pears"));
    assert_eq!(fruit.published.as_ref().unwrap().version, fruit.version);
    assert_eq!(history(&desk.site, &OWNER, fruit.id, None).await.unwrap().items[0].reason, VersionReason::Rename);
    let changed = open(&desk.site, &OWNER, changed.id).await.unwrap();
    assert_eq!(changed.body, "Do see [[Pears]].");
    let html = desk.show(&VISITOR, "changed").await.unwrap().html;
    assert!(
        html.contains("/notes/pears") && html.contains("Apples"),
        "published text stays, and its link works: {html}"
    );
    let mut from = desk.backlinks("pears").await;
    from.sort();
    assert_eq!(from.len(), 2, "{from:?}");
}

#[tokio::test]
async fn a_rename_tells_no_reader_a_name_that_they_may_not_see() {
    let desk = Desk::new();
    let plan = desk.note("Plan", "Text.").await;
    let diary = desk.note("Diary", "My [[Plan]].").await;
    set_visibility(&desk.site, &OWNER, plan.id, Visibility::Private).await.unwrap();
    desk.follow().await;
    let plan = open(&desk.site, &OWNER, plan.id).await.unwrap();
    desk.publish(&EditNote { title: "Elope".into(), slug: "elope".into(), ..edit(&plan) }, plan.id).await;
    desk.follow().await;
    assert!(!desk.show(&VISITOR, "diary").await.unwrap().html.contains("lope"));
    assert_eq!(open(&desk.site, &OWNER, diary.id).await.unwrap().body, "My [[Plan]].");
    assert!(desk.show(&OWNER, "diary").await.unwrap().html.contains("/notes/elope"), "the old name still leads there");
}

#[tokio::test]
async fn an_alias_keeps_links_as_they_are() {
    let desk = Desk::new();
    let apples = desk.note("Apples", "Red.").await;
    let fruit = desk.note("Fruit", "See [[Apples]].").await;
    desk.follow().await;
    let form = EditNote { title: "Pears".into(), aliases: vec!["Apples".into()], ..edit(&apples) };
    desk.publish(&form, apples.id).await;
    desk.follow().await;
    assert_eq!(open(&desk.site, &OWNER, fruit.id).await.unwrap().body, "See [[Apples]].");
    assert!(desk.show(&VISITOR, "fruit").await.unwrap().html.contains("/notes/apples"));
}

#[tokio::test]
async fn tags_are_counted_once_and_gone_at_once() {
    let desk = Desk::new();
    let one = desk.note("One", "#Fruit/Apple #fruit/pear").await;
    let two = desk.note("Two", "#fruit").await;
    let three = desk.note("Three", "#secret").await;
    for _ in 0..2 {
        assert_eq!(desk.tags(&VISITOR).await, ["Fruit 2", "Fruit/Apple 1", "fruit/pear 1", "secret 1"]);
        desk.follow().await;
    }
    assert_eq!(desk.under(&VISITOR, "FRUIT").await.len(), 2);
    assert_eq!(desk.under(&VISITOR, "fruit/apple").await, ["One"]);
    set_visibility(&desk.site, &OWNER, three.id, Visibility::Private).await.unwrap();
    trash(&desk.site, &OWNER, one.id).await.unwrap();
    for _ in 0..2 {
        assert_eq!(desk.tags(&VISITOR).await, ["fruit 1"]);
        assert_eq!(desk.under(&VISITOR, "fruit").await, ["Two"]);
        assert_eq!(desk.under(&VISITOR, "secret").await, [""; 0]);
        desk.follow().await;
    }
    assert_eq!(desk.tags(&OWNER).await, ["fruit 1", "secret 1"]);
    let retagged = open(&desk.site, &OWNER, two.id).await.unwrap();
    desk.publish(&EditNote { body: "#Fruit".into(), ..edit(&retagged) }, two.id).await;
    desk.follow().await;
    assert_eq!(desk.tags(&VISITOR).await, ["Fruit 1"]);
}

#[tokio::test]
async fn search_finds_what_the_asker_may_see_and_no_old_words() {
    let desk = Desk::new();
    let note = desk.note("Apples", "The orchard in spring.").await;
    desk.follow().await;
    assert_eq!(desk.found(&VISITOR, "orchard").await, ["Apples"]);
    let note = desk.save(&EditNote { body: "The orchard in winter.".into(), ..edit(&note) }, note.id).await;
    desk.follow().await;
    assert_eq!(desk.found(&VISITOR, "winter").await, [""; 0]);
    assert_eq!(desk.found(&OWNER, "winter").await, ["Apples"]);
    desk.publish(&EditNote { body: "The orchard.".into(), ..edit(&note) }, note.id).await;
    let early = search(&desk.site, &VISITOR, "spring", 1).await.unwrap();
    assert!(!format!("{early:?}").contains("spring"), "not indexed yet, and already silent: {early:?}");
    desk.follow().await;
    assert_eq!(desk.found(&OWNER, "winter").await, [""; 0]);
    assert_eq!(desk.found(&OWNER, "spring").await, [""; 0]);
    let draft = desk.draft("Orchard plans", "").await;
    desk.follow().await;
    assert_eq!(desk.found(&VISITOR, "plans").await, [""; 0]);
    let hits = search(&desk.site, &OWNER, "plans", 1).await.unwrap().hits;
    assert_eq!(hits[0].href, format!("/desk/notes/{}", draft.id));
    set_visibility(&desk.site, &OWNER, note.id, Visibility::Members).await.unwrap();
    for _ in 0..2 {
        assert_eq!(desk.found(&VISITOR, "orchard").await, [""; 0]);
        desk.follow().await;
    }
    assert_eq!(desk.found(&MEMBER, "orchard").await, ["Apples"]);
    assert_eq!(rebuild_unchecked(&desk.site).await, Ok(2));
    assert_eq!(desk.found(&MEMBER, "orchard").await, ["Apples"]);
    assert_eq!(desk.found(&OWNER, "orchard").await.len(), 2);
}

#[tokio::test]
async fn suggestions_and_resembling_addresses() {
    let desk = Desk::new();
    let keys = desk.note("Dead keys & input methods", "Text on accents.").await;
    desk.publish(&EditNote { aliases: vec!["Compose".into()], ..edit(&keys) }, keys.id).await;
    let secret = desk.note("Dead letters", "Text.").await;
    set_visibility(&desk.site, &OWNER, secret.id, Visibility::Unlisted).await.unwrap();
    desk.follow().await;
    for (typed, count) in [("dead k", 1), ("comp", 1), ("accents", 0), ("", 0), ("input", 1)] {
        let offers = suggest(&desk.site, &VISITOR, typed).await.unwrap();
        assert_eq!(offers.len(), count, "{typed}: {offers:?}");
    }
    for slug in ["dead-keys-input-method", "ded-keys-input-methods", "writing/dead-keys", "dead-letters"] {
        let near = resembling(&desk.site, slug).await.unwrap();
        assert_eq!(
            near.iter().map(|line| line.slug.as_str()).collect::<Vec<_>>(),
            ["dead-keys-input-methods"],
            "{slug}"
        );
    }
    assert_eq!(resembling(&desk.site, "zebra").await, Ok(Vec::new()));
}

#[tokio::test]
async fn what_is_scheduled_appears_at_its_time_and_not_before() {
    let desk = Desk::new();
    let at = desk.site.clock.now() + SignedDuration::from_hours(1);
    let new = NewNote {
        title: "Soon".into(),
        body: "Text #later".into(),
        visibility: Visibility::Public,
        publish_at: Some(at),
        ..NewNote::default()
    };
    let note = create(&desk.site, &OWNER, new).await.unwrap();
    desk.publish(&edit(&note), note.id).await;
    desk.follow().await;
    assert_eq!(desk.show(&VISITOR, "soon").await, Err(Error::NotFound));
    assert_eq!(desk.titles(&VISITOR).await, [""; 0]);
    assert_eq!(desk.tags(&VISITOR).await, [""; 0]);
    assert_eq!(desk.found(&VISITOR, "text").await, [""; 0]);
    desk.home.clock.advance(SignedDuration::from_hours(1));
    let page = desk.show(&VISITOR, "soon").await.unwrap();
    assert_eq!((page.summary.date, page.summary.publish_at), (Some(at), None));
    assert_eq!(desk.titles(&VISITOR).await, ["Soon"]);
    desk.follow().await;
    assert_eq!(desk.tags(&VISITOR).await, ["later 1"]);
    assert_eq!(desk.found(&VISITOR, "text").await, ["Soon"]);
}

#[tokio::test]
async fn the_feed_has_whole_texts_and_the_desk_what_needs_doing() {
    let desk_ = Desk::new();
    desk_.note("Apples", "Red, see [[Pears]].").await;
    desk_.home.clock.advance(SignedDuration::from_hours(1));
    desk_.note("Pears", "Green #fruit").await;
    desk_.draft("Plums", "Blue, see [[Damsons]].").await;
    for _ in 0..2 {
        let entries = feed(&desk_.site, None, 10).await.unwrap();
        assert_eq!(entries.iter().map(|e| e.summary.title.as_str()).collect::<Vec<_>>(), ["Pears", "Apples"]);
        assert!(entries[1].html.contains("/notes/pears"), "{}", entries[1].html);
        desk_.follow().await;
    }
    assert_eq!(feed(&desk_.site, Some("fruit"), 10).await.unwrap().len(), 1);
    let home = desk(&desk_.site, &OWNER).await.unwrap();
    assert_eq!((home.count, home.drafts.len(), home.recent.len(), home.unresolved.len()), (3, 1, 3, 1));
}
