//! The text and its preview scroll in step: what is at eye level in the one is at eye level in the other.
//!
//! The text grows with what is written, so the page scrolls it; the preview beside it scrolls on its own. Whichever the
//! reader moves leads. Where a part of the text stands is measured on a hidden copy of it, only when it is needed.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::{document, set_timeout, window};
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::typing::byte_of;
use web_sys::{Element, Event, HtmlElement, HtmlTextAreaElement};

use super::dom::listen;

/// How long the text rests before it is measured.
const REST: Duration = Duration::from_millis(120);

/// What makes lines break as they do.
const LOOKS: [&str; 16] = [
    "box-sizing",
    "padding-top",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "border-left-width",
    "border-right-width",
    "font-family",
    "font-size",
    "font-weight",
    "font-style",
    "font-variant-numeric",
    "line-height",
    "letter-spacing",
    "tab-size",
    "direction",
];

/// A place in the text, from 0 to 1 of its height.
pub type Place = f64;

/// Who moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leader {
    Text,
    Preview,
}

/// Keeps the two in step.
pub struct Step {
    field: HtmlTextAreaElement,
    preview: HtmlElement,
    open: Cell<bool>,
    leader: Cell<Leader>,
    /// Where the parts begin: in the text, and in the preview.
    places: RefCell<Vec<(usize, f64)>>,
    /// The heights in the text at which parts begin, and those in the preview; `None` when they have to be measured.
    heights: RefCell<Option<Vec<(f64, f64)>>>,
    change: Cell<u32>,
}

impl Step {
    /// Listens from now on.
    pub fn new(field: &HtmlTextAreaElement, preview: &HtmlElement) -> Rc<Self> {
        let step = Rc::new(Self {
            field: field.clone(),
            preview: preview.clone(),
            open: Cell::new(false),
            leader: Cell::new(Leader::Text),
            places: RefCell::default(),
            heights: RefCell::default(),
            change: Cell::new(0),
        });
        for name in ["wheel", "touchstart", "pointerdown", "keydown", "focusin"] {
            let leads = Rc::clone(&step);
            listen(&document(), name, move |event: Event| {
                let within = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                let in_preview = within.is_some_and(|element| leads.preview.contains(Some(&element)));
                leads.leader.set(if in_preview { Leader::Preview } else { Leader::Text });
            });
        }
        let text = Rc::clone(&step);
        listen(&window(), "scroll", move |_: Event| text.moved(Leader::Text));
        let shown = Rc::clone(&step);
        listen(preview, "scroll", move |_: Event| shown.moved(Leader::Preview));
        let resized = Rc::clone(&step);
        listen(&window(), "resize", move |_: Event| drop(resized.heights.take()));
        step
    }

    /// Whether the preview is there.
    pub fn set_open(&self, open: bool) {
        self.open.set(open);
        self.heights.take();
    }

    /// The preview shows parts that begin at these places of the text and at these heights.
    pub fn show(self: &Rc<Self>, places: Vec<(usize, f64)>) {
        self.places.replace(places);
        self.heights.take();
        self.change.set(self.change.get().wrapping_add(1));
        let (step, change) = (Rc::clone(self), self.change.get());
        let rested = move || {
            if step.change.get() == change && step.leader.get() == Leader::Text {
                step.follow_text();
            }
        };
        set_timeout(rested, REST);
    }

