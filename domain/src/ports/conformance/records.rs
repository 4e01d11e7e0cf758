//! Records: reading what was written, conditions, transactions, limits.

use futures::future::join_all;
use jiff::Timestamp;
use serde_json::json;
use shared::limits;

use super::{all_pages, doc, eventually, is_conflict, is_too_large, key, put};
use crate::ports::{ByIndex, Doc, Expect, Index, Key, Put, Query, Records, Table, Write};

/// Hands the names of the promises to a macro.
#[macro_export]
macro_rules! records_promises {
    ($run:ident $($with:tt)*) => {
        $run! { records $($with)*
            a_read_sees_every_acknowledged_write
            a_document_comes_back_as_given
            versions_count_puts
            a_failed_expectation_is_a_conflict_and_writes_nothing
            of_writers_that_expect_the_same_one_wins
            a_transaction_is_all_or_nothing
            no_two_writes_of_a_transaction_name_the_same_item
            many_writers_at_once_all_succeed
            deleting_the_absent_succeeds
            what_is_too_large_is_refused_whole
            an_empty_key_is_refused
            what_expired_is_absent
            tables_are_apart
            two_sites_never_see_each_other
            a_write_changes_the_generation
        }
    };
}

/// A read of the base table sees every write acknowledged before it, by key, in a batch and in a query.
pub async fn a_read_sees_every_acknowledged_write<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    for number in 0..50 {
        let sk = format!("{:02}", number % 10);
        records.put(Put { doc: doc(number), ..put("p", &sk, Expect::Any) }).await.unwrap();
        assert_eq!(records.get(&key("p", &sk)).await.unwrap().unwrap().doc, doc(number));
        let found = all_pages(&records, &Query::partition(Table::Notes, "p")).await;
        assert!(found.iter().any(|record| record.key.sk == sk && record.doc == doc(number)));
    }
    let keys = [key("p", "01"), key("p", "none"), key("p", "00"), key("p", "01")];
    let found = records.batch_get(&keys).await.unwrap();
    let numbers: Vec<_> = found.iter().map(|record| record.as_ref().map(|record| record.doc.clone())).collect();
    assert_eq!(numbers, [Some(doc(41)), None, Some(doc(40)), Some(doc(41))], "in the order of the keys, doubles too");
    records.delete(&key("p", "01"), Expect::Any).await.unwrap();
    assert_eq!(records.get(&key("p", "01")).await.unwrap(), None);
}

/// Documents, index places and expiries come back as given, whatever they hold.
pub async fn a_document_comes_back_as_given<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    let docs = [
        json!(null),
        json!([1, -1, 0.5, 1e300, u64::MAX, i64::MIN, true]),
        json!({ "": "", "nested": { "deep": [[[]]] }, "text": "é\u{301}\0\u{10FFFF}\"\\\n'; DROP TABLE notes; --" }),
        json!({ "body": "x\u{1F600}\n".repeat(limits::NOTE_BYTES / 6) }),
    ];
    for (number, doc) in docs.into_iter().enumerate() {
        let put = Put {
            key: key("p'\"\0é", &format!("s{number}")),
            doc: Doc::of(&doc).unwrap(),
            index: Some(Index { pk: "i\0é".into(), sk: "\u{10FFFF}".into() }),
            expires: Some("2300-01-01T00:00:00Z".parse().unwrap()),
            expect: Expect::Absent,
        };
        records.put(put.clone()).await.unwrap();
        let record = records.get(&put.key).await.unwrap().unwrap();
        assert_eq!((record.key, record.doc), (put.key, put.doc));
        assert_eq!((record.index, record.expires, record.version), (put.index, put.expires, 1));
    }
}

/// The version is 1 when first put, one more at each put, and a put answers it.
pub async fn versions_count_puts<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    for version in 1..=3 {
        assert_eq!(records.put(put("p", "s", Expect::Any)).await.unwrap(), version);
        assert_eq!(records.get(&key("p", "s")).await.unwrap().unwrap().version, version);
    }
    assert_eq!(records.put(put("p", "s", Expect::Version(3))).await.unwrap(), 4);
    records.transact(vec![put("p", "s", Expect::Version(4)).into()]).await.unwrap();
    assert_eq!(records.get(&key("p", "s")).await.unwrap().unwrap().version, 5);
}

