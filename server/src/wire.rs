//! Configuration → adapters → [`Site`].

use std::sync::Arc;

use tokio::sync::Notify;

use crate::assets::Assets;
use crate::config::Config;
use crate::http::Options;

#[cfg(feature = "aws")]
pub use self::aws::function;
#[cfg(feature = "embedded")]
pub use self::embedded::open;

#[cfg(feature = "embedded")]
mod embedded {
    use std::path::Path;

    use domain::Site;

    use crate::adapters::embedded::{Embedded, EmbeddedHandle, OpenError, Options};

    /// Opens the embedded home in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// A sentence that names the folder and says what to do.
    pub fn open(data: &Path) -> Result<(Site, EmbeddedHandle), OpenError> {
        Embedded::open(data, Options::default())
    }
}

#[cfg(feature = "aws")]
mod aws {
    use std::sync::Arc;

    use domain::Site;

    use crate::adapters::aws::Access;
    use crate::adapters::aws::home::{AwsHandle, AwsHome, Names};
    use crate::adapters::clock::SystemClock;
    use crate::config::{AwsConfig, Config, Flags};
    use crate::logging;

    /// Begins a Lambda function: reads its settings, starts its log, opens the AWS home.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn function() -> Result<(Config, AwsConfig, (Site, AwsHandle)), String> {
        let config = Config::load(Flags::default()).map_err(|error| error.to_string())?;
        logging::start(&config)?;
        let aws = config.aws.clone().ok_or("COMMONPLACE_TABLES is not set, which the AWS home needs (docs/aws.md).")?;
        let home = open(&aws)?;
        Ok((config, aws, home))
    }

    fn open(aws: &AwsConfig) -> Result<(Site, AwsHandle), String> {
        let access = Access {
            region: aws.region.clone(),
            endpoint: aws.endpoint.clone(),
            key_id: aws.key_id.clone(),
            secret: aws.secret_key.0.clone(),
            session_token: aws.session_token.as_ref().map(|token| token.0.clone()),
        };
        let names = Names {
            tables: aws.tables.clone(),
            bucket: aws.bucket.clone(),
            user_pool: aws.user_pool.clone(),
            user_pool_client: aws.user_pool_client.clone(),
            mail_from: aws.mail_from.clone(),
            copies: aws.copies.clone(),
        };
        AwsHome::open(access, &names, Arc::new(SystemClock))
            .map_err(|error| format!("The AWS home does not open: {error}."))
    }
}

/// What the router needs to know.
pub fn options(config: &Config, worker: Option<Arc<Notify>>) -> Options {
    Options {
        url: config.url.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        page_cache: config.page_cache,
        assets: Assets::new(&config.assets),
        worker,
    }
}
