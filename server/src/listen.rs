//! Accepts connections and serves the router on them, until told to stop; then finishes what is running.

mod patient;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use self::patient::Patient;
use crate::http::Peer;

/// How patient the door is.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// With a request's head, which is also how long an idle connection is kept.
    head: Duration,
    /// With a client that takes nothing of its answer.
    reader: Duration,
    /// With running requests, after the signal to stop.
    grace: Duration,
}

const PATIENCE: Patience =
    Patience { head: Duration::from_secs(30), reader: Duration::from_secs(60), grace: Duration::from_secs(20) };
/// Waits for a free file descriptor and the like.
const BREATH: Duration = Duration::from_millis(100);

/// Listens on `HOST:PORT`.
///
/// # Errors
/// A sentence that names the address and says what to do.
pub async fn bind(addr: &str) -> Result<TcpListener, String> {
    let shape = "An address is HOST:PORT, such as 127.0.0.1:3000; port 0 takes a free one.";
    if addr.rsplit_once(':').is_none_or(|(host, port)| host.is_empty() || port.parse::<u16>().is_err()) {
        return Err(format!("“{addr}” is no address to listen on. {shape}"));
    }
    TcpListener::bind(addr).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("Another program listens on {addr} already. Stop it, or choose another port with --addr HOST:PORT.")
        }
        io::ErrorKind::PermissionDenied => {
            format!("This user may not listen on {addr}. Choose a port above 1023 with --addr HOST:PORT.")
        }
        io::ErrorKind::AddrNotAvailable => format!("This machine does not have the address {addr}. {shape}"),
        _ => format!("Cannot listen on {addr}: {error}. {shape}"),
    })
}

/// Serves until `stop` is ready, then for as long as running requests need, at most 20 seconds.
pub async fn serve(listener: TcpListener, router: Router, connections: usize, stop: impl Future<Output = ()>) {
    serve_with(PATIENCE, listener, router, connections, stop).await;
}

async fn serve_with(
    patience: Patience,
    listener: TcpListener,
    router: Router,
    connections: usize,
    stop: impl Future<Output = ()>,
) {
    let running = GracefulShutdown::new();
    let free = Arc::new(Semaphore::new(connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = async {
            let permit = free.clone().acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = running.watch(connection(patience, stream, peer, router.clone()));
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%peer, %error, "a connection ended early");
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(patience.grace, running.shutdown()).await.is_err() {
        tracing::warn!("some requests were still running and were cut off");
    }
}

type Service = TowerToHyperService<
    tower::util::BoxCloneService<
        hyper::Request<hyper::body::Incoming>,
        axum::response::Response,
        std::convert::Infallible,
    >,
>;

fn connection(
    patience: Patience,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> http1::Connection<TokioIo<Patient<TcpStream>>, Service> {
    // Without it small answers wait for the other side's delayed acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "TCP_NODELAY could not be set");
    }
    let service = router.map_request(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        request
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_buf_size(64 * 1024)
        .pipeline_flush(true)
        .serve_connection(
            TokioIo::new(Patient::new(stream, patience.reader)),
            TowerToHyperService::new(service.boxed_clone()),
        )
}

#[cfg(test)]
mod tests;
