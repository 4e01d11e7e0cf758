//! Parts that know no feature: fields, buttons' surroundings, pagers, dates, addresses.

mod address;
mod button;
mod empty;
mod field;
mod icon;
mod lines;
mod pager;
mod refusal;
mod time;

pub use address::{note_href, tag_href};
pub use button::Act;
pub use empty::Empty;
pub use field::{Choice, Field, Kind};
pub use icon::Icon;
pub use lines::area_text;
pub use pager::Pager;
pub use refusal::{ErrorSummary, Refusal};
pub use time::{Date, date, machine_time, moment, reading_time};
