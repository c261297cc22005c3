//! Writing records, and coding the bytes.

use std::hint::black_box;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use climate_timeline::clock::Clock;
use climate_timeline::format::Format;
use climate_timeline::format::record::Finish;
use climate_timeline::format::records::{Records, Written};
use climate_timeline::http::{self, App, Connection};
use climate_timeline::query::{Events, Kind};
use criterion::{Criterion, Throughput};

use crate::Data;

/// A hundred records in each form that puts them one after another.
pub(crate) fn records(criterion: &mut Criterion) {
    let data = Data::new();
    let query = data.query("limit=100", Format::Json.form());
    let page = data.runtime.block_on(data.store.list(&query)).expect("a page");
    let finish = Finish { day: query.filter.as_of.day, fields: None, base: "" };
    let written: Vec<Written<'_>> = page
        .records
        .iter()
        .map(|found| {
            let finished = finish.document(Kind::Events, &found.id, &found.document).expect("a document");
            Written { stored: &found.document, finished: finished.expect("an event exists on every day") }
        })
        .collect();
    let mut group = criterion.benchmark_group("records");
    group.throughput(Throughput::Elements(100));
    for (name, format) in [
        ("ndjson", Format::Ndjson),
        ("csv", Format::Csv),
        ("ics", Format::Ics),
        ("geojson", Format::Geojson),
        ("timelinejs", Format::Timelinejs),
    ] {
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let mut out = Vec::new();
                let mut records = Records::new::<Events>(format, &query.shape).expect("one record after another");
                records.push(&mut out, black_box(&written)).expect("sound records");
                out
            });
        });
    }
}

/// A page of a hundred records in each coding, made anew each time.
pub(crate) fn codings(criterion: &mut Criterion) {
    let data = Data::new();
    let app = App::new(data.store.clone(), Clock::System, None).keeping(0);
    let api = http::router(app);
    let mut group = criterion.benchmark_group("answer");
    for coding in ["identity", "gzip", "br", "zstd"] {
        group.bench_function(coding, |bench| {
            bench.iter(|| {
                let request = Request::get("/v1/events?limit=100").header("accept-encoding", coding);
                let request = request.body(Body::empty()).expect("a request");
                data.runtime.block_on(async {
                    let response = api.clone().answer(request, Connection::default()).await;
                    assert!(response.status().is_success());
                    to_bytes(response.into_body(), usize::MAX).await.expect("a body")
                })
            });
        });
    }
}
