//! The command line: every flag has an environment variable, and the help text shows both with the default.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;

use crate::door::Bounds;
use crate::http::{Limits, Rate};
use crate::store::Place;

/// Serves the record of US-China climate diplomacy since 1979.
#[derive(Debug, Parser)]
#[command(name = "climate-timeline", version, about, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; without a command, `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The flags of `serve`, for a call without a command.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API
    Serve(Box<ServeArgs>),
    /// Check seed files: print every problem with its place; exit 1 if any is an error
    Check {
        /// The folder of seeds; the seeds built into the program without it
        dir: Option<PathBuf>,
        /// How to print the problems
        #[arg(long, value_enum, default_value_t = Report::Text)]
        format: Report,
    },
    /// Write the body that the server would answer, without a network; exit 1 on an error
    Query {
        /// The address, such as '/v1/events?type=summit'
        address: String,
        /// Which data is loaded.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Write the loaded data set as seeds
    Export {
        /// The folder to write to; it must be empty or not there
        dir: PathBuf,
        /// How to write records
        #[arg(long, value_enum, default_value_t = SeedFormat::Toml)]
        format: SeedFormat,
        /// The folder of seeds; the seeds built into the program without it
        #[arg(long, env = "SEED_DIR", value_name = "DIR")]
        seed: Option<PathBuf>,
    },
    /// Print the OpenAPI document
    Openapi {
        /// The server's address in the document, such as `https://timeline.example`; no host without it
        #[arg(long, env = "PUBLIC_URL", value_name = "URL", value_parser = public_url)]
        public_url: Option<String>,
    },
    /// Ask the running server's /readyz; exit 0 or 1
    Healthcheck {
        /// The address of the server
        #[arg(long, env = "LISTEN", default_value = DEFAULT_LISTEN, value_name = "ADDRESS")]
        listen: SocketAddr,
        /// The address for operators, where they have their own
        #[arg(long, env = "OPS_LISTEN", value_name = "ADDRESS")]
        ops_listen: Option<SocketAddr>,
    },
}

/// How problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Report {
    /// `file:line:column key: what is wrong (hint)`, one a line
    Text,
    /// A JSON array
    Json,
}

/// How seeds are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SeedFormat {
    /// One TOML file a record
    Toml,
    /// One line a record, one file a kind
    Ndjson,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// For machines
    Json,
}

/// How often the seeds are looked at, if at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch(pub Option<Duration>);

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// Which data is loaded, and what links begin with.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// The folder of seeds; the seeds built into the program without it
    #[arg(long, env = "SEED_DIR", value_name = "DIR")]
    pub seed: Option<PathBuf>,
    /// What links begin with, such as `https://timeline.example`; links have no host without it, save in feeds and
    /// calendars
    #[arg(long, env = "PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    pub public_url: Option<String>,
}

