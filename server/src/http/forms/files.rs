//! The form of files: bring one.

use domain::files::NewFile;
use sha2::{Digest as _, Sha256};
use shared::files::File;
use shared::{Error, Result};

use super::{Accepted, Done, Form};
use crate::http::body::Upload;
use crate::http::session::Asker;
use crate::http::web::Web;

/// Names tried before the owner has to choose one.
const NAMES: usize = 100;

/// `/desk/files`: keeps a file that no note uses yet.
pub(super) async fn upload(web: &Web, asker: &Asker, form: &mut Form) -> Accepted {
    let Some(upload) = form.file.take() else { return Err(Error::invalid("file", "Choose a file first.").into()) };
    keep(web, asker, upload).await?;
    Ok(Done::at("/desk/files?done=attached"))
}

/// Keeps a file under a name that no other file has: notes name files, and the second `photo.jpg` must not take the
/// place of the first.
pub(super) async fn keep(web: &Web, asker: &Asker, upload: Upload) -> Result<File> {
    let viewer = &asker.visit.viewer;
    viewer.require_owner()?;
    let wished = linkable(&upload.name);
    let names: Vec<String> = (1..=NAMES).map(|number| numbered(&wished, number)).collect();
    let (mut taken, mut hash) = (domain::files::named(&web.site, &names[..1]).await?, String::new());
    if !taken.is_empty() {
        hash = hex(&Sha256::digest(&upload.bytes));
        taken = domain::files::named(&web.site, &names).await?;
    }
    let free = |name: &&String| {
        taken.iter().all(|other| other.file.hash == hash || other.name.to_lowercase() != name.to_lowercase())
    };
    let Some(name) = names.iter().find(free) else {
        return Err(Error::invalid("file", format!("Too many files are called {wished}. Give it another name.")));
    };
    let new = NewFile { name: name.clone(), path: None, bytes: upload.bytes };
    domain::files::add(&web.site, viewer, new).await
}

/// A name that can stand in `[[…]]`.
fn linkable(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().map(|c| if matches!(c, '[' | ']' | '|' | '#' | '^') { '-' } else { c }).collect()
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_file_of_a_name_gets_a_number() {
        assert_eq!(numbered("photo.jpg", 1), "photo.jpg");
        assert_eq!(numbered("photo.jpg", 2), "photo-2.jpg");
        assert_eq!(numbered(".hidden", 2), ".hidden-2");
    }

    #[test]
    fn a_name_fits_a_link() {
        assert_eq!(linkable("C:\\fakepath\\a[1]|b#c.png"), "a-1--b-c.png");
    }
}
