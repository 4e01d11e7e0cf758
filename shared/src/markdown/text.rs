//! What a note says, without markup: for search, excerpts, counts, and the sentence around a link.

use std::borrow::Cow;

use super::types::Reference;

/// Characters of an excerpt, at most.
const EXCERPT_CHARS: usize = 200;
/// Characters of a link's sentence, at most.
const SENTENCE_CHARS: usize = 300;
/// Bytes of all links' sentences together, at most; later links have none.
const SENTENCES_BYTES: usize = 512 * 1024;

/// Gathers plain text as the renderer goes.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// All text, a line a block.
    pub(super) plain: String,
    /// The words of prose.
    pub(super) words: u32,
    /// The first prose.
    pub(super) excerpt: String,
    /// References of the block being written, each with its place in `plain`.
    pending: Vec<(usize, usize)>,
    block_start: usize,
    sentences: usize,
}

/// What kind of block ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// A paragraph of the note's own prose.
    Prose,
    /// A heading, a cell, a caption, a footnote.
    Other,
    /// Code: not counted as words.
    Code,
}

impl Text {
    /// Adds text, as [`shown`].
    pub(super) fn push(&mut self, text: &str) {
        self.plain.push_str(&shown(text));
    }

    /// Adds one space between words that markup parts.
    pub(super) fn space(&mut self) {
        if self.plain.len() > self.block_start && !self.plain.ends_with(char::is_whitespace) {
            self.plain.push(' ');
        }
    }

    /// The last character of this block's text.
    pub(super) fn last(&self) -> Option<char> {
        self.plain[self.block_start..].chars().next_back()
    }

    /// Remembers that a reference stands here.
    pub(super) fn reference(&mut self, index: usize) {
        self.pending.push((index, self.plain.len()));
    }

    /// Ends a block: counts it and gives its references their sentences.
    pub(super) fn end(&mut self, kind: Block, references: &mut [Reference]) {
        let text = &self.plain[self.block_start..];
        if kind != Block::Code {
            self.words = self.words.saturating_add(count_words(text));
        }
        if kind == Block::Prose && self.excerpt.is_empty() {
            self.excerpt = shortened(text, EXCERPT_CHARS);
        }
        for (index, at) in self.pending.drain(..) {
            let Some(reference) = references.get_mut(index) else { continue };
            if self.sentences < SENTENCES_BYTES {
                reference.sentence = sentence(text, at.saturating_sub(self.block_start));
                self.sentences += reference.sentence.len();
            }
        }
        let kept = self.plain.trim_end().len().max(self.block_start);
        self.plain.truncate(kept);
        if self.plain.len() > self.block_start {
            self.plain.push('\n');
        }
        self.block_start = self.plain.len();
    }
}

/// Words of a text; scripts written without spaces count by character.
pub(crate) fn count_words(text: &str) -> u32 {
    let mut words = 0;
    let mut inside = false;
    for c in text.chars() {
        if is_unspaced(c) {
            words += 1;
            inside = false;
        } else if c.is_alphanumeric() {
            words += u32::from(!inside);
            inside = true;
        } else if !matches!(c, '\'' | '’' | '-' | '.' | '_' | '\u{300}'..='\u{36F}') {
            inside = false;
        }
    }
    words
}

/// Characters of scripts that put no spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
        && c.is_alphanumeric()
}

/// The text with the sign for what no page may hold (HTML, 13.2.3.5) in its place.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    let is_bad = |c: char| c.is_control() && !c.is_whitespace();
    if text.contains(is_bad) { text.replace(is_bad, "\u{FFFD}").into() } else { text.into() }
}

/// The text on one line, cut at a word with an ellipsis when it is longer than so many characters.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut room = limit;
    for word in text.split_whitespace() {
        let space = usize::from(!out.is_empty());
        let length = word.chars().count() + space;
        if length <= room {
            out.push_str(if space > 0 { " " } else { "" });
            out.push_str(word);
            room -= length;
            continue;
        }
        // A long word, or a script without spaces, is cut inside.
        if room > limit / 2 {
            out.push_str(if space > 0 { " " } else { "" });
            out.extend(word.chars().take(room - space - 1));
        } else if room == 0 {
            out.pop();
        }
        out.push('…');
        return out;
    }
    out
}

/// The sentence around a place in a text.
fn sentence(text: &str, at: usize) -> String {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at(at);
    let start = before
        .char_indices()
        .rev()
        .take(SENTENCE_CHARS / 2)
        .find(|(place, c)| ends_sentence(*c, text[place + c.len_utf8()..].chars().next()));
    let from = match start {
        Some((place, c)) => place + c.len_utf8(),
        None => before
            .char_indices()
            .rev()
            .take(SENTENCE_CHARS / 2)
            .last()
            .map_or(0, |(place, _)| word_start(before, place)),
    };
    let end = after
        .char_indices()
        .take(SENTENCE_CHARS)
        .find(|(place, c)| ends_sentence(*c, after[place + c.len_utf8()..].chars().next()));
    let to = at + end.map_or(after.len(), |(place, c)| place + c.len_utf8());
    shortened(&text[from..to], SENTENCE_CHARS)
}

/// The beginning of the next word, unless the text starts here.
fn word_start(text: &str, at: usize) -> usize {
    if at == 0 {
        return 0;
    }
    text[at..].find(' ').map_or(at, |space| at + space + 1)
}

fn ends_sentence(c: char, next: Option<char>) -> bool {
    match c {
        '\n' | '。' | '！' | '？' => true,
        '.' | '!' | '?' | '…' => next.is_none_or(char::is_whitespace),
        _ => false,
    }
}

/// The length of the tag that starts with the `#` at the beginning of a text, `#` included; 0 when it is none.
pub(super) fn tag_length(text: &str) -> usize {
    let name = text.get(1..).unwrap_or_default();
    let is_part = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '_' | '-' | '/' | '\u{200D}' | '\u{FE0F}')
            || is_symbol(c)
            || unicode_normalization::char::is_combining_mark(c)
    };
    let length: usize = name.chars().take(100).take_while(|c| is_part(*c)).map(char::len_utf8).sum();
    let name = name[..length].trim_end_matches('/');
    let some_letter = name.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '/' | '-' | '_'));
    let sound = some_letter && !name.starts_with('/') && !name.contains("//");
    if sound { name.len() + 1 } else { 0 }
}

/// Emoji, which Obsidian allows in tags.
fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27BF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// The address of a tag's page.
pub fn tag_href(tag: &str) -> String {
    format!("/tags/{}", super::escape::path(&tag.to_lowercase()))
}
