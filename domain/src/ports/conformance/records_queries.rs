//! Records: ranges, order, paging, the secondary index.

use std::collections::BTreeSet;

use futures::future::join;
use shared::limits;

use super::{all_pages, doc, eventually, key, put, sort_keys};
use crate::ports::{ByIndex, Doc, Expect, Index, Order, PortError, Put, Query, Range, Records, Table, Write};

/// Hands the names of the promises to a macro.
#[macro_export]
macro_rules! records_queries_promises {
    ($run:ident $($with:tt)*) => {
        $run! { records_queries $($with)*
            range_order_is_byte_order
            ranges_hold_what_they_say
            partitions_are_apart
            paging_loses_and_repeats_nothing
            paging_under_writes_keeps_what_was_there_throughout
            a_page_is_at_most_a_megabyte
            a_malformed_cursor_is_absent
            the_index_catches_up
            index_paging_loses_and_repeats_nothing
        }
    };
}

/// In the byte order of UTF-8; UTF-16 or a language's order would differ.
const IN_ORDER: [&str; 14] = ["\0", " ", "#", "-", "0", "10", "2", "A", "Z", "a", "a\0", "é", "\u{FFFD}", "\u{10000}"];

/// Sort keys come in byte order, and backwards in the reverse of it.
pub async fn range_order_is_byte_order<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    for sk in IN_ORDER.iter().rev() {
        records.put(put("p", sk, Expect::Any)).await.unwrap();
    }
    let query = Query::partition(Table::Notes, "p");
    assert_eq!(sort_keys(&all_pages(&records, &query).await), IN_ORDER);
    let backwards = all_pages(&records, &Query { order: Order::Descending, limit: 3, ..query }).await;
    assert_eq!(sort_keys(&backwards), IN_ORDER.iter().rev().copied().collect::<Vec<_>>());
}

/// A prefix holds what begins so; between holds both ends; an empty range is empty.
pub async fn ranges_hold_what_they_say<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    let all = ["a", "a#1", "a#2", "a#\u{10FFFF}", "a\u{10FFFF}", "b", "é", "éa", "ê", "\u{10FFFF}", "\u{10FFFF}x"];
    for sk in all {
        records.put(put("p", sk, Expect::Any)).await.unwrap();
    }
    let between = |first: &str, last: &str| Range::Between(first.into(), last.into());
    let cases: [(Range, &[&str]); 10] = [
        (Range::All, &all),
        (Range::Prefix(String::new()), &all),
        (Range::Prefix("a#".into()), &all[1..4]),
        (Range::Prefix("a".into()), &all[..5]),
        (Range::Prefix("é".into()), &all[6..8]),
        (Range::Prefix("\u{10FFFF}".into()), &all[9..]),
        (Range::Prefix("c".into()), &[]),
        (between("a#1", "b"), &all[1..6]),
        (between("a", "a"), &all[..1]),
        (between("b", "a"), &[]),
    ];
    for (range, expected) in cases {
        for (order, limit) in
            [(Order::Ascending, 100), (Order::Descending, 100), (Order::Ascending, 1), (Order::Descending, 2)]
        {
            let query = Query { range: range.clone(), order, limit, ..Query::partition(Table::Notes, "p") };
            let found = all_pages(&records, &query).await;
            let mut found = sort_keys(&found);
            if order == Order::Descending {
                found.reverse();
            }
            assert_eq!(found, expected, "{range:?} {order:?} by {limit}");
        }
    }
}

/// A query answers its own partition only, however alike another's name is.
pub async fn partitions_are_apart<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    for pk in ["p", "pp", "p\0", "P", "p "] {
        records.put(put(pk, "s", Expect::Any)).await.unwrap();
    }
    for pk in ["p", "pp", "p\0", "P", "p "] {
        let found = all_pages(&records, &Query::partition(Table::Notes, pk)).await;
        assert_eq!(found.iter().map(|record| record.key.pk.as_str()).collect::<Vec<_>>(), [pk]);
    }
    assert!(all_pages(&records, &Query::partition(Table::Notes, "none")).await.is_empty());
}

/// Pages of any size, in either direction, hold every item once, in order.
pub async fn paging_loses_and_repeats_nothing<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    let expected: Vec<_> = (0..30).map(|number| format!("{number:02}")).collect();
    for sk in &expected {
        records.put(put("p", sk, Expect::Any)).await.unwrap();
    }
    for limit in [1, 7, 10, 29, 30, 31] {
        let query = Query { limit, ..Query::partition(Table::Notes, "p") };
        assert_eq!(sort_keys(&all_pages(&records, &query).await), expected, "by {limit}");
        let backwards = all_pages(&records, &Query { order: Order::Descending, ..query }).await;
        assert!(sort_keys(&backwards).iter().rev().eq(expected.iter()), "backwards by {limit}");
    }
}

