//! Answers that are ready: finished, coded, and kept in memory up to a bound.
//!
//! An answer is kept by its entity tag, which stands for everything that it depends on, so that two spellings of one
//! query share it. A spelling, the request letter for letter, leads to the tag: what is asked again in the same words is
//! answered without reading them.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::response::Response;
use quick_cache::sync::{Cache, DefaultLifecycle, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::cache::{Tag, holds};
use super::layers::dress;
use super::state::Moment;
use crate::domain::date::Day;

/// An answer as it is sent: status 200, its headers and its bytes.
pub(super) struct Ready {
    headers: HeaderMap,
    body: Bytes,
    /// The headers for a client that holds it.
    unchanged: HeaderMap,
}

/// The headers that tell a client that it holds the answer already (RFC 9110, 15.4.5), and how to treat it.
const OF_UNCHANGED: [HeaderName; 4] =
    [header::ETAG, header::CACHE_CONTROL, header::VARY, header::CONTENT_SECURITY_POLICY];

impl Ready {
    pub(super) fn new(mut headers: HeaderMap, body: Bytes) -> Ready {
        dress(&mut headers);
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        let unchanged = of_unchanged(&headers);
        Ready { headers, body, unchanged }
    }

    /// The whole answer.
    pub(super) fn whole(&self) -> Response {
        response(StatusCode::OK, self.headers.clone(), Body::from(self.body.clone()))
    }

    /// The answer to a request of method GET or HEAD.
    pub(super) fn to<B>(&self, request: &Request<B>) -> Response {
        let tag = self.headers.get(header::ETAG);
        if tag.is_some_and(|tag| holds(request.headers(), tag)) {
            return response(StatusCode::NOT_MODIFIED, self.unchanged.clone(), Body::empty());
        }
        if request.method() == Method::HEAD {
            return response(StatusCode::OK, self.headers.clone(), Body::empty());
        }
        self.whole()
    }
}

/// The answer to a client that holds what would be sent with these headers.
pub(super) fn unchanged(headers: &HeaderMap) -> Response {
    response(StatusCode::NOT_MODIFIED, of_unchanged(headers), Body::empty())
}

fn of_unchanged(headers: &HeaderMap) -> HeaderMap {
    let told = |name: HeaderName| headers.get(&name).map(|value| (name, value.clone()));
    let mut unchanged: HeaderMap = OF_UNCHANGED.into_iter().filter_map(told).collect();
    dress(&mut unchanged);
    unchanged
}

fn response(status: StatusCode, headers: HeaderMap, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// A request, letter for letter, as far as an answer may depend on it.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Spelling(Box<[u8]>);

/// The longest spelling that is kept, in bytes.
const LONGEST_SPELLING: usize = 2048;

/// The headers that have a say in which answer it is.
const NEGOTIATED: [HeaderName; 3] = [header::ACCEPT, header::ACCEPT_LANGUAGE, header::ACCEPT_ENCODING];

impl Spelling {
    /// The spelling of a request at a moment; none of one that no answer is kept for.
    pub(super) fn of<B>(request: &Request<B>, moment: Moment) -> Option<Spelling> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let target = request.uri().path_and_query()?.as_str();
        let mut key = Vec::with_capacity(256);
        key.extend(moment.generation.to_le_bytes());
        key.extend(moment.day.days_since(Day::MIN).to_le_bytes());
        // Each part with its length, so that no two lists of parts run together.
        push(&mut key, target.as_bytes());
        for name in NEGOTIATED {
            let values = request.headers().get_all(name);
            values.iter().for_each(|value| push(&mut key, value.as_bytes()));
            key.extend(usize::MAX.to_le_bytes());
        }
        (key.len() <= LONGEST_SPELLING).then(|| Spelling(key.into()))
    }
}

fn push(key: &mut Vec<u8>, part: &[u8]) {
    key.extend(part.len().to_le_bytes());
    key.extend(part);
}

/// What a spelling leads to: the answer, and the route that it is counted under.
#[derive(Clone)]
pub(super) struct Spelled {
    pub(super) tag: Tag,
    pub(super) route: Arc<str>,
}

type ByTag = Cache<Tag, Arc<Ready>, Weigher>;
type BySpelling = Cache<Spelling, Spelled, Weigher>;

/// The answers that are kept.
pub(super) struct Answers(Option<Caches>);

struct Caches {
    by_tag: ByTag,
    by_spelling: BySpelling,
}

/// How an answer stands.
pub(super) enum Found<'a> {
    Ready(Arc<Ready>),
    /// It is to be made, and put into its place.
    Missing(Place<'a>),
}

impl Found<'_> {
    /// Of an answer that is not to be kept.
    pub(super) const NEVER: Found<'static> = Found::Missing(Place(None));
}

