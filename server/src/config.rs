//! How a home is set up: one struct, and the only place that reads the environment.
//!
//! Every variable has a twin with `_FILE` behind its name, which names a file whose content (less a final line break) is
//! the value: that keeps secrets out of process lists. Options of the command line win over both.

mod aws;

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

pub use self::aws::{AwsConfig, Secret};

/// How a home is set up. `docs/configuration.md` lists every field; a test compares the two.
#[derive(Clone, Debug)]
pub struct Config {
    /// `COMMONPLACE_DATA`: the folder that holds the site.
    pub data: PathBuf,
    /// `COMMONPLACE_ADDR`: host and port to listen on; port 0 takes a free one.
    pub addr: String,
    /// `COMMONPLACE_URL`: the address visitors use, without a slash at the end.
    pub url: Option<String>,
    /// `COMMONPLACE_TRUSTED_PROXIES`: whose `X-Forwarded-For`, `-Proto` and `-Host` are believed.
    pub trusted_proxies: Vec<Network>,
    /// `COMMONPLACE_PAGE_CACHE`: bytes of rendered pages kept in memory; 0 keeps none.
    pub page_cache: usize,
    /// `COMMONPLACE_CONNECTIONS`: connections served at once; more wait.
    pub connections: usize,
    /// `COMMONPLACE_ASSETS`: the folder of the built site, for a binary that has none embedded.
    pub assets: PathBuf,
    /// `COMMONPLACE_LOG`: what is logged, in `tracing`'s filter notation.
    pub log: String,
    /// `COMMONPLACE_LOG_FORMAT`: for people or for machines.
    pub log_format: LogFormat,
    /// The AWS home, where there is one.
    pub aws: Option<AwsConfig>,
}

/// The shape of a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What the command line said; `None` leaves it to the environment.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--addr`
    pub addr: Option<String>,
    /// `--url`
    pub url: Option<String>,
}

/// A setting that cannot be used, as a sentence that says what would be right.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

/// Every variable and its default, as `docs/configuration.md` shows them.
pub const VARIABLES: [(&str, &str); 16] = [
    ("COMMONPLACE_DATA", "data"),
    ("COMMONPLACE_ADDR", "127.0.0.1:3000"),
    ("COMMONPLACE_URL", ""),
    ("COMMONPLACE_TRUSTED_PROXIES", ""),
    ("COMMONPLACE_PAGE_CACHE", "32"),
    ("COMMONPLACE_CONNECTIONS", "1024"),
    ("COMMONPLACE_ASSETS", "target/site"),
    ("COMMONPLACE_LOG", "info"),
    ("COMMONPLACE_LOG_FORMAT", "text"),
    ("COMMONPLACE_TABLES", ""),
    ("COMMONPLACE_BUCKET", ""),
    ("COMMONPLACE_USER_POOL", ""),
    ("COMMONPLACE_USER_POOL_CLIENT", ""),
    ("COMMONPLACE_MAIL_FROM", ""),
    ("COMMONPLACE_ORIGIN_SECRET", ""),
    ("COMMONPLACE_COPIES", ""),
];

/// Whether `cargo leptos watch` or `serve` started this process: they name no command.
pub fn is_run_by_cargo_leptos() -> bool {
    std::env::var_os("LEPTOS_OUTPUT_NAME").is_some()
}

impl Config {
    /// From the command line, else the process's environment, else the defaults.
    ///
    /// # Errors
    /// A sentence naming the variable and what would be right.
    pub fn load(flags: Flags) -> Result<Self, ConfigError> {
        Self::from(flags, &|name| std::env::var_os(name))
    }

