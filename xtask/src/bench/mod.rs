//! `cargo xtask bench`: the figures of docs/performance.md, measured side by side with nginx in the same run.

mod client;
mod home;
mod pages;
mod peers;
mod scale;

use crate::shell::{Result, Workspace};
use std::env;
use std::path::PathBuf;
use std::time::Duration;

/// How much is measured, and for how long.
pub struct BenchOptions {
    seconds: u32,
    sizes: Vec<usize>,
}

impl BenchOptions {
    pub fn parse(words: &[String]) -> Result<Self> {
        let mut options = Self { seconds: 10, sizes: vec![10, 1_000, 10_000] };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(|| format!("`{word}` wants a value"))?;
            let number = |text: &str| text.parse::<u32>().map_err(|_| format!("`{text}` is no number"));
            match word.as_str() {
                "--seconds" => options.seconds = number(value)?.max(1),
                "--sizes" => {
                    options.sizes =
                        value.split(',').map(|size| number(size).map(|n| n as usize)).collect::<Result<_>>()?;
                }
                _ => return Err(format!("`bench` knows --seconds N and --sizes N,…, not `{word}`")),
            }
        }
        Ok(options)
    }
}

/// Measures everything and prints it as Markdown tables. The optimised binary must have been built.
pub fn run(workspace: &Workspace, options: &BenchOptions) -> Result {
    let folder = workspace.target.join("bench");
    println!("{}\n", machine());
    pages::report(workspace, &folder, options.seconds)?;
    scale::report(workspace, &folder, &options.sizes)
}

/// Real notes: the sample vault, or the manual where it is absent.
fn vault(workspace: &Workspace) -> PathBuf {
    let data =
        env::var_os("COMMONPLACE_TEST_DATA").map_or_else(|| workspace.root.join("../shared/data"), PathBuf::from);
    let vault = data.join("obsidian-help");
    if vault.is_dir() { vault } else { workspace.root.join("docs/manual") }
}

fn machine() -> String {
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    format!("{cpus} processors, load average {load} before the run.")
}

/// The value below which this part (0 to 1) of the durations lies, in milliseconds.
fn percentile(durations: &mut [Duration], part: f64) -> f64 {
    durations.sort_unstable();
    let last = durations.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a small index"
    )]
    let at = (last as f64 * part).round() as usize;
    durations.get(at).map_or(0.0, |duration| duration.as_secs_f64() * 1_000.0)
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files")]
fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_measured_value() {
        let mut durations: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert!((percentile(&mut durations, 0.5) - 51.0).abs() < 1e-9);
        assert!((percentile(&mut durations, 0.99) - 99.0).abs() < 1e-9);
        assert!(percentile(&mut [], 0.99).abs() < 1e-9);
    }
}
