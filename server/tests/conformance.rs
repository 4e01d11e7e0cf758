//! Every adapter keeps every promise of its port: `conformance embedded::records` lists one test a promise.

#![allow(clippy::unwrap_used)]

#[cfg(feature = "aws")]
#[path = "conformance/aws.rs"]
mod aws;
#[path = "conformance/embedded.rs"]
mod embedded;
#[path = "conformance/kill.rs"]
mod kill;
#[path = "conformance/memory.rs"]
mod memory;

/// Makes a module with a test for each promise of a list, run against what `$build` builds.
#[macro_export]
macro_rules! run_promises {
    ($module:ident { $build:path } $($promise:ident)+) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $promise() {
                    domain::ports::conformance::$module::$promise($build).await;
                }
            )+
        }
    };
}

/// The names in a list.
macro_rules! names {
    ($module:ident $($promise:ident)+) => { &[$(stringify!($promise)),+] };
}

/// A promise that no list names would be kept by nobody. Those that take a guard are called by hand.
#[test]
fn no_promise_is_left_out() {
    let lists: [(&str, &[&str], &str); 7] = [
        ("records", domain::records_promises!(names), include_str!("../../domain/src/ports/conformance/records.rs")),
        (
            "records_queries",
            domain::records_queries_promises!(names),
            include_str!("../../domain/src/ports/conformance/records_queries.rs"),
        ),
        ("blobs", domain::blobs_promises!(names), include_str!("../../domain/src/ports/conformance/blobs.rs")),
        ("search", domain::search_promises!(names), include_str!("../../domain/src/ports/conformance/search.rs")),
        (
            "search_ranking",
            domain::search_ranking_promises!(names),
            include_str!("../../domain/src/ports/conformance/search_ranking.rs"),
        ),
        ("identity", domain::identity_promises!(names), include_str!("../../domain/src/ports/conformance/identity.rs")),
        ("clock", domain::clock_promises!(names), include_str!("../../domain/src/ports/conformance/clock.rs")),
    ];
    let by_hand = include_str!("conformance/embedded.rs");
    for (file, listed, source) in lists {
        for line in source.lines().filter_map(|line| line.strip_prefix("pub async fn ")) {
            let name = line.split('<').next().unwrap();
            let kept = if line.contains("guard: G") { by_hand.contains(name) } else { listed.contains(&name) };
            assert!(kept, "{file}: {name}");
        }
    }
}
