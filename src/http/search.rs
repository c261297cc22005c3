//! `/v1/search`: the best hits of all kinds of record together.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};
use axum::response::Response;

use super::cache::{self, Made};
use super::error::Failure;
use super::list::{meta, of_records, self_link};
use super::negotiate;
use super::state::App;
use crate::domain::text::Lang;
use crate::format::Format;
use crate::format::hit::{Hit, Told};
use crate::format::json::{self, SearchMeta};
use crate::query::best::BestQuery;
use crate::query::{Actors, Commitments, Events, Kind, Params};
use crate::store::{Found, Store, Stored};

/// Answers with the best hits.
pub(super) async fn search(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    suffix: Option<&str>,
) -> Result<Response, Failure> {
    let store = app.store();
    let mut params = Params::decode(raw_query);
    let chosen = negotiate::format(headers, &mut params, suffix, Format::OF_RECORDS)?;
    let context = app.context(&store, negotiate::lang(headers), chosen);
    let query = BestQuery::read(&mut params, &context)?;

    let path = "/v1/search";
    let version = &store.catalogue().version;
    let this = query.to_string();
    let day = Some(query.as_of.day);
    let representation = of_records(path, &this, day, &query.shape, chosen, params.ignored());
    cache::answer(app, version, headers, representation, async {
        let Best { found, counts } = best(&store, &query).await?;
        let mut hits = Vec::with_capacity(found.len());
        for (kind, found) in found {
            hits.push(hit(app, &store, &query, kind, found).await?);
        }
        let (links, link) = self_link(&app.base, path, &this);
        let meta = meta(version, day, this.clone(), Some(query.describe()), params.ignored());
        Ok(Made::from(json::data(&hits, &SearchMeta { meta, counts }, &links)?).with(header::LINK, link))
    })
    .await
}

/// What is found among all kinds.
#[derive(Default)]
struct Best {
    /// The best records, in order.
    found: Vec<(Kind, Found)>,
    /// How many match, by kind.
    counts: BTreeMap<&'static str, u64>,
}

async fn best(store: &Store, query: &BestQuery) -> Result<Best, Failure> {
    let mut counts = BTreeMap::new();
    let mut scored: Vec<(i64, Kind, Found)> = Vec::new();
    for kind in &query.kinds {
        let (found, count) = match kind {
            Kind::Events => among::<Events>(store, query).await?,
            Kind::Actors => among::<Actors>(store, query).await?,
            Kind::Commitments => among::<Commitments>(store, query).await?,
        };
        scored.extend(found.into_iter().map(|(score, found)| (score, *kind, found)));
        counts.insert(kind.plural(), count);
    }
    // Words count alike among all kinds, so scores do as well.
    scored.sort_by_key(|(score, kind, found)| (*score, *kind, found.number));
    scored.truncate(query.limit.into());
    Ok(Best { found: scored.into_iter().map(|(_, kind, found)| (kind, found)).collect(), counts })
}

async fn among<R: Stored>(store: &Store, query: &BestQuery) -> Result<(Vec<(i64, Found)>, u64), Failure> {
    let query = query.among::<R>();
    Ok((store.best(&query).await?, store.count(&query.filter).await?))
}

async fn hit(app: &App, store: &Store, query: &BestQuery, kind: Kind, found: Found) -> Result<Hit, Failure> {
    let told = Told::read(kind, &found.document)?;
    let mut passage = told.passage(&query.search);
    if passage.is_none() && !query.search.wanted.is_empty() {
        let other = if query.shape.lang == Lang::En { Lang::Zh } else { Lang::En };
        if let Some(found) = store.get(kind, &found.id, other).await? {
            passage = Told::read(kind, &found.document)?.passage(&query.search);
        }
    }
    Ok(told.hit(kind, found.id.to_string(), passage, &app.base))
}
