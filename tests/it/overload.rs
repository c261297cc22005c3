//! Twenty thousand requests of every kind, by twice as many clients as the server takes requests: each is answered
//! right and whole, or told at once to come again.
//!
//! That it is at once, and not after the others, is held in `http::layers`, where requests can be made to wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, Response};
use serde_json::Value;

use crate::program::{Line, Server, in_time, path, seeds, text};

/// The most requests in flight, and how many ask, one request after another.
const ROOM: usize = 4;
const CLIENTS: usize = 2 * ROOM;
/// How many requests there are in all.
const REQUESTS: usize = 20_000;

/// A kind of request: the status that is right, and the request.
type Kind = (u16, Method, &'static str, &'static [(&'static str, &'static str)]);

/// Every kind of request.
const KINDS: &[Kind] = &[
    (200, Method::GET, "/v1/events?limit=5", &[]),
    (200, Method::GET, "/v1/events?limit=5&include=actors&sort=-title", &[("accept-encoding", "gzip")]),
    (200, Method::GET, "/v1/actors?sort=-events", &[("accept-language", "zh")]),
    (200, Method::GET, "/v1/commitments", &[]),
    (200, Method::GET, "/v1/events/1979-01-03-talk-2", &[]),
    (200, Method::GET, "/v1/actors/ann", &[("accept-encoding", "br")]),
    (200, Method::GET, "/v1/events?q=talk&facets=type,year,actor&limit=2", &[]),
    (200, Method::GET, "/v1/events/stats?by=year,side", &[]),
    (200, Method::GET, "/v1/events/stats.csv?by=type", &[]),
    (200, Method::GET, "/v1/events/gaps?min_days=1", &[]),
    (200, Method::GET, "/v1/events/1979-01-03-talk-2/chain", &[]),
    (200, Method::GET, "/v1/search?q=talk", &[]),
    (200, Method::GET, "/v1/events.csv", &[("accept-encoding", "zstd")]),
    (200, Method::GET, "/v1/events.ndjson", &[]),
    (200, Method::GET, "/v1/events.ics", &[]),
    (200, Method::GET, "/v1/events.geojson", &[]),
    (200, Method::GET, "/v1/events.timelinejs", &[]),
    (200, Method::GET, "/v1/events.atom", &[]),
    (200, Method::GET, "/v1/events.jsonfeed", &[]),
    (200, Method::GET, "/v1/dataset.zip", &[]),
    (200, Method::GET, "/v1/dataset.sqlite", &[]),
    (200, Method::GET, "/v1", &[]),
    (200, Method::GET, "/v1/fields", &[]),
    (200, Method::GET, "/openapi.json", &[("accept-encoding", "gzip")]),
    (200, Method::HEAD, "/v1/events?limit=5", &[]),
    (200, Method::HEAD, "/v1/events.csv", &[]),
    (200, Method::OPTIONS, "/v1/events", &[]),
    (304, Method::GET, "/v1/events?limit=5", &[("if-none-match", "*")]),
    (304, Method::GET, "/v1/events.ndjson", &[("if-none-match", "*")]),
    (400, Method::GET, "/v1/events?type=sumit&limit=0", &[]),
    (404, Method::GET, "/v1/actors/anne", &[]),
    (404, Method::GET, "/nowhere", &[]),
    (405, Method::DELETE, "/v1/events", &[]),
    (406, Method::GET, "/v1/events", &[("accept", "image/png")]),
];

/// What is asked most, and costs least: every other request is one of these.
const LIGHT: &[usize] = &[0, 3, 4, 24, 27, 28, 29, 31];

/// The kind of the request with this number.
fn kind(number: usize) -> usize {
    if number.is_multiple_of(2) { number / 2 % KINDS.len() } else { LIGHT[number / 2 % LIGHT.len()] }
}

fn request(kind: usize) -> Request<Body> {
    let (_, method, path, headers) = &KINDS[kind];
    let request = Request::builder().method(method).uri(*path).header("host", "localhost");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Body::empty()).unwrap()
}

/// An answer without what is told of each request alone.
type Told = (u16, HeaderMap, Bytes);

