//! What is shipped, against its budgets.

use crate::shell::{self, Result, Workspace};
use crate::site;
use crate::tally::Tally;
use std::fs;
use std::path::Path;

struct Budget {
    what: &'static str,
    limit: u64,
    measure: Measure,
}

/// How a figure is taken from the files that `commonplace assets` writes out.
enum Measure {
    /// The brotli bytes of the file of that beginning and ending.
    Brotli(&'static str, &'static str),
    /// The plain bytes, likewise.
    Plain(&'static str, &'static str),
    /// The brotli bytes of every file of that ending together.
    AllBrotli(&'static str),
    /// The binary itself.
    Binary,
}

/// The written budgets, in bytes. Raising one is a decision: say why in docs/decisions.md.
const BUDGETS: &[Budget] = &[
    Budget { what: "style sheet, brotli", limit: 9_000, measure: Measure::Brotli("commonplace.", ".css") },
    Budget { what: "visitors' script, plain", limit: 2_048, measure: Measure::Plain("visitor.", ".js") },
    Budget { what: "WebAssembly glue, brotli", limit: 6_000, measure: Measure::Brotli("commonplace.", ".js") },
    Budget { what: "base WebAssembly, brotli", limit: 45_000, measure: Measure::Brotli("commonplace.", ".wasm") },
    Budget { what: "all WebAssembly, brotli", limit: 103_000, measure: Measure::AllBrotli(".wasm") },
    Budget { what: "the binary", limit: 40_000_000, measure: Measure::Binary },
];

/// Prints each figure beside its limit.
pub fn report(workspace: &Workspace) -> Result<Tally> {
    let folder = workspace.root.join("target/assets");
    let _ = fs::remove_dir_all(&folder);
    let mut write_out = shell::command(site::binary(workspace), &["assets"]);
    write_out.arg(&folder);
    shell::run(write_out)?;
    let mut tally = Tally::default();
    for budget in BUDGETS {
        let size = measure(&budget.measure, &folder.join("pkg"), &site::binary(workspace))?;
        let within = size.is_some_and(|size| size <= budget.limit);
        let shown = size.map_or_else(|| "absent".to_owned(), |size| size.to_string());
        let verdict = if within { "ok" } else { "over" };
        println!("{:28} {shown:>10} of {:>10}  {verdict}", budget.what, budget.limit);
        tally += Tally::one(within);
    }
    Ok(tally)
}

fn measure(measure: &Measure, folder: &Path, binary: &Path) -> Result<Option<u64>> {
    let (start, end) = match measure {
        Measure::Binary => return Ok(fs::metadata(binary).ok().map(|about| about.len())),
        Measure::Plain(start, end) => (*start, (*end).to_owned()),
        Measure::Brotli(start, end) => (*start, format!("{end}.br")),
        Measure::AllBrotli(end) => ("", format!("{end}.br")),
    };
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut sum = None;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(start) && name.ends_with(&end) {
            sum = Some(sum.unwrap_or(0) + entry.metadata().map_or(0, |about| about.len()));
        }
    }
    Ok(sum)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn files_are_measured_by_beginning_and_ending() {
        let folder = std::env::temp_dir().join(format!("commonplace-size-{}", std::process::id()));
        shell::write(&folder.join("commonplace.hash.css"), "plain style").unwrap();
        shell::write(&folder.join("commonplace.hash.css.br"), "style").unwrap();
        shell::write(&folder.join("a.wasm.br"), "four").unwrap();
        shell::write(&folder.join("b.wasm.br"), "five5").unwrap();
        let size = |wanted: Measure| measure(&wanted, &folder, Path::new("absent")).unwrap();
        assert_eq!(size(Measure::Plain("commonplace.", ".css")), Some(11));
        assert_eq!(size(Measure::Brotli("commonplace.", ".css")), Some(5));
        assert_eq!(size(Measure::AllBrotli(".wasm")), Some(9));
        assert_eq!(size(Measure::Brotli("visitor.", ".js")), None);
        assert_eq!(size(Measure::Binary), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
