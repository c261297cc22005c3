//! Entity tags, conditional requests and codings: one way out for every answer that may be cached.
//!
//! What an answer says is decided by a few facts that are known before it is made, so its tag is made from those and a
//! request that holds the tag already is answered without touching the database.

use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

use super::coding::{Coding, Encoder};
use super::error::Failure;
use super::negotiate;
use super::ready::{Found, Ready, unchanged};
use super::state::App;
use crate::domain::text::Lang;
use crate::format::Format;

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
    /// Whether links in it begin with the address that was asked, whatever that is.
    pub(super) by_host: bool,
    /// Whether it is made block by block, anew for everyone.
    pub(super) in_blocks: bool,
}

/// What an answer holds.
pub(super) enum Content {
    /// All of it.
    Ready(Bytes),
    /// A block at a time, each made when the client has taken the one before.
    Blocks(BoxStream<'static, Result<Vec<u8>, Failure>>),
}

/// What an answer holds, and the headers that belong to it.
pub(super) struct Made {
    content: Content,
    headers: Vec<(HeaderName, String)>,
}

impl Made {
    pub(super) fn new(content: Content) -> Made {
        Made { content, headers: Vec::new() }
    }

    /// Adds a header.
    pub(super) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Made {
        self.headers.push((name, value.into()));
        self
    }
}

impl From<Bytes> for Made {
    fn from(bytes: Bytes) -> Made {
        Made::new(Content::Ready(bytes))
    }
}

impl From<Vec<u8>> for Made {
    fn from(bytes: Vec<u8>) -> Made {
        Made::from(whole(bytes))
    }
}

/// Bytes that hold no more memory than they need: they may be kept.
fn whole(bytes: Vec<u8>) -> Bytes {
    Bytes::from(bytes.into_boxed_slice())
}

/// A policy for what is not a page: nothing may load, nothing may frame it.
pub(super) const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

impl Representation {
    /// Whether the bytes are packed already: another coding would cost time and gain nothing.
    fn is_packed(&self) -> bool {
        self.content_type == Format::Zip.content_type()
    }

    /// The headers of the answer, those apart that belong to what it holds.
    fn head(&self, tag: Tag, coding: Coding) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, tag.header());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.keep.header()));
        let coded = (!self.is_packed()).then_some("Accept-Encoding");
        let vary: Vec<&str> = self.vary.iter().copied().chain(coded).collect();
        if let (false, Ok(vary)) = (vary.is_empty(), HeaderValue::from_str(&vary.join(", "))) {
            headers.insert(header::VARY, vary);
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(self.csp));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Some(lang) = self.lang {
            headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
        }
        if coding != Coding::Identity {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.token()));
        }
        headers
    }
}

/// An entity tag, without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Tag([u8; 15]);

impl Tag {
    fn header(self) -> HeaderValue {
        let text = URL_SAFE_NO_PAD.encode(self.0);
        HeaderValue::from_str(&format!("\"{text}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
    }
}

/// Answers with a representation: 304 where the client holds it, else its bytes, coded as the client likes them. Those
/// that are kept are not made again. Where the same words will always lead here, the response's extensions hold the
/// [`Tag`].
pub(super) async fn answer<M: Into<Made>>(
    app: &App,
    version: &str,
    headers: &HeaderMap,
    representation: Representation,
    make: impl Future<Output = Result<M, Failure>>,
) -> Result<Response, Failure> {
    let coding = if representation.is_packed() { Coding::Identity } else { negotiate::coding(headers) };
    let tag = tag(app, version, &representation, coding);
    let mut response = if headers.contains_key(header::IF_NONE_MATCH) && holds(headers, &tag.header()) {
        unchanged(&representation.head(tag, coding))
    } else {
        found_or_made(app, tag, coding, &representation, make).await?
    };
    if !representation.by_host && !representation.in_blocks {
        response.extensions_mut().insert(tag);
    }
    Ok(response)
}

async fn found_or_made<M: Into<Made>>(
    app: &App,
    tag: Tag,
    coding: Coding,
    representation: &Representation,
    make: impl Future<Output = Result<M, Failure>>,
) -> Result<Response, Failure> {
    let found = if representation.in_blocks { Found::NEVER } else { app.ready.find(tag).await };
    let place = match found {
        Found::Ready(ready) => {
            app.count_ready(true);
            return Ok(ready.whole());
        }
        Found::Missing(place) => place,
    };
    let Made { content, headers } = make.await?.into();
    let mut head = representation.head(tag, coding);
    let own = headers.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(&value).ok()?)));
    head.extend(own);
    match content {
        Content::Ready(bytes) => {
            let ready = Arc::new(Ready::new(head, coded(bytes, coding).await?));
            app.count_ready(false);
            place.fill(&ready);
            Ok(ready.whole())
        }
        Content::Blocks(blocks) => {
            let mut response = Response::new(coded_blocks(blocks, coding));
            *response.headers_mut() = head;
            Ok(response)
        }
    }
}

