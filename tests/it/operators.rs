//! What operators ask: on the API's listener, or on one of their own.

use std::fs;
use std::path::Path;
use std::time::Duration;

use climate_timeline::BUILD;
use climate_timeline::http::Limits;
use serde_json::Value;

use crate::program::{Line, Server, get, path, program, run, seeds, text};
use crate::support::{Client, app, dataset};

const LIMITS: Limits =
    Limits { request_timeout: Duration::from_mins(1), in_flight: 10, rate: None, trusted: Vec::new() };

#[tokio::test]
async fn operators_may_have_a_listener_of_their_own() {
    let server = Server::start(&["--ops-listen", "127.0.0.1:0"]).await;
    let ops = server.ops.unwrap();
    for path in ["/livez", "/readyz"] {
        assert_eq!(get(ops, path).await.0, 200, "{path}");
        let (status, body) = server.get(path).await;
        assert_eq!(status, 404, "{path}: {}", text(&body));
    }
    for path in ["/v1", "/v1/events", "/", "/docs"] {
        assert_eq!(get(ops, path).await.0, 404, "{path}");
        assert_eq!(server.get(path).await.0, 200, "{path}");
    }
    // No link leads to where they are not.
    let (_, catalog) = server.get("/.well-known/api-catalog").await;
    assert!(!text(&catalog).contains("readyz"), "{}", text(&catalog));
    let ready: Value = serde_json::from_slice(&get(ops, "/readyz").await.1).unwrap();
    assert_eq!(ready["version"], server.json("/v1").await["data"]["version"]);

    let (public, ops) = (server.address.to_string(), ops.to_string());
    assert_eq!(run(&["healthcheck", "--listen", &public, "--ops-listen", &ops]).await.status.code(), Some(0));
    let by_environment = program(&["healthcheck"]).env("LISTEN", &public).env("OPS_LISTEN", &ops).status().await;
    assert_eq!(by_environment.unwrap().code(), Some(0));
    assert_eq!(run(&["healthcheck", "--listen", &public]).await.status.code(), Some(1));
    server.stop().await;
}

#[tokio::test]
async fn load_on_the_api_does_not_crowd_operators_out() {
    let server = Server::start(&["--ops-listen", "127.0.0.1:0", "--max-connections", "1"]).await;
    let held = tokio::net::TcpStream::connect(server.address).await.unwrap();
    assert_eq!(get(server.ops.unwrap(), "/livez").await.0, 200);
    assert_eq!(get(server.ops.unwrap(), "/readyz").await.0, 200);
    drop(held);
    server.stop().await;
}

/// The value of a line of `/metrics`.
fn value(metrics: &str, series: &str) -> f64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no `{series}`: {metrics}")).parse().unwrap()
}

#[tokio::test]
async fn what_is_asked_and_answered_is_counted() {
    let dir = seeds(3, 40);
    let mut server = Server::start(&["--ops-listen", "127.0.0.1:0", "--seed", path(dir.path())]).await;
    let ops = server.ops.unwrap();
    for address in [
        "/v1/events",
        "/v1/events.csv",
        "/v1/actors/ann",
        "/v1/actors/nobody",
        "/v1/events/stats.csv?by=year",
        "/v1/events?limit=0",
        "/nowhere",
    ] {
        let mut line = Line::to(&server);
        line.get(address).await;
    }
    assert_eq!(server.get("/metrics").await.0, 404);
    let (status, body) = get(ops, "/metrics").await;
    let metrics = text(&body);
    assert_eq!(status, 200);
    for (series, wanted) in [
        (r#"http_requests_total{method="GET",route="/v1/events",status="200"}"#, 2.0),
        (r#"http_requests_total{method="GET",route="/v1/events",status="400"}"#, 1.0),
        (r#"http_requests_total{method="GET",route="/v1/actors/{id}",status="200"}"#, 1.0),
        (r#"http_requests_total{method="GET",route="/v1/actors/{id}",status="404"}"#, 1.0),
        (r#"http_requests_total{method="GET",route="/v1/events/stats",status="200"}"#, 1.0),
        (r#"http_requests_total{method="GET",route="none",status="404"}"#, 2.0),
        (r#"http_request_duration_seconds_count{route="/v1/events"}"#, 3.0),
        (r#"http_request_duration_seconds_bucket{route="/v1/events",le="+Inf"}"#, 3.0),
        (r#"http_problems_total{code="invalid-parameters"}"#, 1.0),
        (r#"http_problems_total{code="not-found"}"#, 3.0),
        (r#"http_problems_total{code="overloaded"}"#, 0.0),
        // The one that asks.
        ("http_requests_in_flight", 1.0),
        (r#"dataset_records{kind="events"}"#, 3.0),
        ("dataset_load_failures_total", 0.0),
        ("dataset_last_load_problems", 0.0),
    ] {
        assert!((value(&metrics, series) - wanted).abs() < f64::EPSILON, "{series}: {metrics}");
    }
    assert!(value(&metrics, "process_resident_memory_bytes") > 1e6);
    assert!(value(&metrics, "process_open_fds") > 3.0);
    assert!(value(&metrics, "dataset_loaded_timestamp_seconds") > 1.7e9);
    let info = format!(
        "dataset_info{{build=\"{BUILD}\",version=\"{}\"}}",
        server.json("/v1").await["data"]["version"].as_str().unwrap()
    );
    assert!((value(&metrics, &info) - 1.0).abs() < f64::EPSILON);

    fs::write(dir.path().join("actors.ndjson"), "{").unwrap();
    server.signal("HUP").await;
    server.logged("the seeds are not loaded").await;
    let after = text(&get(ops, "/metrics").await.1);
    assert!((value(&after, "dataset_load_failures_total") - 1.0).abs() < f64::EPSILON, "{after}");
    assert!(value(&after, "dataset_last_load_problems") >= 1.0, "{after}");
    fs::write(dir.path().join("actors.ndjson"), fs::read(seeds(5, 40).path().join("actors.ndjson")).unwrap()).unwrap();
    fs::write(dir.path().join("events.ndjson"), fs::read(seeds(5, 40).path().join("events.ndjson")).unwrap()).unwrap();
    server.signal("HUP").await;
    server.logged("another data set is served").await;
    let after = text(&get(ops, "/metrics").await.1);
    assert_eq!(after.matches("\ndataset_info{").count(), 1, "{after}");
    assert!(!after.contains(&info), "{after}");
    server.stop().await;
}

#[tokio::test]
async fn what_rules_and_dashboard_look_at_is_there() {
    let client = Client::served(app(&dataset()).await, LIMITS);
    client.ok("/v1/events").await;
    let metrics = client.get("/metrics").await;
    assert_eq!(
        (metrics.header("content-type"), metrics.header("cache-control")),
        ("text/plain; version=0.0.4", "no-store")
    );
    let metrics = metrics.text();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut seen = 0;
    for file in ["prometheus-rules.yml", "grafana-dashboard.json"] {
        let used = fs::read_to_string(root.join(file)).unwrap();
        let words = used.split(|letter: char| !letter.is_ascii_lowercase() && letter != '_');
        for word in words.filter(|word| ["http_", "dataset_", "process_"].iter().any(|start| word.starts_with(start))) {
            assert!(metrics.lines().any(|line| line.starts_with(word) && !line.starts_with('#')), "{file}: `{word}`");
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen}");
}
