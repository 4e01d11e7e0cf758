//! Dates as people write them in front matter.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

/// Spellings besides RFC 3339, RFC 2822 and ISO 8601.
const SPELLINGS: &[&str] = &[
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S %:z",
    "%Y-%m-%d %H:%M %z",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d.%m.%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%A, %B %d, %Y",
    "%A, %d %B %Y",
];

/// The moment that a text means; without a time it is midnight, without a zone UTC.
pub(super) fn timestamp(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    if let Ok(moment) = jiff::fmt::rfc2822::parse(text) {
        return Some(moment.timestamp());
    }
    if let Ok(local) = text.parse::<DateTime>() {
        return utc(local);
    }
    SPELLINGS.iter().find_map(|spelling| {
        let parts = BrokenDownTime::parse(spelling, text).ok()?;
        if parts.offset().is_some() {
            return parts.to_timestamp().ok();
        }
        let local = parts.to_datetime().ok().or_else(|| parts.to_date().ok().map(Date::into))?;
        utc(local)
    })
}

fn utc(local: DateTime) -> Option<Timestamp> {
    local.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}
