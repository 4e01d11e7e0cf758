//! The editor's saves and the real program: its death in the middle of one, and bodies that it does not take.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;

use crate::binary::Serving;
use crate::editor::{ID, save};

const SAVES: u32 = 60;

#[test]
fn a_save_sent_again_after_kill_nine_is_applied_once() {
    let mut random = StdRng::seed_from_u64(3);
    let folder = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(folder.path());
    let cookie = serving.claimed_by_ada();
    let (mut base, mut text, mut kills) = (0, String::from("Begun."), 0);
    for n in 0..SAVES {
        text.push_str(&format!(" word{n}x"));
        let save = save(n, ID, base, &text);
        let mut answer = None;
        if random.random_ratio(1, 6) {
            kills += 1;
            let wait = Duration::from_micros(random.random_range(0..15_000));
            answer = std::thread::scope(|scope| {
                let sending = scope.spawn(|| serving.ask("notes/autosave", &cookie, &save));
                std::thread::sleep(wait);
                let pid = serving.id().to_string();
                assert!(std::process::Command::new("kill").args(["-9", &pid]).status().unwrap().success());
                sending.join().unwrap()
            });
            drop(serving);
            serving = Serving::start(folder.path());
        }
        let (status, body) = answer.unwrap_or_else(|| serving.ask("notes/autosave", &cookie, &save).unwrap());
        let (_, again) = serving.ask("notes/autosave", &cookie, &save).unwrap();
        assert_eq!((status, &again), (200, &body), "save {n}");
        let told: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((told["outcome"].as_str(), told["note"]["body"].as_str()), (Some("saved"), Some(text.as_str())));
        base = told["note"]["version"].as_u64().unwrap();
        assert_eq!(base, u64::from(n) + 1, "one version a save, however often it came");
    }
    assert!(kills > 3, "it was killed only {kills} times");
    let (_, history) = serving.get(&format!("/api/fn/notes/history?id={ID}"), &cookie);
    assert_eq!(history.matches("\"reason\"").count(), 1, "a session is one version: {history}");
}

#[test]
fn a_sender_of_too_much_reads_why() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let cookie = serving.claimed_by_ada();
    let address = serving.origin.trim_start_matches("http://").to_owned();
    for (path, length) in [("notes/autosave", 6 << 20), ("files/attach", 60 << 20), ("notes/autosave", 300 << 10)] {
        let mut line = TcpStream::connect(&address).unwrap();
        line.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let head = format!(
            "POST /api/fn/{path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nX-File-Name: a.bin\r\n\
             Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        );
        line.write_all(head.as_bytes()).unwrap();
        let mut body = save(1, ID, 0, "").to_string().into_bytes();
        if length < 1 << 20 {
            let text = "x".repeat(length - body.len());
            body = save(1, ID, 0, &text).to_string().into_bytes();
            assert_eq!(body.len(), length);
        } else {
            body.resize(length, b'x');
        }
        for part in body.chunks(65_536) {
            line.write_all(part).expect("the connection was closed while it was being written to");
        }
        let mut answer = String::new();
        line.read_to_string(&mut answer).expect("the connection was reset before the answer was read");
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        assert!(answer.contains("\"too_large\""), "{answer}");
    }
}

/// `EDITOR_NOTES=10000` measures with so many notes; docs/performance.md shows what it prints.
#[test]
fn saves_and_names_at_any_size() {
    let notes: usize = std::env::var("EDITOR_NOTES").map_or(200, |notes| notes.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let vault = tempfile::tempdir().unwrap();
    for n in 0..notes {
        let text = format!("---\naliases: [Also {n}]\n---\nText of [[Note {}]]. #tag{}\n", n / 2, n % 50);
        std::fs::write(vault.path().join(format!("Note {n}.md")), text).unwrap();
    }
    let (data, vault) = (folder.path().to_str().unwrap(), vault.path().to_str().unwrap());
    crate::binary::accepted(&["import", "obsidian", vault, "--data", data]);
    let serving = Serving::start(folder.path());
    let cookie = serving.claimed_by_ada();
    let timed = |what: &str, ask: &dyn Fn() -> (u16, String)| {
        let mut times = Vec::new();
        let mut bytes = 0;
        for _ in 0..9 {
            let began = Instant::now();
            let (status, answer) = ask();
            assert_eq!(status, 200, "{answer}");
            times.push(began.elapsed());
            bytes = answer.len();
        }
        let first = times[0];
        times.sort();
        println!("{notes} notes, {what}: first {first:?}, median {:?}, most {:?}; {bytes} bytes", times[4], times[8]);
        times[4]
    };
    timed("names, nothing changed", &|| serving.get("/api/fn/notes/names?known=", &cookie));
    let keep = |name: &'static str, id: String, size: usize| {
        let (count, base) = (std::cell::Cell::new(0_u32), std::cell::Cell::new(0_u64));
        let key = size as u32 * 1_000;
        timed(name, &|| {
            count.set(count.get() + 1);
            let text = format!("{}{}", "A line of words, as it is.\n\n".repeat(size / 28), count.get());
            let answer =
                serving.ask("notes/autosave", &cookie, &save(key + count.get(), &id, base.get(), &text)).unwrap();
            let told: Value = serde_json::from_str(&answer.1).unwrap();
            base.set(told["note"]["version"].as_u64().unwrap());
            answer
        })
    };
    let small = keep("autosave of 3 KiB", ID.to_owned(), 3 << 10);
    let large = keep("autosave of 250 KiB", ID.replace("abcd", "abce"), 250 << 10);
    timed("names, after a save", &|| {
        let key = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_nanos();
        let id = ID.replace("abcd", &format!("{:04x}", key % 60_000));
        serving.ask("notes/autosave", &cookie, &save(key, &id, 0, "x")).unwrap();
        serving.get("/api/fn/notes/names?known=", &cookie)
    });
    assert!(small < Duration::from_secs(2) && large < Duration::from_secs(8), "{small:?} {large:?}");
}
