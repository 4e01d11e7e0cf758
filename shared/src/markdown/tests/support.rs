//! What the renderer's tests share.

use crate::markdown::{Audience, Destination, EmbeddedNote, Plain, Reference, Rendered, Resolve, finish, render};

/// Resolves every name to a note or a file of that name, except those that begin with `missing` or `hidden`.
pub(super) struct Everything(pub(super) Audience);

impl Resolve for Everything {
    fn resolve(&self, _index: usize, reference: &Reference) -> Destination {
        let path = &reference.target.path;
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        let media_type = match extension {
            "png" | "jpg" | "svg" => "image/png",
            "mp3" => "audio/mpeg",
            "mp4" => "video/mp4",
            "pdf" => "application/pdf",
            "csv" => "text/csv",
            _ => "",
        };
        if path.starts_with("missing") {
            return Destination::Missing;
        }
        if path.starts_with("hidden") {
            return Destination::Hidden;
        }
        if media_type.is_empty() {
            return Destination::Note { href: format!("/notes/{path}"), title: path.clone() };
        }
        Destination::File {
            href: format!("/media/{path}"),
            media_type: media_type.into(),
            width: Some(800),
            height: Some(600),
            placeholder: None,
            name: path.clone(),
            alt: String::new(),
        }
    }

    fn embed(&self, _index: usize, _reference: &Reference) -> Option<EmbeddedNote<'_>> {
        None
    }

    fn audience(&self) -> Audience {
        self.0
    }
}

/// The source rendered without colours.
pub(super) fn rendered(source: &str) -> Rendered {
    render(source, &Plain)
}

/// The page's HTML for a visitor for whom everything is there.
pub(super) fn html(source: &str) -> String {
    finish(&rendered(source), &Everything(Audience::Visitor))
}

/// The page's HTML for the owner.
pub(super) fn html_for_owner(source: &str) -> String {
    finish(&rendered(source), &Everything(Audience::Owner))
}

/// All HTML of a rendering, holes left out.
pub(super) fn bare_html(rendered: &Rendered) -> String {
    rendered.pieces.html().to_owned()
}
