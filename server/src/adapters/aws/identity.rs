//! Identities in a Cognito user pool. People sign in with their address; a subject is the pool's own `sub`.
//!
//! The pool this expects (`infra/` makes it so): sign-in by e-mail address without regard to case, an application client
//! without a secret that allows `ALLOW_ADMIN_USER_PASSWORD_AUTH` and `ALLOW_REFRESH_TOKEN_AUTH` and prevents user existence
//! errors, and a password policy of length only. Passwords reach Cognito over the signed API alone.

mod keys;
mod token;

use async_trait::async_trait;
use domain::ports::{Identity, PortError, PortResult, Subject};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::accounts::fold_email;

pub use self::keys::PoolKeys;
pub use self::token::{BadToken, Claims, Expected, Use, verify};
use super::call::{CallError, Service};
use super::{Aws, in_words};
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;

/// The keeper of credentials.
pub struct CognitoIdentity {
    aws: Aws,
    pool: String,
    client: String,
}

/// What a sign-in or a refresh gives a client.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tokens {
    /// For our API; lives `expires_in`.
    pub access_token: String,
    /// Who it is.
    pub id_token: String,
    /// For more of them; a refresh does not give another one.
    #[serde(default)]
    pub refresh_token: Option<String>,
    /// Seconds.
    pub expires_in: u32,
}

/// What came of a sign-in.
pub enum SignIn {
    /// Address and password are right.
    Done(Tokens),
    /// They are right, but the pool asks for more: the name of the challenge.
    Challenged(String),
    /// They are not.
    Refused,
}

const COGNITO: Service =
    Service { host: "cognito-idp", name: "cognito-idp", target: Some("AWSCognitoIdentityProviderService") };
const CONTEXT: &str = "ask Cognito";

impl CognitoIdentity {
    /// Over a user pool and one of its application clients.
    pub fn new(aws: &Aws, pool: &str, client: &str) -> Self {
        Self { aws: aws.clone(), pool: pool.into(), client: client.into() }
    }

    /// Signs somebody in.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub async fn sign_in(&self, email: &str, password: &str) -> PortResult<SignIn> {
        let email = fold_email(email);
        if email.is_empty() || !may_be_password(password) {
            return Ok(SignIn::Refused);
        }
        let parameters = json!({ "USERNAME": email, "PASSWORD": password });
        let asked = self.authenticate("ADMIN_USER_PASSWORD_AUTH", parameters).await;
        let Some(answer) = unless(asked, &REFUSED)? else { return Ok(SignIn::Refused) };
        if let Some(challenge) = answer.get("ChallengeName").and_then(Value::as_str) {
            return Ok(SignIn::Challenged(challenge.into()));
        }
        tokens(&answer).map(SignIn::Done)
    }

    /// New tokens; `None` when the refresh token is over, revoked or forged.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub async fn refresh(&self, refresh_token: &str) -> PortResult<Option<Tokens>> {
        let parameters = json!({ "REFRESH_TOKEN": refresh_token });
        let asked = self.authenticate("REFRESH_TOKEN_AUTH", parameters).await;
        unless(asked, &REFUSED)?.map(|answer| tokens(&answer)).transpose()
    }

    /// Ends the session that a refresh token stands for. A token that is none has nothing to end.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub async fn sign_out(&self, refresh_token: &str) -> PortResult<()> {
        let body = json!({ "ClientId": self.client, "Token": refresh_token });
        unless(self.call("RevokeToken", body).await, &REFUSED).map(drop)
    }

    /// Ends all sessions of an account. Access tokens that are out live on until they expire.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub async fn sign_out_everywhere(&self, subject: &Subject) -> PortResult<()> {
        unless(self.call("AdminUserGlobalSignOut", self.of(subject)).await, &[NOBODY]).map(drop)
    }

    /// Sends a code to the address, if it has an account; the answer is the same where it has none.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub async fn forgot_password(&self, email: &str) -> PortResult<()> {
        let body = json!({ "ClientId": self.client, "Username": fold_email(email) });
        unless(self.call("ForgotPassword", body).await, &REFUSED).map(drop)
    }

    /// Sets a new password with the code that was sent; `false` where the code is not the one.
    ///
    /// # Errors
    /// `Busy`, `Failed`.
    pub async fn reset_password(&self, email: &str, code: &str, password: &str) -> PortResult<bool> {
        let body = json!({
            "ClientId": self.client,
            "Username": fold_email(email),
            "ConfirmationCode": code,
            "Password": password,
        });
        let wrong = [&REFUSED[..], &["CodeMismatchException", "ExpiredCodeException"]].concat();
        unless(self.call("ConfirmForgotPassword", body).await, &wrong).map(|done| done.is_some())
    }

    async fn authenticate(&self, flow: &str, parameters: Value) -> Result<Value, CallError> {
        let body = json!({
            "UserPoolId": self.pool,
            "ClientId": self.client,
            "AuthFlow": flow,
            "AuthParameters": parameters,
        });
        self.call("AdminInitiateAuth", body).await
    }

    async fn call(&self, operation: &'static str, body: Value) -> Result<Value, CallError> {
        self.aws.call(COGNITO, operation, "/", &body).await
    }

    /// Names an account to the administrative operations.
    fn of(&self, subject: &Subject) -> Value {
        json!({ "UserPoolId": self.pool, "Username": subject.0 })
    }

    async fn keep_password(&self, subject: &Subject, password: &str) -> PortResult<()> {
        let mut body = self.of(subject);
        body["Password"] = password.into();
        body["Permanent"] = true.into();
        let done = unless(self.call("AdminSetUserPassword", body).await, &[NOBODY])?;
        done.map(drop).ok_or(PortError::Absent)
    }

    /// The account that signs in with an address.
    async fn with_email(&self, email: &str) -> PortResult<Option<Account>> {
        let body = json!({ "UserPoolId": self.pool, "Username": email });
        let Some(user) = unless(self.call("AdminGetUser", body).await, &[NOBODY])? else { return Ok(None) };
        let subject = subject(&user["UserAttributes"])?;
        // Its making broke off before it had a password.
        let unfinished = user["UserStatus"] == "FORCE_CHANGE_PASSWORD";
        Ok(Some(Account { subject, unfinished }))
    }
}

