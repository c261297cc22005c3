//! Start-up from top to bottom: seeds, check, load, listen, drain.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::Signal;

use crate::BUILD;
use crate::cli::ServeArgs;
use crate::clock::Clock;
use crate::domain::dataset::Dataset;
use crate::door::{Bounds, Door};
use crate::http::{self, App};
use crate::reload::Reloader;
use crate::seed::{self, Loaded, Problem, Severity};
use crate::signals::{Signals, Stop};
use crate::store::{Place, Stamp, Store};

/// Seeds that cannot be served: their errors. What only wants a second look keeps no seeds from being served.
#[derive(Debug, thiserror::Error)]
#[error("errors in the seeds: {}", .0.len())]
pub struct BadSeeds(pub Vec<Problem>);

impl BadSeeds {
    fn of(mut problems: Vec<Problem>) -> BadSeeds {
        problems.retain(|problem| problem.severity == Severity::Error);
        BadSeeds(problems)
    }
}

/// Seeds that can be served.
pub struct Seeds {
    /// The records.
    pub dataset: Dataset,
    /// Their content hash.
    pub version: String,
    /// By what to know the files again; the build where they are built in.
    pub fingerprint: String,
}

/// Reads and checks the seeds of a folder, or those built in.
pub fn seeds(dir: Option<&Path>) -> anyhow::Result<Seeds> {
    let (fingerprint, files) = match dir {
        Some(dir) => seed::read_settled(dir)?,
        None => (BUILD.to_owned(), seed::built_in()),
    };
    let Loaded { dataset, warnings } = seed::load(&files).map_err(BadSeeds::of)?;
    for warning in &warnings {
        tracing::debug!("{warning}");
    }
    let version = seed::data_version(&dataset);
    Ok(Seeds { dataset, version, fingerprint })
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
    let dir = dir.map(Path::to_owned);
    // A disk may take its time, and checking many records keeps a processor busy.
    let read = tokio::task::spawn_blocking(move || seeds(dir.as_deref())).await?;
    let Seeds { dataset, version, fingerprint } = read?;
    if let Some(kept) = kept.filter(|kept| kept.stamp().version == version) {
        return Ok(kept);
    }
    let stamp = Stamp { version, build: BUILD.to_owned(), fingerprint };
    Ok(Store::build(&dataset, stamp, place).await?)
}

/// Loads, listens and serves until told to stop; loads anew when told to.
pub async fn run(args: &ServeArgs, signals: Signals) -> anyhow::Result<()> {
    let Signals { reload, mut stop } = signals;
    let place = args.database.clone().unwrap_or(Place::Memory);
    let store = tokio::select! {
        store = store(args.data.seed.as_deref(), &place) => store?,
        () = stop.told() => return Ok(()),
    };
    let listener = listen(args.listen).await?;
    let ops_listener = match args.ops_listen {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    tell(&store, &listener, ops_listener.as_ref())?;
    let app = App::new(store, Clock::System, args.data.public_url.as_deref()).keeping(args.cache_size.0);
    tokio::spawn(keep_loaded(app.clone(), args.data.seed.clone(), place, reload, args.watch.0));
    let Some(ops_listener) = ops_listener else {
        let door = Door::new(listener, http::service(app.clone(), args.limits()), args.bounds());
        serve(door, &app, args, &mut stop).await;
        return Ok(());
    };
    let door = Door::new(listener, http::service_apart(app.clone(), args.limits()), args.bounds());
    let ops_door = Door::new(ops_listener, http::operators(app.clone(), args.limits()), OPERATORS);
    // Operators are answered to the end.
    tokio::select! {
        () = serve(door, &app, args, &mut stop) => Ok(()),
        never = ops_door.open() => match never {},
    }
}

/// What operators may use of a listener of their own.
const OPERATORS: Bounds = Bounds { header_timeout: Duration::from_secs(10), connections: 100 };

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Says where the server listens and what it serves.
fn tell(store: &Store, listener: &TcpListener, ops_listener: Option<&TcpListener>) -> anyhow::Result<()> {
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
    let mut told = std::io::stderr();
    if let Some(listener) = ops_listener {
        let _ = writeln!(told, "listening for operators on http://{}", listener.local_addr()?);
    }
    let _ = writeln!(told, "listening on http://{address}");
    Ok(())
}

/// Serves connections until told to stop, then lets requests in flight finish. Told again, it stops at once.
async fn serve(door: Door, app: &App, args: &ServeArgs, stop: &mut Stop) {
    let hurried = tokio::select! {
        never = door.open() => match never {},
        hurried = leave(app, args.grace(), stop) => hurried,
    };
    if hurried {
        return tracing::warn!("stopped at once");
    }
    tokio::select! {
        () = door.close() => tracing::info!("stopped"),
        () = tokio::time::sleep(args.drain_timeout) => tracing::warn!("stopped with requests unanswered"),
        () = stop.told() => tracing::warn!("stopped at once, with requests unanswered"),
    }
}

/// Waits to be told to stop; then says so where it is asked for, and waits until whoever asks has heard of it.
/// Whether it was told again in the meantime.
///
/// A connection in use is closed after its next answer, so that at the end none is cut off as its client speaks.
async fn leave(app: &App, grace: Duration, stop: &mut Stop) -> bool {
    stop.told().await;
    app.leave();
    tracing::info!("leaving");
    tokio::time::timeout(grace, stop.told()).await.is_ok()
}

/// Loads seeds anew when they are in a folder; those built in do not change.
async fn keep_loaded(app: App, dir: Option<PathBuf>, place: Place, mut reload: Signal, watch: Option<Duration>) {
    if let Some(dir) = dir {
        return Reloader::new(app, dir, place).run(reload, watch).await;
    }
    if watch.is_some() {
        tracing::warn!("there is nothing to watch: the seeds are those built into the program");
    }
    while reload.recv().await.is_some() {
        tracing::warn!("there is nothing to load: the seeds are those built into the program");
    }
}
