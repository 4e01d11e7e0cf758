//! Notes: what visitors read, and the desk where the owner writes.

pub mod api;
mod archive;
mod desk;
mod edit;
pub mod editor;
mod entries;
mod history;
mod home;
mod list;
mod offline;
mod preview;
mod show;
mod signed_out;
mod tags;
mod toc;
mod trash;
mod unresolved;
mod version;

pub use archive::Archive;
pub use desk::{All, Desk};
pub use edit::{Edit, New};
pub use history::History;
pub use home::Home;
pub use list::List;
pub use offline::Offline;
pub use preview::Preview;
pub use show::Show;
pub use signed_out::SignedOut;
pub use tags::{Tagged, Tags};
pub use trash::Trash;
pub use unresolved::Unresolved;
pub use version::Version;
