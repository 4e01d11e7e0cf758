//! `/sw.js`: the service worker that keeps the desk without a network, with the list of the built site's files.
//!
//! At the root, since a worker may serve nothing above its own address, and `/desk` is above `/desk/sw.js`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::errors;
use super::web::Web;
use super::whole::{Audience, Whole};

/// Files that no page of the desk asks for.
const ELSEWHERE: [&str; 2] = ["sw.js", "signed-out.js"];

pub(super) async fn worker(State(web): State<Web>, request: Request) -> Response {
    let Some(script) = web.options.assets.named("sw.js") else {
        return errors::plain(StatusCode::NOT_FOUND, "No such file", "The site has no such file.");
    };
    let names = web.names();
    let files = names.0.iter().filter(|(name, _)| !ELSEWHERE.contains(&name.as_str()));
    let is_kept = |file: &&str| file.starts_with("/pkg/") || file.starts_with("/desk/");
    let files: Vec<&str> = files.map(|(_, address)| address.as_str()).filter(is_kept).collect();
    let mut text = format!("const BUILD = \"{}\";\nconst ASSETS = {};\n", names.build(), serde_json::json!(files));
    text.push_str(&String::from_utf8_lossy(&script.plain));
    let whole = Arc::new(Whole::new("text/javascript; charset=utf-8", text));
    let mut response = whole.answer(request.headers(), Audience::Everybody);
    // A worker that is kept too long would keep an old site.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
