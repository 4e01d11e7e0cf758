//! Puts into a rendered note's holes what one reader may see.

use std::borrow::Borrow;
use std::cell::OnceCell;
use std::fmt::Write as _;

use super::escape;
use super::part::{Outline, Part, parts, section};
use super::slug::{ID_PREFIX, id_of};
use super::types::{
    Audience, Destination, EmbeddedNote, FinishedPart, Fragment, Piece, Place, Reference, Rendered, Resolve,
};
use crate::limits::{EMBED_DEPTH, EMBEDS};

/// Bytes of HTML that all embedded notes of one page add, at most.
const EMBEDDED_BYTES: usize = 1024 * 1024;
/// What a hole is filled with, usually; room for it is made at once.
const HOLE_BYTES: usize = 80;

/// The HTML of a rendered note for one reader.
///
/// What is missing or hidden is plain text to a visitor, the one exactly as the other; the owner sees what leads
/// nowhere. Embeds inside embeds are bounded in depth, number and size, and one that goes in a circle is a link.
pub fn finish(rendered: &Rendered, resolve: &dyn Resolve) -> String {
    finished(rendered, resolve).out
}

/// As [`finish`], for what [`super::render_in_parts`] rendered: the parts, which together are the whole.
pub fn finish_in_parts(rendered: &Rendered, resolve: &dyn Resolve) -> Vec<FinishedPart> {
    let Finisher { out, parts, .. } = finished(rendered, resolve);
    let first = parts.first().map_or(out.len(), |(_, start)| *start);
    let before = (first > 0).then(|| FinishedPart { at: 0, html: out[..first].to_owned() });
    let ends = parts.iter().skip(1).map(|(_, start)| *start).chain([out.len()]);
    let rest =
        parts.iter().zip(ends).map(|((at, start), end)| FinishedPart { at: *at, html: out[*start..end].to_owned() });
    before.into_iter().chain(rest).collect()
}

fn finished(rendered: &Rendered, resolve: &dyn Resolve) -> Finisher {
    let whole = (resolve.address().to_owned(), None);
    let out = String::with_capacity(rendered.pieces.html().len() + rendered.pieces.holes() * HOLE_BYTES);
    let mut finisher = Finisher { out, parts: Vec::new(), embeds: 0, embedded_from: usize::MAX, chain: vec![whole] };
    let frame = Frame { rendered, resolve, embed: None, outline: OnceCell::new() };
    finisher.pieces(rendered.pieces.iter(), &frame);
    finisher
}

/// The note being written, the page's own or an embedded one.
struct Frame<'f> {
    rendered: &'f Rendered,
    resolve: &'f dyn Resolve,
    embed: Option<Embed<'f>>,
    outline: OnceCell<Outline<'f>>,
}

/// How an embedded note's HTML must change to stand inside another's.
#[derive(Clone, Copy)]
struct Embed<'f> {
    /// Its number on the page, which keeps its ids apart.
    number: usize,
    /// Added to its headings' levels.
    shift: i8,
    /// Where its own links to itself lead, when only a part of it is here.
    href: Option<&'f str>,
}

struct Finisher {
    out: String,
    /// Where the parts begin: bytes of the source, and of `out`.
    parts: Vec<(usize, usize)>,
    embeds: usize,
    embedded_from: usize,
    /// What is being shown, outermost first: addresses with their parts.
    chain: Vec<(String, Option<Fragment>)>,
}

