//! `cargo xtask test`: the one list of steps, in the order in which they run.

use crate::browser;
use crate::setup;
use crate::shell::{self, Result, Workspace};
use crate::site;
use crate::size;
use crate::tally::Tally;
use crate::tidy;
use crate::torture;
use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::{Duration, Instant};

struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&Workspace) -> Result<Tally>,
}

/// Quick ones first, so that a mistake shows early.
const STEPS: &[Step] = &[
    Step { name: "fmt", what: "every Rust file is formatted", run: format },
    Step { name: "tidy", what: "the architecture's rules hold", run: tidy::report },
    Step { name: "clippy", what: "no warning, for the server and for the browser", run: clippy },
    Step { name: "test", what: "unit, conformance and HTTP tests", run: cargo_test },
    Step { name: "build", what: "the optimised site", run: build },
    Step { name: "size", what: "what is shipped is within its budgets", run: size::report },
    Step { name: "e2e", what: "journeys in Chromium, accessibility, HTML conformance", run: browser::journeys },
    Step { name: "torture", what: "typing beside faults for a minute: no word is lost", run: torture::step },
];

/// Runs the steps until one fails; the last line counts every check.
pub fn test(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    let Some(steps) = chosen(arguments)? else {
        for step in STEPS {
            println!("{:8} {}", step.name, step.what);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let started = Instant::now();
    let mut lines = Vec::new();
    let mut total = Tally::default();
    setup::build(workspace)?;
    setup::tests(workspace)?;
    lines.push(format!("  {:8} {:>8}", "set-up", seconds(started.elapsed())));
    for step in steps {
        println!("\n== {}: {}", step.name, step.what);
        let began = Instant::now();
        let tally = (step.run)(workspace).unwrap_or_else(|message| {
            println!("{message}");
            Tally::one(false)
        });
        total += tally;
        lines.push(format!("  {:8} {:>8}  {tally}", step.name, seconds(began.elapsed())));
        println!("== {}: {tally} in {}", step.name, seconds(began.elapsed()));
        if tally.failed > 0 {
            println!("== stopped at {}: the steps after it did not run", step.name);
            break;
        }
    }
    println!("\n{}\n  {:8} {:>8}\n", lines.join("\n"), "all", seconds(started.elapsed()));
    println!("{total}");
    Ok(total.exit_code())
}

/// The steps that `--only` and `--skip` leave, or nothing where `--list` asks for their names.
fn chosen(arguments: &[String]) -> Result<Option<Vec<&'static Step>>> {
    let (mut only, mut skip) = (BTreeSet::new(), BTreeSet::new());
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let set = match word.as_str() {
            "--list" => return Ok(None),
            "--only" => &mut only,
            "--skip" => &mut skip,
            other => return Err(format!("`test` takes no argument `{other}`; it takes --only, --skip and --list")),
        };
        let names = words.next().ok_or_else(|| format!("`{word}` needs the names of steps, with commas"))?;
        set.extend(names.split(',').map(str::to_owned));
    }
    if let Some(unknown) = only.union(&skip).find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        return Err(format!("there is no step `{unknown}`; cargo xtask test --list names them"));
    }
    let wanted = |step: &&Step| (only.is_empty() || only.contains(step.name)) && !skip.contains(step.name);
    Ok(Some(STEPS.iter().filter(wanted).collect()))
}

fn format(workspace: &Workspace) -> Result<Tally> {
    shell::run(workspace.cargo(&["fmt", "--all", "--check"]))?;
    Ok(Tally::one(true))
}

fn clippy(workspace: &Workspace) -> Result<Tally> {
    let server = ["clippy", "--locked", "--quiet", "--all-targets", "--", "-D", "warnings"];
    shell::run(workspace.cargo(&server))?;
    let browser = ["clippy", "--locked", "--quiet", "--target", "wasm32-unknown-unknown"];
    let mut command = workspace.cargo(&browser);
    command.args(["-p", "frontend", "-p", "renderer", "-p", "suggest", "--", "-D", "warnings"]);
    shell::run(command)?;
    Ok(Tally { passed: 2, failed: 0 })
}

fn cargo_test(workspace: &Workspace) -> Result<Tally> {
    let (succeeded, output) = shell::tee(workspace.cargo(&["test", "--locked", "--quiet", "--no-fail-fast"]))?;
    let mut tally = Tally::from_cargo_test(&output);
    if !succeeded && tally.failed == 0 {
        tally += Tally::one(false);
    }
    Ok(tally)
}

fn build(workspace: &Workspace) -> Result<Tally> {
    site::build(workspace)?;
    Ok(Tally::one(true))
}

fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 { format!("{:.1} s", time.as_secs_f64()) } else { format!("{} min {:02} s", whole / 60, whole % 60) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(line: &str) -> Result<Option<Vec<&'static str>>> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Ok(chosen(&words)?.map(|steps| steps.iter().map(|step| step.name).collect()))
    }

    #[test]
    fn steps_are_chosen_by_name() {
        assert_eq!(names("").unwrap().unwrap().len(), STEPS.len());
        assert_eq!(names("--only tidy,fmt").unwrap().unwrap(), ["fmt", "tidy"]);
        assert!(!names("--skip e2e").unwrap().unwrap().contains(&"e2e"));
        assert!(names("--list").unwrap().is_none());
        assert!(names("--only absent").unwrap_err().contains("absent"));
        assert!(names("--fast").unwrap_err().contains("--fast"));
    }
}
