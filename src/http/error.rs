//! Errors as clients see them: `application/problem+json` (RFC 9457) for every answer of 400 and up.
//!
//! A handler returns a [`Failure`]. It travels to the edge in the response's extensions, where [`super::layers`]
//! writes the body, which holds the request's id, and logs the inner error, once.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::limit::Quota;
use crate::format::records::WriteError;
use crate::query::{Problem, Refused};
use crate::store::StoreError;

/// The methods that every address answers, as `Allow` names them.
pub(super) const ALLOWED: &str = "GET, HEAD, OPTIONS";

/// Why a request has no answer.
#[derive(Debug, Clone)]
pub enum Failure {
    /// Parameters that are not understood or contradict each other.
    InvalidParameters(Vec<Problem>),
    /// The cursor belongs to another query.
    CursorMismatch,
    /// The cursor belongs to a version of the data that is no longer kept.
    CursorExpired,
    /// There is nothing at this address; says what to try.
    NotFound(String),
    /// The commitment did not exist on the day asked for.
    NotYetMade(String),
    /// The method is not one of GET, HEAD and OPTIONS.
    MethodNotAllowed,
    /// None of the media types accepted is offered here; these are.
    NotAcceptable(Vec<&'static str>),
    /// The address is too long.
    UriTooLong,
    /// The headers are too large.
    HeaderTooLarge,
    /// The client has asked more than it may.
    TooManyRequests(Quota),
    /// The answer took too long.
    Timeout,
    /// Too many requests are in flight.
    Overloaded,
    /// The server is about to stop.
    NotReady,
    /// The program itself failed; the inner error is for the log alone.
    Internal(Arc<dyn std::error::Error + Send + Sync>),
    /// A handler panicked; the message is for the log alone.
    Panicked(String),
}

/// What a code means, as `/problems/{code}` and the OpenAPI document tell it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Code {
    /// The code, in `code` and at the end of `type`.
    pub code: &'static str,
    /// The status.
    pub status: u16,
    /// A short name.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// How to mend the request.
    pub mend: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $status:literal, $title:literal, $meaning:literal, $mend:literal;)+) => {
        $(const $name: Code = Code { code: $code, status: $status, title: $title, meaning: $meaning, mend: $mend };)+

        /// Every code that the program can answer with.
        pub const CODES: &[Code] = &[$($name),+];
    };
}

codes! {
    INVALID_PARAMETERS = "invalid-parameters", 400, "Invalid parameters",
        "Some parameters are unknown, malformed, empty, repeated or contradict each other. Nothing is ignored, clamped or guessed, so that a wrong answer never looks right.",
        "`errors` lists every problem with what is allowed and the nearest known name. Mend them all and send the request again.";
    CURSOR_MISMATCH = "cursor-mismatch", 400, "The cursor belongs to another query",
        "The cursor was made by a query with other filters, another order, another day, other `facets` or another `total`.",
        "Follow `links.next` as it is; only `limit`, `fields`, `include`, `lang` and `format` may change along the way. Or start again without `cursor`.";
    NOT_FOUND = "not-found", 404, "Not found",
        "There is no record, page or format at this address.",
        "Look at `detail` for the nearest address, or start from `/v1`.";
    NOT_YET_MADE = "not-yet-made", 404, "Not yet made",
        "The commitment exists, but it was made after the day that `as_of` names.",
        "Ask for a later day, or leave `as_of` out.";
    METHOD_NOT_ALLOWED = "method-not-allowed", 405, "Method not allowed",
        "The API is read-only: it answers GET, HEAD and OPTIONS.",
        "Use GET.";
    NOT_ACCEPTABLE = "not-acceptable", 406, "Not acceptable",
        "None of the media types in `Accept` is offered at this address.",
        "Ask for one of the media types that `detail` lists, or leave `Accept` out.";
    CURSOR_EXPIRED = "cursor-expired", 410, "The cursor has expired",
        "The data set has been replaced since the cursor was made, and the old version is no longer kept.",
        "Start again without `cursor`.";
    URI_TOO_LONG = "uri-too-long", 414, "URI too long",
        "The address is longer than 8 KiB, or a link to a further page would be.",
        "Ask for fewer values at a time.";
    HEADER_TOO_LARGE = "header-too-large", 431, "Header too large",
        "The request's headers are larger than 16 KiB.",
        "Send fewer or shorter headers.";
    TOO_MANY_REQUESTS = "too-many-requests", 429, "Too many requests",
        "You have asked more than the server allows one client; `RateLimit-Policy` says how much that is.",
        "Try again after the seconds that `Retry-After` names; `RateLimit` says how many requests you have left.";
    INTERNAL = "internal", 500, "Internal error",
        "The program failed. It is not your request's fault, and the failure is in the log under `request_id`.",
        "Try again later; report the `request_id` if it stays.";
    TIMEOUT = "timeout", 503, "Timed out",
        "The answer took longer than the server allows.",
        "Try again later, or ask for less: a smaller `limit`, `total=false`.";
    OVERLOADED = "overloaded", 503, "Overloaded",
        "The server has as many requests in flight as it takes.",
        "Try again after the seconds that `Retry-After` names.";
    NOT_READY = "not-ready", 503, "Not ready",
        "The server is about to stop. Only `/readyz` says so; requests are answered until the end.",
        "Send further requests to another server, or try again after the seconds that `Retry-After` names.";
}

