//! What whole results cost in memory, on a real server. It takes minutes: `cargo test --test it memory -- --ignored --nocapture`.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::program::{Server, path, program, seeds};

/// The most that an export may add, in KiB.
const MOST: u64 = 32 * 1024;

/// A line of `/proc/PID/status`, in KiB.
fn kibibytes(server: &Server, key: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("a running process");
    let line = status.lines().find_map(|line| line.strip_prefix(key)).expect("a key of the status");
    line.split_whitespace().next().expect("a number").parse().expect("a number")
}

async fn download(server: &Server, path: &str, coding: &str) -> usize {
    let mut stream = TcpStream::connect(server.address).await.expect("a connection");
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept-encoding: {coding}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("a request");
    let (mut block, mut size, mut end) = (vec![0; 1 << 16], 0, Vec::new());
    loop {
        let read = stream.read(&mut block).await.expect("an answer");
        if read == 0 {
            break;
        }
        size += read;
        end.extend_from_slice(&block[..read]);
        end.drain(..end.len().saturating_sub(8));
    }
    assert!(end.ends_with(b"0\r\n\r\n"), "{path} {coding}: it broke off");
    size
}

#[tokio::test]
#[ignore = "it takes minutes"]
async fn an_export_of_a_hundred_thousand_events_adds_little_to_the_servers_memory() {
    let dir = seeds(100_000, 600);
    let mut command = program(&["--listen", "127.0.0.1:0", "--request-timeout", "5m", "--seed", path(dir.path())]);
    let server = Server::spawn_within(&mut command, Duration::from_mins(20)).await;
    let first = kibibytes(&server, "VmHWM:");
    // From here on, the peak is that of the exports alone.
    std::fs::write(format!("/proc/{}/clear_refs", server.id()), "5").expect("our own process");
    let before = kibibytes(&server, "VmHWM:");
    println!("peak of the start {first} KiB, held after it {before} KiB");
    for path in ["/v1/events.csv", "/v1/events.ndjson"] {
        for coding in ["identity", "gzip", "br", "zstd"] {
            let size = download(&server, path, coding).await;
            let added = kibibytes(&server, "VmHWM:").saturating_sub(before);
            println!("{path} {coding}: {size} bytes; so far {added} KiB above what is held");
            assert!(added < MOST, "{path} {coding}: {added} KiB");
        }
    }
    server.stop().await;
}
