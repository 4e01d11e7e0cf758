//! The log: lines on standard error, for people or as JSON, each request's under its id.

use std::io::IsTerminal as _;
use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Starts the log as configured. A second start in one process changes nothing.
///
/// # Errors
/// A sentence about a filter that is none.
pub fn start(config: &Config) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| {
        let shape = "Use warn, info, debug or a list such as server=debug,info.";
        format!("COMMONPLACE_LOG is “{}”, which is no filter ({error}). {shape}", config.log)
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    let _ = match config.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let words = info.payload_as_str().unwrap_or("a panic");
        tracing::error!(place, words, "panicked");
    }));
    Ok(())
}
