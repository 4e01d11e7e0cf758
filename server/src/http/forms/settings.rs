//! The settings form.

use shared::settings::{NavLink, Settings};

use super::{Accepted, Done, Form};
use crate::http::session::Asker;
use crate::http::web::Web;

/// Stores the settings; a field that the form does not have keeps what is stored.
pub(super) async fn save(web: &Web, asker: &Asker, form: &Form) -> Accepted {
    asker.visit.viewer.require_owner()?;
    let stored = domain::settings::get(&web.site).await?;
    let text = |field: &str, stored: String| form.first(field).map_or(stored, |text| text.trim().to_owned());
    let settings = Settings {
        version: form.first("base").and_then(|base| base.parse().ok()).unwrap_or(stored.version),
        title: text("title", stored.title),
        description: text("description", stored.description),
        author: text("author", stored.author),
        language: text("language", stored.language),
        accent: form.first("accent").map_or(Ok(stored.accent), str::parse)?,
        navigation: form.first("navigation").map_or(Ok(stored.navigation), NavLink::parse_lines)?,
        home_note: match form.first("home_note") {
            Some(slug) => Some(slug.trim().to_owned()).filter(|slug| !slug.is_empty()),
            None => stored.home_note,
        },
    };
    domain::settings::save(&web.site, &asker.visit.viewer, settings).await?;
    Ok(Done::at("/desk/settings?done=saved"))
}
