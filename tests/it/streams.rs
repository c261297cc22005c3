//! Whole results over real sockets: what breaks shows, who stalls holds nobody up, who downloads is waited for.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Parser as _;
use climate_timeline::cli::Cli;
use climate_timeline::clock::Clock;
use climate_timeline::door::Door;
use climate_timeline::http::{self, App};
use climate_timeline::store::{Place, Stamp, Store};
use climate_timeline::{BUILD, seed};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

use crate::{support, synthetic};

/// Far longer than anything here takes.
const DEADLINE: Duration = Duration::from_mins(1);

/// More than the buffers between two ends hold.
const EVENTS: u64 = 15_000;

/// A store in a file, built once for each build of the program: building one takes a while.
async fn store(events: u64) -> Store {
    static BUILDING: Mutex<()> = Mutex::const_new(());
    let _alone = BUILDING.lock().await;
    std::fs::create_dir_all(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let place = Place::File(kept(events));
    if let Some(store) = Store::kept(&place, BUILD).await {
        return store;
    }
    let dataset = synthetic::dataset(events);
    let stamp = Stamp { version: seed::data_version(&dataset), build: BUILD.into(), fingerprint: String::new() };
    Store::build(Arc::new(dataset), stamp, &place, &Arc::default()).await.unwrap()
}

fn kept(events: u64) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{events}-events.db"))
}

/// A store with one document that is no JSON, so far from the first that blocks are sent before it is met.
async fn spoilt(folder: &Path) -> Store {
    let sound = store(5_000).await;
    let database = kept(5_000);
    let all = crate::program::names(database.parent().unwrap());
    for name in all.iter().filter(|name| name.starts_with("5000-events.db")) {
        std::fs::copy(database.with_file_name(name), folder.join(name)).unwrap();
    }
    let documents = all.iter().find(|name| name.starts_with("5000-events.db-documents-"));
    let documents = folder.join(documents.expect("documents are beside the database"));
    let mut bytes = std::fs::read(&documents).unwrap();
    let id = sound.catalogue().events.iter().nth(4_500).unwrap();
    let wanted = format!("{{\"id\":\"{id}\",\"date\"");
    let at: Vec<usize> = bytes
        .windows(wanted.len())
        .enumerate()
        .filter(|(_, bytes)| *bytes == wanted.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert_eq!(at.len(), 3, "a document in each language, and the seed");
    for at in at {
        bytes[at] = b'!';
    }
    std::fs::write(documents, bytes).unwrap();
    let path = folder.join("5000-events.db");
    Store::kept(&Place::File(path), BUILD).await.unwrap()
}

struct Server {
    app: App,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(store: Store, args: &[&str]) -> Server {
        let app = App::new(store, Clock::at(support::NOW), None);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let args = Cli::try_parse_from(["climate-timeline"].iter().chain(args)).unwrap().serve;
        let (stop, stopped) = oneshot::channel::<()>();
        let door = Door::new(listener, http::service(app.clone(), args.limits()), args.bounds());
        let task = tokio::spawn(async move {
            tokio::select! {
                never = door.open() => match never {},
                _ = stopped => {}
            }
            let _ = tokio::time::timeout(args.drain_timeout, door.close()).await;
        });
        Server { app, address, stop, task }
    }

    /// Asks, and reads the first bytes of the answer.
    async fn ask(&self, request: String) -> Download {
        let address = self.address;
        blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(DEADLINE)).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut bytes = vec![0; 4096];
            stream.read_exact(&mut bytes).unwrap();
            Download { stream, bytes }
        })
        .await
    }
}

/// An answer that is on its way.
struct Download {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Download {
    /// Reads to the end of the connection: all bytes, and how it ended.
    async fn rest(mut self) -> (Vec<u8>, std::io::Result<usize>) {
        blocking(move || {
            let end = self.stream.read_to_end(&mut self.bytes);
            (self.bytes, end)
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn request(path: &str, version: &str, coding: &str) -> String {
    format!("GET {path} HTTP/{version}\r\nhost: localhost\r\nconnection: close\r\naccept-encoding: {coding}\r\n\r\n")
}

/// What marks the end of an answer of unknown length in HTTP/1.1.
const END: &[u8] = b"\r\n0\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_in_mid_stream_breaks_the_transfer() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(spoilt(folder.path()).await, &[]).await;
    for path in ["/v1/events.csv", "/v1/events.ndjson?fields=id,title,summary"] {
        for coding in ["identity", "gzip", "br", "zstd"] {
            let (bytes, _) = server.ask(request(path, "1.1", coding)).await.rest().await;
            assert!(bytes.starts_with(b"HTTP/1.1 200 OK"), "{path} {coding}");
            assert!(!bytes.ends_with(END), "{path} {coding}: it ends as if it were whole");
            // Where the end of the connection is the end of the answer, it must not be an orderly one.
            let (bytes, end) = server.ask(request(path, "1.0", coding)).await.rest().await;
            assert!(bytes.starts_with(b"HTTP/1.0 200 OK"), "{path} {coding}");
            assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset, "{path} {coding}");
        }
    }
    // Pages of sound records are still answered.
    let (bytes, end) = server.ask(request("/v1/events", "1.1", "identity")).await.rest().await;
    end.unwrap();
    assert!(bytes.ends_with(b"}\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_closes_in_mid_stream_breaks_the_transfer() {
    let server = Server::start(store(EVENTS).await, &[]).await;
    let download = server.ask(request("/v1/events.ndjson", "1.1", "identity")).await;
    server.app.store().close().await;
    let (bytes, _) = download.rest().await;
    assert!(!bytes.ends_with(END));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_that_is_not_broken_ends_as_whole() {
    let server = Server::start(store(EVENTS).await, &[]).await;
    for version in ["1.1", "1.0"] {
        let (bytes, end) = server.ask(request("/v1/events.ndjson?fields=id", version, "identity")).await.rest().await;
        end.unwrap();
        assert_eq!(bytes.ends_with(END), version == "1.1");
        let lines = String::from_utf8_lossy(&bytes).matches("{\"id\":").count();
        assert_eq!(lines, 15_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_stall_hold_nobody_up() {
    let server = Server::start(store(EVENTS).await, &["--max-in-flight", "4"]).await;
    let mut stalled = Vec::new();
    for _ in 0..12 {
        stalled.push(server.ask(request("/v1/events.ndjson", "1.1", "identity")).await);
    }
    let (answer, end) = server.ask(request("/v1/events?limit=20&type=call", "1.1", "identity")).await.rest().await;
    end.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
    assert_eq!(stalled.len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_over_a_reload_and_is_waited_for_at_the_end() {
    let server = Server::start(store(EVENTS).await, &["--drain-timeout", "1h"]).await;
    let download = server.ask(request("/v1/events.ndjson", "1.1", "identity")).await;
    server.app.replace(store(1_000).await);
    server.stop.send(()).unwrap();
    let (bytes, end) = download.rest().await;
    end.unwrap();
    assert!(bytes.ends_with(END));
    assert_eq!(String::from_utf8_lossy(&bytes).matches("\n{\"id\":").count(), 15_000);
    tokio::time::timeout(DEADLINE, server.task).await.expect("it stops").unwrap();
}
