//! The checks that run in Chromium, by node: the journeys in `e2e/`, and Lighthouse.

use crate::setup;
use crate::shell::{self, Result, Workspace};
use crate::site;
use crate::tally::Tally;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// How long one file of journeys may take, in milliseconds. One that hangs is given up and counted as failed, so that the
/// run always ends with its summary. The longest takes 3 minutes on a quiet machine.
const PATIENCE: u32 = 10 * 60 * 1000;

/// More files than these do not fail by accident.
const ACCIDENTS: usize = 2;

/// Every journey of `e2e/journeys`, two at a time. A file that fails is run once more, alone: a journey through a real
/// browser on a busy machine may fail by accident, and what is broken fails again. What passes then counts as passed, and
/// is named so that it is mended.
pub fn journeys(workspace: &Workspace) -> Result<Tally> {
    setup::build(workspace)?;
    site::build(workspace)?;
    let specs = specs(workspace)?;
    let (mut tally, results) = run_specs(workspace, &specs, 2, "results.tap")?;
    let failed = failed_specs(&results, &specs);
    if tally.failed > 0 && (1..=ACCIDENTS).contains(&failed.len()) {
        let names: Vec<_> = failed.iter().filter_map(|spec| spec.file_name()?.to_str()).collect();
        println!("\n== once more, alone: {}", names.join(", "));
        if run_specs(workspace, &failed, 1, "results-again.tap")?.0.failed == 0 {
            println!("== unsteady: {} failed, and passed when run again: to be mended", names.join(", "));
            tally = Tally { passed: tally.passed + tally.failed, failed: 0 };
        }
    }
    Ok(tally)
}

/// Runs files of journeys, so many at a time. Answers what the runner wrote in TAP, too.
fn run_specs(workspace: &Workspace, specs: &[PathBuf], at_a_time: u32, results: &str) -> Result<(Tally, String)> {
    let out = workspace.root.join("e2e/out");
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let tap = out.join(results);
    let mut command = node(workspace, &["--test"])?;
    command.arg(format!("--test-concurrency={at_a_time}")).arg(format!("--test-timeout={PATIENCE}"));
    command.args(["--test-reporter=spec", "--test-reporter-destination=stdout"]);
    command.arg("--test-reporter=tap").arg(format!("--test-reporter-destination={}", tap.display()));
    command.args(specs);
    let succeeded = shell::run(command).is_ok();
    let results = shell::slurp(&tap)?;
    let mut tally = Tally::from_node_tap(&results);
    if !succeeded && tally.failed == 0 {
        tally += Tally::one(false);
    }
    Ok((tally, results))
}

/// Those of the files that a `not ok` of the TAP names, in its own line or in its `location`.
fn failed_specs(tap: &str, specs: &[PathBuf]) -> Vec<PathBuf> {
    let mut failed = BTreeSet::new();
    let mut is_failure = false;
    for line in tap.lines().map(str::trim_start) {
        match line {
            _ if line.starts_with("not ok ") => is_failure = true,
            _ if line.starts_with("ok ") || line.starts_with("# ") => is_failure = false,
            _ => {}
        }
        let is_named = is_failure && (line.starts_with("not ok ") || line.starts_with("location: "));
        let names = |spec: &&PathBuf| {
            spec.file_name().and_then(|name| name.to_str()).is_some_and(|name| line.contains(&format!("/{name}")))
        };
        failed.extend(specs.iter().filter(|_| is_named).find(names).cloned());
    }
    failed.into_iter().collect()
}

/// Lighthouse, mobile, on the kinds of page that visitors see most; 100 of 100 in each category.
pub fn lighthouse(workspace: &Workspace) -> Result<Tally> {
    let mut command = node(workspace, &["e2e/lighthouse.mjs"])?;
    command.env("LIGHTHOUSE", setup::lighthouse(workspace)?);
    Ok(Tally::one(shell::run(command).is_ok()))
}

/// What the editor weighs, and how fast it is in a slow browser; printed for docs/performance.md.
pub fn editor_figures(workspace: &Workspace) -> Result<Tally> {
    setup::build(workspace)?;
    setup::tests(workspace)?;
    site::build(workspace)?;
    Ok(Tally::one(shell::run(node(workspace, &["--test-reporter=spec", "e2e/editor-figures.mjs"])?).is_ok()))
}

/// `node` with what the checks in Chromium need to know.
pub fn node(workspace: &Workspace, arguments: &[&str]) -> Result<Command> {
    let mut command = workspace.command("node", arguments);
    command.env("CHROMIUM", setup::chromium(workspace)?);
    command.env("COMMONPLACE_BIN", site::binary(workspace));
    Ok(command)
}

fn specs(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let folder = workspace.root.join("e2e/journeys");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut specs: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    specs.retain(|path| path.to_string_lossy().ends_with(".spec.mjs"));
    specs.sort();
    Ok(specs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_found_in_the_results() {
        let specs: Vec<PathBuf> = ["a", "b", "c"].iter().map(|name| format!("/x/{name}.spec.mjs").into()).collect();
        let tap = "# Subtest: one\n    not ok 1 - a part\n      ---\n      location: '/x/b.spec.mjs:3:1'\n      stack: |-\n        \
            at /x/a.spec.mjs:9\n      ...\nnot ok 1 - one\n  ---\n  location: '/x/b.spec.mjs:1:1'\n  ...\n\
            ok 2 - two\n  ---\n  location: '/x/a.spec.mjs:1:1'\n  ...\nnot ok 3 - /x/c.spec.mjs\n";
        assert_eq!(failed_specs(tap, &specs), specs[1..]);
    }
}
