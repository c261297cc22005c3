//! Parses the command line, starts the logs, runs the command, sets the exit code.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use clap::Parser as _;
use climate_timeline::cli::{Cli, Command, DataArgs, LogFormat, Report, SeedFormat};
use climate_timeline::clock::Clock;
use climate_timeline::http::{self, App, Connection};
use climate_timeline::progress::Progress;
use climate_timeline::seed::{self, Severity, Source, Survey};
use climate_timeline::serve::{self, BadSeeds};
use climate_timeline::signals::Signals;
use climate_timeline::store::Place;
use http_body_util::BodyExt as _;
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let command = cli.command.unwrap_or_else(|| Command::Serve(Box::new(cli.serve)));
    start_log(&command);
    let outcome = Runtime::new().map_err(anyhow::Error::from).and_then(|runtime| {
        #[cfg(feature = "otel")]
        let export = match command {
            Command::Serve(_) => climate_timeline::otel::Export::start(runtime.handle())?,
            _ => None,
        };
        let outcome = runtime.block_on(run(command));
        #[cfg(feature = "otel")]
        if let Some(export) = export {
            export.stop();
        }
        // Seeds may still be read from a disk that does not answer: nobody waits for them any more.
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(code) => code,
        Err(error) => {
            if let Some(BadSeeds { errors, .. }) = error.downcast_ref() {
                for problem in errors {
                    eprintln!("{problem}");
                }
            }
            eprintln!("climate-timeline: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => serve::run(&args, Signals::listen()?).await.map(|()| ExitCode::SUCCESS),
        Command::Check { dir, format } => check(dir.as_deref(), format),
        Command::Query { address, data } => query(&address, &data).await,
        Command::Export { dir, format, seed } => export(&dir, format, seed.as_deref()),
        Command::Openapi { public_url } => openapi(public_url.as_deref()),
        Command::Healthcheck { listen, ops_listen } => healthcheck(ops_listen.unwrap_or(listen)).await,
    }
}

/// The server logs what it does; the other commands only what goes wrong.
fn start_log(command: &Command) {
    let (level, chosen) = match command {
        Command::Serve(args) => ("info", args.log_format),
        _ => ("warn", None),
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let terminal = std::io::stderr().is_terminal();
    let format = chosen.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json });
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(terminal);
    // Where standard error is closed, the complaint about it would go there too, and panic in the midst of a request.
    let log = log.log_internal_errors(false);
    match format {
        LogFormat::Text => log.init(),
        // A line is within one span at most, which it names already.
        LogFormat::Json => log.json().with_span_list(false).init(),
    }
}

fn check(dir: Option<&Path>, format: Report) -> anyhow::Result<ExitCode> {
    let sources = match dir {
        Some(dir) => seed::open_dir(dir)?,
        None => seed::built_in().into_iter().map(Source::from).collect(),
    };
    let files = sources.len();
    let (_, findings) = Survey::read(sources, &Progress::default())?;
    let failed = findings.has_errors();
    let (more_errors, more_warnings) = findings.more();
    let problems = findings.problems();
    let mut out = std::io::stdout().lock();
    match format {
        Report::Text => {
            for problem in &problems {
                writeln!(out, "{problem}")?;
            }
            let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
            let warnings = problems.len() - errors;
            writeln!(out, "{files} files, {} errors, {} warnings", errors + more_errors, warnings + more_warnings)?;
            if more_errors + more_warnings > 0 {
                writeln!(out, "the first {} are shown", problems.len())?;
            }
        }
        Report::Json => writeln!(out, "{}", serde_json::to_string_pretty(&problems)?)?,
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn query(address: &str, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let store = serve::store(data.seed.as_deref(), &Place::Memory).await?;
    let app = App::new(store, Clock::System, data.public_url.as_deref());
    let request = Request::get(address).body(Body::empty()).context("this is not an address")?;
    let response = http::router(app).answer(request, Connection::default()).await;
    let status = response.status();
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        if let Ok(bytes) = frame.context("the answer broke off")?.into_data() {
            std::io::stdout().write_all(&bytes)?;
        }
    }
    let failed = status >= StatusCode::BAD_REQUEST;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn export(dir: &Path, format: SeedFormat, seeds: Option<&Path>) -> anyhow::Result<ExitCode> {
    let records = serve::seeds(seeds, &Progress::default())?.records;
    match format {
        SeedFormat::Toml => seed::write_toml(&records, dir)?,
        SeedFormat::Ndjson => seed::write_ndjson(&records, dir)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn openapi(public_url: Option<&str>) -> anyhow::Result<ExitCode> {
    let document = http::openapi_document(public_url.unwrap_or_default());
    std::io::stdout().lock().write_all(&document)?;
    Ok(ExitCode::SUCCESS)
}

/// How long the health check waits for an answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

async fn healthcheck(listen: SocketAddr) -> anyhow::Result<ExitCode> {
    let status = tokio::time::timeout(PATIENCE, ask_ready(listen)).await.context("no answer in time")??;
    anyhow::ensure!(status == StatusCode::OK, "the server answers {status}");
    Ok(ExitCode::SUCCESS)
}

async fn ask_ready(listen: SocketAddr) -> anyhow::Result<StatusCode> {
    // A server that listens on every address is asked on the loopback one.
    let ip = match listen.ip() {
        std::net::IpAddr::V4(ip) if ip.is_unspecified() => std::net::Ipv4Addr::LOCALHOST.into(),
        std::net::IpAddr::V6(ip) if ip.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let stream = tokio::net::TcpStream::connect(SocketAddr::new(ip, listen.port())).await?;
    let io = hyper_util::rt::TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http1::handshake::<_, Body>(io).await?;
    tokio::spawn(connection);
    let request = Request::get("/readyz").header("host", listen.to_string()).body(Body::empty())?;
    Ok(sender.send_request(request).await?.status())
}
