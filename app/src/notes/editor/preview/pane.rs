//! Where the preview stands in the page. Only what changed is put there anew, so that nothing jumps and pictures stay.

use std::cell::RefCell;
use std::collections::HashMap;

use leptos::prelude::document;
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::editor::PreviewPart;
use web_sys::{Element, HtmlElement, HtmlTemplateElement, Node};

use crate::notes::editor::dom::by_id;

/// Parts as the site finished them that are remembered, at most.
const REMEMBERED: usize = 400;

/// The preview in the page.
pub struct Pane {
    section: HtmlElement,
    title: HtmlElement,
    words: HtmlElement,
    said: HtmlElement,
    shown: RefCell<Vec<Shown>>,
    /// By a part's HTML as it was rendered here: what the site made of it.
    finished: RefCell<HashMap<String, String>>,
}

/// A part that stands there.
struct Shown {
    at: usize,
    /// As it was rendered here; in the page may stand what the site made of it.
    html: String,
    nodes: Vec<Node>,
}

impl Shown {
    fn elements(&self) -> impl Iterator<Item = (usize, &Element)> {
        self.nodes.iter().enumerate().filter_map(|(at, node)| node.dyn_ref().map(|element| (at, element)))
    }
}

impl Pane {
    /// The place that the page has for it.
    pub fn find() -> Option<Self> {
        let section: HtmlElement = by_id("preview")?;
        let inside = |class: &str| section.query_selector(class).ok().flatten().and_then(|found| found.dyn_into().ok());
        let (title, words) = (inside(".editor-preview-title")?, inside(".editor-preview-text")?);
        let said = inside(".editor-preview-said")?;
        Some(Self { section, title, words, said, shown: RefCell::default(), finished: RefCell::default() })
    }

    /// The region, which scrolls.
    pub fn section(&self) -> &HtmlElement {
        &self.section
    }

    /// The words in it.
    pub fn words(&self) -> &HtmlElement {
        &self.words
    }

    /// Shows the title.
    pub fn entitle(&self, title: &str) {
        if self.title.text_content().as_deref() != Some(title) {
            self.title.set_text_content(Some(title));
        }
    }

    /// Says why there is nothing to see; empty when there is.
    pub fn say(&self, words: &str) {
        self.said.set_text_content(Some(words));
        self.said.set_hidden(words.is_empty());
    }

    /// Shows these parts in place of those that are there.
    pub fn show(&self, parts: &[PreviewPart]) -> Result<(), JsValue> {
        let mut shown = self.shown.borrow_mut();
        let same = |(old, new): &(&Shown, &PreviewPart)| old.html == new.html;
        let head = shown.iter().zip(parts).take_while(same).count();
        let rest = shown[head..].iter().rev().zip(parts[head..].iter().rev());
        let tail = rest.take_while(same).count();
        let (gone, come) = (head..shown.len() - tail, head..parts.len() - tail);
        let after = shown[gone.end..].iter().find_map(|part| part.nodes.first().cloned());
        let mut fresh = Vec::new();
        for part in &parts[come] {
            let nodes = nodes_of(self.finished.borrow().get(&part.html).unwrap_or(&part.html))?;
            for node in &nodes {
                self.words.insert_before(node, after.as_ref())?;
            }
            fresh.push(Shown { at: part.at, html: part.html.clone(), nodes });
        }
        for old in shown.splice(gone, fresh) {
            for node in old.nodes {
                self.words.remove_child(&node)?;
            }
        }
        for (part, new) in shown.iter_mut().zip(parts) {
            part.at = new.at;
        }
        Ok(())
    }

    /// Puts what the site made of the same text where it differs: colours, embeds, what only the site can resolve. Does
    /// nothing where the two do not correspond.
    pub fn fill(&self, html: &str) -> Result<(), JsValue> {
        let mut shown = self.shown.borrow_mut();
        let mut made = nodes_of(html)?.into_iter().filter_map(|node| node.dyn_into::<Element>().ok());
        let made: Vec<Element> = made.by_ref().collect();
        if made.len() != shown.iter().map(|part| part.elements().count()).sum::<usize>() {
            return Ok(());
        }
        let mut made = made.into_iter();
        let mut finished = self.finished.borrow_mut();
        if finished.len() > REMEMBERED {
            finished.clear();
        }
        for part in shown.iter_mut() {
            let mut whole = String::new();
            let places: Vec<(usize, Element)> = part.elements().map(|(at, element)| (at, element.clone())).collect();
            for ((at, old), new) in places.into_iter().zip(made.by_ref()) {
                let html = new.outer_html();
                if old.outer_html() != html {
                    old.replace_with_with_node_1(&new)?;
                    part.nodes[at] = new.into();
                }
                whole.push_str(&html);
                whole.push('\n');
            }
            if !whole.is_empty() && whole.trim_end() != part.html.trim_end() {
                finished.insert(part.html.clone(), whole);
            }
        }
        Ok(())
    }

    /// Where each part begins: in the text in UTF-16 units, and below the top of the words in CSS pixels.
    pub fn places(&self) -> Vec<(usize, f64)> {
        let top = self.words.get_bounding_client_rect().top();
        let shown = self.shown.borrow();
        let place = |part: &Shown| {
            let (_, first) = part.elements().next()?;
            Some((part.at, first.get_bounding_client_rect().top() - top))
        };
        shown.iter().filter_map(place).collect()
    }
}

/// The nodes of HTML that the renderer made.
fn nodes_of(html: &str) -> Result<Vec<Node>, JsValue> {
    let template: HtmlTemplateElement = document().create_element("template")?.unchecked_into();
    template.set_inner_html(html);
    let nodes = template.content().child_nodes();
    Ok((0..nodes.length()).filter_map(|at| nodes.get(at)).collect())
}
