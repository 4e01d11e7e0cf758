//! Finds a note its address.

use shared::Error;
use shared::ids::NoteId;
use shared::slug;

use super::keys;
use super::record::{Address, AddressState, Working};
use super::save::Intent;
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
        let base = permalink(reading).or_else(|| by_title(title)).unwrap_or_else(|| slug::made_up(id));
        Self::like(base, path)
    }

    fn like(base: String, path: Option<&str>) -> Self {
        Self::Like { base, folder: path.and_then(|path| slug::from_path(folder(path))) }
    }
}

fn by_title(title: &str) -> Option<String> {
    Some(title).filter(|title| *title != UNTITLED).and_then(slug::from_title)
}

/// Gives a note that is about to be saved its address. What the owner chose counts. Else a publish honours a `permalink`
/// that is new, and the first one takes what the title makes by then; where it makes nothing, an address that is for ever
/// is not made up in silence.
pub(crate) async fn settle(
    unit: &mut Unit<'_>,
    old: &Working,
    after: &mut Working,
    reading: &Reading,
    intent: &Intent<'_>,
) -> Attempt<()> {
    let chosen = after.note.slug != old.note.slug;
    let first = old.meta.first_published.is_none();
    if chosen {
        after.meta.chosen = Some(after.note.slug.clone());
    } else if first && intent.slug.is_empty() {
        after.meta.chosen = None;
    }
    let mut wish = chosen.then(|| Wish::Exactly(after.note.slug.clone()));
    if intent.publishes() {
        let new = permalink(reading).filter(|link| old.meta.permalink.as_ref() != Some(link));
        if let Some(permalink) = new {
            wish = wish.or_else(|| Some(Wish::Exactly(permalink.clone())));
            after.meta.permalink = Some(permalink);
        } else if first && after.meta.chosen.is_none() && after.meta.permalink.is_none() {
            wish = at_first(after, intent.slug)?;
        }
    }
    if let Some(wish) = wish {
        after.note.slug = free(unit, &wish, after.note.id).await?;
    }
    Ok(())
}

/// What to wish for when a note is published for the first time and nobody chose its address.
fn at_first(working: &Working, typed: &str) -> Result<Option<Wish>, Error> {
    let note = &working.note;
    let Some(base) = by_title(&note.title) else {
        return if typed.is_empty() && note.has_made_up_address() {
            Err(no_address(&note.title, &note.slug))
        } else {
            Ok(None)
        };
    };
    let last = note.slug.rsplit('/').next().unwrap_or_default();
    let is_number = |rest: &str| rest.strip_prefix('-').is_some_and(|n| n.bytes().all(|digit| digit.is_ascii_digit()));
    let is_like = last.strip_prefix(&base).is_some_and(|rest| rest.is_empty() || is_number(rest));
    Ok((!is_like).then(|| Wish::like(base, note.path.as_deref())))
}

fn no_address(title: &str, free: &str) -> Error {
    let why = match title {
        UNTITLED => "Without a title there is nothing to make an address of".to_owned(),
        _ => format!("The title “{title}” has no letters or digits to make an address of"),
    };
    Error::invalid("slug", format!("{why}. Type one here; “{free}” is free."))
}

/// Refuses the publishing of a note that is not there yet, where [`settle`] would refuse it afterwards.
pub(crate) fn check_new(reading: &Reading, title: &str, typed: &str, id: NoteId) -> Result<(), Error> {
    let title = reading.title(title);
    if typed.is_empty() && permalink(reading).is_none() && by_title(&title).is_none() {
        return Err(no_address(&title, &slug::made_up(id)));
    }
    Ok(())
}

/// The slug that front matter asks for.
pub(crate) fn permalink(reading: &Reading) -> Option<String> {
    let asked = reading.front.permalink.as_deref()?.trim().trim_matches('/');
    let slug = slug::from_path(asked.strip_prefix("notes/").unwrap_or(asked))?;
    slug::check(&slug).is_ok().then_some(slug)
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
    let made_up = slug::made_up(id);
    let slug = made_up.replacen("note", base, 1);
    let slug = if slug::check(&slug).is_ok() { slug } else { made_up };
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
