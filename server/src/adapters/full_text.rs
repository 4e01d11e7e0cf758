//! What both homes' full-text indexes have alike on tantivy: the fields, the analysis, and a query's way through them.

pub mod ask;
pub mod fields;

use tantivy::directory::MmapDirectory;
use tantivy::schema::Schema;
use tantivy::{Index, IndexReader, ReloadPolicy};

/// Counts changes of the fields and of the analysis; an index of another version is no use.
pub const VERSION: u32 = 1;
/// What a writer may gather before it must write a segment: tantivy's smallest.
pub const WRITER_BYTES: usize = 15_000_000;

/// Opens the index in a folder, or makes an empty one.
///
/// # Errors
/// What tantivy finds; it panics over some damages.
pub fn open(folder: &std::path::Path, schema: &Schema) -> tantivy::Result<(Index, IndexReader)> {
    let directory = MmapDirectory::open(folder)?;
    let index = Index::open_or_create(directory, schema.clone())?;
    index.tokenizers().register(fields::ANALYSIS, fields::analyzer());
    let reader =
        index.reader_builder().reload_policy(ReloadPolicy::Manual).doc_store_cache_num_blocks(16).try_into()?;
    Ok((index, reader))
}
