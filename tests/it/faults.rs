//! What clients, disks and clocks do to a server, over real sockets: it goes on answering.

use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::Command;

use crate::program::{Line, PROGRAM, Server, in_time, path, request, seeds, text};
use crate::support::{Client, app, dataset, set_clock};

/// Waits until the other end closes the connection.
async fn closed(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A reset is an end as well.
    let _ = in_time("the end of a connection", stream.read_to_end(&mut bytes)).await;
    bytes
}

/// The program run by a shell, after a command that puts limits on it.
fn confined(limits: &str, args: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{limits}; exec \"$0\" \"$@\""), PROGRAM]).args(args);
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").stdin(Stdio::null()).kill_on_drop(true);
    command
}

#[tokio::test]
async fn clients_that_never_end_their_headers_are_shut_out_and_hold_nobody_up() {
    let server = Server::start(&["--header-timeout", "300ms", "--max-connections", "60"]).await;
    let mut slow = Vec::new();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(b"GET /v1/events HTTP/1.1\r\nhost: x\r\nx-").await.unwrap();
        slow.push(stream);
    }
    assert_eq!(server.get("/v1/events").await.0, 200);
    for stream in slow {
        let told = closed(stream).await;
        assert!(told.is_empty() || text(&told).starts_with("HTTP/1.1 408 "), "{}", text(&told));
    }
    assert_eq!(server.get("/v1/events").await.0, 200);
    server.stop().await;
}

#[tokio::test]
async fn clients_that_read_nothing_take_nobodys_place() {
    let seeds = seeds(12, 1_000_000);
    let server = Server::start(&["--max-in-flight", "1", "--seed", path(seeds.path())]).await;
    let mut stalled = Vec::new();
    for address in ["/v1/events", "/v1/events.csv", "/v1/events.ndjson"].iter().cycle().take(12) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(server.address).await.unwrap();
        stream.write_all(request(address).as_bytes()).await.unwrap();
        // The answer is on its way, and stays there.
        in_time("the first byte", stream.read_exact(&mut [0])).await.unwrap();
        stalled.push(stream);
    }
    let mut line = Line::to(&server);
    for _ in 0..20 {
        assert_eq!(line.get("/v1/events?limit=1&fields=title").await.0, 200);
    }
    assert_eq!(line.get("/readyz").await.0, 200);
    drop(stalled);
    server.stop().await;
}

/// How many connections this process may open, with room for what else it does.
fn descriptors() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap_or(usize::MAX).saturating_sub(500)
}

#[tokio::test]
async fn thousands_of_idle_connections_are_borne() {
    // Long enough that none is shut out while the others come.
    let server = Server::start(&["--header-timeout", "10m"]).await;
    let many = descriptors().min(5000);
    let mut idle = Vec::with_capacity(many);
    for _ in 0..many {
        idle.push(in_time("a connection", TcpStream::connect(server.address)).await.unwrap());
    }
    assert_eq!(server.get("/v1/events").await.0, 200);
    let (_, metrics) = server.get("/metrics").await;
    let open =
        text(&metrics).lines().find_map(|line| line.strip_prefix("process_open_fds ")?.parse::<f64>().ok()).unwrap();
    assert!(open > f64::from(u32::try_from(many).unwrap()), "{open}");
    drop(idle);
    assert_eq!(server.get("/v1/events").await.0, 200);
    server.stop().await;
}

