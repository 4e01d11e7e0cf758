//! Homes that open, homes that do not, and copies of homes.

#![allow(clippy::unwrap_used)]

use domain::ports::{Doc, Expect, Key, Put, Table};

use super::*;

fn open(data: &Path) -> (Site, EmbeddedHandle) {
    Embedded::open(data, Options::default()).unwrap()
}

fn put(sk: &str) -> Put {
    Put {
        key: Key::new(Table::Notes, "p", sk),
        doc: Doc::of(sk).unwrap(),
        index: None,
        expires: None,
        expect: Expect::Absent,
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    fs::write(&file, "not a folder").unwrap();
    for data in [file.clone(), file.join("below")] {
        let refused = Embedded::open(&data, Options::default()).err().unwrap();
        assert!(matches!(refused, OpenError::NotWritable { .. }), "{refused}");
        assert!(refused.to_string().contains("a-file") && refused.to_string().contains("--data"), "{refused}");
    }
    for taken in ["blobs", "search"] {
        let data = folder.path().join(format!("{taken}-taken"));
        fs::create_dir(&data).unwrap();
        fs::write(data.join(taken), "not a folder").unwrap();
        let refused = Embedded::open(&data, Options::default()).err().unwrap();
        assert!(refused.to_string().contains(taken), "{refused}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "not a folder");
}

#[test]
fn a_new_home_is_for_its_owners_eyes_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    open(&data);
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn one_server_has_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let ((_site, server), (_other, command)) = (open(folder.path()), open(folder.path()));
    let lock = server.lock_for_serving().unwrap();
    let refused = command.lock_for_serving().unwrap_err();
    assert!(matches!(refused, OpenError::Served { .. }), "{refused}");
    drop(lock);
    command.lock_for_serving().unwrap();
}

#[tokio::test]
async fn a_backup_restores_the_home_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (data, zip, copy) = (folder.path().join("data"), folder.path().join("b/home.zip"), folder.path().join("copy"));
    let (site, handle) = open(&data);
    site.records.put(put("one")).await.unwrap();
    site.blobs.put("media/a.png", "x/odd", b"bytes".to_vec()).await.unwrap();
    site.identity.create("ada@example.org", "correct horse battery").await.unwrap();
    handle.backup(&zip).unwrap();
    assert_eq!(fs::read_dir(zip.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    assert!(matches!(handle.backup(&zip), Err(BackupError::Taken { .. })));
    site.records.put(put("later")).await.unwrap();

    restore(&zip, &copy).unwrap();
    let (site, handle) = open(&copy);
    assert_eq!(site.records.get(&put("one").key).await.unwrap().unwrap().doc, Doc::of("one").unwrap());
    assert_eq!(site.records.get(&put("later").key).await.unwrap(), None);
    assert_eq!(site.blobs.get("media/a.png", None).await.unwrap(), b"bytes");
    assert_eq!(site.blobs.head("media/a.png").await.unwrap().unwrap().media_type, "x/odd");
    assert!(site.identity.verify("ada@example.org", "correct horse battery").await.unwrap().is_some());
    assert!(handle.search_needs_rebuild(), "the index is not in a backup");
    assert!(matches!(restore(&zip, &copy), Err(BackupError::Taken { .. })), "a home is not written over");
}

#[test]
fn the_index_of_a_new_home_lacks_nothing_and_a_lost_one_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!open(folder.path()).1.search_needs_rebuild());
    std::fs::remove_dir_all(folder.path().join("search")).unwrap();
    assert!(open(folder.path()).1.search_needs_rebuild());
}

#[test]
fn what_is_no_backup_is_refused_and_leaves_no_home() {
    let folder = tempfile::tempdir().unwrap();
    let (zip, data) = (folder.path().join("x.zip"), folder.path().join("data"));
    assert!(matches!(restore(&zip, &data), Err(BackupError::Io { .. })));
    fs::write(&zip, "no zip").unwrap();
    assert!(matches!(restore(&zip, &data), Err(BackupError::NoBackup { .. })));
    for names in
        [&["other.txt"][..], &["site.db", "../outside"], &["site.db", "blobs/../../outside"], &["site.db", "/outside"]]
    {
        let mut writer = zip::ZipWriter::new(File::create(&zip).unwrap());
        for name in names {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        }
        writer.finish().unwrap();
        let refused = restore(&zip, &data).unwrap_err();
        assert!(matches!(refused, BackupError::NoBackup { .. }), "{names:?}: {refused}");
        assert!(!data.join("site.db").exists() && !folder.path().join("outside").exists(), "{names:?}");
    }
}
