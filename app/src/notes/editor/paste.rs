//! Pasting rich text: it becomes Markdown, in one step of undo. Ctrl or ⌘ with Shift and V pastes the plain text.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::window;
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::Selection;
use shared::editor::paste::{ATTRIBUTES, MAX_DEPTH, Rich, RichElement, fitted, markdown};
use web_sys::{ClipboardEvent, DomParser, Element, KeyboardEvent, Node, SupportedType};

use super::dom::listen;
use super::page::EditorPage;

/// Nodes of what was copied that are read, at most; somebody who copied more gets the plain text.
const MAX_NODES: usize = 50_000;

/// Attaches it to the text.
pub fn start(page: &EditorPage) {
    let plain = Rc::new(Cell::new(false));
    let asked = Rc::clone(&plain);
    listen(page.body().field(), "keydown", move |event: KeyboardEvent| {
        let is_v = event.key().eq_ignore_ascii_case("v");
        asked.set(is_v && event.shift_key() && (event.ctrl_key() || event.meta_key()));
    });
    let page = page.clone();
    listen(&page.body().field().clone(), "paste", move |event: ClipboardEvent| {
        if !plain.take() && !event.default_prevented() {
            pasted(&page, &event);
        }
    });
}

fn pasted(page: &EditorPage, event: &ClipboardEvent) {
    let body = page.body();
    let Some(data) = event.clipboard_data().filter(|_| !body.is_composing()) else { return };
    let html = data.get_data("text/html").unwrap_or_default();
    let Some(copied) = tree(&html).filter(|_| !html.is_empty()) else { return };
    let origin = window().location().origin().unwrap_or_default();
    let Some(markdown) = markdown(&copied, &origin) else { return };
    let text = body.text();
    let selection = body.selection_in(&text);
    // In code, and where nothing else is to be said than the words themselves, the browser pastes the plain text.
    let Some(insert) = fitted(&text, selection.start()..selection.end(), &markdown) else { return };
    event.prevent_default();
    let at = selection.start() + insert.len();
    if body.replace(selection.start()..selection.end(), &insert, Selection { anchor: at, head: at }) {
        page.announce("Pasted as Markdown");
    }
}

/// What was copied as a tree. The parser runs no script and loads nothing.
fn tree(html: &str) -> Option<Vec<Rich>> {
    let document = DomParser::new().ok()?.parse_from_string(html, SupportedType::TextHtml).ok()?;
    let mut left = MAX_NODES;
    let body = document.body()?;
    children(&body, 0, &mut left)
}

fn children(node: &Node, depth: usize, left: &mut usize) -> Option<Vec<Rich>> {
    let mut out = Vec::new();
    let mut next = node.first_child();
    while let Some(node) = next {
        next = node.next_sibling();
        *left = left.checked_sub(1)?;
        match node.node_type() {
            Node::TEXT_NODE => out.push(Rich::Text(node.node_value().unwrap_or_default())),
            Node::ELEMENT_NODE if depth < MAX_DEPTH => {
                let element: &Element = node.unchecked_ref();
                let attributes =
                    ATTRIBUTES.iter().filter_map(|name| Some(((*name).to_owned(), element.get_attribute(name)?)));
                out.push(Rich::Element(RichElement {
                    name: element.local_name().to_lowercase(),
                    attributes: attributes.collect(),
                    children: children(element, depth + 1, left)?,
                }));
            }
            Node::ELEMENT_NODE => out.push(Rich::Text(node.text_content().unwrap_or_default())),
            _ => {}
        }
    }
    Some(out)
}
