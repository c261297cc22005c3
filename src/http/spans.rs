//! A span of OpenTelemetry for each request, named and described by the semantic conventions for HTTP servers.
//!
//! Where nothing is exported ([`crate::otel`]) the tracer is one that does nothing.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, Version, header};
use axum::response::Response;
use opentelemetry::global::{self, BoxedSpan, BoxedTracer};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_semantic_conventions::attribute::{
    CLIENT_ADDRESS, ERROR_TYPE, HTTP_REQUEST_METHOD, HTTP_REQUEST_METHOD_ORIGINAL, HTTP_RESPONSE_STATUS_CODE,
    HTTP_ROUTE, NETWORK_PROTOCOL_VERSION, SERVER_ADDRESS, SERVER_PORT, URL_PATH, URL_QUERY, URL_SCHEME,
    USER_AGENT_ORIGINAL,
};

use super::client::scheme;
use super::error::Code;
use super::layers::for_operators;

/// What makes spans.
pub(super) struct Spans(BoxedTracer);

/// The span of a request. One whose connection ends before the answer has no status.
pub(super) struct Recording {
    span: BoxedSpan,
    method: &'static str,
}

impl Spans {
    /// For the exporter that runs, or for none.
    pub(super) fn new() -> Spans {
        Spans(global::tracer(env!("CARGO_PKG_NAME")))
    }

    /// Records a request of a client as a span, a child of the one that its `traceparent` names; none where operators ask.
    ///
    /// From here on `traceparent` names the new span, so that the line in the log does too.
    pub(super) fn begin(&self, request: &mut Request, client: Option<IpAddr>) -> Option<Recording> {
        if for_operators(request) {
            return None;
        }
        let propagator = TraceContextPropagator::new();
        let parent = propagator.extract_with_context(&Context::new(), &HeaderExtractor(request.headers()));
        let method = known(request.method());
        let name = method.unwrap_or("HTTP");
        let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Server);
        let span = self.0.build_with_context(builder.with_attributes(attributes(request, client, method)), &parent);
        let own = Context::new().with_remote_span_context(span.span_context().clone());
        propagator.inject_context(&own, &mut HeaderInjector(request.headers_mut()));
        Some(Recording { span, method: name })
    }
}

impl Recording {
    /// Ends with an answer of a route.
    pub(super) fn end(mut self, route: &str, response: &Response) {
        let status = response.status();
        self.span.set_attribute(KeyValue::new(HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16())));
        if route != "none" {
            self.span.update_name(format!("{} {route}", self.method));
            self.span.set_attribute(KeyValue::new(HTTP_ROUTE, route.to_owned()));
        }
        if status.is_server_error() {
            let code = response.extensions().get::<&'static Code>().map(|code| code.code);
            self.span.set_attribute(KeyValue::new(ERROR_TYPE, code.unwrap_or("_OTHER")));
            self.span.set_status(Status::error(""));
        }
    }
}

/// What is known of a request at first.
fn attributes(request: &Request, client: Option<IpAddr>, method: Option<&'static str>) -> Vec<KeyValue> {
    let (headers, uri) = (request.headers(), request.uri());
    let mut attributes = vec![
        KeyValue::new(HTTP_REQUEST_METHOD, method.unwrap_or("_OTHER")),
        KeyValue::new(URL_SCHEME, scheme(headers)),
        KeyValue::new(URL_PATH, uri.path().to_owned()),
        KeyValue::new(NETWORK_PROTOCOL_VERSION, if request.version() == Version::HTTP_10 { "1.0" } else { "1.1" }),
    ];
    let host = text(headers, &header::HOST).and_then(|host| host.parse::<Authority>().ok());
    let optional = [
        (HTTP_REQUEST_METHOD_ORIGINAL, method.is_none().then(|| request.method().to_string())),
        (URL_QUERY, uri.query().map(str::to_owned)),
        (CLIENT_ADDRESS, client.map(|client| client.to_string())),
        (SERVER_ADDRESS, host.as_ref().map(|host| host.host().to_owned())),
        (USER_AGENT_ORIGINAL, text(headers, &header::USER_AGENT).map(str::to_owned)),
    ];
    attributes.extend(optional.into_iter().filter_map(|(name, value)| Some(KeyValue::new(name, value?))));
    attributes.extend(host.and_then(|host| host.port_u16()).map(|port| KeyValue::new(SERVER_PORT, i64::from(port))));
    attributes
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A method that everybody knows; of others there is no end.
fn known(method: &Method) -> Option<&'static str> {
    let known = [
        (Method::GET, "GET"),
        (Method::HEAD, "HEAD"),
        (Method::OPTIONS, "OPTIONS"),
        (Method::POST, "POST"),
        (Method::PUT, "PUT"),
        (Method::DELETE, "DELETE"),
        (Method::PATCH, "PATCH"),
        (Method::CONNECT, "CONNECT"),
        (Method::TRACE, "TRACE"),
    ];
    known.into_iter().find_map(|(each, name)| (each == *method).then_some(name))
}
