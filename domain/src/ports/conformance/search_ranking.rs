//! Search: in which order things are found, and how they are shown.

use jiff::Timestamp;
use shared::search::SnippetRole;

use super::search::{note, things};
use crate::ports::{Audience, Search, SearchDoc, SearchQuery};

/// Hands the names of the promises to a macro.
#[macro_export]
macro_rules! search_ranking_promises {
    ($run:ident $($with:tt)*) => {
        $run! { search_ranking $($with)*
            a_title_weighs_more_than_a_text
            strict_matches_come_before_forgiven_ones
            ties_are_broken_newest_first
            a_thing_is_found_once
            pages_follow_each_other
            a_snippet_marks_what_matched
        }
    };
}

/// Title and aliases weigh more than tags, tags more than the text.
pub async fn a_title_weighs_more_than_a_text<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let filler = "other words of a text that is about something else";
    let mut docs = vec![
        SearchDoc { title: "One".into(), ..note("text", &format!("garden {filler}")) },
        SearchDoc { title: "Two".into(), tags: vec!["garden".into()], ..note("tag", filler) },
        SearchDoc { title: "The garden".into(), ..note("title", filler) },
        SearchDoc { aliases: vec!["garden".into()], title: "Plot".into(), ..note("alias", filler) },
    ];
    docs.extend((0..20).map(|n| SearchDoc { title: format!("A note {n}"), ..note(&format!("n{n}"), filler) }));
    search.put(docs).await.unwrap();
    let order = things(&search, "garden").await;
    assert_eq!(order.len(), 4, "{order:?}");
    assert_eq!(order[2..], ["tag", "text"], "{order:?}");
}

/// Where few things match strictly, those with a typo follow; where enough do, they stay away.
pub async fn strict_matches_come_before_forgiven_ones<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let typo = SearchDoc { title: "Gardem gardem gardem".into(), ..note("typo", "gardem") };
    search.put(vec![typo, note("strict", "one garden among many more words")]).await.unwrap();
    assert_eq!(things(&search, "garden words* ").await, ["strict"]);
    assert_eq!(things(&search, "garden").await, ["strict", "typo"]);
    search.put((0..5).map(|number| note(&format!("n{number}"), "garden")).collect()).await.unwrap();
    assert!(!things(&search, "garden").await.contains(&"typo".to_owned()));
}

/// What matches equally well comes newest first.
pub async fn ties_are_broken_newest_first<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let dated = |thing: &str, date: Option<&str>| SearchDoc {
        date: date.map(|date| date.parse::<Timestamp>().unwrap()),
        tags: vec!["x".into()],
        ..note(thing, "same words")
    };
    let docs = vec![
        dated("middle", Some("2025-05-05T00:00:00Z")),
        dated("undated", None),
        dated("newest", Some("2026-06-06T00:00:00Z")),
        dated("oldest", Some("1960-01-01T00:00:00Z")),
    ];
    search.put(docs).await.unwrap();
    for query in ["same", "\"same words\"", "wor", "tag:x", "kind:note"] {
        assert_eq!(things(&search, query).await, ["newest", "middle", "oldest", "undated"], "{query}");
    }
}

/// A thing with two documents is found once, by the one that matches better.
pub async fn a_thing_is_found_once<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let mut docs = Vec::new();
    for number in 0..30 {
        let thing = format!("t{number:02}");
        docs.push(note(&thing, "garden"));
        docs.push(SearchDoc {
            id: format!("{thing}/working"),
            audience: Audience::Owner,
            ..note(&thing, "garden words")
        });
    }
    search.put(docs).await.unwrap();
    let query = |offset, limit| SearchQuery { text: "garden".into(), audience: Audience::Owner, offset, limit };
    let all = search.search(&query(0, 100)).await.unwrap();
    let mut distinct: Vec<_> = all.iter().map(|found| found.thing.clone()).collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!((all.len(), distinct.len()), (30, 30));
    assert_eq!(search.search(&query(0, 20)).await.unwrap().len(), 20, "the limit counts things");
}

/// Pages by offset and limit hold what one large page holds.
pub async fn pages_follow_each_other<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let docs = (0..45).map(|number| note(&format!("t{number:02}"), &"garden ".repeat(number + 1))).collect();
    search.put(docs).await.unwrap();
    let all = things(&search, "garden").await;
    assert_eq!(all.len(), 45);
    let mut paged = Vec::new();
    for offset in (0..60).step_by(10) {
        let query = SearchQuery { text: "garden".into(), audience: Audience::Public, offset, limit: 10 };
        paged.extend(search.search(&query).await.unwrap().into_iter().map(|found| found.thing));
    }
    assert_eq!(paged, all);
    let beyond = [(45, 10), (usize::MAX, 10), (0, 0)];
    for (offset, limit) in beyond {
        let query = SearchQuery { text: "garden".into(), audience: Audience::Public, offset, limit };
        assert!(search.search(&query).await.unwrap().is_empty(), "{offset} {limit}");
    }
}

/// The snippet holds the words that matched, as written and marked, and says the kind.
pub async fn a_snippet_marks_what_matched<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let text = format!("{} The Café by <b>the</b> sea. {}", "before ".repeat(100), "behind ".repeat(100));
    search.put(vec![SearchDoc { kind: "bookmark", ..note("a", &text) }]).await.unwrap();
    let query = SearchQuery { text: "cafe sea".into(), audience: Audience::Public, offset: 0, limit: 1 };
    let found = search.search(&query).await.unwrap().remove(0);
    assert_eq!((found.thing.as_str(), found.kind.as_str()), ("a", "bookmark"));
    let marked = found.snippet.iter().filter(|run| run.role == SnippetRole::Match);
    assert_eq!(marked.map(|run| run.text.as_str()).collect::<Vec<_>>(), ["Café", "sea"]);
    let whole: String = found.snippet.iter().map(|run| run.text.as_str()).collect();
    assert!(whole.contains("The Café by <b>the</b> sea. behind"), "{whole}");
    assert!(whole.len() < 400, "{whole}");
}
