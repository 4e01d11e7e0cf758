//! The program from outside: what it prints, what it refuses and how it says so.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use crate::binary::{Serving, accepted, commonplace, refused};
use crate::cast::ADA;
use crate::html::field;

#[test]
fn the_first_start_prints_a_claim_link_and_later_ones_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let claim = serving.claim.clone().expect("an unclaimed home prints its claim link");
    assert!(claim.starts_with(&format!("{}/claim/", serving.origin)), "{claim}");
    let cookie = serving.claimed_by_ada();
    assert_eq!(serving.get("/desk", &cookie).0, 200);
    assert!(serving.stop().success());
    let again = Serving::start(folder.path());
    assert_eq!(again.claim, None);
    assert_eq!(again.get("/desk", &cookie).0, 200, "the session did not survive the restart");
}

#[test]
fn what_stops_a_start_is_one_clear_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let data = data.to_str().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let file = folder.path().join("a file");
    fs::write(&file, "").unwrap();
    let below_a_file = file.join("data");
    for (args, says) in [
        (["--addr", &taken, "--data", data], "Another program listens"),
        (["--addr", "nonsense", "--data", data], "is no address to listen on"),
        (["--addr", "127.0.0.1:99999", "--data", data], "is no address to listen on"),
        (["--addr", "203.0.113.1:0", "--data", data], "does not have the address"),
        (["--addr", "127.0.0.1:0", "--data", below_a_file.to_str().unwrap()], "cannot be made or written"),
        (["--url", "example.org", "--data", data], "it looks like https://example.org"),
    ] {
        let args: Vec<&str> = std::iter::once("serve").chain(args).collect();
        let words = refused(&args);
        assert!(words.contains(says), "{args:?}: {words}");
        assert_eq!(words.trim_end().lines().count(), 1, "{words}");
        assert!(!words.contains("panicked"), "{words}");
    }
}

#[test]
fn a_home_is_served_once_and_everything_else_works_beside() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    let home = data.to_str().unwrap();
    let serving = Serving::start(&data);
    let cookie = serving.claimed_by_ada();
    let fields = [("title", "Kept"), ("body", "in the backup"), ("visibility", "public"), ("action", "publish")];
    assert_eq!(serving.post("/desk/notes/new", &cookie, &fields).unwrap().0, 303);
    let second = refused(&["serve", "--addr", "127.0.0.1:0", "--data", home]);
    assert!(second.contains("another server has"), "{second}");

    let link = accepted(&["owner", "link", "--data", home, "--url", &serving.origin]);
    let path = link.trim().strip_prefix(&serving.origin).unwrap();
    assert_eq!(serving.get(path, "").0, 200);
    accepted(&["doctor", "--data", home]);

    let backup = folder.path().join("backup.zip");
    let zip = backup.to_str().unwrap();
    accepted(&["backup", zip, "--data", home]);
    assert!(refused(&["backup", zip, "--data", home]).contains("is there already"));
    for force in [vec![], vec!["--force"]] {
        let args: Vec<&str> = ["restore", zip, "--data", home].into_iter().chain(force).collect();
        assert!(refused(&args).contains("being served"));
    }
    let elsewhere = folder.path().join("elsewhere");
    accepted(&["restore", zip, "--data", elsewhere.to_str().unwrap()]);
    let restored = Serving::start(&elsewhere);
    assert!(restored.get("/notes/kept", "").1.contains("in the backup"));
    assert_eq!(restored.get("/desk", &cookie).0, 200);
    drop(serving);
    assert!(refused(&["restore", zip, "--data", home]).contains("--force"));
    accepted(&["restore", zip, "--data", home, "--force"]);
    assert!(folder.path().join("home-before-restore-1/site.db").exists(), "what was there is kept");
}

#[test]
fn an_import_into_an_empty_home_only_is_for_demonstrations() {
    let folder = tempfile::tempdir().unwrap();
    let (vault, home) = (folder.path().join("vault"), folder.path().join("home"));
    std::fs::create_dir(&vault).unwrap();
    let (vault_path, home_path) = (vault.to_str().unwrap(), home.to_str().unwrap());
    let import = ["import", "obsidian", vault_path, "--data", home_path, "--if-empty"];
    drop(Serving::start(&home));
    std::fs::write(vault.join("One.md"), "one").unwrap();
    assert!(accepted(&import).contains("1 new"), "a home that was served once is empty all the same");
    std::fs::write(vault.join("Two.md"), "two").unwrap();
    assert_eq!(accepted(&import), "");
}

#[test]
fn cargo_leptos_starts_it_without_a_command_and_means_serve() {
    let folder = tempfile::tempdir().unwrap();
    let without = commonplace(&[]).output().unwrap();
    assert_eq!(without.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&without.stderr).contains("A first evening"), "the help says what there is");
    let mut serving = commonplace(&[])
        .env("LEPTOS_OUTPUT_NAME", "commonplace")
        .env("COMMONPLACE_DATA", folder.path())
        .env("COMMONPLACE_ADDR", "127.0.0.1:0")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(serving.stdout.take().unwrap()), &mut line).unwrap();
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert!(line.starts_with("listening: "), "{line}");
}

