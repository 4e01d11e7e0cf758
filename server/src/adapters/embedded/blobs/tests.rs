//! What a crash leaves behind, and what the folder looks like.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, SystemTime};

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

async fn type_of(blobs: &FolderBlobs, key: &str) -> String {
    blobs.head(key).await.unwrap().unwrap().media_type
}

#[tokio::test]
async fn the_folder_can_be_browsed() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(folder.path()).unwrap();
    blobs.put("pictures/a.JPG", "image/jpeg", b"a".to_vec()).await.unwrap();
    blobs.put("pictures/b", "text/csv", b"b".to_vec()).await.unwrap();
    assert_eq!(names(&folder.path().join("pictures")), ["a.JPG", "b", "b~type"]);
    blobs.put("pictures/b", "application/octet-stream", b"b".to_vec()).await.unwrap();
    assert_eq!(names(&folder.path().join("pictures")), ["a.JPG", "b"], "a note that the name makes needless goes");
    fs::copy(folder.path().join("pictures/b"), folder.path().join("by hand.txt")).unwrap();
    assert_eq!(
        blobs.list("", None).await.unwrap().items,
        ["pictures/a.JPG", "pictures/b"],
        "what no key names is not ours"
    );
}

#[tokio::test]
async fn leftovers_of_a_crash_are_no_blobs_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(folder.path()).unwrap();
    blobs.put("kept/a", "x/y", b"a".to_vec()).await.unwrap();
    fs::create_dir_all(folder.path().join("gone/empty")).unwrap();
    let old = SystemTime::now() - Duration::from_secs(7_200);
    for (name, modified) in [("kept/1~part", old), ("kept/lost~type", old), ("kept/2~part", SystemTime::now())] {
        fs::write(folder.path().join(name), "half").unwrap();
        File::options().write(true).open(folder.path().join(name)).unwrap().set_modified(modified).unwrap();
    }
    assert_eq!(blobs.list("", None).await.unwrap().items, ["kept/a"]);
    assert_eq!(blobs.head("kept/lost").await.unwrap(), None, "a note without its file is nothing");
    let blobs = FolderBlobs::open(folder.path()).unwrap();
    assert_eq!(names(folder.path()), ["kept"]);
    assert_eq!(names(&folder.path().join("kept")), ["2~part", "a", "a~type"], "what may be under way stays");
    assert_eq!(type_of(&blobs, "kept/a").await, "x/y");
}

/// A put that changes the type, stopped before and after the rename: bytes and type belong together at each moment.
#[tokio::test]
async fn an_interrupted_change_of_type_shows_one_whole_blob() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(folder.path()).unwrap();
    let (target, arriving) = (folder.path().join("a.png"), folder.path().join("new~part"));
    blobs.put("a.png", "image/png", b"old".to_vec()).await.unwrap();
    write_synced(&arriving, b"new").unwrap();
    let modified = fs::metadata(&target).unwrap().modified().unwrap();
    File::options().write(true).open(&arriving).unwrap().set_modified(modified).unwrap();

    let noted = sidecar::prepare(&target, &arriving, "x/new").unwrap();
    assert_eq!(
        (blobs.get("a.png", None).await.unwrap(), type_of(&blobs, "a.png").await),
        (b"old".to_vec(), "image/png".into())
    );
    fs::rename(&arriving, &target).unwrap();
    assert_eq!(
        (blobs.get("a.png", None).await.unwrap(), type_of(&blobs, "a.png").await),
        (b"new".to_vec(), "x/new".into())
    );
    sidecar::settle(&target, "x/new", noted).unwrap();
    assert_eq!(type_of(&blobs, "a.png").await, "x/new");

    // The next put, after a crash that left the note with both types, and the one back.
    write_synced(&arriving, b"newer").unwrap();
    sidecar::prepare(&target, &arriving, "x/newer").unwrap();
    fs::remove_file(&arriving).unwrap();
    assert_eq!(type_of(&blobs, "a.png").await, "x/new");
    blobs.put("a.png", "image/png", b"old".to_vec()).await.unwrap();
    assert_eq!(
        (blobs.get("a.png", None).await.unwrap(), type_of(&blobs, "a.png").await),
        (b"old".to_vec(), "image/png".into())
    );
    assert_eq!(names(folder.path()), ["a.png"]);
}
