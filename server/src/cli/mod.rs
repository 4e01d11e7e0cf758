//! The command line: what an operator does with a home. Every command but a second `serve` works while it is served.

mod args;
mod assets;
mod backup;
mod doctor;
mod import;
mod owner;
mod progress;
mod serve;
mod worker;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory as _, Parser as _};
use domain::Site;

use self::args::{Cli, Command, HomeArgs, OwnerCommand, ServeArgs};
use crate::adapters::embedded::EmbeddedHandle;
use crate::config::{self, Config, Flags};

/// What a command answers: nothing more to say, or one sentence for standard error.
type Done = Result<(), String>;

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let command = match Cli::parse().command {
        Some(command) => command,
        None if config::is_run_by_cargo_leptos() => Command::Serve(ServeArgs::default()),
        None => {
            eprint!("{}", Cli::command().render_help());
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(threads()).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format!("The system gives this program no threads: {error}.")),
    };
    let done = runtime.block_on(run(command));
    // Whatever still blocks is not waited for: all that matters is stored by now.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => failed(&sentence),
    }
}

/// One more than there are processors: SQLite is read where it is asked, and while one thread waits there for a lock or for
/// the disk, another has its processor.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get) + 1
}

/// A line on standard output, at once. Whoever stops reading has read enough.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn failed(sentence: &str) -> ExitCode {
    eprintln!("commonplace: {sentence}");
    ExitCode::FAILURE
}

async fn run(command: Command) -> Done {
    match command {
        Command::Serve(args) => serve::run(args).await,
        Command::Import(args) => import::run(args).await,
        Command::Export { path, home } => import::export(&path, home).await,
        Command::Owner { command: OwnerCommand::Link { home, url } } => owner::link(home, url).await,
        Command::Backup { path, home } => backup::backup(path, home).await,
        Command::Restore { path, force, home } => {
            let there = if force { backup::There::MoveAside } else { backup::There::Refuse };
            backup::restore(&path, there, home)
        }
        Command::Doctor { rebuild_search, home } => {
            let search = if rebuild_search { doctor::Search::Rebuild } else { doctor::Search::Look };
            doctor::run(home, search).await
        }
        Command::Assets { dir } => assets::run(&dir),
    }
}

/// The configuration of a command that needs a data folder only.
fn config(home: HomeArgs) -> Result<Config, String> {
    Config::load(Flags { data: home.data, ..Flags::default() }).map_err(|error| error.to_string())
}

/// Opens the home of a command that must not make a new one by mistake.
fn existing(home: HomeArgs) -> Result<(Config, Site, EmbeddedHandle), String> {
    let config = config(home)?;
    if !config.data.join("site.db").exists() {
        return Err(format!(
            "There is no home in {}. Name its folder with --data, or make one with `commonplace serve`.",
            config.data.display()
        ));
    }
    let (site, handle) = crate::wire::open(&config.data).map_err(|error| error.to_string())?;
    Ok((config, site, handle))
}
