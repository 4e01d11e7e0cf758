//! Records on DynamoDB: a real table for each of ours, named `{prefix}{table}`, with the index `gsi1`.
//!
//! An item holds `pk`, `sk`, `version`, `doc` (JSON as text: DynamoDB's numbers are others), `nonce` (which write it was),
//! and where it has them `gsi1pk`, `gsi1sk` and `expires` (seconds since 1970, which DynamoDB's own expiry removes by).
//! Reads of the base table are consistent ones. There is no generation: one counter would make every write of a site meet
//! at one item, and what is cached above this store is cached by the CDN.

mod item;
mod query;
mod statement;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    KeysAndAttributes, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure, TransactWriteItem,
};
use domain::ports::{Clock, Expect, Key, PortError, PortResult, Put, Query, Record, Records, Table, Write, rules};
use shared::page::Page;

use self::item::{Item, VERSION};
use self::statement::{Nonce, Statement};
use super::{Aws, in_words, is_throttling, pause};

/// How often a write that met another, or what a batch left over, is tried again.
const TRIES: u32 = 10;

/// The store of structured items.
#[derive(Clone)]
pub struct DynamoRecords {
    client: Client,
    prefix: String,
    clock: Arc<dyn Clock>,
}

impl DynamoRecords {
    /// Over the tables whose names begin with the prefix; they are there already.
    pub fn new(aws: &Aws, prefix: &str, clock: Arc<dyn Clock>) -> Self {
        Self { client: aws.dynamodb(), prefix: prefix.into(), clock }
    }

    fn table(&self, table: Table) -> String {
        format!("{}{}", self.prefix, table.name())
    }

    fn now(&self) -> i64 {
        self.clock.now().as_second()
    }

    /// Asks for items, and again for those that were left over.
    async fn fetch(&self, keys: HashSet<&Key>) -> PortResult<HashMap<Key, Record>> {
        let mut wanted = HashMap::<String, Vec<Item>>::new();
        for key in keys {
            wanted.entry(self.table(key.table)).or_default().push(item::key(key));
        }
        let request = |keys| KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let wanted = wanted.into_iter().map(|(table, keys)| Ok((table, request(keys)?)));
        let mut wanted: HashMap<_, _> =
            wanted.collect::<Result<_, _>>().map_err(PortError::failed::<aws_sdk_dynamodb::error::BuildError>(READ))?;
        let mut found = HashMap::new();
        for attempt in 0..TRIES {
            if wanted.is_empty() {
                return Ok(found);
            }
            let answer = self.client.batch_get_item().set_request_items(Some(wanted)).send().await;
            let answer = answer.map_err(|error| in_words(READ, error))?;
            for (name, items) in answer.responses.unwrap_or_default() {
                let Some(table) = Table::ALL.into_iter().find(|table| self.table(*table) == name) else { continue };
                for item in items {
                    let record = item::record(table, item)?;
                    found.insert(record.key.clone(), record);
                }
            }
            wanted = answer.unprocessed_keys.unwrap_or_default();
            if !wanted.is_empty() {
                pause(attempt).await;
            }
        }
        if wanted.is_empty() { Ok(found) } else { Err(PortError::Busy { retry_after: 1 }) }
    }

    /// Makes a statement; one whose condition failed because it was made before, its answer lost on the way, succeeded.
    async fn update(&self, table: Table, statement: Statement, nonce: &Nonce) -> PortResult<Option<Item>> {
        for attempt in 0..TRIES {
            let Statement { key, update, condition, values } = statement.clone();
            let request = self
                .client
                .update_item()
                .table_name(self.table(table))
                .set_key(Some(key))
                .set_update_expression(update)
                .set_condition_expression(condition)
                .set_expression_attribute_values(values)
                .return_values(ReturnValue::UpdatedNew)
                .return_values_on_condition_check_failure(OnFailure::AllOld);
            match request.send().await {
                Ok(done) => return Ok(done.attributes),
                Err(error) if error.code() == Some("TransactionConflictException") => pause(attempt).await,
                Err(error) => return written_before(&error, nonce).map(Some).ok_or_else(|| in_words(WRITE, error)),
            }
        }
        Err(PortError::Busy { retry_after: 1 })
    }

    async fn send(&self, items: Vec<TransactWriteItem>) -> PortResult<()> {
        // The same at every try: what was done, and not heard of, is not done again.
        let token = format!("{:032x}", rand::random::<u128>());
        for attempt in 0..TRIES {
            let request = self.client.transact_write_items().client_request_token(&token);
            match request.set_transact_items(Some(items.clone())).send().await {
                Ok(_) => return Ok(()),
                Err(error) => match outcome(&error) {
                    Outcome::Conflict => return Err(PortError::Conflict),
                    Outcome::Met => pause(attempt).await,
                    Outcome::Other => return Err(in_words(WRITE, error)),
                },
            }
        }
        Err(PortError::Busy { retry_after: 1 })
    }
}

