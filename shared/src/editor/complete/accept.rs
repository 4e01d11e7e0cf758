//! What is put in the text for what was chosen.

use super::rank::{Hit, Index};
use super::wanted::Wanted;
use crate::editor::typing::{Command, Edit, Selection};
use crate::editor::wire::Names;

/// What a link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What it leads to, before the bar.
    pub name: String,
    /// The words for it, behind the bar.
    pub words: Option<String>,
}

/// How a note that was found is linked: by its title, by an alias with the title before the bar, and by its address where
/// its title has signs of its own, or another note has the same. `index` is of these names.
pub fn target_of(index: &Index, names: &Names, hit: Hit) -> Target {
    let line = &names.notes[hit.note];
    let awkward = line.title.contains(['[', ']', '|', '#', '^', '\\']) || line.title.trim() != line.title;
    let words = hit.alias.and_then(|alias| line.aliases.get(alias)).filter(|alias| !alias.contains(['[', ']', '|']));
    if awkward || index.is_ambiguous(hit.note) {
        let plain = line.title.replace(['[', ']', '|'], " ");
        return Target { name: line.slug.clone(), words: Some(words.cloned().unwrap_or(plain.trim().to_owned())) };
    }
    Target { name: line.title.clone(), words: words.cloned() }
}

/// The link, closed, and the cursor behind it. Words that stand behind a bar already stay.
pub fn accept_link(text: &str, wanted: &Wanted, target: &Target) -> Edit {
    let start = wanted.start + 2;
    let rest = rest_of_link(text, wanted.at);
    let words = target.words.as_ref().map(|words| format!("|{words}")).unwrap_or_default();
    match rest {
        Rest::Closed(end) => {
            let insert = format!("{}{words}]]", target.name);
            Edit { range: start..end, selection: Selection::at(start + insert.len()), insert }
        }
        Rest::Goes(end, closed) => {
            let insert = target.name.clone();
            let selection = Selection::at(closed - (end - start) + insert.len());
            Edit { range: start..end, insert, selection }
        }
    }
}

/// The heading behind the note's name, and the cursor behind the link.
pub fn accept_heading(text: &str, wanted: &Wanted, heading: &str) -> Edit {
    let from = wanted.at - wanted.query.len();
    // These end or divide links.
    let heading = heading.replace(['[', ']', '|', '#', '^'], " ");
    let heading = heading.split_whitespace().collect::<Vec<_>>().join(" ");
    match rest_of_link(text, wanted.at) {
        Rest::Closed(end) => {
            let insert = format!("{heading}]]");
            Edit { range: from..end, selection: Selection::at(from + insert.len()), insert }
        }
        Rest::Goes(end, closed) => {
            let selection = Selection::at(closed - (end - from) + heading.len());
            Edit { range: from..end, insert: heading, selection }
        }
    }
}

/// What follows the cursor in a link.
enum Rest {
    /// The end of it, or nothing of it: up to here it is replaced, marks included.
    Closed(usize),
    /// A heading or words, which stay: the name ends at the first, the link at the second.
    Goes(usize, usize),
}

fn rest_of_link(text: &str, at: usize) -> Rest {
    let line = text[at..].split('\n').next().unwrap_or_default();
    let Some(close) = line.find("]]").filter(|close| !line[..*close].contains("[[")) else { return Rest::Closed(at) };
    match line[..close].find(['|', '#']) {
        Some(bar) => Rest::Goes(at + bar, at + close + 2),
        None => Rest::Closed(at + close + 2),
    }
}

/// The tag, and a blank behind it.
pub fn accept_tag(text: &str, wanted: &Wanted, tag: &str) -> Edit {
    let rest = text[wanted.at..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '/'));
    let end = wanted.at + rest.map(char::len_utf8).sum::<usize>();
    let blank = if text[end..].starts_with([' ', '\n']) { "" } else { " " };
    let insert = format!("#{tag}{blank}");
    Edit { range: wanted.start..end, selection: Selection::at(wanted.start + insert.len()), insert }
}

/// What was typed of the command goes, and the command is done, as one step.
pub fn accept_command(text: &str, wanted: &Wanted, command: Command) -> Option<Edit> {
    accept_with(text, wanted, |text, at| command.run(text, at))
}

/// The same with any change.
fn accept_with(text: &str, wanted: &Wanted, run: impl Fn(&str, Selection) -> Option<Edit>) -> Option<Edit> {
    let without = [&text[..wanted.start], &text[wanted.at..]].concat();
    let edit = run(&without, Selection::at(wanted.start))?;
    Some(Edit::between(text, &edit.apply(&without), edit.selection))
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, wanted};
    use super::*;
    use crate::editor::typing::block::Kind as Lines;

    fn at_cursor(marked: &str) -> (String, Wanted) {
        let at = marked.find('¦').expect("a cursor");
        let text = marked.replace('¦', "");
        let wanted = wanted(&text, at).expect("something wanted");
        (text, wanted)
    }

    fn shown(text: &str, edit: &Edit) -> String {
        let mut after = edit.apply(text);
        after.insert(edit.selection.head, '¦');
        after
    }

    #[test]
    fn links_are_closed_once() {
        let target = |name: &str, words: Option<&str>| Target { name: name.into(), words: words.map(Into::into) };
        for (before, target, after) in [
            ("a [[Wi¦", target("Winter", None), "a [[Winter]]¦"),
            ("a [[Wi¦]] b", target("Winter", None), "a [[Winter]]¦ b"),
            ("a [[Wi¦nter]] b", target("Summer", None), "a [[Summer]]¦ b"),
            ("[[¦", target("笔记", Some("notes")), "[[笔记|notes]]¦"),
            ("[[Wi¦|words]] b", target("Winter", Some("x")), "[[Winter|words]]¦ b"),
            ("[[Wi¦#Part]]", target("Winter", None), "[[Winter#Part]]¦"),
            ("[[Wi¦ and [[b]]", target("Winter", None), "[[Winter]]¦ and [[b]]"),
        ] {
            let (text, wanted) = at_cursor(before);
            assert_eq!(shown(&text, &accept_link(&text, &wanted, &target)), after);
        }
    }

    #[test]
    fn headings_tags_and_commands() {
        let (text, wanted) = at_cursor("[[Note#Pa¦");
        assert_eq!(shown(&text, &accept_heading(&text, &wanted, "Part [one]")), "[[Note#Part one]]¦");
        let (text, wanted) = at_cursor("[[#¦old|words]]");
        assert_eq!(shown(&text, &accept_heading(&text, &wanted, "New")), "[[#New|words]]¦");
        let (text, wanted) = at_cursor("a #ga¦");
        assert_eq!(shown(&text, &accept_tag(&text, &wanted, "garden/winter")), "a #garden/winter ¦");
        let (text, wanted) = at_cursor("a #ga¦rd b");
        assert_eq!(shown(&text, &accept_tag(&text, &wanted, "garden")), "a #garden¦ b");
        let (text, wanted) = at_cursor("- words /num¦");
        assert_eq!(wanted.kind, Kind::Command);
        let edit = accept_command(&text, &wanted, Command::Lines(Lines::Heading(2))).expect("a change");
        assert_eq!(shown(&text, &edit), "- ## words ¦");
    }
}
