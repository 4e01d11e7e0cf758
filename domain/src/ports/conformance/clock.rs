//! Clocks.

use std::collections::HashSet;

use crate::ports::Clock;

/// Hands the names of the promises to a macro.
#[macro_export]
macro_rules! clock_promises {
    ($run:ident $($with:tt)*) => {
        $run! { clock $($with)*
            time_is_whole_milliseconds
            ids_are_version_7_and_grow
            secrets_differ
        }
    };
}

/// The time has no part below the millisecond.
pub async fn time_is_whole_milliseconds<G, C: Clock>(build: impl AsyncFn() -> (G, C)) {
    let (_guard, clock) = build().await;
    for _ in 0..100 {
        assert_eq!(clock.now().as_nanosecond() % 1_000_000, 0);
    }
}

/// Ids are UUIDs version 7 that carry the time, and later ones are larger.
pub async fn ids_are_version_7_and_grow<G, C: Clock>(build: impl AsyncFn() -> (G, C)) {
    let (_guard, clock) = build().await;
    let before = clock.now().as_millisecond().unsigned_abs();
    let mut last = 0;
    for _ in 0..10_000 {
        let id = clock.id();
        assert!(id > last);
        let uuid = uuid::Uuid::from_u128(id);
        assert_eq!((uuid.get_version_num(), uuid.get_variant()), (7, uuid::Variant::RFC4122));
        last = id;
    }
    let millis = (last >> 80) as u64;
    assert!((before..before + 60_000).contains(&millis), "{millis} is not {before}");
}

/// No secret comes twice.
pub async fn secrets_differ<G, C: Clock>(build: impl AsyncFn() -> (G, C)) {
    let (_guard, clock) = build().await;
    let secrets: HashSet<_> = (0..1_000).map(|_| clock.secret()).collect();
    assert_eq!(secrets.len(), 1_000);
}
