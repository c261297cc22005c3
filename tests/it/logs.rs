//! What the log tells of requests.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::StatusCode;
use climate_timeline::http::Limits;
use futures_util::FutureExt as _;
use serde_json::Value;
use tokio::task::coop;
use tracing::Level;
use tracing::subscriber::DefaultGuard;

use crate::program::{Server, get_with, in_time, text};
use crate::support::{Client, app, dataset};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// GETs an address with headers, and gives the status.
async fn get(server: &Server, path: &str, headers: &str) -> u16 {
    get_with(server.address, path, headers).await.0
}

/// Stops the server; the rest of its log.
async fn rest(mut server: Server) -> Vec<String> {
    server.terminate().await;
    in_time("the end", server.child.wait()).await.unwrap();
    let mut lines = Vec::new();
    while let Some(line) = server.log.recv().await {
        lines.push(line);
    }
    lines
}

/// The keys of an object and of the objects in it, joined by points.
fn keys(object: &Value, prefix: &str) -> Vec<String> {
    let pairs = object.as_object().unwrap().iter();
    let keys = pairs.flat_map(|(key, value)| {
        let name = format!("{prefix}{key}");
        if value.is_object() { keys(value, &format!("{name}.")) } else { vec![name] }
    });
    keys.collect()
}

#[tokio::test]
async fn a_request_is_one_line_which_the_runbook_explains() {
    let server = Server::start(&["--log-format", "json"]).await;
    let headers =
        format!("traceparent: {TRACE}\r\nx-request-id: one\r\nauthorization: Bearer secret\r\ncookie: secret");
    assert_eq!(get(&server, "/v1/events?q=methane&limit=1", &format!("{headers}\r\n")).await, 200);
    assert_eq!(get(&server, "/livez", "x-request-id: two\r\n").await, 200);
    let log = rest(server).await;
    assert!(!log.iter().any(|line| line.contains("secret") || line.contains("\"two\"")), "{log:?}");
    let lines: Vec<&String> = log.iter().filter(|line| line.contains("\"one\"")).collect();
    let [line] = lines.as_slice() else { panic!("not one line: {lines:?}") };
    let line: Value = serde_json::from_str(line).unwrap();
    for (place, wanted) in [
        ("/level", "INFO"),
        ("/fields/message", "answered"),
        ("/span/id", "one"),
        ("/span/client", "127.0.0.1"),
        ("/span/method", "GET"),
        ("/span/path", "/v1/events"),
        ("/span/query", "q=methane&limit=1"),
        ("/span/trace_id", "0af7651916cd43dd8448eb211c80319c"),
        ("/span/parent_id", "b7ad6b7169203331"),
    ] {
        assert_eq!(line.pointer(place).unwrap(), wanted, "{place}: {line}");
    }
    assert_eq!(line["fields"]["status"], 200);
    assert!(line["fields"]["millis"].as_f64().unwrap() > 0.0, "{line}");

    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operating.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, table) = page.split_once("A request has one line").unwrap();
    let rows = table.lines().skip_while(|line| !line.starts_with("| `")).take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    let mut explained: Vec<&str> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    explained.sort_unstable();
    assert_eq!(keys(&line, ""), explained);
}

/// A log in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the log of this thread into memory for as long as the guard lives.
fn kept(level: Level) -> (Memory, DefaultGuard) {
    let memory = Memory::default();
    let writer = memory.clone();
    let log = tracing_subscriber::fmt().json().with_max_level(level).with_writer(move || writer.clone()).finish();
    (memory, tracing::subscriber::set_default(log))
}

impl Memory {
    /// The only line that holds the text.
    fn line(&self, wanted: &str) -> Value {
        let log = text(&self.0.lock().unwrap());
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(wanted)).collect();
        let [line] = lines.as_slice() else { panic!("not one line with `{wanted}`: {log}") };
        serde_json::from_str(line).unwrap()
    }
}

fn limits() -> Limits {
    Limits { request_timeout: Duration::from_mins(1), in_flight: 10, rate: None, trusted: Vec::new() }
}

#[tokio::test]
async fn a_failure_of_the_program_is_found_by_its_id_at_any_level() {
    for level in [Level::WARN, Level::INFO] {
        let (log, _during) = kept(level);
        let app = app(&dataset()).await;
        app.store().close().await;
        let answer = Client::served(app, limits()).get("/v1/events").await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        let line = log.line("the request failed");
        assert_eq!(line["fields"]["id"], answer.header("x-request-id"), "{level}: {line}");
        assert_eq!(line["fields"]["route"], "/v1/{name}");
        assert!(line["fields"]["error"].as_str().unwrap().contains("clos"), "{line}");
    }
}

#[tokio::test]
async fn a_request_whose_client_goes_away_is_logged_and_counted_too() {
    let (log, _during) = kept(Level::INFO);
    let client = Client::served(app(&dataset()).await, limits());
    let request = client.get_with("/v1/events?facets=type,year&include=actors", &[("x-request-id", "gone")]);
    // A task that has used up its turn waits at the first thing it asks for, however fast that would have come: here a
    // connection to the database. The server drops what it does for a client that ends its connection.
    while coop::consume_budget().now_or_never().is_some() {}
    assert!(request.now_or_never().is_none(), "the answer came at once");
    let line = log.line("the connection ended before the answer");
    assert_eq!((&line["span"]["id"], &line["span"]["path"]), (&"gone".into(), &"/v1/events".into()), "{line}");
    let metrics = client.get("/metrics").await.text();
    for wanted in ["\nhttp_requests_abandoned_total 1\n", "\nhttp_requests_in_flight 1\n"] {
        assert!(metrics.contains(wanted), "no `{}`: {metrics}", wanted.trim());
    }
}
