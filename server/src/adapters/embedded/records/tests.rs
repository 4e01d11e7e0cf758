//! Schemas, full disks, and several processes on one file.

#![allow(clippy::unwrap_used)]

use domain::ports::memory::TestClock;
use domain::ports::{Doc, Table};
use futures::future::join_all;

use super::*;

fn clock() -> Arc<dyn Clock> {
    Arc::new(TestClock::default())
}

fn key(sk: &str) -> Key {
    Key::new(Table::Notes, "p", sk)
}

fn put(sk: &str, bytes: usize) -> Put {
    Put { key: key(sk), doc: Doc::of(&"x".repeat(bytes)).unwrap(), index: None, expires: None, expect: Expect::Any }
}

type Steps = &'static [fn(&Connection) -> rusqlite::Result<()>];

const LONGER: Steps = &[schema::MIGRATIONS[0], schema::MIGRATIONS[1], |connection| {
    connection.execute_batch("ALTER TABLE notes ADD COLUMN extra TEXT")
}];
const FAILING: Steps = &[schema::MIGRATIONS[0], schema::MIGRATIONS[1], |connection| {
    connection.execute_batch("DROP TABLE notes; SELECT nonsense")
}];

fn open_with(folder: &Path, steps: Steps) -> Result<Connection, OpenError> {
    schema::open(&folder.join("site.db"), &folder.join("backups"), steps, clock().now())
}

fn copies(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder.join("backups")).map_or(Vec::new(), |dir| dir.map(|entry| entry.unwrap().path()).collect())
}

#[tokio::test]
async fn an_older_file_is_copied_and_brought_forward() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site.db");
    let records = SqliteRecords::open(&path, &folder.path().join("backups"), clock()).unwrap();
    records.put(put("kept", 3)).await.unwrap();
    drop(records);
    assert!(copies(folder.path()).is_empty(), "a new file has nothing to copy");

    assert!(open_with(folder.path(), FAILING).is_err());
    let records = SqliteRecords::open(&path, &folder.path().join("backups"), clock()).unwrap();
    assert!(records.get(&key("kept")).await.unwrap().is_some(), "a step that fails changes nothing");
    drop(records);
    std::fs::remove_dir_all(folder.path().join("backups")).unwrap();

    let connection = open_with(folder.path(), LONGER).unwrap();
    connection.execute_batch("SELECT extra FROM notes WHERE sk = 'kept'").unwrap();
    let records = SqliteRecords::over(connection, &path, clock()).unwrap();
    assert!(records.get(&key("kept")).await.unwrap().is_some());
    drop(records);
    let copies = copies(folder.path());
    assert_eq!(copies.len(), 1);
    let before = schema::reader(&copies[0]).unwrap();
    let version: i64 = before.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 2);
    before.query_row("SELECT doc FROM notes WHERE sk = 'kept'", [], |row| row.get::<_, String>(0)).unwrap();

    let newer = SqliteRecords::open(&path, folder.path(), clock()).err().unwrap();
    assert!(matches!(newer, OpenError::Newer { found: 3, known: 2, .. }), "{newer}");
    assert!(newer.to_string().contains("newer version of Commonplace"));
}

#[tokio::test]
async fn every_item_comes_out_of_the_keys_tree_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site.db");
    let old = SqliteRecords::over(open_with(folder.path(), &schema::MIGRATIONS[..1]).unwrap(), &path, clock()).unwrap();
    let later = clock().now() + jiff::SignedDuration::from_hours(1);
    let mut written = Vec::new();
    for (number, table) in (0..60).flat_map(|number| Table::ALL.map(|table| (number, table))) {
        let text = "é".repeat(number * 97);
        let put =
            domain::table::put(Key::new(table, format!("p{}", number % 7), format!("{number:02}")), &text, Expect::Any);
        let put = match number % 3 {
            0 => put.unwrap(),
            1 => put.unwrap().indexed("all", format!("{}", 99 - number)),
            _ => put.unwrap().indexed("all", "same").expiring(later),
        };
        written.push(put.key.clone());
        old.put(put.clone()).await.unwrap();
        old.put(put).await.unwrap();
    }
    let before = join_all(written.iter().map(|key| old.get(key))).await;
    let indexed = Query { by_index: domain::ports::ByIndex::Secondary, ..Query::partition(Table::Notes, "all") };
    let (listed, partition) = (old.query(&indexed).await.unwrap(), Query::partition(Table::Files, "p3"));
    let parted = old.query(&partition).await.unwrap();
    drop(old);
    let new = SqliteRecords::open(&path, &folder.path().join("backups"), clock()).unwrap();
    let after = join_all(written.iter().map(|key| new.get(key))).await;
    for (before, after) in before.into_iter().zip(after) {
        assert!(before.as_ref().unwrap().is_some());
        assert_eq!(before.unwrap(), after.unwrap());
    }
    assert_eq!((listed.items.len(), new.query(&indexed).await.unwrap()), (40, listed));
    assert_eq!((parted.items.is_empty(), new.query(&partition).await.unwrap()), (false, parted));
    assert_eq!(new.check().unwrap(), [""; 0]);
}

