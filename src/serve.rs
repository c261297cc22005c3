//! Start-up from top to bottom: seeds, check, load, listen, drain.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::Signal;

use crate::BUILD;
use crate::cli::ServeArgs;
use crate::clock::Clock;
use crate::door::{Bounds, Door};
use crate::http::{self, App};
use crate::progress::{self, Progress};
use crate::reload::Reloader;
use crate::seed::{self, Findings, Problem, Severity, Source, Survey};
use crate::signals::{Signals, Stop};
use crate::store::{Place, Stamp, Store};

/// Seeds that cannot be served: their errors. What only wants a second look keeps no seeds from being served.
#[derive(Debug, thiserror::Error)]
#[error("errors in the seeds: {}", .errors.len() + .more)]
pub struct BadSeeds {
    /// The first of them.
    pub errors: Vec<Problem>,
    /// How many more there are.
    pub more: usize,
}

impl BadSeeds {
    fn of(findings: Findings) -> BadSeeds {
        let (more, _) = findings.more();
        let mut errors = findings.problems();
        errors.retain(|problem| problem.severity == Severity::Error);
        BadSeeds { errors, more }
    }
}

/// Seeds that can be served.
pub struct Seeds {
    /// The records.
    pub records: Survey,
    /// By what to know the files again; the build where they are built in.
    pub fingerprint: String,
}

/// Reads and checks the seeds of a folder, or those built in.
pub fn seeds(dir: Option<&Path>, progress: &Progress) -> anyhow::Result<Seeds> {
    let read = |sources| Survey::read(sources, progress);
    let (fingerprint, (survey, findings)) = match dir {
        Some(dir) => seed::read_settled(dir, read)?,
        None => (BUILD.to_owned(), read(seed::built_in().into_iter().map(Source::from).collect())?),
    };
    let Some(records) = survey else { return Err(BadSeeds::of(findings).into()) };
    for warning in findings.problems() {
        tracing::debug!("{warning}");
    }
    Ok(Seeds { records, fingerprint })
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
    let kept = kept.map(|kept| (kept.stamp().version.clone(), kept));
    let served = kept.as_ref().map(|(version, _)| version.as_str());
    match load(dir, place, served).await? {
        Some(store) => Ok(store),
        None => kept.map(|(_, kept)| kept).context("a data set that is not served was taken for the one that is"),
    }
}

/// Loads seeds into a new store, and tells how far it has come; none if they are of the version that is served.
pub async fn load(dir: Option<&Path>, place: &Place, served: Option<&str>) -> anyhow::Result<Option<Store>> {
    let progress = Arc::new(Progress::default());
    progress::told(&progress, async {
        let (dir, reading) = (dir.map(Path::to_owned), Arc::clone(&progress));
        // A disk may take its time, and checking many records keeps a processor busy.
        let read = tokio::task::spawn_blocking(move || seeds(dir.as_deref(), &reading)).await?;
        let Seeds { records, fingerprint } = read?;
        let version = records.version().to_owned();
        if served == Some(&version) {
            return Ok(None);
        }
        let stamp = Stamp { version, build: BUILD.to_owned(), fingerprint };
        Ok(Some(Store::build(Arc::new(records), stamp, place, &progress).await?))
    })
    .await
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
