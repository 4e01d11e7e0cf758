//! The checks that run in Chromium, by node: the journeys in `e2e/`, and Lighthouse.

use crate::setup;
use crate::shell::{self, Result, Workspace};
use crate::site;
use crate::tally::Tally;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// How long one file of journeys may take, in milliseconds. One that hangs is given up and counted as failed, so that the
/// run always ends with its summary. The longest takes 3 minutes on a quiet machine.
const PATIENCE: u32 = 10 * 60 * 1000;

/// Every journey of `e2e/journeys`, two at a time.
pub fn journeys(workspace: &Workspace) -> Result<Tally> {
    setup::build(workspace)?;
    site::build(workspace)?;
    let out = workspace.root.join("e2e/out");
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let tap = out.join("results.tap");
    let mut command = node(workspace, &["--test", "--test-concurrency=2"])?;
    command.arg(format!("--test-timeout={PATIENCE}"));
    command.args(["--test-reporter=spec", "--test-reporter-destination=stdout"]);
    command.arg("--test-reporter=tap").arg(format!("--test-reporter-destination={}", tap.display()));
    command.args(specs(workspace)?);
    let succeeded = shell::run(command).is_ok();
    let mut tally = Tally::from_node_tap(&shell::slurp(&tap)?);
    if !succeeded && tally.failed == 0 {
        tally += Tally::one(false);
    }
    Ok(tally)
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