#[test]
fn what_is_no_database_of_ours_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site.db");
    let text = "This is a text, and long enough that nobody takes it for an empty file. ".repeat(20);
    std::fs::write(&path, &text).unwrap();
    let refused = SqliteRecords::open(&path, folder.path(), clock()).err().unwrap();
    assert!(matches!(refused, OpenError::NotADatabase { .. }), "{refused}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    std::fs::remove_file(&path).unwrap();

    Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (a); PRAGMA user_version = 1").unwrap();
    let refused = SqliteRecords::open(&path, folder.path(), clock()).err().unwrap();
    assert!(matches!(refused, OpenError::Foreign { .. }), "{refused}");

    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let refused = SqliteRecords::open(&path, folder.path(), clock()).err().unwrap();
    assert!(matches!(refused, OpenError::NotWritable { .. }), "{refused}");
    assert!(refused.to_string().contains("site.db") && refused.to_string().contains("--data"), "{refused}");
}

/// SQLite answers the same for a full disk and for a file that may not grow.
#[tokio::test]
async fn a_full_disk_refuses_writes_whole_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let connection = open_with(folder.path(), schema::MIGRATIONS).unwrap();
    connection.pragma_update(None, "max_page_count", 60).unwrap();
    let records = SqliteRecords::over(connection, &folder.path().join("site.db"), clock()).unwrap();
    records.put(put("first", 10)).await.unwrap();
    // In a batch of many, some fit and some do not.
    let pairs = (0..40).map(|number| {
        let both = [put(&format!("{number:02}a"), 9_000), put(&format!("{number:02}b"), 9_000)];
        records.transact(both.map(Write::from).into())
    });
    let outcomes = join_all(pairs).await;
    assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(PortError::Full))), "{outcomes:?}");
    for (number, outcome) in outcomes.into_iter().enumerate() {
        let keys = [key(&format!("{number:02}a")), key(&format!("{number:02}b"))];
        let there: Vec<_> = records.batch_get(&keys).await.unwrap().iter().map(Option::is_some).collect();
        match outcome {
            Ok(()) => assert_eq!(there, [true, true], "{number} was acknowledged"),
            Err(PortError::Full) => assert_eq!(there, [false, false], "{number} was refused"),
            Err(other) => panic!("{number}: {other}"),
        }
    }
    assert!(records.get(&key("first")).await.unwrap().is_some(), "reading goes on");
    let refused: shared::Error = records.put(put("more", 300_000)).await.unwrap_err().into();
    assert_eq!(refused, shared::Error::Full);
    records.delete(&key("first"), Expect::Any).await.unwrap();
    records.put(put("second", 10)).await.unwrap();
}

/// Two adapters on one file stand for two processes: nothing in memory is shared between them.
#[tokio::test]
async fn two_processes_share_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let open = || SqliteRecords::open(&folder.path().join("site.db"), folder.path(), clock()).unwrap();
    let (server, command) = (open(), open());
    let before = server.generation().await.unwrap();
    command.put(put("theirs", 3)).await.unwrap();
    assert_ne!(server.generation().await.unwrap(), before, "another process's write shows");
    assert!(server.get(&key("theirs")).await.unwrap().is_some());
    let many = |records: &'static str| (0..100).map(move |number| put(&format!("{records}{number}"), 100));
    let (ours, theirs) = futures::future::join(
        join_all(many("a").map(|put| server.put(put))),
        join_all(many("b").map(|put| command.put(put))),
    )
    .await;
    assert!(ours.iter().chain(&theirs).all(Result::is_ok));
    let counted = (0..200).map(|number| Put { key: key("counter"), ..put(&format!("{number}"), 1) });
    let by_turns = counted.enumerate().map(|(i, put)| if i % 2 == 0 { server.put(put) } else { command.put(put) });
    join_all(by_turns).await.into_iter().for_each(|outcome| assert!(outcome.is_ok()));
    assert_eq!(server.get(&key("counter")).await.unwrap().unwrap().version, 200, "no write is lost");
}

#[tokio::test]
async fn a_copy_is_whole_while_writing_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let records = SqliteRecords::open(&folder.path().join("site.db"), folder.path(), clock()).unwrap();
    for number in 0..50 {
        records.put(put(&format!("{number:02}"), 5_000)).await.unwrap();
    }
    let copy = folder.path().join("copy.db");
    let writing = join_all((50..90).map(|number| records.put(put(&format!("{number:02}"), 5_000))));
    let (written, copied) = futures::future::join(writing, async { records.back_up(&copy) }).await;
    copied.unwrap();
    assert!(written.iter().all(Result::is_ok));
    let copy = SqliteRecords::open(&copy, folder.path(), clock()).unwrap();
    assert_eq!(copy.check().unwrap(), [""; 0]);
    let page = copy.query(&Query::partition(Table::Notes, "p")).await.unwrap();
    assert!(page.items.len() >= 50, "{}", page.items.len());
    assert!(records.back_up(&folder.path().join("copy.db")).is_err(), "nothing is written over");
}
