//! Writing notes with plain forms: save, publish, withdraw, trash; refusals that keep what was typed.

use crate::cast::{ADA, Client, Home};
use crate::html::{field, fields};

/// Makes a note from these fields; answers its address on the desk.
pub async fn write(ada: &Client, fields: &[(&str, &str)]) -> String {
    let made = ada.post("/desk/notes/new", fields).await.expect(303);
    made.location().split('?').next().unwrap().to_owned()
}

/// What its form's hidden field says it is based on.
async fn base(ada: &Client, address: &str) -> String {
    field(&ada.get(address).await.expect(200).text(), "base").unwrap()
}

#[tokio::test]
async fn a_note_is_written_published_and_read() {
    let (home, ada) = Home::of_ada().await;
    let note = write(&ada, &[("title", "First light"), ("body", "The *first* words."), ("visibility", "public")]).await;
    home.visitor().get("/notes/first-light").await.expect(404);
    let base = base(&ada, &note).await;
    let form = [("title", "First light"), ("body", "The *first* words."), ("base", &base), ("action", "publish")];
    assert_eq!(ada.post(&note, &form).await.expect(303).location(), format!("{note}?done=published"));
    let page = home.visitor().get("/notes/first-light").await.expect(200).text();
    assert!(page.contains("The <em>first</em> words."), "{page}");
}

#[tokio::test]
async fn mark_up_in_a_text_stays_in_its_field() {
    let (_home, ada) = Home::of_ada().await;
    let body = "</textarea><script>pwn()</script> &amp; <b>";
    let note = write(&ada, &[("title", "Mark-up"), ("body", body)]).await;
    let page = ada.get(&note).await.expect(200).text();
    assert!(!page.contains("<script>pwn()") && page.contains("&amp;amp; &lt;b"), "{page}");
    assert_eq!(field(&page, "body").as_deref(), Some(body));
}

#[tokio::test]
async fn working_text_is_not_published_text() {
    let (home, ada) = Home::of_ada().await;
    let note =
        write(&ada, &[("title", "Two texts"), ("body", "one"), ("visibility", "public"), ("action", "publish")]).await;
    let base = base(&ada, &note).await;
    ada.post(&note, &[("body", "two secret"), ("base", &base), ("action", "save")]).await.expect(303);
    let page = home.visitor().get("/notes/two-texts").await.expect(200).text();
    assert!(page.contains("one") && !page.contains("two secret"), "{page}");
    assert_eq!(field(&ada.get(&note).await.text(), "body").as_deref(), Some("two secret"));
}

#[tokio::test]
async fn a_form_offers_whatever_visibility_the_note_has() {
    let (_home, ada) = Home::of_ada().await;
    for visibility in ["public", "unlisted", "members", "private"] {
        let note = write(&ada, &[("body", "Mine."), ("visibility", visibility)]).await;
        let page = ada.get(&note).await.expect(200).text();
        assert!(page.contains(&format!("<option value=\"{visibility}\" selected")), "{visibility}: {page}");
    }
}

#[tokio::test]
async fn quick_capture_needs_a_text_only() {
    let (_home, ada) = Home::of_ada().await;
    let note = write(&ada, &[("body", "A thought on the train.\nMore of it.")]).await;
    let page = ada.get(&note).await.expect(200).text();
    assert_eq!(field(&page, "body").as_deref(), Some("A thought on the train.\nMore of it."));
    assert!(field(&page, "title").unwrap().starts_with("A thought"), "{page}");
}