    /// What is at eye level.
    pub fn place(&self) -> Place {
        let bounds = self.field.get_bounding_client_rect();
        let (above, height) = view();
        let free = bounds.height() - height;
        if free > 0.0 { ((above - bounds.top()) / free).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Scrolls the text there.
    pub fn go_to(&self, place: Place) {
        let bounds = self.field.get_bounding_client_rect();
        let (above, height) = view();
        let free = (bounds.height() - height).max(0.0);
        if free > 0.0 {
            window().scroll_by_with_x_and_y(0.0, bounds.top() + place * free - above);
        }
    }

    /// Scrolls the preview to where the text is.
    pub fn follow_text(&self) {
        if !self.beside() {
            return;
        }
        let (place, (_, height)) = (self.place(), view());
        let bounds = self.field.get_bounding_client_rect();
        let eye = place * bounds.height().max(height);
        let there = self.map(eye, Leader::Text);
        let room = f64::from(self.preview.client_height());
        set_scroll(&self.preview, there - place * room);
    }

    fn follow_preview(&self) {
        let room = f64::from(self.preview.client_height());
        let whole = f64::from(self.preview.scroll_height());
        if !self.beside() || whole <= room {
            return;
        }
        let top = f64::from(self.preview.scroll_top());
        let place = (top / (whole - room)).clamp(0.0, 1.0);
        let there = self.map(top + place * room, Leader::Preview);
        let bounds = self.field.get_bounding_client_rect();
        let (above, height) = view();
        if bounds.height() > height {
            window().scroll_by_with_x_and_y(0.0, bounds.top() + there - place * height - above);
        }
    }

    fn moved(&self, who: Leader) {
        if !self.open.get() || self.leader.get() != who {
            return;
        }
        match who {
            Leader::Text => self.follow_text(),
            Leader::Preview => self.follow_preview(),
        }
    }

    /// Whether both are to be seen, and the preview scrolls on its own.
    fn beside(&self) -> bool {
        self.open.get() && self.field.offset_height() > 0 && self.preview.scroll_height() > self.preview.client_height()
    }

    /// The height in the one that corresponds to a height in the other.
    fn map(&self, height: f64, from: Leader) -> f64 {
        let mut heights = self.heights.borrow_mut();
        let heights = heights.get_or_insert_with(|| self.measured());
        let pairs = heights.iter().map(|(text, shown)| match from {
            Leader::Text => (*text, *shown),
            Leader::Preview => (*shown, *text),
        });
        between(pairs, height)
    }

    /// Each part's heights, with the ends of both.
    fn measured(&self) -> Vec<(f64, f64)> {
        let places = self.places.borrow();
        let inside = self.preview.query_selector(".editor-preview-text").ok().flatten();
        let offset = inside.map_or(0.0, |words| {
            let top = words.get_bounding_client_rect().top() - self.preview.get_bounding_client_rect().top();
            top + f64::from(self.preview.scroll_top())
        });
        let text = line_heights(&self.field, places.iter().map(|(at, _)| *at));
        let mut heights = vec![(0.0, 0.0)];
        heights.extend(text.into_iter().zip(places.iter()).map(|(text, (_, shown))| (text, shown + offset)));
        let ends = (f64::from(self.field.offset_height()), f64::from(self.preview.scroll_height()));
        heights.push(ends);
        heights
    }
}

/// What is in between two known pairs lies in proportion. The pairs rise.
fn between(pairs: impl Iterator<Item = (f64, f64)>, at: f64) -> f64 {
    let mut before = (0.0, 0.0);
    for (from, to) in pairs {
        if from > at {
            let part = if from > before.0 { (at - before.0) / (from - before.0) } else { 0.0 };
            return before.1 + part * (to - before.1);
        }
        if from >= before.0 && to >= before.1 {
            before = (from, to);
        }
    }
    before.1
}

/// The part of the window in which the text is to be seen: how far from the top it begins, and its height.
fn view() -> (f64, f64) {
    let bar = document().query_selector(".editor-bar").ok().flatten().map(|bar| bar.get_bounding_client_rect());
    let above = bar.filter(|bar| bar.top() <= 0.5 && bar.bottom() > 0.0).map_or(0.0, |bar| bar.bottom());
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(0.0);
    (above, height - above)
}

fn set_scroll(element: &HtmlElement, top: f64) {
    #[allow(clippy::cast_possible_truncation, reason = "the browser takes whole pixels and bounds them")]
    element.set_scroll_top(top.round() as i32);
}

/// How far below the field's top the lines of these places (in UTF-16 units, rising) begin.
fn line_heights(field: &HtmlTextAreaElement, places: impl Iterator<Item = usize>) -> Vec<f64> {
    copy_of(field, places).unwrap_or_default()
}

fn copy_of(field: &HtmlTextAreaElement, places: impl Iterator<Item = usize>) -> Option<Vec<f64>> {
    let copy: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    copy.set_class_name("editor-copy");
    copy.set_attribute("aria-hidden", "true").ok()?;
    let looks = window().get_computed_style(field).ok()??;
    for name in LOOKS {
        copy.style().set_property(name, &looks.get_property_value(name).ok()?).ok()?;
    }
    copy.style().set_property("width", &format!("{}px", field.get_bounding_client_rect().width())).ok()?;
    let text = field.value();
    let (mut byte, mut units) = (0, 0);
    let mut marks: Vec<HtmlElement> = Vec::new();
    for place in places {
        let next = byte + byte_of(&text[byte..], place.saturating_sub(units));
        copy.append_with_str_1(&text[byte..next]).ok()?;
        (byte, units) = (next, place);
        let mark: HtmlElement = document().create_element("span").ok()?.dyn_into().ok()?;
        copy.append_child(&mark).ok()?;
        marks.push(mark);
    }
    copy.append_with_str_1(&text[byte..]).ok()?;
    document().body()?.append_child(&copy).ok()?;
    let heights = marks.iter().map(|mark| f64::from(mark.offset_top())).collect();
    copy.remove();
    Some(heights)
}

#[cfg(test)]
mod tests {
    use super::between;

    const PAIRS: [(f64, f64); 4] = [(0.0, 0.0), (10.0, 100.0), (20.0, 110.0), (40.0, 300.0)];

    fn at(height: f64) -> f64 {
        between(PAIRS.into_iter(), height)
    }

    #[test]
    fn heights_between_parts_are_in_proportion() {
        let close = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}");
        close(at(0.0), 0.0);
        close(at(5.0), 50.0);
        close(at(10.0), 100.0);
        close(at(15.0), 105.0);
        close(at(40.0), 300.0);
        close(at(90.0), 300.0);
    }

    #[test]
    fn parts_that_share_a_line_do_no_harm() {
        let pairs = [(0.0, 0.0), (10.0, 10.0), (10.0, 12.0), (8.0, 5.0), (20.0, 20.0)];
        assert!(between(pairs.into_iter(), 15.0) > 12.0);
        assert!((between([].into_iter(), 5.0)).abs() < 1e-9);
    }
}
