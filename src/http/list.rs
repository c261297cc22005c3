//! A list of records: one handler for every resource.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::response::Response;

use super::cache::{self, Keep, Made, NOTHING, Representation};
use super::error::Failure;
use super::negotiate;
use super::state::App;
use crate::domain::date::Day;
use crate::format::json::{self, ById, List, ListLinks, Meta, PageInfo};
use crate::format::record::Finish;
use crate::format::{Format, LICENCE};
use crate::query::list::depends_on_day;
use crate::query::{ListQuery, Params, Shape, parse, sentence};
use crate::store::{Found, Store, Stored};

/// Answers with a page of a list.
pub(super) async fn list<R: Stored>(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    suffix: Option<&str>,
) -> Result<Response, Failure> {
    let store = app.store();
    let mut params = Params::decode(raw_query);
    let chosen = negotiate::format(headers, &mut params, suffix, Format::OF_RECORDS)?;
    let context = app.context(&store, negotiate::lang(headers), chosen);
    let query: ListQuery<R> = parse::list(&mut params, &context)?;

    let path = format!("/v1/{}", R::KIND.plural());
    let version = &store.catalogue().version;
    let this = query.written(version);
    let day = depends_on_day::<R>(&query.shape).then_some(query.filter.as_of.day);
    let representation = of_records(&path, &this, day, &query.shape, params.ignored());
    cache::answer(app, version, headers, representation, async {
        page(app, &store, &query, &path, this.clone(), day, params.ignored()).await
    })
    .await
}

/// The request headers that an answer depends on, in its bytes or in its links.
pub(super) fn vary(shape: &Shape) -> Vec<&'static str> {
    if shape.lang_fixed { vec!["Accept"] } else { vec!["Accept", "Accept-Language"] }
}

/// How an answer made of records is told apart from others.
pub(super) fn of_records(
    path: &str,
    query: &str,
    day: Option<Day>,
    shape: &Shape,
    ignored: &[String],
) -> Representation {
    let day = day.map(|day| day.to_string()).unwrap_or_default();
    Representation {
        identity: format!("{path}?{query} {day} {}", ignored.join(",")),
        content_type: Format::Json.content_type(),
        lang: Some(shape.lang),
        vary: vary(shape),
        keep: Keep::Shortly,
        csp: NOTHING,
    }
}

async fn page<R: Stored>(
    app: &App,
    store: &Store,
    query: &ListQuery<R>,
    path: &str,
    this: String,
    day: Option<Day>,
    ignored: &[String],
) -> Result<Made, Failure> {
    let page = store.list(query).await?;
    let total = if query.total { Some(store.count(&query.filter).await?) } else { None };
    let finish = finish(app, &query.shape, query.filter.as_of.day);
    let mut records = Vec::with_capacity(page.records.len());
    for found in &page.records {
        records.extend(finish.document(R::KIND, &found.id, &found.document)?);
    }
    let included = included::<R>(app, store, &page.records, &query.shape, query.filter.as_of.day).await?;

    let version = &store.catalogue().version;
    let link = |query: &str| address(&app.base, path, query);
    let next = page.next.map(|position| query.cursor(version, position));
    let links = ListLinks {
        this: link(&this),
        next: next.as_deref().map(|next| link(&query.written_at(Some(next)))),
        first: link(&query.written_at(None)),
    };
    let header = link_header(&links);
    let beside = List {
        page: PageInfo { limit: query.limit, total, next },
        meta: meta(version, day, this, Some(sentence::describe(query)), ignored),
        links,
    };
    Ok(Made { bytes: json::list(&records, included.as_ref(), &beside)?, links: Some(header) })
}

/// What is to be done to documents of records.
pub(super) fn finish<'a>(app: &'a App, shape: &'a Shape, day: Day) -> Finish<'a> {
    Finish { day, fields: shape.fields.as_deref(), base: &app.base }
}

/// The full records behind the stubs of a page, by kind and id, if any were asked for.
pub(super) async fn included<R: Stored>(
    app: &App,
    store: &Store,
    records: &[Found],
    shape: &Shape,
    day: Day,
) -> Result<Option<BTreeMap<&'static str, ById>>, Failure> {
    if shape.include.is_empty() {
        return Ok(None);
    }
    let numbers: Vec<i64> = records.iter().map(|found| found.number).collect();
    let finish = Finish { day, fields: None, base: &app.base };
    let mut included = BTreeMap::new();
    for kind in &shape.include {
        let mut by_id = ById::new();
        for found in store.included(R::KIND, &numbers, *kind, day, shape.lang).await? {
            if let Some(document) = finish.document(*kind, &found.id, &found.document)? {
                by_id.insert(found.id, document);
            }
        }
        included.insert(kind.plural(), by_id);
    }
    Ok(Some(included))
}

/// What an answer rests on.
pub(super) fn meta(
    version: &str,
    day: Option<Day>,
    query: String,
    description: Option<String>,
    ignored: &[String],
) -> Meta {
    let version = version.to_owned();
    Meta { version, as_of: day, query, description, ignored: ignored.to_vec(), licence: LICENCE }
}

/// An address with its query.
pub(super) fn address(base: &str, path: &str, query: &str) -> String {
    if query.is_empty() { format!("{base}{path}") } else { format!("{base}{path}?{query}") }
}

/// The value of `Link` (RFC 8288): what `links` says.
fn link_header(links: &ListLinks) -> String {
    let mut header = format!("<{}>; rel=\"self\", <{}>; rel=\"first\"", links.this, links.first);
    if let Some(next) = &links.next {
        header.push_str(", <");
        header.push_str(next);
        header.push_str(">; rel=\"next\"");
    }
    header
}
