//! The settings of the AWS home, which its template gives to every function.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use super::ConfigError;

/// A value that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(secret)")
    }
}

/// Where the AWS home is. There is one where `COMMONPLACE_TABLES` is set; all but the last four are then needed.
#[derive(Clone, Debug)]
pub struct AwsConfig {
    /// `COMMONPLACE_TABLES`: what the names of the site's tables begin with.
    pub tables: String,
    /// `COMMONPLACE_BUCKET`: the site's bucket.
    pub bucket: String,
    /// `COMMONPLACE_USER_POOL`: the user pool.
    pub user_pool: String,
    /// `COMMONPLACE_USER_POOL_CLIENT`: the pool's application client.
    pub user_pool_client: String,
    /// `COMMONPLACE_MAIL_FROM`: whom the site's mail is from.
    pub mail_from: String,
    /// `AWS_REGION`: the region.
    pub region: String,
    /// `AWS_ACCESS_KEY_ID`: who asks.
    pub key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`: proves it.
    pub secret_key: Secret,
    /// `AWS_SESSION_TOKEN`: goes with a key that a role lent.
    pub session_token: Option<Secret>,
    /// `AWS_ENDPOINT_URL`: one address for every service, for an emulator.
    pub endpoint: Option<String>,
    /// `COMMONPLACE_ORIGIN_SECRET`: what CloudFront says in `x-origin-secret`; who does not say it is refused.
    pub origin_secret: Option<Secret>,
    /// `COMMONPLACE_COPIES`: the folder for copies of the search index.
    pub copies: PathBuf,
}

/// Reads them with `value`, which knows our own variables, and `env`, which has those that AWS names.
pub(super) fn read(
    value: &dyn Fn(&str) -> Result<String, ConfigError>,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Option<AwsConfig>, ConfigError> {
    let tables = value("COMMONPLACE_TABLES")?;
    if tables.is_empty() {
        return Ok(None);
    }
    let missing = |name: &str| ConfigError(format!("{name} is not set, which the AWS home needs (docs/aws.md)."));
    let ours = |name: &str| value(name).and_then(|text| if text.is_empty() { Err(missing(name)) } else { Ok(text) });
    let theirs = |name: &str| env(name).and_then(|text| text.into_string().ok()).filter(|text| !text.is_empty());
    let needed = |name: &str| theirs(name).ok_or_else(|| missing(name));
    let copies = value("COMMONPLACE_COPIES")?;
    let secret = value("COMMONPLACE_ORIGIN_SECRET")?;
    Ok(Some(AwsConfig {
        tables,
        bucket: ours("COMMONPLACE_BUCKET")?,
        user_pool: ours("COMMONPLACE_USER_POOL")?,
        user_pool_client: ours("COMMONPLACE_USER_POOL_CLIENT")?,
        mail_from: ours("COMMONPLACE_MAIL_FROM")?,
        region: needed("AWS_REGION")?,
        key_id: needed("AWS_ACCESS_KEY_ID")?,
        secret_key: Secret(needed("AWS_SECRET_ACCESS_KEY")?),
        session_token: theirs("AWS_SESSION_TOKEN").map(Secret),
        endpoint: theirs("AWS_ENDPOINT_URL"),
        origin_secret: (!secret.is_empty()).then_some(Secret(secret)),
        copies: if copies.is_empty() { std::env::temp_dir().join("commonplace") } else { PathBuf::from(copies) },
    }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::config::{Config, Flags};

    const ALL: [(&str, &str); 8] = [
        ("COMMONPLACE_TABLES", "site-"),
        ("COMMONPLACE_BUCKET", "bucket"),
        ("COMMONPLACE_USER_POOL", "pool"),
        ("COMMONPLACE_USER_POOL_CLIENT", "client"),
        ("COMMONPLACE_MAIL_FROM", "site@example.org"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "do not print"),
    ];

    fn with(set: &[(&str, &str)]) -> Result<Config, String> {
        let find = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        Config::from(Flags::default(), &find).map_err(|error| error.to_string())
    }

    #[test]
    fn there_is_an_aws_home_where_its_tables_are_named() {
        assert!(with(&[]).unwrap().aws.is_none());
        assert!(with(&ALL[1..]).unwrap().aws.is_none());
        let aws = with(&ALL).unwrap().aws.unwrap();
        assert_eq!((aws.region.as_str(), aws.secret_key.0.as_str()), ("eu-central-1", "do not print"));
        assert!(aws.endpoint.is_none() && aws.origin_secret.is_none() && !aws.copies.as_os_str().is_empty());
        assert!(!format!("{aws:?}").contains("do not print"));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (name, _) in &ALL[1..] {
            let rest: Vec<_> = ALL.into_iter().filter(|(known, _)| known != name).collect();
            assert!(with(&rest).unwrap_err().contains(name), "{name}");
        }
    }
}