#[tokio::test]
async fn addresses_and_headers_of_a_hundred_kilobytes_are_refused_at_once() {
    let server = Server::start(&[]).await;
    let long = "x".repeat(100_000);
    for (asked, status) in [
        (format!("GET /v1/events?q={long} HTTP/1.1\r\nhost: x\r\n\r\n"), "414"),
        (format!("GET /v1/events HTTP/1.1\r\nhost: x\r\nx-long: {long}\r\nconnection: close\r\n\r\n"), "431"),
        (format!("GET /v1/events HTTP/1.1\r\nhost: x\r\n{long}: x\r\nconnection: close\r\n\r\n"), "4"),
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        // The server may close before all of it is written.
        let _ = stream.write_all(asked.as_bytes()).await;
        let told = text(&closed(stream).await);
        assert!(told.starts_with(&format!("HTTP/1.1 {status}")), "{status}: {told}");
    }
    assert_eq!(server.get("/v1/events").await.0, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_server_without_descriptors_left_takes_connections_again_when_it_can() {
    let mut server = Server::spawn(&mut confined("ulimit -n 60", &["--listen", "127.0.0.1:0"])).await;
    let mut held = Vec::new();
    for _ in 0..100 {
        held.push(in_time("a connection", TcpStream::connect(server.address)).await.unwrap());
    }
    server.logged("a connection could not be taken").await;
    drop(held);
    assert_eq!(server.get("/v1/events").await.0, 200);
    assert_eq!(server.get("/readyz").await.0, 200);
    server.stop().await;
}

/// Whether this machine lets a test mount a disk that only the program sees.
async fn may_mount() -> bool {
    let tried = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).output().await;
    let may = tried.is_ok_and(|output| output.status.success());
    if !may {
        eprintln!("not tested: this machine lets nobody mount a disk for a test");
    }
    may
}

/// The program with a disk of its own at a path.
fn on_disk(options: &str, at: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    let script = format!("mount -t tmpfs -o {options} none '{}' && exec \"$0\" \"$@\"", path(at.path()));
    command.args(["-rm", "sh", "-c", &script, PROGRAM]).args(args);
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").stdin(Stdio::null()).kill_on_drop(true);
    command
}

#[tokio::test]
async fn a_disk_that_is_full_or_may_not_be_written_is_told_at_the_start() {
    if !may_mount().await {
        return;
    }
    let (disk, seeds) = (tempfile::tempdir().unwrap(), seeds(300, 400));
    let url = format!("sqlite://{}/kept.db", path(disk.path()));
    let args = ["serve", "--listen", "127.0.0.1:0", "--database", &url, "--seed", path(seeds.path())];
    for options in ["size=64k", "ro"] {
        let output = in_time("a refusal", on_disk(options, &disk, &args).output()).await.unwrap();
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{options}: {told}");
        assert!(told.contains("climate-timeline: database"), "{options}: {told}");
    }
    // Without a kept database there is nothing to write.
    let server = Server::spawn(&mut on_disk("ro", &disk, &["--listen", "127.0.0.1:0"])).await;
    assert_eq!(server.get("/v1/events").await.0, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_disk_that_fills_up_at_a_reload_leaves_what_is_served() {
    if !may_mount().await {
        return;
    }
    let (disk, dir) = (tempfile::tempdir().unwrap(), seeds(3, 40));
    let url = format!("sqlite://{}/kept.db", path(disk.path()));
    let args = ["--listen", "127.0.0.1:0", "--database", &url, "--seed", path(dir.path())];
    let mut server = Server::spawn(&mut on_disk("size=1m", &disk, &args)).await;
    let before = server.json("/v1/events").await;
    let large = seeds(2000, 400);
    std::fs::copy(large.path().join("events.ndjson"), dir.path().join("events.ndjson")).unwrap();
    server.signal("HUP").await;
    server.logged("the seeds are not loaded").await;
    assert_eq!(server.json("/v1/events").await, before);
    assert_eq!(server.json("/readyz").await["last_load"]["problems"], 1);
    let small = seeds(4, 40);
    std::fs::copy(small.path().join("events.ndjson"), dir.path().join("events.ndjson")).unwrap();
    // What could not be finished is out of the way.
    server.signal("HUP").await;
    server.logged("another data set is served").await;
    assert_eq!(server.json("/v1/events").await["page"]["total"], 4);
    server.stop().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_no_harm() {
    let app = app(&dataset()).await;
    let client = Client::of(app.clone());
    let commitments = client.ok("/v1/commitments?limit=2").await;
    let next = commitments["links"]["next"].as_str().unwrap().to_owned();
    let second = client.get(&next).await;
    set_clock(&app, crate::support::NOW - 3 * 366 * 86_400);
    assert_eq!(client.ok("/readyz").await["age_seconds"], 0);
    // A cursor holds the day that it began on.
    assert_eq!(client.get(&next).await.body, second.body);
    for address in ["/v1", "/v1/events?limit=1", "/v1/commitments", "/v1/actors", "/v1/events/gaps", "/metrics"] {
        assert_eq!(client.get(address).await.status.as_u16(), 200, "{address}");
    }
    set_clock(&app, -1);
    assert_eq!(client.get("/readyz").await.status.as_u16(), 200);
    assert_eq!(client.get("/v1/commitments").await.status.as_u16(), 200);
}
