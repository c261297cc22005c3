//! What the parts of an answer cost: reading a query, asking the store, writing records, coding bytes.
//!
//! `cargo bench` compares with the run before. The data are a thousand made-up events.

#![expect(clippy::expect_used, reason = "nothing can be measured where something fails")]

mod asked;
mod stored;
#[path = "../synthetic/world/mod.rs"]
mod world;
mod written;

use std::sync::Arc;

use climate_timeline::BUILD;
use climate_timeline::domain::text::Lang;
use climate_timeline::query::{Context, Events, Form, ListQuery, Params, parse};
use climate_timeline::seed::{self, SeedFile};
use climate_timeline::store::{Place, Stamp, Store};
use criterion::{criterion_group, criterion_main};
use tokio::runtime::Runtime;
use world::World;

/// A thousand made-up events in a store.
struct Data {
    runtime: Runtime,
    store: Store,
}

impl Data {
    fn new() -> Data {
        let world = World::new(1_000);
        let mut files = Vec::new();
        for (path, write) in [
            ("actors.ndjson", World::write_actors as fn(&World, &mut Vec<u8>) -> _),
            ("commitments.ndjson", World::write_commitments),
            ("events.ndjson", World::write_events),
        ] {
            let mut text = Vec::new();
            write(&world, &mut text).expect("memory takes what is written");
            let text = String::from_utf8(text).expect("seeds are text").into();
            files.push(SeedFile { path: path.to_owned(), text });
        }
        let dataset = seed::load(&files).expect("they are sound").dataset;
        let stamp = Stamp { version: "v".into(), build: BUILD.into(), fingerprint: String::new() };
        let runtime = Runtime::new().expect("a runtime");
        let store = runtime.block_on(async {
            Store::build(Arc::new(dataset), stamp, &Place::Memory, &Arc::default()).await.expect("sound records load")
        });
        Data { runtime, store }
    }

    fn query(&self, raw: &str, form: Form) -> ListQuery<Events> {
        let context = Context {
            catalogue: self.store.catalogue(),
            today: "2026-11-26".parse().expect("a day"),
            lang: Lang::En,
            format: None,
            form,
        };
        parse::list(&mut Params::decode(raw), &context).expect("a sound query")
    }
}

criterion_group!(parts, asked::queries, stored::answers, written::records, written::codings);
criterion_main!(parts);