#[test]
fn who_stops_reading_breaks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(Serving::start(folder.path()));
    for args in [vec!["doctor"], vec!["owner", "link"]] {
        let args: Vec<&str> = args.into_iter().chain(["--data", folder.path().to_str().unwrap()]).collect();
        let mut child = commonplace(&args).stdout(std::process::Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        assert!(child.wait().unwrap().success(), "{args:?}");
    }
}

#[test]
fn commands_do_not_make_homes_by_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("typo");
    let data = absent.to_str().unwrap();
    for args in [vec!["doctor"], vec!["backup", "x.zip"], vec!["export", "x.zip"]] {
        let args: Vec<&str> = args.into_iter().chain(["--data", data]).collect();
        assert!(refused(&args).contains("There is no home"), "{args:?}");
    }
    assert!(!absent.exists());
}

#[test]
fn a_rescue_link_sets_a_new_password_and_ends_every_session() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let cookie = serving.claimed_by_ada();
    let data = folder.path().to_str().unwrap();
    let link = accepted(&["owner", "link", "--data", data, "--url", &serving.origin]);
    let path = link.trim().strip_prefix(&serving.origin).unwrap();
    let fields = [("name", ADA.0), ("email", ADA.1), ("password", "difference engine 1822")];
    assert_eq!(serving.post(path, "", &fields).unwrap().0, 303);
    assert_eq!(serving.get("/desk", &cookie).0, 303);
    let sign_in = |password| serving.post("/sign-in", "", &[("email", ADA.1), ("password", password)]).unwrap().0;
    assert_eq!((sign_in(ADA.2), sign_in("difference engine 1822")), (422, 303));
}

#[test]
fn stopping_finishes_what_is_running() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let cookie = serving.claimed_by_ada();
    let body = "words ".repeat(30_000);
    std::thread::scope(|scope| {
        let saves: Vec<_> = (0..4)
            .map(|n| {
                let (serving, cookie, body) = (&serving, &cookie, &body);
                scope.spawn(move || {
                    let title = format!("Note {n}");
                    serving.post("/desk/notes/new", cookie, &[("title", title.as_str()), ("body", body.as_str())])
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(30));
        let pid = serving.id().to_string();
        assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        for save in saves {
            let answer = save.join().unwrap();
            assert!(answer.is_none_or(|(status, ..)| status == 303), "a running save was cut off");
        }
    });
    let again = Instant::now();
    drop(serving);
    assert!(again.elapsed() < Duration::from_secs(20));
    let again = Serving::start(folder.path());
    assert_eq!(again.get("/desk", &cookie).0, 200);
}

#[test]
fn what_was_published_is_found_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let cookie = serving.claimed_by_ada();
    for n in 0..5 {
        let word = format!("hellebore{n}x");
        let fields = [("title", word.as_str()), ("body", "x"), ("visibility", "public"), ("action", "publish")];
        assert_eq!(serving.post("/desk/notes/new", &cookie, &fields).unwrap().0, 303);
        let found = serving.get(&format!("/search?q={word}"), "").1;
        assert!(found.contains(&format!("/notes/{word}")), "{word}");
    }
}

#[test]
fn the_help_teaches() {
    let help = accepted(&["--help"]);
    for command in ["serve", "import", "export", "owner", "backup", "restore", "doctor", "assets"] {
        assert!(help.contains(&format!("  {command}")), "{help}");
    }
    assert!(help.contains("commonplace import obsidian ~/Notes --dry-run"), "{help}");
    assert!(accepted(&["serve", "--help"]).contains("claim: ADDRESS"));
    assert!(refused(&["serv"]).contains("serve"), "a typo is answered with what was meant");
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("home");
    drop(Serving::start(&data));
    let home = data.to_str().unwrap();
    let well = accepted(&["doctor", "--data", home]);
    assert!(well.contains("nobody owns this home yet") && well.contains("Nothing is wrong"), "{well}");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(data.join("site.db"), "not a database at all, but text that is long enough to be looked at").unwrap();
    let ill = refused(&["doctor", "--data", home]);
    assert!(ill.contains("is not a database, or is damaged"), "{ill}");
}

#[test]
fn a_desk_page_of_the_real_program_has_its_form() {
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(folder.path());
    let cookie = serving.claimed_by_ada();
    let (status, page) = serving.get("/desk/notes/new", &cookie);
    assert_eq!(status, 200);
    for name in ["title", "body", "slug", "tags", "visibility"] {
        assert!(field(&page, name).is_some() || page.contains(&format!("name=\"{name}\"")), "{name}");
    }
}