impl Finisher {
    fn pieces<'p>(&mut self, pieces: impl Iterator<Item = Piece<'p>>, frame: &Frame<'_>) {
        let audience = frame.resolve.audience();
        let mut ends: Vec<&'static str> = Vec::new();
        let mut in_margin = false;
        for piece in pieces {
            if in_margin && audience == Audience::Feed && piece != Piece::MarginEnd {
                continue;
            }
            match piece {
                Piece::Html(html) => self.html(&html, frame),
                Piece::LinkStart(index) => ends.push(self.link_start(index, frame, in_margin)),
                Piece::LinkEnd(_) => self.out.push_str(ends.pop().unwrap_or_default()),
                Piece::Embed(index) => self.embed(index, frame),
                Piece::Anchor(index) if audience != Audience::Feed && frame.embed.is_none() => {
                    self.anchor(index, frame)
                }
                Piece::MarginStart => {
                    in_margin = true;
                    if audience != Audience::Feed {
                        self.out.push_str("<span class=\"margin-note\" aria-hidden=\"true\" hidden>");
                    }
                }
                Piece::MarginEnd => {
                    in_margin = false;
                    if audience != Audience::Feed {
                        self.out.push_str("</span>");
                    }
                }
                Piece::Source(at) if frame.embed.is_none() => self.parts.push((at, self.out.len())),
                Piece::Source(_) => {}
                Piece::Anchor(_) | Piece::Heading(_) | Piece::BlockStart(_) | Piece::BlockEnd(_) => {}
            }
        }
    }

    fn html(&mut self, html: &str, frame: &Frame<'_>) {
        let base = frame.resolve.base();
        if frame.embed.is_none() && base.is_empty() {
            return self.out.push_str(html);
        }
        for part in parts(html) {
            match part {
                Part::Text(text) => self.out.push_str(text),
                Part::Tag { text, .. } => self.adapted_tag(text, frame, base),
            }
        }
    }

    /// A tag with its ids kept apart, its heading's level moved, and its addresses made whole.
    fn adapted_tag(&mut self, tag: &str, frame: &Frame<'_>, base: &str) {
        let mut tag = tag.to_owned();
        if let Some(embed) = &frame.embed {
            let own = format!("=\"#{ID_PREFIX}");
            match embed.href {
                Some(href) => tag = tag.replace(&own, &format!("=\"{}#{ID_PREFIX}", escaped_href(href))),
                None => tag = tag.replace(&own, &format!("=\"#n{}-", embed.number)),
            }
            tag = tag.replace(&format!(" id=\"{ID_PREFIX}"), &format!(" id=\"n{}-", embed.number));
            tag = tag.replace("aria-label=\"Table ", &format!("aria-label=\"Table {}.", embed.number));
            tag = tag.replace("aria-label=\"Footnotes\"", &format!("aria-label=\"Footnotes {}\"", embed.number));
            shift_heading(&mut tag, embed.shift);
        }
        if !base.is_empty() {
            tag = tag.replace(" href=\"/", &format!(" href=\"{base}/")).replace(" src=\"/", &format!(" src=\"{base}/"));
        }
        self.out.push_str(&tag);
    }

    fn anchor(&mut self, index: usize, frame: &Frame<'_>) {
        let Some(heading) = frame.rendered.toc.get(index) else { return };
        let id = escape::escaped(&heading.id);
        let text = escape::escaped(&heading.text);
        let _ = write!(
            self.out,
            "<a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to “{text}”\"><span aria-hidden=\"true\">#</span></a>"
        );
    }

    /// Opens a link; what closes it.
    fn link_start(&mut self, index: usize, frame: &Frame<'_>, in_margin: bool) -> &'static str {
        let Some(reference) = frame.rendered.references.get(index) else { return "" };
        let tab = if in_margin { " tabindex=\"-1\"" } else { "" };
        let (class, href) = match destination(index, reference, frame) {
            Destination::Note { href, .. } => ("internal", with_fragment(href, reference.target.fragment.as_ref())),
            Destination::File { href, .. } => ("file", href),
            Destination::Missing if frame.resolve.audience() == Audience::Owner => {
                let reason = escape::escaped(&not_found(reference));
                let _ = write!(self.out, "<span class=\"unresolved\" title=\"{reason}\">");
                return "</span>";
            }
            Destination::Missing | Destination::Hidden => return "",
        };
        for part in ["<a class=\"", class, "\"", tab, " href=\""] {
            self.out.push_str(part);
        }
        escape::href(&mut self.out, &whole(href, frame.resolve.base()));
        self.out.push_str("\">");
        "</a>"
    }

    fn embed(&mut self, index: usize, frame: &Frame<'_>) {
        let Some(reference) = frame.rendered.references.get(index) else { return };
        let fragment = reference.target.fragment.as_ref();
        if reference.place == Place::Block && reference.target.path.is_empty() {
            let note = EmbeddedNote {
                title: fragment_name(fragment),
                href: frame.resolve.address().to_owned(),
                rendered: frame.rendered,
                resolve: frame.resolve,
            };
            return self.note(&note, reference);
        }
        if reference.place == Place::Block
            && let Some(note) = frame.resolve.embed(index, reference)
        {
            return self.note(&note, reference);
        }
        match destination(index, reference, frame) {
            Destination::Note { href, title } => {
                let name = reference.label.clone().unwrap_or(title);
                self.lone_link("internal", with_fragment(href, fragment), &name, reference, frame);
            }
            Destination::File { href, media_type, width, height, placeholder, name, alt } => {
                let file = super::media::File {
                    href: whole(href, frame.resolve.base()),
                    media_type,
                    width,
                    height,
                    placeholder,
                    name,
                    alt,
                };
                super::media::write(&mut self.out, &file, reference);
            }
            Destination::Missing if frame.resolve.audience() == Audience::Owner => {
                let (reason, name) = (escape::escaped(&not_found(reference)), escape::escaped(&shown(reference)));
                self.framed(reference, &format!("<span class=\"unresolved\" title=\"{reason}\">{name}</span>"));
            }
            Destination::Missing | Destination::Hidden => self.framed(reference, &escape::escaped(&shown(reference))),
        }
    }

    fn lone_link(&mut self, class: &str, href: String, name: &str, reference: &Reference, frame: &Frame<'_>) {
        let name = escape::escaped(name);
        let href = escaped_href(&whole(href, frame.resolve.base()));
        let html = if reference.place == Place::Link {
            name
        } else {
            format!("<a class=\"{class}\" href=\"{href}\">{name}</a>")
        };
        self.framed(reference, &html);
    }

    /// Words where the reference stands: in a paragraph of their own between blocks.
    fn framed(&mut self, reference: &Reference, html: &str) {
        match reference.place {
            Place::Block => self.out.push_str(&format!("<p>{html}</p>")),
            Place::Inline | Place::Link => self.out.push_str(html),
        }
    }

    /// Shows a note or a part of one; as a link where that would be too much or go in a circle.
    fn note(&mut self, note: &EmbeddedNote<'_>, reference: &Reference) {
        let fragment = reference.target.fragment.clone();
        let href = whole(with_fragment(note.href.clone(), fragment.as_ref()), note.resolve.base());
        let title =
            format!("<a class=\"internal\" href=\"{}\">{}</a>", escaped_href(&href), escape::escaped(&note.title));
        let place = (note.href.clone(), fragment.clone());
        let spent = self.out.len().saturating_sub(self.embedded_from);
        let too_much = self.chain.len() > EMBED_DEPTH || self.embeds >= EMBEDS || spent > EMBEDDED_BYTES;
        let part = fragment.as_ref().map(|fragment| section(note.rendered, fragment));
        if too_much || self.chain.contains(&place) || part == Some(None) {
            return self.framed(reference, &title);
        }
        let part = part.flatten();
        let first_level = match &part {
            Some(pieces) => first_level(pieces.iter(), note.rendered),
            None => first_level(note.rendered.pieces.iter(), note.rendered),
        };
        self.embeds += 1;
        self.embedded_from = self.embedded_from.min(self.out.len());
        let embed = Embed {
            number: self.embeds,
            shift: self.level_here() - first_level,
            href: part.is_some().then_some(note.href.as_str()),
        };
        self.out.push_str(&format!(
            "<div class=\"embed\"><p class=\"embed-title\">{title}</p><div class=\"embed-body\">\n"
        ));
        self.chain.push(place);
        let frame =
            Frame { rendered: note.rendered, resolve: note.resolve, embed: Some(embed), outline: OnceCell::new() };
        match part {
            Some(pieces) => self.pieces(pieces.into_iter(), &frame),
            None => self.pieces(note.rendered.pieces.iter(), &frame),
        }
        self.chain.pop();
        self.out.push_str("</div></div>\n");
    }

    /// The level that a heading written now may have: one below the last.
    fn level_here(&self) -> i8 {
        let last = self.out.rfind("</h").and_then(|at| self.out.as_bytes().get(at + 3)).copied();
        last.filter(u8::is_ascii_digit).map_or(2, |digit| i8::try_from(digit - b'0' + 1).unwrap_or(2)).min(6)
    }
}

