//! Accounts: the owner and the people they admit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::PersonId;
use crate::limits;
use crate::{Error, Result};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// For ever.
    pub id: PersonId,
    /// As others see it.
    pub name: String,
    /// As typed; compared by [`fold_email`].
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// When the account was made.
    pub created: Timestamp,
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Owner,
    /// Read what is shared with members.
    Member,
}

/// What the claim form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOwner {
    /// As others see it.
    pub name: String,
    /// Where mail reaches them; the sign-in name.
    pub email: String,
    /// In the clear, for as long as the request lasts.
    pub password: String,
}

impl NewOwner {
    /// Checks every rule that needs no store; strength is estimated by the domain.
    ///
    /// # Errors
    /// [`Error::Invalid`] or [`Error::TooLarge`], naming the form's field.
    pub fn check(&self) -> Result<()> {
        if self.name.trim().is_empty() {
            return Err(Error::invalid("name", "Say what readers should call you."));
        }
        if self.name.chars().count() > limits::NAME_CHARS {
            let limit = limits::NAME_CHARS as u64;
            return Err(Error::TooLarge { field: "name".into(), limit, unit: "characters".into() });
        }
        check_email(&self.email)?;
        check_password(&self.password)
    }
}

/// An address has something before and after its one last `@`, no spaces, and fits [`limits::EMAIL_BYTES`].
///
/// # Errors
/// [`Error::Invalid`] on field `email`.
pub fn check_email(email: &str) -> Result<()> {
    let email = email.trim();
    let plausible = email.rsplit_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    if !plausible || email.len() > limits::EMAIL_BYTES || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::invalid("email", "That is no e-mail address; it looks like you@example.org."));
    }
    Ok(())
}

/// Length, and no space at either end, which Cognito refuses; no composition rules (NIST SP 800-63B, 3.1.1.2).
///
/// # Errors
/// [`Error::Invalid`] or [`Error::TooLarge`] on field `password`.
pub fn check_password(password: &str) -> Result<()> {
    if password.chars().count() < limits::PASSWORD_CHARS_MIN {
        let reason = format!("Use at least {} characters; a few random words are good.", limits::PASSWORD_CHARS_MIN);
        return Err(Error::invalid("password", reason));
    }
    if password.len() > limits::PASSWORD_BYTES_MAX {
        let limit = limits::PASSWORD_BYTES_MAX as u64;
        return Err(Error::TooLarge { field: "password".into(), limit, unit: "bytes".into() });
    }
    if password.trim() != password {
        return Err(Error::invalid("password", "A password cannot begin or end with a space."));
    }
    Ok(())
}

/// The form in which addresses are compared.
pub fn fold_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A session as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// Names it for revoking; not the secret.
    pub id: String,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to the hour.
    pub used: Timestamp,
    /// The browser's own description, shortened.
    pub agent: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_an_address_may_be_as_long_as_their_limits_and_no_longer() {
        let of = |name: usize, email: usize| NewOwner {
            name: "é".repeat(name),
            email: format!("{}@x.example", "a".repeat(email - "@x.example".len())),
            password: "correct horse".into(),
        };
        assert_eq!(of(limits::NAME_CHARS, limits::EMAIL_BYTES).check(), Ok(()));
        for (owner, field) in
            [(of(limits::NAME_CHARS + 1, 20), "name"), (of(1, limits::EMAIL_BYTES + 1), "email"), (of(0, 20), "name")]
        {
            assert_eq!(owner.check().expect_err("refused").field(), Some(field));
        }
        for (chars, is_good) in [(limits::PASSWORD_CHARS_MIN, true), (limits::PASSWORD_CHARS_MIN - 1, false)] {
            assert_eq!(check_password(&"é".repeat(chars)).is_ok(), is_good);
        }
    }

    #[test]
    fn a_password_is_long_enough_and_none_that_a_home_would_refuse() {
        let most = "x".repeat(limits::PASSWORD_BYTES_MAX);
        for good in ["correct horse", "écrits 日本語 x", &most] {
            assert_eq!(check_password(good), Ok(()), "{good}");
        }
        let over = format!("{most}x");
        for bad in ["", "too short", "            ", " correct horse", "correct horse\u{a0}", &over] {
            assert!(check_password(bad).is_err(), "{bad:?}");
        }
    }
}
