//! The text of a `<textarea>`.

/// What stands between the tags so that the control holds exactly this text. Leptos leaves a textarea's children as
/// they are, so the mark-up in them is escaped here; the line break in front is the one that HTML drops.
pub fn area_text(text: &str) -> String {
    format!("\n{}", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_control() {
        assert_eq!(area_text("\n</textarea>&amp;"), "\n\n&lt;/textarea&gt;&amp;amp;");
    }
}
