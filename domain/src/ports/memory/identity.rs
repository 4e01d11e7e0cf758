//! Passwords in memory, in the clear: for tests only.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use shared::accounts::fold_email;

use super::super::{Identity, PortError, PortResult, Subject};
use super::locked;

/// The keeper of credentials.
#[derive(Debug, Default)]
pub struct MemoryIdentity(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    made: u32,
    accounts: HashMap<Subject, Account>,
}

#[derive(Debug)]
struct Account {
    email: String,
    password: String,
}

impl State {
    fn by_email(&self, email: &str) -> Option<(&Subject, &Account)> {
        let email = fold_email(email);
        self.accounts.iter().find(|(_, account)| account.email == email)
    }
}

#[async_trait]
impl Identity for MemoryIdentity {
    async fn create(&self, email: &str, password: &str) -> PortResult<Subject> {
        let mut state = locked(&self.0);
        if state.by_email(email).is_some() {
            return Err(PortError::Conflict);
        }
        state.made += 1;
        let subject = Subject(format!("memory-{}", state.made));
        state.accounts.insert(subject.clone(), Account { email: fold_email(email), password: password.into() });
        Ok(subject)
    }

    async fn verify(&self, email: &str, password: &str) -> PortResult<Option<Subject>> {
        let state = locked(&self.0);
        let right = state.by_email(email).filter(|(_, account)| account.password == password);
        Ok(right.map(|(subject, _)| subject.clone()))
    }

    async fn set_password(&self, subject: &Subject, password: &str) -> PortResult<()> {
        let mut state = locked(&self.0);
        let account = state.accounts.get_mut(subject).ok_or(PortError::Absent)?;
        account.password = password.into();
        Ok(())
    }

    async fn set_email(&self, subject: &Subject, email: &str) -> PortResult<()> {
        let mut state = locked(&self.0);
        if state.by_email(email).is_some_and(|(other, _)| other != subject) {
            return Err(PortError::Conflict);
        }
        let account = state.accounts.get_mut(subject).ok_or(PortError::Absent)?;
        account.email = fold_email(email);
        Ok(())
    }

    async fn delete(&self, subject: &Subject) -> PortResult<()> {
        locked(&self.0).accounts.remove(subject);
        Ok(())
    }
}
