//! What is found, and by whom.

#![allow(clippy::unwrap_used)]

use domain::ports::Audience;
use domain::ports::conformance::search::note;

use super::*;

async fn count(search: &TantivySearch, text: &str) -> usize {
    let query = SearchQuery { text: text.into(), audience: Audience::Public, offset: 0, limit: 10 };
    search.search(&query).await.unwrap().len()
}

#[tokio::test]
async fn an_index_that_does_not_open_is_begun_anew_and_says_so_until_it_is_filled() {
    let folder = tempfile::tempdir().unwrap();
    let search = TantivySearch::open(folder.path()).unwrap();
    assert!(search.needs_rebuild(), "a new one is empty");
    search.put(vec![note("a", "apples")]).await.unwrap();
    search.mark_rebuilt().unwrap();
    drop(search);
    let search = TantivySearch::open(folder.path()).unwrap();
    assert!(!search.needs_rebuild());
    assert_eq!(count(&search, "apples").await, 1);
    drop(search);
    for damage in ["meta.json", "segments"] {
        let damaged = |path: &Path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name == damage || (damage == "segments" && name != "meta.json" && !name.starts_with('.'))
        };
        for entry in fs::read_dir(folder.path().join("v1")).unwrap() {
            let path = entry.unwrap().path();
            if damaged(&path) {
                fs::write(path, "damaged").unwrap();
            }
        }
        let search = TantivySearch::open(folder.path()).unwrap();
        assert!(search.needs_rebuild(), "{damage}");
        assert_eq!(count(&search, "apples").await, 0, "{damage}");
        drop(search);
        let search = TantivySearch::open(folder.path()).unwrap();
        assert!(search.needs_rebuild(), "the next process hears of it too");
        search.put(vec![note("a", "apples")]).await.unwrap();
        search.mark_rebuilt().unwrap();
    }
    fs::rename(folder.path().join("v1"), folder.path().join("v0")).unwrap();
    assert!(TantivySearch::open(folder.path()).unwrap().needs_rebuild(), "an index of another version is no use");
    assert!(!folder.path().join("v0").exists());
}

#[tokio::test]
async fn commits_of_the_same_moment_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let (server, command) = (TantivySearch::open(folder.path()).unwrap(), TantivySearch::open(folder.path()).unwrap());
    let moment = SystemTime::now();
    let stamp = || {
        let meta = fs::File::options().write(true).open(folder.path().join("v1/meta.json")).unwrap();
        meta.set_modified(moment).unwrap();
    };
    server.put(vec![note("a", "apples")]).await.unwrap();
    stamp();
    assert_eq!(count(&command, "apples").await, 1);
    server.clear().await.unwrap();
    stamp();
    assert_eq!(count(&command, "apples").await, 0);
}

#[test]
fn a_full_disk_is_said_to_be_full_however_tantivy_puts_it() {
    let full = || Arc::new(io::Error::from(ErrorKind::StorageFull));
    let file = "x".into();
    let told = |error, room: u64| in_words("put", error, || Ok(room));
    for error in [
        TantivyError::IoError(full()),
        TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: full(), filepath: file }),
    ] {
        assert!(matches!(told(error, ROOM), PortError::Full));
    }
    let thread = || TantivyError::ErrorInThread("A worker thread encountered an error".into());
    assert!(matches!(told(thread(), ROOM - 1), PortError::Full));
    assert!(matches!(told(thread(), ROOM), PortError::Failed { .. }));
    assert!(matches!(told(TantivyError::Poisoned, 0), PortError::Failed { .. }));
}

#[tokio::test]
async fn one_writes_and_all_read() {
    let folder = tempfile::tempdir().unwrap();
    let server = TantivySearch::open(folder.path()).unwrap();
    server.put(vec![note("a", "apples")]).await.unwrap();
    let command = TantivySearch::open(folder.path()).unwrap();
    assert_eq!(count(&command, "apples").await, 1);
    assert!(matches!(command.put(vec![note("b", "pears")]).await, Err(PortError::Busy { .. })));
    assert!(matches!(command.delete(&["a".into()]).await, Err(PortError::Busy { .. })));
    server.put(vec![note("b", "pears")]).await.unwrap();
    assert_eq!(count(&command, "pears").await, 1, "a reader sees what another process commits");
    drop(server);
    command.put(vec![note("c", "plums")]).await.unwrap();
    assert_eq!(count(&command, "plums").await, 1);
}
