//! What stands between the socket and a handler.
//!
//! From the outside in: who asks; the request's id and its log line; counting; the headers of every answer; the limits
//! on a client's rate and on a request's size; the answers that are kept. What is left goes to its route, and there
//! through [`inner`]: what is refused and what fails is written; then the limits on work in flight and time; last, the
//! net for panics.
//!
//! All but [`inner`] is one function, [`Api::answer`], and not a layer each: an answer that is kept passes nothing else,
//! and should cost little more than its bytes do to send.

use std::any::Any;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use ipnet::IpNet;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument as _;

use super::blocks::{self, Broken};
use super::cache::Tag;
use super::client::{Connection, believe};
use super::error::{ALLOWED, Failure};
use super::identity::{RequestId, Visit};
use super::limit::{Limiter, Quota, Rate};
use super::metrics::{Counting, route};
use super::ready::{Spelled, Spelling};
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
pub(super) const LONGEST_URI: usize = 8 * 1024;
/// The largest headers, in bytes.
const LARGEST_HEADERS: usize = 16 * 1024;

/// A request on its way to its answer.
struct Asked<'a> {
    request: Request,
    broken: Broken,
    id: Option<&'a RequestId>,
}

/// The API: answers requests.
#[derive(Clone)]
pub struct Api(Arc<Parts>);

struct Parts {
    app: App,
    routes: Router,
    /// What a server asks of requests; nothing where there is no client.
    gate: Option<Gate>,
}

struct Gate {
    trusted: Vec<IpNet>,
    limiter: Option<Limiter>,
    #[cfg(feature = "otel")]
    spans: super::spans::Spans,
}

impl Api {
    /// The routes with what every answer's bytes depend on.
    pub(super) fn bare(routes: Router, app: App) -> Api {
        let routes = inner(routes, &app, None);
        Api(Arc::new(Parts { app, routes, gate: None }))
    }

    /// The same for a server: with request ids, one log line a request, counting, and limits.
    pub(super) fn served(routes: Router, app: App, limits: Limits) -> Api {
        let Limits { request_timeout, in_flight, rate, trusted } = limits;
        let bounds = Bounds { in_flight: Arc::new(Semaphore::new(in_flight)), longest: request_timeout };
        let routes = inner(routes, &app, Some(bounds));
        let gate = Gate {
            trusted,
            limiter: rate.map(Limiter::new),
            #[cfg(feature = "otel")]
            spans: super::spans::Spans::new(),
        };
        Api(Arc::new(Parts { app, routes, gate: Some(gate) }))
    }

