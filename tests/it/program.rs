//! The built program as tests run it: its commands, a server with its log, and folders of seeds.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_climate-timeline");

/// Far longer than anything here takes: what has not happened by then does not happen.
const DEADLINE: Duration = Duration::from_mins(1);

pub(crate) async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future).await.unwrap_or_else(|_| panic!("{what}: not in time"))
}

/// The program, with nothing but its arguments to go by.
pub(crate) fn program(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args).env_clear().stdin(Stdio::null()).kill_on_drop(true);
    command
}

pub(crate) async fn run(args: &[&str]) -> Output {
    in_time("a command", program(args).output()).await.unwrap()
}

/// Runs a command that must go well, and gives what it printed.
pub(crate) async fn printed(args: &[&str]) -> Vec<u8> {
    let output = run(args).await;
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    output.stdout
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A server that runs.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    /// Where operators are answered, if they have a listener of their own.
    pub(crate) ops: Option<SocketAddr>,
    pub(crate) log: UnboundedReceiver<String>,
}

impl Server {
    pub(crate) async fn start(args: &[&str]) -> Server {
        Server::spawn(program(args).args(["--listen", "127.0.0.1:0"])).await
    }

    pub(crate) async fn spawn(command: &mut Command) -> Server {
        Server::spawn_within(command, DEADLINE).await
    }

    /// Starts a server that may take this long over it.
    pub(crate) async fn spawn_within(command: &mut Command, longest: Duration) -> Server {
        // A short drain has a short grace before it.
        let command = command.env("DRAIN_TIMEOUT", "2s").stderr(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, log) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut server = Server { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), ops: None, log };
        tokio::time::timeout(longest, server.listens()).await.expect("it starts");
        server
    }

    /// Waits until it says where it listens.
    async fn listens(&mut self) {
        let address = |line: &str| line.rsplit('/').next().unwrap().parse().unwrap();
        loop {
            let line = self.line("listening ").await;
            if line.starts_with("listening for operators on http://") {
                self.ops = Some(address(&line));
            } else if line.starts_with("listening on http://") {
                self.address = address(&line);
                return;
            }
        }
    }

    /// Waits for a line of standard error that holds the text.
    pub(crate) async fn logged(&mut self, wanted: &str) -> String {
        in_time(wanted, self.line(wanted)).await
    }

    async fn line(&mut self, wanted: &str) -> String {
        let mut seen = Vec::new();
        while let Some(line) = self.log.recv().await {
            if line.contains(wanted) {
                return line;
            }
            seen.push(line);
        }
        panic!("no line holds `{wanted}`: {seen:?}");
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Vec<u8>) {
        get(self.address, path).await
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {}", text(&body));
        serde_json::from_slice(&body).unwrap()
    }

    /// Sends the server a signal.
    pub(crate) async fn signal(&self, name: &str) {
        let command = format!("kill -{name} {}", self.child.id().unwrap());
        assert!(Command::new("sh").args(["-c", &command]).status().await.unwrap().success());
    }

    /// Tells the server to stop, and leaves it to do so.
    pub(crate) async fn terminate(&self) {
        self.signal("TERM").await;
    }

    pub(crate) async fn stopped(mut self) -> ExitStatus {
        in_time("the end", self.child.wait()).await.unwrap()
    }

    pub(crate) async fn killed(mut self) {
        self.child.kill().await.unwrap();
    }

    pub(crate) async fn stop(self) {
        self.terminate().await;
        assert_eq!(self.stopped().await.code(), Some(0));
    }
}

/// GETs an address of a server.
pub(crate) async fn get(server: SocketAddr, path: &str) -> (u16, Vec<u8>) {
    get_with(server, path, "").await
}

/// GETs an address of a server with more headers, each with the end of its line.
pub(crate) async fn get_with(server: SocketAddr, path: &str, headers: &str) -> (u16, Vec<u8>) {
    in_time(path, async {
        let mut stream = TcpStream::connect(server).await.unwrap();
        stream.write_all(request(path).replace("\r\n\r\n", &format!("\r\n{headers}\r\n")).as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        taken_apart(&bytes)
    })
    .await
}

pub(crate) fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
}

/// Status and body of an answer, which must be as long as it says.
pub(crate) fn taken_apart(bytes: &[u8]) -> (u16, Vec<u8>) {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("the head ends");
    let (head, body) = (text(&bytes[..end]).to_lowercase(), &bytes[end + 4..]);
    assert!(!head.contains("\r\nserver:"), "{head}");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let Some(length) = head.lines().find_map(|line| line.strip_prefix("content-length: ")) else {
        assert!(head.contains("\r\ntransfer-encoding: chunked"), "{head}");
        return (status, joined(body));
    };
    assert_eq!(length, body.len().to_string());
    (status, body.to_vec())
}

/// A body without the lengths of its chunks; it must end with an empty one.
fn joined(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n").expect("a chunk has a length");
        let length = usize::from_str_radix(&text(&body[..end]), 16).expect("a length");
        let chunk = &body[end + 2..];
        if length == 0 {
            assert_eq!(chunk, b"\r\n");
            return whole;
        }
        whole.extend_from_slice(&chunk[..length]);
        body = &chunk[length + 2..];
    }
}

