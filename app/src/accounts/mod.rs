//! Accounts: claiming the site, signing in and out, the owner's own account.

mod account;
pub mod api;
mod claim;
mod sign_in;
mod sign_out;

pub use account::Account;
pub use claim::Claim;
pub use sign_in::SignIn;
pub use sign_out::SignOut;
