//! Counting what passed and what failed.

use std::fmt;
use std::ops::AddAssign;
use std::process::ExitCode;

/// How many checks passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

impl Tally {
    /// One check.
    pub fn one(passed: bool) -> Self {
        Self { passed: usize::from(passed), failed: usize::from(!passed) }
    }

    pub fn exit_code(self) -> ExitCode {
        if self.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// The sum of cargo test's own result lines (`test result: ok. 12 passed; 0 failed; …`).
    pub fn from_cargo_test(output: &str) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            let Some(result) = line.strip_prefix("test result: ") else { continue };
            tally.passed += number_before(result, " passed");
            tally.failed += number_before(result, " failed");
        }
        tally
    }

    /// The totals at the end of the TAP that node's test runner writes (`# pass 12`, `# fail 0`).
    pub fn from_node_tap(output: &str) -> Self {
        let total = |key: &str| {
            let mut values = output.lines().filter_map(|line| line.strip_prefix(key));
            values.next_back().and_then(|value| value.trim().parse().ok()).unwrap_or(0)
        };
        Self { passed: total("# pass "), failed: total("# fail ") + total("# cancelled ") }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

fn number_before(text: &str, label: &str) -> usize {
    let Some(end) = text.find(label) else { return 0 };
    let digits = text[..end].rsplit(|letter: char| !letter.is_ascii_digit()).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_tests_result_lines_are_summed() {
        let output = "running 2 tests\ntest result: ok. 12 passed; 0 failed; 1 ignored; finished in 0.1s\n\
            test result: FAILED. 3 passed; 2 failed; 0 ignored\ntest some::passed ... ok\n";
        assert_eq!(Tally::from_cargo_test(output), Tally { passed: 15, failed: 2 });
    }

    #[test]
    fn nodes_totals_are_read_from_the_end() {
        let output = "ok 1 - reads\n    # pass 99\n# tests 4\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(Tally::from_node_tap(output), Tally { passed: 3, failed: 2 });
    }

    #[test]
    fn the_summary_is_one_plain_line() {
        assert_eq!(Tally { passed: 7, failed: 0 }.to_string(), "7 passed, 0 failed");
    }
}
