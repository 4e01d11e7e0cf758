//! `kill -9` in the middle: every acknowledged save is there, none is half there, the next start needs no hand.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::binary::{Serving, accepted, commonplace};
use crate::html::field;

const SAVES: u32 = 200;
const NOTES: usize = 4;

/// What a note may hold: the last text whose save was acknowledged, or one that was sent after it.
#[derive(Default)]
struct Promise {
    acknowledged: String,
    sent: Vec<String>,
}

#[test]
fn two_hundred_saves_survive_kill_nine() {
    let seed = 9;
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let mut serving = Serving::start(folder.path());
    let cookie = serving.claimed_by_ada();
    let mut notes: BTreeMap<String, Promise> = BTreeMap::new();
    for n in 0..NOTES {
        let title = format!("Note {n}");
        let made = serving.post("/desk/notes/new", &cookie, &[("title", title.as_str()), ("body", "begun")]).unwrap();
        let address = made.1.split('?').next().unwrap().to_owned();
        notes.insert(address, Promise { acknowledged: "begun".into(), sent: Vec::new() });
    }
    let addresses: Vec<String> = notes.keys().cloned().collect();
    let mut kills = 0;
    for save in 0..SAVES {
        let address = &addresses[random.random_range(0..NOTES)];
        let text = text(&mut random, save);
        let (_, page) = serving.get(address, &cookie);
        let base = field(&page, "base").unwrap();
        let action = if random.random_bool(0.3) { "publish" } else { "save" };
        let fields = [("body", text.as_str()), ("base", base.as_str()), ("action", action)];
        let promise = notes.get_mut(address).unwrap();
        if random.random_ratio(1, 12) {
            kills += 1;
            let wait = Duration::from_micros(random.random_range(0..12_000));
            let answer = std::thread::scope(|scope| {
                let sending = scope.spawn(|| serving.post(address, &cookie, &fields));
                std::thread::sleep(wait);
                let pid = serving.id().to_string();
                assert!(std::process::Command::new("kill").args(["-9", &pid]).status().unwrap().success());
                sending.join().unwrap()
            });
            promise.sent.push(text.clone());
            if answer.is_some_and(|(status, ..)| status == 303) {
                *promise = Promise { acknowledged: text, sent: Vec::new() };
            }
            drop(serving);
            serving = Serving::start(folder.path());
            check(&serving, &cookie, &mut notes, save);
            continue;
        }
        let (status, ..) = serving.post(address, &cookie, &fields).expect("nobody killed it");
        assert_eq!(status, 303, "save {save}, seed {seed}");
        *promise = Promise { acknowledged: text, sent: Vec::new() };
    }
    assert!(kills >= 5, "it was killed only {kills} times");
    check(&serving, &cookie, &mut notes, SAVES);
    assert!(serving.stop().success());
}

/// Each note holds what was acknowledged, or wholly what was sent after it.
fn check(serving: &Serving, cookie: &str, notes: &mut BTreeMap<String, Promise>, save: u32) {
    for (address, promise) in notes {
        let (status, page) = serving.get(address, cookie);
        assert_eq!(status, 200, "{address} after save {save}");
        let stored = field(&page, "body").unwrap();
        let known = stored == promise.acknowledged || promise.sent.contains(&stored);
        assert!(
            known,
            "after save {save} {address} holds neither what was acknowledged nor what was sent: {stored:.80}"
        );
        *promise = Promise { acknowledged: stored, sent: Vec::new() };
    }
}

/// Text of any length whose end says how it began, with links so that the outbox has work.
fn text(random: &mut StdRng, save: u32) -> String {
    let words = random.random_range(1..2_000);
    let middle: String = (0..words).map(|n| format!("w{n} ")).collect();
    format!("save {save} begins, see [[Note {}]]\n\n{middle}\n\nsave {save} ends after {words} words", save % 4)
}

#[test]
fn an_import_survives_kill_nine_and_goes_on() {
    let vault = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/manual");
    let (whole, broken) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let import = |data: &Path| ["import", "obsidian", vault, "--data", data.to_str().unwrap()].map(str::to_owned);
    let args = import(whole.path());
    let report = accepted(&args.each_ref().map(String::as_str));
    let args = import(broken.path());
    let args = args.each_ref().map(String::as_str);
    let mut killed = 0;
    for wait in [40, 90, 150, 220, 300, 400] {
        let mut child = commonplace(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed > 0, "no import was still running when it was killed");
    let again = accepted(&args);
    assert!(again.contains("Import from an Obsidian vault: done."), "{again}");
    let unchanged = report.lines().nth(1).map(|line| line.replace("new", "unchanged"));
    assert_eq!(accepted(&args).lines().nth(1).map(str::to_owned), unchanged, "{report}");

    let (whole, broken) = (Serving::start(whole.path()), Serving::start(broken.path()));
    let pages = |serving: &Serving| {
        let map = serving.get("/sitemap.xml", "").1.replace(&serving.origin, "");
        let mut pages: Vec<String> =
            map.split("<loc>").skip(1).map(|part| part.split("</loc>").next().unwrap().to_owned()).collect();
        pages.sort();
        pages
    };
    let expected = pages(&whole);
    assert!(expected.len() > 30, "{expected:?}");
    assert_eq!(pages(&broken), expected);
    for page in expected {
        assert_eq!(broken.get(&page, "").0, 200, "{page}");
    }
}
