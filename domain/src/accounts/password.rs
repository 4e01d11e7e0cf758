//! Passwords: how strong one must be, and changing one's own.

use shared::accounts::{NewOwner, check_password};
use shared::{Error, Result};
use zxcvbn::feedback::Feedback;
use zxcvbn::{Score, zxcvbn};

use super::keys::{self, SessionDoc};
use super::{Session, attempts, sessions};
use crate::Site;
use crate::ports::{Expect, Subject};
use crate::table;

/// The estimate's time grows with the square of the length; what follows could only make a password stronger.
const ESTIMATED_CHARS: usize = 100;

/// Refuses what a guesser finds within 10^8 tries (zxcvbn's score below 3), who knows the person's name, address and site.
///
/// # Errors
/// [`Error::Invalid`] on field `password`, saying what makes it weak.
pub(super) async fn check_strength(site: &Site, owner: &NewOwner) -> Result<()> {
    let settings = crate::settings::get(site).await?;
    let known = known_words(&[&owner.name, &owner.email, &settings.title, "commonplace"]);
    estimate(&owner.password, &known)
}

/// Each text as it is, run together, and word by word: the estimate takes two known words in a row for far apart.
fn known_words(texts: &[&str]) -> Vec<String> {
    let mut words = Vec::new();
    for text in texts {
        words.push((*text).to_owned());
        words.push(text.chars().filter(|c| c.is_alphanumeric()).collect());
        words.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
    }
    words.retain(|word| word.chars().count() > 2);
    words.iter().map(|word| word.to_lowercase()).collect()
}

fn estimate(password: &str, known: &[String]) -> Result<()> {
    let start: String = password.chars().take(ESTIMATED_CHARS).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let entropy = zxcvbn(&start, &known);
    if entropy.score() >= Score::Three {
        return Ok(());
    }
    Err(Error::invalid("password", sentence(entropy.feedback())))
}

fn sentence(feedback: Option<&Feedback>) -> String {
    let warning = feedback.and_then(Feedback::warning).map(|w| format!(" {w}")).unwrap_or_default();
    format!("This password is too easy to guess.{warning} Four or more random words make a good one.")
}

/// Sets the password of the session's person after checking the present one, and ends their other sessions.
///
/// # Errors
/// [`Error::Invalid`] on field `present` or `password`; [`Error::Busy`] after too many wrong tries.
pub async fn change_password(site: &Site, session: &Session, present: &str, new: &str) -> Result<()> {
    let person = &session.person;
    let attempt = attempts::begin(site, &person.email, &format!("session {}", session.id)).await?;
    let verified = site.identity.verify(&person.email, present).await?;
    let stored = keys::account(site, person.id).await?.ok_or(Error::NotFound)?;
    if verified != Some(Subject(stored.doc.subject.clone())) {
        return Err(Error::invalid("present", "That is not your present password."));
    }
    site.records.transact(attempt.succeeded()?).await?;
    attempt.give_back(site).await?;
    check_password(new)?;
    let owner = NewOwner { name: person.name.clone(), email: person.email.clone(), password: new.into() };
    check_strength(site, &owner).await?;
    site.identity.set_password(&Subject(stored.doc.subject.clone()), new).await?;

    let mut account = stored.doc;
    account.epoch += 1;
    let own_key = keys::session_key(person.id, &session.id);
    let own = site.get::<SessionDoc>(&own_key).await?.ok_or(Error::Denied)?;
    let kept = SessionDoc { epoch: account.epoch, ..own.doc };
    let put_account = table::put(keys::account_key(person.id), &account, Expect::Version(stored.version))?;
    let put_own = table::put(own_key, &kept, Expect::Version(own.version))?.expiring(kept.until);
    site.records.transact(vec![put_account.into(), put_own.into()]).await?;
    sessions::sweep(site, &account).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(password: &str) -> Option<String> {
        let known = known_words(&["Ada Lovelace", "ada@engines.example", "Notes on Engines", "commonplace"]);
        match estimate(password, &known) {
            Ok(()) => None,
            Err(Error::Invalid { field, reason }) => {
                assert_eq!(field, "password");
                Some(reason)
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_easy_to_guess_is_refused_with_the_reason() {
        for weak in ["passwordpassword", "qwertyuiopasdf", "aaaaaaaaaaaaaaaa", "123456789012", "abcabcabcabcabc"] {
            let reason = refusal(weak).unwrap_or_else(|| panic!("{weak} was accepted"));
            assert!(reason.ends_with("make a good one."), "{reason}");
        }
    }

    #[test]
    fn words_that_everybody_knows_of_the_person_do_not_count() {
        for weak in ["adalovelace1", "ada@engines.example", "Ada@Engines.Example1", "commonplaceada", "notesonengines"]
        {
            assert!(refusal(weak).is_some(), "{weak}");
        }
    }

    #[test]
    fn random_words_and_long_passwords_are_accepted_at_once() {
        assert_eq!(refusal("correct horse battery staple"), None);
        assert_eq!(refusal("xK9#mQ2$vL5@"), None);
        let long: String = (0..1_000).map(|i| char::from(b'!' + (i * 37 % 90) as u8)).collect();
        assert_eq!(refusal(&long), None);
    }

    #[test]
    fn a_long_password_of_one_letter_is_still_weak() {
        assert!(refusal(&"z".repeat(1_000)).is_some());
    }
}
