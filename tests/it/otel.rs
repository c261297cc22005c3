//! Traces as a collector receives them.

use std::fmt::Write as _;
use std::net::SocketAddr;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::trace::v1::{Span, Status, span::SpanKind, status::StatusCode};
use prost::Message as _;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::program::{Server, get_with, in_time, program, text};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// A listener that takes what is sent to a collector.
struct Collector {
    address: SocketAddr,
    received: UnboundedReceiver<ExportTraceServiceRequest>,
}

impl Collector {
    async fn start() -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, received) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sender = sender.clone();
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    while let Some(sent) = read(&mut stream).await {
                        sender.send(sent).unwrap();
                        let answer =
                            "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
                        stream.write_all(answer.as_bytes()).await.unwrap();
                    }
                });
            }
        });
        Collector { address, received }
    }

    /// A server that sends its traces here, with these variables as well.
    async fn server(&self, variables: &[(&str, &str)]) -> Server {
        exporting(&format!("http://{}", self.address), variables).await
    }

    /// What has been received when the server has stopped.
    async fn all(mut self, server: Server) -> Vec<ExportTraceServiceRequest> {
        server.stop().await;
        self.received.close();
        let mut all = Vec::new();
        while let Some(one) = self.received.recv().await {
            all.push(one);
        }
        all
    }
}

async fn exporting(endpoint: &str, variables: &[(&str, &str)]) -> Server {
    let mut command = program(&["--listen", "127.0.0.1:0", "--log-format", "json"]);
    Server::spawn(command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).envs(variables.iter().copied())).await
}

/// Reads a request of the exporter, unless the connection ends.
async fn read(stream: &mut BufReader<TcpStream>) -> Option<ExportTraceServiceRequest> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.unwrap() == 0 {
            return None;
        }
    }
    let head = head.to_lowercase();
    assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-type: application/x-protobuf\r\n"), "{head}");
    let (_, length) = head.split_once("\r\ncontent-length: ").expect("a length");
    let mut body = vec![0; length.lines().next().unwrap().parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    Some(ExportTraceServiceRequest::decode(&*body).unwrap())
}

fn spans(received: &[ExportTraceServiceRequest]) -> Vec<&Span> {
    let resources = received.iter().flat_map(|request| &request.resource_spans);
    resources.flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans).collect()
}