/// Where a reference leads, links to this note itself included.
fn destination(index: usize, reference: &Reference, frame: &Frame<'_>) -> Destination {
    if !reference.target.path.is_empty() {
        return frame.resolve.resolve(index, reference);
    }
    let Some(fragment) = &reference.target.fragment else { return Destination::Missing };
    let outline = frame.outline.get_or_init(|| Outline::new(frame.rendered));
    let Some(id) = outline.anchor(fragment) else { return Destination::Missing };
    let href = match frame.embed {
        None => format!("#{id}"),
        Some(Embed { href: Some(href), .. }) => format!("{href}#{id}"),
        Some(Embed { number, .. }) => format!("#n{number}-{}", id.trim_start_matches(ID_PREFIX)),
    };
    Destination::Note { href, title: fragment_name(Some(fragment)) }
}

fn first_level<'p>(mut pieces: impl Iterator<Item = impl Borrow<Piece<'p>>>, rendered: &Rendered) -> i8 {
    let level = pieces.find_map(|piece| match piece.borrow() {
        Piece::Heading(index) => rendered.toc.get(*index).map(|heading| heading.level),
        _ => None,
    });
    level.and_then(|level| i8::try_from(level).ok()).unwrap_or(2)
}

fn shift_heading(tag: &mut String, shift: i8) {
    let digit = if tag.starts_with("</h") { 3 } else { 2 };
    let is_heading = tag.starts_with("<h") || tag.starts_with("</h");
    let Some(level @ b'1'..=b'6') = tag.as_bytes().get(digit).copied().filter(|_| is_heading) else { return };
    let level = i8::try_from(level - b'0').unwrap_or(2);
    tag.replace_range(digit..=digit, &(level + shift).clamp(2, 6).to_string());
}

