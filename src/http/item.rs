//! One record: one handler for every resource.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use percent_encoding::{CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use super::cache::{self, Made};
use super::error::Failure;
use super::list::{address, finish, included, meta, of_records, self_link};
use super::negotiate;
use super::state::App;
use crate::domain::document::StoredCommitment;
use crate::format::Format;
use crate::format::json;
use crate::query::list::depends_on_day;
use crate::query::{Kind, Params, parse};
use crate::store::{Store, Stored};

/// Answers with one record, or shows where a renamed one is now.
pub(super) async fn item<R: Stored>(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    name: &str,
) -> Result<Response, Failure> {
    let store = app.store();
    let (id, suffix) = name.split_once('.').map_or((name, None), |(id, suffix)| (id, Some(suffix)));
    if let Some(moved) = renamed(app, &store, R::KIND, (id, "", suffix), raw_query)? {
        return Ok(moved);
    }
    let mut params = Params::decode(raw_query);
    let chosen = negotiate::format(headers, &mut params, suffix, Format::OF_RECORDS)?;
    let context = app.context(&store, negotiate::lang(headers), chosen);
    let query = parse::item::<R>(&mut params, &context)?;

    let path = format!("/v1/{}/{id}", R::KIND.plural());
    let version = &store.catalogue().version;
    let this = query.written::<R>();
    let day = depends_on_day::<R>(&query.shape).then_some(query.as_of.day);
    let representation = of_records(&path, &this, day, &query.shape, chosen, params.ignored());
    cache::answer(app, version, headers, representation, async {
        let found = store.get(R::KIND, id, query.shape.lang).await?;
        let found = found.ok_or_else(|| unknown(R::KIND, id, None))?;
        let record = finish(app, &query.shape, query.as_of.day).document(R::KIND, id, &found.document)?;
        let Some(record) = record else { return Err(not_yet_made(id, &found.document)) };
        let records = std::slice::from_ref(&found);
        let included = included::<R>(app, &store, records, &query.shape, query.as_of.day).await?;
        let (links, link) = self_link(&app.base, &path, &this);
        let meta = meta(version, day, this.clone(), None, params.ignored());
        Ok(Made::from(json::item(&record, included.as_ref(), &meta, &links)?).with(header::LINK, link))
    })
    .await
}

/// Where a renamed record is now; nothing for a present id, and a refusal for one that no record has or had.
///
/// After the id stand the rest of the path and the suffix.
pub(super) fn renamed(
    app: &App,
    store: &Store,
    kind: Kind,
    (id, rest, suffix): (&str, &str, Option<&str>),
    raw_query: &str,
) -> Result<Option<Response>, Failure> {
    let ids = store.catalogue().ids(kind);
    let Some(present) = ids.present(id) else { return Err(unknown(kind, id, ids.nearest(id))) };
    if present == id {
        return Ok(None);
    }
    let suffix = suffix.map(|suffix| format!(".{}", utf8_percent_encode(suffix, NON_ALPHANUMERIC)));
    let path = format!("/v1/{}/{present}{rest}{}", kind.plural(), suffix.unwrap_or_default());
    // A header is ASCII; a query that came unescaped may not be.
    moved(&address(&app.base, &path, &utf8_percent_encode(raw_query, CONTROLS).to_string())).map(Some)
}

pub(super) fn unknown(kind: Kind, id: &str, nearest: Option<&str>) -> Failure {
    let hint = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("/v1/{} lists them all.", kind.plural()),
    };
    Failure::NotFound(format!("No {} has the id `{id}`; {hint}", kind.singular()))
}

pub(super) fn not_yet_made(id: &str, stored: &str) -> Failure {
    let first = serde_json::from_str::<StoredCommitment>(stored).ok().and_then(|stored| stored.first_day());
    let since = first.map(|day| format!(" It was made on {day}.")).unwrap_or_default();
    Failure::NotYetMade(format!("`{id}` did not exist on that day.{since}"))
}

/// A permanent redirect.
fn moved(to: &str) -> Result<Response, Failure> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    let location = HeaderValue::from_str(to).map_err(|error| Failure::Internal(std::sync::Arc::new(error)))?;
    response.headers_mut().insert(header::LOCATION, location);
    let keep = HeaderValue::from_static("public, max-age=60, stale-while-revalidate=600");
    response.headers_mut().insert(header::CACHE_CONTROL, keep);
    Ok(response)
}
