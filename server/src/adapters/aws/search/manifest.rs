//! Which files a commit of the search index consists of.

use std::collections::BTreeMap;

use domain::ports::{PortError, PortResult};
use serde::{Deserialize, Serialize};

/// How long a file stays after the last commit that named it: nobody takes longer to fetch one.
pub const GRACE_SECONDS: i64 = 600;

/// A commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The content of tantivy's `meta.json`; empty before the first commit.
    pub meta: String,
    /// tantivy's name of each file, and the blob's, which holds a hash of the content: two writers that both lose or win
    /// may make different files of the same name.
    pub files: BTreeMap<String, String>,
    /// Blobs that are no longer named, and since when, seconds since 1970.
    pub gone: BTreeMap<String, i64>,
    /// Whether everything that can be found was put in since the index was begun.
    pub filled: bool,
}

impl Manifest {
    /// From the blob.
    pub fn read(bytes: &[u8]) -> PortResult<Self> {
        serde_json::from_slice(bytes).map_err(PortError::failed("read the search index's manifest"))
    }

    /// For the blob.
    pub fn write(&self) -> PortResult<Vec<u8>> {
        serde_json::to_vec(self).map_err(PortError::failed("write the search index's manifest"))
    }

    /// The commit that follows this one, and the blobs that are to be removed before it is made known.
    pub fn next(&self, meta: String, files: BTreeMap<String, String>, now: i64) -> (Self, Vec<String>) {
        let kept: Vec<&String> = files.values().collect();
        let mut gone = self.gone.clone();
        gone.extend(self.files.values().map(|key| (key.clone(), now)));
        gone.retain(|key, _| !kept.contains(&key));
        let (due, gone) = gone.into_iter().partition::<BTreeMap<_, _>, _>(|(_, since)| now - since >= GRACE_SECONDS);
        (Self { meta, files, gone, filled: self.filled }, due.into_keys().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> BTreeMap<String, String> {
        names.iter().map(|name| ((*name).to_owned(), format!("hash-{name}"))).collect()
    }

    #[test]
    fn a_file_goes_some_time_after_it_was_last_named() {
        let (one, due) = Manifest::default().next("1".into(), files(&["a", "b"]), 1_000);
        assert!(due.is_empty() && one.gone.is_empty());
        let (two, due) = one.next("2".into(), files(&["b", "c"]), 2_000);
        assert!(due.is_empty(), "somebody may be fetching it");
        let (three, due) = two.next("3".into(), files(&["b"]), 2_000 + GRACE_SECONDS - 1);
        assert!(due.is_empty() && three.gone.contains_key("hash-c"));
        let (four, due) = three.next("4".into(), files(&["b"]), 2_000 + GRACE_SECONDS);
        assert_eq!(due, ["hash-a"]);
        assert_eq!(four.gone.keys().collect::<Vec<_>>(), ["hash-c"]);
        let (five, due) = four.next("5".into(), files(&["b", "c"]), 9_000);
        assert!(due.is_empty() && five.gone.is_empty(), "what is named again stays");
    }
}
