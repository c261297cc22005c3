//! Traces for OpenTelemetry, sent to a collector by OTLP over HTTP; with the feature `otel` only.
//!
//! [`crate::http`] makes a span for each request. The standard environment variables (`OTEL_…`) set everything; where
//! none names an endpoint, nothing is recorded and nothing sent.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::{KeyValue, global};
use opentelemetry_otlp::{Protocol, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::resource::{EnvResourceDetector, TelemetryResourceDetector};
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};
use opentelemetry_semantic_conventions::attribute::{SERVICE_NAME, SERVICE_VERSION};
use tokio::runtime::Handle;

/// The longest that the end of the program waits for the last spans to be taken.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The export of traces. Routers that are made while it runs record spans.
pub struct Export(SdkTracerProvider);

impl Export {
    /// Starts to export, if an endpoint is named.
    pub fn start(runtime: &Handle) -> anyhow::Result<Option<Export>> {
        let Some((variable, endpoint)) = endpoint() else { return Ok(None) };
        anyhow::ensure!(
            endpoint.starts_with("http://"),
            "{variable} is `{endpoint}`, and must begin with http:// (TLS is for a collector beside the server)"
        );
        let exporter = opentelemetry_otlp::SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
        let exporter = exporter.build().context("traces cannot be exported")?;
        let exporter = OnRuntime { exporter: Arc::new(exporter), runtime: runtime.clone() };
        let provider = SdkTracerProvider::builder().with_resource(resource()).with_batch_exporter(exporter).build();
        global::set_tracer_provider(provider.clone());
        tracing::info!("traces are exported");
        Ok(Some(Export(provider)))
    }

    /// Sends what is left, as far as the collector takes it. The runtime has to be there still.
    pub fn stop(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_WORDS) {
            tracing::warn!(%error, "the last traces are lost");
        }
    }
}

/// The variable that names the endpoint, and what it says.
fn endpoint() -> Option<(&'static str, String)> {
    let disabled = std::env::var("OTEL_SDK_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("true"));
    let variables = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
    let said = |name| std::env::var(name).ok().filter(|value| !value.is_empty()).map(|value| (name, value));
    variables.into_iter().find_map(said).filter(|_| !disabled)
}

/// What the spans are of. The environment has the last word.
fn resource() -> Resource {
    let own = [
        KeyValue::new(SERVICE_NAME, env!("CARGO_PKG_NAME")),
        KeyValue::new(SERVICE_VERSION, env!("CARGO_PKG_VERSION")),
    ];
    let resource = Resource::builder_empty()
        .with_attributes(own)
        .with_detectors(&[Box::new(TelemetryResourceDetector), Box::new(EnvResourceDetector::new())]);
    match std::env::var("OTEL_SERVICE_NAME") {
        Ok(name) if !name.is_empty() => resource.with_service_name(name).build(),
        _ => resource.build(),
    }
}

/// An exporter whose work is done on the runtime: spans are collected by a thread of their own, which has none, and
/// the HTTP client needs one.
#[derive(Debug)]
struct OnRuntime {
    exporter: Arc<opentelemetry_otlp::SpanExporter>,
    runtime: Handle,
}

impl SpanExporter for OnRuntime {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let exporter = Arc::clone(&self.exporter);
        let sent = self.runtime.spawn(async move { exporter.export(batch).await }).await;
        sent.unwrap_or_else(|error| Err(OTelSdkError::InternalFailure(error.to_string())))
    }

    fn set_resource(&mut self, resource: &Resource) {
        // Nothing is being sent yet, so there is no other owner.
        if let Some(exporter) = Arc::get_mut(&mut self.exporter) {
            exporter.set_resource(resource);
        }
    }
}
