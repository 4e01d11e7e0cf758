//! The form of files: bring one.

use shared::Error;

use super::{Accepted, Done, Form};
use crate::http::session::Asker;
use crate::http::web::Web;

/// `/desk/files`: keeps a file that no note uses yet.
pub(super) async fn upload(web: &Web, asker: &Asker, form: &mut Form) -> Accepted {
    let Some(upload) = form.file.take() else { return Err(Error::invalid("file", "Choose a file first.").into()) };
    domain::files::attach(&web.site, &asker.visit.viewer, &upload.name, upload.bytes).await?;
    Ok(Done::at("/desk/files?done=attached"))
}
