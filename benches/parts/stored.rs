//! Asking the store.

use climate_timeline::query::Form;
use criterion::Criterion;

use crate::Data;

const QUERIES: [(&str, &str); 4] = [
    ("all", ""),
    ("by type and date", "type=call&from=1999-05-04"),
    ("by title", "topic=coal&sort=title"),
    ("by relevance", "q=methane"),
];

/// A page, and how many match.
pub(crate) fn answers(criterion: &mut Criterion) {
    let data = Data::new();
    let (store, runtime) = (&data.store, &data.runtime);
    let mut group = criterion.benchmark_group("store");
    for (name, raw) in QUERIES {
        let query = data.query(raw, Form::JSON);
        group.bench_function(format!("page: {name}"), |bench| {
            bench.iter(|| runtime.block_on(store.list(&query)).expect("a page"));
        });
        group.bench_function(format!("count: {name}"), |bench| {
            bench.iter(|| runtime.block_on(store.count(&query.filter)).expect("a count"));
        });
    }
}
