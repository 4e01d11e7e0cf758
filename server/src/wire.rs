//! Configuration → adapters → [`Site`].

use std::path::Path;
use std::sync::Arc;

use domain::Site;
use tokio::sync::Notify;

use crate::adapters::embedded::{Embedded, EmbeddedHandle, OpenError, Options as StoreOptions};
use crate::assets::Assets;
use crate::config::Config;
use crate::http::Options;

/// Opens the embedded home in a folder, which is made if it is not there.
///
/// # Errors
/// A sentence that names the folder and says what to do.
pub fn open(data: &Path) -> Result<(Site, EmbeddedHandle), OpenError> {
    Embedded::open(data, StoreOptions::default())
}

/// What the router needs to know.
pub fn options(config: &Config, worker: Arc<Notify>) -> Options {
    Options {
        url: config.url.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        page_cache: config.page_cache,
        assets: Assets::new(&config.assets),
        worker: Some(worker),
    }
}
