//! A query in DynamoDB's words.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use domain::ports::{ByIndex, Order, PortResult, Query, Range, rules};
use shared::limits;

use super::item::{INDEX_PK, INDEX_SK, Item, PK, SK, string, text};

const INDEX: &str = "gsi1";

/// The condition on the keys and the values it names.
pub struct Conditions {
    expression: String,
    values: Item,
}

/// `None` where nothing can be found: DynamoDB refuses what no key can meet.
pub fn conditions(query: &Query) -> Option<Conditions> {
    let (pk, sk) = names(query.by_index);
    let (pk_limit, sk_limit) = limits::KEY_BYTES;
    if query.pk.is_empty() || query.pk.len() > pk_limit {
        return None;
    }
    let mut values = Item::from([(":pk".into(), text(&query.pk))]);
    let mut value = |name: &str, of: &str| values.insert(name.into(), text(of));
    let range = match &query.range {
        Range::All => String::new(),
        Range::Prefix(prefix) if prefix.is_empty() => String::new(),
        Range::Prefix(prefix) if prefix.len() > sk_limit => return None,
        Range::Prefix(prefix) => {
            value(":first", prefix);
            format!(" AND begins_with({sk}, :first)")
        }
        Range::Between(first, last) if first > last || last.is_empty() => return None,
        Range::Between(first, last) if first.is_empty() => {
            value(":last", last);
            format!(" AND {sk} <= :last")
        }
        Range::Between(first, last) => {
            value(":first", first);
            value(":last", last);
            format!(" AND {sk} BETWEEN :first AND :last")
        }
    };
    Some(Conditions { expression: format!("{pk} = :pk{range}"), values })
}

/// The request, less table and cursor.
pub fn request(request: QueryFluentBuilder, query: &Query, conditions: Conditions) -> QueryFluentBuilder {
    let request = request
        .key_condition_expression(conditions.expression)
        .set_expression_attribute_values(Some(conditions.values))
        .scan_index_forward(query.order == Order::Ascending)
        .limit(i32::try_from(query.limit.max(1)).unwrap_or(i32::MAX));
    match query.by_index {
        ByIndex::Base => request.consistent_read(true),
        ByIndex::Secondary => request.index_name(INDEX),
    }
}

/// The key that a cursor names.
pub fn start(query: &Query, cursor: &str) -> PortResult<Item> {
    let (pk, sk) = names(query.by_index);
    let mut key = Item::from([(pk.into(), text(&query.pk))]);
    match query.by_index {
        ByIndex::Base => {
            let [place] = rules::decode_cursor(cursor)?;
            key.insert(sk.into(), text(place));
        }
        ByIndex::Secondary => {
            let [place, base_pk, base_sk] = rules::decode_cursor(cursor)?;
            key.extend([(sk.into(), text(place)), (PK.into(), text(base_pk)), (SK.into(), text(base_sk))]);
        }
    }
    Ok(key)
}

/// The cursor that names a key.
pub fn cursor(by_index: ByIndex, last: &Item) -> PortResult<String> {
    Ok(match by_index {
        ByIndex::Base => rules::encode_cursor(&[&string(last, SK)?]),
        ByIndex::Secondary => rules::encode_cursor(&[&string(last, INDEX_SK)?, &string(last, PK)?, &string(last, SK)?]),
    })
}

fn names(by_index: ByIndex) -> (&'static str, &'static str) {
    match by_index {
        ByIndex::Base => (PK, SK),
        ByIndex::Secondary => (INDEX_PK, INDEX_SK),
    }
}