fn told(answer: Response<Bytes>) -> Told {
    let (mut parts, mut body) = answer.into_parts();
    for name in ["date", "x-request-id"] {
        assert!(parts.headers.remove(name).is_some(), "{name}: {:?}", parts.headers);
    }
    if parts.status.as_u16() >= 400 && !body.is_empty() {
        let mut problem: Value = serde_json::from_slice(&body).unwrap();
        assert!(problem["request_id"].take().is_string(), "{problem}");
        body = problem.to_string().into();
    }
    (parts.status.as_u16(), parts.headers, body)
}

/// Whether an answer says in the way that it should that the server has too much to do.
fn is_shed((status, headers, body): &Told, method: &Method) -> bool {
    if *status != 503 {
        return false;
    }
    assert_eq!(headers["retry-after"], "1");
    assert_eq!(headers["content-type"], "application/problem+json");
    assert!(*method == Method::HEAD || text(body).contains("\"code\":\"overloaded\""), "{}", text(body));
    true
}

async fn ask(line: &mut Line, kind: usize) -> Told {
    told(line.try_ask(request(kind)).await.expect("the server takes connections"))
}

/// The right answers, each asked for on its own.
async fn right(server: &Server) -> Vec<Told> {
    let mut line = Line::to(server);
    let mut right = Vec::new();
    for (kind, (status, method, path, _)) in KINDS.iter().enumerate() {
        let answer = ask(&mut line, kind).await;
        assert_eq!(answer.0, *status, "{method} {path}: {}", text(&answer.2));
        right.push(answer);
    }
    right
}

/// One client's share of the requests. How many were served, and how many shed.
async fn client(mut line: Line, numbers: impl Iterator<Item = usize>, right: &[Told]) -> (usize, usize) {
    let (mut served, mut shed) = (0, 0);
    for kind in numbers.map(kind) {
        let answer = ask(&mut line, kind).await;
        if is_shed(&answer, &KINDS[kind].1) {
            shed += 1;
        } else {
            let (_, method, path, _) = &KINDS[kind];
            assert!(answer == right[kind], "{method} {path}: {answer:?} and not {:?}", right[kind]);
            served += 1;
        }
    }
    (served, shed)
}

/// The value of a line of `/metrics`.
async fn metric(server: &Server, series: &str) -> usize {
    let (_, metrics) = server.get("/metrics").await;
    let metrics = text(&metrics);
    let value = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok());
    value.unwrap_or_else(|| panic!("no `{series}`: {metrics}"))
}

#[tokio::test]
async fn twice_what_the_server_takes_is_served_right_and_whole_or_told_to_come_again() {
    let (seeds, room) = (seeds(12, 200), ROOM.to_string());
    // An answer that is kept takes no room: here each is made.
    let bounds = ["--max-in-flight", &room, "--cache-size", "0"];
    let quiet = [&["--seed", path(seeds.path()), "--listen", "127.0.0.1:0"], &bounds[..]].concat();
    let server = Server::spawn(crate::program::program(&quiet).env("RUST_LOG", "warn")).await;
    let right = Arc::new(right(&server).await);
    let over = Arc::new(AtomicBool::new(false));
    let lives = Arc::new(AtomicUsize::new(0));
    // Operators are answered all the while.
    let operator = {
        let (mut line, over, lives) = (Line::to(&server), Arc::clone(&over), Arc::clone(&lives));
        tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                for path in ["/livez", "/readyz"] {
                    assert_eq!(line.get(path).await.0, 200, "{path}");
                    lives.fetch_add(1, Ordering::Relaxed);
                }
            }
        })
    };
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let (line, right) = (Line::to(&server), Arc::clone(&right));
            let numbers = (number..REQUESTS).step_by(CLIENTS);
            tokio::spawn(async move { client(line, numbers, &right).await })
        })
        .collect();
    let (mut well, mut shed) = (0, 0);
    for client in clients {
        let (right, refused) = client.await.unwrap();
        well += right;
        shed += refused;
    }
    over.store(true, Ordering::Relaxed);
    in_time("the operator", operator).await.unwrap();
    assert_eq!(well + shed, REQUESTS);
    assert!(well > 0 && shed > 0 && lives.load(Ordering::Relaxed) > 0, "{well} served, {shed} shed");

    assert_eq!(metric(&server, "http_problems_total{code=\"overloaded\"}").await, shed);
    for (kind, right) in right.iter().enumerate() {
        assert!(ask(&mut Line::to(&server), kind).await == *right, "{:?} is served as before", KINDS[kind]);
    }
    server.stop().await;
}
