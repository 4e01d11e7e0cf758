//! Search: what is found.

use jiff::Timestamp;

use crate::ports::{Audience, Search, SearchDoc, SearchQuery};

/// Hands the names of the promises to a macro.
#[macro_export]
macro_rules! search_promises {
    ($run:ident $($with:tt)*) => {
        $run! { search $($with)*
            words_match_without_regard_to_case_and_accents
            all_words_must_match
            one_typo_is_forgiven_in_long_words
            the_last_word_matches_as_a_prefix
            cjk_is_found_by_any_two_characters_in_a_row
            a_phrase_matches_only_in_a_row
            an_empty_query_finds_nothing
            filters_narrow
            titles_aliases_and_tags_are_found
            what_was_put_again_is_replaced
            what_was_deleted_is_not_found
            clear_forgets_everything
            nobody_finds_what_is_not_for_them
            two_sites_never_see_each_other
            no_query_is_an_error
        }
    };
}

/// A public note with a text.
pub fn note(thing: &str, text: &str) -> SearchDoc {
    SearchDoc {
        id: format!("{thing}/published"),
        thing: thing.into(),
        kind: "note",
        audience: Audience::Public,
        title: String::new(),
        aliases: Vec::new(),
        tags: Vec::new(),
        text: text.into(),
        date: None,
    }
}

/// What the public finds, best first.
pub(super) async fn things<S: Search>(search: &S, text: &str) -> Vec<String> {
    found_by(search, text, Audience::Public).await
}

async fn found_by<S: Search>(search: &S, text: &str, audience: Audience) -> Vec<String> {
    let query = SearchQuery { text: text.into(), audience, offset: 0, limit: 100 };
    search.search(&query).await.unwrap().into_iter().map(|found| found.thing).collect()
}

async fn found<S: Search>(search: &S, text: &str) -> Vec<String> {
    let mut things = things(search, text).await;
    things.sort();
    things
}

/// Words match whatever their case and accents, in the text and in the query.
pub async fn words_match_without_regard_to_case_and_accents<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    search
        .put(vec![note("a", "Un CAFÉ près de Zürich"), note("b", "cafe, nothing else"), note("c", "ΟΔΟΣ Łódź")])
        .await
        .unwrap();
    for query in ["café x", "CAFE x", "cafe\u{301} x"] {
        assert_eq!(found(&search, &query.replace(" x", "")).await, ["a", "b"], "{query}");
    }
    assert_eq!(found(&search, "zurich").await, ["a"]);
    assert_eq!(found(&search, "οδος").await, ["c"]);
    assert_eq!(found(&search, "lodz").await, ["c"]);
}

/// A thing is found if it holds every word, wherever.
pub async fn all_words_must_match<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let titled = SearchDoc { title: "apple".into(), ..note("b", "a pear") };
    search.put(vec![note("a", "pear and apple"), titled, note("c", "apple only")]).await.unwrap();
    assert_eq!(found(&search, "apple pear").await, ["a", "b"], "one word in the title, one in the text");
    assert_eq!(found(&search, "apple pear plum").await, [""; 0]);
}

/// A letter too many, too few, wrong or swapped is forgiven in words of five letters or more, and not in shorter ones.
pub async fn one_typo_is_forgiven_in_long_words<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    search.put(vec![note("a", "the garden in spring"), note("b", "a cat")]).await.unwrap();
    for query in
        ["gardn spring", "gardenn spring", "garten spring", "gadren spring", "springg", "sprnig", "garden sprong"]
    {
        assert_eq!(found(&search, query).await, ["a"], "{query}");
    }
    for query in ["gadrne spring", "gar-den", "czt", "cta x"] {
        assert_eq!(found(&search, query).await, [""; 0], "{query}");
    }
}

/// The last word is taken for the beginning of one, earlier ones only with a star.
pub async fn the_last_word_matches_as_a_prefix<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    search.put(vec![note("a", "backlinks and gardens"), note("b", "back")]).await.unwrap();
    assert_eq!(found(&search, "back").await, ["a", "b"]);
    assert_eq!(found(&search, "backli").await, ["a"]);
    assert_eq!(found(&search, "g").await, ["a"]);
    assert_eq!(found(&search, "gardens backl").await, ["a"]);
    assert_eq!(found(&search, "backl gardens").await, [""; 0], "only the last word");
    assert_eq!(found(&search, "backl* gardens").await, ["a"]);
}

