//! Addresses of things, percent-encoded.

use shared::files::encode_path;

/// The address of a note.
pub fn note_href(slug: &str) -> String {
    format!("/notes/{}", encode_path(slug))
}

pub use shared::markdown::tag_href;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_divide_and_all_else_is_encoded() {
        assert_eq!(note_href("plugins/café"), "/notes/plugins/caf%C3%A9");
        assert_eq!(tag_href("Reisen/Übung"), "/tags/reisen/%C3%BCbung");
    }
}
