//! Dates and lengths, in words. Times are said in UTC: a page is the same for everybody who asks for it.

use jiff::Timestamp;
use leptos::prelude::*;

/// `22 November 2026`.
pub fn date(at: Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

/// `22 Nov 2026, 14:02 UTC`.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}

/// RFC 3339 to the second, for attributes.
pub fn machine_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// How long a text takes to read at 230 words a minute.
pub fn reading_time(words: u32) -> String {
    match words.div_ceil(230) {
        0 | 1 => "1 minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    }
}

/// A date that machines can read too; `class` says to microformats what date it is.
#[component]
pub fn Date(
    /// When.
    at: Timestamp,
    /// For microformats and style.
    #[prop(default = "date")]
    class: &'static str,
) -> impl IntoView {
    view! { <time class=class datetime=machine_time(at)>{date(at)}</time> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_well_and_parses() {
        let at: Timestamp = "2026-03-05T09:07:01.5Z".parse().expect("it is RFC 3339");
        assert_eq!(date(at), "5 March 2026");
        assert_eq!(moment(at), "5 Mar 2026, 09:07 UTC");
        assert_eq!(machine_time(at), "2026-03-05T09:07:01Z");
    }

    #[test]
    fn nothing_takes_no_time_at_all() {
        assert_eq!(reading_time(0), "1 minute");
        assert_eq!(reading_time(231), "2 minutes");
    }
}
