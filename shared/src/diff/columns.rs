//! A readable difference in two columns, and with what did not change folded away.

use crate::notes::DiffRun;

/// A line of the older text beside the line of the newer one that took its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The older line's runs, `Same` and `Removed`; `None` where the newer text has a line more.
    pub old: Option<Vec<DiffRun>>,
    /// The newer line's runs, `Same` and `Added`; `None` where the older text had a line more.
    pub new: Option<Vec<DiffRun>>,
}

impl Row {
    /// Whether both lines are the same.
    pub fn is_same(&self) -> bool {
        self.old.is_some() && self.old == self.new
    }
}

/// What stands in a difference of which only the changes and what is near them is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Folded<T> {
    /// Shown.
    Here(T),
    /// So many the same, in a row.
    Same(usize),
}

/// The rows of a difference.
pub fn columns(runs: &[DiffRun]) -> Vec<Row> {
    let mut columns = Columns::default();
    for run in runs {
        match run {
            DiffRun::Same(text) => columns.same(text),
            DiffRun::Removed(text) => add(&mut columns.old, text, DiffRun::Removed),
            DiffRun::Added(text) => add(&mut columns.new, text, DiffRun::Added),
        }
    }
    columns.pair();
    columns.rows
}

#[derive(Default)]
struct Columns {
    rows: Vec<Row>,
    /// The lines since the last line end that both texts have; the last one may go on.
    old: Vec<Vec<DiffRun>>,
    new: Vec<Vec<DiffRun>>,
}

impl Columns {
    fn same(&mut self, text: &str) {
        // Both texts are at the beginning of a line, so what came before has no part in what follows.
        let begins = |side: &[Vec<DiffRun>]| side.last().is_none_or(Vec::is_empty);
        if begins(&self.old) && begins(&self.new) {
            self.pair();
        }
        for line in text.split_inclusive('\n') {
            for side in [&mut self.old, &mut self.new] {
                add(side, line, DiffRun::Same);
            }
            if line.ends_with('\n') {
                self.pair();
            }
        }
    }

    fn pair(&mut self) {
        let mut sides = [&mut self.old, &mut self.new].map(|side| std::mem::take(side).into_iter());
        for side in &mut sides {
            // A line that nothing came to any more.
            if side.as_slice().last().is_some_and(Vec::is_empty) {
                side.next_back();
            }
        }
        let [mut old, mut new] = sides;
        loop {
            let row = Row { old: old.next(), new: new.next() };
            if row == Row::default() {
                return;
            }
            self.rows.push(row);
        }
    }
}

/// Adds a run's text to the lines, without line ends.
fn add(lines: &mut Vec<Vec<DiffRun>>, text: &str, kind: fn(String) -> DiffRun) {
    for line in text.split_inclusive('\n') {
        let words = line.trim_end_matches(['\n', '\r']);
        if lines.is_empty() {
            lines.push(Vec::new());
        }
        if let Some(last) = lines.last_mut().filter(|_| !words.is_empty() || line.ends_with('\n')) {
            last.push(kind(words.to_owned()));
        }
        if line.ends_with('\n') {
            lines.push(Vec::new());
        }
    }
}

/// Folds away what is the same for longer than `around` before and after a change.
pub fn folded<T>(items: Vec<T>, around: usize, is_same: impl Fn(&T) -> bool) -> Vec<Folded<T>> {
    let changed: Vec<bool> = items.iter().map(|item| !is_same(item)).collect();
    let near = |at: usize| {
        let (from, to) = (at.saturating_sub(around), (at + around + 1).min(changed.len()));
        changed[from..to].contains(&true)
    };
    let shown: Vec<bool> = (0..changed.len()).map(near).collect();
    let mut out = Vec::new();
    for (item, shown) in items.into_iter().zip(shown) {
        match (shown, out.last_mut()) {
            (true, _) => out.push(Folded::Here(item)),
            (false, Some(Folded::Same(count))) => *count += 1,
            (false, _) => out.push(Folded::Same(1)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::readable;

    fn side(runs: Option<&Vec<DiffRun>>) -> String {
        let show = |run: &DiffRun| match run {
            DiffRun::Same(text) => text.clone(),
            DiffRun::Added(text) => format!("+{text}+"),
            DiffRun::Removed(text) => format!("-{text}-"),
        };
        runs.map_or("∅".into(), |runs| runs.iter().map(show).collect())
    }

    fn shown(older: &str, newer: &str) -> Vec<String> {
        columns(&readable(older, newer))
            .iter()
            .map(|row| format!("{} | {}", side(row.old.as_ref()), side(row.new.as_ref())))
            .collect()
    }

    #[test]
    fn lines_that_changed_stand_beside_each_other() {
        assert_eq!(
            shown("a\nthe quick fox\nc\n", "a\nthe slow fox\nc\n"),
            ["a | a", "the -quick- fox | the +slow+ fox", "c | c"]
        );
    }

    #[test]
    fn a_line_more_stands_beside_nothing() {
        assert_eq!(shown("a\nc\n", "a\nb\nc\n"), ["a | a", "∅ | +b+", "c | c"]);
        assert_eq!(shown("a\nb\nc", "a\nc"), ["a | a", "-b- | ∅", "c | c"]);
        assert_eq!(shown("", "a\n\nb"), ["∅ | +a+", "∅ | ++", "∅ | +b+"]);
        assert_eq!(shown("x\n\ny\n", "x\n\ny\n"), ["x | x", " | ", "y | y"]);
    }

    #[test]
    fn both_columns_hold_their_texts() {
        let (old, new) = ("# T\n\none two\nthree\n\nfour\n", "# T2\n\none 2 two\n\nfour\nfive\n");
        let rows = columns(&readable(old, new));
        let text = |side: fn(&Row) -> Option<&Vec<DiffRun>>| -> String {
            let line = |runs: &Vec<DiffRun>| {
                let text = |run: &DiffRun| match run {
                    DiffRun::Same(text) | DiffRun::Added(text) | DiffRun::Removed(text) => text.clone(),
                };
                format!("{}\n", runs.iter().map(text).collect::<String>())
            };
            rows.iter().filter_map(side).map(line).collect()
        };
        assert_eq!(text(|row| row.old.as_ref()), old);
        assert_eq!(text(|row| row.new.as_ref()), new);
    }

    #[test]
    fn what_is_the_same_for_long_is_folded() {
        let items = vec![0, 0, 0, 0, 1, 0, 0, 0];
        let here = |n| Folded::Here(n);
        assert_eq!(folded(items, 1, |n| *n == 0), [Folded::Same(3), here(0), here(1), here(0), Folded::Same(2)]);
        assert_eq!(folded(vec![0, 0], 1, |n| *n == 0), [Folded::Same(2)]);
    }
}
