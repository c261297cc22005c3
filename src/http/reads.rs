//! The reads that are not records: the entry, the data dictionary, what errors mean, and the catalogue of the API.

use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::cache::{self, Keep, Made, NOTHING, Representation};
use super::error::{CODES, Code, Failure};
use super::list::{meta, self_link, vary};
use super::negotiate::{self, Chosen};
use super::pages;
use super::state::App;
use crate::format::columns::{Column, columns};
use crate::format::json as envelope;
use crate::format::{Format, LICENCE};
use crate::query::fields::{Property, ValueType};
use crate::query::normal::Pairs;
use crate::query::parse::{DAY_PARAMETERS, LIST_PARAMETERS};
use crate::query::{Actors, Commitments, Events, Kind, Params, Resource, parse};
use crate::store::Store;

/// How an answer of this kind is asked for.
struct Asked<'a> {
    app: &'a App,
    store: &'a Store,
    headers: &'a HeaderMap,
    path: String,
    offered: &'static [Format],
    chosen: Chosen,
    query: String,
    vary: Vec<&'static str>,
    ignored: Vec<String>,
}

impl<'a> Asked<'a> {
    /// Reads the parameters: the format and the language, and nothing else.
    fn read(
        app: &'a App,
        store: &'a Store,
        headers: &'a HeaderMap,
        raw_query: &str,
        path: String,
        (suffix, offered): (Option<&str>, &'static [Format]),
    ) -> Result<Asked<'a>, Failure> {
        let mut params = Params::decode(raw_query);
        let chosen = negotiate::format(headers, &mut params, suffix, offered)?;
        let context = app.context(store, negotiate::lang(headers), chosen);
        // These texts are in English whatever the language; asking for one is allowed all the same.
        let shape = parse::lang_only(&mut params, &context)?;
        let mut pairs = Pairs::default();
        pairs.shape(&shape);
        let (query, ignored) = (pairs.to_string(), params.ignored().to_vec());
        Ok(Asked { app, store, headers, path, offered, chosen, query, vary: vary(&shape, chosen), ignored })
    }

    async fn answer(self, data: impl Serialize, html: impl FnOnce() -> String) -> Result<Response, Failure> {
        let version = &self.store.catalogue().version;
        let format = self.chosen.format;
        let several = self.offered.len() > 1;
        let representation = Representation {
            identity: format!("{}?{} {}", self.path, self.query, self.ignored.join(",")),
            content_type: format.content_type(),
            lang: None,
            vary: self.vary,
            keep: Keep::Shortly,
            csp: if several && format == Format::Html { pages::CSP } else { NOTHING },
            by_host: false,
            in_blocks: false,
        };
        let made = async {
            if format == Format::Html {
                return Ok(Made::from(html().into_bytes()));
            }
            let (links, link) = self_link(&self.app.base, &self.path, &self.query);
            let meta = meta(version, None, self.query.clone(), None, &self.ignored);
            Ok(Made::from(envelope::data(&data, &meta, &links)?).with(header::LINK, link))
        };
        cache::answer(self.app, version, self.headers, representation, made).await
    }
}

/// `/v1`, and `/` for clients that prefer JSON: where everything is, and what the data set holds.
pub(super) async fn entry(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    offered: &'static [Format],
) -> Result<Response, Failure> {
    let store = app.store();
    let asked = Asked::read(app, &store, headers, raw_query, "/v1".to_owned(), (None, offered))?;
    let data = overview(app, &store);
    let page = pages::home(app, &store);
    asked.answer(data, || page).await
}

fn overview(app: &App, store: &Store) -> Value {
    let catalogue = store.catalogue();
    let at = |path: &str| format!("{}{path}", app.base);
    json!({
        "title": "US-China climate diplomacy since 1979",
        "version": catalogue.version,
        "records": {
            "events": catalogue.events.len(),
            "actors": catalogue.actors.len(),
            "commitments": catalogue.commitments.len(),
        },
        "first_day": catalogue.first_day,
        "last_day": catalogue.last_day,
        "coverage": store.coverage(),
        "licence": LICENCE,
        "links": {
            "events": at("/v1/events"),
            "actors": at("/v1/actors"),
            "commitments": at("/v1/commitments"),
            "stats": at("/v1/events/stats?by=year"),
            "gaps": at("/v1/events/gaps"),
            "search": at("/v1/search?q={q}"),
            "fields": at("/v1/fields"),
            "dataset": Format::OF_DATASET.iter().map(|format| at(&format!("/v1/dataset.{}", format.name()))).collect::<Vec<_>>(),
            "openapi": at("/openapi.json"),
            "docs": at("/docs"),
            "api-catalog": at("/.well-known/api-catalog"),
            "problems": CODES.iter().map(|code| at(&format!("/problems/{}", code.code))).collect::<Vec<_>>(),
        },
    })
}

/// `/v1/fields`: the data dictionary.
pub(super) async fn fields(
    app: &App,
    headers: &HeaderMap,
    raw_query: &str,
    suffix: Option<&str>,
) -> Result<Response, Failure> {
    let store = app.store();
    let path = "/v1/fields".to_owned();
    let asked = Asked::read(app, &store, headers, raw_query, path, (suffix, Format::OF_RECORDS))?;
    asked.answer(dictionary(), String::new).await
}

