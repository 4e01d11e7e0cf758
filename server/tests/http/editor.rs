//! What the editor asks of the site: saves by key, whatever the way does with them; answers in JSON that say what is so.

use axum::body::{Body, Bytes};
use axum::http::Method;
use futures::stream;
use serde_json::{Value, json};
use shared::notes::{Note, SaveOutcome};
use shared::{Error, limits};

use crate::cast::{Client, Home, Reply};
use crate::html::field;
use crate::media::GIF;

const JSON: (&str, &str) = ("content-type", "application/json");
const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");

/// Calls a function as the editor does.
pub async fn ask(client: &Client, function: &str, arguments: &Value) -> Reply {
    let body = Body::from(arguments.to_string());
    client.send(Method::POST, &format!("/api/fn/{function}"), &[JSON, OURS], body).await
}

/// A save's arguments.
pub fn save(key: u32, id: &str, base: u64, body: &str) -> Value {
    json!({ "save": {
        "key": format!("00000000-0000-4000-8000-{key:012x}"), "id": id, "goal": "keep",
        "edit": {
            "base": base, "title": "From the editor", "body": body, "slug": "", "tags": [], "aliases": [],
            "visibility": "private", "publish_at": null
        },
    } })
}

pub const ID: &str = "01900000-0000-7000-8000-00000000abcd";

/// All that the editor may ask of a note, each with what it was; `body` is what it sends.
pub async fn everything(client: &Client, id: &str, body: &str) -> Vec<(String, Reply)> {
    let mut seen = Vec::new();
    for query in ["open?", "current?known=0&", "history?", "version?number=1&", "names?known=&"] {
        let path = format!("/api/fn/notes/{query}id={id}");
        seen.push((path.clone(), client.get(&path).await));
    }
    let mut arguments = save(7, id, 0, body);
    for (name, value) in [("id", json!(id)), ("number", json!(1)), ("name", json!("x")), ("body", json!(body))] {
        arguments[name] = value;
    }
    arguments["edit"] = arguments["save"]["edit"].clone();
    for function in
        ["autosave", "keep_beside", "preview_text", "restore_version", "name_version", "withdraw", "trash", "restore"]
    {
        let reply = ask(client, &format!("notes/{function}"), &arguments).await;
        seen.push((format!("{function} of {id}"), reply));
    }
    seen
}

fn note(reply: &Reply) -> Note {
    match serde_json::from_slice(&reply.body).unwrap() {
        SaveOutcome::Saved { note } | SaveOutcome::Merged { note } => note,
        other @ SaveOutcome::Conflict { .. } => panic!("{other:?}"),
    }
}

