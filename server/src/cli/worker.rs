//! The worker of the embedded home: a task that works off the outbox and sweeps the trash.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::Site;
use tokio::sync::{Notify, watch};

use crate::adapters::embedded::EmbeddedHandle;

/// How long another process's events wait at most; our own wake the worker.
const LOOK: Duration = Duration::from_secs(1);
/// After an error.
const BREATH: Duration = Duration::from_secs(5);
/// How often what is past its days in the trash is removed.
const SWEEP: Duration = Duration::from_secs(3600);

/// Works until the other end of `stopped` is dropped; a batch that has begun is finished.
pub(super) async fn run(site: Site, handle: EmbeddedHandle, written: Arc<Notify>, mut stopped: watch::Receiver<()>) {
    if handle.search_needs_rebuild() {
        tracing::info!("the search index is missing or old: it is filled again");
        match handle.rebuild_search(&site).await {
            Ok(count) => tracing::info!(count, "the search index is filled"),
            Err(error) => tracing::error!(%error, "the search index could not be filled"),
        }
    }
    let mut swept: Option<Instant> = None;
    loop {
        let pause = match domain::outbox::drain(&site).await {
            Ok(count) => {
                tracing::debug!(count, "events were worked off");
                LOOK
            }
            Err(error) => {
                tracing::error!(%error, "events could not be worked off");
                BREATH
            }
        };
        if swept.is_none_or(|at| at.elapsed() >= SWEEP) {
            swept = Some(Instant::now());
            match domain::notes::sweep_trash(&site).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "notes left the trash for good"),
                Err(error) => tracing::error!(%error, "the trash could not be swept"),
            }
        }
        tokio::select! {
            () = written.notified() => {}
            () = tokio::time::sleep(pause) => {}
            _ = stopped.changed() => return,
        }
    }
}
