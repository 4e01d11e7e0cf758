//! Files shown in a note: pictures, sounds, films, documents.

use std::fmt::Write as _;

use super::escape::escaped;
use super::finish::escaped_href;
use super::types::{Fragment, Place, Reference, Size};

/// A file that the reader may see, as [`super::Destination::File`] has it.
pub(super) struct File {
    pub(super) href: String,
    pub(super) media_type: String,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
    pub(super) placeholder: Option<String>,
    pub(super) name: String,
    pub(super) alt: String,
}

/// Writes the file where the reference stands.
pub(super) fn write(out: &mut String, file: &File, reference: &Reference) {
    let is_block = reference.place == Place::Block;
    let main = file.media_type.split(['/', ';']).next().unwrap_or_default();
    let html = match main {
        "image" => image(file, reference),
        "audio" | "video" if reference.place != Place::Link => player(main, file, reference),
        _ if file.media_type.starts_with("application/pdf") && is_block => return pdf(out, file, reference),
        _ => link(file, reference),
    };
    let framed = if !is_block {
        html
    } else if html.starts_with("<a ") {
        format!("<p>{html}</p>")
    } else {
        format!("<figure class=\"{main}\">{html}</figure>")
    };
    out.push_str(&framed);
}

fn image(file: &File, reference: &Reference) -> String {
    let alt = reference.label.as_deref().unwrap_or(&file.alt);
    let mut html = format!("<img src=\"{}\" alt=\"{}\"", escaped_href(&file.href), escaped(alt));
    let (width, height) = scaled((file.width, file.height), reference.size);
    if let Some(width) = width {
        let _ = write!(html, " width=\"{width}\"");
    }
    if let Some(height) = height {
        let _ = write!(html, " height=\"{height}\"");
    }
    if let Some(placeholder) = &file.placeholder {
        let _ = write!(html, " data-placeholder=\"{}\"", escaped(placeholder));
    }
    html.push_str(" loading=\"lazy\" decoding=\"async\">");
    html
}

/// The size to show: the one asked for, the other side in proportion.
fn scaled(own: Size, asked: Option<Size>) -> Size {
    let Some((Some(width), height)) = asked else { return own };
    let height = height.or_else(|| {
        let (own_width, own_height) = (u64::from(own.0?), u64::from(own.1?));
        u32::try_from((u64::from(width) * own_height + own_width / 2).checked_div(own_width)?.max(1)).ok()
    });
    (Some(width), height)
}

fn player(element: &str, file: &File, reference: &Reference) -> String {
    let mut html = format!(
        "<{element} controls preload=\"metadata\" src=\"{}\" aria-label=\"{}\"",
        escaped_href(&file.href),
        escaped(name(file, reference))
    );
    if element == "video" {
        let (width, height) = scaled((file.width, file.height), reference.size);
        if let (Some(width), Some(height)) = (width, height) {
            let _ = write!(html, " width=\"{width}\" height=\"{height}\"");
        }
    }
    let _ = write!(html, "></{element}>");
    html
}

fn pdf(out: &mut String, file: &File, reference: &Reference) {
    let page = match &reference.target.fragment {
        Some(Fragment::Heading(path)) => path
            .first()
            .filter(|part| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'='))
            .map(|part| format!("#{part}")),
        _ => None,
    };
    let page = page.unwrap_or_default();
    let (href, name) = (escaped_href(&file.href), escaped(name(file, reference)));
    let _ = write!(
        out,
        "<figure class=\"pdf\"><iframe src=\"{href}{page}\" title=\"{name}\" loading=\"lazy\"></iframe><figcaption><a class=\"file\" href=\"{href}{page}\" type=\"application/pdf\">{name}</a></figcaption></figure>"
    );
}

fn link(file: &File, reference: &Reference) -> String {
    let name = escaped(name(file, reference));
    if reference.place == Place::Link {
        return name;
    }
    format!("<a class=\"file\" href=\"{}\">{name}</a>", escaped_href(&file.href))
}

fn name<'n>(file: &'n File, reference: &'n Reference) -> &'n str {
    match reference.label.as_deref() {
        Some(label) => label,
        None if file.name.is_empty() => &reference.target.path,
        None => &file.name,
    }
}
