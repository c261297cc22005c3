//! What the program counts of itself, as `/metrics` tells it in the text format of Prometheus.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::response::{IntoResponse as _, Response};
use prometheus::core::Collector;
use prometheus::{
    HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TEXT_FORMAT,
    TextEncoder,
};

use super::Answer;
use super::error::{CODES, Code, Failure};
use super::state::App;
use crate::query::Kind;

/// The bounds of the times that are told apart, in seconds.
const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What is counted.
pub(super) struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    in_flight: IntGauge,
    abandoned: IntCounter,
    problems: IntCounterVec,
    ready: IntCounterVec,
    /// Two of `ready`, since every request counts one.
    hits: IntCounter,
    misses: IntCounter,
    kept: IntGauge,
    kept_bytes: IntGauge,
    data: IntGaugeVec,
    records: IntGaugeVec,
    loaded: IntGauge,
    age: IntGauge,
    load_problems: IntGauge,
    load_failures: IntCounter,
    /// One scrape at a time: what stands for the moment is set, then read.
    scrape: Mutex<()>,
}

impl Metrics {
    pub(super) fn new() -> prometheus::Result<Metrics> {
        let registry = Registry::new();
        let ready = IntCounterVec::new(
            Opts::new("http_ready_answers_total", "Answers that were kept (hit), or had to be made to be kept (miss)."),
            &["result"],
        )?;
        let metrics = Metrics {
            requests: IntCounterVec::new(
                Opts::new("http_requests_total", "Requests answered."),
                &["route", "method", "status"],
            )?,
            seconds: HistogramVec::new(
                HistogramOpts::new("http_request_duration_seconds", "Time to the head of an answer.")
                    .buckets(SECONDS.to_vec()),
                &["route"],
            )?,
            in_flight: IntGauge::new("http_requests_in_flight", "Requests whose answer is being made.")?,
            abandoned: IntCounter::new(
                "http_requests_abandoned_total",
                "Requests whose connection ended before there was an answer.",
            )?,
            problems: IntCounterVec::new(
                Opts::new("http_problems_total", "Requests refused or failed, by the code of the problem."),
                &["code"],
            )?,
            hits: ready.with_label_values(&["hit"]),
            misses: ready.with_label_values(&["miss"]),
            ready,
            kept: IntGauge::new("http_ready_answers_kept", "Answers that are kept.")?,
            kept_bytes: IntGauge::new("http_ready_answers_bytes", "What is kept of answers and of the ways to them.")?,
            data: IntGaugeVec::new(Opts::new("dataset_info", "The data set that is served."), &["version", "build"])?,
            records: IntGaugeVec::new(Opts::new("dataset_records", "Records that are served."), &["kind"])?,
            loaded: IntGauge::new("dataset_loaded_timestamp_seconds", "When the data set was loaded (Unix time).")?,
            age: IntGauge::new("dataset_age_seconds", "How long ago the data set was loaded.")?,
            load_problems: IntGauge::new(
                "dataset_last_load_problems",
                "Errors that the last attempt to load seeds met with.",
            )?,
            load_failures: IntCounter::new("dataset_load_failures_total", "Attempts to load seeds that failed.")?,
            scrape: Mutex::new(()),
            registry,
        };
        metrics.register()?;
        // What has not happened yet has happened no time: alerts look at how a count grows.
        for code in CODES {
            metrics.problems.with_label_values(&[code.code]);
        }
        Ok(metrics)
    }

    fn register(&self) -> prometheus::Result<()> {
        let own: [Box<dyn Collector>; 14] = [
            Box::new(self.requests.clone()),
            Box::new(self.seconds.clone()),
            Box::new(self.in_flight.clone()),
            Box::new(self.abandoned.clone()),
            Box::new(self.problems.clone()),
            Box::new(self.ready.clone()),
            Box::new(self.kept.clone()),
            Box::new(self.kept_bytes.clone()),
            Box::new(self.data.clone()),
            Box::new(self.records.clone()),
            Box::new(self.loaded.clone()),
            Box::new(self.age.clone()),
            Box::new(self.load_problems.clone()),
            Box::new(self.load_failures.clone()),
        ];
        for collector in own {
            self.registry.register(collector)?;
        }
        #[cfg(target_os = "linux")]
        self.registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        Ok(())
    }

