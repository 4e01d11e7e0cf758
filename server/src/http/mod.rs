//! HTTP: one function makes the router of every address.

mod api;
mod around;
mod assets;
mod body;
mod cache;
mod encoding;
mod errors;
mod feeds;
mod forms;
mod health;
mod media;
mod offline;
mod pages;
mod paths;
mod security;
mod session;
mod syndication;
mod web;
mod whole;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use domain::Site;

pub use around::Peer;
pub use web::Options;

/// The whole of the site's HTTP. Addresses that have no line here are pages of `app` (GET) and its plain forms (POST).
pub fn router(site: Site, options: Options) -> Router {
    let web = web::Web::new(site, options);
    Router::new()
        .route("/healthz", get(health::show))
        .route("/feed.atom", get(syndication::atom))
        .route("/feed.rss", get(syndication::rss))
        .route("/feed.json", get(syndication::json))
        .route("/sitemap.xml", get(syndication::sitemap))
        .route("/robots.txt", get(syndication::robots))
        .route("/media/{hash}/{name}", get(media::show))
        .route("/pkg/{*file}", get(assets::show))
        .route("/sw.js", get(offline::worker))
        .route("/api/fn/files/attach", post(api::attach))
        .route("/api/fn/{*name}", any(api::call))
        .method_not_allowed_fallback(errors::method_not_allowed)
        .fallback(pages::dispatch)
        .layer(from_fn_with_state(web.clone(), around::around))
        // Bodies are read by `body.rs`, which has limits of its own.
        .layer(DefaultBodyLimit::disable())
        .with_state(web)
}