    fn from(flags: Flags, env: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, ConfigError> {
        let value = |name: &str| lookup(name, env);
        let data = match flags.data {
            Some(data) => data,
            None => PathBuf::from(value("COMMONPLACE_DATA")?),
        };
        let addr = match flags.addr {
            Some(addr) => addr,
            None => value("COMMONPLACE_ADDR")?,
        };
        let url = match flags.url {
            Some(url) => url,
            None => value("COMMONPLACE_URL")?,
        };
        Ok(Self {
            data,
            addr,
            url: origin_of(&url)?,
            trusted_proxies: networks(&value("COMMONPLACE_TRUSTED_PROXIES")?)?,
            page_cache: page_cache(&value("COMMONPLACE_PAGE_CACHE")?)?,
            connections: connections(&value("COMMONPLACE_CONNECTIONS")?)?,
            assets: PathBuf::from(value("COMMONPLACE_ASSETS")?),
            log: value("COMMONPLACE_LOG")?,
            log_format: log_format(&value("COMMONPLACE_LOG_FORMAT")?)?,
            aws: aws::read(&value, env)?,
        })
    }
}

fn lookup(name: &str, env: &dyn Fn(&str) -> Option<OsString>) -> Result<String, ConfigError> {
    let text = |value: OsString| value.into_string().map_err(|_| ConfigError(format!("{name} is not valid UTF-8.")));
    let twin = format!("{name}_FILE");
    match (env(name), env(&twin)) {
        (Some(_), Some(_)) => Err(ConfigError(format!("Both {name} and {twin} are set. Keep one of them."))),
        (Some(value), None) => text(value),
        (None, Some(path)) => {
            let path = PathBuf::from(path);
            let content = std::fs::read_to_string(&path).map_err(|error| {
                ConfigError(format!("{twin} names {}, which cannot be read: {error}.", path.display()))
            })?;
            Ok(content.strip_suffix('\n').unwrap_or(&content).trim_end_matches('\r').to_owned())
        }
        (None, None) => {
            let default = VARIABLES.iter().find(|(known, _)| *known == name).map_or("", |(_, default)| default);
            Ok(default.to_owned())
        }
    }
}

/// `https://example.org/` → `https://example.org`.
fn origin_of(url: &str) -> Result<Option<String>, ConfigError> {
    if url.is_empty() {
        return Ok(None);
    }
    let wrong =
        || ConfigError(format!("COMMONPLACE_URL is “{url}”; it looks like https://example.org, without a path."));
    let parsed = url::Url::parse(url).map_err(|_| wrong())?;
    let plain = parsed.path() == "/" && parsed.query().is_none() && parsed.fragment().is_none();
    if !plain || !matches!(parsed.scheme(), "http" | "https") || !parsed.username().is_empty() {
        return Err(wrong());
    }
    Ok(Some(parsed.origin().ascii_serialization()))
}

fn page_cache(text: &str) -> Result<usize, ConfigError> {
    match text {
        "off" => Ok(0),
        "on" => Ok(32 << 20),
        size => size
            .parse::<usize>()
            .map(|mebibytes| mebibytes << 20)
            .map_err(|_| ConfigError(format!("COMMONPLACE_PAGE_CACHE is “{size}”; use off, on or a number of MiB."))),
    }
}

fn connections(text: &str) -> Result<usize, ConfigError> {
    let count = text.parse().ok().filter(|count| (1..=65_536).contains(count));
    count.ok_or_else(|| ConfigError(format!("COMMONPLACE_CONNECTIONS is “{text}”; use a number from 1 to 65536.")))
}

fn log_format(text: &str) -> Result<LogFormat, ConfigError> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        other => Err(ConfigError(format!("COMMONPLACE_LOG_FORMAT is “{other}”; use text or json."))),
    }
}

fn networks(text: &str) -> Result<Vec<Network>, ConfigError> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect()
}

/// An address, or a network of them (`10.0.0.0/8`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether the address is in it. An IPv4 address in IPv6's clothes counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                same_bits(u128::from(base.to_bits()) << 96, u128::from(address.to_bits()) << 96, self.bits)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => same_bits(base.to_bits(), address.to_bits(), self.bits),
            _ => false,
        }
    }
}

