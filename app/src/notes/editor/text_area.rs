//! The field one writes in: a real `<textarea>`, asked and changed in bytes, so that undo stays the browser's own.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use leptos::prelude::{document, window};
use leptos::wasm_bindgen::JsCast as _;
use shared::editor::typing::{byte_of, carry, splice, units_of};
use shared::editor::{Edit, Selection};
use web_sys::{CompositionEvent, HtmlDocument, HtmlTextAreaElement};

use super::dom::{listen, tell};

/// The `<textarea>`. Its text ends lines with `\n`, whatever the note has: that is how browsers give it.
#[derive(Clone)]
pub struct TextArea {
    field: HtmlTextAreaElement,
    composing: Rc<Cell<bool>>,
    changing: Rc<Cell<bool>>,
}

impl TextArea {
    /// Listens to the field from now on, for as long as the document lives. Made once for each field.
    pub fn new(field: HtmlTextAreaElement) -> Self {
        let composing = Rc::new(Cell::new(false));
        for (name, now) in [("compositionstart", true), ("compositionend", false)] {
            let composing = Rc::clone(&composing);
            listen(&field, name, move |_: CompositionEvent| composing.set(now));
        }
        Self { field, composing, changing: Rc::default() }
    }

    /// The element itself.
    pub fn field(&self) -> &HtmlTextAreaElement {
        &self.field
    }

    /// What is in it.
    pub fn text(&self) -> String {
        self.field.value()
    }

    /// What is selected, in bytes of [`Self::text`].
    pub fn selection(&self) -> Selection {
        self.selection_in(&self.text())
    }

    /// The same, by somebody who has the text already.
    pub fn selection_in(&self, text: &str) -> Selection {
        let offset = |units: Option<u32>| byte_of(text, units.unwrap_or_default() as usize);
        let start = offset(self.field.selection_start().ok().flatten());
        let end = offset(self.field.selection_end().ok().flatten());
        match self.field.selection_direction().ok().flatten().as_deref() {
            Some("backward") => Selection { anchor: end, head: start },
            _ => Selection { anchor: start, head: end },
        }
    }

    /// Whether anything is selected.
    pub fn has_selection(&self) -> bool {
        self.field.selection_start().ok().flatten() != self.field.selection_end().ok().flatten()
    }

    /// How long the text is, in UTF-16 units: read without the text itself.
    pub fn length(&self) -> u32 {
        self.field.text_length()
    }

    /// Selects. Does not take the focus.
    pub fn select(&self, selection: Selection) {
        self.select_in(&self.text(), selection);
    }

    fn select_in(&self, text: &str, selection: Selection) {
        let direction = if selection.head < selection.anchor { "backward" } else { "forward" };
        let (start, end) = (units(text, selection.start()), units(text, selection.end()));
        // Fails for kinds of field that have no selection only.
        let _ = self.field.set_selection_range_with_direction(start, end, direction);
    }

    /// Whether an input method is at work: then nobody but it may touch the text or its selection.
    pub fn is_composing(&self) -> bool {
        self.composing.get()
    }

    /// Whether what the field is told of just now is a change by [`Self::replace`], not the keyboard's.
    pub fn is_changing(&self) -> bool {
        self.changing.get()
    }

    /// Whether keys go to it.
    pub fn is_focused(&self) -> bool {
        document().active_element().is_some_and(|active| active.is_same_node(Some(&self.field)))
    }

    /// Keys go to it from now on.
    pub fn focus(&self) {
        let _ = self.field.focus();
    }

    /// A change as if it had been typed: an `input` event follows, and undo takes it back in one step as long as the field
    /// has the focus (without it, browsers change a field for a script only at the price of its undo). Answers whether it
    /// was done: not during composition.
    pub fn replace(&self, range: Range<usize>, insert: &str, selection: Selection) -> bool {
        self.change(&self.text(), range, insert, selection)
    }

    /// The same of an [`Edit`] of the present text.
    pub fn apply(&self, edit: &Edit) -> bool {
        self.replace(edit.range.clone(), &edit.insert, edit.selection)
    }

    /// Another text in its place, by the smallest change, without scrolling. The selection is the one given, else it stays
    /// beside the letters where it is. Answers whether it was done: not during composition.
    pub fn set_all(&self, text: &str, selection: Option<Selection>) -> bool {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let before = self.text();
        let selection =
            selection.unwrap_or_else(|| self.selection_in(&before).map(|at| carry(&before, &text, at))).within(&text);
        let (range, insert) = splice(&before, &text);
        let window = window();
        let (x, y) = (window.scroll_x().unwrap_or_default(), window.scroll_y().unwrap_or_default());
        let scrolled = self.field.scroll_top();
        let done = self.change(&before, range, insert, selection);
        self.field.set_scroll_top(scrolled);
        window.scroll_to_with_x_and_y(x, y);
        done
    }

    fn change(&self, before: &str, range: Range<usize>, insert: &str, selection: Selection) -> bool {
        if self.is_composing() {
            return false;
        }
        let after = [&before[..range.start], insert, &before[range.end..]].concat();
        self.changing.set(true);
        if after != before && !self.type_in(before, &range, insert, &after) {
            // The smallest change from whatever a half-obeyed command left.
            let now = self.text();
            let (range, insert) = splice(&now, &after);
            let (start, end) = (units(&now, range.start), units(&now, range.end));
            let _ = self.field.set_range_text_with_start_and_end(insert, start, end);
            tell(&self.field, "input");
        }
        self.changing.set(false);
        self.select_in(&after, selection);
        true
    }

    /// By the browser's own command, which alone keeps undo; false where it did not make `after`.
    fn type_in(&self, before: &str, range: &Range<usize>, insert: &str, after: &str) -> bool {
        if !self.is_focused() {
            return false;
        }
        let Ok(document) = document().dyn_into::<HtmlDocument>() else { return false };
        self.select_in(before, Selection::over(range.clone()));
        let obeyed = match insert {
            "" => document.exec_command("delete"),
            _ => document.exec_command_with_show_ui_and_value("insertText", false, insert),
        };
        obeyed.unwrap_or(false) && self.text() == after
    }
}

fn units(text: &str, byte: usize) -> u32 {
    u32::try_from(units_of(text, byte)).unwrap_or(u32::MAX)
}
