//! What an address or a wikilink's inside names.

use super::escape;
use super::slug::{ID_PREFIX, slug_of_heading};
use super::types::{Fragment, Size, Target, TargetKind};

/// Schemes that a link may have besides the web's own.
const SCHEMES: &[&str] = &[
    "mailto", "tel", "sms", "geo", "xmpp", "irc", "ircs", "matrix", "magnet", "ftp", "sftp", "gemini", "gopher",
    "feed", "webcal", "obsidian", "zotero",
];

/// What an address leads to.
#[derive(Debug, PartialEq)]
pub(super) enum Address {
    /// Another site.
    External(String),
    /// A scheme that opens a program (`mailto:`), or a path from this site's root.
    Plain(String),
    /// A part of this note: the address with the id's prefix.
    Local(String),
    /// A note or a file beside this note.
    Target(Target),
    /// Nowhere a link may lead.
    Nowhere,
}

/// Sorts an address as it stands in a Markdown link or a raw attribute, character references already decoded.
pub(super) fn classify(address: &str) -> Address {
    // Browsers drop these before they look for a scheme, so `java\nscript:` is one.
    let clean: String = address.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    if let Some(fragment) = clean.strip_prefix('#') {
        return Address::Local(format!("#{ID_PREFIX}{}", local_id(&escape::percent_decoded(fragment))));
    }
    if clean.starts_with("//") {
        return external(format!("https:{clean}"));
    }
    // Browsers take a backslash for a slash, and so `/\` for the beginning of a host.
    if clean.starts_with('\\') {
        return Address::Nowhere;
    }
    if clean.starts_with('/') {
        return Address::Plain(clean.to_owned());
    }
    match scheme(clean).as_deref() {
        Some("http" | "https") => external(clean.to_owned()),
        Some(scheme) if SCHEMES.contains(&scheme) => Address::Plain(clean.to_owned()),
        Some(_) if !clean.split('#').next().is_some_and(|path| path.ends_with(".md")) => Address::Nowhere,
        _ => relative(clean).map_or(Address::Nowhere, Address::Target),
    }
}

/// A link to another site, if the address names one.
fn external(address: String) -> Address {
    let Some((_, rest)) = address.split_once("://") else { return Address::Nowhere };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split_once("]").map_or(host, |(inside, _)| inside.trim_start_matches('['));
    let sound = |c: char| {
        c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | ':' | '~') || !c.is_ascii() && !c.is_whitespace()
    };
    if !host.is_empty() && host.chars().all(sound) { Address::External(address) } else { Address::Nowhere }
}

/// The id, without prefix, that a fragment of this note's own address means.
fn local_id(fragment: &str) -> String {
    match fragment.strip_prefix('^') {
        Some(block) => format!("^{}", block.to_lowercase()),
        None => slug_of_heading(fragment),
    }
}

fn scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    // A scheme cut short by a character that browsers ignore or by none at all is no path either.
    (valid || scheme.contains(|c: char| c.is_whitespace() || c == '&')).then(|| scheme.to_ascii_lowercase())
}

/// The target of a relative address.
fn relative(address: &str) -> Option<Target> {
    let (path, fragment) = address.split_once('#').map_or((address, None), |(path, fragment)| (path, Some(fragment)));
    let path = path.split('?').next().unwrap_or_default();
    let path = escape::percent_decoded(path);
    let path = path.trim().trim_start_matches("./");
    let target = Target {
        kind: TargetKind::Relative,
        path: without_extension(path).to_owned(),
        fragment: fragment.and_then(|fragment| self::fragment(&escape::percent_decoded(fragment))),
    };
    (!target.path.is_empty()).then_some(target)
}

/// The target named inside `[[…]]`, before any `|`.
pub(super) fn wiki(inside: &str) -> Target {
    let (path, rest) = match inside.find('#') {
        Some(at) => (&inside[..at], Some(&inside[at + 1..])),
        None => (inside, None),
    };
    Target {
        kind: TargetKind::Wiki,
        path: without_extension(path.trim()).to_owned(),
        fragment: rest.and_then(fragment),
    }
}

fn fragment(text: &str) -> Option<Fragment> {
    let text = text.trim();
    if let Some(at) = text.rfind('^').filter(|at| *at == 0 || text[..*at].ends_with('#')) {
        return Some(Fragment::Block(text[at + 1..].trim().to_owned()));
    }
    let path: Vec<String> =
        text.split('#').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    (!path.is_empty()).then_some(Fragment::Heading(path))
}

fn without_extension(path: &str) -> &str {
    let at = path.len().saturating_sub(3);
    match path.get(at..) {
        Some(end) if at > 0 && end.eq_ignore_ascii_case(".md") => &path[..at],
        _ => path,
    }
}

/// Whether a path names a file that is shown among words (a picture, a sound, a film, a document) and not a note.
pub(super) fn is_media(path: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "png", "jpg", "jpeg", "jfif", "gif", "webp", "avif", "svg", "bmp", "ico", "tif", "tiff", "heic", "mp3", "m4a",
        "wav", "ogg", "oga", "opus", "flac", "3gp", "aac", "mp4", "m4v", "webm", "ogv", "mov", "mkv", "pdf", "zip",
        "csv", "txt", "json", "canvas", "base", "epub", "docx", "xlsx", "pptx", "odt",
    ];
    path.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.len() <= 6 && EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str())
    })
}

/// Whether an address of another site is a page with a player and not a picture.
pub(super) fn is_picture(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let rest = path.split_once("://").map_or("", |(_, rest)| rest);
    let (host, file) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.trim_start_matches("www.").trim_start_matches("m.");
    let player =
        matches!(host, "youtube.com" | "youtu.be" | "youtube-nocookie.com" | "vimeo.com" | "twitter.com" | "x.com");
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    let other = matches!(
        extension.as_str(),
        "mp3" | "m4a" | "wav" | "ogg" | "flac" | "mp4" | "webm" | "ogv" | "mov" | "mkv" | "pdf"
    );
    !player && !other
}

/// The size asked for at the end of a label (`|300`, `|300x200`), and the label without it.
pub(super) fn split_size(label: &str) -> (&str, Option<Size>) {
    let (text, last) = label.rsplit_once('|').map_or(("", label), |(text, last)| (text, last));
    match size(last.trim()) {
        Some(size) => (text.trim_end_matches('\\').trim(), Some(size)),
        None => (label, None),
    }
}

fn size(text: &str) -> Option<Size> {
    let number = |text: &str| -> Option<u32> {
        let fits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if fits { text.parse().ok().filter(|n| *n > 0) } else { None }
    };
    match text.split_once('x') {
        Some((width, height)) => Some((Some(number(width)?), Some(number(height)?))),
        None => Some((Some(number(text)?), None)),
    }
}
