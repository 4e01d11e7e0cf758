//! ministack, an emulator of AWS in Python, set up in the cache and started on a free port.

use crate::setup;
use crate::shell::{Result, Workspace, command};
use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const MINISTACK: &str = "1.5.33";
/// It starts in about two seconds; a busy machine takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether a function may do only what its role allows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Roles {
    Enforced,
    Ignored,
}

/// A running emulator with nothing in it; it ends when this is dropped.
pub struct Emulator {
    child: Child,
    port: u16,
}

impl Emulator {
    pub fn start(workspace: &Workspace, roles: Roles) -> Result<Self> {
        let why = "it emulates AWS, which the AWS home is tested against; about 20 s";
        let environment = setup::python_package(workspace, "ministack", MINISTACK, &["cryptography"], why)?;
        let folder = workspace.target.join("ministack");
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(failed)?;
        let log = File::create(folder.join("log")).map_err(failed)?;
        let errors = log.try_clone().map_err(failed)?;
        let port = free_port()?;
        let child = command(environment.join("bin/ministack"), &[])
            .current_dir(&folder)
            .env("GATEWAY_PORT", port.to_string())
            // Loopback only: by itself it listens to the network.
            .envs([("BIND_HOST", "127.0.0.1"), ("MINISTACK_HOST", "127.0.0.1")])
            .envs([("IOT_MTLS_ENABLED", "0"), ("SFTP_ENABLED", "0")])
            .env("AUTH", if roles == Roles::Enforced { "true" } else { "false" })
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("ministack does not start: {error}"))?;
        let mut emulator = Self { child, port };
        emulator.wait(&folder.join("log"))?;
        Ok(emulator)
    }

    /// Where it listens, for `AWS_ENDPOINT_URL`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn wait(&mut self, log: &std::path::Path) -> Result {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("ministack ended at once ({status}); {} says why", log.display()));
            }
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(100));
        }
        Err(format!("ministack did not listen within {} s; {} says why", PATIENCE.as_secs(), log.display()))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> Result<u16> {
    let taken = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    taken.map(|address| address.port()).map_err(|error| format!("no free port: {error}"))
}
