//! The project's own steps: `cargo xtask --help` lists them.

mod bench;
mod browser;
mod rehearsal;
mod setup;
mod shell;
mod site;
mod size;
mod steps;
mod tally;
mod tidy;
mod torture;
mod wasm;

use shell::{Result, Workspace};
use std::process::ExitCode;

const HELP: &str = "\
Commonplace's own steps.

  cargo xtask serve [--demo] [--data DIR] [--addr HOST:PORT]
      Build the optimised site if anything changed, and serve it. The first start prints a claim
      link: open it to become the owner. --demo fills an empty home with the manual.
      Without --data the home is ./data; without --addr it is 127.0.0.1:3000.

  cargo xtask test [--only STEP,…] [--skip STEP,…] [--list]
      Set up what tests need and run everything: what .ci/run runs. --list names the steps.

  cargo xtask build         the optimised binary, at target/release/commonplace
  cargo xtask watch         rebuild and restart on every change (cargo leptos watch --split)
  cargo xtask setup         install what is missing and nothing else
  cargo xtask tidy          the rules of ARCHITECTURE.md that a program can check
  cargo xtask size          what a visitor downloads and what is shipped, against the budgets
  cargo xtask bench [--seconds N] [--sizes N,…]
      The figures of docs/performance.md, with nginx and wrk beside (about 10 min; not part of test)
  cargo xtask bench --editor
      Those of the editor, in Chromium (about 10 min; not part of test)
  cargo xtask torture [--minutes N] [--seed S] [--round N]
      Random typing beside random faults in Chromium; no word may be lost. Prints its seed: the same
      seed makes the same script, and --round runs one round of it again.
  cargo xtask aws           the AWS adapters and functions against an emulator (about 5 min the first
                            time, then 1 min; not part of test)
  cargo xtask template      the AWS template: built, linted, checked for unsafe settings (about 1 min)
  cargo xtask rehearse      a whole deploy to an emulator, used through its gateway (not part of test)
  cargo xtask lighthouse    Lighthouse on home, list and note (about 1 min; not part of test)

Compiled dependencies and tools are kept in the user's cache folder, under commonplace/, and are
shared by every checkout; CARGO_TARGET_DIR moves the former.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    if matches!(command.as_str(), "help" | "-h" | "--help") || rest.iter().any(|word| word == "--help") {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = Workspace::find()?;
    match command.as_str() {
        "serve" => site::serve(&workspace, &site::ServeOptions::parse(rest)?),
        "test" => steps::test(&workspace, rest),
        "torture" => torture::run(&workspace, rest),
        "bench" if rest == ["--editor"] => finish(browser::editor_figures(&workspace)?),
        "bench" => {
            let options = bench::BenchOptions::parse(rest)?;
            setup::build(&workspace)?;
            site::build(&workspace)?;
            bench::run(&workspace, &options)?;
            Ok(ExitCode::SUCCESS)
        }
        name => {
            no_more(name, rest)?;
            simple(&workspace, name)
        }
    }
}

/// The commands that take no argument.
fn simple(workspace: &Workspace, command: &str) -> Result<ExitCode> {
    match command {
        "build" => {
            setup::build(workspace)?;
            site::build(workspace)?;
            println!("{}", site::binary(workspace).display());
        }
        "watch" => {
            setup::build(workspace)?;
            shell::run(workspace.cargo(&["leptos", "watch", "--split"]))?;
        }
        "setup" => {
            setup::build(workspace)?;
            setup::tests(workspace)?;
            println!("Everything that is needed is there.");
        }
        "tidy" => return finish(tidy::report(workspace)?),
        "size" => {
            setup::build(workspace)?;
            site::build(workspace)?;
            return finish(size::report(workspace)?);
        }
        "aws" => return finish(rehearsal::adapters(workspace)?),
        "template" => return finish(rehearsal::template(workspace)?),
        "rehearse" => return finish(rehearsal::rehearse(workspace)?),
        "lighthouse" => {
            setup::build(workspace)?;
            setup::tests(workspace)?;
            site::build(workspace)?;
            return finish(browser::lighthouse(workspace)?);
        }
        other => return Err(format!("there is no command `{other}`; cargo xtask --help lists them")),
    }
    Ok(ExitCode::SUCCESS)
}

fn finish(tally: tally::Tally) -> Result<ExitCode> {
    println!("{tally}");
    Ok(tally.exit_code())
}

fn no_more(command: &str, rest: &[String]) -> Result {
    match rest.first() {
        None => Ok(()),
        Some(word) => Err(format!("`{command}` takes no argument `{word}`")),
    }
}
