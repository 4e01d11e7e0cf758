//! The AWS home on this machine: an emulator takes the place of the account.

mod emulator;

use crate::shell::{self, Result, Workspace};
use crate::tally::Tally;
use emulator::Emulator;

/// Runs the tests of the AWS adapters against an emulator that is started for them; without one they fail.
pub fn adapters(workspace: &Workspace) -> Result<Tally> {
    let emulator = Emulator::start(workspace)?;
    let mut tests = workspace.cargo(&["test", "--locked", "--quiet", "--no-fail-fast", "-p", "server"]);
    tests.args(["--features", "aws", "--lib", "--test", "conformance", "--", "aws::"]);
    tests.env("AWS_ENDPOINT_URL", emulator.url());
    let (succeeded, output) = shell::tee(tests)?;
    let mut tally = Tally::from_cargo_test(&output);
    if tally.passed == 0 || (!succeeded && tally.failed == 0) {
        tally += Tally::one(false);
    }
    Ok(tally)
}
