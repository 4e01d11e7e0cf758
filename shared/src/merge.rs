//! Three texts into one: the text that two people started from, and what each made of it. By lines, and where both touched
//! the same lines, by words.

use std::ops::Range;

use crate::diff::{self, Hunk};

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// Both changes are in it.
    Clean(String),
    /// Both changed the same place.
    Conflict {
        /// The merge, with both sides of each conflict between `<<<<<<<`, `=======` and `>>>>>>>` lines.
        marked: String,
    },
}

/// A part of two texts that were brought together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Both have it, or both can be had.
    Same(String),
    /// One of the two, or something else.
    Clash {
        /// What is stored.
        stored: String,
        /// What was typed.
        mine: String,
    },
}

/// Merges what is stored and what was typed, both made from `base`.
///
/// Changes that do not touch are both taken, byte for byte; equal changes are taken once. Two insertions in the same place
/// touch. The outcome does not depend on which side is which, but for the order inside the marks.
pub fn merge(base: &str, stored: &str, mine: &str) -> Merged {
    let segments = segments(base, stored, mine);
    let clean = segments.iter().all(|segment| matches!(segment, Segment::Same(_)));
    let mut out = String::new();
    for segment in segments {
        match segment {
            Segment::Same(text) => out.push_str(&text),
            Segment::Clash { stored, mine } => mark(&mut out, &stored, &mine),
        }
    }
    if clean { Merged::Clean(out) } else { Merged::Conflict { marked: out } }
}

/// The same in parts, in order; no two neighbours are the same kind.
pub fn segments(base: &str, stored: &str, mine: &str) -> Vec<Segment> {
    if stored == mine || base == mine {
        return vec![Segment::Same(stored.to_owned())];
    }
    if base == stored {
        return vec![Segment::Same(mine.to_owned())];
    }
    let texts = Three { base: diff::stanzas(base), left: diff::stanzas(stored), right: diff::stanzas(mine) };
    let mut parts = Parts::default();
    for region in texts.regions(diff::hunks) {
        match texts.resolve(&region) {
            Some(text) => parts.same(&text),
            None => {
                let [base, left, right] = texts.slices(&region).map(<[&str]>::concat);
                match merge_words(&base, &left, &right) {
                    Some(text) => parts.same(&text),
                    None => parts.clash(&left, &right),
                }
            }
        }
    }
    parts.0
}

/// The parts of two texts whose common beginning nobody knows any more: wherever they differ they clash.
pub fn differences(stored: &str, mine: &str) -> Vec<Segment> {
    let (old, new) = (diff::stanzas(stored), diff::stanzas(mine));
    let mut parts = Parts::default();
    let mut at = 0;
    for hunk in diff::hunks(&old, &new) {
        parts.same(&old[at..hunk.old.start].concat());
        at = hunk.old.end;
        parts.clash(&old[hunk.old].concat(), &new[hunk.new].concat());
    }
    parts.same(&old[at..].concat());
    parts.0
}

#[derive(Default)]
struct Parts(Vec<Segment>);

impl Parts {
    fn same(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Segment::Same(last)) => last.push_str(text),
            _ => self.0.push(Segment::Same(text.to_owned())),
        }
    }

    fn clash(&mut self, left: &str, right: &str) {
        match self.0.last_mut() {
            Some(Segment::Clash { stored, mine }) => {
                stored.push_str(left);
                mine.push_str(right);
            }
            _ => self.0.push(Segment::Clash { stored: left.to_owned(), mine: right.to_owned() }),
        }
    }
}

fn merge_words(base: &str, left: &str, right: &str) -> Option<String> {
    let texts = Three { base: diff::words(base), left: diff::words(left), right: diff::words(right) };
    texts.regions(diff::word_hunks).iter().map(|region| texts.resolve(region)).collect()
}

fn mark(out: &mut String, left: &str, right: &str) {
    let line = |out: &mut String, text: &str| {
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(text);
    };
    line(out, "<<<<<<< stored\n");
    out.push_str(left);
    line(out, "=======\n");
    out.push_str(right);
    line(out, ">>>>>>> yours\n");
}

struct Three<'t> {
    base: Vec<&'t str>,
    left: Vec<&'t str>,
    right: Vec<&'t str>,
}

/// A part of the base and what became of it on either side.
struct Region {
    base: Range<usize>,
    left: Range<usize>,
    right: Range<usize>,
}

impl Three<'_> {
    /// The three texts cut into regions, in order: changed ones, and the unchanged ones between them.
    fn regions(&self, hunks: fn(&[&str], &[&str]) -> Vec<Hunk>) -> Vec<Region> {
        let left_hunks = hunks(&self.base, &self.left);
        let right_hunks = hunks(&self.base, &self.right);
        let (mut left, mut right) = (Side::new(&left_hunks), Side::new(&right_hunks));
        let mut regions = Vec::new();
        let mut at = 0;
        while let Some(start) = [left.start(), right.start()].into_iter().flatten().min() {
            if start > at {
                regions.push(Region { base: at..start, left: left.span(at..start), right: right.span(at..start) });
            }
            let mut end = start;
            let (left_from, right_from) = (left.place(start), right.place(start));
            while left.take(&mut end) || right.take(&mut end) {}
            let (left_to, right_to) = (left.place(end), right.place(end));
            regions.push(Region { base: start..end, left: left_from..left_to, right: right_from..right_to });
            at = end;
        }
        let end = self.base.len();
        if end > at {
            regions.push(Region { base: at..end, left: left.span(at..end), right: right.span(at..end) });
        }
        regions
    }

    fn slices(&self, region: &Region) -> [&[&str]; 3] {
        [&self.base[region.base.clone()], &self.left[region.left.clone()], &self.right[region.right.clone()]]
    }

    /// What stands in a region, unless both sides changed it and not alike.
    fn resolve(&self, region: &Region) -> Option<String> {
        let [base, left, right] = self.slices(region);
        if left == right || base == right {
            Some(left.concat())
        } else if base == left {
            Some(right.concat())
        } else {
            None
        }
    }
}

/// One side's changes, worked off in order.
struct Side<'h> {
    hunks: &'h [Hunk],
    /// Base tokens and this side's tokens up to the end of the last hunk taken.
    done: (usize, usize),
}

impl<'h> Side<'h> {
    fn new(hunks: &'h [Hunk]) -> Self {
        Self { hunks, done: (0, 0) }
    }

    fn start(&self) -> Option<usize> {
        self.hunks.first().map(|hunk| hunk.old.start)
    }

    /// Takes the next hunk if it touches a region that ends here, which then ends where the hunk does.
    fn take(&mut self, end: &mut usize) -> bool {
        let Some((hunk, rest)) = self.hunks.split_first() else { return false };
        if hunk.old.start > *end {
            return false;
        }
        *end = hunk.old.end.max(*end);
        self.done = (hunk.old.end, hunk.new.end);
        self.hunks = rest;
        true
    }

    /// This side's place of a base place at or after the last hunk taken.
    fn place(&self, base: usize) -> usize {
        base - self.done.0 + self.done.1
    }

    fn span(&self, base: Range<usize>) -> Range<usize> {
        self.place(base.start)..self.place(base.end)
    }
}

#[cfg(test)]
#[path = "merge/tests.rs"]
mod tests;
