//! The end of a server: nobody is cut off, and nobody holds it up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::program::{Line, Server, get, in_time, path, request, seeds, taken_apart, text};

/// A connection to a server that asks for more than the buffers between the two ends hold, and has read a little.
async fn stalled(server: &Server, address: &str) -> (TcpStream, Vec<u8>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    stream.write_all(request(address).as_bytes()).await.unwrap();
    let mut bytes = vec![0; 16];
    in_time("the first bytes", stream.read_exact(&mut bytes)).await.unwrap();
    (stream, bytes)
}

#[tokio::test]
async fn a_request_in_flight_finishes_when_the_server_is_told_to_stop() {
    // More than the buffers between the two ends hold, so that the answer is still on its way.
    let seeds = seeds(12, 1_000_000);
    let mut server = Server::start(&["--drain-timeout", "1m", "--seed", path(seeds.path())]).await;
    let (mut stream, mut bytes) = stalled(&server, "/v1/events").await;
    server.terminate().await;
    server.logged("stopping").await;
    assert!(TcpStream::connect(server.address).await.is_err(), "no new connection is taken");
    in_time("the rest", stream.read_to_end(&mut bytes)).await.unwrap();
    let (status, body) = taken_apart(&bytes);
    assert_eq!(status, 200);
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["page"]["total"], 12);
    assert_eq!(server.stopped().await.code(), Some(0));
}

#[tokio::test]
async fn connections_that_ask_nothing_do_not_hold_up_the_end() {
    let server = Server::start(&["--drain-timeout", "1h", "--header-timeout", "1h"]).await;
    let fresh = TcpStream::connect(server.address).await.unwrap();
    let mut used = TcpStream::connect(server.address).await.unwrap();
    used.write_all(request("/livez").replace("connection: close\r\n", "").as_bytes()).await.unwrap();
    let mut bytes = vec![0; 16];
    in_time("an answer", used.read_exact(&mut bytes)).await.unwrap();
    server.stop().await;
    drop((fresh, used));
}

#[tokio::test]
async fn whoever_asks_whether_it_is_ready_hears_of_the_end_first() {
    let mut server = Server::start(&["--drain-timeout", "1h", "--ops-listen", "127.0.0.1:0"]).await;
    let ops = server.ops.unwrap();
    assert_eq!(get(ops, "/readyz").await.0, 200);
    server.terminate().await;
    server.logged("leaving").await;
    let (status, body) = get(ops, "/readyz").await;
    assert_eq!((status, &serde_json::from_slice::<Value>(&body).unwrap()["code"]), (503, &Value::from("not-ready")));
    assert_eq!(get(ops, "/livez").await.0, 200);
    // Whoever has not heard of it yet is answered, and asked to go elsewhere after that.
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(request("/v1").replace("connection: close\r\n", "").as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    in_time("an answer", stream.read_to_end(&mut bytes)).await.unwrap();
    assert_eq!(taken_apart(&bytes).0, 200);
    assert!(text(&bytes).to_lowercase().contains("\r\nconnection: close\r\n"), "{}", text(&bytes));
    assert_eq!(server.stopped().await.code(), Some(0));
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let seeds = seeds(12, 1_000_000);
    let mut server = Server::start(&["--drain-timeout", "1h", "--seed", path(seeds.path())]).await;
    let held = stalled(&server, "/v1/events").await;
    server.terminate().await;
    server.logged("leaving").await;
    server.signal("INT").await;
    assert_eq!(server.stopped().await.code(), Some(0));
    drop(held);

    let mut server = Server::start(&["--drain-timeout", "1m", "--seed", path(seeds.path())]).await;
    let held = stalled(&server, "/v1/events").await;
    server.terminate().await;
    server.logged("stopping").await;
    server.signal("INT").await;
    server.logged("stopped at once").await;
    assert_eq!(server.stopped().await.code(), Some(0));
    drop(held);
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_given_up_in_the_end() {
    let seeds = seeds(12, 1_000_000);
    let mut server = Server::start(&["--drain-timeout", "200ms", "--seed", path(seeds.path())]).await;
    let held = stalled(&server, "/v1/events").await;
    server.terminate().await;
    server.logged("stopped with requests unanswered").await;
    assert_eq!(server.stopped().await.code(), Some(0));
    drop(held);
}

/// How many ask while the server is told to stop, and how often it is.
const CLIENTS: usize = 8;
const ENDS: usize = 3;

#[tokio::test]
async fn a_stop_under_load_cuts_no_answer_off() {
    for _ in 0..ENDS {
        let mut server = Server::spawn(
            crate::program::program(&["--listen", "127.0.0.1:0", "--drain-timeout", "20s"]).env("RUST_LOG", "warn"),
        )
        .await;
        let answered = Arc::new(AtomicU64::new(0));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (mut line, answered) = (Line::to(&server), Arc::clone(&answered));
                let addresses = ["/v1/events?limit=20", "/v1/actors.csv", "/v1/events.ndjson?type=summit", "/v1"];
                tokio::spawn(async move {
                    for address in addresses.iter().cycle().skip(client) {
                        // Until no connection is taken any more.
                        let Some((status, body)) = line.try_get(address).await else { return };
                        assert_eq!(status, 200, "{address}: {}", text(&body));
                        answered.fetch_add(1, Ordering::Relaxed);
                        // A client that comes again all the same may knock as the door is shut.
                        if line.sent_away {
                            return;
                        }
                    }
                })
            })
            .collect();
        in_time("load", async {
            while answered.load(Ordering::Relaxed) < 50 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        server.terminate().await;
        for client in clients {
            in_time("the end", client).await.unwrap();
        }
        assert_eq!(in_time("the end", server.child.wait()).await.unwrap().code(), Some(0));
    }
}
