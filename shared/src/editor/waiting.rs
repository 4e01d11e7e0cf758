//! Files that stand in the text before they are sent: a place of their own in valid Markdown, which becomes the file's
//! address when the site has it. The text is the truth: a file is sent while its place is in it, and not otherwise.

use std::ops::Range;

use uuid::Uuid;

use super::Attached;

/// Before the key of a file where its address will stand.
const WAITING: &str = "sending:";

/// What stands in the text for a file: a picture without words yet, or a link with the file's name.
pub fn place(key: Uuid, name: &str, media_type: &str) -> String {
    if is_shown(media_type) {
        return format!("![]({WAITING}{key})");
    }
    let name: String = name.chars().filter(|c| !c.is_control()).flat_map(|c| escaped(c).chain([c])).collect();
    format!("[{name}]({WAITING}{key})")
}

/// Whether a file is shown in the text, not linked.
pub fn is_shown(media_type: &str) -> bool {
    ["image/", "audio/", "video/"].iter().any(|kind| media_type.starts_with(kind))
}

/// The places of several files, each a paragraph of its own where there is more than one.
pub fn places(places: &[String]) -> String {
    places.join("\n\n")
}

/// The files whose places are in a text, in order, each once.
pub fn keys_in(text: &str) -> Vec<Uuid> {
    let mut keys = Vec::new();
    for (at, _) in text.match_indices(WAITING) {
        let key = text.get(at + WAITING.len()..at + WAITING.len() + 36).and_then(|key| Uuid::try_parse(key).ok());
        keys.extend(key.filter(|key| !keys.contains(key)));
    }
    keys
}

/// Where the address of a waiting file stands.
pub fn find(text: &str, key: Uuid) -> Option<Range<usize>> {
    let sign = format!("{WAITING}{key}");
    let at = text.find(&sign)?;
    Some(at..at + sign.len())
}

/// The address by which the text calls a file that the site has.
pub fn address(file: &Attached) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '/');
    if file.name.chars().all(plain) {
        return file.name.clone();
    }
    let encoded = |c: char| match c {
        '<' => "%3C".to_owned(),
        '>' => "%3E".to_owned(),
        '%' => "%25".to_owned(),
        '\\' => "%5C".to_owned(),
        '#' => "%23".to_owned(),
        '?' => "%3F".to_owned(),
        c => c.to_string(),
    };
    format!("<{}>", file.name.chars().map(encoded).collect::<String>())
}

/// Where the words of a picture stand, given where its address does: between `![` and `](`.
pub fn words_of(text: &str, address: &Range<usize>) -> Option<Range<usize>> {
    let before = text.get(..address.start)?;
    let before = before.strip_suffix('<').unwrap_or(before);
    let end = before.strip_suffix("](")?.len();
    let line = before[..end].rfind('\n').map_or(0, |at| at + 1);
    let start = before[line..end].rfind("![").map(|at| line + at + 2)?;
    Some(start..end)
}

/// Words as they stand in a picture's brackets: on one line, their own brackets escaped.
pub fn words(alt: &str) -> String {
    let line = alt.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().flat_map(|c| escaped(c).chain([c])).collect()
}

fn escaped(c: char) -> impl Iterator<Item = char> {
    matches!(c, '[' | ']' | '\\').then_some('\\').into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

    fn attached(name: &str) -> Attached {
        Attached { name: name.into(), media_type: "image/png".into(), href: "/media/x".into() }
    }

    #[test]
    fn a_file_has_a_place_and_is_found_there() {
        let picture = place(KEY, "a.png", "image/png");
        assert_eq!(picture, "![](sending:01900000-0000-7000-8000-000000000001)");
        assert_eq!(
            place(KEY, "a [1].pdf", "application/pdf"),
            "[a \\[1\\].pdf](sending:01900000-0000-7000-8000-000000000001)"
        );
        let text = format!("Before {picture} after sending:nothing {picture}");
        assert_eq!(keys_in(&text), [KEY]);
        assert_eq!(find(&text, KEY).map(|at| text[at].to_owned()), Some(format!("sending:{KEY}")));
        assert!(keys_in("sending:ü sending:").is_empty());
    }

    #[test]
    fn a_name_is_an_address_that_leads_to_the_file() {
        for (name, wanted) in [
            ("a.png", "a.png"),
            ("my photo (1).png", "<my photo (1).png>"),
            ("50%<.png", "<50%25%3C.png>"),
            ("é.png", "é.png"),
        ] {
            assert_eq!(address(&attached(name)), wanted);
            let text = format!("![]({})", address(&attached(name)));
            let rendered = crate::markdown::render(&text, &crate::markdown::Plain);
            assert_eq!(rendered.references.first().map(|found| found.target.path.as_str()), Some(name), "{text}");
        }
    }

    #[test]
    fn the_words_of_a_picture_are_found_and_kept_whole() {
        let text = "![one](a) ![](b.png) [![two](<c d>)](e)\n![three](f";
        let words = |address: &str| {
            let at = text.find(address)?;
            words_of(text, &(at..at + address.len())).map(|at| &text[at])
        };
        assert_eq!(words("b.png"), Some(""));
        assert_eq!(words("c d"), Some("two"));
        assert_eq!(words("f"), Some("three"));
        assert_eq!(words("(e"), None);
        assert_eq!(super::words("a [b]\nc \\d"), "a \\[b\\] c \\\\d");
    }

    #[test]
    fn a_place_shows_nothing_of_its_own() {
        let html = |text: &str| {
            let parts = crate::editor::AtHand::default().preview(text);
            parts.into_iter().map(|part| part.html).collect::<String>()
        };
        let picture = html(&place(KEY, "a.png", "image/png"));
        let link = html(&place(KEY, "a.pdf", "application/pdf"));
        assert!(!picture.contains("sending") && !link.contains("sending"), "{picture}{link}");
        assert!(link.contains("a.pdf"), "{link}");
    }
}
