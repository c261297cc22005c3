//! For operators: whether the process lives, and whether it serves.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Answer;
use super::error::Failure;
use super::state::App;

/// `/livez`: the process answers.
pub(super) async fn live() -> Response {
    unkept(&json!({ "status": "alive" }))
}

/// `/readyz`: a data set is served; which, how many records it holds, and how the last load went.
///
/// The program listens only once a data set is loaded, so it says no only when it is about to stop.
pub(super) async fn ready(State(app): State<App>) -> Answer {
    if app.is_leaving() {
        return Err(Failure::NotReady);
    }
    let store = app.store();
    let catalogue = store.catalogue();
    let standing = app.loads.standing();
    Ok(unkept(&json!({
        "status": "ready",
        "version": catalogue.version,
        "loaded": moment(standing.loaded),
        "age_seconds": standing.age(app.clock.seconds()),
        "last_load": { "at": moment(standing.attempted), "problems": standing.problems },
        "failed_loads": standing.failures,
        "records": {
            "events": catalogue.events.len(),
            "actors": catalogue.actors.len(),
            "commitments": catalogue.commitments.len(),
        },
    })))
}

/// A Unix time in RFC 3339.
fn moment(seconds: i64) -> Option<String> {
    jiff::Timestamp::from_second(seconds).ok().map(|moment| moment.to_string())
}

fn unkept(body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, format!("{body}\n")).into_response()
}
