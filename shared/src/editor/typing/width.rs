//! How many columns of a type-writer's page a text takes.

use unicode_segmentation::UnicodeSegmentation as _;

/// Chinese, Japanese and Korean characters and emoji take two, marks on letters none.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(|cluster| cluster.chars().map(of_char).max().unwrap_or_default()).sum()
}

fn of_char(c: char) -> usize {
    match u32::from(c) {
        // An emoji by its variation selector.
        0xFE0F => 2,
        _ if unicode_normalization::char::is_combining_mark(c) => 0,
        0x200B..=0x200F | 0x2060 | 0xFEFF => 0,
        0x1100..=0x115F
        | 0x231A..=0x231B
        | 0x23E9..=0x23EC
        | 0x25FD..=0x25FE
        | 0x2614..=0x2615
        | 0x2705
        | 0x2728
        | 0x274C
        | 0x2757
        | 0x2795..=0x2797
        | 0x2B50
        | 0x2E80..=0x303E
        | 0x3041..=0xA4CF
        | 0xA960..=0xA97C
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F1E6..=0x1F1FF
        | 0x1F300..=0x1F64F
        | 0x1F680..=0x1F6FF
        | 0x1F900..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn wide_characters_count_double() {
        for (text, columns) in [
            ("abc", 3),
            ("漢字", 4),
            ("한국어", 6),
            ("ｱｲｳ", 3),
            ("Ａ", 2),
            ("e\u{301}é", 2),
            ("👩‍👩‍👧", 2),
            ("🇫🇷", 2),
            ("❤️", 2),
            ("שלום", 4),
            ("हि", 1),
        ] {
            assert_eq!(width(text), columns, "{text}");
        }
    }
}