/// Each resource's properties, filters, orders and other parameters.
fn dictionary() -> Value {
    json!({
        Kind::Events.plural(): resource::<Events>(),
        Kind::Actors.plural(): resource::<Actors>(),
        Kind::Commitments.plural(): resource::<Commitments>(),
    })
}

fn resource<R: Resource>() -> Value {
    let filters: Vec<Value> = R::FIELDS
        .iter()
        .map(|spec| {
            let vocabulary = match spec.values {
                ValueType::Words(words) => words
                    .iter()
                    .map(|word| json!({ "word": word.word, "zh": word.zh, "meaning": word.meaning }))
                    .collect(),
                _ => Value::Null,
            };
            let forms = spec.operators().into_iter().map(|operator| format!("{}{}", spec.key, operator.suffix()));
            json!({
                "key": spec.key,
                "type": spec.values.name(),
                "meaning": spec.meaning,
                "vocabulary": vocabulary,
                "forms": forms.collect::<Vec<_>>(),
                "none": spec.optional,
                "several": !spec.values.single(),
                "facet": spec.counting.facet,
                "grouping": spec.counting.grouping,
                "example": spec.example,
            })
        })
        .collect();
    let periods = R::PERIODS.iter().map(
        |spec| json!({ "key": spec.key, "meaning": spec.meaning, "facet": spec.counting.facet, "grouping": spec.counting.grouping }),
    );
    let sorts: Vec<Value> = R::SORTS.iter().map(|spec| json!({ "key": spec.key, "meaning": spec.meaning })).collect();
    let days = DAY_PARAMETERS.iter().filter(|(key, ..)| match *key {
        "as_of" => R::AS_OF,
        _ => R::CAPITAL,
    });
    let parameters: Vec<Value> = LIST_PARAMETERS
        .iter()
        .chain(days)
        .map(|(key, meaning, example)| json!({ "key": key, "meaning": meaning, "example": example }))
        .collect();
    json!({
        "properties": R::PROPERTIES.iter().map(property).collect::<Vec<_>>(),
        "columns": columns(R::PROPERTIES, None).iter().map(column).collect::<Vec<_>>(),
        "filters": filters,
        "periods": periods.collect::<Vec<_>>(),
        "sorts": sorts,
        "parameters": parameters,
        "include": R::INCLUDES.iter().map(|kind| kind.plural()).collect::<Vec<_>>(),
    })
}

fn property(property: &Property) -> Value {
    json!({ "key": property.key, "type": property.kind, "meaning": property.meaning })
}

fn column(column: &Column) -> Value {
    json!({ "name": column.name, "type": column.kind, "several": column.several })
}

/// `/problems/{code}`: what an error means and how to mend the request.
pub(super) async fn problem(app: &App, headers: &HeaderMap, raw_query: &str, name: &str) -> Result<Response, Failure> {
    let store = app.store();
    let Some(code) = CODES.iter().find(|code| code.code == name) else {
        let codes: Vec<&str> = CODES.iter().map(|code| code.code).collect();
        return Err(Failure::NotFound(format!("There is no such problem. Known: {}.", codes.join(", "))));
    };
    let path = format!("/problems/{}", code.code);
    let asked = Asked::read(app, &store, headers, raw_query, path, (None, Format::OF_PAGES))?;
    asked.answer(told(code), || pages::problem(app, code)).await
}

fn told(code: &Code) -> Value {
    json!({
        "code": code.code,
        "status": code.status,
        "title": code.title,
        "meaning": code.meaning,
        "mend": code.mend,
    })
}

/// `/.well-known/api-catalog` (RFC 9727): a linkset. It demands absolute links.
pub(super) async fn catalog(app: &App, headers: &HeaderMap, origin: &str) -> Result<Response, Failure> {
    let store = app.store();
    let representation = Representation {
        identity: format!("/.well-known/api-catalog {origin}"),
        content_type: "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"",
        lang: None,
        vary: Vec::new(),
        keep: Keep::Shortly,
        csp: NOTHING,
        by_host: *origin != *app.base,
        in_blocks: false,
    };
    let at = |path: &str| format!("{origin}{path}");
    let mut linkset = json!({ "linkset": [
        {
            "anchor": at("/.well-known/api-catalog"),
            "item": [{ "href": at("/v1"), "type": "application/json" }],
        },
        {
            "anchor": at("/v1"),
            "service-desc": [{ "href": at("/openapi.json"), "type": "application/vnd.oai.openapi+json;version=3.1" }],
            "service-doc": [{ "href": at("/docs"), "type": "text/html" }],
            "service-meta": [{ "href": at("/v1/fields"), "type": "application/json" }],
            "status": [{ "href": at("/readyz"), "type": "application/json" }],
            "license": [{ "href": "https://creativecommons.org/licenses/by/4.0/", "type": "text/html" }],
        },
    ]});
    if let (true, Some(api)) = (app.apart, linkset["linkset"][1].as_object_mut()) {
        api.remove("status");
    }
    let version = &store.catalogue().version;
    let made = async {
        let bytes = serde_json::to_vec(&linkset)?;
        let link = format!("<{}>; rel=\"api-catalog\"", at("/.well-known/api-catalog"));
        Ok(Made::from(bytes).with(header::LINK, link))
    };
    cache::answer(app, version, headers, representation, made).await
}
