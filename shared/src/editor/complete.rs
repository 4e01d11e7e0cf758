//! What `[[`, `#` and `/` can complete, and in which order it is offered.

mod accept;
mod close;
mod rank;
mod wanted;

pub use accept::{Target, accept_command, accept_heading, accept_link, accept_tag, target_of};
pub use close::fold;
pub use rank::{Hit, Index, rank_words};
pub use wanted::{Kind, Wanted, headings, wanted};
