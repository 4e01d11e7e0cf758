//! Addresses, redirects, times and sizes of outgoing requests.

#![allow(clippy::unwrap_used)]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use super::*;

/// A server that answers each connection with what `answer` makes of the request's path.
fn serve(answer: fn(&str) -> Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4_096];
            let read = stream.read(&mut request).unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
            if path == "/slow" {
                std::thread::sleep(Duration::from_secs(2));
            }
            let _ = stream.write_all(&answer(&path));
        }
    });
    format!("http://{address}")
}

fn answer(path: &str) -> Vec<u8> {
    let count = path.strip_prefix("/again/").and_then(|count| count.parse::<u32>().ok());
    match (path, count) {
        (_, Some(0)) => b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-type: text/plain\r\n\r\nend".to_vec(),
        (_, Some(count)) => {
            format!("HTTP/1.1 302 Found\r\nlocation: /again/{}\r\ncontent-length: 0\r\n\r\n", count - 1).into_bytes()
        }
        ("/inside", _) => b"HTTP/1.1 302 Found\r\nlocation: file:///etc/passwd\r\ncontent-length: 0\r\n\r\n".to_vec(),
        ("/endless", _) => [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 100_000]].concat(),
        _ => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec(),
    }
}

#[tokio::test]
async fn redirects_are_followed_five_times() {
    let base = serve(answer);
    let fetch = HttpFetch::new(AddressPolicy::Any);
    let fetched = fetch.get(&format!("{base}/again/5"), 10).await.unwrap();
    assert_eq!(fetched.url, format!("{base}/again/0"));
    assert_eq!(
        (fetched.status, fetched.media_type.as_str(), fetched.body.as_slice()),
        (200, "text/plain", &b"end"[..])
    );
    assert!(matches!(fetch.get(&format!("{base}/again/6"), 10).await, Err(FetchError::Failed(_))));
    assert_eq!(fetch.get(&format!("{base}/none"), 10).await.unwrap().status, 404);
    let inside = fetch.get(&format!("{base}/inside"), 10_000).await;
    assert!(inside.is_ok_and(|inside| inside.status == 404), "a file is no address: it is asked of the server");
}

#[tokio::test]
async fn a_body_is_no_larger_and_no_slower_than_allowed() {
    let base = serve(answer);
    let fetch = HttpFetch::with_timeout(AddressPolicy::Any, Duration::from_millis(500));
    assert!(matches!(fetch.get(&format!("{base}/again/0"), 2).await, Err(FetchError::TooLarge)));
    assert_eq!(fetch.get(&format!("{base}/again/0"), 3).await.unwrap().body, b"end");
    assert!(matches!(fetch.get(&format!("{base}/endless"), 1_000).await, Err(FetchError::TooLarge)));
    assert!(matches!(fetch.get(&format!("{base}/slow"), 10).await, Err(FetchError::TimedOut)));
}

#[tokio::test]
async fn this_machine_is_not_fetched() {
    let base = serve(answer);
    let port = base.rsplit(':').next().unwrap();
    let fetch = HttpFetch::new(AddressPolicy::Public);
    let hosts = ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433", "0x7f.1"];
    for host in hosts {
        let outcome = fetch.get(&format!("http://{host}:{port}/again/0"), 10).await;
        assert!(outcome.is_err(), "{host}");
        if !matches!(host, "127.1" | "2130706433" | "0x7f.1") {
            assert!(matches!(outcome, Err(FetchError::Forbidden)), "{host}: {outcome:?}");
        }
    }
    for url in ["file:///etc/passwd", "ftp://example.org/", "gopher://x", "/relative", "", "http://"] {
        assert!(fetch.get(url, 10).await.is_err(), "{url}");
    }
}

#[test]
fn special_addresses_are_not_public() {
    let special = [
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.9.9.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "2002:a00:1::",
        "2001::1",
        "2001:db8::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "3fff::1",
        "5f00::1",
    ];
    for ip in special {
        assert!(!is_public(ip.parse().unwrap()), "{ip}");
    }
    for ip in
        ["1.1.1.1", "100.128.0.1", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "64:ff9b::1.1.1.1", "2002:101:101::"]
    {
        assert!(is_public(ip.parse().unwrap()), "{ip}");
    }
}
