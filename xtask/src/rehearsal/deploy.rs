//! osls, and what it deploys.

use crate::setup;
use crate::shell::{self, Result, Workspace};
use std::process::Command;

const OSLS: &str = "4.3.1";
/// The functions' programs in zips, where serverless.yml looks for them.
const ARTIFACTS: &str = "target/lambda";
/// What a rehearsal deploys.
pub const STAGE: &str = "local";
pub const SITE: &str = "https://site.example";
/// Known to everybody: it keeps nobody out of an emulator.
const SECRET: &str = "a secret of rehearsals, which is none";

/// `osls` in the checkout, without a word from home.
pub fn osls(workspace: &Workspace, arguments: &[&str]) -> Result<Command> {
    let modules = setup::npm_package(workspace, "osls", OSLS, "it makes and deploys the template; about 20 s")?;
    let mut osls = workspace.command(modules.join(".bin/osls"), arguments);
    osls.env("SLS_TELEMETRY_DISABLED", "1").env("SLS_NOTIFICATIONS_MODE", "off");
    Ok(osls)
}

/// The parameters that have no default.
pub fn parameters(stage: &str, url: &str) -> Vec<String> {
    let given =
        [("url", url), ("mail", "site@example.org"), ("alarms", "owner@example.org"), ("origin-secret", SECRET)];
    let mut parameters = vec!["--stage".to_owned(), stage.to_owned()];
    parameters.extend(given.iter().map(|(name, value)| format!("--param={name}={value}")));
    parameters
}

/// Lets a command find the emulator, and what the rehearsal knows of the site.
pub fn by_emulator(mut command: Command, url: &str) -> Command {
    command.envs([("AWS_ENDPOINT_URL", url), ("AWS_REGION", "us-east-1"), ("AWS_EC2_METADATA_DISABLED", "true")]);
    command.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
    command.envs([("REHEARSAL_STAGE", STAGE), ("REHEARSAL_SITE", SITE), ("REHEARSAL_SECRET", SECRET)]);
    command
}

/// Zips that are there, where only the template matters.
pub fn stand_in(workspace: &Workspace) -> Result {
    for name in ["lambda", "worker"] {
        if !workspace.root.join(ARTIFACTS).join(format!("{name}.zip")).is_file() {
            let program = workspace.root.join(ARTIFACTS).join(name).join("bootstrap");
            shell::write(&program, "#!/bin/sh\n")?;
            zip(workspace, name)?;
        }
    }
    Ok(())
}

/// The functions' programs for this machine, not optimised.
pub fn package(workspace: &Workspace) -> Result {
    // With the feature that tests add, so that what `cargo xtask aws` compiled serves here too.
    let mut build =
        workspace.cargo(&["build", "--locked", "--package", "server", "--bin", "lambda", "--bin", "worker"]);
    build.args(["--features", "aws,domain/conformance"]);
    shell::run(build)?;
    for name in ["lambda", "worker"] {
        let folder = workspace.root.join(ARTIFACTS).join(name);
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut strip = workspace.command("strip", &["--strip-debug", "-o"]);
        strip.arg(folder.join("bootstrap")).arg(workspace.target.join("debug").join(name));
        shell::run(strip)?;
        zip(workspace, name)?;
    }
    Ok(())
}

/// `bootstrap` is what Lambda starts.
fn zip(workspace: &Workspace, name: &str) -> Result {
    let mut zip = workspace.command("python3", &["-m", "zipfile", "-c"]);
    zip.arg(format!("../{name}.zip")).arg("bootstrap");
    zip.current_dir(workspace.root.join(ARTIFACTS).join(name));
    shell::run(zip)
}