/// The flags of `serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Where to listen; port 0 picks a free one
    #[arg(long, env = "LISTEN", default_value = DEFAULT_LISTEN, value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where to answer operators (/livez, /readyz, /metrics); where the API is without it
    #[arg(long, env = "OPS_LISTEN", value_name = "ADDRESS")]
    pub ops_listen: Option<SocketAddr>,
    /// Which data is loaded.
    #[command(flatten)]
    pub data: DataArgs,
    /// Where to keep the database, as `sqlite://PATH`, with two files beside it (`PATH-documents-…`, `PATH-words-…`); in memory
    /// without it
    #[arg(long, env = "DATABASE_URL", value_name = "URL", value_parser = place)]
    pub database: Option<Place>,
    /// How often to look whether the seeds have changed, and load them if so: `off`, `on` (every two seconds) or a
    /// time. Without it they are loaded anew on SIGHUP only
    #[arg(long, env = "WATCH", value_name = "TIME", default_value = "off", num_args = 0..=1,
        default_missing_value = "on", require_equals = true, value_parser = watch)]
    pub watch: Watch,
    /// How to write the log; `text` on a terminal, `json` elsewhere. `RUST_LOG` sets the level
    #[arg(long, env = "LOG_FORMAT", value_enum)]
    pub log_format: Option<LogFormat>,
    /// The longest that an answer may take, or each block of a whole result, in seconds, or with a unit
    #[arg(long, env = "REQUEST_TIMEOUT", default_value = "10s", value_name = "TIME", value_parser = duration)]
    pub request_timeout: Duration,
    /// The longest that a client may take to send its headers
    #[arg(long, env = "HEADER_TIMEOUT", default_value = "10s", value_name = "TIME", value_parser = duration)]
    pub header_timeout: Duration,
    /// The longest to wait for requests in flight when stopping. Before that, for a twentieth of it and at most five
    /// seconds, requests are still taken while /readyz says no
    #[arg(long, env = "DRAIN_TIMEOUT", default_value = "20s", value_name = "TIME", value_parser = duration)]
    pub drain_timeout: Duration,
    /// The most connections at once; more wait to be taken
    #[arg(long, env = "MAX_CONNECTIONS", default_value = "10000", value_name = "NUMBER", value_parser = at_least_one)]
    pub max_connections: usize,
    /// The most requests in flight; more are answered with 503
    #[arg(long, env = "MAX_IN_FLIGHT", default_value = "256", value_name = "NUMBER", value_parser = at_least_one)]
    pub max_in_flight: usize,
    /// How many bytes of finished answers to keep in memory, with a unit such as `64MiB`; 0 keeps none
    #[arg(long, env = "CACHE_SIZE", default_value = "64MiB", value_name = "SIZE", value_parser = size)]
    pub cache_size: Size,
    /// How much one client may ask, as `REQUESTS/TIME`, such as `100/1m`; more is answered with 429. No limit without it
    #[arg(long, env = "RATE_LIMIT", value_name = "RATE", value_parser = rate)]
    pub rate_limit: Option<Rate>,
    /// The proxies, as addresses or networks with commas between them, whose `X-Forwarded-For`, `-Proto` and `-Host` are
    /// believed; nobody's without it
    #[arg(long, env = "TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
}

impl ServeArgs {
    /// What a request may ask of the server.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            request_timeout: self.request_timeout,
            in_flight: self.max_in_flight,
            rate: self.rate_limit,
            trusted: self.trusted_proxies.clone(),
        }
    }

    /// What the server's door lets in.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        Bounds { header_timeout: self.header_timeout, connections: self.max_connections }
    }

    /// How long requests are still taken after the server was told to stop.
    #[must_use]
    pub fn grace(&self) -> Duration {
        (self.drain_timeout / 20).min(Duration::from_secs(5))
    }
}

/// Reads `10`, `10s`, `500ms` or `1m 30s`; not zero.
fn duration(text: &str) -> Result<Duration, String> {
    let wanted = "a time such as 10, 10s or 500ms, longer than none";
    let parsed = match text.parse::<u32>() {
        Ok(seconds) => Some(Duration::from_secs(seconds.into())),
        Err(_) => text.parse::<jiff::SignedDuration>().ok().and_then(|span| Duration::try_from(span).ok()),
    };
    parsed.filter(|span| !span.is_zero()).ok_or_else(|| wanted.to_owned())
}

/// Reads `on`, `off` or a time with a unit.
fn watch(text: &str) -> Result<Watch, String> {
    match text {
        "on" | "true" | "yes" | "1" => Ok(Watch(Some(Duration::from_secs(2)))),
        "off" | "false" | "no" | "0" | "" => Ok(Watch(None)),
        _ => match duration(text) {
            Ok(often) => Ok(Watch(Some(often))),
            Err(_) => Err("`on`, `off` or a time such as 30s".to_owned()),
        },
    }
}

