//! What `[[`, `#` and `/` can complete, and in which order it is offered.

mod accept;
mod close;
mod item;
mod rank;
mod wanted;

pub use accept::{Target, accept_command, accept_heading, accept_link, accept_tag, target_of};
pub use close::fold;
pub use item::{Item, accept_item, item_at};
pub use rank::{Hit, Index, rank_words};
pub use wanted::{Kind, Wanted, headings, wanted};
