//! `cargo xtask torture`: random typing beside random faults in Chromium; the run itself is `e2e/torture/run.mjs`.

use crate::browser;
use crate::setup;
use crate::shell::{self, Result, Workspace};
use crate::site;
use crate::tally::Tally;
use std::process::ExitCode;

/// Builds, then runs for as long as asked; fails if a word was lost or a status line untrue.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    setup::build(workspace)?;
    setup::tests(workspace)?;
    site::build(workspace)?;
    Ok(torture(workspace, arguments)?.exit_code())
}

/// The step of `cargo xtask test`: a minute, always from the same seed. New ones are for the long runs.
pub fn step(workspace: &Workspace) -> Result<Tally> {
    setup::build(workspace)?;
    site::build(workspace)?;
    torture(workspace, &["--minutes", "1", "--seed", "31415926"].map(str::to_owned))
}

fn torture(workspace: &Workspace, arguments: &[String]) -> Result<Tally> {
    let mut command = browser::node(workspace, &["e2e/torture/run.mjs"])?;
    command.args(arguments);
    Ok(Tally::one(shell::run(command).is_ok()))
}
