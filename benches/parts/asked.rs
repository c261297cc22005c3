//! Reading queries.

use std::hint::black_box;

use climate_timeline::query::{Form, sentence};
use criterion::Criterion;

use crate::Data;

const QUERIES: [(&str, &str); 4] = [
    ("none", ""),
    ("a page", "type=call&from=1999-05-04&limit=20"),
    ("a search", "q=methane+%22working+group%22+-coal&sort=-relevance"),
    (
        "many filters",
        "type.not=call,visit&topic.all=coal,finance&from=1990&to=2020-06&side=CN&sort=-date,title&limit=100",
    ),
];

/// From the query string to a query, its normal form, and its sentence.
pub(crate) fn queries(criterion: &mut Criterion) {
    let data = Data::new();
    let mut group = criterion.benchmark_group("query");
    for (name, raw) in QUERIES {
        group.bench_function(format!("read: {name}"), |bench| bench.iter(|| data.query(black_box(raw), Form::JSON)));
        let query = data.query(raw, Form::JSON);
        group.bench_function(format!("write: {name}"), |bench| bench.iter(|| black_box(&query).to_string()));
        group.bench_function(format!("describe: {name}"), |bench| bench.iter(|| sentence::describe(black_box(&query))));
    }
}
