//! Comments that go over a line break inside a paragraph.
//!
//! The parser knows `%%…%%` on one line and as a block. Between the two lies what people write without thinking of
//! either, and what they meant to hide must not show: two marks in one block of text hide what stands between them.

use std::ops::Range;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{Node, NodeValue};

use super::source::Lines;

/// Takes such comments out of the tree. Their places in the source, in order.
pub(super) fn hide(root: Node<'_>, lines: &Lines<'_>) -> Vec<Range<usize>> {
    if !lines.source().contains("%%") {
        return Vec::new();
    }
    let blocks: Vec<_> =
        root.descendants().filter(|node| node.data().value.contains_inlines() && node.data().value.block()).collect();
    blocks.into_iter().flat_map(|block| hide_in(block, lines)).collect()
}

fn hide_in(block: Node<'_>, lines: &Lines<'_>) -> Vec<Range<usize>> {
    let left = paired_marks(block);
    if left == 0 {
        return Vec::new();
    }
    let mut hider = Hider { lines, left, hidden: false, from: 0, places: Vec::new(), gone: Vec::new() };
    let mut begun = Vec::new();
    for edge in block.traverse() {
        match edge {
            NodeEdge::Start(node) => {
                begun.push((hider.hidden, hider.left));
                hider.text(node);
                hider.comment(node);
            }
            NodeEdge::End(node) => {
                let unchanged = begun.pop() == Some((true, hider.left));
                if unchanged && !node.same_node(block) {
                    hider.gone.push(node);
                }
            }
        }
    }
    for node in &hider.gone {
        node.detach();
    }
    hider.places
}

/// How many marks of a block begin or end a comment. A last one that is alone has its partner in a comment that the
/// parser found later, which then began too late: that hides too much rather than too little.
fn paired_marks(block: Node<'_>) -> usize {
    let mut marks = 0;
    let mut comment_after = false;
    for node in block.descendants() {
        match marks_in(node) {
            0 => comment_after |= matches!(node.data().value, NodeValue::CommentInline(_)),
            more => {
                marks += more;
                comment_after = false;
            }
        }
    }
    if comment_after { marks } else { marks / 2 * 2 }
}

/// The marks in a text that could begin or end a comment. Names and addresses have none.
fn marks_in(node: Node<'_>) -> usize {
    let data = node.data();
    let NodeValue::Text(ref text) = data.value else { return 0 };
    let count = text.matches("%%").count();
    let named = |ancestor: Node<'_>| {
        matches!(ancestor.data().value, NodeValue::Link(_) | NodeValue::Image(_) | NodeValue::WikiLink(_))
    };
    if count > 0 && node.ancestors().take(30).any(named) { 0 } else { count }
}

struct Hider<'l, 's, 'a> {
    lines: &'l Lines<'s>,
    /// Marks that have a partner and are still to come.
    left: usize,
    hidden: bool,
    /// Where the open comment began.
    from: usize,
    places: Vec<Range<usize>>,
    /// What stands wholly in a comment.
    gone: Vec<Node<'a>>,
}

impl<'a> Hider<'_, '_, 'a> {
    /// Cuts what is hidden out of a text.
    fn text(&mut self, node: Node<'a>) {
        if marks_in(node) == 0 {
            return;
        }
        let mut data = node.data_mut();
        let start = data.sourcepos.start;
        let NodeValue::Text(ref mut text) = data.value else { return };
        let mut kept = String::new();
        let mut rest: &str = text;
        let mut written = 0;
        while let Some(at) = rest.find("%%").filter(|_| self.left > 0) {
            if !self.hidden {
                kept.push_str(&rest[..at]);
            }
            written += at;
            self.mark(
                self.lines.find(comrak::nodes::LineColumn { line: start.line, column: start.column + written }, "%%"),
            );
            written += 2;
            rest = &rest[at + 2..];
        }
        if !self.hidden {
            kept.push_str(rest);
        }
        *text = kept.into();
    }

    /// Ends a comment whose second mark is the first one of another.
    fn comment(&mut self, node: Node<'a>) {
        let data = node.data();
        if self.hidden && self.left == 0 && matches!(data.value, NodeValue::CommentInline(_)) {
            let end = self.lines.byte(data.sourcepos.end) + 1;
            self.places.push(self.from..end.max(self.from).min(self.lines.source().len()));
            self.hidden = false;
        }
    }

    fn mark(&mut self, place: Option<Range<usize>>) {
        self.left -= 1;
        let place = place.unwrap_or(self.from..self.from);
        if self.hidden {
            self.places.push(self.from..place.end.max(self.from));
        } else {
            self.from = place.start;
        }
        self.hidden = !self.hidden;
    }
}
