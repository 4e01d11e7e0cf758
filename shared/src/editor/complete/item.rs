//! A list with commas in one line, such as a note's tags: the item at the cursor.

use crate::editor::typing::{Edit, Selection};

/// The item at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is typed of it before the cursor.
    pub query: String,
    /// All the others.
    pub others: Vec<String>,
}

/// The item in which a cursor at `at` stands. A hash before it is no part of it.
pub fn item_at(text: &str, at: usize) -> Item {
    let at = text.floor_char_boundary(at);
    let (start, end) = bounds(text, at);
    let items = |part: &str| crate::notes::split_list(part);
    let others = items(&text[..start]).into_iter().chain(items(&text[end..])).collect();
    Item { query: text[start..at].trim().trim_start_matches('#').to_owned(), others }
}

/// `word` in the place of the item at the cursor, and a comma behind it if it is the last, for the next.
pub fn accept_item(text: &str, at: usize, word: &str) -> Edit {
    let (start, end) = bounds(text, text.floor_char_boundary(at));
    let before = if start > 0 { " " } else { "" };
    let after = if end == text.len() { ", " } else { "" };
    let insert = format!("{before}{word}{after}");
    Edit { range: start..end, selection: Selection::at(start + insert.len()), insert }
}

/// From behind the comma before the cursor to the one after it.
fn bounds(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind(',').map_or(0, |comma| comma + 1);
    let end = text[at..].find(',').map_or(text.len(), |comma| at + comma);
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(marked: &str, word: &str) -> String {
        let at = marked.find('¦').expect("a cursor");
        let text = marked.replace('¦', "");
        let edit = accept_item(&text, at, word);
        let mut out = text.clone();
        out.replace_range(edit.range, &edit.insert);
        out.insert(edit.selection.head, '¦');
        out
    }

    #[test]
    fn the_item_at_the_cursor_is_completed() {
        for (marked, expected) in [
            ("gar¦", "garden, ¦"),
            ("winter, gar¦", "winter, garden, ¦"),
            ("gar¦, winter", "garden¦, winter"),
            ("a,  gar¦den ,b", "a, garden¦,b"),
            ("#gar¦", "garden, ¦"),
            ("漢字, gar¦", "漢字, garden, ¦"),
        ] {
            assert_eq!(accepted(marked, "garden"), expected, "{marked}");
        }
    }

    #[test]
    fn what_is_typed_of_it_and_the_others_are_known() {
        let item = item_at("winter, #ga, 漢字", 11);
        assert_eq!(item, Item { query: "ga".into(), others: vec!["winter".into(), "漢字".into()] });
        assert_eq!(item_at("winter, ", 8).query, "");
        assert_eq!(item_at("", 0), Item { query: String::new(), others: Vec::new() });
    }
}