const READ: &str = "read from DynamoDB";
const WRITE: &str = "write to DynamoDB";

/// What stands there, where it is this very write's.
fn written_before<R>(error: &SdkError<UpdateItemError, R>, nonce: &Nonce) -> Option<Item> {
    let UpdateItemError::ConditionalCheckFailedException(failed) = error.as_service_error()? else { return None };
    let there = failed.item()?;
    nonce.is_in(there).then(|| there.clone())
}

enum Outcome {
    /// A condition failed.
    Conflict,
    /// It met another transaction, or too many.
    Met,
    /// Anything else.
    Other,
}

fn outcome<R>(error: &SdkError<TransactWriteItemsError, R>) -> Outcome {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
        return Outcome::Other;
    };
    let reasons: Vec<_> = cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code()).collect();
    if reasons.contains(&"ConditionalCheckFailed") {
        return Outcome::Conflict;
    }
    let passes = |code: &&str| *code == "TransactionConflict" || is_throttling(code);
    if reasons.iter().any(passes) { Outcome::Met } else { Outcome::Other }
}

#[async_trait]
impl Records for DynamoRecords {
    async fn get(&self, key: &Key) -> PortResult<Option<Record>> {
        if rules::check_key(key).is_err() {
            return Ok(None);
        }
        let request = self.client.get_item().table_name(self.table(key.table)).set_key(Some(item::key(key)));
        let answer = request.consistent_read(true).send().await.map_err(|error| in_words(READ, error))?;
        let record = answer.item.map(|item| item::record(key.table, item)).transpose()?;
        Ok(record.filter(|record| item::is_live(record, self.now())))
    }

    async fn batch_get(&self, keys: &[Key]) -> PortResult<Vec<Option<Record>>> {
        rules::check_batch(keys)?;
        let wanted: HashSet<&Key> = keys.iter().filter(|key| rules::check_key(key).is_ok()).collect();
        let mut found = self.fetch(wanted).await?;
        let now = self.now();
        found.retain(|_, record| item::is_live(record, now));
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }

    async fn query(&self, query: &Query) -> PortResult<Page<Record>> {
        let Some(conditions) = query::conditions(query) else { return Ok(Page { items: Vec::new(), next: None }) };
        let start = query.cursor.as_deref().map(|cursor| query::start(query, cursor)).transpose()?;
        let request = query::request(self.client.query().table_name(self.table(query.table)), query, conditions);
        let answer = match request.set_exclusive_start_key(start).send().await {
            Ok(answer) => answer,
            // A place outside what is asked for: the cursor of another query.
            Err(error) if query.cursor.is_some() && error.code() == Some("ValidationException") => {
                return Err(PortError::Absent);
            }
            Err(error) => return Err(in_words(READ, error)),
        };
        let records = answer.items.unwrap_or_default().into_iter().map(|item| item::record(query.table, item));
        let mut items: Vec<Record> = records.collect::<PortResult<_>>()?;
        let now = self.now();
        items.retain(|record| item::is_live(record, now));
        let next = answer.last_evaluated_key.map(|last| query::cursor(query.by_index, &last)).transpose()?;
        Ok(Page { items, next })
    }

    async fn put(&self, put: Put) -> PortResult<u64> {
        rules::check_put(&put)?;
        let nonce = Nonce::new();
        let statement = statement::put(&put, &nonce, self.now());
        let stored = self.update(put.key.table, statement, &nonce).await?;
        match put.expect {
            Expect::Absent => Ok(1),
            Expect::Version(version) => Ok(version + 1),
            Expect::Any => item::number(stored.as_ref().and_then(|item| item.get(VERSION))),
        }
    }

    async fn delete(&self, key: &Key, expect: Expect) -> PortResult<()> {
        rules::check_key(key)?;
        if expect != Expect::Any {
            return self.send(vec![statement::delete(key, expect, self.now()).deleting(self.table(key.table))?]).await;
        }
        let request = self.client.delete_item().table_name(self.table(key.table)).set_key(Some(item::key(key)));
        request.send().await.map(drop).map_err(|error| in_words(WRITE, error))
    }

    async fn transact(&self, writes: Vec<Write>) -> PortResult<()> {
        rules::check_writes(&writes)?;
        let now = self.now();
        let mut items = Vec::with_capacity(writes.len());
        for write in &writes {
            let table = self.table(write.target().0.table);
            match write {
                Write::Put(put) => items.push(statement::put(put, &Nonce::new(), now).updating(table)?),
                Write::Delete { key, expect } => items.push(statement::delete(key, *expect, now).deleting(table)?),
                Write::Check { expect: Expect::Any, .. } => {}
                Write::Check { key, expect } => items.push(statement::delete(key, *expect, now).checking(table)?),
            }
        }
        if items.is_empty() { Ok(()) } else { self.send(items).await }
    }

    async fn generation(&self) -> PortResult<Option<u64>> {
        Ok(None)
    }
}