/// Reads `0`, `500000`, `64MiB` or `1 GB`.
fn size(text: &str) -> Result<Size, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "mb" => 1000 * 1000,
        "gb" => 1000 * 1000 * 1000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        _ => 0,
    };
    let bytes = number.parse::<u64>().ok().filter(|_| unit > 0).and_then(|number| number.checked_mul(unit));
    bytes.map(Size).ok_or_else(|| "a number of bytes, or one with a unit such as 64MiB or 500kB".to_owned())
}

/// Reads `100/1m`.
fn rate(text: &str) -> Result<Rate, String> {
    let parts = text.split_once('/').and_then(|(requests, per)| Some((requests.parse().ok()?, duration(per).ok()?)));
    match parts {
        Some((requests, per)) if requests > 0 => Ok(Rate { requests, per }),
        _ => Err("a number of requests and a time, such as 100/1m or 10/1s".to_owned()),
    }
}

/// Reads an address or a network.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| "an address or a network, such as 10.0.0.0/8 or ::1".to_owned())
}

fn at_least_one(text: &str) -> Result<usize, String> {
    // A semaphore holds no more permits than this.
    let most = tokio::sync::Semaphore::MAX_PERMITS;
    text.parse().ok().filter(|number| (1..=most).contains(number)).ok_or_else(|| "a number of at least 1".to_owned())
}

/// Reads `sqlite://PATH`.
fn place(text: &str) -> Result<Place, String> {
    match text.strip_prefix("sqlite://") {
        Some(path) if !path.is_empty() && !path.contains('?') => Ok(Place::File(PathBuf::from(path))),
        _ => Err("sqlite:// and the path of a file".to_owned()),
    }
}

/// Reads an absolute address of scheme http or https, without query or fragment.
fn public_url(text: &str) -> Result<String, String> {
    let wanted = "an address such as https://timeline.example, without query or fragment";
    let uri: axum::http::Uri = text.parse().map_err(|_| wanted.to_owned())?;
    let fit = matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.host().is_some()
        && uri.query().is_none()
        && !text.contains(['#', '<', '>', '"', '&']);
    if fit { Ok(text.trim_end_matches('/').to_owned()) } else { Err(wanted.to_owned()) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn bad_settings_are_refused() {
        for bad in ["", "0", "-1s", "soon", "0ms"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("10"), Ok(Duration::from_secs(10)));
        assert_eq!(watch("off"), Ok(Watch(None)));
        assert_eq!(watch("on"), Ok(Watch(Some(Duration::from_secs(2)))));
        assert_eq!(watch("50ms"), Ok(Watch(Some(Duration::from_millis(50)))));
        assert!(watch("sometimes").is_err());
        assert_eq!(rate("100/1m"), Ok(Rate { requests: 100, per: Duration::from_mins(1) }));
        for bad in ["100", "0/1m", "100/0", "/1m", "100/", "-1/1m", "many/1m", "100/m"] {
            assert!(rate(bad).is_err(), "{bad}");
        }
        for (text, bytes) in [("0", 0), ("500000", 500_000), ("64MiB", 64 << 20), ("1 GB", 1_000_000_000), ("2k", 2048)]
        {
            assert_eq!(size(text), Ok(Size(bytes)), "{text}");
        }
        for bad in ["", "MiB", "-1", "1.5MiB", "64 MiBs", "much", "99999999999GiB", "99999999999999999999"] {
            assert!(size(bad).is_err(), "{bad}");
        }
        assert_eq!(network("10.1.2.3"), Ok("10.1.2.3/32".parse().unwrap()));
        assert_eq!(network(" fd00::/8"), Ok("fd00::/8".parse().unwrap()));
        for bad in ["", "localhost", "10.0.0.0/33", "10.0.0"] {
            assert!(network(bad).is_err(), "{bad}");
        }
        for bad in ["", "sqlite://", "postgres://x", "file.db"] {
            assert!(place(bad).is_err(), "{bad}");
        }
        for bad in ["timeline.example", "ftp://x", "https://x?y=1", "https://", "/v1"] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
        assert_eq!(public_url("https://x.example/base/"), Ok("https://x.example/base".to_owned()));
        assert!(at_least_one("0").is_err());
    }
}