/// The value of an attribute, as text.
fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let value = attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()?.value.as_ref()?;
    match value {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => panic!("{key} is {other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// GETs an address with headers, and gives the status.
async fn get(server: &Server, path: &str, headers: &str) -> u16 {
    get_with(server.address, path, headers).await.0
}

#[tokio::test]
async fn each_request_is_a_span_that_a_collector_has_when_the_server_has_stopped() {
    let collector = Collector::start().await;
    let mut server = collector.server(&[]).await;
    let headers = format!("traceparent: 00-{TRACE}-{PARENT}-01\r\nuser-agent: a test\r\nx-request-id: mine\r\n");
    assert_eq!(get(&server, "/v1/actors/xie-zhenhua?fields=id", &headers).await, 200);
    let line: serde_json::Value = serde_json::from_str(&server.logged("answered").await).unwrap();
    assert_eq!(get(&server, "/nowhere", "").await, 404);
    assert_eq!(get(&server, "/readyz", "").await, 200);
    let received = collector.all(server).await;

    let resource = received[0].resource_spans[0].resource.as_ref().unwrap();
    let said = |key| attribute(&resource.attributes, key);
    assert_eq!(said("service.name").as_deref(), Some("climate-timeline"));
    assert_eq!(said("service.version").as_deref(), Some(env!("CARGO_PKG_VERSION")));
    assert_eq!(said("telemetry.sdk.language").as_deref(), Some("rust"));

    let spans = spans(&received);
    let [record, nowhere] = spans.as_slice() else { panic!("not two spans: {spans:?}") };
    assert_eq!((record.name.as_str(), record.kind()), ("GET /v1/actors/{id}", SpanKind::Server));
    assert_eq!((hex(&record.trace_id), hex(&record.parent_span_id)), (TRACE.to_owned(), PARENT.to_owned()));
    assert!(record.start_time_unix_nano < record.end_time_unix_nano);
    for (key, wanted) in [
        ("http.request.method", Some("GET")),
        ("http.route", Some("/v1/actors/{id}")),
        ("http.response.status_code", Some("200")),
        ("url.scheme", Some("http")),
        ("url.path", Some("/v1/actors/xie-zhenhua")),
        ("url.query", Some("fields=id")),
        ("client.address", Some("127.0.0.1")),
        ("server.address", Some("localhost")),
        ("server.port", None),
        ("network.protocol.version", Some("1.1")),
        ("user_agent.original", Some("a test")),
        ("error.type", None),
    ] {
        assert_eq!(attribute(&record.attributes, key).as_deref(), wanted, "{key}: {record:?}");
    }
    // The log tells of the same span.
    assert_eq!((&line["span"]["id"], &line["span"]["trace_id"]), (&"mine".into(), &TRACE.into()), "{line}");
    assert_eq!(line["span"]["parent_id"], hex(&record.span_id));

    assert_eq!((nowhere.name.as_str(), nowhere.parent_span_id.len()), ("GET", 0));
    assert_ne!(hex(&nowhere.trace_id), TRACE);
    assert_eq!(attribute(&nowhere.attributes, "http.response.status_code").as_deref(), Some("404"));
    assert_eq!(nowhere.status.as_ref().map_or(StatusCode::Unset, Status::code), StatusCode::Unset);
}

#[tokio::test]
async fn what_the_server_cannot_do_is_an_error_in_its_span() {
    let collector = Collector::start().await;
    let server = collector.server(&[("REQUEST_TIMEOUT", "1us"), ("OTEL_SERVICE_NAME", "timeline-7")]).await;
    assert_eq!(get(&server, "/v1/events?limit=500&include=actors,commitments,events", "").await, 503);
    let received = collector.all(server).await;
    let resource = received[0].resource_spans[0].resource.as_ref().unwrap();
    assert_eq!(attribute(&resource.attributes, "service.name").as_deref(), Some("timeline-7"));
    let spans = spans(&received);
    let [span] = spans.as_slice() else { panic!("not one span: {spans:?}") };
    assert_eq!(span.status.as_ref().unwrap().code(), StatusCode::Error);
    assert_eq!(attribute(&span.attributes, "error.type").as_deref(), Some("timeout"));
}

#[tokio::test]
async fn spans_are_sent_while_the_server_runs_too() {
    let mut collector = Collector::start().await;
    let server = collector.server(&[("OTEL_BSP_SCHEDULE_DELAY", "10")]).await;
    assert_eq!(get(&server, "/v1", "").await, 200);
    let received = in_time("a span", collector.received.recv()).await.unwrap();
    assert_eq!(spans(&[received]).len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_collector_that_is_away_or_does_not_answer_disturbs_nobody() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let away = closed.local_addr().unwrap();
    drop(closed);
    for address in [silent.local_addr().unwrap(), away] {
        let variables = [("OTEL_BSP_SCHEDULE_DELAY", "10"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "100")];
        let mut server = exporting(&format!("http://{address}"), &variables).await;
        assert_eq!(get(&server, "/v1", "").await, 200);
        server.logged("ERROR").await;
        assert_eq!(get(&server, "/v1/events", "").await, 200);
        server.stop().await;
    }
}

#[tokio::test]
async fn an_endpoint_that_cannot_be_reached_in_any_case_is_refused_at_the_start() {
    for endpoint in ["https://localhost:4318", "localhost:4318", "http://a b"] {
        let output = program(&["--listen", "127.0.0.1:0"]).env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).output();
        let output = in_time("the end", output).await.unwrap();
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("OTEL_EXPORTER_OTLP_ENDPOINT") && told.contains(endpoint), "{told}");
    }
}