/// A failed expectation of a put, a delete or a check is `Conflict`, and writes nothing.
pub async fn a_failed_expectation_is_a_conflict_and_writes_nothing<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    records.put(Put { doc: doc(1), ..put("p", "here", Expect::Absent) }).await.unwrap();
    records.put(Put { doc: doc(2), ..put("p", "here", Expect::Version(1)) }).await.unwrap();
    let stale = [("here", Expect::Absent), ("here", Expect::Version(1)), ("none", Expect::Version(1))];
    for (sk, expect) in stale.into_iter().chain([("here", Expect::Version(3)), ("none", Expect::Version(0))]) {
        let key = key("p", sk);
        assert!(is_conflict(records.put(Put { doc: doc(9), ..put("p", sk, expect) }).await), "put {sk} {expect:?}");
        assert!(is_conflict(records.delete(&key, expect).await), "delete {sk} {expect:?}");
        assert!(is_conflict(records.transact(vec![Write::Check { key, expect }]).await), "check {sk} {expect:?}");
    }
    let here = records.get(&key("p", "here")).await.unwrap().unwrap();
    assert_eq!((here.doc, here.version), (doc(2), 2));
    assert_eq!(records.get(&key("p", "none")).await.unwrap(), None);
    let checks = [("here", Expect::Version(2)), ("none", Expect::Absent), ("any", Expect::Any)];
    let checks = checks.map(|(sk, expect)| Write::Check { key: key("p", sk), expect });
    records.transact(checks.into()).await.unwrap();
    records.delete(&key("p", "none"), Expect::Absent).await.unwrap();
    records.delete(&key("p", "here"), Expect::Version(2)).await.unwrap();
    assert_eq!(records.get(&key("p", "here")).await.unwrap(), None);
}

/// Of writers that expect the same version at the same time, exactly one succeeds; the others learn of it.
pub async fn of_writers_that_expect_the_same_one_wins<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    for round in 0..10_u64 {
        let expect = if round == 0 { Expect::Absent } else { Expect::Version(round) };
        let tries = (0..8).map(|number| records.put(Put { doc: doc(number), ..put("p", "s", expect) }));
        let outcomes = join_all(tries).await;
        let winners: Vec<_> = outcomes.iter().enumerate().filter(|(_, outcome)| outcome.is_ok()).collect();
        assert_eq!(winners.len(), 1, "round {round}: {outcomes:?}");
        let stored = records.get(&key("p", "s")).await.unwrap().unwrap();
        assert_eq!((stored.doc, stored.version), (doc(winners[0].0), round + 1));
        assert_eq!(
            outcomes
                .into_iter()
                .filter(|outcome| outcome.is_err())
                .filter(|o| matches!(o, Err(crate::ports::PortError::Conflict)))
                .count(),
            7
        );
    }
}

/// A transaction whose one condition fails writes nothing; one whose conditions hold writes all, in several tables.
pub async fn a_transaction_is_all_or_nothing<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    records.put(put("p", "old", Expect::Any)).await.unwrap();
    let other = Key::new(Table::Site, "outbox", "1");
    let writes = |last: Expect| -> Vec<Write> {
        vec![
            put("p", "new", Expect::Absent).into(),
            Write::Delete { key: key("p", "old"), expect: Expect::Version(1) },
            Put { key: other.clone(), ..put("p", "s", Expect::Absent) }.into(),
            put("p", "last", last).into(),
        ]
    };
    assert!(is_conflict(records.transact(writes(Expect::Version(7))).await));
    let keys = [key("p", "new"), key("p", "old"), other.clone(), key("p", "last")];
    let there = |found: Vec<Option<_>>| found.iter().map(Option::is_some).collect::<Vec<_>>();
    assert_eq!(there(records.batch_get(&keys).await.unwrap()), [false, true, false, false]);
    records.transact(writes(Expect::Absent)).await.unwrap();
    assert_eq!(there(records.batch_get(&keys).await.unwrap()), [true, false, true, true]);
    records.transact(Vec::new()).await.unwrap();
}

/// A transaction that names an item twice fails and writes nothing.
pub async fn no_two_writes_of_a_transaction_name_the_same_item<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    let twice = vec![put("p", "s", Expect::Any).into(), Write::Check { key: key("p", "s"), expect: Expect::Any }];
    assert!(records.transact(twice).await.is_err());
    assert_eq!(records.get(&key("p", "s")).await.unwrap(), None);
}

