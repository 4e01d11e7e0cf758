//! The forms of accounts: claim, sign in, sign out, change the password, end a session.

use app::context::Outcome;
use axum::http::HeaderMap;
use axum::response::Response;
use shared::Error;
use shared::accounts::NewOwner;

use super::{Accepted, Done, Form, again, carry, typed, unknown_action};
use crate::http::session::{self, Asker};
use crate::http::web::Web;
use crate::http::{pages, paths};

/// The first owner's account, or a rescue. Signed in at once.
pub(super) async fn claim(web: &Web, asker: &Asker, token: &str, form: &Form) -> Accepted {
    let owner = NewOwner { name: form.text("name"), email: form.text("email"), password: form.text("password") };
    let session = domain::accounts::claim(&web.site, token, owner, asker.from.clone()).await?;
    Ok(Done { to: "/desk".into(), cookie: Some(session::begin(&session, asker.secure)) })
}

/// Signs in; then does what was waiting for it: a carried form, or `next`.
pub(super) async fn sign_in(web: &Web, asker: &mut Asker, form: Form, headers: &HeaderMap) -> Response {
    let carried = carry::unpack(&form);
    let (email, password) = (form.text("email"), form.text("password"));
    let session = match domain::accounts::sign_in(&web.site, &email, &password, asker.from.clone()).await {
        Ok(session) => session,
        Err(error) => {
            let outcome = Outcome { error: Some(error), typed: typed(&form), carried, ..Outcome::default() };
            return again(web, asker, None, outcome, headers).await;
        }
    };
    asker.signed_in(&session);
    let response = match carried {
        Some(carried) => carry::go_on(web, asker, carried, headers).await,
        None => {
            let next = form.text("next");
            pages::see_other(if paths::is_local(&next) { &next } else { "/desk" })
        }
    };
    pages::with_cookie(response, session::begin(&session, asker.secure))
}

/// Ends the session here and in the browser.
pub(super) async fn sign_out(web: &Web, asker: &Asker) -> Accepted {
    if let Some(token) = &asker.token {
        domain::accounts::sign_out(&web.site, token).await?;
    }
    // A page with the script that forgets what the desk keeps on the device.
    Ok(Done { to: "/signed-out".into(), cookie: Some(session::end(asker.secure)) })
}

/// `/account`: a new password, or the end of another session.
pub(super) async fn change(web: &Web, asker: &Asker, form: &Form) -> Accepted {
    let Some(session) = &asker.session else { return Err(Error::Denied.into()) };
    match form.first("action").unwrap_or("password") {
        "password" => {
            let (present, new) = (form.text("present"), form.text("password"));
            domain::accounts::change_password(&web.site, session, &present, &new).await?;
            Ok(Done::at("/account?done=changed"))
        }
        "revoke" => {
            domain::accounts::revoke(&web.site, &session.viewer, &form.text("id")).await?;
            Ok(Done::at("/account?done=revoked"))
        }
        other => Err(unknown_action(other)),
    }
}
