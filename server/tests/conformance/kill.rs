//! `kill -9` in the middle of writing: every acknowledged write is there, none is half there, opening needs no hand.
//!
//! The test starts itself as a child that only runs [`child`], reads what it acknowledges, kills it, and looks.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use domain::Site;
use domain::ports::{Doc, Expect, Key, Put, Table};
use serde_json::json;
use server::adapters::embedded::{Embedded, Options};

const FOLDER: &str = "COMMONPLACE_TEST_KILL_FOLDER";
const ROUND: &str = "COMMONPLACE_TEST_KILL_ROUND";
const WRITERS: usize = 8;

/// What write `number` of a round stores: of another size each, so that a half one shows.
fn text(round: u32, number: usize) -> String {
    format!("{round}-{number} ").repeat(1 + number * 7_919 % 4_000)
}

fn key(part: &str, round: u32, number: usize) -> Key {
    Key::new(Table::Notes, format!("{part}{round}"), format!("{number:06}"))
}

fn doc(text: &str) -> Doc {
    Doc::of(&json!({ "text": text })).unwrap()
}

fn blob_key(round: u32, number: usize) -> String {
    format!("round-{round}/{}/{number}.txt", number % 7)
}

/// The child's part: writes, and says so, until it is killed. Without a parent it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let round: u32 = std::env::var(ROUND).unwrap().parse().unwrap();
    let (site, _handle) = Embedded::open(Path::new(&folder), Options::default()).unwrap();
    let writers = (0..WRITERS).map(|writer| tokio::spawn(write(site.clone(), round, writer)));
    futures::future::join_all(writers).await;
}

async fn write(site: Site, round: u32, writer: usize) {
    for number in (writer..).step_by(WRITERS) {
        let text = text(round, number);
        if writer == 0 {
            // Each key twice, with another type, so that replacing is interrupted too.
            for media_type in ["text/plain", "x/replaced"] {
                site.blobs.put(&blob_key(round, number), media_type, text.clone().into_bytes()).await.unwrap();
            }
        } else {
            let put = |part| Put {
                key: key(part, round, number),
                doc: doc(&text),
                index: None,
                expires: None,
                expect: Expect::Absent,
            };
            site.records.transact(vec![put("a").into(), put("b").into()]).await.unwrap();
        }
        let mut out = std::io::stdout().lock();
        writeln!(out, "wrote {number}").unwrap();
        out.flush().unwrap();
    }
}

/// Lets a child write for a while, kills it, and answers what it acknowledged.
fn write_and_kill(folder: &Path, round: u32, after: Duration) -> Vec<usize> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    let mut killed_at: Option<Instant> = None;
    for line in lines {
        // A line that the kill cut off acknowledges nothing.
        let Ok(line) = line else { break };
        acknowledged.extend(line.strip_prefix("wrote ").and_then(|number| number.parse::<usize>().ok()));
        let first = *killed_at.get_or_insert_with(Instant::now);
        if !acknowledged.is_empty() && first.elapsed() > after {
            child.kill().unwrap();
        }
    }
    assert!(!child.wait().unwrap().success(), "the child was to be killed");
    // The last line may be a whole line but half a number.
    acknowledged.pop();
    acknowledged
}

async fn look(site: &Site, round: u32, acknowledged: &[usize]) {
    let last = acknowledged.iter().max().copied().unwrap_or(0) + 3 * WRITERS;
    for number in 0..last {
        let expected = text(round, number);
        if number % WRITERS == 0 {
            let key = blob_key(round, number);
            let Some(meta) = site.blobs.head(&key).await.unwrap() else {
                assert!(!acknowledged.contains(&number), "round {round}: blob {number} is lost");
                continue;
            };
            assert_eq!(site.blobs.get(&key, None).await.unwrap(), expected.as_bytes(), "blob {number} is half there");
            let types: &[&str] =
                if acknowledged.contains(&number) { &["x/replaced"] } else { &["text/plain", "x/replaced"] };
            assert!(types.contains(&meta.media_type.as_str()), "blob {number} has type {}", meta.media_type);
        } else {
            let pair = site.records.batch_get(&[key("a", round, number), key("b", round, number)]).await.unwrap();
            let there: Vec<_> = pair.iter().flatten().collect();
            assert!(there.len() != 1, "round {round}: transaction {number} is half there");
            assert!(there.len() == 2 || !acknowledged.contains(&number), "round {round}: write {number} is lost");
            let expected = doc(&expected);
            assert!(there.iter().all(|record| record.doc == expected), "round {round}: write {number} differs");
        }
    }
}

#[tokio::test]
async fn an_acknowledged_write_survives_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let mut rounds = Vec::new();
    for round in 0..5 {
        let after = Duration::from_millis(20 + u64::from(round) * 67);
        rounds.push(write_and_kill(folder.path(), round, after));
    }
    let (site, handle) = Embedded::open(folder.path(), Options::default()).unwrap();
    for (round, acknowledged) in rounds.iter().enumerate() {
        look(&site, u32::try_from(round).unwrap(), acknowledged).await;
    }
    assert_eq!(handle.check_database().unwrap(), [""; 0]);
    let total: usize = rounds.iter().map(Vec::len).sum();
    println!("{total} acknowledged writes in five rounds");
    assert!(total > 50, "only {total} writes were acknowledged: that shows nothing");
}
