//! Identities.

use super::is_conflict;
use crate::ports::{Identity, PortError, Subject};

/// Hands the names of the promises to a macro.
#[macro_export]
macro_rules! identity_promises {
    ($run:ident $($with:tt)*) => {
        $run! { identity $($with)*
            only_the_right_password_is_right
            addresses_are_compared_folded
            an_address_has_one_account
            a_password_set_is_the_only_one_that_works
            an_address_changed_is_the_only_one_that_works
            a_removed_account_is_gone
            accounts_are_apart
        }
    };
}

const RIGHT: &str = "correct horse battery staple é";

/// The right password answers the account; any other, and an unknown address, answer nothing.
pub async fn only_the_right_password_is_right<G, I: Identity>(build: impl AsyncFn() -> (G, I)) {
    let (_guard, identity) = build().await;
    let ada = identity.create("ada@example.org", RIGHT).await.unwrap();
    assert_eq!(identity.verify("ada@example.org", RIGHT).await.unwrap(), Some(ada));
    for wrong in ["", "correct horse", "Correct horse battery staple é", "correct horse battery staple e"] {
        assert_eq!(identity.verify("ada@example.org", wrong).await.unwrap(), None, "{wrong}");
    }
    let (padded, endless) = (format!("{RIGHT} "), "x".repeat(100_000));
    for wrong in [padded, endless] {
        assert_eq!(identity.verify("ada@example.org", &wrong).await.unwrap(), None);
    }
    for unknown in ["bob@example.org", "", "ada@example.org'--", "ada"] {
        assert_eq!(identity.verify(unknown, RIGHT).await.unwrap(), None, "{unknown}");
    }
}

/// Case and surrounding spaces of an address do not matter.
pub async fn addresses_are_compared_folded<G, I: Identity>(build: impl AsyncFn() -> (G, I)) {
    let (_guard, identity) = build().await;
    let ada = identity.create(" Ada@Example.org ", RIGHT).await.unwrap();
    assert_eq!(identity.verify("ada@example.ORG", RIGHT).await.unwrap(), Some(ada));
    assert!(is_conflict(identity.create("ADA@example.org", RIGHT).await));
}

/// A second account for an address is a `Conflict`, and changes nothing about the first.
pub async fn an_address_has_one_account<G, I: Identity>(build: impl AsyncFn() -> (G, I)) {
    let (_guard, identity) = build().await;
    let ada = identity.create("ada@example.org", RIGHT).await.unwrap();
    assert!(is_conflict(identity.create("ada@example.org", "another password").await));
    let bob = identity.create("bob@example.org", RIGHT).await.unwrap();
    assert!(is_conflict(identity.set_email(&bob, "ada@example.org").await));
    assert_eq!(identity.verify("ada@example.org", RIGHT).await.unwrap(), Some(ada));
    assert_eq!(identity.verify("ada@example.org", "another password").await.unwrap(), None);
    assert_eq!(identity.verify("bob@example.org", RIGHT).await.unwrap(), Some(bob));
}

/// After a password was set it works, and the one before does not.
pub async fn a_password_set_is_the_only_one_that_works<G, I: Identity>(build: impl AsyncFn() -> (G, I)) {
    let (_guard, identity) = build().await;
    let ada = identity.create("ada@example.org", RIGHT).await.unwrap();
    identity.set_password(&ada, "the second password").await.unwrap();
    assert_eq!(identity.verify("ada@example.org", RIGHT).await.unwrap(), None);
    assert_eq!(identity.verify("ada@example.org", "the second password").await.unwrap(), Some(ada));
    let nobody = Subject("nobody".into());
    assert!(matches!(identity.set_password(&nobody, RIGHT).await, Err(PortError::Absent)));
    assert!(matches!(identity.set_email(&nobody, "x@example.org").await, Err(PortError::Absent)));
}

/// After an address was changed the new one works with the same password and the same subject, the old one is free.
pub async fn an_address_changed_is_the_only_one_that_works<G, I: Identity>(build: impl AsyncFn() -> (G, I)) {
    let (_guard, identity) = build().await;
    let ada = identity.create("ada@example.org", RIGHT).await.unwrap();
    identity.set_email(&ada, "Lovelace@example.org").await.unwrap();
    identity.set_email(&ada, "lovelace@example.org").await.unwrap();
    assert_eq!(identity.verify("ada@example.org", RIGHT).await.unwrap(), None);
    assert_eq!(identity.verify("lovelace@example.org", RIGHT).await.unwrap(), Some(ada.clone()));
    identity.set_password(&ada, "the second password").await.unwrap();
    assert_eq!(identity.verify("lovelace@example.org", "the second password").await.unwrap(), Some(ada));
    identity.create("ada@example.org", RIGHT).await.unwrap();
}

/// A removed account does not sign in; removing it again succeeds; its address is free.
pub async fn a_removed_account_is_gone<G, I: Identity>(build: impl AsyncFn() -> (G, I)) {
    let (_guard, identity) = build().await;
    let ada = identity.create("ada@example.org", RIGHT).await.unwrap();
    for _ in 0..2 {
        identity.delete(&ada).await.unwrap();
    }
    assert_eq!(identity.verify("ada@example.org", RIGHT).await.unwrap(), None);
    let again = identity.create("ada@example.org", RIGHT).await.unwrap();
    assert_ne!(again, ada, "a subject is one account for ever");
}

/// What happens to one account does not touch another; two sites never see each other.
pub async fn accounts_are_apart<G, I: Identity>(build: impl AsyncFn() -> (G, I)) {
    let ((_guard, one), (_other_guard, other)) = (build().await, build().await);
    let ada = one.create("ada@example.org", RIGHT).await.unwrap();
    let bob = one.create("bob@example.org", RIGHT).await.unwrap();
    one.set_password(&ada, "the second password").await.unwrap();
    assert_eq!(one.verify("bob@example.org", RIGHT).await.unwrap(), Some(bob));
    assert_eq!(other.verify("ada@example.org", "the second password").await.unwrap(), None);
}
