//! The two programs of others: nginx, the limit to measure against, and wrk, which measures.

use crate::bench::client::Answer;
use crate::shell::{self, Result, Workspace};
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// What wrk says of one run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Load {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub failures: u64,
}

/// `wrk -t1 -c32 --latency` with gzip accepted, as in the table of aims.
pub fn wrk(workspace: &Workspace, url: &str, seconds: u32) -> Result<Load> {
    let mut command = workspace.command("wrk", &[]);
    command.args(["-t1", "-c32", "--latency", "-H", "accept-encoding: gzip", "-d", &format!("{seconds}s"), url]);
    let said = shell::read(command).ok_or("wrk did not run: install it (Debian: `apt install wrk`)")?;
    Ok(parse(&said))
}

fn parse(said: &str) -> Load {
    let mut load = Load::default();
    for line in said.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["50%", time] => load.p50_ms = milliseconds(time),
            ["99%", time] => load.p99_ms = milliseconds(time),
            ["Requests/sec:", rate] => load.per_second = rate.parse().unwrap_or_default(),
            ["Non-2xx", "or", "3xx", "responses:", count] => load.failures += count.parse::<u64>().unwrap_or(1),
            ["Socket", "errors:", rest @ ..] => {
                load.failures +=
                    rest.iter().filter_map(|word| word.trim_end_matches(',').parse::<u64>().ok()).sum::<u64>();
            }
            _ => {}
        }
    }
    load
}

fn milliseconds(time: &str) -> f64 {
    let split = time.find(|sign: char| sign.is_ascii_alphabetic()).unwrap_or(time.len());
    let number: f64 = time[..split].parse().unwrap_or_default();
    match &time[split..] {
        "us" => number / 1_000.0,
        "s" => number * 1_000.0,
        "m" => number * 60_000.0,
        _ => number,
    }
}

/// nginx serving one page, pre-rendered and pre-compressed; it ends when this is dropped.
pub struct Nginx {
    child: Child,
    pub url: String,
}

impl Nginx {
    /// Serves the very bytes of two answers, the plain one and the gzipped one, from `folder`.
    pub fn serve(workspace: &Workspace, folder: &Path, plain: &Answer, gzipped: &Answer) -> Result<Self> {
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(failed)?;
        fs::write(folder.join("note.html"), &plain.body).map_err(failed)?;
        fs::write(folder.join("note.html.gz"), &gzipped.body).map_err(failed)?;
        let port = free_port()?;
        let here = folder.display();
        shell::write(&folder.join("nginx.conf"), &configuration(&here.to_string(), port))?;
        let program = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].into_iter().find(|path| Path::new(path).exists());
        let mut command = match program {
            Some(path) => Command::new(path),
            None => workspace.command("nginx", &[]),
        };
        command.args(["-p", &here.to_string(), "-c", "nginx.conf", "-e", "error.log"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child =
            child.map_err(|error| format!("nginx did not start (Debian: `apt install nginx-light`): {error}"))?;
        sleep(Duration::from_millis(400));
        Ok(Self { child, url: format!("http://127.0.0.1:{port}/note.html") })
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

fn configuration(here: &str, port: u16) -> String {
    format!(
        "daemon off; user root; worker_processes auto; pid nginx.pid; error_log error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=16;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  types {{ text/html html; }}
  server {{ listen 127.0.0.1:{port}; root \"{here}\"; gzip_static on; }}
}}
"
    )
}

/// Asks a program to end (SIGTERM), and waits for it.
pub fn stop(child: &mut Child) {
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    if asked.is_err() {
        child.kill().ok();
    }
    child.wait().ok();
}

/// A port nobody listens on.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| format!("no free port: {error}"))?;
    listener.local_addr().map(|address| address.port()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_says_is_understood() {
        let load = parse(
            "  Latency Distribution\n     50%  612.00us\n     75%    1.00ms\n     90%    1.20ms\n     99%    1.08s\n  \
             200 requests in 1.00s\n  Socket errors: connect 0, read 2, write 0, timeout 1\n  \
             Non-2xx or 3xx responses: 4\nRequests/sec:  49400.50\n",
        );
        assert!((load.p50_ms - 0.612).abs() < 1e-9 && (load.p99_ms - 1080.0).abs() < 1e-9);
        assert!((load.per_second - 49_400.5).abs() < 1e-9);
        assert_eq!(load.failures, 7);
    }
}
