//! The form of files: bring one.

use domain::files::NewFile;
use shared::Error;

use super::{Accepted, Done, Form};
use crate::http::session::Asker;
use crate::http::web::Web;

/// `/desk/files`: keeps a file that no note uses yet.
pub(super) async fn upload(web: &Web, asker: &Asker, form: &Form) -> Accepted {
    let Some(upload) = &form.file else { return Err(Error::invalid("file", "Choose a file first.").into()) };
    let new = NewFile { name: upload.name.clone(), path: None, bytes: upload.bytes.clone() };
    domain::files::add(&web.site, &asker.visit.viewer, new).await?;
    Ok(Done::at("/desk/files?done=attached"))
}