/// Items that were there from the first page to the last come once each, while others come and go between pages.
pub async fn paging_under_writes_keeps_what_was_there_throughout<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    for number in 0..40 {
        records.put(put("p", &format!("{number:02}"), Expect::Any)).await.unwrap();
    }
    for order in [Order::Ascending, Order::Descending] {
        let mut query = Query { order, limit: 5, ..Query::partition(Table::Notes, "p") };
        let mut seen: Vec<String> = Vec::new();
        for round in 0..100 {
            let page = records.query(&query).await.unwrap();
            seen.extend(page.items.into_iter().map(|record| record.key.sk));
            let Some(next) = page.next else { break };
            query.cursor = Some(next);
            // Odd ones go and come, the one that the cursor stands on among them; new ones come before and behind.
            let odd = key("p", &format!("{:02}", (round * 10 + 9) % 40));
            records.delete(&odd, Expect::Any).await.unwrap();
            records.put(put("p", &format!("{:02}-new", round % 40), Expect::Any)).await.unwrap();
        }
        let even: Vec<_> = (0..40).step_by(2).map(|number| format!("{number:02}")).collect();
        let mut kept: Vec<_> = seen.iter().filter(|sk| even.contains(sk)).cloned().collect();
        if order == Order::Descending {
            kept.reverse();
        }
        assert_eq!(kept, even, "{order:?}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "nothing comes twice");
    }
}

/// A page ends before it passes a megabyte, but always holds something; the next one goes on.
pub async fn a_page_is_at_most_a_megabyte<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    for number in 0..5 {
        let big = Put { doc: Doc::of(&"x".repeat(300_000)).unwrap(), ..put("p", &format!("{number}"), Expect::Any) };
        records.put(big).await.unwrap();
    }
    let query = Query::partition(Table::Notes, "p");
    let page = records.query(&query).await.unwrap();
    let bytes: usize = page.items.iter().map(|record| record.doc.as_str().len()).sum();
    assert!((1..=limits::QUERY_BYTES).contains(&bytes) && page.next.is_some(), "{bytes}");
    assert_eq!(sort_keys(&all_pages(&records, &query).await), ["0", "1", "2", "3", "4"]);
}

/// A cursor that no page gave is `Absent`; one of another kind of query is never more than that.
pub async fn a_malformed_cursor_is_absent<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    for number in 0..3 {
        let index = Some(Index { pk: "p".into(), sk: "s".into() });
        records.put(Put { index, ..put("p", &format!("{number}"), Expect::Any) }).await.unwrap();
    }
    for by_index in [ByIndex::Base, ByIndex::Secondary] {
        let query = Query { by_index, limit: 1, ..Query::partition(Table::Notes, "p") };
        for bad in ["", "x", "' OR 1=1 --", "AAAA", "é", "W10"] {
            let outcome = records.query(&Query { cursor: Some(bad.into()), ..query.clone() }).await;
            assert!(matches!(outcome, Err(PortError::Absent)), "{bad:?}: {outcome:?}");
        }
    }
    let base = Query { limit: 1, ..Query::partition(Table::Notes, "p") };
    let cursor = records.query(&base).await.unwrap().next;
    let crossed = records.query(&Query { by_index: ByIndex::Secondary, cursor, ..base }).await;
    assert!(matches!(crossed, Err(PortError::Absent)), "{crossed:?}");
}

/// The index shows, soon, where an item was put, moved to, taken from or deleted.
pub async fn the_index_catches_up<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    let at = |pk: &str| Query { by_index: ByIndex::Secondary, ..Query::partition(Table::Notes, pk) };
    let indexed = |pk: &str, number| Put { doc: doc(number), ..put("p", "s", Expect::Any).indexed(pk, "x") };
    records.put(indexed("i", 1)).await.unwrap();
    let found = eventually(&records, &at("i"), 1).await;
    assert_eq!(found, [records.get(&key("p", "s")).await.unwrap().unwrap()], "the whole item");
    records.put(indexed("j", 2)).await.unwrap();
    assert_eq!(eventually(&records, &at("j"), 1).await[0].doc, doc(2));
    eventually(&records, &at("i"), 0).await;
    records.put(put("p", "s", Expect::Any)).await.unwrap();
    eventually(&records, &at("j"), 0).await;
    records.put(indexed("i", 3)).await.unwrap();
    eventually(&records, &at("i"), 1).await;
    records.transact(vec![Write::Delete { key: key("p", "s"), expect: Expect::Any }]).await.unwrap();
    eventually(&records, &at("i"), 0).await;
}

/// Pages of the index hold every item once and in order, also where many items share a sort key.
pub async fn index_paging_loses_and_repeats_nothing<G, R: Records>(build: impl AsyncFn() -> (G, R)) {
    let (_guard, records) = build().await;
    for number in 0..24 {
        let place = format!("{}", number / 6);
        records
            .put(put(&format!("p{}", number % 5), &format!("{number:02}"), Expect::Any).indexed("i", place))
            .await
            .unwrap();
    }
    let query = Query { by_index: ByIndex::Secondary, ..Query::partition(Table::Notes, "i") };
    eventually(&records, &query, 24).await;
    for (order, limit) in
        [Order::Ascending, Order::Descending].into_iter().flat_map(|order| [1, 5, 24].map(|limit| (order, limit)))
    {
        let query = Query { order, limit, ..query.clone() };
        let (found, part) = join(
            all_pages(&records, &query),
            all_pages(&records, &Query { range: Range::Between("1".into(), "2".into()), ..query.clone() }),
        )
        .await;
        let places: Vec<_> =
            found.iter().filter_map(|record| record.index.as_ref().map(|index| index.sk.clone())).collect();
        let sorted = match order {
            Order::Ascending => places.is_sorted(),
            Order::Descending => places.iter().rev().is_sorted(),
        };
        assert!(sorted, "{order:?} by {limit}: {places:?}");
        let distinct: BTreeSet<_> = sort_keys(&found).into_iter().collect();
        assert_eq!((found.len(), distinct.len(), part.len()), (24, 24, 12), "{order:?} by {limit}");
    }
}
