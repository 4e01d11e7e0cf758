//! What a text says of itself: title, tags, aliases, first words.

use std::panic::{AssertUnwindSafe, catch_unwind};

use shared::limits;
use shared::markdown::{self, FrontMatter, Highlight, Rendered};
use shared::notes::fold_tag;

use super::record::{Meta, Reader, Snapshot};

/// A text, read.
pub(crate) struct Reading {
    pub(crate) front: FrontMatter,
    pub(crate) rendered: Rendered,
    pub(crate) problem: Option<String>,
}

/// Reads a text. A fault of the renderer is no reason to refuse or lose a text: it then has nothing to say.
pub(crate) fn read(body: &str, highlight: &dyn Highlight) -> Reading {
    let read = || (markdown::front_matter(body), markdown::render(body, highlight));
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok((front, rendered)) => {
            let told = |p: &markdown::FrontMatterProblem| {
                format!("The front matter, line {}: {}.", p.line, p.reason.trim_end_matches('.'))
            };
            let problem = front.problem.as_ref().map(told);
            Reading { front, rendered, problem }
        }
        Err(_) => {
            tracing::error!(bytes = body.len(), "the renderer failed on a text");
            let problem = Some("This text cannot be shown: the renderer failed on it. It is kept as it is.".to_owned());
            Reading { front: FrontMatter::default(), rendered: Rendered::default(), problem }
        }
    }
}

impl Reading {
    /// The typed title, else front matter's, the first heading, the first words.
    pub(crate) fn title(&self, typed: &str) -> String {
        let heading = self.rendered.toc.first().map(|heading| heading.text.as_str());
        let words = self.rendered.plain.lines().map(str::trim).find(|line| !line.is_empty());
        let candidates = [Some(typed), self.front.title.as_deref(), heading];
        if let Some(title) = candidates.into_iter().flatten().map(one_line).find(|title| !title.is_empty()) {
            return cut(&title, limits::TITLE_CHARS);
        }
        match words.map(one_line) {
            Some(words) => first_words(&words),
            None => UNTITLED.to_owned(),
        }
    }

    /// Typed ones, front matter's and the text's, each once.
    pub(crate) fn tags(&self, typed: &[String]) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for tag in typed.iter().chain(&self.front.tags).chain(&self.rendered.tags) {
            let tag = cut(tag.trim().trim_matches('/'), limits::TAG_CHARS);
            let known = out.iter().any(|have| fold_tag(have) == fold_tag(&tag));
            if !tag.is_empty() && !known && out.len() < limits::TAGS {
                out.push(tag);
            }
        }
        out
    }

    /// Front matter's aliases, those that could be names.
    pub(crate) fn aliases(&self) -> Vec<String> {
        let aliases = self.front.aliases.iter().map(|alias| cut(&one_line(alias), limits::TITLE_CHARS));
        aliases.filter(|alias| !alias.is_empty()).take(limits::ALIASES).collect()
    }

    /// Front matter's description, else the first words.
    pub(crate) fn excerpt(&self) -> String {
        let described = self.front.description.as_deref().map(one_line).filter(|text| !text.is_empty());
        described.map_or_else(|| self.rendered.excerpt.clone(), |text| cut(&text, limits::DESCRIPTION_CHARS))
    }

    /// What the desk is told of a working text.
    pub(crate) fn describe(&self, meta: &mut Meta, typed_tags: &[String]) {
        meta.tags = self.tags(typed_tags);
        meta.excerpt = self.excerpt();
        meta.words = self.rendered.words;
        meta.aliases = self.aliases();
    }

    /// What readers are told of a text that is published with this number.
    pub(crate) fn reader(&self, sent: &Snapshot, number: u64, date: Option<jiff::Timestamp>) -> Reader {
        let mut aliases = sent.aliases.clone();
        aliases.extend(self.aliases());
        Reader {
            text: number,
            fingerprint: sent.fingerprint(),
            title: sent.title.clone(),
            tags: self.tags(&sent.tags),
            aliases,
            excerpt: self.excerpt(),
            words: self.rendered.words,
            lang: self.front.lang.clone(),
            date: self.front.date.or(date),
        }
    }
}

/// The title of a note that says nothing.
pub(crate) const UNTITLED: &str = "Untitled";

fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

/// As many words as make a title.
fn first_words(text: &str) -> String {
    const CHARS: usize = 60;
    if text.chars().count() <= CHARS {
        return text.to_owned();
    }
    let cut = cut(text, CHARS);
    let end = cut.rfind(' ').filter(|at| *at > CHARS / 3).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', ';', ':', ' ']))
}
