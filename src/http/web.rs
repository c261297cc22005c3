//! The records that are connected with one: `/v1/events/{id}/chain` and `/v1/commitments/{id}/lineage`.

use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Serialize;

use super::cache::{self, Made};
use super::error::Failure;
use super::item::{not_yet_made, renamed, unknown};
use super::list::{meta, of_records, self_link};
use super::negotiate::{self, Chosen};
use super::rows;
use super::state::App;
use crate::domain::date::Day;
use crate::domain::document::StoredCommitment;
use crate::format::Format;
use crate::format::json;
use crate::format::web::{Chain, ChainNode, Edge, Lineage, LineageNode};
use crate::query::catalogue::Ids;
use crate::query::{ChainQuery, Kind, LineageQuery, Params, Shape};
use crate::store::{Reached, Store, Web};

/// How connected records are asked for, whatever they are.
struct Asked<'a> {
    app: &'a App,
    chosen: Chosen,
    path: String,
    /// The normal form of the query.
    this: String,
    day: Option<Day>,
    ignored: Vec<String>,
}

impl Asked<'_> {
    fn representation(&self, shape: &Shape) -> cache::Representation {
        of_records(&self.path, &self.this, self.day, shape, self.chosen, &self.ignored)
    }

    fn made(&self, version: &str, data: &impl Serialize) -> Result<Made, Failure> {
        let (links, link) = self_link(&self.app.base, &self.path, &self.this);
        let meta = meta(version, self.day, self.this.clone(), None, &self.ignored);
        Ok(Made::from(json::data(data, &meta, &links)?).with(header::LINK, link))
    }
}

/// The chain of an event, or where a renamed one is now.
pub(super) async fn chain(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    (id, suffix): (&str, Option<&str>),
) -> Result<Response, Failure> {
    let store = app.store();
    if let Some(moved) = renamed(app, &store, Kind::Events, (id, "/chain", suffix), raw_query)? {
        return Ok(moved);
    }
    let mut params = Params::decode(raw_query);
    let chosen = negotiate::format(headers, &mut params, suffix, Format::OF_RECORDS)?;
    let query = ChainQuery::read(&mut params, &app.context(&store, negotiate::lang(headers), chosen))?;
    let (path, this) = (format!("/v1/events/{id}/chain"), query.written());
    let asked = Asked { app, chosen, path, this, day: None, ignored: params.ignored().to_vec() };
    let version = &store.catalogue().version;
    cache::answer(app, version, headers, asked.representation(&query.shape), async {
        let web = store.chain(id, &query).await?.ok_or_else(|| unknown(Kind::Events, id, None))?;
        let mut events = rows::events(&store, &numbers(&web), &query.shape).await?;
        let node =
            |reached: &Reached| Some(ChainNode { event: events.remove(&reached.number)?, distance: reached.distance });
        let nodes = web.nodes.iter().filter_map(node).collect();
        let edges = edges(&web, &store.catalogue().events);
        asked.made(version, &Chain { nodes, edges, truncated: web.truncated })
    })
    .await
}

/// The lineage of a commitment, or where a renamed one is now.
pub(super) async fn lineage(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    (id, suffix): (&str, Option<&str>),
) -> Result<Response, Failure> {
    let store = app.store();
    if let Some(moved) = renamed(app, &store, Kind::Commitments, (id, "/lineage", suffix), raw_query)? {
        return Ok(moved);
    }
    let mut params = Params::decode(raw_query);
    let chosen = negotiate::format(headers, &mut params, suffix, Format::OF_RECORDS)?;
    let query = LineageQuery::read(&mut params, &app.context(&store, negotiate::lang(headers), chosen))?;
    let (path, this) = (format!("/v1/commitments/{id}/lineage"), query.written());
    let day = query.as_of.day;
    let asked = Asked { app, chosen, path, this, day: Some(day), ignored: params.ignored().to_vec() };
    let version = &store.catalogue().version;
    cache::answer(app, version, headers, asked.representation(&query.shape), async {
        let web = store.lineage(id, &query).await?.ok_or_else(|| unknown(Kind::Commitments, id, None))?;
        let nodes = commitments(&store, &web, &query).await?;
        if !nodes.iter().any(|node| node.id == id) {
            let found = store.get(Kind::Commitments, id, query.shape.lang).await?;
            return Err(not_yet_made(id, &found.map(|found| found.document).unwrap_or_default()));
        }
        let edges = edges(&web, &store.catalogue().commitments);
        asked.made(version, &Lineage { nodes, edges, truncated: web.truncated })
    })
    .await
}

fn numbers(web: &Web) -> Vec<i64> {
    web.nodes.iter().map(|node| node.number).collect()
}

/// The commitments as they stand on the day, those that were made by then.
async fn commitments(store: &Store, web: &Web, query: &LineageQuery) -> Result<Vec<LineageNode>, Failure> {
    let found = store.by_number(Kind::Commitments, &numbers(web), query.shape.lang).await?;
    let mut nodes = Vec::with_capacity(web.nodes.len());
    for reached in &web.nodes {
        let Some(found) = found.get(&reached.number) else { continue };
        let stored: StoredCommitment = serde_json::from_str(&found.document)?;
        let first = stored.first_day();
        let (Some(date), Some(made)) = (first, stored.on(query.as_of.day)) else { continue };
        let (status, status_since, line, distance) = (made.status, made.status_since, reached.line, reached.distance);
        let (id, title, party) = (made.id, made.title, made.party);
        nodes.push(LineageNode { id, title, party, date, status, status_since, line, distance });
    }
    Ok(nodes)
}

fn edges(web: &Web, ids: &Ids) -> Vec<Edge> {
    let edge = |edge: &crate::store::Edge| {
        let (from, to) = (ids.at(edge.from)?.to_owned(), ids.at(edge.to)?.to_owned());
        Some(Edge { from, to, relation: edge.relation.clone() })
    };
    web.edges.iter().filter_map(edge).collect()
}
