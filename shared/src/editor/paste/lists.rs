//! Lists: of HTML, and those that word processors write as paragraphs.

use super::blocks::{Item, List, Reader, text_of};
use super::inlines::Look;
use super::{Rich, RichElement};

/// What stands in a list.
pub(super) enum ListPart<'r> {
    Item(&'r RichElement),
    /// A list that stands beside items instead of in one, or stray text.
    Other(&'r Rich),
}

pub(super) fn parts(children: &[Rich]) -> impl Iterator<Item = ListPart<'_>> {
    children.iter().filter_map(|node| match node {
        Rich::Element(element) if element.name == "li" => Some(ListPart::Item(element)),
        Rich::Element(element) if element.is_hidden() => None,
        Rich::Text(text) if text.trim().is_empty() => None,
        other => Some(ListPart::Other(other)),
    })
}

/// Whether an item begins with a box, and whether it is ticked.
pub(super) fn task(item: &RichElement) -> Option<bool> {
    for node in &item.children {
        match node {
            Rich::Text(text) if text.trim().is_empty() => {}
            Rich::Text(_) => return None,
            Rich::Element(element) if element.name == "input" && element.attribute("type") == Some("checkbox") => {
                return Some(element.attribute("checked").is_some());
            }
            Rich::Element(element) => return task(element),
        }
    }
    None
}

/// Word writes a list's items as paragraphs with the list's name, the level and the sign in a style.
pub(super) fn is_word_item(element: &RichElement) -> bool {
    element.name == "p" && level(element).is_some()
}

fn level(element: &RichElement) -> Option<usize> {
    let value = element.style("mso-list")?;
    let level = value.split_ascii_whitespace().find_map(|part| part.strip_prefix("level"))?;
    level.parse().ok().filter(|level| (1..=9).contains(level))
}

/// Neighbouring paragraphs that are items.
pub(super) struct WordItems<'r> {
    /// Each with its level.
    pub(super) items: Vec<(usize, &'r RichElement)>,
    /// Nodes, blanks between them included.
    pub(super) taken: usize,
}

pub(super) fn word_items(nodes: &[Rich]) -> WordItems<'_> {
    let mut run = WordItems { items: Vec::new(), taken: 0 };
    for (at, node) in nodes.iter().enumerate() {
        match node {
            Rich::Text(text) if text.trim().is_empty() => {}
            Rich::Element(element) => match level(element).filter(|_| element.name == "p") {
                Some(level) => {
                    run.items.push((level, element));
                    run.taken = at + 1;
                }
                None => break,
            },
            Rich::Text(_) => break,
        }
    }
    run.taken = run.taken.max(1);
    run
}

impl Reader<'_> {
    /// A list of items with levels: those below the first's are lists in the item before them.
    pub(super) fn word_list(&mut self, items: &[(usize, &RichElement)], look: &Look) -> List {
        self.formatted = true;
        let first = items.first().map_or(1, |(level, _)| *level);
        let start = items.first().and_then(|(_, item)| number(item));
        let mut out: Vec<Item> = Vec::new();
        let mut at = 0;
        while let Some((level, item)) = items.get(at) {
            if *level > first && !out.is_empty() {
                let inner = items[at..].iter().take_while(|(level, _)| *level > first).count();
                let list = self.word_list(&items[at..at + inner], look);
                if let Some(last) = out.last_mut() {
                    last.blocks.push(super::blocks::Block::List(list));
                }
                at += inner;
                continue;
            }
            let words: Vec<Rich> = item.children.iter().filter_map(without_sign).collect();
            let look = look.within(item, self.site);
            out.push(Item { task: None, blocks: self.blocks_as(&words, &look) });
            at += 1;
        }
        List { start, items: out }
    }
}

fn is_sign(element: &RichElement) -> bool {
    element.style("mso-list").is_some_and(|value| value.eq_ignore_ascii_case("ignore"))
}

/// The node without the bullet or number that Word wrote out.
fn without_sign(node: &Rich) -> Option<Rich> {
    let Rich::Element(element) = node else { return Some(node.clone()) };
    if is_sign(element) {
        return None;
    }
    let children = element.children.iter().filter_map(without_sign).collect();
    Some(Rich::Element(RichElement { children, ..element.clone() }))
}

/// The number that Word wrote before an item.
fn number(item: &RichElement) -> Option<usize> {
    for node in &item.children {
        let Rich::Element(element) = node else { continue };
        if is_sign(element) {
            let sign = text_of(&element.children);
            let sign = sign.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}');
            let digits = sign.trim_end_matches(['.', ')']);
            return digits.parse().ok().or_else(|| {
                (digits.len() == 1 && digits != "o" && digits.is_ascii() && digits.chars().all(char::is_alphabetic))
                    .then_some(1)
            });
        }
        if let Some(number) = number(element) {
            return Some(number);
        }
    }
    None
}
