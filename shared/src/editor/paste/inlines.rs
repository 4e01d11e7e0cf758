//! Words, how they look, and what stands among them.

use super::{RichElement, is_monospace};

/// How words look, as far as Markdown can say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) strike: bool,
    pub(super) mark: bool,
    pub(super) code: bool,
    /// `sub`, `sup` or `kbd`, for which Markdown has HTML.
    pub(super) tag: Option<&'static str>,
    /// Where they lead.
    pub(super) link: Option<String>,
}

/// A piece of a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    Text(String, Look),
    Break,
    Picture { alt: String, src: String, link: Option<String> },
    Formula(String),
}

impl Look {
    /// How words look in this element.
    pub(super) fn within(&self, element: &RichElement, site: &str) -> Self {
        let mut look = self.clone();
        match element.name.as_str() {
            "b" | "strong" => look.bold = true,
            "i" | "em" | "cite" | "var" | "dfn" => look.italic = true,
            "s" | "strike" | "del" => look.strike = true,
            "mark" => look.mark = true,
            "code" | "tt" | "samp" => look.code = true,
            "sub" => look.tag = Some("sub"),
            "sup" => look.tag = Some("sup"),
            "kbd" => look.tag = Some("kbd"),
            "a" => {
                if let Some(href) = element.attribute("href") {
                    look.link = address(href, site);
                }
            }
            _ => {}
        }
        look.styled(element);
        look
    }

    fn styled(&mut self, element: &RichElement) {
        match element.style("font-weight") {
            Some("bold" | "bolder") => self.bold = true,
            Some("normal") => self.bold = false,
            Some(weight) => {
                if let Ok(weight) = weight.parse::<u32>() {
                    self.bold = weight >= 600;
                }
            }
            None => {}
        }
        match element.style("font-style") {
            Some("italic" | "oblique") => self.italic = true,
            Some("normal") => self.italic = false,
            _ => {}
        }
        let line = element.style("text-decoration-line").or_else(|| element.style("text-decoration"));
        if line.is_some_and(|line| line.contains("line-through")) {
            self.strike = true;
        }
        match element.style("vertical-align") {
            Some("super") => self.tag = Some("sup"),
            Some("sub") => self.tag = Some("sub"),
            _ => {}
        }
        if element.name == "span" || element.name == "font" {
            self.code |= element.style("font-family").is_some_and(is_monospace);
        }
    }
}

/// An address that a note may hold: of the web, of mail, or of this site as a path. Nothing that could run.
pub(super) fn address(href: &str, site: &str) -> Option<String> {
    let href = href.trim();
    let scheme = href.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = matches!(scheme.as_deref(), Some("http" | "https" | "mailto" | "tel"));
    if !known || href.chars().any(char::is_control) {
        return None;
    }
    if let Some(path) = href.strip_prefix(site).filter(|path| !site.is_empty() && path.starts_with('/')) {
        return Some(path.to_owned());
    }
    Some(href.to_owned())
}

/// Gathers the words of a paragraph as a page shows them: blanks in one, none at its ends.
#[derive(Default)]
pub(super) struct Words {
    runs: Vec<Run>,
}

impl Words {
    /// Adds text.
    pub(super) fn text(&mut self, text: &str, look: &Look) {
        let mut out = String::with_capacity(text.len());
        let mut blank = match self.runs.last() {
            None | Some(Run::Break) => true,
            Some(Run::Text(before, _)) => before.ends_with(' '),
            Some(_) => false,
        };
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let beside_blank = blank || chars.peek().is_none_or(|next| next.is_whitespace());
            let is_blank = c.is_ascii_whitespace() || c == '\u{a0}' && beside_blank;
            // Marks that show nothing, and would part words from their signs.
            if matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}') || c.is_control() && !is_blank {
                continue;
            }
            if !is_blank {
                out.push(c);
            } else if !blank {
                out.push(' ');
            }
            blank = is_blank;
        }
        if out.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(Run::Text(before, known)) if known == look => before.push_str(&out),
            _ => self.runs.push(Run::Text(out, look.clone())),
        }
    }

    /// Ends the line.
    pub(super) fn line_break(&mut self) {
        self.runs.push(Run::Break);
    }

    /// Adds a formula in LaTeX.
    pub(super) fn formula(&mut self, source: String) {
        self.runs.push(Run::Formula(source));
    }

    /// Adds a picture by its address; one without an address that others can fetch leaves its words. Whether it is a
    /// picture.
    pub(super) fn picture(&mut self, element: &RichElement, look: &Look, site: &str) -> bool {
        let alt = element.attribute("alt").unwrap_or_default();
        let unseen = |name: &str| element.attribute(name).is_some_and(|size| matches!(size.trim(), "0" | "1"));
        let src = element.attribute("src").and_then(|src| address(src, site));
        match src.filter(|src| !src.starts_with("mailto:") && !src.starts_with("tel:")) {
            _ if unseen("width") || unseen("height") => false,
            Some(src) => {
                let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
                self.runs.push(Run::Picture { alt, src, link: look.link.clone() });
                true
            }
            None => {
                self.text(alt, look);
                false
            }
        }
    }

    /// The paragraphs: two breaks in a row part them.
    pub(super) fn paragraphs(self) -> Vec<Vec<Run>> {
        let mut out = Vec::new();
        let mut line: Vec<Run> = Vec::new();
        let mut breaks = 0;
        for run in self.runs {
            if run == Run::Break {
                breaks += 1;
                continue;
            }
            if is_blank(&run) && (breaks > 0 || line.is_empty()) {
                continue;
            }
            match breaks {
                0 => {}
                1 if !line.is_empty() => line.push(Run::Break),
                _ => out.push(std::mem::take(&mut line)),
            }
            breaks = 0;
            line.push(run);
        }
        out.push(line);
        out.into_iter().map(trimmed).filter(|line| !line.is_empty()).collect()
    }
}

fn is_blank(run: &Run) -> bool {
    matches!(run, Run::Text(text, _) if text.trim().is_empty())
}

/// Without blanks at the ends of its lines.
fn trimmed(mut runs: Vec<Run>) -> Vec<Run> {
    while runs.last().is_some_and(|run| is_blank(run) || *run == Run::Break) {
        runs.pop();
    }
    for at in 0..runs.len() {
        let last = runs.get(at + 1).is_none_or(|next| *next == Run::Break);
        let first = at == 0 || runs[at - 1] == Run::Break;
        if let Run::Text(text, _) = &mut runs[at] {
            if last {
                text.truncate(text.trim_end().len());
            }
            if first {
                *text = text.trim_start().to_owned();
            }
        }
    }
    runs
}
