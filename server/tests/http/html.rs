//! Reads forms out of pages, as far as the tests need it.

/// What a field of a page's form holds: an `input`'s value or a `textarea`'s text.
pub fn field(html: &str, name: &str) -> Option<String> {
    let at = html.find(&format!(" name=\"{}\"", escape(name)))?;
    let start = html[..at].rfind('<')?;
    let end = tag_end(html, start)?;
    let tag = &html[start..end];
    if tag.starts_with("<textarea") {
        let text = &html[end..end + html[end..].find("</textarea>")?];
        return Some(unescape(text.strip_prefix('\n').unwrap_or(text)));
    }
    let value = tag.find(" value=\"").map_or("", |at| {
        let rest = &tag[at + 8..];
        &rest[..rest.find('"').unwrap_or(0)]
    });
    Some(unescape(value))
}

/// Every field of the page whose name begins so.
pub fn fields(html: &str, prefix: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in html.split(" name=\"").skip(1) {
        let name = unescape(&part[..part.find('"').unwrap_or(0)]);
        if name.starts_with(prefix) {
            found.push((name.clone(), field(html, &name).unwrap_or_default()));
        }
    }
    found
}

fn tag_end(html: &str, start: usize) -> Option<usize> {
    let mut quoted = false;
    for (at, byte) in html.bytes().enumerate().skip(start) {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

pub fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'");
    text.replace("&#39;", "'").replace("&amp;", "&")
}
