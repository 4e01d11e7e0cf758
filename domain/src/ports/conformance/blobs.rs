//! Blobs.

use futures::future::join_all;

use crate::ports::{BlobMeta, Blobs, ByteRange, PortError};

/// Hands the names of the promises to a macro.
#[macro_export]
macro_rules! blobs_promises {
    ($run:ident $($with:tt)*) => {
        $run! { blobs $($with)*
            bytes_and_type_come_back_as_given
            a_range_answers_exactly_its_bytes
            a_put_replaces_bytes_and_type
            a_reader_never_sees_half_a_put
            deleting_the_absent_succeeds
            what_was_deleted_is_absent
            listing_is_in_byte_order_of_keys
            listing_pages_without_loss
            nothing_stands_at_a_malformed_key
            two_sites_never_see_each_other
        }
    };
}

/// Bytes and media type come back as given, whatever they are.
pub async fn bytes_and_type_come_back_as_given<G, B: Blobs>(build: impl AsyncFn() -> (G, B)) {
    let (_guard, blobs) = build().await;
    let every_byte: Vec<u8> = (0..=255).collect();
    let cases: [(&str, &str, Vec<u8>); 7] = [
        ("a", "", Vec::new()),
        ("media/b.jpg", "image/jpeg", every_byte.clone()),
        ("media/b.png", "image/jpeg", b"a name may lie".to_vec()),
        ("media/deep/er/c.txt", "text/plain; charset=\"utf-8\"", "é\r\n".into()),
        ("media/.hidden", "application/octet-stream", b"x".to_vec()),
        ("-_.A", "x/y", b"y".to_vec()),
        ("large.bin", "application/octet-stream", every_byte.repeat(20_000)),
    ];
    for (key, media_type, bytes) in &cases {
        blobs.put(key, media_type, bytes.clone()).await.unwrap();
    }
    for (key, media_type, bytes) in cases {
        assert!(blobs.get(key, None).await.unwrap() == bytes, "{key}");
        let meta = BlobMeta { size: bytes.len() as u64, media_type: media_type.into() };
        assert_eq!(blobs.head(key).await.unwrap(), Some(meta), "{key}");
    }
}

/// A range answers its bytes, both ends included, cut at the end; one without bytes is `Absent`.
pub async fn a_range_answers_exactly_its_bytes<G, B: Blobs>(build: impl AsyncFn() -> (G, B)) {
    let (_guard, blobs) = build().await;
    blobs.put("ten", "text/plain", b"0123456789".to_vec()).await.unwrap();
    blobs.put("none", "text/plain", Vec::new()).await.unwrap();
    let cases = [(0, Some(0), "0"), (0, Some(9), "0123456789"), (3, Some(5), "345"), (9, Some(9), "9")];
    let open = [(0, None, "0123456789"), (7, None, "789"), (5, Some(u64::MAX), "56789"), (8, Some(100), "89")];
    for (first, last, expected) in cases.into_iter().chain(open) {
        let bytes = blobs.get("ten", Some(ByteRange { first, last })).await.unwrap();
        assert_eq!(bytes, expected.as_bytes(), "{first}-{last:?}");
    }
    for (key, first, last) in
        [("ten", 10, None), ("ten", u64::MAX, None), ("ten", 5, Some(4)), ("none", 0, None), ("no", 0, None)]
    {
        let outcome = blobs.get(key, Some(ByteRange { first, last })).await;
        assert!(matches!(outcome, Err(PortError::Absent)), "{key} {first}-{last:?}: {outcome:?}");
    }
}

/// A put replaces what was there, type included, and again.
pub async fn a_put_replaces_bytes_and_type<G, B: Blobs>(build: impl AsyncFn() -> (G, B)) {
    let (_guard, blobs) = build().await;
    for media_type in ["image/png", "text/plain", "text/plain", "image/png", "x/y", "application/octet-stream"] {
        for key in ["a.png", "b"] {
            let bytes = format!("a {media_type}").into_bytes();
            blobs.put(key, media_type, bytes.clone()).await.unwrap();
            assert_eq!(blobs.get(key, None).await.unwrap(), bytes);
            let meta = blobs.head(key).await.unwrap().unwrap();
            assert_eq!((meta.size, meta.media_type.as_str()), (bytes.len() as u64, media_type), "{key}");
        }
    }
}

/// Whoever reads while puts are under way gets one whole blob or another.
pub async fn a_reader_never_sees_half_a_put<G, B: Blobs>(build: impl AsyncFn() -> (G, B)) {
    let (_guard, blobs) = build().await;
    let of = |letter: u8| vec![letter; 200_000 + usize::from(letter)];
    blobs.put("k", "text/plain", of(b'a')).await.unwrap();
    let writes = (b'a'..=b'h').map(|letter| blobs.put("k", "text/plain", of(letter)));
    let reads = (0..40).map(|_| async {
        tokio::task::yield_now().await;
        let bytes = blobs.get("k", None).await.unwrap();
        assert!(bytes == of(bytes[0]), "{} bytes of {}", bytes.len(), bytes[0]);
    });
    let (written, _) = futures::future::join(join_all(writes), join_all(reads)).await;
    written.into_iter().collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(blobs.list("", None).await.unwrap().items, ["k"], "nothing is left beside it");
}