/// Writers that do not meet all succeed, also where one beside them fails.
pub async fn many_writers_at_once_all_succeed<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    let writes = (0..200).map(|number| {
        let expect = if number % 10 == 3 { Expect::Version(9) } else { Expect::Absent };
        records.transact(vec![
            Put { doc: doc(number), ..put("a", &format!("{number:03}"), Expect::Absent) }.into(),
            Put { doc: doc(number), ..put("b", &format!("{number:03}"), expect) }.into(),
        ])
    });
    let outcomes = join_all(writes).await;
    for (number, outcome) in outcomes.into_iter().enumerate() {
        assert_eq!(outcome.is_ok(), number % 10 != 3, "{number}");
    }
    for partition in ["a", "b"] {
        let found = all_pages(&records, &Query::partition(Table::Notes, partition)).await;
        assert_eq!(found.len(), 180, "a transaction that failed took nothing else with it");
    }
}

/// Deleting what is not there succeeds, once and twice, and in a transaction.
pub async fn deleting_the_absent_succeeds<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    for _ in 0..2 {
        records.delete(&key("p", "none"), Expect::Any).await.unwrap();
        records.transact(vec![Write::Delete { key: key("p", "none"), expect: Expect::Any }]).await.unwrap();
    }
}

/// An item, a key, a transaction or a batch over its limit is `TooLarge` and writes nothing; at the limit it is stored.
pub async fn what_is_too_large_is_refused_whole<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    // Two keys of a byte each, two quotation marks.
    let sized =
        |sk: &str, bytes: usize| Put { doc: Doc::of(&"x".repeat(bytes - 4)).unwrap(), ..put("p", sk, Expect::Any) };
    records.put(sized("a", limits::ITEM_BYTES)).await.unwrap();
    assert!(is_too_large(records.put(sized("b", limits::ITEM_BYTES + 1)).await));
    let index = Some(Index { pk: "i".into(), sk: "i".into() });
    assert!(is_too_large(records.put(Put { index, ..sized("b", limits::ITEM_BYTES) }).await), "the index counts");
    let (pk_limit, sk_limit) = limits::KEY_BYTES;
    assert!(is_too_large(records.put(put(&"p".repeat(pk_limit + 1), "s", Expect::Any)).await));
    assert!(is_too_large(records.put(put("p", &"s".repeat(sk_limit + 1), Expect::Any)).await));
    records.put(put(&"p".repeat(pk_limit), &"s".repeat(sk_limit), Expect::Any)).await.unwrap();
    let many = |count: usize| -> Vec<Write> {
        (0..count).map(|number| put("many", &format!("{number:03}"), Expect::Any).into()).collect()
    };
    assert!(is_too_large(records.transact(many(limits::TRANSACTION_ITEMS + 1)).await));
    let heavy = (0..11).map(|number| sized(&format!("{number:x}"), limits::ITEM_BYTES));
    assert!(is_too_large(
        records.transact(heavy.skip(1).map(Write::from).chain([sized("b", 300_000).into()]).collect()).await
    ));
    assert_eq!(records.get(&key("p", "b")).await.unwrap(), None, "nothing was written");
    assert_eq!(records.get(&key("many", "000")).await.unwrap(), None, "nothing was written");
    records.transact(many(limits::TRANSACTION_ITEMS)).await.unwrap();
    let keys = vec![key("p", "a"); limits::BATCH_ITEMS + 1];
    assert!(is_too_large(records.batch_get(&keys).await));
    assert_eq!(records.batch_get(&keys[1..]).await.unwrap().len(), limits::BATCH_ITEMS);
}

/// An item without a name is refused.
pub async fn an_empty_key_is_refused<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    let no_index = Some(Index { pk: String::new(), sk: "s".into() });
    for put in
        [put("", "s", Expect::Any), put("p", "", Expect::Any), Put { index: no_index, ..put("p", "s", Expect::Any) }]
    {
        assert!(records.put(put).await.is_err());
    }
    assert_eq!(records.get(&key("p", "s")).await.unwrap(), None);
}