fn same_bits(a: u128, b: u128, bits: u32) -> bool {
    bits == 0 || (a ^ b) >> (128 - bits) == 0
}

impl FromStr for Network {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let wrong = || {
            ConfigError(format!(
                "COMMONPLACE_TRUSTED_PROXIES holds “{text}”, which is no address or network (10.0.0.0/8)."
            ))
        };
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let base: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| wrong()))?;
        if bits > most {
            return Err(wrong());
        }
        Ok(Self { base, bits })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn with(set: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let set: Vec<(String, String)> = set.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        Config::from(Flags::default(), &|name| set.iter().find(|(k, _)| k == name).map(|(_, v)| v.into()))
    }

    #[test]
    fn nothing_needs_to_be_set() {
        let config = with(&[]).unwrap();
        assert_eq!(config.addr, "127.0.0.1:3000");
        assert_eq!(config.page_cache, 32 << 20);
        assert_eq!(config.url, None);
    }

    #[test]
    fn options_of_the_command_line_win() {
        let flags = Flags { addr: Some("[::1]:0".into()), ..Flags::default() };
        let config = Config::from(flags, &|name| (name == "COMMONPLACE_ADDR").then(|| "127.0.0.1:1".into())).unwrap();
        assert_eq!(config.addr, "[::1]:0");
    }

    #[test]
    fn a_value_may_come_from_a_file_but_not_twice() {
        let file = std::env::temp_dir().join(format!("commonplace-config-{}", std::process::id()));
        std::fs::write(&file, "https://example.org/\n").unwrap();
        let name = file.to_str().unwrap();
        assert_eq!(with(&[("COMMONPLACE_URL_FILE", name)]).unwrap().url.as_deref(), Some("https://example.org"));
        let twice = with(&[("COMMONPLACE_URL_FILE", name), ("COMMONPLACE_URL", "https://b.example")]);
        assert!(twice.unwrap_err().to_string().contains("Keep one"));
        std::fs::remove_file(&file).unwrap();
        let absent = with(&[("COMMONPLACE_URL_FILE", name)]).unwrap_err().to_string();
        assert!(absent.contains("cannot be read"), "{absent}");
    }

    #[test]
    fn what_cannot_be_used_is_named_with_what_would_be_right() {
        for (name, value) in [
            ("COMMONPLACE_URL", "example.org"),
            ("COMMONPLACE_URL", "https://example.org/site"),
            ("COMMONPLACE_URL", "ftp://example.org"),
            ("COMMONPLACE_TRUSTED_PROXIES", "10.0.0.0/33"),
            ("COMMONPLACE_TRUSTED_PROXIES", "proxy.example"),
            ("COMMONPLACE_PAGE_CACHE", "much"),
            ("COMMONPLACE_CONNECTIONS", "0"),
            ("COMMONPLACE_LOG_FORMAT", "xml"),
        ] {
            let error = with(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(value.split(',').next().unwrap()), "{error}");
        }
    }

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        let network: Network = "10.1.0.0/16".parse().unwrap();
        assert!(network.contains("10.1.255.1".parse().unwrap()));
        assert!(network.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!network.contains("10.2.0.1".parse().unwrap()));
        assert!(!network.contains("::1".parse().unwrap()));
        let one: Network = "::1".parse().unwrap();
        assert!(one.contains("::1".parse().unwrap()) && !one.contains("::2".parse().unwrap()));
    }

    #[test]
    fn the_documentation_lists_every_variable_and_its_default() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
        let page = std::fs::read_to_string(path).unwrap();
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `COMMONPLACE_")).collect();
        for (name, default) in VARIABLES {
            let row = rows.iter().find(|row| row.starts_with(&format!("| `{name}` |")));
            let row = row.unwrap_or_else(|| panic!("{name} is not in docs/configuration.md"));
            assert!(default.is_empty() || row.contains(&format!("| `{default}` |")), "{row}");
        }
        assert_eq!(rows.len(), VARIABLES.len(), "docs/configuration.md lists what is no variable");
    }
}
