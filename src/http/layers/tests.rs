//! The limit on work in flight, over real sockets: what is too much is told so at once.

use std::net::SocketAddr;

use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;

use super::*;
use crate::clock::Clock;
use crate::domain::dataset::Dataset;
use crate::door::{Bounds, Door};
use crate::store::{Place, Stamp, Store};

const LONG: Duration = Duration::from_mins(1);

async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LONG, future).await.unwrap_or_else(|_| panic!("{what}: not in time"))
}

/// A server of these routes on a port of its own, with room for so many requests.
async fn served(routes: Router, in_flight: usize) -> SocketAddr {
    let stamp = Stamp { version: "v1".into(), build: crate::BUILD.into(), fingerprint: String::new() };
    let store = Store::build(Arc::new(Dataset::default()), stamp, &Place::Memory, &Arc::default()).await.unwrap();
    let limits = Limits { request_timeout: LONG, in_flight, rate: None, trusted: Vec::new() };
    let api = Api::served(routes, App::new(store, Clock::at(0), None), limits);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let door = Door::new(listener, api, Bounds { header_timeout: LONG, connections: 10_000 });
    tokio::spawn(async move { door.open().await });
    address
}

/// The whole answer to a GET.
async fn asked(address: SocketAddr, path: &'static str) -> String {
    in_time(path, async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    })
    .await
}

/// How many requests the server has room for, and how many more are asked while all of that is taken.
const ROOM: usize = 8;
const MORE: usize = 1000;

#[tokio::test]
async fn what_is_too_much_is_told_so_while_all_that_was_taken_still_waits() {
    let (arrived, mut arrivals) = unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let opened = Arc::clone(&gate);
    let slow = get(async move || {
        arrived.send(()).unwrap();
        opened.acquire().await.unwrap().forget();
        "done"
    });
    let routes = Router::new().route("/slow", slow).route("/livez", get("alive"));
    let address = served(routes, ROOM).await;
    let taken: Vec<_> = (0..ROOM).map(|_| tokio::spawn(asked(address, "/slow"))).collect();
    for _ in 0..ROOM {
        in_time("a request", arrivals.recv()).await.unwrap();
    }

    let more: Vec<_> = (0..MORE).map(|_| tokio::spawn(asked(address, "/slow"))).collect();
    for answer in more {
        let answer = answer.await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert!(answer.contains("\r\nretry-after: 1\r\n") && answer.contains("\"code\":\"overloaded\""), "{answer}");
    }
    assert!(asked(address, "/livez").await.ends_with("alive"));
    assert!(arrivals.try_recv().is_err(), "what is told so has not begun");
    assert!(taken.iter().all(|taken| !taken.is_finished()), "what was taken still waits");

    gate.add_permits(ROOM + 1);
    for answer in taken {
        assert!(answer.await.unwrap().ends_with("done"));
    }
    assert!(asked(address, "/slow").await.ends_with("done"), "there is room again");
}