/// Deleting what is not there succeeds.
pub async fn deleting_the_absent_succeeds<G, B: Blobs>(build: impl AsyncFn() -> (G, B)) {
    let (_guard, blobs) = build().await;
    blobs.put("folder/a", "x/y", b"x".to_vec()).await.unwrap();
    for key in ["none", "none/at/all", "folder", "folder/a/b", "folder/b"] {
        blobs.delete(key).await.unwrap();
    }
    assert_eq!(blobs.get("folder/a", None).await.unwrap(), b"x");
}

/// What was deleted, or never put, is absent in every way.
pub async fn what_was_deleted_is_absent<G, B: Blobs>(build: impl AsyncFn() -> (G, B)) {
    let (_guard, blobs) = build().await;
    blobs.put("a/b.png", "x/y", b"x".to_vec()).await.unwrap();
    blobs.delete("a/b.png").await.unwrap();
    for key in ["a/b.png", "a", "none", "a/b.png/c"] {
        assert!(matches!(blobs.get(key, None).await, Err(PortError::Absent)), "{key}");
        assert_eq!(blobs.head(key).await.unwrap(), None, "{key}");
    }
    assert!(blobs.list("", None).await.unwrap().items.is_empty());
    blobs.put("a/b.png", "image/png", b"y".to_vec()).await.unwrap();
    assert_eq!(blobs.head("a/b.png").await.unwrap().unwrap().media_type, "image/png", "nothing of the old one is left");
}

/// Keys are listed in byte order, also where folders and files interleave; a prefix need not end at a segment.
pub async fn listing_is_in_byte_order_of_keys<G, B: Blobs>(build: impl AsyncFn() -> (G, B)) {
    let (_guard, blobs) = build().await;
    let keys = ["A", "a-b", "a.b/c", "a/b", "a/b-c", "a/b0", "a/c/d", "a/c0", "a0", "b/a", "ba"];
    for key in keys.iter().rev() {
        blobs.put(key, "x/odd", b"x".to_vec()).await.unwrap();
    }
    assert_eq!(blobs.list("", None).await.unwrap().items, keys);
    for prefix in ["a", "a/", "a/b", "a/c/", "b", "a.b/c", "none", "a/b/"] {
        let expected: Vec<_> = keys.iter().copied().filter(|key| key.starts_with(prefix)).collect();
        assert_eq!(blobs.list(prefix, None).await.unwrap().items, expected, "{prefix}");
    }
}

/// Pages hold every key once, also while others come and go.
pub async fn listing_pages_without_loss<G, B: Blobs>(build: impl AsyncFn() -> (G, B)) {
    let (_guard, blobs) = build().await;
    let keys: Vec<_> = (0..230).map(|number| format!("f{}/{number:03}", number / 40)).collect();
    join_all(keys.iter().map(|key| blobs.put(key, "x/y", Vec::new()))).await.into_iter().for_each(Result::unwrap);
    let (mut found, mut cursor) = (Vec::new(), None);
    for round in 0..20 {
        let page = blobs.list("f", cursor.as_deref()).await.unwrap();
        found.extend(page.items);
        let Some(next) = page.next else { break };
        // What the cursor names may be gone when it is asked for what follows.
        blobs.delete(&next).await.unwrap();
        blobs.put(&format!("f0/000-{round}"), "x/y", Vec::new()).await.unwrap();
        cursor = Some(next);
    }
    assert_eq!(found, keys);
}

/// A malformed key, one that leads out of the store among them, names nothing, and putting there fails.
pub async fn nothing_stands_at_a_malformed_key<G, B: Blobs>(build: impl AsyncFn() -> (G, B)) {
    let (_guard, blobs) = build().await;
    let long = "x".repeat(2_000);
    for key in
        ["", "/", "/etc/passwd", "../a", "a/../b", "a/./b", "a//b", "a/", "a b", "é", "a\\b", "a\0b", "a~type", &long]
    {
        assert!(blobs.put(key, "x/y", b"x".to_vec()).await.is_err(), "{key:?}");
        assert!(matches!(blobs.get(key, None).await, Err(PortError::Absent)), "{key:?}");
        assert_eq!(blobs.head(key).await.unwrap(), None, "{key:?}");
        blobs.delete(key).await.unwrap();
    }
    for prefix in ["/", "../", "a/../", "é"] {
        assert!(blobs.list(prefix, None).await.unwrap().items.is_empty(), "{prefix:?}");
    }
}

/// What one site holds is not there for another.
pub async fn two_sites_never_see_each_other<G, B: Blobs>(build: impl AsyncFn() -> (G, B)) {
    let ((_guard, one), (_other_guard, other)) = (build().await, build().await);
    one.put("a", "x/y", b"x".to_vec()).await.unwrap();
    assert_eq!(other.head("a").await.unwrap(), None);
    other.delete("a").await.unwrap();
    assert_eq!(one.get("a", None).await.unwrap(), b"x");
}

/// What was acknowledged is there after the adapter was closed and opened again.
pub async fn what_was_put_survives_a_restart<G, B: Blobs>(guard: G, open: impl AsyncFn(&G) -> B) {
    let blobs = open(&guard).await;
    blobs.put("folder/a.png", "x/y", b"x".to_vec()).await.unwrap();
    blobs.put("gone", "x/y", b"x".to_vec()).await.unwrap();
    blobs.delete("gone").await.unwrap();
    drop(blobs);
    let blobs = open(&guard).await;
    assert_eq!(blobs.get("folder/a.png", None).await.unwrap(), b"x");
    assert_eq!(blobs.head("folder/a.png").await.unwrap().unwrap().media_type, "x/y");
    assert_eq!(blobs.list("", None).await.unwrap().items, ["folder/a.png"]);
}
