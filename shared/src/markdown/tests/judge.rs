//! Two judges of finished HTML: a strict reading of our own output, and ammonia, which parses it as a browser does and
//! must find nothing to take away.

use std::collections::{HashMap, HashSet};

use super::support::{Everything, rendered};
use crate::markdown::part::{Part, is_void, parts};
use crate::markdown::{Audience, finish};

/// The attributes that may stand in finished HTML, on any element.
const ATTRIBUTES: &str = "id class href src alt title rel type lang dir open start reversed value colspan rowspan scope width height \
    datetime loading decoding referrerpolicy controls preload hidden role tabindex aria-label aria-hidden disabled \
    checked data-placeholder";
/// The elements that may stand in finished HTML, MathML apart.
const ELEMENTS: &str = "a abbr audio b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h2 h3 \
    h4 h5 h6 hr i iframe img input ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub \
    summary sup table tbody td tfoot th thead time tr u ul var video wbr";
const MATH: &str = "math semantics annotation mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle mpadded mphantom menclose \
    msub msup msubsup munder mover munderover mtable mtr mtd";
const MATH_ATTRIBUTES: &str = "display displaystyle scriptlevel stretchy symmetric fence separator form largeop movablelimits accent lspace \
    rspace width height depth voffset linethickness minsize maxsize mathvariant class encoding columnspan notation";
const SCHEMES: &str = "http https mailto tel obsidian feed ftp xmpp irc magnet geo sms";

/// Whether a list of words has one.
fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// A tag's name and attributes.
type Tag = (String, Vec<(String, String)>);

/// The attributes of one of our tags, which always have the form ` name="value"` or ` name`.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let inside = tag.trim_start_matches('<').trim_end_matches('>');
    let mut rest = &inside[inside.find(' ').unwrap_or(inside.len())..];
    let mut out = Vec::new();
    while let Some(after) = rest.strip_prefix(' ') {
        let name_end = after.find(['=', ' ']).unwrap_or(after.len());
        let (name, tail) = after.split_at(name_end);
        assert!(!name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{tag}");
        let Some(value) = tail.strip_prefix("=\"") else {
            out.push((name.to_owned(), String::new()));
            rest = tail;
            continue;
        };
        let (value, tail) = value.split_once('"').unwrap_or_else(|| panic!("an open quotation mark: {tag}"));
        assert!(!value.contains(['<', '>']), "{tag}");
        out.push((name.to_owned(), value.to_owned()));
        rest = tail;
    }
    assert!(rest.is_empty(), "{rest:?} in {tag}");
    out
}

/// Reads finished HTML strictly, and checks each tag; all start tags.
pub(super) fn check(html: &str) -> Vec<Tag> {
    let mut open: Vec<String> = Vec::new();
    let mut ids = HashSet::new();
    let mut tags = Vec::new();
    for part in parts(html) {
        match part {
            Part::Text(text) => assert!(!text.contains(['<', '>']), "loose bracket in {text:?}"),
            Part::Tag { name, closes: true, text } => {
                assert_eq!(open.pop().as_deref(), Some(name), "misnested");
                assert_eq!(text, format!("</{name}>"));
            }
            Part::Tag { name, text, .. } => {
                let attributes = attributes(text);
                check_tag(name, &attributes, &mut ids);
                assert!(name != "a" || !open.contains(&"a".into()), "a link in a link");
                if !is_void(name) {
                    open.push(name.to_owned());
                }
                tags.push((name.to_owned(), attributes));
            }
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    tags
}

fn check_tag(name: &str, attributes: &[(String, String)], ids: &mut HashSet<String>) {
    let is_math = has(MATH, name);
    assert!(is_math || has(ELEMENTS, name), "<{name}>");
    for (attribute, value) in attributes {
        let known = if is_math { MATH_ATTRIBUTES } else { ATTRIBUTES };
        assert!(has(known, attribute), "{attribute} on <{name}>");
        match attribute.as_str() {
            "href" | "src" => check_address(value),
            "id" => {
                let own = value
                    .strip_prefix('n')
                    .and_then(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix('-'));
                assert!(own.is_some_and(|own| !own.is_empty()), "id {value:?} is the page's");
                assert!(!value.contains(char::is_whitespace), "id {value:?}");
                assert!(ids.insert(value.clone()), "id {value:?} twice");
            }
            _ => {}
        }
    }
}

fn check_address(value: &str) {
    let scheme = value.split_once(':').map(|(scheme, _)| scheme.to_lowercase());
    let relative = value.starts_with(['/', '#']);
    assert!(relative || scheme.is_some_and(|scheme| has(SCHEMES, &scheme)), "address {value:?}");
    let own = value.strip_prefix('#').is_some_and(|id| {
        id.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '^'))
    });
    assert!(
        own || value.bytes().all(|b| b > b' ' && b < 0x7F && !matches!(b, b'\\' | b'"' | b'<' | b'>' | b'`' | b'\'')),
        "address {value:?}"
    );
}

/// The tags that ammonia, allowing exactly what we do, lets through.
fn after_ammonia(html: &str) -> Vec<Tag> {
    let tags: HashSet<&str> = ELEMENTS.split(' ').chain(MATH.split(' ')).collect();
    let generic: HashSet<&str> =
        ATTRIBUTES.split(' ').chain(MATH_ATTRIBUTES.split(' ')).filter(|name| *name != "rel").collect();
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(tags)
        .generic_attributes(generic)
        .tag_attributes(HashMap::from([("a", HashSet::from(["rel"]))]))
        .url_schemes(SCHEMES.split(' ').collect())
        .link_rel(None);
    let clean = builder.clean(html).to_string();
    let mut out = Vec::new();
    for part in parts(&clean) {
        if let Part::Tag { name, closes: false, text } = part {
            out.push((name.to_owned(), attributes(&text.replace("&nbsp;", "\u{A0}"))));
        }
    }
    out
}

/// Tags without what two right spellings may differ in.
fn comparable(tags: Vec<Tag>) -> Vec<Tag> {
    let same = |text: &str| text.replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">");
    let mut out = Vec::new();
    for (name, attributes) in tags {
        // The parser adds the bodies that a raw table leaves out.
        if name == "tbody" {
            continue;
        }
        let mut attributes: Vec<_> = attributes.into_iter().map(|(name, value)| (name, same(&value))).collect();
        attributes.sort();
        out.push((name, attributes));
    }
    out
}

/// Renders a source for every kind of reader, and has each page judged.
pub(super) fn judge(source: &str) {
    let rendered = rendered(source);
    for audience in [Audience::Visitor, Audience::Owner, Audience::Feed] {
        let html = finish(&rendered, &Everything(audience));
        let ours = comparable(check(&html));
        let theirs = comparable(after_ammonia(&html));
        assert_eq!(ours, theirs, "ammonia reads otherwise:\n{html}");
    }
}
