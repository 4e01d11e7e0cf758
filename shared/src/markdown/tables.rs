//! Tables, in a frame that scrolls by itself and can be reached by keyboard.

use comrak::nodes::{Node, NodeValue, TableAlignment};

use super::render::{Pass, Setting};
use super::text::{Block, shortened};

impl<'a> Pass<'_, '_, 'a> {
    pub(super) fn table(&mut self, node: Node<'a>, alignments: &[TableAlignment]) {
        self.tables += 1;
        let head: Vec<String> =
            node.first_child().map(|row| row.children().map(|cell| cell.collect_text()).collect()).unwrap_or_default();
        let label = shortened(
            &format!(
                "Table {}: {}",
                self.tables,
                head.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ")
            ),
            100,
        );
        let frame = self
            .writer
            .open("div", &[("class", "table"), ("role", "region"), ("tabindex", "0"), ("aria-label", &label)]);
        let mark = self.writer.open("table", &[]);
        self.writer.newline();
        let before = std::mem::replace(&mut self.setting, Setting::Label);
        let mut rows = node.children();
        if let Some(head) = rows.next() {
            let mark = self.writer.open("thead", &[]);
            self.row(head, alignments);
            self.writer.close_to(mark);
            self.writer.newline();
        }
        let body =
            node.first_child().filter(|head| head.next_sibling().is_some()).map(|_| self.writer.open("tbody", &[]));
        for row in rows {
            self.row(row, alignments);
            self.writer.newline();
        }
        if let Some(body) = body {
            self.writer.close_to(body);
        }
        self.setting = before;
        self.writer.close_to(mark);
        self.writer.close_to(frame);
        self.writer.newline();
    }

    fn row(&mut self, row: Node<'a>, alignments: &[TableAlignment]) {
        let is_head = matches!(row.data().value, NodeValue::TableRow(true));
        let mark = self.writer.open("tr", &[]);
        for (column, cell) in row.children().enumerate() {
            let mut attributes = Vec::new();
            match alignments.get(column) {
                Some(TableAlignment::Center) => attributes.push(("class", "centre")),
                Some(TableAlignment::Right) => attributes.push(("class", "right")),
                _ => {}
            }
            // An empty header cell names nothing.
            let element = if is_head && cell.first_child().is_some() { "th" } else { "td" };
            if element == "th" {
                attributes.push(("scope", "col"));
            }
            let mark = self.writer.open(element, &attributes);
            self.inlines(cell, 0);
            self.writer.close_to(mark);
            self.end_text(Block::Other);
        }
        self.writer.close_to(mark);
    }
}
