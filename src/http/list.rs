//! A list of records: one handler for every resource.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, header};
use axum::response::Response;

use super::cache::{self, Keep, Made, NOTHING, Representation};
use super::error::Failure;
use super::export;
use super::feed;
use super::layers::LONGEST_URI;
use super::negotiate::{self, Chosen};
use super::state::App;
use crate::domain::date::Day;
use crate::format::json::{self, ById, List, ListLinks, Meta, PageInfo, SelfLink};
use crate::format::record::Finish;
use crate::format::records::Records;
use crate::format::{Format, LICENCE};
use crate::query::cursor::Position;
use crate::query::list::depends_on_day;
use crate::query::{Extent, Facet, ListQuery, Params, Shape, parse, sentence};
use crate::store::{Found, Store, Stored};

/// How many records match.
pub(super) const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// A list, asked for.
pub(super) struct Asked<'a, R: Stored> {
    pub(super) app: &'a App,
    pub(super) store: Arc<Store>,
    pub(super) query: ListQuery<R>,
    pub(super) format: Format,
    /// What links in records begin with.
    pub(super) base: String,
    /// The normal form of the query.
    this: String,
    path: String,
    /// The day that the answer speaks of, if it depends on one.
    day: Option<Day>,
    ignored: Vec<String>,
}

/// Answers with a list.
pub(super) async fn list<R: Stored>(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    suffix: Option<&str>,
) -> Result<Response, Failure> {
    let mut params = Params::decode(raw_query);
    let store = app.store_of(params.first("cursor"));
    let chosen = negotiate::format(headers, &mut params, suffix, Format::of_lists(R::KIND))?;
    let context = app.context(&store, negotiate::lang(headers), chosen);
    let query: ListQuery<R> = parse::list(&mut params, &context)?;

    let path = format!("/v1/{}", R::KIND.plural());
    let this = query.written(&store.catalogue().version);
    let day = depends_on_day::<R>(&query.shape).then_some(query.filter.as_of.day);
    // Elsewhere than in `meta`, nothing tells which parameters were dropped.
    let ignored = if chosen.format == Format::Json { params.ignored().to_vec() } else { Vec::new() };
    let mut representation = of_records(&path, &this, day, &query.shape, chosen, &ignored);
    let base = if chosen.format.absolute() { super::origin(app, headers) } else { app.base.to_string() };
    if base != *app.base {
        representation.by_host = true;
        representation.identity = format!("{} {base}", representation.identity);
    }
    representation.in_blocks = query.whole && Records::new::<R>(chosen.format, &query.shape).is_some();
    let asked = Asked { app, store, query, format: chosen.format, base, this, path, day, ignored };
    let version = asked.store.catalogue().version.clone();
    cache::answer(app, &version, headers, representation, asked.made()).await
}

/// The request headers that an answer depends on, in its bytes or in its links.
pub(super) fn vary(shape: &Shape, chosen: Chosen) -> Vec<&'static str> {
    let mut vary = Vec::new();
    if chosen.by_accept {
        vary.push("Accept");
    }
    if !shape.lang_fixed {
        vary.push("Accept-Language");
    }
    vary
}

/// How an answer made of records is told apart from others.
pub(super) fn of_records(
    path: &str,
    query: &str,
    day: Option<Day>,
    shape: &Shape,
    chosen: Chosen,
    ignored: &[String],
) -> Representation {
    let day = day.map(|day| day.to_string()).unwrap_or_default();
    Representation {
        identity: format!("{path}?{query} {day} {}", ignored.join(",")),
        content_type: chosen.format.content_type(),
        lang: Some(shape.lang),
        vary: vary(shape, chosen),
        keep: Keep::Shortly,
        csp: NOTHING,
        by_host: false,
        in_blocks: false,
    }
}

impl<R: Stored> Asked<'_, R> {
    async fn made(self) -> Result<Made, Failure> {
        let total = if self.query.total { Some(self.store.count(&self.query.filter).await?) } else { None };
        let made = if let Some(records) = Records::new::<R>(self.format, &self.query.shape) {
            export::made(self, records).await?
        } else if self.format.form().extent == Extent::News {
            feed::made(&self).await?
        } else {
            self.page(total).await?
        };
        Ok(match total {
            Some(total) => made.with(X_TOTAL_COUNT, total.to_string()),
            None => made,
        })
    }

    async fn page(&self, total: Option<u64>) -> Result<Made, Failure> {
        let query = &self.query;
        let page = self.store.list(query).await?;
        let finish = self.finish();
        let bytes = page.records.iter().map(|found| found.document.len()).sum();
        let mut records = json::Records::new(bytes);
        for found in &page.records {
            records.push(&finish, R::KIND, (&found.id, &found.document))?;
        }
        let day = query.filter.as_of.day;
        let included = included::<R>(self.app, &self.store, &page.records, &query.shape, day).await?;
        let (next, links) = self.links(page.next)?;
        let header = link_header(&links);
        let version = &self.store.catalogue().version;
        let beside = List {
            page: PageInfo { limit: query.limit, total, next },
            facets: facets(&self.store, query).await?,
            meta: meta(version, self.day, self.this.clone(), Some(sentence::describe(query)), &self.ignored),
            links,
        };
        Ok(Made::from(json::list(records, included.as_ref(), &beside)?).with(header::LINK, header))
    }

    /// What is to be done to the documents of the records.
    pub(super) fn finish(&self) -> Finish<'_> {
        Finish { day: self.query.filter.as_of.day, fields: self.query.shape.fields.as_deref(), base: &self.base }
    }

    /// The cursor of the next page, and the links of this one; refused where one is longer than an address may be:
    /// nobody could follow it.
    pub(super) fn links(&self, next: Option<Position>) -> Result<(Option<String>, ListLinks), Failure> {
        let link = |query: &str| {
            let followed = self.path.len() + "?".len() + query.len();
            if followed > LONGEST_URI { Err(Failure::UriTooLong) } else { Ok(address(&self.base, &self.path, query)) }
        };
        let next = next.map(|position| self.query.cursor(&self.store.catalogue().version, position));
        let links = ListLinks {
            this: link(&self.this)?,
            next: next.as_deref().map(|next| link(&self.query.written_at(Some(next)))).transpose()?,
            first: if self.query.position.is_none() { link(&self.this) } else { link(&self.query.written_at(None)) }?,
        };
        Ok((next, links))
    }
}

/// All matches counted by each grouping asked for, whatever is asked of its own field.
async fn facets<R: Stored>(store: &Store, query: &ListQuery<R>) -> Result<Vec<Facet>, Failure> {
    let mut facets = Vec::with_capacity(query.facets.len());
    for group in &query.facets {
        let tallies = store.tally(&query.filter.without(group.field), std::slice::from_ref(group)).await?;
        facets.push(Facet::new(group, &tallies));
    }
    Ok(facets)
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
                by_id.insert(found.id.to_string(), document);
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

/// The link of an answer that is no page: for its envelope, and as the value of `Link` (RFC 8288).
pub(super) fn self_link(base: &str, path: &str, query: &str) -> (SelfLink, String) {
    let links = SelfLink { this: address(base, path, query) };
    let header = format!("<{}>; rel=\"self\"", links.this);
    (links, header)
}

/// The value of `Link` (RFC 8288): what `links` says.
pub(super) fn link_header(links: &ListLinks) -> String {
    let mut header = format!("<{}>; rel=\"self\", <{}>; rel=\"first\"", links.this, links.first);
    if let Some(next) = &links.next {
        header.push_str(", <");
        header.push_str(next);
        header.push_str(">; rel=\"next\"");
    }
    header
}