/// The error of an answer that is one: JSON, never kept, and from a named build.
#[track_caller]
fn refused(reply: &Reply, status: u16) -> Error {
    assert_eq!(reply.status, status, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert!(!reply.header("x-commonplace-build").is_empty());
    serde_json::from_slice(&reply.body).unwrap_or_else(|_| panic!("{}", reply.text()))
}

#[tokio::test]
async fn a_save_makes_the_note_and_comes_twice_without_harm() {
    let (_home, ada) = Home::of_ada().await;
    let first = ask(&ada, "notes/autosave", &save(1, ID, 0, "One.")).await.expect(200);
    assert_eq!(first.header("content-type"), "application/json");
    assert_eq!(first.header("cache-control"), "no-store");
    let made = note(&first);
    assert_eq!((made.id.to_string().as_str(), made.version, made.body.as_str()), (ID, 1, "One."));
    let second = save(2, ID, 1, "One. Two.");
    let kept = note(&ask(&ada, "notes/autosave", &second).await.expect(200));
    for again in [&save(1, ID, 0, "One."), &second, &second] {
        assert_eq!(note(&ask(&ada, "notes/autosave", again).await.expect(200)), kept);
    }
    let page = ada.get(&format!("/desk/notes/{ID}")).await.expect(200);
    assert_eq!(field(&page.text(), "body").as_deref(), Some("One. Two."));
    let build = first.header("x-commonplace-build");
    assert!(page.text().contains(&format!("data-build=\"{build}\"")), "a page and a function name the same build");

    let current = format!("/api/fn/notes/current?id={ID}&known=");
    assert_eq!(ada.get(&format!("{current}{}", kept.version)).await.expect(200).text(), "null");
    let now: Option<Note> = serde_json::from_slice(&ada.get(&format!("{current}1")).await.expect(200).body).unwrap();
    assert_eq!(now, Some(kept));
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_json_with_its_status() {
    let (home, ada) = Home::of_ada().await;
    ask(&ada, "notes/autosave", &save(1, ID, 0, "One.")).await.expect(200);
    let form = crate::notes::write(&ada, &[("title", "By form"), ("body", "x")]).await;
    let theirs = form.trim_start_matches("/desk/notes/").to_owned();
    let other = ID.replace("abcd", "ffff");
    let with = |name: &str, value: Value| {
        let mut save = save(9, ID, 1, "Two.");
        save["save"]["edit"][name] = value;
        save
    };
    let large = "x".repeat(300 * 1024);
    for (arguments, status, says) in [
        (save(2, &other, 3, "Gone."), 404, ""),
        (save(3, &theirs, 0, "Mine."), 409, "another note"),
        (with("slug", "Not A Slug".into()), 422, "slug"),
        (with("slug", "by-form".into()), 422, "By form"),
        (with("title", "x".repeat(301).into()), 413, "300"),
        (with("body", large.into()), 413, "256"),
        (with("base", Value::Null), 422, "request"),
        (json!({}), 422, "request"),
        (json!("{"), 422, "request"),
    ] {
        let reply = ask(&ada, "notes/autosave", &arguments).await;
        let error = refused(&reply, status);
        assert!(format!("{error:?}").contains(says), "{error:?}");
    }
    assert_eq!(refused(&ask(&ada, "notes/nothing", &json!({})).await, 404), Error::NotFound);
    let chunks = stream::iter((0..40).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'a'; 65_536]))));
    let reply = ada.send(Method::POST, "/api/fn/notes/autosave", &[JSON, OURS], Body::from_stream(chunks)).await;
    let unit = "MiB".to_owned();
    assert_eq!(refused(&reply, 413), Error::TooLarge { field: "request".into(), limit: 2, unit });
    let cut = stream::iter([Ok(Bytes::from("{\"save\"")), Err(std::io::Error::other("reset"))]);
    let reply = ada.send(Method::POST, "/api/fn/notes/autosave", &[JSON, OURS], Body::from_stream(cut)).await;
    assert_eq!(refused(&reply, 400).field(), Some("request"));
    assert_eq!(domain::notes::open(&home.site, &home.owner().await, ID.parse().unwrap()).await.unwrap().body, "One.");
}

#[tokio::test]
async fn a_session_that_ended_is_told_and_another_sites_post_changes_nothing() {
    let (home, ada) = Home::of_ada().await;
    ask(&ada, "notes/autosave", &save(1, ID, 0, "One.")).await.expect(200);
    let late = home.visitor();
    late.set_cookie("session", "no-such-session-any-more");
    for client in [&late, &home.visitor()] {
        for (what, reply) in everything(client, ID, "Two.").await {
            assert_eq!(refused(&reply, 403), Error::Denied, "{what}");
        }
        let attached = client.send(Method::POST, "/api/fn/files/attach", &[OURS], Body::from(GIF)).await;
        assert_eq!(refused(&attached, 403), Error::Denied);
    }
    for from in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        for (function, body) in [("notes/autosave", save(3, ID, 1, "Evil.").to_string()), ("files/attach", "x".into())]
        {
            let path = format!("/api/fn/{function}");
            let reply = ada.send(Method::POST, &path, &[JSON, from, ("x-file-name", "x")], Body::from(body)).await;
            assert_eq!(refused(&reply, 403).field(), Some("request"), "{function}: not taken for a session that ended");
        }
    }
    let owner = home.owner().await;
    assert_eq!(domain::notes::open(&home.site, &owner, ID.parse().unwrap()).await.unwrap().body, "One.");
    assert_eq!(domain::files::list(&home.site, &owner, None).await.unwrap().items.len(), 0);
}

