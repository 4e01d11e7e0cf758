//! The same things at several sizes: import, database, a note page, a save, search.

use crate::bench::client::{Client, encode};
use crate::bench::home::Home;
use crate::bench::pages::ANEW;
use crate::bench::{home, megabytes, percentile, vault};
use crate::shell::{self, Result, Workspace};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const SAVES: usize = 40;
const READS: usize = 200;
const SEARCHES: usize = 400;

pub fn report(workspace: &Workspace, folder: &Path, sizes: &[usize]) -> Result {
    println!("### By size\n");
    println!("| notes | import | data folder | of it the database | of it the index | start | memory idle |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let data = folder.join("sample");
    let took = home::import(workspace, &vault(workspace), &data)?;
    imported(workspace, "sample vault", &data, took)?;
    let mut rest = String::new();
    for size in sizes {
        let notes = make_vault(workspace, folder, *size)?;
        let data = folder.join(format!("home-{size}"));
        let took = home::import(workspace, &notes, &data)?;
        imported(workspace, &size.to_string(), &data, took)?;
        rest.push_str(&at_size(workspace, *size, &notes, &data)?);
    }
    println!("\n| notes | what | p50 | p99 |\n| ---: | --- | ---: | ---: |\n{rest}");
    Ok(())
}

fn imported(workspace: &Workspace, what: &str, data: &Path, took: Duration) -> Result {
    let whole = megabytes(home::size(data, ""));
    let database = megabytes(home::size(data, ".db"));
    let index = megabytes(home::size(data, "search"));
    let served = Home::serve(workspace, data, &[])?;
    std::thread::sleep(Duration::from_secs(2));
    let memory = served.memory().unwrap_or_default();
    println!(
        "| {what} | {:.1} s | {whole:.1} MB | {database:.1} MB | {index:.1} MB | {:.0} ms | {memory:.1} MB |",
        took.as_secs_f64(),
        served.start.as_secs_f64() * 1_000.0
    );
    Ok(())
}

/// Notes of a fixed seed, made once for each size.
fn make_vault(workspace: &Workspace, folder: &Path, size: usize) -> Result<PathBuf> {
    let notes = folder.join(format!("vault-{size}"));
    if notes.is_dir() {
        return Ok(notes);
    }
    let tools =
        env::var_os("COMMONPLACE_TEST_TOOLS").map_or_else(|| workspace.root.join("../shared/tools"), PathBuf::from);
    let mut command = workspace.command("python3", &[]);
    command.arg(tools.join("make_vault.py")).arg(size.to_string()).arg(&notes);
    shell::run(command)?;
    Ok(notes)
}

fn at_size(workspace: &Workspace, size: usize, notes: &Path, data: &Path) -> Result<String> {
    let served = Home::serve(workspace, data, &[ANEW])?;
    let words = words(notes)?;
    let mut out = String::new();
    let mut add = |what: &str, times: &mut [Duration]| {
        let (p50, p99) = (percentile(times, 0.5), percentile(times, 0.99));
        out.push_str(&format!("| {size} | {what} | {p50:.1} ms | {p99:.1} ms |\n"));
    };
    let mut owner = served.owner()?;
    let place = home::write_note(&mut owner, "The measured note", "Begun.")?;
    add("save", &mut saves(&mut owner, &place, "save")?);
    add("publish", &mut saves(&mut owner, &place, "publish")?);
    let mut visitor = served.client()?;
    add("note page, rendered anew", &mut reads(&mut visitor)?);
    add("search, a word", &mut searches(&mut visitor, words.iter().cloned())?);
    add("search, a beginning", &mut searches(&mut visitor, words.iter().map(|word| beginning(word)))?);
    add("search, a mistake", &mut searches(&mut visitor, words.iter().map(|word| mistake(word)))?);
    add("search, two words", &mut searches(&mut visitor, words.windows(2).map(|pair| pair.join(" ")))?);
    add(
        "search, a phrase",
        &mut searches(&mut visitor, words.windows(2).map(|pair| format!("\"{}\"", pair.join(" "))))?,
    );
    Ok(out)
}

fn saves(owner: &mut Client, place: &str, action: &str) -> Result<Vec<Duration>> {
    let body = |n: usize| format!("{}\n\nEdition {n}.", "A paragraph of some length about quinces. ".repeat(60));
    (0..SAVES).map(|n| home::save(owner, place, &body(n), action)).collect()
}

fn reads(visitor: &mut Client) -> Result<Vec<Duration>> {
    let list = visitor.page("/notes", "identity")?.text();
    let places: Vec<String> = list
        .split("href=\"/notes/")
        .skip(1)
        .filter_map(|rest| Some(format!("/notes/{}", rest.split('"').next()?)))
        .collect();
    if places.is_empty() {
        return Err("the list of notes names none".to_owned());
    }
    let timed = |place: &String| {
        let began = Instant::now();
        visitor.page(place, "gzip").map(|_| began.elapsed())
    };
    places.iter().cycle().take(READS).map(timed).collect()
}

fn searches(visitor: &mut Client, texts: impl Iterator<Item = String> + Clone) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for text in texts.cycle().take(SEARCHES) {
        let path = format!("/search?q={}", encode(&text));
        let began = Instant::now();
        visitor.page(&path, "gzip")?;
        times.push(began.elapsed());
    }
    Ok(times)
}

/// Words in the order they stand in some of the notes, so that neighbours are phrases.
fn words(notes: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    markdown(notes, &mut files);
    files.sort();
    let mut words = Vec::new();
    for file in files.iter().step_by(files.len().div_ceil(40).max(1)) {
        let text = shell::slurp(file)?;
        let prose = text.lines().find(|line| line.len() > 200).unwrap_or_default();
        let plain =
            prose.split(' ').filter(|word| word.len() > 4 && word.bytes().all(|byte| byte.is_ascii_lowercase()));
        words.extend(plain.take(10).map(str::to_owned));
    }
    if words.len() < 2 { Err(format!("{} holds no words", notes.display())) } else { Ok(words) }
}

fn markdown(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            markdown(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
}

fn beginning(word: &str) -> String {
    word[..word.len() - 2].to_owned()
}

fn mistake(word: &str) -> String {
    let middle = word.len() / 2;
    format!("{}{}", &word[..middle], &word[middle + 1..])
}