/// A connection that serves one request after another.
pub(crate) struct Line {
    address: SocketAddr,
    sender: Option<SendRequest<Body>>,
    /// Whether the server has asked to be asked no more.
    pub(crate) sent_away: bool,
}

impl Line {
    pub(crate) fn to(server: &Server) -> Line {
        Line { address: server.address, sender: None, sent_away: false }
    }

    /// GETs an address of a server that takes connections.
    pub(crate) async fn get(&mut self, path: &str) -> (u16, Vec<u8>) {
        self.try_get(path).await.expect("the server takes connections")
    }

    /// GETs an address, or nothing where no connection is taken any more.
    pub(crate) async fn try_get(&mut self, path: &str) -> Option<(u16, Vec<u8>)> {
        let request = Request::get(path).header("host", "localhost").body(Body::empty()).unwrap();
        let answer = self.try_ask(request).await?;
        Some((answer.status().as_u16(), answer.into_body().to_vec()))
    }

    /// Sends a request, or nothing where no connection is taken any more. Connects first where the server has closed
    /// the connection after the last answer; once it is sent, a request must be answered, and whole.
    pub(crate) async fn try_ask(&mut self, request: Request<Body>) -> Option<Response<Bytes>> {
        let path = request.uri().to_string();
        in_time(&path, async {
            let ready = match &mut self.sender {
                Some(sender) => sender.ready().await.is_ok(),
                None => false,
            };
            if !ready {
                let stream = TcpStream::connect(self.address).await.ok()?;
                let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
                tokio::spawn(connection);
                self.sender = Some(sender);
            }
            let answer = self.sender.as_mut().unwrap().send_request(request).await.expect("an answer");
            self.sent_away = answer.headers().get("connection").is_some_and(|word| word == "close");
            let (parts, body) = answer.into_parts();
            let body = body.collect().await.expect("a whole answer");
            Some(Response::from_parts(parts, body.to_bytes()))
        })
        .await
    }
}

fn source() -> Value {
    json!({ "url": "https://example.org/a", "publisher": "Example", "title": "A", "lang": "en", "kind": "news" })
}

/// Writes a folder of seeds with this many events, whose English summary has about this many bytes.
pub(crate) fn seeds(events: usize, summary: usize) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let summary = "It was said that more would be done. ".repeat(summary / 37 + 1).trim_end().to_owned();
    let actors = [("ann", "US"), ("bo", "CN")].map(|(id, side)| {
        json!({
            "id": id, "kind": "person", "side": side, "name": { "en": id, "zh": "某人" },
            "updated": "2026-11-25", "sources": [source()],
        })
    });
    let events = (0..events).map(|number| {
        let (year, month, day) = (1979 + number / 336 % 40, 1 + number / 28 % 12, 1 + number % 28);
        json!({
            "id": format!("{year}-{month:02}-{day:02}-talk-{number}"), "date": format!("{year}-{month:02}-{day:02}"),
            "type": "call", "level": "envoys", "mode": "phone", "bilateral": true, "confidence": "single-source",
            "confidence_note": { "en": "One source.", "zh": "单一来源。" },
            "updated": "2026-11-25", "title": { "en": format!("Talk {number}"), "zh": format!("会谈{number}") },
            "summary": { "en": summary, "zh": "双方会谈。" }, "topics": ["climate-cooperation"],
            "actors": [{ "id": "ann", "role": "participant" }, { "id": "bo", "role": "participant" }],
            "sources": [source()],
        })
    });
    let lines = |records: &[Value]| records.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    fs::write(dir.path().join("actors.ndjson"), lines(&actors)).unwrap();
    fs::write(dir.path().join("events.ndjson"), lines(&events.collect::<Vec<_>>())).unwrap();
    dir
}

pub(crate) fn path(path: &Path) -> &str {
    path.to_str().expect("a temporary path is UTF-8")
}

pub(crate) fn names(dir: &Path) -> BTreeSet<String> {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// What is in a folder of a kept database, its parts without what tells them from others.
pub(crate) fn settled(dir: &Path) -> Vec<String> {
    let names = names(dir).into_iter().map(|name| match name.rsplit_once('-') {
        Some((documents, mark)) if mark.len() == 16 => documents.to_owned(),
        _ => name,
    });
    names.collect()
}

/// A folder of seeds with two broken files, and how the places of their faults begin.
pub(crate) fn broken() -> (TempDir, [&'static str; 3]) {
    let dir = seeds(2, 40);
    fs::create_dir_all(dir.path().join("actors")).unwrap();
    fs::create_dir_all(dir.path().join("commitments")).unwrap();
    let actor =
        "kind = \"persn\"\nside = \"US\"\nname = { en = \"C\", zh = \"丙\" }\nupdated = \"2026-11-25\"\nage = 5\n";
    fs::write(dir.path().join("actors/cy.toml"), actor).unwrap();
    fs::write(dir.path().join("commitments/us-x.toml"), "party = \"US\"\nkind = \n").unwrap();
    (dir, ["actors/cy.toml:1:8", "actors/cy.toml:5:1", "commitments/us-x.toml:2:"])
}

pub(crate) fn database(path: &Path) -> String {
    format!("sqlite://{}", self::path(path))
}
