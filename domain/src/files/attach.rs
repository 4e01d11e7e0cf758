//! Keeping what the owner attaches: notes name files, so that each gets a name that no other file has.

use sha2::{Digest, Sha256};
use shared::files::File;
use shared::{Error, Result, Viewer};

use super::{NewFile, add, fold_name, keys, named};
use crate::Site;
use crate::ports::{Expect, PortError};
use crate::table::put;

/// Names tried before the owner has to choose one.
const NAMES: usize = 100;

/// Owner. Keeps a file under its own name, or numbered where another file has it: the second `photo.jpg` must not take the
/// place of the first in the notes that show it. The same bytes under the same name are one file, however often they
/// come.
///
/// # Errors
/// As [`add`]; [`Error::Invalid`] on field `file` for a file without a name, and where a hundred others have it.
pub async fn attach(site: &Site, viewer: &Viewer, name: &str, bytes: Vec<u8>) -> Result<File> {
    viewer.require_owner()?;
    let wished = linkable(name);
    if wished.is_empty() {
        return Err(Error::invalid("file", "It needs a name."));
    }
    // What is refused takes no name.
    super::add::check(&wished, &bytes)?;
    let names: Vec<String> = (1..=NAMES).map(|number| numbered(&wished, number)).collect();
    let hash = hash(&bytes);
    let mut others = named(site, &names[..1]).await?;
    if others.iter().any(|other| other.file.hash != hash) {
        others = named(site, &names).await?;
    }
    for name in &names {
        let folded = fold_name(name);
        let taken = others.iter().any(|other| other.file.hash != hash && fold_name(&other.name) == folded);
        if !taken && claim(site, &folded, &hash).await? {
            let new = NewFile { name: name.clone(), path: None, bytes };
            return add(site, viewer, new).await;
        }
    }
    Err(Error::invalid("file", format!("Too many files are called {wished}. Give it another name.")))
}

/// Takes a name for these bytes; false where others have it. Of two files that come at once under one name, which pasted
/// pictures do, one is told so.
async fn claim(site: &Site, folded: &str, hash: &String) -> Result<bool> {
    let key = keys::claim_key(folded);
    match site.records.put(put(key.clone(), hash, Expect::Absent)?).await {
        Ok(_) => Ok(true),
        Err(PortError::Conflict) => Ok(site.get::<String>(&key).await?.is_some_and(|stored| stored.doc == *hash)),
        Err(error) => Err(error.into()),
    }
}

fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// A name that can stand in `[[…]]`.
fn linkable(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = name.chars().filter(|c| !c.is_control());
    let name: String = shown.map(|c| if matches!(c, '[' | ']' | '|' | '#' | '^') { '-' } else { c }).collect();
    name.trim().to_owned()
}

/// `photo.jpg`, `photo-2.jpg`, `photo-3.jpg`, …
fn numbered(name: &str, number: usize) -> String {
    if number == 1 {
        return name.to_owned();
    }
    match name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
        Some((stem, ending)) => format!("{stem}-{number}.{ending}"),
        None => format!("{name}-{number}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::ports::memory::Home;
    use shared::ids::PersonId;

    const OWNER: Viewer = Viewer::Owner(PersonId::from_u128(1));

    #[test]
    fn a_second_file_of_a_name_gets_a_number() {
        assert_eq!(numbered("photo.jpg", 1), "photo.jpg");
        assert_eq!(numbered("photo.jpg", 2), "photo-2.jpg");
        assert_eq!(numbered(".hidden", 2), ".hidden-2");
    }

    #[test]
    fn a_name_fits_a_link() {
        assert_eq!(linkable("C:\\fakepath\\a[1]|b#c.png"), "a-1--b-c.png");
        assert_eq!(linkable(" \u{7} "), "");
    }

    #[tokio::test]
    async fn pictures_pasted_at_once_get_a_name_each_and_the_same_one_only_one() {
        let home = Home::new();
        let site = home.site();
        let sent = |bytes: &'static [u8]| attach(&site, &OWNER, "image.png", bytes.to_vec());
        let (a, b, again) = tokio::join!(sent(b"one"), sent(b"two"), sent(b"one"));
        let (a, b, again) = (a.unwrap(), b.unwrap(), again.unwrap());
        assert_ne!(a.name, b.name);
        assert_eq!((&a.name, &a.hash, a.id), (&again.name, &again.hash, again.id));
        assert_eq!(sent(b"two").await.unwrap().name, b.name);
        let other_case = attach(&site, &OWNER, "IMAGE.PNG", b"three".to_vec()).await.unwrap();
        assert_eq!(other_case.name, "IMAGE-3.PNG");
        assert_eq!(named(&site, &["image.png".into()]).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn what_is_refused_takes_no_name() {
        let site = Home::new().site();
        let large = vec![0; shared::limits::FILE_BYTES + 1];
        assert!(matches!(attach(&site, &OWNER, "a.bin", large).await, Err(Error::TooLarge { .. })));
        assert!(matches!(attach(&site, &OWNER, "  ", vec![1]).await, Err(Error::Invalid { .. })));
        assert_eq!(attach(&site, &Viewer::Visitor, "a.bin", vec![1]).await, Err(Error::Denied));
        assert_eq!(attach(&site, &OWNER, "a.bin", vec![1]).await.unwrap().name, "a.bin");
    }
}
