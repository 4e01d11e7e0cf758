//! The AWS home as a whole.

use std::path::PathBuf;
use std::sync::Arc;

use domain::Site;
use domain::ports::{Clock, PortResult};

use super::blobs::S3Blobs;
use super::identity::CognitoIdentity;
use super::mail::SesMail;
use super::records::DynamoRecords;
use super::search::S3Search;
use super::{Access, Aws};
use crate::adapters::fetch::{AddressPolicy, HttpFetch};

/// What the parts of one site are called.
#[derive(Clone, Debug)]
pub struct Names {
    /// What the names of its tables begin with.
    pub tables: String,
    /// Its bucket.
    pub bucket: String,
    /// Its user pool.
    pub user_pool: String,
    /// The pool's application client.
    pub user_pool_client: String,
    /// Whom its mail is from.
    pub mail_from: String,
    /// The folder of this machine that holds copies of the search index.
    pub copies: PathBuf,
}

/// The AWS home.
pub struct AwsHome;

impl AwsHome {
    /// Opens the home; asks nothing of AWS yet.
    ///
    /// # Errors
    /// When the folder for copies cannot be made or written.
    pub fn open(access: Access, names: &Names, clock: Arc<dyn Clock>) -> PortResult<(Site, AwsHandle)> {
        let aws = Aws::new(access);
        let blobs = S3Blobs::new(&aws, &names.bucket);
        let search = S3Search::open(blobs.clone(), &names.copies, clock.clone())?;
        let site = Site {
            records: Arc::new(DynamoRecords::new(&aws, &names.tables, clock.clone())),
            blobs: Arc::new(blobs),
            search: Arc::new(search.clone()),
            identity: Arc::new(CognitoIdentity::new(&aws, &names.user_pool, &names.user_pool_client)),
            mail: Arc::new(SesMail::new(&aws, &names.mail_from)),
            fetch: Arc::new(HttpFetch::new(AddressPolicy::Public)),
            clock,
        };
        Ok((site, AwsHandle { search }))
    }
}

/// What only an AWS home can do.
#[derive(Clone)]
pub struct AwsHandle {
    search: S3Search,
}

impl AwsHandle {
    /// Fills the search index from the records, if nobody has since it was begun.
    ///
    /// # Errors
    /// Those of the ports.
    pub async fn fill_search(&self, site: &Site) -> shared::Result<()> {
        if !self.search.needs_rebuild().await? {
            return Ok(());
        }
        let count = domain::search::rebuild_unchecked(site).await?;
        self.search.mark_rebuilt().await?;
        tracing::info!(count, "the search index is filled");
        Ok(())
    }
}
