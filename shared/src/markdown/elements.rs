//! The elements that may stand in a note, what each may contain, and where it may stand.
//!
//! The allow-list of raw HTML and the content model of HTML in one table: the writer emits nothing that is not here,
//! and nests it only as the table says, so its output is valid and parses to the very tree that was written.

/// What an element may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing: a void element.
    Nothing,
    /// Words and what stands among them.
    Phrasing,
    /// Blocks and words.
    Flow,
    /// These elements alone.
    Only(&'static [&'static str]),
}

/// Where an element may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Among words.
    Phrasing,
    /// Between blocks.
    Flow,
    /// In these elements alone.
    Part(&'static [&'static str]),
}

/// One element.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) content: Content,
}

const fn words(name: &'static str) -> Element {
    Element { name, kind: Kind::Phrasing, content: Content::Phrasing }
}

const fn block(name: &'static str, content: Content) -> Element {
    Element { name, kind: Kind::Flow, content }
}

const fn part(name: &'static str, of: &'static [&'static str], content: Content) -> Element {
    Element { name, kind: Kind::Part(of), content }
}

const fn void(name: &'static str) -> Element {
    Element { name, kind: Kind::Phrasing, content: Content::Nothing }
}

const ROWS: &[&str] = &["table", "thead", "tbody", "tfoot"];

static ELEMENTS: &[Element] = &[
    words("a"),
    words("abbr"),
    words("b"),
    words("bdi"),
    words("bdo"),
    words("cite"),
    words("code"),
    words("del"),
    words("dfn"),
    words("em"),
    words("i"),
    words("ins"),
    words("kbd"),
    words("mark"),
    words("q"),
    words("ruby"),
    words("s"),
    words("samp"),
    words("small"),
    words("span"),
    words("strong"),
    words("sub"),
    words("sup"),
    words("time"),
    words("u"),
    words("var"),
    void("br"),
    void("img"),
    void("input"),
    void("wbr"),
    part("rt", &["ruby"], Content::Phrasing),
    part("rp", &["ruby"], Content::Phrasing),
    block("p", Content::Phrasing),
    block("h1", Content::Phrasing),
    block("h2", Content::Phrasing),
    block("h3", Content::Phrasing),
    block("h4", Content::Phrasing),
    block("h5", Content::Phrasing),
    block("h6", Content::Phrasing),
    block("pre", Content::Phrasing),
    block("hr", Content::Nothing),
    block("div", Content::Flow),
    block("section", Content::Flow),
    block("blockquote", Content::Flow),
    block("details", Content::Flow),
    block("figure", Content::Flow),
    block("ul", Content::Only(&["li"])),
    block("ol", Content::Only(&["li"])),
    block("dl", Content::Only(&["dt", "dd"])),
    block("table", Content::Only(&["caption", "colgroup", "thead", "tbody", "tfoot", "tr"])),
    part("li", &["ul", "ol"], Content::Flow),
    part("dt", &["dl"], Content::Phrasing),
    part("dd", &["dl"], Content::Flow),
    part("summary", &["details"], Content::Phrasing),
    part("figcaption", &["figure"], Content::Flow),
    part("caption", &["table"], Content::Phrasing),
    part("thead", &["table"], Content::Only(&["tr"])),
    part("tbody", &["table"], Content::Only(&["tr"])),
    part("tfoot", &["table"], Content::Only(&["tr"])),
    part("tr", ROWS, Content::Only(&["td", "th"])),
    part("td", &["tr"], Content::Flow),
    part("th", &["tr"], Content::Phrasing),
];

/// The element of this name, for the renderer's own use.
pub(super) fn element(name: &str) -> Option<&'static Element> {
    ELEMENTS.iter().find(|element| element.name == name)
}

/// The element that a raw tag of this (lower-case) name becomes; `None`: the tag goes, what it holds stays.
pub(super) fn of_raw_tag(name: &str) -> Option<&'static Element> {
    let name = match name {
        "section" | "article" | "aside" | "header" | "footer" | "nav" | "address" | "center" | "main" | "hgroup" => {
            "div"
        }
        // The page's title is the only one.
        "h1" => "h2",
        "strike" => "s",
        "tt" => "code",
        "acronym" => "abbr",
        "input" => return None,
        name => name,
    };
    element(name)
}

/// Raw elements of which not even the content is text for a reader.
pub(super) fn hides_content(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "svg"
            | "math"
            | "template"
            | "iframe"
            | "object"
            | "applet"
            | "noembed"
            | "noframes"
            | "select"
            | "head"
            | "title"
    )
}

/// Whether a raw tag's attribute stays. Addresses and ids are not decided here.
pub(super) fn keeps_attribute(element: &str, attribute: &str, value: &str) -> bool {
    let number = || !value.is_empty() && value.len() <= 5 && value.bytes().all(|b| b.is_ascii_digit());
    match attribute {
        "title" => true,
        "lang" => is_language(value),
        "dir" => matches!(value, "ltr" | "rtl" | "auto"),
        "open" => element == "details",
        "start" => element == "ol" && number(),
        "reversed" => element == "ol",
        "value" => element == "li" && number(),
        "colspan" | "rowspan" => {
            matches!(element, "td" | "th") && number() && value.len() <= 2 && value != "0" && value != "00"
        }
        "scope" => element == "th" && matches!(value, "row" | "col" | "rowgroup" | "colgroup"),
        "width" | "height" => element == "img" && number(),
        "datetime" => matches!(element, "time" | "del" | "ins") && is_date(value),
        _ => false,
    }
}

fn is_language(value: &str) -> bool {
    value.len() <= 35
        && value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        && value.split('-').next().is_some_and(|first| first.len() >= 2)
}

fn is_date(value: &str) -> bool {
    value.parse::<jiff::civil::Date>().is_ok() && value.len() == 10 || value.parse::<jiff::Timestamp>().is_ok()
}
