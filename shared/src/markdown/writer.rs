//! Writes HTML that is well-formed and valid whatever is asked of it.
//!
//! Every tag goes through here, ours and the note's own raw ones. The writer keeps the stack of open elements, knows
//! from [`super::elements`] what may stand where, closes what must be closed first and leaves out what cannot be
//! placed. Text is always escaped; holes are pieces of their own and cannot be spelled in text.

use super::elements::{Content, Element, Kind, element, of_raw_tag};
use super::escape;
use super::types::Piece;

/// Elements open at once, at most; deeper tags are left out and their content stays.
const MAX_DEPTH: usize = 120;

/// Who opened an element: a raw end tag may only close what a raw tag opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Ours,
    Raw,
}

/// How far an element with an order among its children has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Empty,
    Begun,
    Captioned,
}

#[derive(Debug)]
struct Open {
    element: &'static Element,
    origin: Origin,
    progress: Progress,
    /// The reference whose link this is: its tags are holes.
    link: Option<usize>,
}

/// The stack as it was, to return to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(usize);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pieces: Vec<Piece<'static>>,
    html: String,
    stack: Vec<Open>,
}

impl Writer {
    /// Everything written so far, all elements closed.
    pub(super) fn finish(mut self) -> Vec<Piece<'static>> {
        self.close_to(Mark(0));
        self.flush();
        self.pieces
    }

    /// Closes everything.
    pub(super) fn close_all(&mut self) {
        self.close_to(Mark(0));
    }

    /// The place that has been reached, for [`Self::since`].
    pub(super) fn place_reached(&mut self) -> usize {
        self.flush();
        self.pieces.len()
    }

    /// A copy of what was written since that place.
    pub(super) fn since(&mut self, place: usize) -> Vec<Piece<'static>> {
        self.flush();
        self.pieces[place..].to_vec()
    }

    /// Adds markup of ours at the end of the paragraph that was written last, or after it.
    pub(super) fn append_to_paragraph(&mut self, html: &str) {
        if self.html.is_empty()
            && let Some(Piece::Html(last)) = self.pieces.pop_if(|last| matches!(last, Piece::Html(_)))
        {
            self.html = last.into_owned();
        }
        let end = self.html.trim_end().len();
        match self.html[..end].strip_suffix("</p>").map(str::len) {
            Some(end) => {
                self.html.truncate(end);
                self.html.push_str(html);
                self.html.push_str("</p>\n");
            }
            None => self.html.push_str(html),
        }
    }

    /// Whether no element is open.
    pub(super) fn is_outermost(&self) -> bool {
        self.stack.is_empty()
    }

    /// The stack as it is.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.stack.len())
    }

    /// Opens an element of ours; [`Self::close_to`] with the mark closes it and whatever is still open in it.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> Mark {
        let opened = element(name).is_some_and(|element| self.start(element, Origin::Ours, attributes));
        Mark(self.stack.len() - usize::from(opened))
    }

    /// Closes every element opened since the mark.
    pub(super) fn close_to(&mut self, mark: Mark) {
        while self.stack.len() > mark.0 {
            self.pop();
        }
    }

    /// Closes words' elements and paragraphs that raw tags of this block left open.
    pub(super) fn end_words(&mut self) {
        while self.stack.last().is_some_and(|top| top.origin == Origin::Raw && is_words(top.element)) {
            self.pop();
        }
    }

    /// Writes a void element of ours.
    pub(super) fn void(&mut self, name: &str, attributes: &[(&str, &str)]) {
        if let Some(element) = element(name)
            && self.place(element.kind)
        {
            self.tag(element.name, attributes);
        }
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) {
        if self.place_text(text) {
            escape::text(&mut self.html, text);
        }
    }

    /// Writes text of raw HTML, in which character references may stand.
    pub(super) fn raw_text(&mut self, text: &str) {
        if self.place_text(text) {
            escape::raw_text(&mut self.html, text);
        }
    }

    /// Writes markup that stands among words and was made by a renderer of ours: math, coloured code.
    pub(super) fn trusted(&mut self, html: &str) {
        if self.place(Kind::Phrasing) {
            self.html.push_str(html);
        }
    }

    /// A line break in the HTML itself.
    pub(super) fn newline(&mut self) {
        if !self.html.is_empty() && !self.html.ends_with('\n') {
            self.html.push('\n');
        }
    }

    /// Leaves a hole where words may stand.
    pub(super) fn hole_in_words(&mut self, piece: Piece<'static>) {
        if self.place(Kind::Phrasing) {
            self.hole(piece);
        }
    }

    /// Leaves a hole where blocks may stand; `false` when none may here.
    pub(super) fn hole_between_blocks(&mut self, piece: Piece<'static>) -> bool {
        let fits = self.place(Kind::Flow);
        if fits {
            self.hole(piece);
        }
        fits
    }

    /// Leaves a mark that shows nothing.
    pub(super) fn hole(&mut self, piece: Piece<'static>) {
        self.flush();
        self.pieces.push(piece);
    }

    /// Opens the link of a reference, unless another link is open; [`Self::close_to`] with the mark closes it.
    pub(super) fn open_link(&mut self, index: usize) -> Mark {
        let opened = self.start_link(index, Origin::Ours);
        Mark(self.stack.len() - usize::from(opened))
    }

    /// Opens the link of a reference that a raw tag began; its end tag closes it.
    pub(super) fn raw_link(&mut self, index: usize) {
        self.start_link(index, Origin::Raw);
    }

    fn start_link(&mut self, index: usize, origin: Origin) -> bool {
        let Some(element) = element("a") else { return false };
        if self.stack.len() >= MAX_DEPTH || self.in_link() || !self.place(Kind::Phrasing) {
            return false;
        }
        self.hole(Piece::LinkStart(index));
        self.stack.push(Open { element, origin, progress: Progress::Empty, link: Some(index) });
        true
    }

    /// Whether a link is open.
    pub(super) fn in_link(&self) -> bool {
        self.stack.iter().any(|open| open.element.name == "a")
    }

    /// A raw start tag, its attributes already checked. What cannot stand here is left out.
    pub(super) fn raw_open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let Some(element) = of_raw_tag(name) else { return };
        self.start(element, Origin::Raw, attributes);
    }

    /// A raw end tag: closes the nearest element of that name that a raw tag opened in this block's container.
    pub(super) fn raw_close(&mut self, name: &str) {
        let Some(element) = of_raw_tag(name) else { return };
        for at in (0..self.stack.len()).rev() {
            let open = &self.stack[at];
            if open.origin == Origin::Raw && std::ptr::eq(open.element, element) {
                return self.close_to(Mark(at));
            }
            if open.origin == Origin::Ours && open.element.name != "p" {
                return;
            }
        }
    }

    /// Starts an element where it may stand, if it may; whether it is open now.
    fn start(&mut self, element: &'static Element, origin: Origin, attributes: &[(&str, &str)]) -> bool {
        if self.stack.len() >= MAX_DEPTH
            || !self.admits(element)
            || !self.place(element.kind)
            || !self.in_order(element)
        {
            return false;
        }
        self.tag(element.name, attributes);
        if element.content == Content::Nothing {
            return false;
        }
        self.stack.push(Open { element, origin, progress: Progress::Empty, link: None });
        true
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.html.push('<');
        self.html.push_str(name);
        for (name, value) in attributes {
            self.html.push(' ');
            self.html.push_str(name);
            self.html.push_str("=\"");
            if matches!(*name, "href" | "src") {
                escape::href(&mut self.html, value);
            } else {
                escape::text(&mut self.html, value);
            }
            self.html.push('"');
        }
        self.html.push('>');
    }

    /// No link in a link; no raw part opened twice in a way that would need a parser's guess.
    fn admits(&self, element: &Element) -> bool {
        element.name != "a" || !self.in_link()
    }

    /// Makes room for something of this kind by closing what it cannot stand in; `false` when it cannot stand here.
    fn place(&mut self, kind: Kind) -> bool {
        self.imply_item(kind);
        for at in (0..=self.stack.len()).rev() {
            if at == 0 && !matches!(kind, Kind::Part(_)) || at > 0 && fits(self.stack[at - 1].element, kind) {
                self.close_to(Mark(at));
                return self.begin_content(kind);
            }
            if at == 0 || !self.may_close(at - 1, kind) {
                return false;
            }
        }
        false
    }

    /// Opens the item that a raw list's loose content lacks.
    fn imply_item(&mut self, kind: Kind) {
        let Some(list) = self.stack.last().filter(|top| top.origin == Origin::Raw && !matches!(kind, Kind::Part(_)))
        else {
            return;
        };
        let item = match list.element.name {
            "ul" | "ol" => "li",
            "dl" => "dd",
            _ => return,
        };
        if let Some(item) = element(item) {
            self.start(item, Origin::Raw, &[]);
        }
    }

    /// Whether the open element may be closed to let something of this kind follow it.
    fn may_close(&self, at: usize, kind: Kind) -> bool {
        let open = &self.stack[at];
        match open.origin {
            Origin::Raw => true,
            // A paragraph gives way to a block; a heading, a cell or a link of ours does not.
            Origin::Ours => {
                kind != Kind::Phrasing
                    && (open.element.name == "p" || is_words(open.element) && open.element.name != "a")
            }
        }
    }

    /// Notes that the innermost element has content now, and gives it what must come first.
    fn begin_content(&mut self, kind: Kind) -> bool {
        let Some(top) = self.stack.last_mut() else { return true };
        let is_part = matches!(kind, Kind::Part(_));
        match (top.element.name, top.progress) {
            ("details", Progress::Empty) if !is_part => {
                top.progress = Progress::Begun;
                self.html.push_str("<summary>…</summary>\n");
            }
            ("figure", Progress::Captioned) => {
                self.pop();
                return self.place(kind);
            }
            (_, Progress::Empty) if !is_part => top.progress = Progress::Begun,
            _ => {}
        }
        true
    }

    /// Whether a part comes in its order: a summary and a table's caption first, a figure's caption first or last.
    fn in_order(&mut self, element: &Element) -> bool {
        let Kind::Part(_) = element.kind else { return true };
        let Some(top) = self.stack.last_mut() else { return false };
        let before = top.progress;
        top.progress = match (top.element.name, before) {
            ("figure", Progress::Begun) => Progress::Captioned,
            _ => Progress::Begun,
        };
        match element.name {
            "summary" | "caption" => before == Progress::Empty,
            "thead" => before == Progress::Empty,
            _ => true,
        }
    }

    fn place_text(&mut self, text: &str) -> bool {
        let structural = self.stack.last().is_some_and(|top| matches!(top.element.content, Content::Only(_)));
        if text.trim_ascii().is_empty()
            && (structural
                || self
                    .stack
                    .last()
                    .is_some_and(|top| top.progress == Progress::Empty && top.element.name == "details"))
        {
            return false;
        }
        self.place(Kind::Phrasing)
    }

    fn pop(&mut self) {
        let Some(open) = self.stack.pop() else { return };
        if open.element.name == "details" && open.progress == Progress::Empty {
            self.html.push_str("<summary>…</summary>");
        }
        if let Some(index) = open.link {
            return self.hole(Piece::LinkEnd(index));
        }
        self.html.push_str("</");
        self.html.push_str(open.element.name);
        self.html.push('>');
    }

    fn flush(&mut self) {
        if !self.html.is_empty() {
            self.pieces.push(Piece::Html(std::mem::take(&mut self.html).into()));
        }
    }
}

fn is_words(element: &Element) -> bool {
    element.kind == Kind::Phrasing || matches!(element.name, "p" | "rt" | "rp")
}

fn fits(parent: &Element, kind: Kind) -> bool {
    match (parent.content, kind) {
        (Content::Nothing, _) => false,
        (Content::Phrasing, kind) => {
            kind == Kind::Phrasing || matches!(kind, Kind::Part(of) if of.contains(&parent.name))
        }
        (Content::Flow, Kind::Part(of)) => of.contains(&parent.name),
        (Content::Flow, _) => true,
        (Content::Only(_), Kind::Part(of)) => of.contains(&parent.name),
        (Content::Only(_), _) => false,
    }
}
