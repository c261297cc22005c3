//! For operators: whether the process lives, and whether it serves.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::state::App;

/// `/livez`: the process answers.
pub(super) async fn live() -> Response {
    unkept(&json!({ "status": "alive" }))
}

/// `/readyz`: a data set is served; which, and how many records it holds.
///
/// The program listens only once a data set is loaded, so there is no moment in which this could say no.
pub(super) async fn ready(State(app): State<App>) -> Response {
    let store = app.store();
    let catalogue = store.catalogue();
    unkept(&json!({
        "status": "ready",
        "version": catalogue.version,
        "records": {
            "events": catalogue.events.len(),
            "actors": catalogue.actors.len(),
            "commitments": catalogue.commitments.len(),
        },
    }))
}

fn unkept(body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, format!("{body}\n")).into_response()
}
