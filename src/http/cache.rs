//! Entity tags, conditional requests and codings: one way out for every answer that may be cached.
//!
//! What an answer says is decided by a few facts that are known before it is made, so its tag is made from those and a
//! request that holds the tag already is answered without touching the database.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::error::Failure;
use super::negotiate::{self, Coding};
use super::state::App;
use crate::domain::text::Lang;

/// How long an answer may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// A minute, then to be checked; ten more while it is.
    Shortly,
    /// For ever: the address holds a hash of the bytes.
    Immutable,
}

impl Keep {
    fn header(self) -> &'static str {
        match self {
            Keep::Shortly => "public, max-age=60, stale-while-revalidate=600",
            Keep::Immutable => "public, max-age=31536000, immutable",
        }
    }
}

/// An answer that can be made, told apart from every other by `identity`.
#[derive(Debug, Clone)]
pub(super) struct Representation {
    /// Everything that the bytes depend on beside the build, the data version, the link base and the coding.
    pub(super) identity: String,
    pub(super) content_type: &'static str,
    pub(super) lang: Option<Lang>,
    /// The request headers that the choice of this representation looked at.
    pub(super) vary: Vec<&'static str>,
    pub(super) keep: Keep,
    /// `Content-Security-Policy`; nothing at all may load where it is not given.
    pub(super) csp: &'static str,
}

/// Bytes, and the links that belong to them.
pub(super) struct Made {
    pub(super) bytes: Vec<u8>,
    /// The value of `Link`.
    pub(super) links: Option<String>,
}

impl From<Vec<u8>> for Made {
    fn from(bytes: Vec<u8>) -> Made {
        Made { bytes, links: None }
    }
}

/// A policy for what is not a page: nothing may load, nothing may frame it.
pub(super) const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// Answers with a representation: 304 where the client holds it, else its bytes, coded as the client likes them.
pub(super) async fn answer<M: Into<Made>>(
    app: &App,
    version: &str,
    headers: &HeaderMap,
    representation: Representation,
    make: impl Future<Output = Result<M, Failure>>,
) -> Result<Response, Failure> {
    let coding = negotiate::coding(headers);
    let tag = tag(app, version, &representation, coding);
    if holds(headers, &tag) {
        return Ok(finish(Response::new(Body::empty()), StatusCode::NOT_MODIFIED, &representation, &tag, None));
    }
    let Made { bytes, links } = make.await?.into();
    let bytes = encode(bytes, coding).map_err(|error| Failure::Internal(std::sync::Arc::new(error)))?;
    let mut answer = finish(Response::new(Body::from(bytes)), StatusCode::OK, &representation, &tag, Some(coding));
    if let Some(links) = links.and_then(|links| HeaderValue::from_str(&links).ok()) {
        answer.headers_mut().insert(header::LINK, links);
    }
    Ok(answer)
}

/// The strong entity tag of a representation.
fn tag(app: &App, version: &str, representation: &Representation, coding: Coding) -> HeaderValue {
    let lang = representation.lang.map_or("", Lang::tag);
    let mut hash = Sha256::new();
    // Each part with its length, so that no two lists of parts run together.
    for part in
        [app.build, version, &app.base, &representation.identity, representation.content_type, lang, coding.token()]
    {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let text = URL_SAFE_NO_PAD.encode(digest.get(..15).unwrap_or_default());
    HeaderValue::from_str(&format!("\"{text}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// Whether `If-None-Match` names the tag; weak comparison, as RFC 9110 (13.1.2) has it.
fn holds(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let tag = tag.to_str().unwrap_or_default();
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.trim() == "*" || value.split(',').any(|held| held.trim().trim_start_matches("W/") == tag))
}

fn finish(
    mut response: Response,
    status: StatusCode,
    representation: &Representation,
    tag: &HeaderValue,
    coding: Option<Coding>,
) -> Response {
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(representation.keep.header()));
    let vary: Vec<&str> = representation.vary.iter().copied().chain(["Accept-Encoding"]).collect();
    if let Ok(vary) = HeaderValue::from_str(&vary.join(", ")) {
        headers.insert(header::VARY, vary);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(representation.csp));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(representation.content_type));
        if let Some(lang) = representation.lang {
            headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
        }
        if coding != Coding::Identity {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.token()));
        }
    }
    response
}

/// Levels that cost little time for most of the gain.
const BROTLI_QUALITY: u32 = 5;
const ZSTD_LEVEL: i32 = 3;

fn encode(bytes: Vec<u8>, coding: Coding) -> std::io::Result<Vec<u8>> {
    match coding {
        Coding::Identity => Ok(bytes),
        Coding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(&bytes)?;
            encoder.finish()
        }
        Coding::Brotli => {
            let mut out = Vec::new();
            let mut encoder = brotli::CompressorWriter::new(&mut out, 4096, BROTLI_QUALITY, 22);
            encoder.write_all(&bytes)?;
            encoder.flush()?;
            drop(encoder);
            Ok(out)
        }
        Coding::Zstd => zstd::stream::encode_all(bytes.as_slice(), ZSTD_LEVEL),
    }
}
