//! Finds a note its address.

use shared::Error;
use shared::ids::NoteId;
use shared::slug;

use super::keys;
use super::record::{Address, AddressState};
use super::store;
use super::text::{Reading, UNTITLED};
use crate::links::folder;
use crate::unit::{Attempt, Unit};

/// What is wished for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// This one or none: the owner asked for it.
    Exactly(String),
    /// This one, or one like it.
    Like {
        /// From a permalink or the title.
        base: String,
        /// From the folder it stood in.
        folder: Option<String>,
    },
}

impl Wish {
    /// For a new note: as asked, else by front matter's `permalink`, else by the title.
    pub(crate) fn of(asked: &str, reading: &Reading, title: &str, path: Option<&str>, id: NoteId) -> Self {
        if !asked.is_empty() {
            return Self::Exactly(asked.to_owned());
        }
        let titled = Some(title).filter(|title| *title != UNTITLED).and_then(slug::from_title);
        let base = permalink(reading).or(titled).unwrap_or_else(|| format!("note-{}", short(id)));
        Self::Like { base, folder: path.and_then(|path| slug::from_path(folder(path))) }
    }
}

/// The slug that front matter asks for.
pub(crate) fn permalink(reading: &Reading) -> Option<String> {
    let asked = reading.front.permalink.as_deref()?.trim().trim_matches('/');
    let slug = slug::from_path(asked.strip_prefix("notes/").unwrap_or(asked))?;
    slug::check(&slug).is_ok().then_some(slug)
}

/// The last digits of an id, which are the random ones.
pub(crate) fn short(id: NoteId) -> String {
    let id = id.to_string();
    id[id.len() - 8..].to_owned()
}

/// A slug that is free, or this note's own already.
pub(crate) async fn free(unit: &mut Unit<'_>, wish: &Wish, id: NoteId) -> Attempt<String> {
    let (base, folder) = match wish {
        Wish::Exactly(slug) => {
            let key = keys::address(slug);
            unit.load([key.clone()]).await?;
            let taken = unit.get::<Address>(&key)?.filter(|address| address.id != id);
            return match taken {
                Some(address) => Err(refuse(unit, slug, address).await?.into()),
                None => Ok(slug.clone()),
            };
        }
        Wish::Like { base, folder } => (base, folder),
    };
    let own = [base.clone()].into_iter().chain(folder.as_ref().map(|folder| format!("{folder}/{base}")));
    let own: Vec<String> = own.collect();
    let last = own.last().cloned().unwrap_or_else(|| base.clone());
    let numbered = |from: u32, to: u32| (from..to).map(|n| format!("{last}-{n}")).collect::<Vec<_>>();
    for batch in [own.clone(), numbered(2, 12), numbered(12, 100)] {
        unit.load(batch.iter().map(|slug| keys::address(slug))).await?;
        for slug in batch.into_iter().filter(|slug| slug::check(slug).is_ok()) {
            if unit.get::<Address>(&keys::address(&slug))?.is_none_or(|address| address.id == id) {
                return Ok(slug);
            }
        }
    }
    let slug = format!("{base}-{}", short(id));
    let slug = if slug::check(&slug).is_ok() { slug } else { format!("note-{}", short(id)) };
    unit.load([keys::address(&slug)]).await?;
    Ok(slug)
}

/// Says which note has it.
async fn refuse(unit: &Unit<'_>, slug: &str, address: Address) -> Attempt<Error> {
    let heads = store::heads(unit.site, &[address.id]).await?;
    let title = heads.into_iter().flatten().next().map(|head| head.title);
    let title = title.unwrap_or_else(|| "another note".to_owned());
    let reason = match address.state {
        AddressState::Current => format!("“{slug}” is the address of “{title}”. Choose another."),
        AddressState::Former => {
            format!("“{slug}” once was the address of “{title}” and still leads there. Choose another.")
        }
    };
    Ok(Error::invalid("slug", reason))
}