    /// Answers a request.
    pub async fn answer(self, mut request: Request, over: Connection) -> Response {
        let Parts { app, gate, .. } = &*self.0;
        let Connection { peer, broken } = over;
        let Some(gate) = gate else { return self.spelled(Asked { request, broken, id: None }, None).await.0 };
        let begun = Instant::now();
        let client = believe(&gate.trusted, peer, request.headers_mut());
        #[cfg(feature = "otel")]
        let recording = gate.spans.begin(&mut request, client);
        let visit = Visit::begin(&request, client, begun);
        let counting = Counting::begin(app, &request, begun);
        let quota = gate.quota(client, &request);
        let asked = Asked { request, broken, id: Some(visit.id()) };
        let (mut response, route) = self.limited(asked, quota).instrument(visit.span().clone()).await;
        if let Some(counting) = counting {
            counting.end(&route, &response);
        }
        if app.is_leaving() {
            // Its client is sent elsewhere between two requests, and not in the midst of one.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        visit.end(&mut response);
        #[cfg(feature = "otel")]
        if let Some(recording) = recording {
            recording.end(&route, &response);
        }
        response
    }

    /// Refuses what is more than its client may ask.
    async fn limited(&self, asked: Asked<'_>, quota: Option<Quota>) -> (Response, Arc<str>) {
        let Some(quota) = quota else { return self.spelled(asked, None).await };
        if quota.is_spent() {
            return self.spelled(asked, Some(Failure::TooManyRequests(quota))).await;
        }
        let (mut response, route) = self.spelled(asked, None).await;
        quota.tell(response.headers_mut());
        (response, route)
    }

    /// Answers with what is kept for a request so spelled, else by its route; gives the name of the route as well.
    async fn spelled(&self, mut asked: Asked<'_>, refused: Option<Failure>) -> (Response, Arc<str>) {
        let request = &mut asked.request;
        if let Some(failure) = refused.or_else(|| unfit(request)) {
            request.extensions_mut().insert(failure);
            return self.routed(asked).await;
        }
        let app = &self.0.app;
        let moment = app.moment();
        let spelling = Spelling::of(request, moment);
        if let Some((ready, route)) = spelling.as_ref().and_then(|spelling| app.ready.spelled(spelling)) {
            app.count_ready(true);
            return (ready.to(request), route);
        }
        let (response, route) = self.routed(asked).await;
        // What was asked at midnight, or as another data set came, may be of either side of it.
        if let (Some(spelling), Some(tag), true) =
            (spelling, response.extensions().get::<Tag>(), moment == app.moment())
        {
            app.ready.spell(spelling, Spelled { tag: *tag, route: Arc::clone(&route) });
        }
        (response, route)
    }

    async fn routed(&self, asked: Asked<'_>) -> (Response, Arc<str>) {
        let Asked { mut request, broken, id } = asked;
        request.extensions_mut().insert(broken);
        if let Some(id) = id {
            request.extensions_mut().insert(id.clone());
        }
        let uri = request.uri().clone();
        let answered = self.0.routes.clone().oneshot(request).await;
        let mut response = answered.unwrap_or_else(|never| match never {});
        dress(response.headers_mut());
        if response.status() == StatusCode::NOT_MODIFIED {
            // The length would be that of the answer that is not sent, and not the router's 0 (RFC 9110, 8.6).
            response.headers_mut().remove(header::CONTENT_LENGTH);
        }
        let route = route(response.extensions().get::<MatchedPath>(), uri.path());
        (response, route)
    }
}

impl Gate {
    /// How the client of a request stands, where there is a limit. Operators' questions are always let through, and so
    /// are browsers' about what they may ask.
    fn quota(&self, client: Option<IpAddr>, request: &Request) -> Option<Quota> {
        let limiter = self.limiter.as_ref()?;
        let free = for_operators(request) || request.method() == Method::OPTIONS;
        Some(limiter.ask(client.filter(|_| !free)?))
    }
}

/// Refuses what is too long to be meant, and an address that is no text once it is decoded: nothing has such a name.
fn unfit(request: &Request) -> Option<Failure> {
    if request.uri().path_and_query().map_or(0, |uri| uri.as_str().len()) > LONGEST_URI {
        return Some(Failure::UriTooLong);
    }
    let headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if headers > LARGEST_HEADERS {
        return Some(Failure::HeaderTooLarge);
    }
    let text = percent_encoding::percent_decode_str(request.uri().path()).decode_utf8().is_ok();
    (!text).then(|| Failure::NotFound("This address is not UTF-8; nothing is there.".to_owned()))
}

/// The headers of every answer. Browsers are told to take it as what it says it is; any page may read it, errors too,
/// with every header that a script would want. They are the same whatever the request, so caches need not look at it.
pub(super) fn dress(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(super::cache::NOTHING));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}

const EXPOSED: &str = "etag, link, content-language, content-disposition, retry-after, allow, x-request-id, ratelimit, \
     ratelimit-policy, x-total-count, deprecation, sunset";

/// Tells a browser what pages may ask, and whoever asks which methods there are.
fn preflight() -> Response {
    let headers = [
        (header::ALLOW, ALLOWED),
        (header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    headers.into_response()
}

/// What stands next to the routes.
fn inner(routes: Router, app: &App, bounds: Option<Bounds>) -> Router {
    let mut routes = routes.layer(CatchPanicLayer::custom(panicked));
    if let Some(bounds) = bounds {
        routes = routes.layer(from_fn_with_state(bounds, bound_work));
    }
    routes.layer(from_fn_with_state(Arc::clone(&app.base), attend))
}

/// Whether it is asked by operators' machines, again and again.
pub(super) fn for_operators(request: &Request) -> bool {
    matches!(request.uri().path(), "/livez" | "/readyz" | "/metrics")
}

#[derive(Clone)]
struct Bounds {
    in_flight: Arc<Semaphore>,
    longest: Duration,
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

/// Answers what needs no handler, writes the body of a failure, which holds the request's id, and logs what clients are
/// not told. The response's extensions hold the route.
async fn attend(State(base): State<Arc<str>>, mut request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = if request.method() == Method::OPTIONS {
        preflight()
    } else if let Some(refused) = request.extensions_mut().remove::<Failure>() {
        refused.into_response()
    } else {
        next.run(request).await
    };
    if let Some(failure) = response.extensions().get::<Failure>() {
        let id = id.as_ref().map(RequestId::text);
        if let Some(inner) = failure.inner() {
            let route = route.as_ref().map(MatchedPath::as_str);
            // The span has the id too, but is not there where only failures are logged.
            tracing::error!(id, route, error = inner, "the request failed");
        }
        response = failure.render(&base, id);
    }
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over by value")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    Failure::Panicked(text.unwrap_or_default()).into_response()
}

#[cfg(test)]
mod tests;
