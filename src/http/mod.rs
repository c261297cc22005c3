//! The API over HTTP: routes, and the layers round them.
//!
//! [`list`] and [`item`] answer for every resource, [`search`] for all together, [`rows`] for tables of events, [`web`]
//! for connected records, [`mod@dataset`] with all of them, [`reads`] and [`pages`] for the rest, [`health`] and
//! [`metrics`] for operators. [`export`] answers with whole results, block by block. [`negotiate`] and [`cache`] decide
//! form, language, coding and tag, [`coding`] codes, [`ready`] keeps what is finished; [`error`] is every failure;
//! [`layers`] is what stands between the socket and a handler, in order: [`client`] is who asks, [`identity`] a
//! request's id, [`limit`] a client's rate. With the feature `otel`, `spans` records requests for OpenTelemetry.
//!
//! [`blocks`] bounds how long a block of a whole result takes, and tells the connection if one breaks off; [`feed`]
//! answers with what was last updated.

mod blocks;
mod cache;
mod client;
mod coding;
mod dataset;
pub mod error;
mod export;
mod feed;
mod health;
mod identity;
mod item;
mod layers;
mod limit;
mod list;
mod loads;
mod metrics;
mod negotiate;
mod openapi;
mod pages;
mod reads;
mod ready;
mod rows;
mod search;
#[cfg(feature = "otel")]
mod spans;
mod state;
mod web;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use axum::routing::get;

use crate::format::Format;
use crate::query::{Actors, Commitments, Events, Kind};
pub use blocks::Broken;
pub use client::Connection;
use error::Failure;
pub use layers::{Api, Limits};
pub use limit::Rate;
pub use openapi::rendered as openapi_document;
pub use state::App;

type Answer = Result<Response, Failure>;

/// The API, with all that an answer's bytes depend on; for a server, [`service`] puts the rest round it.
#[must_use]
pub fn router(app: App) -> Api {
    Api::bare(everything(app.clone()), app)
}

/// The API as a server offers it: with request ids, one log line a request, and limits.
#[must_use]
pub fn service(app: App, limits: Limits) -> Api {
    Api::served(everything(app.clone()), app, limits)
}

/// The same without what operators ask: they have a listener of their own.
#[must_use]
pub fn service_apart(mut app: App, limits: Limits) -> Api {
    app.apart = true;
    Api::served(closed(public(), app.clone()), app, limits)
}

/// What operators ask, for a listener of its own.
#[must_use]
pub fn operators(app: App, limits: Limits) -> Api {
    Api::served(closed(for_operators(), app.clone()), app, limits)
}

fn everything(app: App) -> Router {
    closed(public().merge(for_operators()), app)
}

fn public() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/v1", get(entry))
        .route("/v1/{name}", get(collection))
        .route("/v1/{kind}/{id}", get(record))
        .route("/v1/{kind}/{id}/{view}", get(view))
        .route("/openapi.json", get(openapi))
        .route("/docs", get(docs))
        .route("/assets/{hash}/{name}", get(asset))
        .route("/problems/{code}", get(problem))
        .route("/.well-known/api-catalog", get(catalog))
}

fn for_operators() -> Router<App> {
    Router::new()
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::metrics))
}

/// Routes with an answer to everything else.
fn closed(routes: Router<App>, app: App) -> Router {
    let routes = routes.fallback(nowhere).method_not_allowed_fallback(async || Failure::MethodNotAllowed);
    routes.with_state(app)
}

async fn home(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Answer {
    reads::entry(&app, &headers, &query.unwrap_or_default(), Format::OF_PAGES).await
}

async fn entry(State(app): State<App>, headers: HeaderMap, RawQuery(query): RawQuery) -> Answer {
    reads::entry(&app, &headers, &query.unwrap_or_default(), Format::OF_RECORDS).await
}

/// A list, or the data dictionary; a suffix names the format.
async fn collection(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = query.unwrap_or_default();
    let (base, suffix) = suffixed(&name);
    match (Kind::from_plural(base), base) {
        (Some(Kind::Events), _) => list::list::<Events>(&app, &headers, &query, suffix).await,
        (Some(Kind::Actors), _) => list::list::<Actors>(&app, &headers, &query, suffix).await,
        (Some(Kind::Commitments), _) => list::list::<Commitments>(&app, &headers, &query, suffix).await,
        (None, "dataset") => dataset::answer(&app, &headers, &query, suffix).await,
        (None, "search") => search::search(&app, &headers, &query, suffix).await,
        (None, "fields") => reads::fields(&app, &headers, &query, suffix).await,
        (None, _) => Err(lost()),
    }
}

/// One record, or a table of events; a suffix names the format.
async fn record(
    State(app): State<App>,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = query.unwrap_or_default();
    // No event has such an id: ids of events begin with a date.
    match (kind.as_str(), suffixed(&id)) {
        ("events", ("stats", suffix)) => return rows::stats(&app, &headers, &query, suffix).await,
        ("events", ("gaps", suffix)) => return rows::gaps(&app, &headers, &query, suffix).await,
        _ => {}
    }
    match Kind::from_plural(&kind) {
        Some(Kind::Events) => item::item::<Events>(&app, &headers, &query, &id).await,
        Some(Kind::Actors) => item::item::<Actors>(&app, &headers, &query, &id).await,
        Some(Kind::Commitments) => item::item::<Commitments>(&app, &headers, &query, &id).await,
        None => Err(lost()),
    }
}

/// What one record is connected with; a suffix names the format.
async fn view(
    State(app): State<App>,
    Path((kind, id, view)): Path<(String, String, String)>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = query.unwrap_or_default();
    match (kind.as_str(), suffixed(&view)) {
        ("events", ("chain", suffix)) => web::chain(&app, &headers, &query, (&id, suffix)).await,
        ("commitments", ("lineage", suffix)) => web::lineage(&app, &headers, &query, (&id, suffix)).await,
        _ => Err(lost()),
    }
}

/// The last part of a path, and the suffix that names a format.
fn suffixed(name: &str) -> (&str, Option<&str>) {
    name.split_once('.').map_or((name, None), |(base, suffix)| (base, Some(suffix)))
}

async fn openapi(State(app): State<App>, headers: HeaderMap) -> Answer {
    openapi::answer(&app, &headers, app.openapi()).await
}

async fn docs(State(app): State<App>, headers: HeaderMap) -> Answer {
    pages::docs(&app, &headers).await
}

async fn asset(State(app): State<App>, Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Answer {
    pages::asset(&app, &headers, &hash, &name).await
}

async fn problem(
    State(app): State<App>,
    Path(code): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    reads::problem(&app, &headers, &query.unwrap_or_default(), &code).await
}

async fn catalog(State(app): State<App>, headers: HeaderMap) -> Answer {
    reads::catalog(&app, &headers, &origin(&app, &headers)).await
}

/// Scheme and host for formats that demand absolute links: the public address, else what the client asked for.
fn origin(app: &App, headers: &HeaderMap) -> String {
    if !app.base.is_empty() {
        return app.base.to_string();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    let host = host.filter(|host| !host.is_empty() && host.bytes().all(plain));
    format!("{}://{}", client::scheme(headers), host.unwrap_or("localhost"))
}

async fn nowhere() -> Failure {
    lost()
}

fn lost() -> Failure {
    Failure::NotFound("There is nothing at this address; /v1 links to all there is.".to_owned())
}
