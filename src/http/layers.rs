//! What stands between the socket and a handler.
//!
//! From the outside in: who asks; the request's id and its log line; counting; security headers; CORS; the rendering
//! of failures; then the limits on a client's rate, on work in flight, time and size; last, the net for panics. A
//! failure made anywhere is rendered and passes CORS on its way out.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use ipnet::IpNet;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any as AnyValue, CorsLayer};

use super::blocks::{self, Broken};
use super::client::believe;
use super::error::Failure;
use super::identity::{RequestId, X_REQUEST_ID, identify};
use super::limit::{Limiter, RATE_LIMIT, RATE_LIMIT_POLICY, Rate, limit};
use super::metrics::measure;
use super::state::App;

/// What a request may ask of the server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The longest that an answer may take, or each block of one that is made block by block.
    pub request_timeout: Duration,
    /// The most requests in flight.
    pub in_flight: usize,
    /// How much one client may ask.
    pub rate: Option<Rate>,
    /// The proxies whose word on who asks is taken.
    pub trusted: Vec<IpNet>,
}

/// The longest address, in bytes.
const LONGEST_URI: usize = 8 * 1024;
/// The largest headers, in bytes.
const LARGEST_HEADERS: usize = 16 * 1024;

/// The layers next to the routes: what they refuse is left for [`outer`] to render.
pub(super) fn inner(routes: Router) -> Router {
    routes.layer(CatchPanicLayer::custom(panicked)).layer(from_fn(bound_size)).layer(from_fn(read_path))
}

/// The layers that every answer passes, failures too.
pub(super) fn outer(inner: Router, app: App) -> Router {
    inner.layer(from_fn_with_state(app, render)).layer(cors()).layer(from_fn(secure))
}

/// The layers of a server: [`outer`], with limits on work within and request ids without.
pub(super) fn server(inner: Router, app: App, limits: Limits) -> Router {
    let Limits { request_timeout, in_flight, rate, trusted } = limits;
    let bounds = Bounds { in_flight: Arc::new(Semaphore::new(in_flight)), longest: request_timeout };
    let mut inner = inner.layer(from_fn_with_state(bounds, bound_work));
    if let Some(rate) = rate {
        inner = inner.layer(from_fn_with_state(Arc::new(Limiter::new(rate)), limit));
    }
    outer(inner, app.clone())
        .layer(from_fn_with_state(app.clone(), part))
        .layer(from_fn_with_state(app, measure))
        .layer(from_fn(identify))
        .layer(from_fn_with_state(Arc::from(trusted), believe))
}

#[derive(Clone)]
struct Bounds {
    in_flight: Arc<Semaphore>,
    longest: Duration,
}

/// Whether it is asked by operators' machines, again and again.
pub(super) fn for_operators(request: &Request) -> bool {
    matches!(request.uri().path(), "/livez" | "/readyz" | "/metrics")
}

/// Sheds what is too much, and ends what takes too long. Operators' questions are always let through.
///
/// An answer that is sent block by block is not in flight any more once its head is made: the store bounds how many
/// blocks are read at a time, and a client that stalls must not take the place of one that asks.
async fn bound_work(State(bounds): State<Bounds>, request: Request, next: Next) -> Response {
    let permit = if for_operators(&request) { None } else { Some(bounds.in_flight.clone().try_acquire_owned()) };
    if matches!(permit, Some(Err(_))) {
        return Failure::Overloaded.into_response();
    }
    let longest = bounds.longest;
    let broken = request.extensions().get::<Broken>().cloned().unwrap_or_default();
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response.map(|body| blocks::bound(body, longest, broken)),
        Err(_) => Failure::Timeout.into_response(),
    }
}

/// Closes connections that are in use once the server is about to stop: its client is sent elsewhere between two
/// requests, and not in the midst of one.
async fn part(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if app.is_leaving() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Writes the body of a failure, which holds the request's id, and logs what clients are not told.
async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let Some(failure) = response.extensions().get::<Failure>() else { return response };
    let id = id.as_ref().map(|id| &*id.0);
    if let Some(inner) = failure.inner() {
        // The span has the id too, but is not there where only failures are logged.
        tracing::error!(id, route, error = inner, "the request failed");
    }
    let mut rendered = failure.render(&app.base, id);
    for name in [RATE_LIMIT, RATE_LIMIT_POLICY] {
        if let Some(value) = response.headers().get(&name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over by value")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    Failure::Panicked(text.unwrap_or_default()).into_response()
}

/// Refuses what is too long to be meant.
async fn bound_size(request: Request, next: Next) -> Response {
    let uri = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    if uri > LONGEST_URI {
        return Failure::UriTooLong.into_response();
    }
    let headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if headers > LARGEST_HEADERS {
        return Failure::HeaderTooLarge.into_response();
    }
    next.run(request).await
}

/// Refuses an address that is no text once it is decoded: nothing here has such a name.
async fn read_path(request: Request, next: Next) -> Response {
    if percent_encoding::percent_decode_str(request.uri().path()).decode_utf8().is_err() {
        return Failure::NotFound("This address is not UTF-8; nothing is there.".to_owned()).into_response();
    }
    next.run(request).await
}

/// Any page may read the answers, errors too, with every header that a script would want.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AnyValue)
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .allow_headers(AnyValue)
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::CONTENT_LANGUAGE,
            header::CONTENT_DISPOSITION,
            header::RETRY_AFTER,
            header::ALLOW,
            X_REQUEST_ID,
            RATE_LIMIT,
            RATE_LIMIT_POLICY,
            HeaderName::from_static("x-total-count"),
            HeaderName::from_static("deprecation"),
            HeaderName::from_static("sunset"),
        ])
        .max_age(Duration::from_hours(24))
        // The headers are the same whatever the request, so caches need not look at it.
        .vary([])
}

/// Tells browsers to take answers as what they say they are, and whoever asks which methods there are.
async fn secure(request: Request, next: Next) -> Response {
    let asked_for_methods = request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if asked_for_methods {
        // The router leaves out that it answers this one.
        headers.insert(header::ALLOW, HeaderValue::from_static(super::error::ALLOWED));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(super::cache::NOTHING));
    }
    response
}

#[cfg(test)]
mod tests;
