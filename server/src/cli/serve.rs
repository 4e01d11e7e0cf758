//! `commonplace serve`

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};

use super::args::ServeArgs;
use super::{Done, say, worker};
use crate::config::{Config, Flags};
use crate::{listen, logging, wire};

/// Opens the home, listens, prints where, serves until told to stop.
pub(super) async fn run(args: ServeArgs) -> Done {
    let flags = Flags { data: args.home.data, addr: args.addr, url: args.url };
    let config = Config::load(flags).map_err(|error| error.to_string())?;
    logging::start(&config)?;
    let (site, handle) = wire::open(&config.data).map_err(|error| error.to_string())?;
    let _lock = handle.lock_for_serving().map_err(|error| error.to_string())?;
    let listener = listen::bind(&config.addr).await?;
    let bound = listener.local_addr().map_err(|error| format!("The address listened on is unknown: {error}."))?;
    let told = signals().map_err(|error| format!("The system lets nobody stop this program: {error}."))?;
    say(&format!("listening: {}", address(bound)));
    if !domain::accounts::is_claimed(&site).await.map_err(|error| error.to_string())? {
        let (token, _) = domain::accounts::new_claim_token(&site).await.map_err(|error| error.to_string())?;
        let origin = config.url.clone().unwrap_or_else(|| address(bound));
        say(&format!("claim: {origin}/claim/{token}"));
    }
    let written = Arc::new(Notify::new());
    let (stop, stopped) = watch::channel(());
    // On a thread of its own: rendering and indexing would hold up requests.
    let (site_of_worker, woken) = (site.clone(), written.clone());
    let work = move || Handle::current().block_on(worker::run(site_of_worker, handle, woken, stopped));
    let work = tokio::task::spawn_blocking(work);
    let router = crate::router(site, wire::options(&config, Some(written)));
    listen::serve(listener, router, config.connections, told).await;
    tracing::info!("stopping: the requests are done, the worker finishes its batch");
    drop(stop);
    work.await.map_err(|error| format!("The worker ended badly: {error}."))
}

/// An address that a browser on this machine can open.
fn address(bound: SocketAddr) -> String {
    let host = match bound {
        SocketAddr::V4(at) if at.ip().is_unspecified() => "127.0.0.1".to_owned(),
        SocketAddr::V6(at) if at.ip().is_unspecified() => "[::1]".to_owned(),
        SocketAddr::V4(at) => at.ip().to_string(),
        SocketAddr::V6(at) => format!("[{}]", at.ip()),
    };
    format!("http://{host}:{}", bound.port())
}

/// Ready on Ctrl-C or SIGTERM, heard from now on.
fn signals() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
