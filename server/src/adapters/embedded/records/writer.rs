//! The one thread that writes. Writes that wait while it commits share the next commit, and with it one `fsync`.

use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use domain::ports::{Expect, Key, PortError, PortResult, Put, Table, Write};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::oneshot;

use super::failed;

/// Writes of one caller, all or nothing.
pub struct Job {
    /// What to write, checked against the rules.
    pub writes: Vec<Write>,
    /// For expectations: what expired by now is absent.
    pub now: Timestamp,
    /// Where to say the version that the last put got, once it is durable.
    pub reply: oneshot::Sender<PortResult<u64>>,
}

/// At most so many jobs share a commit, so that another process's write gets its turn.
const BATCH: usize = 64;
/// What expired is removed so often, when nothing waits to be written.
const SWEEP: Duration = Duration::from_secs(3_600);

/// The way to the thread; dropping it lets the thread finish what was handed in, and waits for that.
pub struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub fn start(connection: Connection, now: impl Fn() -> Timestamp + Send + 'static) -> std::io::Result<Self> {
        let (jobs, inbox) = mpsc::channel();
        let thread = std::thread::Builder::new().name("records".into()).spawn(move || {
            work(&connection, &inbox, &now);
        })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Hands a job in.
    pub fn send(&self, job: Job) -> PortResult<()> {
        let gone = || PortError::failed("write")("the writing thread has ended");
        self.jobs.as_ref().ok_or_else(gone)?.send(job).map_err(|_| gone())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writing thread panicked");
        }
    }
}

fn work(connection: &Connection, inbox: &mpsc::Receiver<Job>, now: &impl Fn() -> Timestamp) {
    let mut swept: Option<Instant> = None;
    loop {
        let pause = if swept.is_none() { Duration::from_secs(5) } else { SWEEP };
        match inbox.recv_timeout(pause) {
            Ok(first) => commit_batch(connection, first, inbox),
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        if swept.is_none_or(|at| at.elapsed() >= SWEEP) {
            if let Err(error) = sweep(connection, now()) {
                tracing::warn!(%error, "what expired could not be removed");
            }
            swept = Some(Instant::now());
        }
    }
}

/// Runs the first job and those that wait behind it in one transaction, each in a savepoint of its own, and answers
/// only when all is durable.
fn commit_batch(connection: &Connection, first: Job, inbox: &mpsc::Receiver<Job>) {
    if let Err(error) = execute(connection, "BEGIN IMMEDIATE") {
        let _ = first.reply.send(Err(failed("begin to write")(error)));
        return;
    }
    let mut done = Vec::new();
    let mut next = Some(first);
    while let Some(job) = next {
        let outcome = run(connection, &job);
        done.push((job.reply, outcome));
        // Some errors, a full disk among them, may make SQLite roll the whole transaction back.
        if connection.is_autocommit() {
            return answer_all_failed(done);
        }
        next = if done.len() < BATCH { inbox.try_recv().ok() } else { None };
    }
    if let Err(error) = execute(connection, "COMMIT") {
        let _ = execute(connection, "ROLLBACK");
        let full = matches!(failed("commit")(error), PortError::Full);
        for (reply, _) in done {
            let why = if full { PortError::Full } else { PortError::failed("commit")("the commit failed") };
            let _ = reply.send(Err(why));
        }
        return;
    }
    for (reply, outcome) in done {
        // Nobody listens when the request was dropped; the write stands all the same.
        let _ = reply.send(outcome);
    }
}

/// Answers jobs of a transaction that is gone: the last one with its own error, the others with the same kind.
fn answer_all_failed(done: Vec<(oneshot::Sender<PortResult<u64>>, PortResult<u64>)>) {
    let full = done.iter().any(|(_, outcome)| matches!(outcome, Err(PortError::Full)));
    for (reply, outcome) in done {
        let outcome = match outcome {
            Err(error) => Err(error),
            Ok(_) if full => Err(PortError::Full),
            Ok(_) => Err(PortError::failed("write")("another write of the same transaction failed")),
        };
        let _ = reply.send(outcome);
    }
}

fn run(connection: &Connection, job: &Job) -> PortResult<u64> {
    execute(connection, "SAVEPOINT job").map_err(failed("write"))?;
    let outcome = apply(connection, job);
    if connection.is_autocommit() {
        return outcome;
    }
    if outcome.is_err() {
        execute(connection, "ROLLBACK TO job").map_err(failed("take a write back"))?;
    }
    execute(connection, "RELEASE job").map_err(failed("write"))?;
    outcome
}

fn apply(connection: &Connection, job: &Job) -> PortResult<u64> {
    let now = job.now.as_second();
    let mut version = 0;
    for write in &job.writes {
        let (key, expect) = write.target();
        // Only what has a condition or counts a version needs to look first.
        let stored = match write {
            Write::Delete { expect: Expect::Any, .. } | Write::Check { expect: Expect::Any, .. } => None,
            _ => stored_version(connection, key, now).map_err(failed("look before writing"))?,
        };
        if !expect.holds(stored) {
            return Err(PortError::Conflict);
        }
        match write {
            Write::Put(put) => {
                version = stored.unwrap_or(0) + 1;
                store(connection, put, version).map_err(failed("put an item"))?;
            }
            Write::Delete { .. } => remove(connection, key).map_err(failed("delete an item"))?,
            Write::Check { .. } => {}
        }
    }
    Ok(version)
}

fn stored_version(connection: &Connection, key: &Key, now: i64) -> rusqlite::Result<Option<u64>> {
    let sql = format!(
        "SELECT version FROM {} WHERE pk = ?1 AND sk = ?2 AND (expires IS NULL OR expires > ?3)",
        key.table.name()
    );
    connection.prepare_cached(&sql)?.query_row(params![key.pk, key.sk, now], |row| row.get(0)).optional()
}

fn store(connection: &Connection, put: &Put, version: u64) -> rusqlite::Result<()> {
    let sql = format!(
        "INSERT INTO {} (pk, sk, version, doc, gsi1pk, gsi1sk, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (pk, sk) DO UPDATE SET version = excluded.version, doc = excluded.doc,
         gsi1pk = excluded.gsi1pk, gsi1sk = excluded.gsi1sk, expires = excluded.expires",
        put.key.table.name()
    );
    let index = put.index.as_ref();
    connection.prepare_cached(&sql)?.execute(params![
        put.key.pk,
        put.key.sk,
        version,
        put.doc.as_str(),
        index.map(|index| &index.pk),
        index.map(|index| &index.sk),
        put.expires.map(Timestamp::as_second),
    ])?;
    Ok(())
}

fn remove(connection: &Connection, key: &Key) -> rusqlite::Result<()> {
    let sql = format!("DELETE FROM {} WHERE pk = ?1 AND sk = ?2", key.table.name());
    connection.prepare_cached(&sql)?.execute(params![key.pk, key.sk])?;
    Ok(())
}

fn sweep(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    for table in Table::ALL {
        let sql = format!("DELETE FROM {} WHERE expires <= ?1", table.name());
        connection.execute(&sql, [now.as_second()])?;
    }
    Ok(())
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}