impl Failure {
    /// The code.
    #[must_use]
    pub fn code(&self) -> &'static Code {
        match self {
            Failure::InvalidParameters(_) => &INVALID_PARAMETERS,
            Failure::CursorMismatch => &CURSOR_MISMATCH,
            Failure::CursorExpired => &CURSOR_EXPIRED,
            Failure::NotFound(_) => &NOT_FOUND,
            Failure::NotYetMade(_) => &NOT_YET_MADE,
            Failure::MethodNotAllowed => &METHOD_NOT_ALLOWED,
            Failure::NotAcceptable(_) => &NOT_ACCEPTABLE,
            Failure::UriTooLong => &URI_TOO_LONG,
            Failure::HeaderTooLarge => &HEADER_TOO_LARGE,
            Failure::TooManyRequests(_) => &TOO_MANY_REQUESTS,
            Failure::Timeout => &TIMEOUT,
            Failure::Overloaded => &OVERLOADED,
            Failure::NotReady => &NOT_READY,
            Failure::Internal(_) | Failure::Panicked(_) => &INTERNAL,
        }
    }

    /// What is said of this one failure.
    fn detail(&self) -> String {
        match self {
            Failure::InvalidParameters(problems) => match problems.as_slice() {
                [one] => format!("`{}`: {}.", one.parameter, one.reason),
                many => format!("{} parameters are refused; see `errors`.", many.len()),
            },
            Failure::NotFound(detail) | Failure::NotYetMade(detail) => detail.clone(),
            Failure::NotAcceptable(offered) => format!("Offered here: {}.", offered.join(", ")),
            _ => self.code().meaning.to_owned(),
        }
    }

    /// What the log says of it, if there is more than clients are told.
    #[must_use]
    pub fn inner(&self) -> Option<String> {
        match self {
            Failure::Internal(error) => Some(chain(error.as_ref())),
            Failure::Panicked(message) => Some(format!("panic: {message}")),
            _ => None,
        }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The answer itself.
    #[must_use]
    pub fn render(&self, base: &str, request_id: Option<&str>) -> Response {
        let code = self.code();
        let body = ProblemBody {
            r#type: format!("{base}/problems/{}", code.code),
            code: code.code,
            title: code.title,
            status: code.status,
            detail: self.detail(),
            request_id,
            errors: match self {
                Failure::InvalidParameters(problems) => Some(problems),
                _ => None,
            },
        };
        // Serialising strings to memory cannot fail.
        let mut bytes = serde_json::to_vec(&body).unwrap_or_default();
        bytes.push(b'\n');
        let mut response = (self.status(), bytes).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Failure::MethodNotAllowed => {
                headers.insert(header::ALLOW, HeaderValue::from_static(ALLOWED));
            }
            Failure::Overloaded | Failure::Timeout | Failure::NotReady => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Failure::TooManyRequests(quota) => quota.tell(headers),
            _ => {}
        }
        // For whoever counts.
        response.extensions_mut().insert(code);
        response
    }
}

/// The body of a problem.
#[derive(Debug, Serialize)]
struct ProblemBody<'a> {
    r#type: String,
    code: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a [Problem]>,
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Failure {
        match refused {
            Refused::Invalid(problems) => Failure::InvalidParameters(problems),
            Refused::CursorMismatch => Failure::CursorMismatch,
            Refused::CursorExpired => Failure::CursorExpired,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        Failure::Internal(Arc::new(error))
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Failure {
        Failure::Internal(Arc::new(error))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Failure {
        Failure::Internal(Arc::new(error))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
