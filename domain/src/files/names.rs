//! Finding files by name, for links.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use shared::Result;

use super::{NamedFile, fold_name, keys};
use crate::Site;
use crate::ports::{PortResult, Query, Range, Table};

/// Queries under way at the same time.
const AT_ONCE: usize = 16;

/// For links (checks nobody's rights): every file of one of these names, folders left out, upper and lower case alike.
/// One query a distinct name.
///
/// # Errors
/// Those of the store.
pub async fn named(site: &Site, names: &[String]) -> Result<Vec<NamedFile>> {
    let distinct: BTreeSet<String> = names.iter().filter(|n| !n.is_empty()).map(|name| fold_name(name)).collect();
    let queries = distinct.into_iter().map(|name| under(site, Range::Prefix(keys::name_prefix(&name))));
    let found: Vec<Vec<NamedFile>> = stream::iter(queries).buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// For links (checks nobody's rights): every name of every file.
///
/// # Errors
/// Those of the store.
pub async fn all_named(site: &Site) -> Result<Vec<NamedFile>> {
    Ok(under(site, Range::All).await?)
}

async fn under(site: &Site, range: Range) -> PortResult<Vec<NamedFile>> {
    let mut query = Query { range, limit: 1_000, ..Query::partition(Table::Files, keys::NAMES) };
    let mut found = Vec::new();
    loop {
        let page = site.list::<NamedFile>(&query).await?;
        found.extend(page.items.into_iter().map(|stored| stored.doc));
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(found);
        }
    }
}