/// The most bytes that are coded in between: more keep a processor busy for long, and other requests waiting.
const CODED_IN_BETWEEN: usize = 256 * 1024;

/// All of an answer, coded.
async fn coded(bytes: Bytes, coding: Coding) -> Result<Bytes, Failure> {
    if coding == Coding::Identity {
        return Ok(bytes);
    }
    let large = bytes.len() > CODED_IN_BETWEEN;
    let code = move || Encoder::new(coding).and_then(|encoder| encoder.end(&bytes)).map(whole);
    let coded = if large { spawn_blocking(code).await.map_err(io::Error::other).flatten() } else { code() };
    coded.map_err(|error| Failure::Internal(Arc::new(error)))
}

/// A body that is coded block by block. What fails in its midst breaks it off: the client sees that it is not whole.
fn coded_blocks(blocks: BoxStream<'static, Result<Vec<u8>, Failure>>, coding: Coding) -> Body {
    let span = tracing::Span::current();
    let coded = stream::try_unfold((blocks, None, false), move |(mut blocks, encoder, over)| async move {
        if over {
            return Ok(None);
        }
        let mut encoder = match encoder {
            Some(encoder) => encoder,
            None => Encoder::new(coding).map_err(|error| error.to_string())?,
        };
        match blocks.next().await {
            Some(Ok(block)) => {
                let coded = encoder.block(block).map_err(|error| error.to_string())?;
                Ok(Some((coded, (blocks, Some(encoder), false))))
            }
            Some(Err(failure)) => Err(failure.inner().unwrap_or_else(|| failure.code().title.to_owned())),
            None => {
                let end = encoder.end(&[]).map_err(|error| error.to_string())?;
                Ok(Some((end, (blocks, None, true))))
            }
        }
    });
    Body::from_stream(coded.map(move |block: Result<Vec<u8>, String>| {
        block.map_err(|error| {
            span.in_scope(|| tracing::error!(error, "the answer broke off"));
            error
        })
    }))
}

/// The strong entity tag of a representation.
fn tag(app: &App, version: &str, representation: &Representation, coding: Coding) -> Tag {
    let lang = representation.lang.map_or("", Lang::tag);
    let mut hash = Sha256::new();
    // Each part with its length, so that no two lists of parts run together.
    for part in
        [app.build, version, &app.base, &representation.identity, representation.content_type, lang, coding.token()]
    {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let digest: [u8; 32] = hash.finalize().into();
    Tag(std::array::from_fn(|place| digest[place]))
}

/// Whether `If-None-Match` names the tag; weak comparison, as RFC 9110 (13.1.2) has it.
pub(super) fn holds(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let tag = tag.to_str().unwrap_or_default();
    // Other tags may hold bytes that are no text.
    let mut values =
        headers.get_all(header::IF_NONE_MATCH).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let is_tag = |held: &str| held.strip_prefix("W/").unwrap_or(held) == tag;
    values.any(|value| value.trim() == "*" || value.split(',').any(|held| is_tag(held.trim())))
}