fn with_fragment(href: String, fragment: Option<&Fragment>) -> String {
    match fragment {
        Some(fragment) if !href.contains('#') => format!("{href}#{}", id_of(fragment)),
        _ => href,
    }
}

fn whole(href: String, base: &str) -> String {
    let moves = !base.is_empty() && href.starts_with('/') && !href.starts_with("//");
    if moves { format!("{base}{href}") } else { href }
}

pub(super) fn escaped_href(href: &str) -> String {
    let mut out = String::with_capacity(href.len());
    escape::href(&mut out, href);
    out
}

fn fragment_name(fragment: Option<&Fragment>) -> String {
    match fragment {
        Some(Fragment::Heading(path)) => path.join(" > "),
        Some(Fragment::Block(id)) => format!("^{id}"),
        None => String::new(),
    }
}

/// What stands where a reference is not shown: its label, or its name.
fn shown(reference: &Reference) -> String {
    let label = reference.label.clone().filter(|label| !label.trim().is_empty());
    label.unwrap_or_else(|| {
        if reference.target.path.is_empty() {
            fragment_name(reference.target.fragment.as_ref())
        } else {
            reference.target.path.clone()
        }
    })
}

fn not_found(reference: &Reference) -> String {
    match (reference.target.path.as_str(), &reference.target.fragment) {
        ("", fragment) => format!("This note has no “{}”", fragment_name(fragment.as_ref())),
        (path, _) => format!("Nothing is called “{path}”"),
    }
}
