//! The page cache: rendered pages for visitors, valid while nothing is written to the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::web::lock;
use super::whole::Whole;

/// A thing with `publish_at` shows up this much late at most.
const LONGEST: Duration = Duration::from_secs(10);

/// Pages by origin, path and query.
pub(super) struct PageCache {
    bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    generation: u64,
    bytes: usize,
    pages: HashMap<String, (Instant, Arc<Whole>)>,
}

impl PageCache {
    /// At most so many bytes of pages, without their compressed forms; 0 keeps none.
    pub(super) fn new(bytes: usize) -> Self {
        Self { bytes, kept: Mutex::default() }
    }

    /// Whether anything is ever kept.
    pub(super) fn is_on(&self) -> bool {
        self.bytes > 0
    }

    /// A page made at this generation. Any other's are forgotten.
    pub(super) fn get(&self, generation: u64, key: &str) -> Option<Arc<Whole>> {
        let mut kept = lock(&self.kept);
        if kept.generation != generation {
            *kept = Kept { generation, ..Kept::default() };
            return None;
        }
        let (made, page) = kept.pages.get(key)?;
        (made.elapsed() < LONGEST).then(|| page.clone())
    }

    /// Keeps a page whose making began at this generation; one that is overtaken is not kept.
    pub(super) fn put(&self, generation: u64, key: String, page: Arc<Whole>) {
        let size = page.body.len() + key.len();
        let mut kept = lock(&self.kept);
        if kept.generation != generation || size > self.bytes / 4 {
            return;
        }
        if kept.bytes + size > self.bytes {
            // Rare, and cheaper than a list in order of use: pages that are asked for come back at once.
            *kept = Kept { generation, ..Kept::default() };
        }
        let before = kept.pages.insert(key, (Instant::now(), page));
        kept.bytes += size;
        kept.bytes -= before.map_or(0, |(_, page)| page.body.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(size: usize) -> Arc<Whole> {
        Arc::new(Whole::new("text/plain", vec![b'x'; size]))
    }

    #[test]
    fn a_page_is_kept_while_nothing_is_written() {
        let cache = PageCache::new(1000);
        assert!(cache.get(1, "/").is_none());
        cache.put(1, "/".into(), page(10));
        assert!(cache.get(1, "/").is_some());
        assert!(cache.get(2, "/").is_none());
        assert!(cache.get(1, "/").is_none(), "a forgotten page came back");
    }

    #[test]
    fn a_page_that_was_overtaken_while_it_was_made_is_not_kept() {
        let cache = PageCache::new(1000);
        assert!(cache.get(1, "/").is_none());
        assert!(cache.get(2, "/other").is_none());
        cache.put(1, "/".into(), page(10));
        assert!(cache.get(2, "/").is_none());
    }

    #[test]
    fn the_cache_never_grows_beyond_its_size() {
        let cache = PageCache::new(1000);
        assert!(cache.get(1, "/").is_none());
        for n in 0..100 {
            cache.put(1, format!("/{n}"), page(100));
            assert!(lock(&cache.kept).bytes <= 1000);
        }
        cache.put(1, "/large".into(), page(900));
        assert!(cache.get(1, "/large").is_none());
    }
}