#[tokio::test]
async fn a_file_is_attached_once_under_a_name_of_its_own() {
    let (home, ada) = Home::of_ada().await;
    let send = async |name: &str, bytes: &[u8]| {
        let headers = [("content-type", "image/gif"), OURS, ("x-file-name", name)];
        ada.send(Method::POST, "/api/fn/files/attach", &headers, Body::from(bytes.to_vec())).await
    };
    let first: Value = serde_json::from_slice(&send("caf%C3%A9.gif", GIF).await.expect(200).body).unwrap();
    assert_eq!((&first["name"], &first["media_type"]), (&json!("café.gif"), &json!("image/gif")));
    assert_eq!(ada.get(first["href"].as_str().unwrap()).await.expect(200).body, GIF);
    let again: Value = serde_json::from_slice(&send("caf%C3%A9.gif", GIF).await.expect(200).body).unwrap();
    assert_eq!(again, first);
    let mut other = GIF.to_vec();
    other[13] = 7;
    let other: Value = serde_json::from_slice(&send("caf%C3%A9.gif", &other).await.expect(200).body).unwrap();
    assert_eq!(other["name"], "café-2.gif");
    let owner = home.owner().await;
    assert_eq!(domain::files::list(&home.site, &owner, None).await.unwrap().items.len(), 2);

    assert_eq!(refused(&send("", GIF).await, 422).field(), Some("file"));
    assert_eq!(refused(&send("a%FF.gif", GIF).await, 422).field(), Some("file"));
    assert_eq!(refused(&send("a.gif", b"").await, 422).field(), Some("file"));
    let form = [("content-type", "multipart/form-data; boundary=b"), OURS, ("x-file-name", "a.gif")];
    let form = ada.send(Method::POST, "/api/fn/files/attach", &form, Body::from("--b--")).await;
    assert_eq!(refused(&form, 422).field(), Some("request"));
    let large = vec![0; limits::FILE_BYTES + 1];
    let unit = "MiB".to_owned();
    assert_eq!(refused(&send("a.bin", &large).await, 413), Error::TooLarge { field: "file".into(), limit: 50, unit });
    assert_eq!(domain::files::list(&home.site, &owner, None).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn names_and_previews_come_packed_and_versions_are_named_by_form_too() {
    let (_home, ada) = Home::of_ada().await;
    for n in 0..30 {
        let title = format!("A note with a rather long title, number {n}");
        crate::notes::write(&ada, &[("title", &title), ("body", "x"), ("tags", "tea")]).await;
    }
    let packed = [("accept-encoding", "br")];
    let names = ada.get_with("/api/fn/notes/names?known=", &packed).await.expect(200);
    assert_eq!(names.header("content-encoding"), "br");
    let names: Value = serde_json::from_slice(&ada.get("/api/fn/notes/names?known=").await.expect(200).body).unwrap();
    assert_eq!((names["notes"].as_array().unwrap().len(), &names["tags"]), (30, &json!(["tea"])));
    let known = names["mark"].as_str().unwrap();
    assert_eq!(ada.get(&format!("/api/fn/notes/names?known={known}")).await.expect(200).text(), "null");

    let body = json!({ "id": null, "body": "# Head\n\n`code` and [[nowhere]]" });
    let preview = ask(&ada, "notes/preview_text", &body).await.expect(200).text();
    assert!(preview.contains("<code>code</code>") && preview.contains("\"text\":\"Head\""), "{preview}");

    let note = crate::notes::write(&ada, &[("title", "Named"), ("body", "x")]).await;
    let version = format!("{note}/history/1");
    let refused = ada.post(&version, &[("action", "name"), ("name", &"x".repeat(101))]).await.expect(413);
    assert!(field(&refused.text(), "name").is_some_and(|name| name.len() == 101), "it comes back filled in");
    ada.post(&version, &[("action", "name"), ("name", "Sent to the printer")]).await.expect(303);
    assert!(ada.get(&format!("{note}/history")).await.expect(200).text().contains("Sent to the printer"));
    assert_eq!(field(&ada.get(&version).await.expect(200).text(), "name").as_deref(), Some("Sent to the printer"));
    let id = note.trim_start_matches("/desk/notes/");
    let history = ada.get(&format!("/api/fn/notes/history?id={id}")).await.expect(200).text();
    assert!(history.contains("\"name\":\"Sent to the printer\""), "{history}");
    let other = json!({ "id": id, "number": 1, "name": "Final" });
    assert!(ask(&ada, "notes/name_version", &other).await.expect(200).text().contains("Final"));
    let one = json!({ "id": id, "number": 1 });
    ask(&ada, "notes/restore_version", &one).await.expect(200);
    for function in ["trash", "restore", "withdraw"] {
        ask(&ada, &format!("notes/{function}"), &json!({ "id": id })).await.expect(200);
    }
}
