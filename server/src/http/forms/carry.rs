//! A form whose sender is not signed in (any more) is carried through the sign-in form, so that no word is lost.

use app::context::{CARRY_PREFIX, CARRY_TO, Carried, Outcome};
use axum::http::HeaderMap;
use axum::response::Response;
use shared::Error;

use super::{Address, Form, SECRETS, again, run};
use crate::http::session::Asker;
use crate::http::web::Web;
use crate::http::{pages, paths};

/// 403: the sign-in form, with the form that was posted in hidden fields.
pub(super) async fn ask_to_sign_in(web: &Web, asker: &Asker, form: Form, headers: &HeaderMap) -> Response {
    let carried = Carried {
        to: asker.visit.path.clone(),
        fields: form.fields.into_iter().filter(|(name, _)| !SECRETS.contains(&name.as_str())).collect(),
        lost_file: form.file.map(|file| file.name),
    };
    let outcome = Outcome { error: Some(Error::Denied), carried: Some(carried), ..Outcome::default() };
    again(web, asker, Some("/sign-in".into()), outcome, headers).await
}

/// The form that a sign-in form carries, if any.
pub(super) fn unpack(form: &Form) -> Option<Carried> {
    let to = form.first(CARRY_TO).filter(|to| paths::is_local(to))?.to_owned();
    Address::of(&to).filter(Address::needs_session)?;
    let fields = form.fields.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix(CARRY_PREFIX)?;
        Some((name.to_owned(), value.clone()))
    });
    Some(Carried { to, fields: fields.collect(), lost_file: None })
}

/// As if the form had been posted now.
pub(super) async fn go_on(web: &Web, asker: &mut Asker, carried: Carried, headers: &HeaderMap) -> Response {
    let Some(address) = Address::of(&carried.to) else { return pages::see_other("/desk") };
    asker.visit.path = carried.to;
    let form = Form { fields: carried.fields, file: None };
    run(web, asker, &address, form, headers).await
}
