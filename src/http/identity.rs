//! A request's id, and its line in the log.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use tracing::Span;

use super::layers::for_operators;

/// The longest request id that is taken over from a client.
const LONGEST_ID: usize = 128;

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, as its header holds it.
#[derive(Clone)]
pub(super) struct RequestId(HeaderValue);

impl RequestId {
    /// The client's, if it has a fit one.
    fn of(request: &Request) -> RequestId {
        let given = request.headers().get(X_REQUEST_ID).filter(|id| fit(id.as_bytes()));
        RequestId(given.cloned().unwrap_or_else(fresh_id))
    }

    pub(super) fn text(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// A request on its way through the program. Its line is written to the log when this is dropped: with an answer, or
/// without one where the connection has ended first.
pub(super) struct Visit {
    id: RequestId,
    span: Span,
    quiet: bool,
    begun: Instant,
    status: Option<StatusCode>,
}

impl Visit {
    /// Gives a request of a client its id.
    pub(super) fn begin(request: &Request, client: Option<IpAddr>, begun: Instant) -> Visit {
        let id = RequestId::of(request);
        let client = client.map(tracing::field::display);
        let trace = request.headers().get("traceparent").and_then(|trace| trace.to_str().ok()).and_then(trace);
        let span = tracing::info_span!(
            "request", id = id.text(), client, method = %request.method(), path = %request.uri().path(),
            query = request.uri().query().unwrap_or_default(),
            trace_id = trace.map(|(trace, _)| trace), parent_id = trace.map(|(_, parent)| parent),
        );
        Visit { id, span, quiet: for_operators(request), begun, status: None }
    }

    pub(super) fn id(&self) -> &RequestId {
        &self.id
    }

    /// What is logged on the way belongs to this.
    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    /// Ends with an answer, and tells the client the request's id.
    pub(super) fn end(mut self, response: &mut Response) {
        self.status = Some(response.status());
        response.headers_mut().insert(X_REQUEST_ID, self.id.0.clone());
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let Visit { span, quiet, begun, status, .. } = self;
        let millis = begun.elapsed().as_secs_f64() * 1000.0;
        match status.map(|status| status.as_u16()) {
            Some(status) if *quiet => tracing::debug!(parent: &*span, status, millis, "answered"),
            Some(status) => tracing::info!(parent: &*span, status, millis, "answered"),
            None => tracing::info!(parent: &*span, millis, "the connection ended before the answer"),
        }
    }
}

fn fit(id: &[u8]) -> bool {
    !id.is_empty()
        && id.len() <= LONGEST_ID
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte))
}

/// The trace that a request belongs to, and its parent there, from `traceparent` (W3C Trace Context).
fn trace(text: &str) -> Option<(&str, &str)> {
    let hex = |text: &str, length| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let mut parts = text.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    // Later versions may have more parts.
    let whole = hex(version, 2) && version != "ff" && (version != "00" || parts.next().is_none()) && hex(flags, 2);
    let named = |id: &str| id.bytes().any(|byte| byte != b'0');
    (whole && hex(trace, 32) && hex(parent, 16) && named(trace) && named(parent)).then_some((trace, parent))
}

/// An id that no other request of this or another process is likely to have; it is no secret.
fn fresh_id() -> HeaderValue {
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
    let id = format!("{random:016x}{:08x}", count & 0xffff_ffff);
    HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_read_and_noise_is_none() {
        let (id, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        for good in [format!("00-{id}-{parent}-01"), format!("cc-{id}-{parent}-00-later")] {
            assert_eq!(trace(&good), Some((id, parent)), "{good}");
        }
        for bad in [
            "noise",
            "",
            &format!("00-{id}-{parent}"),
            &format!("00-{id}-{parent}-01-more"),
            &format!("ff-{id}-{parent}-01"),
            &format!("00-{}-{parent}-01", id.to_uppercase()),
            &format!("00-{}-{parent}-01", "0".repeat(32)),
            &format!("00-{id}-{}-01", "0".repeat(16)),
            &format!("00-{id}-{parent}-1"),
        ] {
            assert_eq!(trace(bad), None, "{bad}");
        }
    }
}