#[tokio::test]
async fn a_refused_form_comes_back_filled_in() {
    let (_home, ada) = Home::of_ada().await;
    let body = "A text that took an hour to write.\n\n\"Quotes\" & <tags>.";
    for (path, fault, status, says) in [
        ("/desk/notes/new", ("slug", "Not A Slug"), 422, "lower-case"),
        ("/desk/notes/new", ("title", "two\u{7}lines"), 422, "cannot be shown"),
        ("/desk/notes/new", ("visibility", "everybody"), 422, "public"),
        ("/desk/notes/new", ("slug", "new"), 422, "kept for the site"),
    ] {
        let mut form = vec![("title", "Kept"), ("body", body), ("tags", "a, b")];
        form.retain(|(name, _)| *name != fault.0);
        form.push(fault);
        let refused = ada.post(path, &form).await.expect(status);
        let html = refused.text();
        for (name, value) in form {
            if name == "visibility" {
                continue;
            }
            assert_eq!(field(&html, name).as_deref(), Some(value), "{fault:?}");
        }
        assert!(html.contains(says), "{fault:?}: {html}");
        assert_eq!(refused.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn a_note_over_the_limit_is_413_with_its_text() {
    let (_home, ada) = Home::of_ada().await;
    let body = "long ".repeat(60_000);
    let refused = ada.post("/desk/notes/new", &[("title", "Long"), ("body", &body)]).await.expect(413);
    assert!(refused.text().contains("256 KiB"));
    assert_eq!(field(&refused.text(), "body"), Some(body));
}

#[tokio::test]
async fn a_slug_that_is_taken_is_said_to_be() {
    let (_home, ada) = Home::of_ada().await;
    write(&ada, &[("title", "Apples"), ("body", "one"), ("slug", "apples")]).await;
    let refused = ada.post("/desk/notes/new", &[("title", "Other"), ("body", "two"), ("slug", "apples")]).await;
    assert!(matches!(refused.status, 409 | 422), "{}", refused.status);
    assert_eq!(field(&refused.text(), "body").as_deref(), Some("two"));
    assert_eq!(field(&refused.text(), "slug").as_deref(), Some("apples"));
}

#[tokio::test]
async fn a_title_that_makes_no_slug_is_saved_and_asked_about() {
    let (home, ada) = Home::of_ada().await;
    let form = [("title", "?!"), ("body", "Kept."), ("visibility", "public")];
    let note = write(&ada, &form).await;
    let page = ada.get(&note).await.expect(200).text();
    let made_up = field(&page, "slug").unwrap();
    assert!(made_up.starts_with("note-") && page.contains("no letters or digits"), "{page}");

    let publish = [&form[..], &[("action", "publish")]].concat();
    let refused = ada.post("/desk/notes/new", &publish).await.expect(422).text();
    assert_eq!(field(&refused, "body").as_deref(), Some("Kept."));
    assert!(refused.contains("no letters or digits") && refused.contains("saved as a draft"), "{refused}");
    assert!(!refused.contains("Nothing was stored"), "{refused}");
    let draft = refused.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
    let at = field(&refused, "base").unwrap();
    let again = [&publish[..], &[("base", &at), ("slug", "what")]].concat();
    ada.post(draft, &again).await.expect(303);
    assert!(home.visitor().get("/notes/what").await.expect(200).text().contains("Kept."));
}

#[tokio::test]
async fn front_matter_that_does_not_parse_is_saved_and_not_published() {
    let (home, ada) = Home::of_ada().await;
    let body = "---\ntitle: Broken\ntags: [one\n---\nText.";
    let form = [("title", "Broken"), ("body", body), ("visibility", "public")];
    let note = write(&ada, &form).await;
    let page = ada.get(&note).await.expect(200).text();
    assert_eq!(field(&page, "body").as_deref(), Some(body));
    assert!(page.contains("The front matter, line "), "{page}");
    let at = field(&page, "base").unwrap();
    let publish = [&form[..], &[("action", "publish"), ("base", &at)]].concat();
    let refused = ada.post(&note, &publish).await.expect(422).text();
    assert_eq!(field(&refused, "body").as_deref(), Some(body));
    assert!(refused.contains("The front matter, line "), "{refused}");
    home.visitor().get("/notes/broken").await.expect(404);
}

#[tokio::test]
async fn a_stale_save_is_merged() {
    let (_home, ada) = Home::of_ada().await;
    let note = write(&ada, &[("title", "Merge"), ("body", "one\n\ntwo\n\nthree\n")]).await;
    let stale = base(&ada, &note).await;
    ada.post(&note, &[("body", "ONE\n\ntwo\n\nthree\n"), ("base", &stale), ("action", "save")]).await.expect(303);
    let merged =
        ada.post(&note, &[("body", "one\n\ntwo\n\nTHREE\n"), ("base", &stale), ("action", "save")]).await.expect(303);
    assert_eq!(merged.location(), format!("{note}?done=merged"));
    let html = ada.get(&note).await.text();
    assert_eq!(field(&html, "body").as_deref(), Some("ONE\n\ntwo\n\nTHREE\n"));
}

#[tokio::test]
async fn a_save_that_cannot_be_merged_shows_both_texts_and_goes_on() {
    let (_home, ada) = Home::of_ada().await;
    let note = write(&ada, &[("title", "Clash"), ("body", "the colour is red\n")]).await;
    let stale = base(&ada, &note).await;
    ada.post(&note, &[("body", "the colour is green\n"), ("base", &stale), ("action", "save")]).await.expect(303);
    let form = [("title", "Clash, mine"), ("body", "the colour is blue\n"), ("base", &stale), ("action", "publish")];
    let clash = ada.post(&note, &form).await.expect(409).text();
    let marked = field(&clash, "body").unwrap();
    assert!(marked.contains("green") && marked.contains("blue") && marked.contains("<<<<<<<"), "{marked}");
    assert_eq!(field(&clash, "title").as_deref(), Some("Clash, mine"));
    assert_eq!(field(&ada.get(&note).await.text(), "body").as_deref(), Some("the colour is green\n"));

    let base = field(&clash, "base").unwrap();
    let settled = [("body", "the colour is teal\n"), ("base", base.as_str()), ("action", "save")];
    ada.post(&note, &settled).await.expect(303);
    assert_eq!(field(&ada.get(&note).await.text(), "body").as_deref(), Some("the colour is teal\n"));
}

#[tokio::test]
async fn a_save_that_does_not_say_what_it_is_based_on_is_refused_with_its_text() {
    let (_home, ada) = Home::of_ada().await;
    let note = write(&ada, &[("title", "Base"), ("body", "stored")]).await;
    let refused = ada.post(&note, &[("title", "Base"), ("body", "typed"), ("action", "save")]).await.expect(422);
    assert_eq!(field(&refused.text(), "body").as_deref(), Some("typed"));
    assert_eq!(field(&ada.get(&note).await.text(), "body").as_deref(), Some("stored"));
}

#[tokio::test]
async fn withdrawing_and_trashing_keep_what_was_typed() {
    let (home, ada) = Home::of_ada().await;
    let note =
        write(&ada, &[("title", "Gone"), ("body", "one"), ("visibility", "public"), ("action", "publish")]).await;
    home.visitor().get("/notes/gone").await.expect(200);
    let at = base(&ada, &note).await;
    ada.post(&note, &[("body", "typed, then withdrawn"), ("base", &at), ("action", "withdraw")]).await.expect(303);
    home.visitor().get("/notes/gone").await.expect(404);
    let html = ada.get(&note).await.text();
    assert_eq!(field(&html, "body").as_deref(), Some("typed, then withdrawn"));

    let at = field(&html, "base").unwrap();
    let trashed =
        ada.post(&note, &[("body", "typed, then trashed"), ("base", &at), ("action", "trash")]).await.expect(303);
    assert!(trashed.location().starts_with("/desk?done=trashed&id="), "{}", trashed.location());
    let id = note.rsplit('/').next().unwrap();
    ada.post("/desk/trash", &[("id", id), ("action", "restore")]).await.expect(303);
    assert_eq!(field(&ada.get(&note).await.text(), "body").as_deref(), Some("typed, then trashed"));

    ada.post(&note, &[("action", "trash")]).await.expect(303);
    ada.post("/desk/trash", &[("id", id), ("action", "purge")]).await.expect(303);
    let gone = ada.get(&note).await.expect(404).text();
    assert!(gone.contains(&format!("/desk/notes/new?key={id}")), "what a device has of it can be gone on with");
}

#[tokio::test]
async fn an_older_version_is_restored() {
    let (_home, ada) = Home::of_ada().await;
    let note =
        write(&ada, &[("title", "Old"), ("body", "first"), ("visibility", "public"), ("action", "publish")]).await;
    let at = base(&ada, &note).await;
    ada.post(&note, &[("body", "second"), ("base", &at), ("action", "publish")]).await.expect(303);
    let history = ada.get(&format!("{note}/history")).await.expect(200).text();
    let prefix = format!("href=\"{note}/history/");
    let oldest = history.split(&prefix).last().unwrap().split('"').next().unwrap().to_owned();
    ada.get(&format!("{note}/history/{oldest}")).await.expect(200);
    ada.post(&format!("{note}/history/{oldest}"), &[("action", "restore")]).await.expect(303);
    assert_eq!(field(&ada.get(&note).await.text(), "body").as_deref(), Some("first"));
    ada.post(&format!("{note}/history/999999"), &[("action", "restore")]).await.expect(404);
}

#[tokio::test]
async fn an_expired_session_loses_no_word() {
    let (home, ada) = Home::of_ada().await;
    let note = write(&ada, &[("title", "Kept"), ("body", "before")]).await;
    let base = base(&ada, &note).await;
    ada.forget();
    let body = "typed while the session ran out\n\n  \"with\" <all> & that\n";
    let form = [("title", "Kept & safe"), ("body", body), ("tags", "x, y"), ("base", &base), ("action", "save")];
    let asked = ada.post(&note, &form).await.expect(403).text();
    assert!(asked.contains("action=\"/sign-in\""), "{asked}");

    let mut carried = fields(&asked, "carry");
    assert_eq!(field(&asked, "carry.body").as_deref(), Some(body));
    carried.push(("email".into(), ADA.1.into()));
    carried.push(("password".into(), "wrong wrong wrong".into()));
    let wrong = post_all(&ada, &carried).await.expect(422).text();
    assert_eq!(field(&wrong, "carry.body").as_deref(), Some(body), "a wrong password lost the text");

    let mut carried = fields(&wrong, "carry");
    carried.push(("email".into(), ADA.1.into()));
    carried.push(("password".into(), ADA.2.into()));
    let done = post_all(&ada, &carried).await.expect(303);
    assert_eq!(done.location(), format!("{note}?done=saved"));
    let html = home_page(&ada, &note).await;
    assert_eq!(field(&html, "body").as_deref(), Some(body));
    assert_eq!(field(&html, "title").as_deref(), Some("Kept & safe"));
    drop(home);
}

#[tokio::test]
async fn a_carried_form_that_is_refused_stands_in_its_own_page() {
    let (_home, ada) = Home::of_ada().await;
    ada.forget();
    let asked = ada.post("/desk/notes/new", &[("title", "T"), ("body", "kept"), ("slug", "No Slug")]).await.expect(403);
    let mut carried = fields(&asked.text(), "carry");
    carried.push(("email".into(), ADA.1.into()));
    carried.push(("password".into(), ADA.2.into()));
    let refused = post_all(&ada, &carried).await.expect(422).text();
    assert_eq!(field(&refused, "body").as_deref(), Some("kept"));
    assert!(refused.contains("action=\"/desk/notes/new\""), "it would be posted to the wrong address: {refused}");
    assert!(ada.cookie("session").is_some());
}

#[tokio::test]
async fn a_form_is_carried_to_forms_of_this_site_only() {
    let (_home, ada) = Home::of_ada().await;
    ada.forget();
    for to in ["https://evil.example/", "//evil.example", "/sign-out", "/claim/x", "/nowhere"] {
        let form = [("email", ADA.1), ("password", ADA.2), ("carry_to", to), ("carry.body", "x")];
        assert_eq!(ada.post("/sign-in", &form).await.expect(303).location(), "/desk", "{to}");
        ada.forget();
    }
}

#[tokio::test]
async fn a_renamed_note_answers_301_for_ever() {
    let (home, ada) = Home::of_ada().await;
    let note =
        write(&ada, &[("title", "Old name"), ("body", "x"), ("visibility", "public"), ("action", "publish")]).await;
    let at = base(&ada, &note).await;
    ada.post(&note, &[("slug", "new-name"), ("body", "x"), ("base", &at), ("action", "publish")]).await.expect(303);
    let moved = home.visitor().get("/notes/old-name").await.expect(301);
    assert_eq!(moved.location(), "/notes/new-name");
    assert_eq!(home.visitor().get("/notes/old-name.md").await.expect(301).location(), "/notes/new-name.md");
    home.visitor().get("/notes/new-name").await.expect(200);
}

#[tokio::test]
async fn a_visitor_cannot_write() {
    let (home, ada) = Home::of_ada().await;
    let note = write(&ada, &[("title", "Mine"), ("body", "mine")]).await;
    let visitor = home.visitor();
    for path in [note.as_str(), "/desk/notes/new", "/desk/settings", "/desk/trash", "/desk/files"] {
        visitor.post(path, &[("body", "theirs"), ("title", "theirs"), ("base", "1")]).await.expect(403);
    }
    assert_eq!(field(&ada.get(&note).await.text(), "body").as_deref(), Some("mine"));
}

#[tokio::test]
async fn settings_are_saved_and_refused_with_what_was_typed() {
    let (home, ada) = Home::of_ada().await;
    let refused =
        ada.post("/desk/settings", &[("title", "Apples & pears"), ("navigation", "no link")]).await.expect(422);
    assert_eq!(field(&refused.text(), "title").as_deref(), Some("Apples & pears"));
    assert_eq!(field(&refused.text(), "navigation").as_deref(), Some("no link"));
    let form =
        [("title", "Apples & pears"), ("navigation", "Notes = /notes\nHub = https://hub.example"), ("accent", "moss")];
    ada.post("/desk/settings", &form).await.expect(303);
    let page = home.visitor().get("/").await.expect(200).text();
    assert!(page.contains("Apples &amp; pears") && page.contains("https://hub.example"), "{page}");
    assert!(page.contains("data-accent=\"moss\""), "{page}");
}

async fn post_all(client: &Client, fields: &[(String, String)]) -> crate::cast::Reply {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    client.post("/sign-in", &fields).await
}

async fn home_page(client: &Client, path: &str) -> String {
    client.get(path).await.expect(200).text()
}
