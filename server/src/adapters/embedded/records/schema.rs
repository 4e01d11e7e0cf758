//! The database file: how it is opened, what is in it, how an older one is brought forward. `docs/storage.md` tells.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::ports::Table;
use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::super::OpenError;

/// The steps from each schema to the next. What is released is never edited, only followed.
pub const MIGRATIONS: &[fn(&Connection) -> rusqlite::Result<()>] = &[first_schema, documents_out_of_the_keys];

/// Marks the file as ours, for `file` and for ourselves: "Cmpl".
const APPLICATION_ID: i32 = 0x436D_706C;

/// How long a connection waits for another one's write.
const BUSY: Duration = Duration::from_secs(10);

/// How much of the file readers map into memory: a point read of 8 KB takes 10 µs instead of 25. What is mapped counts as
/// the program's memory, so no more than this.
const MAPPED_BYTES: i64 = 64 << 20;

/// One real table a resource, each with its secondary index and an index on what expires.
fn first_schema(connection: &Connection) -> rusqlite::Result<()> {
    for table in Table::ALL {
        let name = table.name();
        connection.execute_batch(&format!(
            "CREATE TABLE {name} (
                pk TEXT NOT NULL,
                sk TEXT NOT NULL,
                version INTEGER NOT NULL,
                doc TEXT NOT NULL,
                gsi1pk TEXT,
                gsi1sk TEXT,
                expires INTEGER,
                PRIMARY KEY (pk, sk)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX {name}_gsi1 ON {name} (gsi1pk, gsi1sk, pk, sk) WHERE gsi1pk IS NOT NULL;
            CREATE INDEX {name}_expires ON {name} (expires) WHERE expires IS NOT NULL;"
        ))?;
    }
    Ok(())
}

/// The first schema kept documents in the tree of the keys (`WITHOUT ROWID`). A search there reads every document that it
/// compares a key with: reading the heads of fifteen notes took a quarter longer, and the file was a fifth larger.
fn documents_out_of_the_keys(connection: &Connection) -> rusqlite::Result<()> {
    const COLUMNS: &str = "pk, sk, version, doc, gsi1pk, gsi1sk, expires";
    for table in Table::ALL {
        let name = table.name();
        connection.execute_batch(&format!(
            "CREATE TABLE {name}_next (
                pk TEXT NOT NULL,
                sk TEXT NOT NULL,
                version INTEGER NOT NULL,
                doc TEXT NOT NULL,
                gsi1pk TEXT,
                gsi1sk TEXT,
                expires INTEGER,
                PRIMARY KEY (pk, sk)
            ) STRICT;
            INSERT INTO {name}_next ({COLUMNS}) SELECT {COLUMNS} FROM {name} ORDER BY pk, sk;
            DROP TABLE {name};
            ALTER TABLE {name}_next RENAME TO {name};
            CREATE INDEX {name}_gsi1 ON {name} (gsi1pk, gsi1sk, pk, sk) WHERE gsi1pk IS NOT NULL;
            CREATE INDEX {name}_expires ON {name} (expires) WHERE expires IS NOT NULL;"
        ))?;
    }
    Ok(())
}

/// A connection that may write. The file is made if it is not there.
pub fn writer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    // Counts for a new file only. A document of some kilobytes overflows its leaf at any size, and half of the last page it
    // overflows into is empty: 28.5 KB a note with these, 33.2 KB with pages of 8 KiB.
    connection.pragma_update(None, "page_size", 4_096)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS `fsync` alone leaves the write in the drive's cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A connection that only reads; it still needs the right to write the shared-memory file beside the database.
pub fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "query_only", true)?;
    // Else every query is planned again for the values that are bound, which takes longer than answering it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "mmap_size", MAPPED_BYTES)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Opens the file for writing and brings it to the last of the schemas, keeping a copy of an older one in `backups`.
///
/// # Errors
/// [`OpenError`], in words.
pub fn open(
    path: &Path,
    backups: &Path,
    migrations: &[fn(&Connection) -> rusqlite::Result<()>],
    now: Timestamp,
) -> Result<Connection, OpenError> {
    let refused = |error| refusal(path, error);
    let mut connection = writer(path).map_err(refused)?;
    let known = migrations.len();
    let found = schema_version(&connection).map_err(refused)?;
    check_owner(&connection, path, found)?;
    if found > known {
        return Err(OpenError::Newer { path: path.into(), found, known });
    }
    if found == known {
        return Ok(connection);
    }
    if found > 0 {
        back_up(&connection, &copy_name(backups, found, now)).map_err(refused)?;
    }
    migrate(&mut connection, migrations).map_err(refused)?;
    Ok(connection)
}

fn migrate(
    connection: &mut Connection,
    migrations: &[fn(&Connection) -> rusqlite::Result<()>],
) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again: another process may have been first.
    let found = schema_version(&transaction)?;
    for step in migrations.iter().skip(found) {
        step(&transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", migrations.len().max(found) as i64)?;
    transaction.commit()
}

/// Writes a consistent copy of the database into a new file, without stopping writers, and makes it durable.
///
/// # Errors
/// SQLite's own; the file must not be there yet.
pub fn back_up(connection: &Connection, to: &Path) -> rusqlite::Result<()> {
    let io = |error: std::io::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(io)?;
    }
    let name = to.to_str().ok_or_else(|| rusqlite::Error::InvalidPath(to.into()))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(io)
}

fn copy_name(backups: &Path, found: usize, now: Timestamp) -> PathBuf {
    backups.join(format!("site-schema-{found}-{}.db", now.as_millisecond()))
}

fn schema_version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

/// Refuses a database that another program made.
fn check_owner(connection: &Connection, path: &Path, found: usize) -> Result<(), OpenError> {
    let foreign = || -> rusqlite::Result<bool> {
        let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        Ok(id != APPLICATION_ID && (id != 0 || found != 0 || tables != 0))
    };
    if foreign().map_err(|error| refusal(path, error))? {
        return Err(OpenError::Foreign { path: path.into() });
    }
    Ok(())
}

/// Turns what SQLite says at opening into words.
fn refusal(path: &Path, error: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    if is_full(&error) {
        return OpenError::Full { path };
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => OpenError::NotADatabase { path },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            OpenError::NotWritable { path, source: error.into() }
        }
        _ => OpenError::Database { path, source: error.into() },
    }
}

/// True for a full disk, also where the file that could not grow is the shared memory beside the database.
pub fn is_full(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map_or(0, |error| error.extended_code);
    code == rusqlite::ffi::SQLITE_FULL || code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE
}
