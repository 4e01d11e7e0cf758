//! A write in DynamoDB's words, the same whether it stands alone or in a transaction.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, TransactWriteItem, Update};
use domain::ports::{Expect, Key, PortError, PortResult, Put};

use super::item::{self, DOC, EXPIRES, INDEX_PK, INDEX_SK, Item, NONCE, PK, VERSION, numeral, text};

/// Names one write, so that it knows itself when it comes a second time.
pub struct Nonce(AttributeValue);

impl Nonce {
    pub fn new() -> Self {
        Self(AttributeValue::B(Blob::new(rand::random::<[u8; 16]>())))
    }

    /// True if this write stored the item.
    pub fn is_in(&self, item: &Item) -> bool {
        item.get(NONCE) == Some(&self.0)
    }
}

/// See the module.
#[derive(Clone)]
pub struct Statement {
    pub key: Item,
    pub update: Option<String>,
    pub condition: Option<String>,
    pub values: Option<Item>,
}

/// Stores an item whole: every attribute is set or removed.
pub fn put(put: &Put, nonce: &Nonce, now: i64) -> Statement {
    let Statement { key, condition, values, .. } = expecting(&put.key, put.expect, now);
    let mut values = values.unwrap_or_default();
    let mut set = vec![format!("{DOC} = :doc"), format!("{NONCE} = :nonce")];
    let mut remove = Vec::new();
    values.extend([(":doc".into(), text(put.doc.as_str().to_owned())), (":nonce".into(), nonce.0.clone())]);
    match put.expect {
        Expect::Absent => {
            values.insert(":version".into(), numeral(1));
            set.push(format!("{VERSION} = :version"));
        }
        Expect::Version(version) => {
            values.insert(":version".into(), numeral(version.saturating_add(1)));
            set.push(format!("{VERSION} = :version"));
        }
        Expect::Any => {
            values.extend([(":none".into(), numeral(0)), (":one".into(), numeral(1))]);
            set.push(format!("{VERSION} = if_not_exists({VERSION}, :none) + :one"));
        }
    }
    let index = put.index.as_ref();
    let optional = [
        (INDEX_PK, index.map(|index| text(&index.pk))),
        (INDEX_SK, index.map(|index| text(&index.sk))),
        (EXPIRES, put.expires.map(|at| numeral(at.as_second()))),
    ];
    for (name, value) in optional {
        match value {
            Some(value) => {
                values.insert(format!(":{name}"), value);
                set.push(format!("{name} = :{name}"));
            }
            None => remove.push(name),
        }
    }
    let mut update = format!("SET {}", set.join(", "));
    if !remove.is_empty() {
        update = format!("{update} REMOVE {}", remove.join(", "));
    }
    Statement { key, update: Some(update), condition, values: Some(values) }
}

/// Removes an item, or, as a check, only looks at it.
pub fn delete(key: &Key, expect: Expect, now: i64) -> Statement {
    expecting(key, expect, now)
}

/// What expired counts as absent, though DynamoDB may not have removed it yet.
fn expecting(key: &Key, expect: Expect, now: i64) -> Statement {
    let now = (":now".to_owned(), numeral(now));
    let (condition, values) = match expect {
        Expect::Any => (None, None),
        Expect::Absent => {
            let condition = format!("attribute_not_exists({PK}) OR {EXPIRES} <= :now");
            (Some(condition), Some(Item::from([now])))
        }
        Expect::Version(version) => {
            let live = format!("(attribute_not_exists({EXPIRES}) OR {EXPIRES} > :now)");
            let expected = (":expected".to_owned(), numeral(version));
            (Some(format!("{VERSION} = :expected AND {live}")), Some(Item::from([now, expected])))
        }
    };
    Statement { key: item::key(key), update: None, condition, values }
}

impl Statement {
    /// As an update in a transaction.
    pub fn updating(self, table: String) -> PortResult<TransactWriteItem> {
        let update = Update::builder()
            .table_name(table)
            .set_key(Some(self.key))
            .set_update_expression(self.update)
            .set_condition_expression(self.condition)
            .set_expression_attribute_values(self.values);
        Ok(TransactWriteItem::builder().update(update.build().map_err(incomplete)?).build())
    }

    /// As a delete in a transaction.
    pub fn deleting(self, table: String) -> PortResult<TransactWriteItem> {
        let delete = Delete::builder()
            .table_name(table)
            .set_key(Some(self.key))
            .set_condition_expression(self.condition)
            .set_expression_attribute_values(self.values);
        Ok(TransactWriteItem::builder().delete(delete.build().map_err(incomplete)?).build())
    }

    /// As a check in a transaction.
    pub fn checking(self, table: String) -> PortResult<TransactWriteItem> {
        let check = ConditionCheck::builder()
            .table_name(table)
            .set_key(Some(self.key))
            .set_condition_expression(self.condition)
            .set_expression_attribute_values(self.values);
        Ok(TransactWriteItem::builder().condition_check(check.build().map_err(incomplete)?).build())
    }
}

fn incomplete(error: BuildError) -> PortError {
    PortError::failed("write a transaction")(error)
}
