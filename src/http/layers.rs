//! What stands between the socket and a handler.
//!
//! From the outside in: the request's id and its log line; security headers; CORS; the rendering of failures; then
//! the limits on work in flight, time and size; last, the net for panics. A failure made anywhere is rendered and
//! passes CORS on its way out.

use std::any::Any;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any as AnyValue, CorsLayer};
use tracing::Instrument as _;

use super::blocks::{self, Broken};
use super::error::Failure;
use super::state::App;

/// What a request may ask of the server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest that an answer may take, or each block of one that is made block by block.
    pub request_timeout: Duration,
    /// The most requests in flight.
    pub in_flight: usize,
}

/// The longest address, in bytes.
const LONGEST_URI: usize = 8 * 1024;
/// The largest headers, in bytes.
const LARGEST_HEADERS: usize = 16 * 1024;
/// The longest request id that is taken over from a client.
const LONGEST_ID: usize = 128;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request.
#[derive(Clone)]
struct RequestId(Arc<str>);

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
    let bounds = Bounds { in_flight: Arc::new(Semaphore::new(limits.in_flight)), limits };
    outer(inner.layer(from_fn_with_state(bounds, bound_work)), app).layer(from_fn(identify))
}

#[derive(Clone)]
struct Bounds {
    in_flight: Arc<Semaphore>,
    limits: Limits,
}

/// Sheds what is too much, and ends what takes too long. Operators' questions are always let through.
///
/// An answer that is sent block by block is not in flight any more once its head is made: the store bounds how many
/// blocks are read at a time, and a client that stalls must not take the place of one that asks.
async fn bound_work(State(bounds): State<Bounds>, request: Request, next: Next) -> Response {
    let health = matches!(request.uri().path(), "/livez" | "/readyz");
    let permit = if health { None } else { Some(bounds.in_flight.clone().try_acquire_owned()) };
    if matches!(permit, Some(Err(_))) {
        return Failure::Overloaded.into_response();
    }
    let longest = bounds.limits.request_timeout;
    let broken = request.extensions().get::<Broken>().cloned().unwrap_or_default();
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response.map(|body| blocks::bound(body, longest, broken)),
        Err(_) => Failure::Timeout.into_response(),
    }
}

/// Gives the request an id, its client's if it has a fit one, and writes its line in the log.
async fn identify(mut request: Request, next: Next) -> Response {
    let given = request.headers().get(X_REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| fit(id));
    let id: Arc<str> = given.map_or_else(fresh_id, Into::into);
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let trace = request.headers().get("traceparent").and_then(|trace| trace.to_str().ok()).unwrap_or_default();
    let span = tracing::info_span!(
        "request", id = %id, method = %request.method(), path = %request.uri().path(),
        query = request.uri().query().unwrap_or_default(), traceparent = trace,
    );
    let health = matches!(request.uri().path(), "/livez" | "/readyz");
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let millis = begun.elapsed().as_secs_f64() * 1000.0;
    if health {
        tracing::debug!(parent: &span, status, millis, "answered");
    } else {
        tracing::info!(parent: &span, status, millis, "answered");
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

fn fit(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= LONGEST_ID
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte))
}

/// An id that no other request of this or another process is likely to have; it is no secret.
fn fresh_id() -> Arc<str> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    thread_local! {
        static RANDOM: RandomState = RandomState::new();
    }
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let random = RANDOM.with(|random| {
        let mut hasher = random.build_hasher();
        hasher.write_u64(count);
        hasher.finish()
    });
    format!("{random:016x}{:08x}", count & 0xffff_ffff).into()
}

/// Writes the body of a failure, which holds the request's id, and logs what clients are not told.
async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let Some(failure) = response.extensions().get::<Failure>() else { return response };
    if let Some(inner) = failure.inner() {
        tracing::error!(route, error = inner, "the request failed");
    }
    failure.render(&app.base, id.as_ref().map(|id| &*id.0))
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