/// What expired is not returned by any read and is absent for expectations, whether it was swept or not.
pub async fn what_expired_is_absent<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    let past: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
    let future: Timestamp = "2300-01-01T00:00:00.9Z".parse().unwrap();
    let index = Some(Index { pk: "i".into(), sk: "s".into() });
    for (sk, expires) in [("gone", past), ("kept", future)] {
        records.put(Put { index: index.clone(), ..put("p", sk, Expect::Any).expiring(expires) }).await.unwrap();
    }
    assert_eq!(records.get(&key("p", "gone")).await.unwrap(), None);
    let kept = records.get(&key("p", "kept")).await.unwrap().unwrap();
    assert_eq!(kept.expires, Some("2300-01-01T00:00:00Z".parse().unwrap()), "whole seconds count");
    let both = records.batch_get(&[key("p", "gone"), key("p", "kept")]).await.unwrap();
    assert_eq!(both, [None, Some(kept.clone())]);
    assert_eq!(all_pages(&records, &Query::partition(Table::Notes, "p")).await, std::slice::from_ref(&kept));
    let by_index = Query { by_index: ByIndex::Secondary, ..Query::partition(Table::Notes, "i") };
    assert_eq!(eventually(&records, &by_index, 1).await, [kept]);
    assert!(is_conflict(records.put(put("p", "gone", Expect::Version(1))).await));
    records.put(put("p", "gone", Expect::Absent)).await.unwrap();
    assert!(records.get(&key("p", "gone")).await.unwrap().is_some(), "put again without an expiry, it stays");
}

/// The same key names different items in different tables.
pub async fn tables_are_apart<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    let index = Some(Index { pk: "i".into(), sk: "s".into() });
    for (number, table) in Table::ALL.into_iter().enumerate() {
        let key = Key::new(table, "p", "s");
        records
            .put(Put { key, doc: doc(number), index: index.clone(), ..put("p", "s", Expect::Absent) })
            .await
            .unwrap();
    }
    for (number, table) in Table::ALL.into_iter().enumerate() {
        let found = all_pages(&records, &Query::partition(table, "p")).await;
        assert_eq!(found.iter().map(|record| &record.doc).collect::<Vec<_>>(), [&doc(number)]);
        let by_index = Query { by_index: ByIndex::Secondary, ..Query::partition(table, "i") };
        assert_eq!(eventually(&records, &by_index, 1).await[0].doc, doc(number));
    }
}

/// What one site holds is not there for another.
pub async fn two_sites_never_see_each_other<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let ((_guard, one), (_other_guard, other)) = (build().await, build().await);
    one.put(put("p", "s", Expect::Absent)).await.unwrap();
    assert_eq!(other.get(&key("p", "s")).await.unwrap(), None);
    assert!(all_pages(&other, &Query::partition(Table::Notes, "p")).await.is_empty());
    other.delete(&key("p", "s"), Expect::Any).await.unwrap();
    assert!(one.get(&key("p", "s")).await.unwrap().is_some());
}

/// Where there is a generation, every kind of write changes it, and reads do not.
pub async fn a_write_changes_the_generation<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    let Some(mut before) = records.generation().await.unwrap() else { return };
    for write in 0..3 {
        match write {
            0 => drop(records.put(put("p", "s", Expect::Any)).await.unwrap()),
            1 => records.transact(vec![put("p", "t", Expect::Any).into()]).await.unwrap(),
            _ => records.delete(&key("p", "s"), Expect::Any).await.unwrap(),
        }
        let after = records.generation().await.unwrap().unwrap();
        assert_ne!(after, before, "write {write}");
        records.get(&key("p", "t")).await.unwrap();
        assert_eq!(records.generation().await.unwrap(), Some(after), "a read is no write");
        before = after;
    }
}

/// What was acknowledged is there after the adapter was closed and opened again.
pub async fn what_was_written_survives_a_restart<G, R: Records>(guard: G, open: impl AsyncFn(&G) -> R) {
    let records = open(&guard).await;
    let index = Some(Index { pk: "i".into(), sk: "s".into() });
    records.put(Put { index, ..put("p", "s", Expect::Absent) }).await.unwrap();
    records.put(put("p", "t", Expect::Absent)).await.unwrap();
    records.delete(&key("p", "t"), Expect::Any).await.unwrap();
    let before = records.get(&key("p", "s")).await.unwrap();
    drop(records);
    let records = open(&guard).await;
    assert_eq!(records.get(&key("p", "s")).await.unwrap(), before);
    assert_eq!(records.get(&key("p", "t")).await.unwrap(), None);
    let by_index = Query { by_index: ByIndex::Secondary, ..Query::partition(Table::Notes, "i") };
    eventually(&records, &by_index, 1).await;
}