/// The place of an answer that is being made. Others who ask for it wait until it is filled, and get the answer too;
/// where it is dropped empty, since its client went away or there is no answer, the next of them makes it.
pub(super) struct Place<'a>(Option<Promised<'a>>);

type Promised<'a> =
    PlaceholderGuard<'a, Tag, Arc<Ready>, Weigher, DefaultHashBuilder, DefaultLifecycle<Tag, Arc<Ready>>>;

impl Place<'_> {
    pub(super) fn fill(self, answer: &Arc<Ready>) {
        if let Some(place) = self.0 {
            // Where the answers were dropped in the meantime, so is this one.
            let _ = place.insert(Arc::clone(answer));
        }
    }
}

/// An answer may take up so much of the whole: the cache has that many parts, each with a lock and a bound of its own.
const PARTS: usize = 8;
/// What is kept of spellings, as a part of the whole.
const OF_SPELLINGS: u64 = 8;
/// How large answers and spellings are as a rule.
const USUAL_ANSWER: u64 = 16 * 1024;
const USUAL_SPELLING: u64 = 512;

impl Answers {
    /// Keeps answers of so many bytes altogether; none of 0.
    pub(super) fn new(size: u64) -> Answers {
        let spellings = size / OF_SPELLINGS;
        let caches = || {
            Some(Caches {
                by_tag: cache(size - spellings, USUAL_ANSWER)?,
                by_spelling: cache(spellings, USUAL_SPELLING)?,
            })
        };
        Answers(if spellings > 0 { caches() } else { None })
    }

    /// The answer to a request so spelled, and what it is counted under.
    pub(super) fn spelled(&self, spelling: &Spelling) -> Option<(Arc<Ready>, Arc<str>)> {
        let caches = self.0.as_ref()?;
        let Spelled { tag, route } = caches.by_spelling.get(spelling)?;
        Some((caches.by_tag.get(&tag)?, route))
    }

    /// Notes what a spelling leads to.
    pub(super) fn spell(&self, spelling: Spelling, spelled: Spelled) {
        if let Some(caches) = &self.0 {
            caches.by_spelling.insert(spelling, spelled);
        }
    }

    /// The answer of this tag. Whoever is the first to ask makes it, and the others wait.
    pub(super) async fn find(&self, tag: Tag) -> Found<'_> {
        let Some(caches) = &self.0 else { return Found::NEVER };
        match caches.by_tag.get_value_or_guard_async(&tag).await {
            Ok(ready) => Found::Ready(ready),
            Err(place) => Found::Missing(Place(Some(place))),
        }
    }

    /// Drops all answers: those of another data set are not asked for any more.
    pub(super) fn clear(&self) {
        if let Some(caches) = &self.0 {
            caches.by_spelling.clear();
            caches.by_tag.clear();
        }
    }

    /// How many answers are kept, and how many bytes they take up with the spellings that lead to them.
    pub(super) fn size(&self) -> (usize, u64) {
        self.0
            .as_ref()
            .map_or((0, 0), |caches| (caches.by_tag.len(), caches.by_tag.weight() + caches.by_spelling.weight()))
    }
}

fn cache<K: Eq + std::hash::Hash, V: Clone>(size: u64, usual: u64) -> Option<Cache<K, V, Weigher>>
where
    Weigher: Weighter<K, V>,
{
    let count = usize::try_from(size / usual).ok()?;
    let options =
        OptionsBuilder::new().shards(PARTS).estimated_items_capacity(count).weight_capacity(size).build().ok()?;
    Some(Cache::with_options(options, Weigher, DefaultHashBuilder::default(), DefaultLifecycle::default()))
}

/// Weighs in bytes.
#[derive(Clone)]
struct Weigher;

/// What an entry takes up beside its bytes: its place in the table, and the two tables of its headers.
const OF_ENTRY: usize = 128;
const OF_HEADERS: usize = 4096;

impl Weighter<Tag, Arc<Ready>> for Weigher {
    fn weight(&self, _: &Tag, ready: &Arc<Ready>) -> u64 {
        let values: usize = ready.headers.values().map(HeaderValue::len).sum();
        bytes(OF_ENTRY + OF_HEADERS + values + ready.body.len())
    }
}

impl Weighter<Spelling, Spelled> for Weigher {
    fn weight(&self, spelling: &Spelling, _: &Spelled) -> u64 {
        bytes(OF_ENTRY + spelling.0.len())
    }
}

fn bytes(count: usize) -> u64 {
    count.try_into().unwrap_or(u64::MAX)
}