struct Account {
    subject: Subject,
    unfinished: bool,
}

const NOBODY: &str = "UserNotFoundException";
/// How Cognito says that somebody may not sign in, or that there is nobody.
const REFUSED: [&str; 5] = [
    "NotAuthorizedException",
    NOBODY,
    "UserNotConfirmedException",
    "PasswordResetRequiredException",
    "InvalidParameterException",
];

/// `None` where the call failed in one of these ways.
fn unless(outcome: Result<Value, CallError>, named: &[&str]) -> PortResult<Option<Value>> {
    match outcome {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code().is_some_and(|code| named.contains(&code)) => Ok(None),
        Err(error) if matches!(error.code(), Some("UsernameExistsException" | "AliasExistsException")) => {
            Err(PortError::Conflict)
        }
        Err(error) => Err(in_words(CONTEXT, error)),
    }
}

/// Cognito takes 256 characters, none of them a space at either end, and answers others with another error.
fn may_be_password(password: &str) -> bool {
    !password.is_empty() && password.chars().count() <= 256 && password.trim() == password
}

fn tokens(answer: &Value) -> PortResult<Tokens> {
    Tokens::deserialize(&answer["AuthenticationResult"]).map_err(PortError::failed(CONTEXT))
}

fn subject(attributes: &Value) -> PortResult<Subject> {
    let named = |attribute: &&Value| attribute["Name"] == "sub";
    let sub = attributes.as_array().and_then(|all| all.iter().find(named)).and_then(|sub| sub["Value"].as_str());
    sub.map(|sub| Subject(sub.into())).ok_or_else(|| PortError::failed(CONTEXT)("an account has no `sub`"))
}

#[async_trait]
impl Identity for CognitoIdentity {
    async fn create(&self, email: &str, password: &str) -> PortResult<Subject> {
        let email = fold_email(email);
        let body = json!({
            "UserPoolId": self.pool,
            "Username": email,
            // We write to people ourselves.
            "MessageAction": "SUPPRESS",
            "UserAttributes": email_attributes(&email),
        });
        let subject = match unless(self.call("AdminCreateUser", body).await, &[]) {
            Ok(made) => subject(&made.unwrap_or_default()["User"]["Attributes"])?,
            Err(PortError::Conflict) => {
                let there = self.with_email(&email).await?.filter(|account| account.unfinished);
                there.ok_or(PortError::Conflict)?.subject
            }
            Err(error) => return Err(error),
        };
        self.keep_password(&subject, password).await?;
        Ok(subject)
    }

    /// An account for which the pool asks more than a password is not signed in by one.
    async fn verify(&self, email: &str, password: &str) -> PortResult<Option<Subject>> {
        let SignIn::Done(tokens) = self.sign_in(email, password).await? else { return Ok(None) };
        token::subject_of_our_own(&tokens.access_token).map(Some)
    }

    async fn set_password(&self, subject: &Subject, password: &str) -> PortResult<()> {
        self.keep_password(subject, password).await
    }

    async fn set_email(&self, subject: &Subject, email: &str) -> PortResult<()> {
        let email = fold_email(email);
        // Cognito refuses this too, but only where the other address is confirmed.
        if self.with_email(&email).await?.is_some_and(|account| account.subject != *subject) {
            return Err(PortError::Conflict);
        }
        let mut body = self.of(subject);
        body["UserAttributes"] = email_attributes(&email);
        let done = unless(self.call("AdminUpdateUserAttributes", body).await, &[NOBODY])?;
        done.map(drop).ok_or(PortError::Absent)
    }

    async fn delete(&self, subject: &Subject) -> PortResult<()> {
        unless(self.call("AdminDeleteUser", self.of(subject)).await, &[NOBODY]).map(drop)
    }
}

/// An address is confirmed by ourselves, before it gets here; Cognito recovers passwords only over confirmed ones.
fn email_attributes(email: &str) -> Value {
    json!([{ "Name": "email", "Value": email }, { "Name": "email_verified", "Value": "true" }])
}
