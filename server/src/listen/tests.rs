//! Clients that take their time, on real sockets.

#![allow(clippy::unwrap_used)]

use std::time::Instant;

use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

const LIMIT: Duration = Duration::from_millis(600);
const SHORT: Patience = Patience { head: LIMIT, reader: LIMIT, grace: LIMIT };
/// More than the buffers of two sockets hold.
const LARGE: usize = 64 << 20;

/// A server of two connections; answers its address and what stops it.
async fn server() -> (SocketAddr, tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let listener = bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let slow = || async {
        tokio::time::sleep(LIMIT / 2).await;
        "slow"
    };
    let router = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/slow", get(slow))
        .route("/never", get(std::future::pending::<String>))
        .route("/large", get(|| async { vec![b'x'; LARGE] }));
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let running = tokio::spawn(serve_with(SHORT, listener, router, 2, async {
        let _ = stopped.await;
    }));
    (address, stop, running)
}

async fn all(client: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = client.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// About the limit, and certainly not for ever.
fn in_time(started: Instant) {
    let took = started.elapsed();
    assert!(took >= LIMIT * 9 / 10 && took < LIMIT * 20, "{took:?}");
}

#[tokio::test]
async fn a_head_that_drips_in_is_not_waited_for() {
    let (address, _stop, _running) = server().await;
    let started = Instant::now();
    // Both connections there are, a byte at a time for ever.
    let drips = [0, 1].map(|_| {
        tokio::spawn(async move {
            let mut client = TcpStream::connect(address).await.unwrap();
            client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await.unwrap();
            while client.write_all(b"X-Slow: loris\r\n").await.is_ok() {
                tokio::time::sleep(LIMIT / 10).await;
            }
        })
    });
    tokio::time::sleep(LIMIT / 10).await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(all(&mut client).await.ends_with("here"), "others are served once the time is over");
    in_time(started);
    for drip in drips {
        drip.await.unwrap();
    }
}

#[tokio::test]
async fn a_head_in_two_pieces_within_the_time_is_answered() {
    let (address, _stop, _running) = server().await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n").await.unwrap();
    tokio::time::sleep(LIMIT / 2).await;
    client.write_all(b"Connection: close\r\n\r\n").await.unwrap();
    assert!(all(&mut client).await.ends_with("here"));
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let (address, _stop, _running) = server().await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let started = Instant::now();
    assert!(all(&mut client).await.ends_with("here"));
    in_time(started);
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_is_not_waited_for() {
    let (address, _stop, _running) = server().await;
    let ask = b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let mut stuck = Vec::new();
    for _ in 0..2 {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(ask).await.unwrap();
        stuck.push(client);
    }
    let started = Instant::now();
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(ask).await.unwrap();
    let (mut taken, mut some) = (0, vec![0; 8 << 20]);
    loop {
        match slow.read(&mut some).await.unwrap() {
            0 => break,
            read => taken += read,
        }
        if taken < 16 << 20 {
            tokio::time::sleep(LIMIT / 100).await;
        }
    }
    assert!(taken > LARGE, "whoever takes a little at a time gets all of it");
    in_time(started);
    for mut client in stuck {
        assert!(all(&mut client).await.len() < LARGE, "it was cut off");
    }
}

#[tokio::test]
async fn stopping_finishes_what_is_running_and_waits_for_nobody_else() {
    let (address, stop, running) = server().await;
    let ask = |path: &'static str| async move {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).await.unwrap();
        all(&mut client).await
    };
    let (slow, never) = (tokio::spawn(ask("/slow")), tokio::spawn(ask("/never")));
    tokio::time::sleep(LIMIT / 6).await;
    let started = Instant::now();
    stop.send(()).unwrap();
    running.await.unwrap();
    in_time(started);
    assert!(slow.await.unwrap().ends_with("slow"));
    never.abort();
    assert!(TcpStream::connect(address).await.is_err(), "nobody new is let in");
}
