//! The real program, started on a folder: its output, its address, its death.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use ureq::Agent;

/// A command of the program, without anything of this process's environment that would change it.
pub fn commonplace(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_commonplace"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("COMMONPLACE_")) {
        command.env_remove(name);
    }
    command.args(args).env("COMMONPLACE_LOG", "warn");
    command
}

/// Runs a command to its end.
pub fn run(args: &[&str]) -> Output {
    commonplace(args).output().unwrap()
}

/// What a command said on standard error; it must have failed.
#[track_caller]
pub fn refused(args: &[&str]) -> String {
    let output = run(args);
    assert!(!output.status.success(), "{args:?} succeeded: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// What a command said on standard output; it must have succeeded.
#[track_caller]
pub fn accepted(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// `commonplace serve` at work; killed when dropped.
pub struct Serving {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub origin: String,
    /// The claim link, while nobody owns the home.
    pub claim: Option<String>,
    agent: Agent,
}

impl Serving {
    /// Starts it and waits until it answers.
    pub fn start(data: &Path) -> Self {
        let args = ["serve", "--addr", "127.0.0.1:0", "--data", data.to_str().unwrap()];
        let mut child = commonplace(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (lines, told) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| lines.send(line)));
        let Ok(first) = told.recv_timeout(Duration::from_secs(30)) else {
            let mut words = String::new();
            child.stderr.take().unwrap().read_to_string(&mut words).unwrap();
            panic!("serve said nothing but: {words}");
        };
        let origin = first.strip_prefix("listening: ").unwrap_or_else(|| panic!("{first}")).to_owned();
        let config = Agent::config_builder().max_redirects(0).http_status_as_error(false);
        let agent = Agent::new_with_config(config.timeout_global(Some(Duration::from_secs(30))).build());
        let mut serving = Self { child, origin, claim: None, agent };
        assert_eq!(serving.get("/healthz", "").0, 200);
        let claim = told.recv_timeout(Duration::from_millis(300)).ok();
        serving.claim = claim.map(|line| line.strip_prefix("claim: ").unwrap_or_else(|| panic!("{line}")).to_owned());
        serving
    }

    /// Status and body.
    pub fn get(&self, path: &str, cookie: &str) -> (u16, String) {
        let asked = self.agent.get(format!("{}{path}", self.origin)).header("cookie", cookie).call();
        let mut response = asked.unwrap();
        let body = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), body)
    }

    /// Status, `Location` and `Set-Cookie`; `None` when the connection broke.
    pub fn post(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Option<(u16, String, String)> {
        let asked = self.agent.post(format!("{}{path}", self.origin)).header("cookie", cookie);
        let response = asked.header("sec-fetch-site", "same-origin").send_form(fields.iter().copied()).ok()?;
        let header = |name| response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        Some((response.status().as_u16(), header("location"), header("set-cookie")))
    }

    /// Calls a function; status and body, `None` when the connection broke.
    pub fn ask(&self, function: &str, cookie: &str, arguments: &serde_json::Value) -> Option<(u16, String)> {
        let asked = self.agent.post(format!("{}/api/fn/{function}", self.origin)).header("cookie", cookie);
        let asked = asked.header("sec-fetch-site", "same-origin").header("content-type", "application/json");
        let mut response = asked.send(arguments.to_string()).ok()?;
        let body = response.body_mut().read_to_string().ok()?;
        Some((response.status().as_u16(), body))
    }

    /// Makes Ada the owner; answers her cookie.
    pub fn claimed_by_ada(&self) -> String {
        let path = self.claim.as_ref().unwrap().strip_prefix(&self.origin).unwrap();
        let (name, email, password) = crate::cast::ADA;
        let fields = [("name", name), ("email", email), ("password", password)];
        let (status, _, cookie) = self.post(path, "", &fields).unwrap();
        assert_eq!(status, 303);
        cookie.split(';').next().unwrap().to_owned()
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM; answers what it ended with.
    pub fn stop(mut self) -> std::process::ExitStatus {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
        self.child.wait().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
