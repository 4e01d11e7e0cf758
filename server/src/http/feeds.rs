//! Feeds as text: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::errors::escape;
use super::paths;
use super::syndication::{Feed, XML};

/// RFC 3339, whole seconds.
pub(super) fn time(at: Timestamp) -> String {
    at.round(jiff::Unit::Second).unwrap_or(at).to_string()
}

impl Feed {
    fn title(&self) -> String {
        match &self.tag {
            Some(tag) => format!("{} · #{tag}", self.settings.title),
            None => self.settings.title.clone(),
        }
    }

    /// The page it is the feed of.
    fn page(&self) -> String {
        let path = match &self.tag {
            Some(_) => self.path.rsplit_once('/').map_or("", |(page, _)| page),
            None => "/",
        };
        format!("{}{path}", self.origin)
    }

    fn address(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    fn author(&self) -> &str {
        if self.settings.author.is_empty() { &self.settings.title } else { &self.settings.author }
    }

    fn updated(&self) -> Timestamp {
        self.entries.iter().map(|entry| entry.summary.updated).max().unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// RFC 4287. An entry's id is its note's, so that a rename makes no new entry.
pub(super) fn atom(feed: &Feed) -> String {
    let mut xml = format!(
        "{XML}<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<title>{}</title>\n<id>{}</id>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n<link rel=\"alternate\" type=\"text/html\" \
         href=\"{}\"/>\n<updated>{}</updated>\n<author><name>{}</name></author>\n",
        escape(&feed.settings.language),
        escape(&feed.title()),
        escape(&feed.address()),
        escape(&feed.address()),
        escape(&feed.page()),
        time(feed.updated()),
        escape(feed.author()),
    );
    if !feed.settings.description.is_empty() {
        xml.push_str(&format!("<subtitle>{}</subtitle>\n", escape(&feed.settings.description)));
    }
    for entry in &feed.entries {
        let note = &entry.summary;
        xml.push_str(&format!(
            "<entry>\n<title>{}</title>\n<id>urn:uuid:{}</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n\
             <published>{}</published>\n<updated>{}</updated>\n<summary>{}</summary>\n",
            escape(&note.title),
            note.id,
            escape(&format!("{}{}", feed.origin, paths::note(&note.slug))),
            time(note.date.unwrap_or(note.updated)),
            time(note.updated),
            escape(&note.excerpt),
        ));
        for tag in &note.tags {
            xml.push_str(&format!("<category term=\"{}\"/>\n", escape(tag)));
        }
        let html = escape(&absolute(&entry.html, &feed.origin));
        xml.push_str(&format!("<content type=\"html\">{html}</content>\n</entry>\n"));
    }
    xml.push_str("</feed>\n");
    xml
}

/// RSS 2.0, for readers that know nothing else.
pub(super) fn rss(feed: &Feed) -> String {
    let mut xml = format!(
        "{XML}<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n<channel>\n<title>{}</title>\n<link>{}</link>\n\
         <description>{}</description>\n<language>{}</language>\n<lastBuildDate>{}</lastBuildDate>\n\
         <atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{}\"/>\n",
        escape(&feed.title()),
        escape(&feed.page()),
        escape(&feed.settings.description),
        escape(&feed.settings.language),
        rfc_2822(feed.updated()),
        escape(&feed.address()),
    );
    for entry in &feed.entries {
        let note = &entry.summary;
        xml.push_str(&format!(
            "<item>\n<title>{}</title>\n<link>{}</link>\n<guid isPermaLink=\"false\">urn:uuid:{}</guid>\n\
             <pubDate>{}</pubDate>\n<description>{}</description>\n",
            escape(&note.title),
            escape(&format!("{}{}", feed.origin, paths::note(&note.slug))),
            note.id,
            rfc_2822(note.date.unwrap_or(note.updated)),
            escape(&note.excerpt),
        ));
        for tag in &note.tags {
            xml.push_str(&format!("<category>{}</category>\n", escape(tag)));
        }
        let html = escape(&absolute(&entry.html, &feed.origin));
        xml.push_str(&format!("<content:encoded>{html}</content:encoded>\n</item>\n"));
    }
    xml.push_str("</channel>\n</rss>\n");
    xml
}

fn rfc_2822(at: Timestamp) -> String {
    jiff::fmt::rfc2822::to_string(&at.to_zoned(TimeZone::UTC)).unwrap_or_default()
}

/// JSON Feed 1.1.
pub(super) fn json(feed: &Feed) -> String {
    let items: Vec<_> = feed
        .entries
        .iter()
        .map(|entry| {
            let note = &entry.summary;
            json!({
                "id": format!("urn:uuid:{}", note.id),
                "url": format!("{}{}", feed.origin, paths::note(&note.slug)),
                "title": note.title,
                "summary": note.excerpt,
                "content_html": absolute(&entry.html, &feed.origin),
                "date_published": time(note.date.unwrap_or(note.updated)),
                "date_modified": time(note.updated),
                "tags": note.tags,
            })
        })
        .collect();
    let mut whole = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title(),
        "home_page_url": feed.page(),
        "feed_url": feed.address(),
        "language": feed.settings.language,
        "authors": [{ "name": feed.author() }],
        "items": items,
    });
    if !feed.settings.description.is_empty() {
        whole["description"] = feed.settings.description.clone().into();
    }
    whole.to_string()
}

/// Puts the site's origin in front of addresses that begin with one slash, in `href` and `src` of tags only.
pub(super) fn absolute(html: &str, origin: &str) -> String {
    let mut out = String::with_capacity(html.len() + 256);
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let end = start + tag_length(&rest[start..]);
        out.push_str(&rest[..start]);
        let mut tag = &rest[start..end];
        while let Some(at) = ["href=\"/", "src=\"/", "poster=\"/"].iter().filter_map(|name| tag.find(name)).min() {
            let value = at + tag[at..].find('/').unwrap_or(0);
            let foreign = tag[value..].starts_with("//");
            out.push_str(&tag[..value]);
            out.push_str(if foreign { "/" } else { origin });
            out.push_str(if foreign { "" } else { "/" });
            tag = &tag[value + 1..];
        }
        out.push_str(tag);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Of the tag that the text begins with; a `>` in quotes does not end it.
fn tag_length(html: &str) -> usize {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None, b'>') => return at + 1,
            _ => {}
        }
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_site_become_whole_and_text_stays() {
        let html = r#"<p>a <a href="/notes/b">href="/x"</a> <img alt="c > d" src="/media/1/c.png"> <a href="//e.example/">e</a></p>"#;
        assert_eq!(
            absolute(html, "https://o.example"),
            r#"<p>a <a href="https://o.example/notes/b">href="/x"</a> <img alt="c > d" src="https://o.example/media/1/c.png"> <a href="//e.example/">e</a></p>"#
        );
    }

    #[test]
    fn times_are_whole_seconds() {
        let at: Timestamp = "2026-11-22T16:00:00.1234Z".parse().unwrap_or_default();
        assert_eq!(time(at), "2026-11-22T16:00:00Z");
        assert_eq!(rfc_2822(at), "Sun, 22 Nov 2026 16:00:00 +0000");
    }
}
