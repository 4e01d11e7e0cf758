//! What tests of several features share.

use std::path::PathBuf;

/// A folder of the real input that lies beside the repository (or where `COMMONPLACE_TEST_DATA` says). `None`, said
/// aloud, where it is absent.
#[allow(clippy::disallowed_methods, reason = "tests may read the environment")]
pub(crate) fn data(folder: &str) -> Option<PathBuf> {
    let repository = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let root = std::env::var_os("COMMONPLACE_TEST_DATA").unwrap_or_else(|| "../shared/data".into());
    let folder = repository.join(root).join(folder);
    if !folder.is_dir() {
        eprintln!("left out: there is no {}", folder.display());
        return None;
    }
    Some(folder)
}
