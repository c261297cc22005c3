//! The tests that use the program as its users do: one binary, so that it links once.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod agreement;
mod article;
mod build;
mod clients;
mod command;
mod connected;
mod cost;
mod counted;
mod coverage;
mod dataset;
mod days;
mod errors;
mod facets;
mod faults;
mod formats;
mod fuzz;
mod http;
mod kills;
mod lists;
mod logs;
mod made_up;
mod memory;
mod openapi;
mod operators;
mod oracle;
#[cfg(feature = "otel")]
mod otel;
mod overload;
mod program;
mod readme;
mod ready;
mod reload;
mod search;
mod server;
mod standing;
mod stopping;
mod streams;
mod support;
mod synthetic;
mod tables;
#[path = "../../benches/synthetic/world/mod.rs"]
mod world;