    /// Counts an answer that was kept, or had to be made.
    pub(super) fn count_ready(&self, kept: bool) {
        if kept { self.hits.inc() } else { self.misses.inc() }
    }

    fn text(&self, app: &App) -> prometheus::Result<String> {
        let _one = self.scrape.lock().unwrap_or_else(PoisonError::into_inner);
        let (store, standing) = (app.store(), app.loads.standing());
        let catalogue = store.catalogue();
        let (kept, bytes) = app.ready.size();
        self.kept.set(gauge(kept));
        self.kept_bytes.set(gauge(bytes));
        self.data.reset();
        self.data.with_label_values(&[catalogue.version.as_str(), app.build]).set(1);
        for kind in Kind::ALL {
            self.records.with_label_values(&[kind.plural()]).set(gauge(catalogue.ids(kind).len()));
        }
        self.loaded.set(standing.loaded);
        self.age.set(standing.age(app.clock.seconds()));
        self.load_problems.set(gauge(standing.problems));
        self.load_failures.inc_by(standing.failures.saturating_sub(self.load_failures.get()));
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

fn gauge(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// `/metrics`.
pub(super) async fn metrics(State(app): State<App>) -> Answer {
    let text = match &app.metrics {
        Ok(metrics) => metrics.text(&app),
        Err(error) => return Err(Failure::Internal(Arc::clone(error) as _)),
    };
    let text = text.map_err(|error| Failure::Internal(Arc::new(error)))?;
    let headers = [(header::CONTENT_TYPE, TEXT_FORMAT), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, text).into_response())
}

/// A request that is being answered, until this is dropped: its client may go away in the meantime.
pub(super) struct Counting<'a> {
    metrics: &'a Metrics,
    method: &'static str,
    begun: Instant,
    answered: bool,
}

impl<'a> Counting<'a> {
    /// Counts a request; none where the program cannot count.
    pub(super) fn begin(app: &'a App, request: &Request, begun: Instant) -> Option<Counting<'a>> {
        let metrics = app.metrics.as_ref().ok()?;
        metrics.in_flight.inc();
        Some(Counting { metrics, method: method(request.method()), begun, answered: false })
    }

    /// Counts its answer.
    pub(super) fn end(mut self, route: &str, response: &Response) {
        self.answered = true;
        let Counting { metrics, method, begun, .. } = &self;
        metrics.seconds.with_label_values(&[route]).observe(begun.elapsed().as_secs_f64());
        metrics.requests.with_label_values(&[route, method, response.status().as_str()]).inc();
        if let Some(code) = response.extensions().get::<&'static Code>() {
            metrics.problems.with_label_values(&[code.code]).inc();
        }
    }
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        self.metrics.in_flight.dec();
        if !self.answered {
            self.metrics.abandoned.inc();
        }
    }
}

/// The parts of paths that stand for what is asked, and not for a record.
const NAMES: [&str; 7] = ["fields", "dataset", "search", "stats", "gaps", "chain", "lineage"];

/// The name of a route, with the parts that it leaves open as far as they are known. There are few, whatever clients
/// ask.
pub(super) fn route(matched: Option<&MatchedPath>, path: &str) -> Arc<str> {
    let Some(matched) = matched else { return "none".into() };
    let parts = matched.as_str().split('/').zip(path.split('/')).map(|(part, given)| {
        let given = given.split('.').next().unwrap_or_default();
        let known = NAMES.contains(&given) || Kind::from_plural(given).is_some();
        if part.starts_with('{') && known { given } else { part }
    });
    parts.collect::<Vec<_>>().join("/").into()
}

fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
