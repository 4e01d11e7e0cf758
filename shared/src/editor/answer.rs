//! What came back from the site, or from whatever stands between: told apart, since each asks for something else.

use serde::de::DeserializeOwned;

use crate::Error;

/// Why a request has no answer of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The site understood and says no: the same request again is refused again.
    Refused(Error),
    /// The site asks for patience.
    Busy {
        /// Seconds to wait, where it says so.
        retry_after: Option<u32>,
    },
    /// The session has ended.
    SignIn,
    /// Something else answered in the site's place: a page to accept a network's terms, most often.
    Portal,
    /// No connection.
    Unreachable,
    /// No answer in time; the request may have arrived.
    TimedOut,
    /// The site failed; the request may have been carried out.
    Broken,
}

/// What every question to the site comes back as.
pub type Reply<T> = Result<T, Trouble>;

/// An answer, as far as telling them apart needs it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Received<'a> {
    /// HTTP's; 0 for a redirect that was not followed.
    pub status: u16,
    /// The `Content-Type`, empty where there is none.
    pub content_type: &'a str,
    /// The `Retry-After`, empty where there is none.
    pub retry_after: &'a str,
    /// The `X-Commonplace-Build`, empty where there is none: then it is not the site that answers.
    pub build: &'a str,
    /// All of it.
    pub body: &'a str,
}

impl Received<'_> {
    /// The answer, or what it is instead of one.
    pub fn read<T: DeserializeOwned>(&self) -> Reply<T> {
        let ours = !self.build.is_empty();
        let is_json = self.content_type.split(';').next().is_some_and(|kind| kind.trim() == "application/json");
        match self.status {
            200..=299 if is_json => serde_json::from_str(self.body).map_err(|_| self.unreadable()),
            // What a proxy in front of the site says while the site is away.
            429 | 502..=504 => Err(self.busy()),
            500..=599 if self.status != 507 && self.status != 511 => Err(Trouble::Broken),
            _ if is_json => Err(self.refusal()),
            _ if ours => Err(Trouble::Broken),
            _ => Err(Trouble::Portal),
        }
    }

    fn busy(&self) -> Trouble {
        let said = serde_json::from_str::<Error>(self.body).ok().and_then(|error| match error {
            Error::Busy { retry_after } => Some(retry_after),
            _ => None,
        });
        let retry_after = self.retry_after.trim().parse().ok().or(said);
        if retry_after.is_none() && matches!(self.status, 502 | 504) {
            Trouble::Broken
        } else {
            Trouble::Busy { retry_after }
        }
    }

    fn refusal(&self) -> Trouble {
        match serde_json::from_str(self.body) {
            Ok(Error::Denied) => Trouble::SignIn,
            Ok(Error::Busy { retry_after }) => Trouble::Busy { retry_after: Some(retry_after) },
            Ok(Error::Internal) => Trouble::Broken,
            Ok(error) => Trouble::Refused(error),
            Err(_) => self.unreadable(),
        }
    }

    /// JSON of another shape: from a site of another build it is a fault, from anybody else no answer at all.
    fn unreadable(&self) -> Trouble {
        if self.build.is_empty() { Trouble::Portal } else { Trouble::Broken }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "application/json";

    fn ours(status: u16, body: &str) -> Received<'_> {
        Received { status, content_type: JSON, build: "b1", body, ..Received::default() }
    }

    #[test]
    fn an_answer_of_the_site_is_read() {
        assert_eq!(ours(200, "7").read::<u32>(), Ok(7));
        assert_eq!(Received { content_type: "application/json; charset=utf-8", ..ours(200, "7") }.read::<u32>(), Ok(7));
        assert_eq!(ours(200, "null").read::<Option<u32>>(), Ok(None));
        assert_eq!(ours(200, "\"cut").read::<u32>(), Err(Trouble::Broken));
    }

    #[test]
    fn a_refusal_is_told_from_a_session_that_ended_and_from_a_fault() {
        let told = |error: &Error| {
            let body = serde_json::to_string(error).unwrap_or_default();
            ours(error.status(), &body).read::<u32>().err()
        };
        assert_eq!(told(&Error::Denied), Some(Trouble::SignIn));
        assert_eq!(told(&Error::Internal), Some(Trouble::Broken));
        assert_eq!(told(&Error::Busy { retry_after: 30 }), Some(Trouble::Busy { retry_after: Some(30) }));
        let large = Error::TooLarge { field: "body".into(), limit: 256, unit: "KiB".into() };
        for error in [Error::NotFound, Error::Full, Error::invalid("slug", "No."), Error::conflict("Taken."), large] {
            assert_eq!(told(&error), Some(Trouble::Refused(error.clone())));
        }
    }

    #[test]
    fn patience_is_asked_for_in_seconds_or_not_at_all() {
        let page = Received { status: 503, content_type: "text/html", body: "<html>", ..Received::default() };
        assert_eq!(page.read::<u32>(), Err(Trouble::Busy { retry_after: None }));
        assert_eq!(
            Received { retry_after: "120", ..page }.read::<u32>(),
            Err(Trouble::Busy { retry_after: Some(120) })
        );
        let date = Received { retry_after: "Wed, 21 Oct 2026 07:28:00 GMT", ..page };
        assert_eq!(date.read::<u32>(), Err(Trouble::Busy { retry_after: None }));
        assert_eq!(Received { status: 502, ..page }.read::<u32>(), Err(Trouble::Broken));
        assert_eq!(Received { status: 500, ..page }.read::<u32>(), Err(Trouble::Broken));
    }

    #[test]
    fn whatever_else_answers_is_no_site() {
        let page = Received { status: 200, content_type: "text/html", body: "<html>Welcome!", ..Received::default() };
        for status in [0, 200, 204, 301, 302, 403, 404, 511] {
            assert_eq!(Received { status, ..page }.read::<u32>(), Err(Trouble::Portal), "{status}");
        }
        let json =
            Received { status: 200, content_type: JSON, body: "{\"login\":\"required\"}", ..Received::default() };
        assert_eq!(json.read::<u32>(), Err(Trouble::Portal));
        assert_eq!(Received { status: 403, ..json }.read::<u32>(), Err(Trouble::Portal));
        assert_eq!(Received { build: "b1", ..page }.read::<u32>(), Err(Trouble::Broken));
    }
}
