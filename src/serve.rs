//! Start-up from top to bottom: seeds, check, load, listen, drain.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use crate::BUILD;
use crate::cli::ServeArgs;
use crate::clock::Clock;
use crate::domain::dataset::Dataset;
use crate::http::{self, App, Broken};
use crate::seed::{self, Problem};
use crate::store::{Place, Stamp, Store};

mod stream;

/// Seeds that cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("the seeds have {} problems", .0.len())]
pub struct BadSeeds(pub Vec<Problem>);

/// Reads and checks the seeds of a folder, or those built in.
pub fn dataset(dir: Option<&Path>) -> anyhow::Result<Dataset> {
    let files = match dir {
        Some(dir) => seed::read_dir(dir)?,
        None => seed::built_in(),
    };
    let loaded = seed::load(&files).map_err(BadSeeds)?;
    for warning in &loaded.warnings {
        tracing::debug!("{warning}");
    }
    Ok(loaded.dataset)
}

/// A store of the seeds: the one kept in `place` where it is theirs, else a new one.
pub async fn store(dir: Option<&Path>, place: &Place) -> anyhow::Result<Store> {
    let fingerprint = match dir {
        Some(dir) => seed::fingerprint_dir(dir)?,
        None => BUILD.to_owned(),
    };
    let kept = Store::kept(place, BUILD).await;
    if let Some(kept) = kept.as_ref().filter(|kept| kept.stamp().fingerprint == fingerprint) {
        return Ok(kept.clone());
    }
    let dataset = dataset(dir)?;
    let version = seed::data_version(&dataset);
    if let Some(kept) = kept.filter(|kept| kept.stamp().version == version) {
        return Ok(kept);
    }
    let stamp = Stamp { version, build: BUILD.to_owned(), fingerprint };
    Ok(Store::build(&dataset, stamp, place).await?)
}

/// Loads, listens and serves until `stop` resolves.
pub async fn run(args: &ServeArgs, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let place = args.database.clone().unwrap_or(Place::Memory);
    let store = store(args.data.seed.as_deref(), &place).await?;
    let listener = TcpListener::bind(args.listen).await.with_context(|| format!("cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    let catalogue = store.catalogue();
    tracing::info!(
        %address,
        version = catalogue.version,
        events = catalogue.events.len(),
        actors = catalogue.actors.len(),
        commitments = catalogue.commitments.len(),
        "serving"
    );
    // For people and scripts that wait for the server, whatever the log's level and form.
    // Where standard error is closed, nobody waits.
    let _ = writeln!(std::io::stderr(), "listening on http://{address}");
    let app = App::new(store, Clock::System, args.data.public_url.as_deref());
    serve(listener, app, args, stop).await;
    Ok(())
}

/// How long to wait after an accept failed, most likely for want of descriptors: the pending connection stays, so
/// trying again at once would spin.
const AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// Serves connections until `stop` resolves, then lets requests in flight finish.
pub async fn serve(listener: TcpListener, app: App, args: &ServeArgs, stop: impl Future<Output = ()>) {
    let service = http::service(app, args.limits());
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(args.header_timeout);
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(args.max_connections));
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections) => accepted,
            () = &mut stop => break,
        };
        let (stream, permit) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(AFTER_FAILED_ACCEPT).await;
                continue;
            }
        };
        // Answers are written whole; waiting to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let broken = Broken::default();
        let stream = stream::Stream::new(stream, broken.clone());
        let service = service.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(broken.clone());
            request.map(Body::new)
        });
        let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // What breaks a connection is the client's affair: it went away, or it spoke no HTTP.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(permit);
        });
    }
    drop(listener);
    tracing::info!(in_flight = graceful.count(), "stopping");
    tokio::select! {
        () = graceful.shutdown() => tracing::info!("stopped"),
        () = tokio::time::sleep(args.drain_timeout) => tracing::warn!("stopped with requests unanswered"),
    }
}

async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> std::io::Result<(tokio::net::TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(connections).acquire_owned().await.map_err(std::io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, permit))
}
