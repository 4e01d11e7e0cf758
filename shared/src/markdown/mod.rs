//! The one Markdown renderer: pages, feeds and (compiled to WebAssembly) the live preview.

mod types;

pub use types::*;

/// Reads what a note says about itself. Never fails: what cannot be read is reported in `problem`.
pub fn front_matter(_source: &str) -> FrontMatter {
    FrontMatter::default()
}

/// Renders a note's source, front matter included or not.
pub fn render(source: &str, _highlight: &dyn Highlight) -> Rendered {
    let html = comrak::markdown_to_html(source, &comrak::Options::default());
    Rendered { pieces: vec![Piece::Html(html)], ..Rendered::default() }
}

/// The HTML of a rendered note for one reader.
pub fn finish(rendered: &Rendered, _resolve: &dyn Resolve) -> String {
    rendered
        .pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Html(html) => Some(html.as_str()),
            _ => None,
        })
        .collect()
}

/// The source for others: without comments and without front matter that is the owner's business.
pub fn strip_for_visitors(_source: &str) -> String {
    String::new()
}

/// The source with each reference's path replaced; label, fragment and embed marks stay.
pub fn rewrite_targets(source: &str, _changes: &[(&Reference, &str)]) -> String {
    source.to_owned()
}
