//! An address that once worked works for ever; who may not see a thing cannot tell it from what never was.

use shared::notes::{EditNote, Found, NewNote};
use shared::{Error, Visibility};

use super::super::{Source, create, publish, purge, restore, save, set_visibility, show, source, trash, withdraw};
use super::{Desk, OWNER, VISITOR, edit};

async fn moved(desk: &Desk, slug: &str) -> Option<String> {
    match show(&desk.site, &VISITOR, slug).await {
        Ok(Found::Moved { slug }) => Some(slug),
        Ok(Found::Here(page)) => panic!("{} is here", page.summary.title),
        Err(error) => {
            assert_eq!(error, Error::NotFound);
            None
        }
    }
}

#[tokio::test]
async fn old_slugs_lead_on_through_several_renames_and_a_withdrawal() {
    let desk = Desk::new();
    let mut note = desk.note("Apples", "Text.").await;
    for slug in ["pears", "fruit/plums"] {
        note = desk.save(&EditNote { slug: slug.into(), ..edit(&note) }, note.id).await;
    }
    assert_eq!(desk.show(&VISITOR, "fruit/plums").await.unwrap().summary.slug, "fruit/plums");
    assert_eq!(moved(&desk, "apples").await.as_deref(), Some("fruit/plums"));
    assert_eq!(moved(&desk, "pears").await.as_deref(), Some("fruit/plums"));
    let old = source(&desk.site, &VISITOR, "pears").await;
    assert_eq!(old, Ok(Source::Moved { slug: "fruit/plums".into() }));

    withdraw(&desk.site, &OWNER, note.id).await.unwrap();
    assert_eq!(moved(&desk, "apples").await, None);
    assert_eq!(show(&desk.site, &VISITOR, "fruit/plums").await, Err(Error::NotFound));
    note = super::super::open(&desk.site, &OWNER, note.id).await.unwrap();
    note = desk.publish(&EditNote { slug: "apples".into(), ..edit(&note) }, note.id).await;
    assert_eq!(moved(&desk, "pears").await.as_deref(), Some("apples"));
    set_visibility(&desk.site, &OWNER, note.id, Visibility::Private).await.unwrap();
    assert_eq!(moved(&desk, "pears").await, None);
}

#[tokio::test]
async fn a_slug_that_was_another_notes_is_refused_by_name() {
    let desk = Desk::new();
    let apples = desk.note("Apples", "Text.").await;
    desk.save(&EditNote { slug: "pears".into(), ..edit(&apples) }, apples.id).await;
    let other = desk.note("Other", "Text.").await;
    for slug in ["apples", "pears"] {
        let refused = save(&desk.site, &OWNER, other.id, EditNote { slug: slug.into(), ..edit(&other) }).await;
        let Err(Error::Invalid { field, reason }) = refused else { panic!("{refused:?}") };
        assert!(field == "slug" && reason.contains("“Apples”"), "{reason}");
    }
    let second = desk.note("Apples", "Text.").await;
    assert_eq!(second.slug, "apples-2");
    let foldered = NewNote { title: "Apples".into(), path: Some("My Fruit/Apples.md".into()), ..NewNote::default() };
    assert_eq!(create(&desk.site, &OWNER, foldered.clone()).await.unwrap().slug, "my-fruit/apples");
    assert_eq!(create(&desk.site, &OWNER, foldered).await.unwrap().slug, "my-fruit/apples-2");
    assert_eq!(desk.note("New", "").await.slug, "new-2");
}

#[tokio::test]
async fn a_purged_notes_slug_is_free() {
    let desk = Desk::new();
    let note = desk.note("Apples", "Text.").await;
    assert!(matches!(purge(&desk.site, &OWNER, note.id).await, Err(Error::Conflict { .. })));
    trash(&desk.site, &OWNER, note.id).await.unwrap();
    assert_eq!(show(&desk.site, &VISITOR, "apples").await, Err(Error::NotFound));
    assert_eq!(show(&desk.site, &OWNER, "apples").await, Err(Error::NotFound));
    assert_eq!(desk.titles(&VISITOR).await, [""; 0]);
    let refused = publish(&desk.site, &OWNER, note.id, EditNote { base: 99, ..edit(&note) }).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    restore(&desk.site, &OWNER, note.id).await.unwrap();
    assert_eq!(desk.titles(&VISITOR).await, ["Apples"]);
    trash(&desk.site, &OWNER, note.id).await.unwrap();
    purge(&desk.site, &OWNER, note.id).await.unwrap();
    assert_eq!(super::super::open(&desk.site, &OWNER, note.id).await, Err(Error::NotFound));
    assert_eq!(desk.note("Apples", "Other.").await.slug, "apples");
}

