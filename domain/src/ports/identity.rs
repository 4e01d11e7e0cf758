//! Who somebody is: passwords, and on AWS the user pool that keeps them.

use async_trait::async_trait;

use super::PortResult;

/// The identity provider's own name for an account; for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject(pub String);

/// The keeper of credentials. Passwords reach it in the clear and never leave it.
///
/// Promises: e-mail addresses are compared folded ([`shared::accounts::fold_email`]); a wrong password and an unknown
/// address take about the same time and answer the same `None`; a password set is the only one that works.
#[async_trait]
pub trait Identity: Send + Sync {
    /// Makes an account. `Conflict` when the address has one.
    async fn create(&self, email: &str, password: &str) -> PortResult<Subject>;
    /// The account, if the password is right.
    async fn verify(&self, email: &str, password: &str) -> PortResult<Option<Subject>>;
    /// Sets a new password. `Absent` when there is no such account.
    async fn set_password(&self, subject: &Subject, password: &str) -> PortResult<()>;
    /// Changes the address. `Conflict` when another account has it.
    async fn set_email(&self, subject: &Subject, email: &str) -> PortResult<()>;
    /// Removes an account; removing the absent succeeds.
    async fn delete(&self, subject: &Subject) -> PortResult<()>;
}
