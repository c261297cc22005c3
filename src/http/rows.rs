//! Answers that are made of rows: `/v1/events/stats` and `/v1/events/gaps`.

use std::collections::HashMap;

use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Serialize;

use super::cache::{self, Made};
use super::error::Failure;
use super::list::{X_TOTAL_COUNT, meta, of_records, self_link};
use super::negotiate::{self, Chosen};
use super::state::App;
use crate::domain::date::Day;
use crate::format::json;
use crate::format::rows::{self, Counted, EventRef, GapsMeta, OF_SILENCES, Row, Silence};
use crate::format::{Format, records::WriteError};
use crate::query::gaps::Gap;
use crate::query::{GapsQuery, Kind, Params, Shape, StatsQuery, sentence};
use crate::store::Store;

/// How an answer of rows is asked for, whatever they are.
struct Asked<'a> {
    app: &'a App,
    chosen: Chosen,
    path: &'static str,
    /// The normal form of the query.
    this: String,
    shape: Shape,
    limit: Option<u16>,
    ignored: Vec<String>,
}

impl Asked<'_> {
    fn representation(&self, day: Option<Day>) -> cache::Representation {
        of_records(self.path, &self.this, day, &self.shape, self.chosen, &self.ignored)
    }

    fn meta(&self, version: &str, day: Option<Day>, description: String) -> json::Meta {
        meta(version, day, self.this.clone(), Some(description), &self.ignored)
    }

    /// The rows in the form asked for, as many as were asked for.
    fn made(&self, columns: &[&str], rows: &[impl Row], meta: &impl Serialize) -> Result<Made, Failure> {
        let shown = self.limit.map_or(rows, |limit| rows.get(..limit.into()).unwrap_or(rows));
        let (links, link) = self_link(&self.app.base, self.path, &self.this);
        let bytes = match self.chosen.format {
            Format::Csv => rows::csv(columns, shown, self.shape.bom)?,
            Format::Ndjson => rows::ndjson(shown)?,
            _ => json::data(&shown, meta, &links)?,
        };
        let made = Made::from(bytes).with(header::LINK, link);
        let made = made.with(X_TOTAL_COUNT, rows.len().to_string());
        if self.chosen.format == Format::Json {
            return Ok(made);
        }
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let file = format!("inline; filename=\"{name}.{}\"", self.chosen.format.name());
        Ok(made.with(header::CONTENT_DISPOSITION, file))
    }
}

/// Nothing tells which parameters were dropped where there is no `meta`.
fn ignored(params: &Params, chosen: Chosen) -> Vec<String> {
    if chosen.format == Format::Json { params.ignored().to_vec() } else { Vec::new() }
}

/// `/v1/events/stats`: events counted by one grouping or two.
pub(super) async fn stats(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    suffix: Option<&str>,
) -> Result<Response, Failure> {
    let store = app.store();
    let mut params = Params::decode(raw_query);
    let chosen = negotiate::format(headers, &mut params, suffix, Format::OF_ROWS)?;
    let query = StatsQuery::read(&mut params, &app.context(&store, negotiate::lang(headers), chosen))?;
    let asked = Asked {
        app,
        chosen,
        path: "/v1/events/stats",
        this: query.written(),
        shape: query.shape.clone(),
        limit: query.limit,
        ignored: ignored(&params, chosen),
    };
    let version = &store.catalogue().version;
    cache::answer(app, version, headers, asked.representation(None), async {
        let tallies = query.rows(&store.tally(&query.filter, &query.by).await?)?;
        let keys = query.keys();
        let rows: Vec<Counted<'_>> = tallies.iter().map(|tally| Counted { keys: &keys, tally }).collect();
        let columns: Vec<&str> = keys.iter().copied().chain(["count"]).collect();
        asked.made(&columns, &rows, &asked.meta(version, None, sentence::counted(&query)))
    })
    .await
}

/// `/v1/events/gaps`: the silences between events.
pub(super) async fn gaps(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    suffix: Option<&str>,
) -> Result<Response, Failure> {
    let store = app.store();
    let mut params = Params::decode(raw_query);
    let chosen = negotiate::format(headers, &mut params, suffix, Format::OF_ROWS)?;
    let query = GapsQuery::read(&mut params, &app.context(&store, negotiate::lang(headers), chosen))?;
    let asked = Asked {
        app,
        chosen,
        path: "/v1/events/gaps",
        this: query.written(),
        shape: query.shape.clone(),
        limit: query.limit,
        ignored: ignored(&params, chosen),
    };
    let version = &store.catalogue().version;
    let day = Some(query.as_of);
    cache::answer(app, version, headers, asked.representation(day), async {
        let silences = store.silences(&query).await?;
        let gaps = query.allowed(silences.longest_first())?;
        let rows = named(&store, &gaps, &query.shape).await?;
        let meta = asked.meta(version, day, sentence::silences(&query));
        let meta = GapsMeta { meta, days_since_last: silences.days_since_last(query.as_of) };
        asked.made(OF_SILENCES, &rows, &meta)
    })
    .await
}

/// Silences with the events at their ends.
async fn named(store: &Store, gaps: &[Gap<i64>], shape: &Shape) -> Result<Vec<Silence>, Failure> {
    let mut numbers: Vec<i64> = gaps.iter().flat_map(|gap| [gap.after, gap.before]).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let events = events(store, &numbers, shape).await?;
    let event = |number: i64| events.get(&number).cloned();
    let silence = |gap: &Gap<i64>| {
        let Gap { days, from, to, .. } = *gap;
        Some(Silence { days, from, to, after: event(gap.after)?, before: event(gap.before)? })
    };
    Ok(gaps.iter().filter_map(silence).collect())
}

/// The events with these numbers, by number.
pub(super) async fn events(store: &Store, numbers: &[i64], shape: &Shape) -> Result<HashMap<i64, EventRef>, Failure> {
    let found = store.by_number(Kind::Events, numbers, shape.lang).await?;
    let events = found.into_iter().map(|(number, found)| Ok((number, serde_json::from_str(&found.document)?)));
    Ok(events.collect::<Result<_, WriteError>>()?)
}
