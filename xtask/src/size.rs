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
    /// The brotli bytes of a WebAssembly of its own and its glue.
    Apart(&'static str),
    /// The brotli bytes that an island loads: base, glue, and what the split manifest names for it.
    Island(&'static str),
    /// The largest of the other parts, which are loaded later, without what the editor's first load brought already.
    OtherParts,
    /// The binary itself.
    Binary,
}

const WRITING: &str = "writing_loader";

/// The written budgets, in bytes. Raising one is a decision: say why in docs/decisions.md.
const BUDGETS: &[Budget] = &[
    Budget { what: "style sheet, brotli", limit: 9_000, measure: Measure::Brotli("commonplace.", ".css") },
    Budget { what: "visitors' script, plain", limit: 2_048, measure: Measure::Plain("visitor.", ".js") },
    Budget { what: "WebAssembly glue, brotli", limit: 13_000, measure: Measure::Brotli("commonplace.", ".js") },
    Budget { what: "base WebAssembly, brotli", limit: 170_000, measure: Measure::Brotli("commonplace.", ".wasm") },
    Budget { what: "search box, all of it, brotli", limit: 75_000, measure: Measure::Apart("search.") },
    Budget { what: "editor's first load, brotli", limit: 420_000, measure: Measure::Island(WRITING) },
    Budget { what: "live preview, all of it, brotli", limit: 310_000, measure: Measure::Apart("renderer.") },
    Budget { what: "largest part loaded later, brotli", limit: 190_000, measure: Measure::OtherParts },
    Budget { what: "the binary", limit: 39_000_000, measure: Measure::Binary },
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
        println!("{:32} {shown:>10} of {:>10}  {verdict}", budget.what, budget.limit);
        tally += Tally::one(within);
    }
    Ok(tally)
}

fn measure(measure: &Measure, folder: &Path, binary: &Path) -> Result<Option<u64>> {
    let (start, end) = match measure {
        Measure::Binary => return Ok(fs::metadata(binary).ok().map(|about| about.len())),
        Measure::Plain(start, end) => (*start, (*end).to_owned()),
        Measure::Brotli(start, end) => (*start, format!("{end}.br")),
        Measure::Apart(name) => {
            let wasm = bytes_of(folder, name, ".wasm.br")?;
            let glue = bytes_of(folder, name, ".js.br")?;
            return Ok(wasm.zip(glue).map(|(wasm, glue)| wasm + glue));
        }
        Measure::Island(name) => {
            let part = parts(folder)?.into_iter().find(|(part, _)| part.starts_with(name));
            let Some((_, files)) = part else { return Ok(None) };
            let mut sum = of_files(folder, &files)?;
            for (start, end) in [("commonplace.", ".wasm.br"), ("commonplace.", ".js.br"), ("__wasm_split.", ".js.br")]
            {
                sum += bytes_of(folder, start, end)?.unwrap_or(0);
            }
            return Ok(Some(sum));
        }
        Measure::OtherParts => {
            let is_other = |name: &str| !name.starts_with(WRITING);
            let (others, first): (Vec<_>, Vec<_>) = parts(folder)?.into_iter().partition(|(name, _)| is_other(name));
            let there: Vec<String> = first.into_iter().flat_map(|(_, files)| files).collect();
            let mut largest = 0;
            for (_, mut files) in others {
                files.retain(|file| !there.contains(file));
                largest = largest.max(of_files(folder, &files)?);
            }
            return Ok(Some(largest));
        }
    };
    bytes_of(folder, start, &end)
}

/// The bytes of all files of that beginning and ending; nothing where there is none.
fn bytes_of(folder: &Path, start: &str, end: &str) -> Result<Option<u64>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let wanted = entries.flatten().filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with(start) && name.ends_with(end)
    });
    Ok(wanted.map(|entry| entry.metadata().map_or(0, |about| about.len())).reduce(|sum, bytes| sum + bytes))
}

/// The hash in a name of the manifest may be that of the file before it was hashed.
fn of_files(folder: &Path, files: &[String]) -> Result<u64> {
    let name = |file: &String| file.split_inclusive('.').next().unwrap_or_default().to_owned();
    files.iter().map(|file| Ok(bytes_of(folder, &name(file), ".wasm.br")?.unwrap_or(0))).sum()
}

/// The lazy parts and the files that each needs, from the split manifest: `{"part":["file",…],…}`.
fn parts(folder: &Path) -> Result<Vec<(String, Vec<String>)>> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let is_manifest = |name: &str| name.starts_with("__wasm_split_manifest.") && name.ends_with(".json");
    let Some(manifest) = entries.flatten().find(|entry| is_manifest(&entry.file_name().to_string_lossy())) else {
        return Ok(Vec::new());
    };
    let text = shell::slurp(&manifest.path())?;
    let mut parts = Vec::new();
    for part in text.split(']') {
        let Some((name, files)) = part.split_once('[') else { continue };
        let words = |text: &str| text.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        parts.extend(words(name).pop().map(|name| (name, words(files))));
    }
    Ok(parts)
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
        shell::write(&folder.join("commonplace.hash.wasm.br"), "base").unwrap();
        shell::write(&folder.join("commonplace.hash.js.br"), "glue").unwrap();
        shell::write(&folder.join("split_a.hash.wasm.br"), "four").unwrap();
        shell::write(&folder.join("split_b.hash.wasm.br"), "five5").unwrap();
        shell::write(&folder.join("chunk.hash.wasm.br"), "shared").unwrap();
        shell::write(&folder.join("search.hash.wasm.br"), "search").unwrap();
        shell::write(&folder.join("search.hash.js.br"), "box").unwrap();
        let manifest =
            r#"{"writing_loader_1":["split_a.hash"],"history_2":["chunk.hash","split_a.hash","split_b.hash"]}"#;
        shell::write(&folder.join("__wasm_split_manifest.hash.json"), manifest).unwrap();
        let size = |wanted: Measure| measure(&wanted, &folder, Path::new("absent")).unwrap();
        assert_eq!(size(Measure::Plain("commonplace.", ".css")), Some(11));
        assert_eq!(size(Measure::Brotli("commonplace.", ".css")), Some(5));
        assert_eq!(size(Measure::Apart("search.")), Some(6 + 3));
        assert_eq!(size(Measure::Apart("renderer.")), None);
        assert_eq!(size(Measure::Island(WRITING)), Some(4 + 4 + 4));
        assert_eq!(size(Measure::Island("absent")), None);
        assert_eq!(size(Measure::OtherParts), Some(6 + 5));
        assert_eq!(size(Measure::Brotli("visitor.", ".js")), None);
        assert_eq!(size(Measure::Binary), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