/// Scripts without spaces are found by any two characters in a row, by one, and not by two that are apart.
pub async fn cjk_is_found_by_any_two_characters_in_a_row<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let docs =
        vec![note("a", "私は東京都に住んでいます。"), note("b", "京都と東の空"), note("c", "カタカナ 한국어 中文")];
    search.put(docs).await.unwrap();
    for (query, expected) in
        [("東京", &["a"][..]), ("京都", &["a", "b"]), ("東京都に住", &["a"]), ("に住", &["a"]), ("東", &["a", "b"])]
    {
        assert_eq!(found(&search, query).await, expected, "{query}");
    }
    for (query, expected) in
        [("都", &["a", "b"][..]), ("空", &["b"]), ("ﾀｶ", &["c"]), ("국어", &["c"]), ("中文", &["c"])]
    {
        assert_eq!(found(&search, query).await, expected, "{query}");
    }
    for query in ["東都", "京東", "空東", "カナタ"] {
        assert_eq!(found(&search, query).await, [""; 0], "{query}");
    }
}

/// Words in quotation marks are found in this order, next to each other.
pub async fn a_phrase_matches_only_in_a_row<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let docs = vec![
        note("a", "A well-known Garden."),
        note("b", "known well, garden known"),
        note("c", "well, we have known"),
    ];
    search.put(docs).await.unwrap();
    assert_eq!(found(&search, "\"well known\"").await, ["a"]);
    assert_eq!(found(&search, "“WELL KNOWN” gard").await, ["a"]);
    assert_eq!(found(&search, "\"known garden\"").await, ["a"]);
    assert_eq!(found(&search, "\"garden known").await, ["b"], "a quotation left open goes to the end");
    assert_eq!(found(&search, "well known").await, ["a", "b", "c"]);
    assert_eq!(found(&search, "\"well kno\"").await, [""; 0], "no prefix within a quotation");
}

/// Nothing asked, nothing found.
pub async fn an_empty_query_finds_nothing<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    assert_eq!(found(&search, "anything").await, [""; 0], "an empty index");
    search.put(vec![note("a", "text")]).await.unwrap();
    for query in ["", " ", "\t\n", "\"\"", "*", "...", "-"] {
        assert_eq!(found(&search, query).await, [""; 0], "{query:?}");
    }
}

/// `tag:` (with its nested tags), `kind:` and `before:` narrow what words find, and find alone.
pub async fn filters_narrow<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let date = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
    let docs = vec![
        SearchDoc { tags: tags(&["Garden"]), date: date("2026-01-01T00:00:00Z"), ..note("a", "soil") },
        SearchDoc {
            tags: tags(&["garden/Été", "two words"]), date: date("2026-02-28T23:59:59Z"), ..note("b", "soil")
        },
        SearchDoc { tags: tags(&["gardening"]), date: date("2026-03-01T00:00:00Z"), ..note("c", "soil") },
        SearchDoc { kind: "bookmark", ..note("d", "soil") },
    ];
    search.put(docs).await.unwrap();
    let cases: [(&str, &[&str]); 10] = [
        ("soil", &["a", "b", "c", "d"]),
        ("tag:garden soil", &["a", "b"]),
        ("soil tag:GARDEN/ete", &["b"]),
        ("tag:#garden", &["a", "b"]),
        ("tag:garden tag:\"two words\"", &["b"]),
        ("kind:bookmark soil", &["d"]),
        ("kind:note", &["a", "b", "c"]),
        ("soil before:2026-03-01", &["a", "b"]),
        ("before:2026-01-01", &[]),
        ("tag:gard soil", &[]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&search, query).await, expected, "{query}");
    }
}

/// Words of the title, the aliases and the tags are found like words of the text.
pub async fn titles_aliases_and_tags_are_found<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let doc = SearchDoc {
        title: "Of Bees".into(),
        aliases: vec!["Apis mellifera".into(), "Honey".into()],
        tags: vec!["insects/social".into()],
        ..note("a", "text")
    };
    search.put(vec![doc]).await.unwrap();
    for query in ["bees", "mellifera", "honey", "social", "\"apis mellifera\"", "insects honey bee"] {
        assert_eq!(found(&search, query).await, ["a"], "{query}");
    }
    assert_eq!(found(&search, "\"mellifera honey\"").await, [""; 0], "a phrase does not reach over two aliases");
}

