//! The AWS home on this machine: its template judged, and an emulator in the place of the account.

mod deploy;
mod emulator;

use crate::setup;
use crate::shell::{self, Result, Workspace, command};
use crate::tally::Tally;
use emulator::{Emulator, Roles};
use std::path::PathBuf;

const CFN_LINT: &str = "1.58.0";
const CHECKOV: &str = "3.3.30";
/// Below the checkout: what osls writes.
const PACKAGE: &str = "target/template";
const TEMPLATE: &str = "target/template/cloudformation-template-update-stack.json";

/// Runs the tests of the AWS adapters and functions against an emulator that is started for them; without one they fail.
pub fn adapters(workspace: &Workspace) -> Result<Tally> {
    let emulator = Emulator::start(workspace, Roles::Ignored)?;
    let mut tests = workspace.cargo(&["test", "--locked", "--quiet", "--no-fail-fast", "-p", "server"]);
    tests.args(["--features", "aws", "--lib", "--test", "conformance", "--", "aws::", "functions::"]);
    tests.env("AWS_ENDPOINT_URL", emulator.url());
    let (succeeded, output) = shell::tee(tests)?;
    let mut tally = Tally::from_cargo_test(&output);
    if tally.passed == 0 || (!succeeded && tally.failed == 0) {
        tally += Tally::one(false);
    }
    Ok(tally)
}

/// Builds the template and has it judged, with no account and no network.
pub fn template(workspace: &Workspace) -> Result<Tally> {
    let lint = setup::python_package(workspace, "cfn-lint", CFN_LINT, &[], "it judges the template; about 20 s")?;
    let checkov =
        setup::python_package(workspace, "checkov", CHECKOV, &[], "it looks for unsafe settings; about 1 min")?;
    deploy::stand_in(workspace)?;
    let mut package = deploy::osls(workspace, &["package", "--package", PACKAGE])?;
    package.args(deploy::parameters("live", "https://site.example"));
    shell::run(package)?;
    let judge = |program: PathBuf, arguments: &[&str]| {
        let mut judge = command(program, arguments);
        judge.current_dir(&workspace.root);
        Tally::one(shell::run(judge).inspect_err(|message| println!("{message}")).is_ok())
    };
    let mut tally = judge(lint.join("bin/cfn-lint"), &["--template", TEMPLATE]);
    let checks = ["--config-file", "infra/checkov.yml", "--skip-download", "--file", TEMPLATE];
    tally += judge(checkov.join("bin/checkov"), &checks);
    Ok(tally)
}

/// Deploys the site to an emulator that holds each function to its role, and uses it through its gateway.
pub fn rehearse(workspace: &Workspace) -> Result<Tally> {
    deploy::package(workspace)?;
    let emulator = Emulator::start(workspace, Roles::Enforced)?;
    let url = emulator.url();
    let mut parameters = deploy::parameters(deploy::STAGE, deploy::SITE);
    parameters.push(format!("--param=endpoint={url}"));
    let mut deploy = deploy::osls(workspace, &["deploy"])?;
    deploy.args(&parameters);
    let program = deploy.get_program().to_string_lossy().into_owned();
    shell::run(deploy::by_emulator(deploy, &url))?;
    let mut spec = workspace.command("node", &["--test", "--test-reporter=tap", "infra/rehearsal.spec.mjs"]);
    let words: Vec<String> = [program].into_iter().chain(parameters).map(|word| format!("{word:?}")).collect();
    spec.env("REHEARSAL_OSLS", format!("[{}]", words.join(",")));
    let (succeeded, output) = shell::tee(deploy::by_emulator(spec, &url))?;
    let mut tally = Tally::from_node_tap(&output);
    if tally.passed == 0 || (!succeeded && tally.failed == 0) {
        tally += Tally::one(false);
    }
    Ok(tally)
}
