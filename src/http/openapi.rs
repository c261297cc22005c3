//! The OpenAPI 3.1 document, made from the field tables and the published types.

mod counts;
mod forms;
mod parameters;
mod paths;
mod responses;
mod schemas;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::cache::{self, Keep, NOTHING, Representation};
use super::error::Failure;
use super::state::App;

/// Answers with the document.
pub(super) async fn answer(app: &App, headers: &HeaderMap, bytes: Bytes) -> Result<Response, Failure> {
    let representation = Representation {
        identity: "/openapi.json".to_owned(),
        content_type: paths::OPENAPI_TYPE,
        lang: None,
        vary: Vec::new(),
        keep: Keep::Shortly,
        csp: NOTHING,
        by_host: false,
        in_blocks: false,
    };
    let store = app.store();
    cache::answer(app, &store.catalogue().version, headers, representation, async { Ok(bytes) }).await
}

/// The document as bytes. It does not depend on the data: examples are the field tables', which name records that exist.
#[must_use]
pub fn rendered(base: &str) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(&document(base)).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn document(base: &str) -> Value {
    let server = if base.is_empty() { "/" } else { base };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "US-China climate timeline",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The record of climate diplomacy between the United States and China since 1979.",
            "description": DESCRIPTION,
            "contact": { "name": "The maintainers of the US-China climate timeline" },
            "license": { "name": "MIT OR Apache-2.0 (code); CC BY 4.0 (data)", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": server, "description": "This server" }],
        "security": [],
        "tags": [
            { "name": "events", "description": "What happened." },
            { "name": "actors", "description": "Who took part." },
            { "name": "commitments", "description": "What was promised, and how it stands." },
            { "name": "about", "description": "The API and its data." },
            { "name": "operations", "description": "For operators." },
        ],
        "paths": paths::paths(),
        "components": { "schemas": schemas::schemas(), "responses": responses::responses(), "headers": responses::headers() },
    })
}

const DESCRIPTION: &str = "Calls, summits, visits, envoys, pledges, joint statements and withdrawals, each with its sources, \
in English and Chinese.\n\nThe grammar is strict: an unknown parameter, an unknown word or id, an empty value or a contradiction \
is answered with 400 and everything that is wrong. Only `_` and `utm_*` are dropped, and `meta.ignored` says so. \
Within `/v1` the API only grows.";
