//! What clients, disks and clocks do to a server, over real sockets: it goes on answering.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use climate_timeline::door::{Bounds, Door};
use climate_timeline::http::{self, App, Limits, Rate};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::process::Command;

use crate::program::{Line, PROGRAM, Server, get, in_time, path, request, seeds, text};
use crate::support::{app, dataset, set_clock};

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

/// Sends the beginning of a request, then a letter now and then for as long as the server takes it.
async fn drip(server: SocketAddr) -> Vec<u8> {
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(b"GET /v1/events HTTP/1.1\r\nhost: x\r\nx-").await.unwrap();
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let mut told = Vec::new();
    loop {
        tokio::select! {
            _ = ticks.tick() => drop(stream.write_all(b"x").await),
            read = stream.read_buf(&mut told) => if !read.is_ok_and(|read| read > 0) { return told },
        }
    }
}

/// How many connections there may be at once, and how many of them are taken by clients that never end.
const PLACES: usize = 60;

#[tokio::test]
async fn clients_that_never_end_their_headers_are_shut_out_and_hold_nobody_up() {
    let server = Server::start(&["--header-timeout", "300ms", "--max-connections", &PLACES.to_string()]).await;
    // With room left, the others are answered; with none, as soon as those are shut out.
    for slow in [PLACES - 10, PLACES] {
        let slow: Vec<_> = (0..slow).map(|_| tokio::spawn(drip(server.address))).collect();
        assert_eq!(server.get("/v1/events").await.0, 200);
        for told in slow {
            let told = text(&in_time("the end of a connection", told).await.unwrap());
            assert!(told.is_empty() || told.starts_with("HTTP/1.1 408 "), "{told}");
        }
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

/// How many connections there are that ask nothing, and the descriptors that both ends of them need.
const IDLE: usize = 5000;
const DESCRIPTORS: &str = "ulimit -n 6000";

/// A program that connects that often, says so, and keeps the connections.
fn idlers(server: SocketAddr) -> Command {
    let mut command = Command::new("bash");
    let (ip, port) = (server.ip(), server.port());
    let connect = format!("for ((n = 0; n < {IDLE}; n++)); do exec {{line}}<>/dev/tcp/{ip}/{port} || exit 1; done");
    command.args(["-c", &format!("{DESCRIPTORS} && {connect}; echo connected; read -r")]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    command
}

async fn open_descriptors(server: &Server) -> usize {
    let (_, metrics) = server.get("/metrics").await;
    let metrics = text(&metrics);
    let open = metrics.lines().find_map(|line| line.strip_prefix("process_open_fds ")?.parse().ok());
    open.unwrap_or_else(|| panic!("{metrics}"))
}

#[tokio::test]
async fn thousands_of_idle_connections_are_borne() {
    // Long enough that none is shut out while the others come.
    let args = ["--listen", "127.0.0.1:0", "--header-timeout", "10m"];
    let server = Server::spawn(&mut confined(DESCRIPTORS, &args)).await;
    let before = open_descriptors(&server).await;
    let mut idlers = idlers(server.address).spawn().unwrap();
    let mut told = BufReader::new(idlers.stdout.take().unwrap()).lines();
    assert_eq!(in_time("the connections", told.next_line()).await.unwrap().as_deref(), Some("connected"));
    assert_eq!(server.get("/v1/events").await.0, 200);
    in_time("all to be taken", async { while open_descriptors(&server).await < IDLE {} }).await;
    assert_eq!(server.get("/v1/events").await.0, 200);
    idlers.kill().await.unwrap();
    in_time("all to be given up", async { while open_descriptors(&server).await > before + 10 {} }).await;
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
        (format!("{long} /v1/events HTTP/1.1\r\nhost: x\r\n\r\n"), "4"),
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        // The server may close before all of it is written.
        let _ = stream.write_all(asked.as_bytes()).await;
        let told = text(&closed(stream).await);
        assert!(told.starts_with(&format!("HTTP/1.1 {status}")), "{status}: {told}");
    }
    // Of ten thousand headers the server reads a hundred; where it closes on the rest, the answer may not arrive.
    let many = format!("GET /v1/events HTTP/1.1\r\nhost: x\r\n{}\r\n", "x: yyyyy\r\n".repeat(10_000));
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let _ = stream.write_all(many.as_bytes()).await;
    let told = text(&closed(stream).await);
    assert!(told.is_empty() || told.starts_with("HTTP/1.1 431"), "{told}");
    assert_eq!(server.get("/v1/events").await.0, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_server_without_descriptors_left_serves_whom_it_has_and_takes_others_when_it_can() {
    let dir = seeds(3, 40);
    let args = ["--listen", "127.0.0.1:0", "--seed", path(dir.path())];
    let mut server = Server::spawn(&mut confined("ulimit -n 60", &args)).await;
    let mut line = Line::to(&server);
    let before = line.get("/v1/events").await;
    let mut held = Vec::new();
    for _ in 0..100 {
        held.push(in_time("a connection", TcpStream::connect(server.address)).await.unwrap());
    }
    server.logged("a connection could not be taken").await;
    assert_eq!(line.get("/v1/events").await, before);
    // Nor can the seeds be opened.
    server.signal("HUP").await;
    server.logged("the seeds are not loaded").await;
    assert_eq!(line.get("/v1/events").await, before);
    assert_eq!(line.get("/livez").await.0, 200);
    drop(held);
    assert_eq!(server.get("/v1/events").await, before);
    assert_eq!(server.get("/readyz").await.0, 200);
    server.signal("HUP").await;
    server.logged("the seeds are those that are served").await;
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
    let mut server = Server::spawn(&mut on_disk("size=4m", &disk, &args)).await;
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

/// A server within this process, whose clock is set by hand: nothing lets a test set that of another.
async fn within(app: &App) -> SocketAddr {
    let limits = Limits {
        request_timeout: Duration::from_mins(1),
        in_flight: 10,
        rate: Some(Rate { requests: 1000, per: Duration::from_mins(1) }),
        trusted: Vec::new(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let bounds = Bounds { header_timeout: Duration::from_mins(1), connections: 100 };
    let door = Door::new(listener, http::service(app.clone(), limits), bounds);
    tokio::spawn(async move { door.open().await });
    address
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_no_harm() {
    let app = app(&dataset()).await;
    let server = within(&app).await;
    let json = async |path: &str| {
        let (status, body) = get(server, path).await;
        assert_eq!(status, 200, "{path}: {}", text(&body));
        serde_json::from_slice::<Value>(&body).unwrap()
    };
    let commitments = json("/v1/commitments?limit=2").await;
    let next = commitments["links"]["next"].as_str().unwrap().to_owned();
    let second = get(server, &next).await;
    set_clock(&app, crate::support::NOW - 3 * 366 * 86_400);
    assert_eq!(json("/readyz").await["age_seconds"], 0);
    // A cursor holds the day that it began on.
    assert_eq!(get(server, &next).await, second);
    assert_eq!(json("/v1/commitments").await["meta"]["as_of"], "2023-11-23");
    for path in ["/v1", "/v1/events?limit=1", "/v1/actors", "/v1/events/gaps", "/metrics", "/v1/dataset.zip"] {
        assert_eq!(get(server, path).await.0, 200, "{path}");
    }
    for seconds in [-1, i64::MIN, i64::MAX, crate::support::NOW] {
        set_clock(&app, seconds);
        for path in ["/readyz", "/v1/commitments", "/v1/events/gaps", "/metrics"] {
            assert_eq!(get(server, path).await.0, 200, "{path} at {seconds}");
        }
    }
    assert_eq!(get(server, &next).await, second);
}