#[tokio::test]
async fn permalinks_and_untidy_addresses() {
    let desk = Desk::new();
    let note = desk.note("Apples", "---\npermalink: /fruit/apples/\n---\nText.").await;
    assert_eq!(note.slug, "fruit/apples");
    let note = desk.save(&EditNote { slug: "mine".into(), ..edit(&note) }, note.id).await;
    let note = desk.publish(&EditNote { body: note.body.replace("Text", "More"), ..edit(&note) }, note.id).await;
    assert_eq!(note.slug, "mine", "an unchanged permalink does not move it again");
    let note =
        desk.publish(&EditNote { body: note.body.replace("fruit/apples", "core"), ..edit(&note) }, note.id).await;
    assert_eq!(note.slug, "core");
    assert_eq!(moved(&desk, "CORE").await.as_deref(), Some("core"));
    assert_eq!(moved(&desk, "../../etc/passwd").await, None);
    assert_eq!(moved(&desk, &"a".repeat(5_000)).await, None);
}

#[tokio::test]
async fn a_title_that_makes_no_slug_is_saved_and_asks_for_one_when_published() {
    let desk = Desk::new();
    for title in ["?!", "🎉 🎉", "…", ""] {
        let note = desk.draft(title, "").await;
        assert!(note.has_made_up_address(), "{}", note.slug);
        let form = EditNote { slug: String::new(), ..edit(&note) };
        let Err(Error::Invalid { field, reason }) = publish(&desk.site, &OWNER, note.id, form.clone()).await else {
            panic!("“{title}” was published")
        };
        assert!(field == "slug" && reason.contains(title) && reason.contains(&note.slug), "{reason}");
        assert_eq!(desk.save(&form, note.id).await.slug, note.slug, "a save is never refused for its title");
        let published = desk.publish(&edit(&note), note.id).await;
        assert_eq!(published.slug, note.slug, "the owner has seen it in the form and kept it");
        let form = EditNote { body: "More.".into(), slug: String::new(), ..edit(&published) };
        assert_eq!(desk.publish(&form, note.id).await.slug, note.slug, "an address that works stays");
    }
    let asked = desk.draft("?!", "---\npermalink: what\n---\n").await;
    let form = EditNote { slug: String::new(), ..edit(&asked) };
    assert_eq!(desk.publish(&form, asked.id).await.slug, "what");
}

#[tokio::test]
async fn the_first_publish_takes_the_address_from_the_title_unless_its_owner_chose_one() {
    let desk = Desk::new();
    let half = desk.draft("Ap", "Saved while its title was being typed.").await;
    let whole = desk.publish(&EditNote { title: "Apples".into(), ..edit(&half) }, half.id).await;
    assert_eq!(whole.slug, "apples");
    assert_eq!(show(&desk.site, &VISITOR, "ap").await, Err(Error::NotFound), "it never was an address");
    assert_eq!(desk.note("Ap", "").await.slug, "ap");
    let later = desk.publish(&EditNote { title: "Pears".into(), ..edit(&whole) }, whole.id).await;
    assert_eq!(later.slug, "apples", "published addresses stay");

    let chosen = desk.draft("Plums", "").await;
    let chosen = desk.save(&EditNote { slug: "mine".into(), ..edit(&chosen) }, chosen.id).await;
    let form = EditNote { title: "Damsons".into(), ..edit(&chosen) };
    let chosen = desk.save(&form, chosen.id).await;
    assert_eq!(desk.publish(&edit(&chosen), chosen.id).await.slug, "mine");
    let born = NewNote { title: "Figs".into(), slug: "born".into(), ..NewNote::default() };
    let born = create(&desk.site, &OWNER, born).await.unwrap();
    let form = EditNote { title: "Dates".into(), ..edit(&born) };
    assert_eq!(desk.publish(&form, born.id).await.slug, "born");

    let second = desk.draft("Apples", "").await;
    assert_eq!(desk.publish(&edit(&second), second.id).await.slug, "apples-2", "one that fits stays");
}

#[tokio::test]
async fn an_unlisted_note_answers_to_its_address_only() {
    let desk = Desk::new();
    let note = desk.note("Apples", "Text.").await;
    set_visibility(&desk.site, &OWNER, note.id, Visibility::Unlisted).await.unwrap();
    assert!(desk.show(&VISITOR, "apples").await.is_ok());
    assert_eq!(desk.titles(&VISITOR).await, [""; 0]);
    assert_eq!(desk.titles(&OWNER).await, ["Apples"]);
    set_visibility(&desk.site, &OWNER, note.id, Visibility::Members).await.unwrap();
    assert_eq!(desk.show(&VISITOR, "apples").await, Err(Error::NotFound));
    assert_eq!(desk.titles(&super::MEMBER).await, ["Apples"]);
    assert!(!desk.show(&OWNER, "apples").await.unwrap().summary.unpublished_changes);
}
