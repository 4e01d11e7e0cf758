//! `commonplace owner link`

use domain::accounts::ClaimKind;

use super::args::HomeArgs;
use super::{Done, say};
use crate::config::{Config, Flags};
use crate::wire;

/// Prints a fresh claim or rescue link.
pub(super) async fn link(home: HomeArgs, url: Option<String>) -> Done {
    let config = Config::load(Flags { data: home.data, url, addr: None }).map_err(|error| error.to_string())?;
    let (site, _handle) = wire::open(&config.data).map_err(|error| error.to_string())?;
    let (token, kind) = domain::accounts::new_claim_token(&site).await.map_err(|error| error.to_string())?;
    let origin = config.url.unwrap_or_else(|| format!("http://{}", config.addr));
    match kind {
        ClaimKind::Claim => eprintln!("Nobody owns this home yet. Open this link, once, to make it yours:"),
        ClaimKind::Rescue => eprintln!("Open this link, once, to set a new password; every session ends then:"),
    }
    say(&format!("{origin}/claim/{token}"));
    Ok(())
}
