//! LaTeX math to MathML, bounded and checked.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

use super::escape;
use super::html::{Token, Tokens};

/// Bytes of one formula, at most.
const MAX_SOURCE: usize = 4_096;
/// Groups inside groups, at most.
const MAX_DEPTH: usize = 40;
/// Commands in a row, at most: each may be the argument of the one before it.
const MAX_ROW: usize = 150;
/// Bytes of MathML of one formula, at most.
const MAX_OUTPUT: usize = 256 * 1024;
/// Bytes of MathML of one note, at most; later formulas are shown as they are written.
pub(super) const MAX_NOTE_OUTPUT: usize = 2 * 1024 * 1024;

/// How a formula stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Display {
    Inline,
    Block,
}

/// The formula's HTML: MathML, or its source with what is wrong as the title. `spent` counts the bytes of a note's.
pub(super) fn render(source: &str, display: Display, spent: &mut usize) -> String {
    let made =
        if *spent > MAX_NOTE_OUTPUT { Err("This note has too many formulas.".into()) } else { mathml(source, display) };
    *spent += made.as_ref().map_or(0, String::len);
    match made {
        Ok(html) if display == Display::Block => format!("<span class=\"math-block\" tabindex=\"0\">{html}</span>"),
        Ok(html) => html,
        Err(reason) => {
            let mark = if display == Display::Block { "$$" } else { "$" };
            let (source, reason) = (escape::escaped(source), escape::escaped(&reason));
            format!("<code class=\"math-error\" title=\"{reason}\">{mark}{source}{mark}</code>")
        }
    }
}

fn mathml(source: &str, display: Display) -> Result<String, String> {
    check(source)?;
    // The library asserts in places; a formula must not take the page with it.
    let made = catch_unwind(AssertUnwindSafe(|| convert(source, display)));
    let html = made.unwrap_or_else(|_| Err("This formula cannot be shown.".into()))?;
    filtered(&html).ok_or_else(|| "This formula cannot be shown.".into())
}

/// Refuses what would take the library too long or too deep.
fn check(source: &str) -> Result<(), String> {
    if source.len() > MAX_SOURCE {
        return Err(format!("A formula may have {MAX_SOURCE} bytes; this one has {}.", source.len()));
    }
    let mut depth = 0_usize;
    for byte in source.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(format!("A formula may nest {MAX_DEPTH} groups."));
        }
    }
    let commands = source.matches("\\begin").count() + source.matches("\\left").count();
    if commands > MAX_DEPTH * 2 {
        return Err("A formula may not have so many environments.".into());
    }
    if longest_row(source) > MAX_ROW {
        return Err(format!("A formula may have {MAX_ROW} commands in a row."));
    }
    const DEFINITIONS: [&str; 9] = [
        "\\def",
        "\\edef",
        "\\gdef",
        "\\xdef",
        "\\let",
        "\\futurelet",
        "\\newcommand",
        "\\renewcommand",
        "\\providecommand",
    ];
    match DEFINITIONS.iter().find(|name| source.contains(*name)) {
        Some(name) => Err(format!("A formula cannot define commands ({name}).")),
        None => Ok(()),
    }
}

/// The most commands that follow one another with nothing between them.
fn longest_row(source: &str) -> usize {
    let mut longest = 0;
    let mut row = 0;
    let mut in_name = false;
    for byte in source.bytes() {
        match byte {
            b'\\' => {
                row += 1;
                in_name = true;
            }
            b if in_name && b.is_ascii_alphabetic() => {}
            b if b.is_ascii_whitespace() => in_name = false,
            _ => {
                row = 0;
                in_name = false;
            }
        }
        longest = longest.max(row);
    }
    longest
}

fn convert(source: &str, display: Display) -> Result<String, String> {
    let storage = Storage::new();
    let events: Result<Vec<_>, _> = Parser::new(source, &storage).collect();
    let events = events.map_err(|error| {
        error.to_string().lines().next().unwrap_or_default().trim_start_matches("parsing error: ").to_owned()
    })?;
    let config = RenderConfig {
        display_mode: if display == Display::Block { DisplayMode::Block } else { DisplayMode::Inline },
        annotation: Some(source),
        ..RenderConfig::default()
    };
    let mut html = String::new();
    let events = events.into_iter().map(Ok::<_, std::io::Error>);
    push_mathml(&mut html, events, config).map_err(|error| error.to_string())?;
    if html.len() > MAX_OUTPUT || html.contains("<merror") {
        return Err("This formula cannot be shown.".into());
    }
    Ok(html)
}

/// The same MathML with the elements and attributes that are known to be only math, or `None` when it is not balanced.
fn filtered(html: &str) -> Option<String> {
    let mut out = String::with_capacity(html.len());
    let mut open: Vec<String> = Vec::new();
    for token in Tokens::new(html) {
        match token {
            Token::Text(text) => escape::raw_text(&mut out, text),
            Token::Open { name, attributes } if is_math(&name) => {
                let _ = write!(out, "<{name}");
                for (attribute, value) in
                    attributes.iter().filter(|(attribute, value)| is_math_attribute(attribute, value))
                {
                    let _ = write!(out, " {attribute}=\"{}\"", escape::escaped(value));
                }
                out.push('>');
                if name == "mspace" {
                    out.push_str("</mspace>");
                } else {
                    open.push(name);
                }
            }
            Token::Close { name } if open.last() == Some(&name) => {
                open.pop();
                let _ = write!(out, "</{name}>");
            }
            _ => return None,
        }
    }
    open.is_empty().then_some(out)
}

pub(super) fn is_math(name: &str) -> bool {
    matches!(
        name,
        "math"
            | "semantics"
            | "annotation"
            | "mrow"
            | "mi"
            | "mn"
            | "mo"
            | "mtext"
            | "mspace"
            | "ms"
            | "mfrac"
            | "msqrt"
            | "mroot"
            | "mstyle"
            | "mpadded"
            | "mphantom"
            | "menclose"
            | "msub"
            | "msup"
            | "msubsup"
            | "munder"
            | "mover"
            | "munderover"
            | "mmultiscripts"
            | "mprescripts"
            | "mtable"
            | "mtr"
            | "mtd"
    )
}

fn is_math_attribute(name: &str, value: &str) -> bool {
    let plain = value.len() <= 60 && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+.% /".contains(&b));
    let known = matches!(
        name,
        "display"
            | "displaystyle"
            | "scriptlevel"
            | "stretchy"
            | "symmetric"
            | "fence"
            | "separator"
            | "form"
            | "largeop"
            | "movablelimits"
            | "accent"
            | "accentunder"
            | "lspace"
            | "rspace"
            | "width"
            | "height"
            | "depth"
            | "voffset"
            | "linethickness"
            | "minsize"
            | "maxsize"
            | "mathvariant"
            | "class"
            | "encoding"
            | "columnspan"
            | "rowspan"
            | "notation"
            | "intent"
    );
    known && plain
}