/// A document put again under its id is the new one only.
pub async fn what_was_put_again_is_replaced<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    search.put(vec![note("a", "old words"), note("b", "other words")]).await.unwrap();
    search.put(vec![note("a", "new words")]).await.unwrap();
    assert_eq!(found(&search, "old").await, [""; 0]);
    assert_eq!(found(&search, "new").await, ["a"]);
    assert_eq!(found(&search, "words").await, ["a", "b"]);
    search.put(vec![note("a", "first"), note("a", "second")]).await.unwrap();
    assert_eq!(found(&search, "second").await, ["a"], "the last one of a batch stands");
    assert_eq!(found(&search, "first").await, [""; 0]);
}

/// Deleting a thing removes all its documents and nobody else's; deleting the absent succeeds.
pub async fn what_was_deleted_is_not_found<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let working = SearchDoc { id: "a/working".into(), audience: Audience::Owner, ..note("a", "draft words") };
    search.put(vec![note("a", "words"), working, note("b", "words")]).await.unwrap();
    search.delete(&["a".into(), "none".into()]).await.unwrap();
    assert_eq!(found_by(&search, "words", Audience::Owner).await, ["b"]);
    search.delete(&["a".into()]).await.unwrap();
    search.delete(&[]).await.unwrap();
}

/// After `clear` nothing is found, and what is put from then on is.
pub async fn clear_forgets_everything<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    search.put(vec![note("a", "words"), note("b", "words")]).await.unwrap();
    search.clear().await.unwrap();
    assert_eq!(found(&search, "words").await, [""; 0]);
    search.put(vec![note("b", "words")]).await.unwrap();
    assert_eq!(found(&search, "words").await, ["b"]);
}

/// A narrower audience does not find what is for a wider one; typos and filters do not go around that.
pub async fn nobody_finds_what_is_not_for_them<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    let doc = |thing: &str, audience| SearchDoc { audience, tags: vec!["x".into()], ..note(thing, "garden words") };
    let docs = vec![doc("p", Audience::Public), doc("m", Audience::Members), doc("o", Audience::Owner)];
    search.put(docs).await.unwrap();
    for query in ["garden", "graden", "\"garden words\"", "gard", "tag:x", "kind:note"] {
        for (audience, expected) in
            [(Audience::Public, &["p"][..]), (Audience::Members, &["m", "p"]), (Audience::Owner, &["m", "o", "p"])]
        {
            let mut things = found_by(&search, query, audience).await;
            things.sort();
            assert_eq!(things, expected, "{query} {audience:?}");
        }
    }
}

/// What one site holds is not found by another.
pub async fn two_sites_never_see_each_other<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let ((_guard, one), (_other_guard, other)) = (build().await, build().await);
    one.put(vec![note("a", "words")]).await.unwrap();
    assert_eq!(found(&other, "words").await, [""; 0]);
    other.clear().await.unwrap();
    assert_eq!(found(&one, "words").await, ["a"]);
}

/// Nothing typed is a syntax error, however odd.
pub async fn no_query_is_an_error<G, S: Search>(build: impl AsyncFn() -> (G, S)) {
    let (_guard, search) = build().await;
    search.put(vec![note("a", "some words 東京 \u{1F600}")]).await.unwrap();
    let (many, long) = ("a ".repeat(5_000), "x".repeat(5_000));
    for query in [
        "\"",
        "a:b:c",
        "tag:",
        "kind:\"",
        "before:",
        "before:9999-99-99",
        "AND OR NOT",
        "(((",
        "[a TO b]",
        "a^2~3",
        "\\",
        "/.*/",
        "* *",
        "\0",
        "\u{1F600}",
        "\u{301}",
        "\u{FFFF}",
        "東 \"東",
        "tag:\u{10FFFF}",
        &many,
        &long,
    ] {
        found(&search, query).await;
    }
}

/// What was put and committed is found after the adapter was closed and opened again.
pub async fn what_was_put_survives_a_restart<G, S: Search>(guard: G, open: impl AsyncFn(&G) -> S) {
    let search = open(&guard).await;
    search.put(vec![note("a", "words"), note("b", "words")]).await.unwrap();
    search.delete(&["b".into()]).await.unwrap();
    drop(search);
    let search = open(&guard).await;
    assert_eq!(found(&search, "words").await, ["a"]);
}
