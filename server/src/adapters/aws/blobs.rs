//! Blobs on S3: an object for each, in one bucket of the site's own.
//!
//! The bucket's default says how objects are encrypted, so that the switch to a key of the owner's own is the template's
//! alone. A put is whole or absent because S3's are; the SDK sends a checksum with each and checks those of what it reads.

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use domain::ports::{BlobMeta, Blobs, ByteRange, PortError, PortResult, rules};
use shared::limits;
use shared::page::Page;

use super::{Aws, in_words};

/// The store of bytes.
#[derive(Clone)]
pub struct S3Blobs {
    client: Client,
    bucket: String,
}

/// What a stored version of a blob is called; it changes with every put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ETag(pub String);

/// What must be stored for a conditional put to happen.
#[derive(Clone, Copy, Debug)]
pub enum Stored<'a> {
    /// Nothing.
    Absent,
    /// This version.
    Is(&'a ETag),
}

/// Metadata that marks a blob without a media type; S3 would make one up.
const UNTYPED: &str = "untyped";
const NO_TYPE: &str = "application/octet-stream";
const READ: &str = "read from S3";
const WRITE: &str = "write to S3";

impl S3Blobs {
    /// Over a bucket, which is there already.
    pub fn new(aws: &Aws, bucket: &str) -> Self {
        Self { client: aws.s3(), bucket: bucket.into() }
    }

    /// Stores bytes if what is stored is as said; answers the new version.
    ///
    /// # Errors
    /// `Conflict` when it is not; nothing was written.
    pub async fn put_if(&self, key: &str, bytes: Vec<u8>, stored: Stored<'_>) -> PortResult<ETag> {
        rules::check_blob_key(key)?;
        let request = self.client.put_object().bucket(&self.bucket).key(key).content_type(NO_TYPE).body(bytes.into());
        let request = match stored {
            Stored::Absent => request.if_none_match("*"),
            Stored::Is(etag) => request.if_match(&etag.0),
        };
        let done = request.send().await.map_err(|error| match error.code() {
            // What was to be replaced is gone.
            Some("NoSuchKey") => PortError::Conflict,
            _ => words(WRITE, error),
        })?;
        done.e_tag.map(ETag).ok_or_else(|| PortError::failed(WRITE)("S3 names no version of what it stored"))
    }

    /// A blob and its version, unless that is the one known; `None` then.
    ///
    /// # Errors
    /// `Absent` when there is none.
    pub async fn get_if_changed(&self, key: &str, known: Option<&ETag>) -> PortResult<Option<(Vec<u8>, ETag)>> {
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let request = request.set_if_none_match(known.map(|etag| etag.0.clone()));
        let found = match request.send().await {
            Ok(found) => found,
            Err(error) if status(&error) == Some(304) => return Ok(None),
            Err(error) => return Err(absent_or(READ, error)),
        };
        let etag = found.e_tag.map(ETag).ok_or_else(|| PortError::failed(READ)("S3 names no version of a blob"))?;
        let bytes = found.body.collect().await.map_err(PortError::failed(READ))?;
        Ok(Some((bytes.to_vec(), etag)))
    }
}

/// `bytes=…` as RFC 9110, 14.2 has it; `None` where no blob has any of it.
fn header(range: ByteRange) -> Option<String> {
    // S3 counts in signed numbers; its largest object is 5 TB.
    let (first, last) = range.within(i64::MAX.unsigned_abs()).map(|(first, length)| (first, first + length - 1))?;
    Some(if range.last.is_none() { format!("bytes={first}-") } else { format!("bytes={first}-{last}") })
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

/// An answer to HEAD has no body to say more than its status.
fn words<E>(context: &'static str, error: SdkError<E>) -> PortError
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    if status(&error) == Some(503) { PortError::Busy { retry_after: 1 } } else { in_words(context, error) }
}

/// 404, and 416 for a range of which there is nothing.
fn absent_or<E>(context: &'static str, error: SdkError<E>) -> PortError
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match status(&error) {
        Some(404 | 416) if error.code() != Some("NoSuchBucket") => PortError::Absent,
        _ => words(context, error),
    }
}

fn meta(found: &HeadObjectOutput) -> BlobMeta {
    let untyped = found.metadata().is_some_and(|metadata| metadata.contains_key(UNTYPED));
    let media_type = if untyped { "" } else { found.content_type().unwrap_or(NO_TYPE) };
    let size = found.content_length().and_then(|length| u64::try_from(length).ok()).unwrap_or_default();
    BlobMeta { size, media_type: media_type.into() }
}

#[async_trait]
impl Blobs for S3Blobs {
    async fn put(&self, key: &str, media_type: &str, bytes: Vec<u8>) -> PortResult<()> {
        rules::check_blob_key(key)?;
        let request = self.client.put_object().bucket(&self.bucket).key(key).body(bytes.into());
        let request = match media_type {
            "" => request.content_type(NO_TYPE).metadata(UNTYPED, "yes"),
            given => request.content_type(given),
        };
        request.send().await.map(drop).map_err(|error| words(WRITE, error))
    }

    async fn get(&self, key: &str, range: Option<ByteRange>) -> PortResult<Vec<u8>> {
        if rules::check_blob_key(key).is_err() {
            return Err(PortError::Absent);
        }
        let range = range.map(|range| header(range).ok_or(PortError::Absent)).transpose()?;
        let request = self.client.get_object().bucket(&self.bucket).key(key).set_range(range);
        let found = request.send().await.map_err(|error| absent_or(READ, error))?;
        let bytes = found.body.collect().await.map_err(PortError::failed(READ))?;
        Ok(bytes.to_vec())
    }

    async fn head(&self, key: &str) -> PortResult<Option<BlobMeta>> {
        if rules::check_blob_key(key).is_err() {
            return Ok(None);
        }
        match self.client.head_object().bucket(&self.bucket).key(key).send().await {
            Ok(found) => Ok(Some(meta(&found))),
            Err(error) => match absent_or(READ, error) {
                PortError::Absent => Ok(None),
                other => Err(other),
            },
        }
    }

    async fn delete(&self, key: &str) -> PortResult<()> {
        if rules::check_blob_key(key).is_err() {
            return Ok(());
        }
        let request = self.client.delete_object().bucket(&self.bucket).key(key);
        request.send().await.map(drop).map_err(|error| words(WRITE, error))
    }

    async fn list(&self, prefix: &str, cursor: Option<&str>) -> PortResult<Page<String>> {
        let most = i32::try_from(limits::BATCH_ITEMS).unwrap_or(i32::MAX);
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix).max_keys(most);
        let found = request.set_start_after(cursor.map(str::to_owned)).send().await;
        let found = found.map_err(|error| words(READ, error))?;
        let more = found.is_truncated() == Some(true);
        let items: Vec<String> =
            found.contents.unwrap_or_default().into_iter().filter_map(|object| object.key).collect();
        let next = items.last().filter(|_| more).cloned();
        Ok(Page { items, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_asked_for_as_the_protocol_has_it() {
        let of = |first, last| header(ByteRange { first, last });
        assert_eq!(of(0, Some(0)).as_deref(), Some("bytes=0-0"));
        assert_eq!(of(7, None).as_deref(), Some("bytes=7-"));
        assert_eq!(of(5, Some(u64::MAX)).as_deref(), Some("bytes=5-9223372036854775806"));
        assert_eq!(of(5, Some(4)), None, "S3 would answer the whole of it");
        assert_eq!(of(u64::MAX, None), None);
    }
}
