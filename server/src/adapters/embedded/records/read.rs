//! The statements that read.

use domain::ports::{ByIndex, Index, Key, Order, PortResult, Query, Range, Record, Table, rules};
use jiff::Timestamp;
use rusqlite::types::ToSql;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params, params_from_iter};
use shared::limits;
use shared::page::Page;

const COLUMNS: &str = "pk, sk, version, doc, gsi1pk, gsi1sk, expires";

/// One item.
pub fn get(connection: &Connection, key: &Key, now: Timestamp) -> rusqlite::Result<Option<Record>> {
    get_by(&mut getter(connection, key.table)?, key, now)
}

/// Items as they stood at one moment.
pub fn batch_get(connection: &Connection, keys: &[Key], now: Timestamp) -> rusqlite::Result<Vec<Option<Record>>> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let records = get_each(connection, keys, now);
    connection.prepare_cached("COMMIT")?.execute([])?;
    records
}

fn get_each(connection: &Connection, keys: &[Key], now: Timestamp) -> rusqlite::Result<Vec<Option<Record>>> {
    let mut records = Vec::with_capacity(keys.len());
    for same in keys.chunk_by(|one, next| one.table == next.table) {
        let mut statement = getter(connection, same[0].table)?;
        for key in same {
            records.push(get_by(&mut statement, key, now)?);
        }
    }
    Ok(records)
}

fn getter(connection: &Connection, table: Table) -> rusqlite::Result<CachedStatement<'_>> {
    let table = table.name();
    connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM {table} WHERE pk = ?1 AND sk = ?2 AND (expires IS NULL OR expires > ?3)"
    ))
}

fn get_by(statement: &mut CachedStatement<'_>, key: &Key, now: Timestamp) -> rusqlite::Result<Option<Record>> {
    let row = |row: &Row<'_>| record(key.table, row).map(|(record, _)| record);
    statement.query_row(params![key.pk, key.sk, now.as_second()], row).optional()
}

/// A query as SQL: its text and what stands for `?2` and so on.
pub struct Plan {
    sql: String,
    bounds: Vec<String>,
}

/// Writes a query's SQL, with one bound at each end, so that SQLite seeks to where the page begins.
///
/// # Errors
/// `Absent` for a malformed cursor.
pub fn plan(query: &Query) -> PortResult<Plan> {
    let (partition, sort, place, index) = match query.by_index {
        ByIndex::Base => ("pk", "sk", "(sk)", ""),
        ByIndex::Secondary => ("gsi1pk", "gsi1sk", "(gsi1sk, pk, sk)", " AND gsi1pk IS NOT NULL"),
    };
    let (from, to) = match &query.range {
        Range::All => (None, None),
        Range::Prefix(prefix) => (Some((">=", prefix.clone())), rules::prefix_end(prefix).map(|end| ("<", end))),
        Range::Between(first, last) => (Some((">=", first.clone())), Some(("<=", last.clone()))),
    };
    let cursor: Option<Vec<String>> = match (&query.cursor, query.by_index) {
        (None, _) => None,
        (Some(cursor), ByIndex::Base) => Some(rules::decode_cursor::<1>(cursor)?.into()),
        (Some(cursor), ByIndex::Secondary) => Some(rules::decode_cursor::<3>(cursor)?.into()),
    };
    let mut plan = Plan { sql: String::new(), bounds: Vec::new() };
    let mut conditions = String::new();
    let mut bound = |column: &str, operator: &str, values: Vec<String>| {
        let first = plan.bounds.len() + 2;
        let marks: Vec<_> = (first..first + values.len()).map(|i| format!("?{i}")).collect();
        conditions.push_str(&format!(" AND {column} {operator} ({})", marks.join(", ")));
        plan.bounds.extend(values);
    };
    // A cursor stands inside the range, so it takes the place of the bound on its side.
    let replaces = |edge: &Option<(&str, String)>, keep: fn(&str, &str) -> bool| {
        cursor.clone().filter(|cursor| edge.as_ref().is_none_or(|(_, edge)| keep(&cursor[0], edge)))
    };
    let (cursor_from, cursor_to) = match query.order {
        Order::Ascending => (replaces(&from, |cursor, edge| cursor >= edge), None),
        Order::Descending => (None, replaces(&to, |cursor, edge| cursor <= edge)),
    };
    match (cursor_from, from) {
        (Some(cursor), _) => bound(place, ">", cursor),
        (None, Some((operator, edge))) => bound(sort, operator, vec![edge]),
        (None, None) => {}
    }
    match (cursor_to, to) {
        (Some(cursor), _) => bound(place, "<", cursor),
        (None, Some((operator, edge))) => bound(sort, operator, vec![edge]),
        (None, None) => {}
    }
    let direction = if query.order == Order::Ascending { "ASC" } else { "DESC" };
    let order = place.trim_matches(['(', ')']).replace(',', &format!(" {direction},"));
    let (now, limit) = (plan.bounds.len() + 2, plan.bounds.len() + 3);
    plan.sql = format!(
        "SELECT {COLUMNS} FROM {} WHERE {partition} = ?1{index}{conditions} AND (expires IS NULL OR expires > ?{now})
         ORDER BY {order} {direction} LIMIT ?{limit}",
        query.table.name()
    );
    Ok(plan)
}

/// One page.
pub fn query(connection: &Connection, query: &Query, plan: &Plan, now: Timestamp) -> rusqlite::Result<Page<Record>> {
    let limit = query.limit.max(1);
    let mut statement = connection.prepare_cached(&plan.sql)?;
    let (now, probe) = (now.as_second(), i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1));
    let mut values: Vec<&dyn ToSql> = vec![&query.pk];
    values.extend(plan.bounds.iter().map(|bound| bound as &dyn ToSql));
    values.extend([&now as &dyn ToSql, &probe]);
    let mut rows = statement.query(params_from_iter(values))?;
    let mut page = Page::default();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        if page.items.len() == limit {
            page.next = page.items.last().map(|last| cursor(last, query.by_index));
            break;
        }
        let (record, doc_bytes) = record(query.table, row)?;
        bytes += rules::item_bytes(&record.key, record.index.as_ref(), doc_bytes);
        if bytes > limits::QUERY_BYTES && !page.items.is_empty() {
            page.next = page.items.last().map(|last| cursor(last, query.by_index));
            break;
        }
        page.items.push(record);
    }
    Ok(page)
}

fn cursor(last: &Record, by_index: ByIndex) -> String {
    let Key { pk, sk, .. } = &last.key;
    match (by_index, &last.index) {
        (ByIndex::Secondary, Some(index)) => rules::encode_cursor(&[&index.sk, pk, sk]),
        _ => rules::encode_cursor(&[sk]),
    }
}

/// The item of a row and the length of its document's text.
fn record(table: Table, row: &Row<'_>) -> rusqlite::Result<(Record, usize)> {
    let doc: String = row.get(3)?;
    let bytes = doc.len();
    let index = match (row.get::<_, Option<String>>(4)?, row.get::<_, Option<String>>(5)?) {
        (Some(pk), Some(sk)) => Some(Index { pk, sk }),
        _ => None,
    };
    let expires = row.get::<_, Option<i64>>(6)?.and_then(|second| Timestamp::from_second(second).ok());
    let key = Key { table, pk: row.get(0)?, sk: row.get(1)? };
    Ok((Record { key, version: row.get(2)?, doc: doc.into(), index, expires }, bytes))
}
