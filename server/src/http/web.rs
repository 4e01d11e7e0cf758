//! What every handler shares: the site, the options and the caches above the store.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use app::context::AssetNames;
use domain::Site;
use domain::notes::NamesCache;
use shared::Result;
use shared::settings::Settings;
use tokio::sync::Notify;

use super::cache::PageCache;
use crate::assets::Assets;
use crate::config::Network;

/// How often another process's writes are looked for. Our own are known at once.
const FRESH: Duration = Duration::from_millis(2);
/// For so long after a write of ours a search waits for the index.
const JUST_NOW: Duration = Duration::from_secs(3);
/// But not longer than this.
const PATIENCE: Duration = Duration::from_millis(700);
/// How long the names of files in a folder are believed, while developing.
const NAMES_FRESH: Duration = Duration::from_secs(1);

/// What the router needs to know beside the site.
#[derive(Clone, Debug)]
pub struct Options {
    /// Scheme and host that visitors use; `None` takes what each request says.
    pub url: Option<String>,
    /// Whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// Bytes of rendered pages kept in memory.
    pub page_cache: usize,
    /// The built site's files.
    pub assets: Assets,
    /// Wakes the worker whenever something was written here; `None` where there is none.
    pub worker: Option<Arc<Notify>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            url: None,
            trusted_proxies: Vec::new(),
            page_cache: 32 << 20,
            assets: Assets::new("target/site"),
            worker: None,
        }
    }
}

/// The state of the router. Cheap to clone.
#[derive(Clone)]
pub(super) struct Web(Arc<Inner>);

pub(super) struct Inner {
    pub(super) site: Site,
    pub(super) options: Options,
    pub(super) pages: PageCache,
    /// What the editor completes.
    pub(super) completed: NamesCache,
    settings: Mutex<Option<(u64, Arc<Settings>)>>,
    generation: Mutex<Option<(Instant, u64)>>,
    own_writes: AtomicU64,
    last_write: Mutex<Option<Instant>>,
    names: Mutex<Option<(Instant, AssetNames)>>,
}

impl std::ops::Deref for Web {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Web {
    pub(super) fn new(site: Site, options: Options) -> Self {
        // Views spawn what they load. A second router in one process (tests) finds it done.
        let _ = any_spawner::Executor::init_tokio();
        Self(Arc::new(Inner {
            site,
            pages: PageCache::new(options.page_cache),
            options,
            completed: NamesCache::default(),
            settings: Mutex::default(),
            generation: Mutex::default(),
            own_writes: AtomicU64::new(0),
            last_write: Mutex::default(),
            names: Mutex::default(),
        }))
    }
}

impl Inner {
    /// Tells the caches and the worker that something may have been written.
    pub(super) fn wrote(&self) {
        self.own_writes.fetch_add(1, Ordering::SeqCst);
        *lock(&self.generation) = None;
        *lock(&self.last_write) = Some(Instant::now());
        if let Some(worker) = &self.options.worker {
            worker.notify_one();
        }
    }

    /// Before a search: whoever has just written something wants to find it, and the index follows within moments.
    pub(super) async fn index_follows(&self) {
        let just_now = lock(&self.last_write).is_some_and(|at| at.elapsed() < JUST_NOW);
        let asked = Instant::now();
        while just_now && self.options.worker.is_some() && asked.elapsed() < PATIENCE {
            if domain::outbox::waiting(&self.site).await.is_ok_and(|count| count == 0) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The store's generation, at most [`FRESH`] old as to other processes; `None` where nothing may be cached.
    pub(super) async fn generation(&self) -> Option<u64> {
        if let Some((asked, generation)) = *lock(&self.generation)
            && asked.elapsed() < FRESH
        {
            return Some(generation);
        }
        let writes = self.own_writes.load(Ordering::SeqCst);
        let asked = Instant::now();
        let generation = self.site.records.generation().await.ok().flatten()?;
        let mut kept = lock(&self.generation);
        if writes == self.own_writes.load(Ordering::SeqCst) {
            *kept = Some((asked, generation));
        }
        Some(generation)
    }

    /// The site's settings, read again only when something was written since.
    pub(super) async fn settings(&self) -> Result<Arc<Settings>> {
        let generation = self.generation().await;
        if let (Some(now), Some((then, settings))) = (generation, &*lock(&self.settings))
            && now == *then
        {
            return Ok(settings.clone());
        }
        let settings = Arc::new(domain::settings::get(&self.site).await?);
        if let Some(now) = generation {
            *lock(&self.settings) = Some((now, settings.clone()));
        }
        Ok(settings)
    }

    /// The addresses of the built site's files.
    pub(super) fn names(&self) -> AssetNames {
        let mut kept = lock(&self.names);
        if let Some((read, names)) = &*kept
            && (matches!(self.options.assets, Assets::Embedded) || read.elapsed() < NAMES_FRESH)
        {
            return names.clone();
        }
        let files = self.options.assets.all().into_iter();
        let mut table = BTreeMap::new();
        for file in files {
            // While developing the newest of a name comes first.
            table.entry(file.name.into_owned()).or_insert_with(|| file.path.into_owned());
        }
        let names = AssetNames(Arc::new(table));
        *kept = Some((Instant::now(), names.clone()));
        names
    }
}

/// Locks; a panic elsewhere left nothing half-done in these.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
