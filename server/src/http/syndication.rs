//! What machines read: feeds, the site map, `robots.txt`, and the source of a note. The same for everybody.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use domain::notes::{FeedEntry, Source};
use shared::notes::NoteSummary;
use shared::settings::Settings;
use shared::{Error, Result, Viewer};

use super::errors::{self, escape};
use super::session::Asker;
use super::web::Web;
use super::whole::{Audience, Whole};
use super::{feeds, pages, paths, session};

/// Entries of a feed.
const ENTRIES: usize = 30;
/// Addresses of one site map (sitemaps.org).
const SITEMAP: usize = 50_000;

/// A feed's form.
#[derive(Clone, Copy)]
enum Form {
    Atom,
    Rss,
    Json,
}

/// What every feed needs to say.
pub(super) struct Feed {
    pub(super) settings: Arc<Settings>,
    pub(super) origin: String,
    /// Its own path.
    pub(super) path: String,
    /// The tag it is about.
    pub(super) tag: Option<String>,
    pub(super) entries: Vec<FeedEntry>,
}

pub(super) async fn atom(State(web): State<Web>, request: Request) -> Response {
    feed(&web, &request.into_parts().0, None, Form::Atom).await
}

pub(super) async fn rss(State(web): State<Web>, request: Request) -> Response {
    feed(&web, &request.into_parts().0, None, Form::Rss).await
}

pub(super) async fn json(State(web): State<Web>, request: Request) -> Response {
    feed(&web, &request.into_parts().0, None, Form::Json).await
}

/// `/tags/{tag}/feed.atom`, `.rss` and `.json`; `None` when the name is no feed's.
pub(super) async fn tagged(web: &Web, head: &Parts, tag: &str, name: &str) -> Option<Response> {
    let form = match name {
        "feed.atom" => Form::Atom,
        "feed.rss" => Form::Rss,
        "feed.json" => Form::Json,
        _ => return None,
    };
    Some(feed(web, head, Some(tag), form).await)
}

async fn feed(web: &Web, head: &Parts, tag: Option<&str>, form: Form) -> Response {
    kept(web, head, |origin, path| async move {
        let entries = domain::notes::feed(&web.site, tag, ENTRIES).await?;
        if tag.is_some() && entries.is_empty() {
            return Err(Error::NotFound);
        }
        let feed = Feed { settings: web.settings().await?, origin, path, tag: tag.map(str::to_owned), entries };
        Ok(match form {
            Form::Atom => Whole::new("application/atom+xml; charset=utf-8", feeds::atom(&feed)),
            Form::Rss => Whole::new("application/rss+xml; charset=utf-8", feeds::rss(&feed)),
            Form::Json => Whole::new("application/feed+json; charset=utf-8", feeds::json(&feed)),
        })
    })
    .await
}

/// `/sitemap.xml`: what visitors find listed; over 50,000 addresses, an index of maps (`?part=`).
pub(super) async fn sitemap(State(web): State<Web>, request: Request) -> Response {
    let (head, _) = request.into_parts();
    let query = head.uri.query().unwrap_or_default();
    let part = query.strip_prefix("part=").and_then(|part| part.parse::<usize>().ok());
    let web = &web;
    kept(web, &head, |origin, _| async move {
        let notes = domain::notes::archive(&web.site, &Viewer::Visitor).await?;
        let parts = notes.len().div_ceil(SITEMAP);
        let xml = match part {
            None if parts <= 1 => map_of(&origin, &notes, true),
            None => index_of(&origin, parts),
            Some(part) if (1..=parts).contains(&part) => {
                let end = (part * SITEMAP).min(notes.len());
                map_of(&origin, &notes[(part - 1) * SITEMAP..end], part == 1)
            }
            Some(_) => return Err(Error::NotFound),
        };
        Ok(Whole::new("application/xml; charset=utf-8", xml))
    })
    .await
}

fn map_of(origin: &str, notes: &[NoteSummary], with_lists: bool) -> String {
    let mut xml = format!("{XML}<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    if with_lists {
        for path in ["/", "/notes", "/tags", "/archive"] {
            xml.push_str(&format!("<url><loc>{}{path}</loc></url>\n", escape(origin)));
        }
    }
    for note in notes {
        let address = escape(&format!("{origin}{}", paths::note(&note.slug)));
        let updated = feeds::time(note.updated);
        xml.push_str(&format!("<url><loc>{address}</loc><lastmod>{updated}</lastmod></url>\n"));
    }
    xml.push_str("</urlset>\n");
    xml
}

fn index_of(origin: &str, parts: usize) -> String {
    let mut xml = format!("{XML}<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for part in 1..=parts {
        xml.push_str(&format!("<sitemap><loc>{}/sitemap.xml?part={part}</loc></sitemap>\n", escape(origin)));
    }
    xml.push_str("</sitemapindex>\n");
    xml
}

pub(super) const XML: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

/// `/robots.txt`: everything public is welcome to be found; the desk and search pages are not worth the visit.
pub(super) async fn robots(State(web): State<Web>, request: Request) -> Response {
    kept(&web, &request.into_parts().0, |origin, _| async move {
        let text = format!(
            "User-agent: *\nDisallow: /desk\nDisallow: /account\nDisallow: /claim\nDisallow: /search\nDisallow: /api/\n\n\
             Sitemap: {origin}/sitemap.xml\n"
        );
        Ok(Whole::new("text/plain; charset=utf-8", text))
    })
    .await
}

/// `/notes/{slug}.md`: differs for the owner only in what exists.
pub(super) async fn source(web: &Web, head: &Parts, slug: &str) -> Response {
    let asker = match Asker::of(web, head).await {
        Ok(asker) => asker,
        Err(error) => return errors::of(&error),
    };
    let audience = match asker.visit.viewer {
        Viewer::Visitor => Audience::Everybody,
        _ => Audience::Session,
    };
    match domain::notes::source(&web.site, &asker.visit.viewer, slug).await {
        Ok(Source::Here(text)) => {
            Arc::new(Whole::new("text/markdown; charset=utf-8", text)).answer(&head.headers, audience)
        }
        Ok(Source::Moved { slug }) => {
            pages::moved(StatusCode::MOVED_PERMANENTLY, &format!("{}.md", paths::note(&slug)), None)
        }
        Err(Error::NotFound | Error::Denied) => pages::absent(web, asker.visit, &head.headers).await,
        Err(error) => errors::of(&error),
    }
}

/// Answers from the cache, or makes the answer and keeps it. `make` gets the site's origin and the request's path.
async fn kept<F>(web: &Web, head: &Parts, make: impl FnOnce(String, String) -> F) -> Response
where
    F: Future<Output = Result<Whole>> + Send,
{
    let origin = session::origin(web, head);
    let uri = &head.uri;
    let query = uri.query().filter(|query| query.starts_with("part=")).unwrap_or_default();
    let key = format!("{origin}{}?{query}", uri.path());
    let generation = if web.pages.is_on() { web.generation().await } else { None };
    if let Some(whole) = generation.and_then(|generation| web.pages.get(generation, &key)) {
        return whole.answer(&head.headers, Audience::Everybody);
    }
    let whole = match make(origin, uri.path().to_owned()).await {
        Ok(whole) => Arc::new(if generation.is_some() { whole.kept() } else { whole }),
        Err(Error::NotFound) => {
            return errors::plain(StatusCode::NOT_FOUND, "There is nothing here", "No page has this address.");
        }
        Err(error) => return errors::of(&error),
    };
    if let Some(generation) = generation {
        web.pages.put(generation, key, whole.clone());
    }
    whole.answer(&head.headers, Audience::Everybody)
}
