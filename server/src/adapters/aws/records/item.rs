//! A record as a DynamoDB item.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::ports::{Doc, Index, Key, PortError, PortResult, Record, Table};
use jiff::Timestamp;

pub type Item = HashMap<String, AttributeValue>;

pub const PK: &str = "pk";
pub const SK: &str = "sk";
pub const INDEX_PK: &str = "gsi1pk";
pub const INDEX_SK: &str = "gsi1sk";
pub const VERSION: &str = "version";
pub const EXPIRES: &str = "expires";
pub const DOC: &str = "doc";
pub const NONCE: &str = "nonce";

pub fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub fn numeral(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// The base table's key.
pub fn key(key: &Key) -> Item {
    HashMap::from([(PK.into(), text(&key.pk)), (SK.into(), text(&key.sk))])
}

/// What a number attribute holds.
pub fn number<N: std::str::FromStr>(value: Option<&AttributeValue>) -> PortResult<N> {
    let number = value.and_then(|value| value.as_n().ok()).and_then(|digits| digits.parse().ok());
    number.ok_or_else(|| not_ours("a number"))
}

/// The text that a key attribute holds.
pub fn string(item: &Item, name: &'static str) -> PortResult<String> {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().ok_or_else(|| not_ours(name))
}

/// What an item that we stored says.
pub fn record(table: Table, item: Item) -> PortResult<Record> {
    let doc = item.get(DOC).and_then(|value| value.as_s().ok()).ok_or_else(|| not_ours(DOC))?;
    let index = match item.get(INDEX_PK) {
        Some(_) => Some(Index { pk: string(&item, INDEX_PK)?, sk: string(&item, INDEX_SK)? }),
        None => None,
    };
    let expires = match item.get(EXPIRES) {
        Some(seconds) => Some(Timestamp::from_second(number(Some(seconds))?).map_err(PortError::failed(READ))?),
        None => None,
    };
    Ok(Record {
        key: Key::new(table, string(&item, PK)?, string(&item, SK)?),
        version: number(item.get(VERSION))?,
        doc: Doc::from(doc.clone()),
        index,
        expires,
    })
}

/// DynamoDB removes what expired some time afterwards; until then it is passed over.
pub fn is_live(record: &Record, now: i64) -> bool {
    record.expires.is_none_or(|expires| expires.as_second() > now)
}

const READ: &str = "read an item of DynamoDB";

fn not_ours(what: &str) -> PortError {
    PortError::failed(READ)(format!("it has no {what} as we write it"))
}
