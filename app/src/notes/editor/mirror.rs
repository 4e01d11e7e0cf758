//! Where in the page a place of the text is: a browser does not say it of a text area, so its text is set once more,
//! unseen, in the same letters and the same width. What is found is marked there, under the text.

use std::ops::Range;

use leptos::prelude::{document, window};
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::typing::byte_of;
use web_sys::{Element, HtmlElement, Node};

use super::text_area::TextArea;

/// A place in the page, in pixels from the corner of the text area's own parent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spot {
    /// From the left.
    pub left: f64,
    /// From the top.
    pub top: f64,
    /// Of the line.
    pub height: f64,
    /// What can be seen below the line.
    pub room: f64,
}

/// The text once more.
#[derive(Clone)]
pub struct Mirror {
    body: TextArea,
    element: HtmlElement,
}

impl Mirror {
    /// Under this text area; `class` says what it is for.
    pub fn new(body: &TextArea, class: &str) -> Option<Self> {
        let element: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
        element.set_class_name(&format!("editor-mirror {class}"));
        element.set_attribute("aria-hidden", "true").ok()?;
        let parent = body.field().parent_element()?;
        parent.insert_before(&element, Some(body.field())).ok()?;
        Some(Self { body: body.clone(), element })
    }

    /// Where a place is.
    pub fn spot(&self, text: &str, at: usize) -> Spot {
        self.align();
        self.element.set_text_content(Some(&text[..at]));
        let rest = text[at..].split('\n').next().unwrap_or_default();
        let Some(here) = self.append("span", if rest.is_empty() { "\u{200b}" } else { rest }) else {
            return Spot::default();
        };
        // Of several lines that the rest takes, the first.
        let spot = here.get_client_rects().item(0).map(|first| {
            let outer = self.outer();
            let room = visible_height() - first.bottom();
            Spot { left: first.left() - outer.0, top: first.top() - outer.1, height: first.height(), room }
        });
        self.element.set_text_content(None);
        spot.unwrap_or_default()
    }

    /// Marks these places, one of them as the one in hand.
    pub fn mark(&self, text: &str, places: &[Range<usize>], current: Option<usize>) {
        self.align();
        self.element.set_text_content(None);
        let mut done = 0;
        for (at, place) in places.iter().enumerate() {
            self.append_text(&text[done..place.start]);
            let mark = self.append("mark", &text[place.clone()]);
            if let (Some(mark), true) = (mark, current == Some(at)) {
                let _ = mark.set_attribute("data-current", "");
            }
            done = place.end;
        }
        self.append_text(&text[done..]);
    }

    /// Nothing is marked any more.
    pub fn clear(&self) {
        self.element.set_text_content(None);
    }

    /// Scrolls so that the line of a place can be read, if it cannot be yet.
    pub fn show(&self, text: &str, at: usize) {
        let marked = self.element.query_selector("mark[data-current]").ok().flatten();
        let top = match marked {
            Some(mark) => mark.get_bounding_client_rect().top(),
            None => self.spot(text, at).top + self.outer().1,
        };
        let height = visible_height();
        if top < height * 0.15 || top > height * 0.7 {
            window().scroll_by_with_x_and_y(0.0, top - height * 0.4);
        }
    }

    /// The corner from which spots are counted.
    fn outer(&self) -> (f64, f64) {
        let parent: Option<Element> = self.element.offset_parent();
        parent.map_or((0.0, 0.0), |parent| {
            let outer = parent.get_bounding_client_rect();
            (outer.left(), outer.top())
        })
    }

    /// Exactly under the text area, whatever became of that since.
    fn align(&self) {
        let (field, style) = (self.body.field(), self.element.style());
        for (name, value) in [
            ("left", field.offset_left()),
            ("top", field.offset_top()),
            ("width", field.offset_width()),
            ("height", field.offset_height()),
        ] {
            let _ = style.set_property(name, &format!("{value}px"));
        }
        self.element.set_scroll_top(field.scroll_top());
    }

    fn append(&self, name: &str, words: &str) -> Option<Element> {
        let element = document().create_element(name).ok()?;
        element.set_text_content(Some(words));
        self.element.append_child(&element).ok()?;
        Some(element)
    }

    fn append_text(&self, words: &str) {
        let _ = self.element.append_child(&document().create_text_node(words));
    }
}

/// The place of the text that is nearest to a point of the window; `None` beside the text, and where a browser does not say
/// it of a page's own text either. (Of a text area Chromium and Safari never say it.)
pub fn place_at(body: &TextArea, x: i32, y: i32) -> Option<usize> {
    let bounds = body.field().get_bounding_client_rect();
    let (x, y) = (f64::from(x), f64::from(y));
    if x < bounds.left() || x > bounds.right() || y < bounds.top() || y > bounds.bottom() {
        return None;
    }
    let mirror = Mirror::new(body, "editor-mirror-point")?;
    let text = body.text();
    mirror.align();
    mirror.element.set_text_content(Some(&text));
    let units = units_at(&mirror.element, x, y);
    mirror.element.remove();
    Some(byte_of(&text, units?))
}

/// The offset in an element's one text; by name, as browsers had the one before all had the other.
fn units_at(element: &HtmlElement, x: f64, y: f64) -> Option<usize> {
    let ask = |name: &str| {
        let ask: js_sys::Function = js_sys::Reflect::get(&document(), &name.into()).ok()?.dyn_into().ok()?;
        ask.call2(&document(), &x.into(), &y.into()).ok().filter(|found| found.is_object())
    };
    let (found, node, offset) = match ask("caretPositionFromPoint") {
        Some(found) => (found, "offsetNode", "offset"),
        None => (ask("caretRangeFromPoint")?, "startContainer", "startOffset"),
    };
    let node: Node = js_sys::Reflect::get(&found, &node.into()).ok()?.dyn_into().ok()?;
    let offset = js_sys::Reflect::get(&found, &offset.into()).ok()?.as_f64()?;
    (node.parent_node()?.is_same_node(Some(element))).then_some(offset as usize)
}

/// Of the window, less what a keyboard on the screen covers.
pub fn visible_height() -> f64 {
    let visible = js_sys::Reflect::get(&window(), &"visualViewport".into());
    let height = visible.and_then(|visible| js_sys::Reflect::get(&visible, &"height".into()));
    let height = height.ok().and_then(|height| height.as_f64());
    height.or_else(|| window().inner_height().ok()?.as_f64()).unwrap_or_default()
}
