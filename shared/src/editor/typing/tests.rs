//! Each command on texts in which `¦` is the cursor and `«…»` what is selected.

mod blocks;
mod enter;
mod inline;
mod tables;

use super::{Command, Edit, Selection};

fn read(marked: &str) -> (String, Selection) {
    let mut selection = Selection::default();
    let mut text = String::new();
    for c in marked.chars() {
        match c {
            '¦' => selection = Selection::at(text.len()),
            '«' => selection.anchor = text.len(),
            '»' => selection.head = text.len(),
            c => text.push(c),
        }
    }
    (text, selection)
}

fn shown(text: &str, selection: Selection) -> String {
    let mut out = text.to_owned();
    if selection.is_empty() {
        out.insert(selection.head, '¦');
        return out;
    }
    out.insert(selection.end(), '»');
    out.insert(selection.start(), '«');
    out
}

/// What a command makes of a marked text; `None` where it leaves it alone.
fn done(marked: &str, command: impl Fn(&str, Selection) -> Option<Edit>) -> Option<String> {
    let (text, selection) = read(marked);
    let edit = command(&text, selection)?;
    assert!(text.is_char_boundary(edit.range.start) && text.is_char_boundary(edit.range.end), "{marked:?}");
    let after = edit.apply(&text);
    assert_eq!(edit.selection.within(&after), edit.selection, "{marked:?}: the selection is between characters");
    Some(shown(&after, edit.selection))
}

#[track_caller]
fn check(cases: &[(&str, &str)], command: impl Fn(&str, Selection) -> Option<Edit>) {
    for (before, after) in cases {
        assert_eq!(done(before, &command).as_deref(), Some(*after), "{before:?}");
    }
}

#[track_caller]
fn check_left_alone(cases: &[&str], command: impl Fn(&str, Selection) -> Option<Edit>) {
    for before in cases {
        assert_eq!(done(before, &command), None, "{before:?}");
    }
}

/// Whatever the text and the selection: no command panics, and each leaves whole characters.
#[test]
fn every_command_bears_every_text() {
    const TEXTS: [&str; 16] = [
        "",
        "\n",
        "- ",
        "> ",
        "> > - [x] 漢字\n> > \n",
        "1. a\n2. b\n   - c\n10. 😀",
        "| a | é |\n| - | :-: |\n| 漢 | \\| |\nx",
        "|\n|-\n|",
        "```\n- a\n```",
        "~~~",
        "**a** *b* `c` ~~d~~ ==e== ***f***",
        "שלום **עולם**\n# כותרת",
        "a\r\n- b\r\n- \r\n",
        "\t- a\n\t\t- b\n  \t",
        "[[a|b]] #tag [x](http://a) <b>",
        "---\n- a\n---\n* * *\n- [ ] \n",
    ];
    for text in TEXTS {
        let places: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for anchor in &places {
            for head in &places {
                let selection = Selection { anchor: *anchor, head: *head };
                let edits = Command::ALL.iter().map(|command| command.run(text, selection)).chain([
                    super::enter(text, selection),
                    super::inline::wrap(text, selection, "("),
                    super::inline::paste_over(text, selection, "https://example.org/"),
                    super::table::next_cell(text, selection),
                    super::table::last_cell(text, selection),
                ]);
                for edit in edits.flatten() {
                    let after = edit.apply(text);
                    assert_eq!(edit.selection.within(&after), edit.selection, "{text:?} {selection:?} {edit:?}");
                }
            }
        }
    }
}
