//! What the server tells a page, by context, and what a page tells the server. The seam between `server/src/http` and
//! the views: plain data, so that views need no knowledge of HTTP. The site itself is in context as `domain::Site`.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use leptos::prelude::use_context;
use shared::accounts::Person;
use shared::notes::SaveOutcome;
use shared::settings::Settings;
use shared::{Error, Viewer};

/// The request, as far as a page may care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Who asks; for every verb.
    pub viewer: Viewer,
    /// Who is signed in.
    pub person: Option<Person>,
    /// The present session's [`shared::accounts::SessionSummary::id`].
    pub session: Option<String>,
    /// The path asked for, percent-encoded as in the address bar. For a refused form: the page that shows it again.
    pub path: String,
    /// What stands behind `?`, without it; empty when there is none.
    pub query: String,
    /// `https://example.org`, without a slash at the end: in front of a path it makes a canonical address.
    pub origin: String,
    /// Names this request in the log.
    pub request_id: String,
}

impl Default for Visit {
    fn default() -> Self {
        Self {
            viewer: Viewer::Visitor,
            person: None,
            session: None,
            path: "/".into(),
            query: String::new(),
            origin: "http://localhost".into(),
            request_id: String::new(),
        }
    }
}

impl Visit {
    /// The whole address of this page, without its query: for canonical links.
    pub fn canonical(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }
}

/// What was typed into a form: each field's values, in the order they came. Passwords and files are never in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(pub BTreeMap<String, Vec<String>>);

impl Typed {
    /// The first value of a field.
    pub fn first(&self, field: &str) -> Option<&str> {
        self.0.get(field)?.first().map(String::as_str)
    }

    /// The first value of a field, or what stands in its place when the form is shown for the first time.
    pub fn or(&self, field: &str, stored: impl Into<String>) -> String {
        self.first(field).map_or_else(|| stored.into(), str::to_owned)
    }
}

/// The query parameter of the address that a form leads to when it was accepted: `saved`, `merged`, `published`,
/// `withdrawn`, `trashed`, `restored`, `purged`, `attached`, `signed-in`, `signed-out`, `revoked`, `changed`. A note that
/// was trashed comes with `id=` beside it, so that the page can offer to undo it.
pub const DONE: &str = "done";

/// What a form that was not accepted left in the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Left {
    /// Nothing was stored.
    #[default]
    Nothing,
    /// The new note is stored as a draft; publishing it was refused.
    Draft,
}

/// What became of a form that was not accepted: in context only when the page is shown again because of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Why; the field at fault is [`Error::field`].
    pub error: Option<Error>,
    /// Put every one of these back into its field.
    pub typed: Typed,
    /// What is stored all the same.
    pub left: Left,
    /// A stale save that could not be merged: always [`SaveOutcome::Conflict`]. Show both texts; the form goes on from
    /// `stored.version` as its `base`.
    pub conflict: Option<SaveOutcome>,
    /// A form whose sender was not signed in (any more): `/sign-in` keeps it in hidden fields, so that signing in
    /// carries it on.
    pub carried: Option<Carried>,
}

/// A form that waits for its sender to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Where it was going: the hidden field [`CARRY_TO`].
    pub to: String,
    /// Its fields, each a hidden field named [`CARRY_PREFIX`] and its name.
    pub fields: Vec<(String, String)>,
    /// The name of a file that could not be kept and must be chosen again.
    pub lost_file: Option<String>,
}

/// The hidden field of the sign-in form that says where the carried form goes on.
pub const CARRY_TO: &str = "carry_to";
/// In front of the name of each carried field.
pub const CARRY_PREFIX: &str = "carry.";

/// The addresses of the site's files by their logical names (`commonplace.css`, `visitor.js`): hashed, so cached for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetNames(pub Arc<BTreeMap<String, String>>);

impl AssetNames {
    /// The address of a file; a guess where there is none (tests, no build yet).
    pub fn address(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_else(|| format!("/pkg/{name}"))
    }

    /// Names this build of the site: another one has other files.
    pub fn build(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// Whether the built site has this file.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

/// What the page tells the server about the answer. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Answer(Arc<Mutex<AnswerParts>>);

/// What was told so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerParts {
    /// The HTTP status; 200 when nobody said otherwise.
    pub status: Option<u16>,
    /// Where the thing is now: the server answers 301 instead of the page.
    pub moved: Option<String>,
    /// Seconds for `Retry-After`.
    pub retry_after: Option<u32>,
}

impl Answer {
    /// The page is the answer to this error.
    pub fn failed(&self, error: &Error) {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        parts.status = Some(error.status());
        if let Error::Busy { retry_after } = error {
            parts.retry_after = Some(*retry_after);
        }
    }

    /// The thing has another address for ever: a path, percent-encoded.
    pub fn moved(&self, to: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).moved = Some(to.into());
    }

    /// What was told so far.
    pub fn parts(&self) -> AnswerParts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The request at hand; a visitor's to `/` where there is none (the list of routes is made so).
pub fn visit() -> Visit {
    use_context().unwrap_or_default()
}

/// The site's settings.
pub fn settings() -> Arc<Settings> {
    use_context().unwrap_or_default()
}

/// The addresses of the site's files.
pub fn assets() -> AssetNames {
    use_context().unwrap_or_default()
}

/// What became of the form that was posted; `None` on a page that was simply asked for.
pub fn outcome() -> Option<Arc<Outcome>> {
    use_context()
}

/// Where to say what the answer's status is.
pub fn answer() -> Answer {
    use_context().unwrap_or_default()
}
