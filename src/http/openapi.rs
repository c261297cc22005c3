//! The OpenAPI 3.1 document, made from the field tables and the published types.

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};
use utoipa::OpenApi as _;

use super::cache::{self, Keep, NOTHING, Representation};
use super::error::{CODES, Failure};
use super::state::App;
use crate::domain::document::{ActorDocument, CommitmentDocument, EventDocument};
use crate::domain::vocab::Capital;
use crate::format::json::{ListLinks, Meta, PageInfo, SelfLink};
use crate::query::catalogue::Catalogue;
use crate::query::fields::{FieldSpec, Operator, ValueType};
use crate::query::list::{DEFAULT_RECORDS, MOST_RECORDS};
use crate::query::params::MOST_VALUES;
use crate::query::parse::{DAY_PARAMETERS, LIST_PARAMETERS};
use crate::query::{Actors, Commitments, Events, Problem, Resource};

/// The schemas of what is published; everything they name comes along.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(
    EventDocument,
    ActorDocument,
    CommitmentDocument,
    PageInfo,
    Meta,
    ListLinks,
    SelfLink,
    Problem
)))]
struct Schemas;

/// Answers with the document.
pub(super) async fn answer(app: &App, headers: &HeaderMap, bytes: Vec<u8>) -> Result<Response, Failure> {
    let representation = Representation {
        identity: "/openapi.json".to_owned(),
        content_type: "application/vnd.oai.openapi+json;version=3.1",
        lang: None,
        vary: Vec::new(),
        keep: Keep::Shortly,
        csp: NOTHING,
    };
    let store = app.store();
    cache::answer(app, &store.catalogue().version, headers, representation, async { Ok(bytes) }).await
}

/// The document as bytes. Examples are records of the catalogue.
#[must_use]
pub fn rendered(catalogue: &Catalogue, base: &str) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(&document(catalogue, base)).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn document(catalogue: &Catalogue, base: &str) -> Value {
    let server = if base.is_empty() { "/" } else { base };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "US-China climate timeline",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The record of climate diplomacy between the United States and China since 1979.",
            "description": DESCRIPTION,
            "contact": { "name": "The maintainers of the US-China climate timeline", "url": "https://example.org/climate-timeline" },
            "license": { "name": "MIT OR Apache-2.0 (code); CC BY 4.0 (data)", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": server, "description": "This server" }],
        "security": [],
        "tags": [
            { "name": "events", "description": "What happened." },
            { "name": "actors", "description": "Who took part." },
            { "name": "commitments", "description": "What was promised, and how it stands." },
            { "name": "about", "description": "The API and its data." },
            { "name": "operations", "description": "For operators." },
        ],
        "paths": paths(catalogue),
        "components": { "schemas": schemas(), "responses": responses(), "headers": headers() },
    })
}

const DESCRIPTION: &str = "Calls, summits, visits, envoys, pledges, joint statements and withdrawals, each with its sources, \
in English and Chinese.\n\nThe grammar is strict: an unknown parameter, an unknown word or id, an empty value or a contradiction \
is answered with 400 and everything that is wrong. Only `_` and `utm_*` are dropped, and `meta.ignored` says so. \
Within `/v1` the API only grows.";

fn paths(catalogue: &Catalogue) -> Value {
    let event = catalogue.events.iter().next().unwrap_or("2021-02-10-biden-xi-call").to_owned();
    let actor = catalogue.actors.iter().next().unwrap_or("xie-zhenhua").to_owned();
    let commitment = catalogue.commitments.iter().next().unwrap_or("us-net-zero-2050").to_owned();
    let mut paths = Map::new();
    paths.insert("/".into(), json!({ "get": page("home", "A page for people", "about", &Page::Both) }));
    paths.insert(
        "/v1".into(),
        json!({ "get": page("getEntry", "Where everything is, and what the data set holds", "about", &Page::Data) }),
    );
    paths.insert("/v1/fields".into(), json!({ "get": page("getFields", "The data dictionary", "about", &Page::Data) }));
    resource_paths::<Events>(&mut paths, &event);
    resource_paths::<Actors>(&mut paths, &actor);
    resource_paths::<Commitments>(&mut paths, &commitment);
    let mut problem = page("getProblem", "What an error means and how to mend the request", "about", &Page::Both);
    let codes: Vec<&str> = CODES.iter().map(|code| code.code).collect();
    let parameter = json!({
        "name": "code", "in": "path", "required": true, "description": "The error's code.",
        "schema": { "type": "string", "enum": codes }, "example": "invalid-parameters",
    });
    if let Some(parameters) = problem.get_mut("parameters").and_then(Value::as_array_mut) {
        parameters.insert(0, parameter);
    }
    paths.insert("/problems/{code}".into(), json!({ "get": problem }));
    paths.insert("/openapi.json".into(), json!({ "get": other("getOpenApi", "This document", "about", "application/vnd.oai.openapi+json;version=3.1", json!({ "type": "object" })) }));
    paths.insert("/docs".into(), json!({ "get": other("getDocs", "The interactive reference", "about", "text/html; charset=utf-8", json!({ "type": "string" })) }));
    paths.insert("/.well-known/api-catalog".into(), json!({ "get": other("getApiCatalog", "The catalogue of this API (RFC 9727)", "about", "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"", json!({ "type": "object", "required": ["linkset"], "properties": { "linkset": { "type": "array", "items": { "type": "object" } } } })) }));
    paths.insert("/livez".into(), json!({ "get": health("getLivez", "Whether the process lives", "alive") }));
    paths.insert(
        "/readyz".into(),
        json!({ "get": health("getReadyz", "Whether a data set is served, and which", "ready") }),
    );
    Value::Object(paths)
}

/// What a read answers with.
enum Page {
    Data,
    Both,
}

fn page(id: &str, summary: &str, tag: &str, kind: &Page) -> Value {
    let enveloped = json!({ "$ref": "#/components/schemas/Data" });
    let mut content = json!({ "application/json": { "schema": enveloped } });
    let mut formats = vec!["json"];
    if let (Page::Both, Some(content)) = (kind, content.as_object_mut()) {
        content.insert("text/html; charset=utf-8".into(), json!({ "schema": { "type": "string" } }));
        formats.push("html");
    }
    json!({
        "operationId": id, "summary": summary, "description": format!("{summary}."), "tags": [tag],
        "parameters": [lang_parameter(), format_parameter(&formats)],
        "responses": answers(&json!({ "description": summary, "headers": kept_headers(), "content": content }), &["400", "406"]),
    })
}

fn other(id: &str, summary: &str, tag: &str, media_type: &str, schema: Value) -> Value {
    let content = json!({ media_type: { "schema": schema } });
    json!({
        "operationId": id, "summary": summary, "description": format!("{summary}."), "tags": [tag],
        "responses": answers(&json!({ "description": summary, "headers": kept_headers(), "content": content }), &[]),
    })
}

fn health(id: &str, summary: &str, status: &str) -> Value {
    let schema = json!({
        "type": "object", "required": ["status"],
        "properties": {
            "status": { "type": "string", "const": status },
            "version": { "type": "string" },
            "records": { "type": "object", "additionalProperties": { "type": "integer" } },
        },
    });
    json!({
        "operationId": id, "summary": summary, "description": format!("{summary}."), "tags": ["operations"],
        "responses": answers(&json!({ "description": summary, "content": { "application/json": { "schema": schema } } }), &[]),
    })
}

/// The responses of an operation: the good one, its own errors, and those that any request may meet.
fn answers(good: &Value, own: &[&str]) -> Value {
    let mut responses = Map::new();
    responses.insert("200".into(), good.clone());
    responses.insert("304".into(), json!({ "description": "The client holds the answer already." }));
    for status in own.iter().chain(&["414", "431", "500", "503"]) {
        responses.insert((*status).to_owned(), json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    Value::Object(responses)
}

fn resource_paths<R: Resource>(paths: &mut Map<String, Value>, example: &str) {
    let (plural, singular) = (R::KIND.plural(), R::KIND.singular());
    let name = capitalised(singular);
    let list = json!({
        "operationId": format!("list{}s", name),
        "summary": format!("List {plural}"),
        "description": format!("The {plural} that match, a page at a time. Follow `links.next` to its end for all of them."),
        "tags": [plural],
        "parameters": list_parameters::<R>(example),
        "responses": answers(&json!({
            "description": format!("A page of {plural}."),
            "headers": kept_headers(),
            "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}List") } } },
            "links": { format!("first{name}"): {
                "operationId": format!("get{name}"),
                "description": format!("The first {singular} of the page."),
                "parameters": { "id": "$response.body#/data/0/id" },
            } },
        }), &["400", "406", "410"]),
    });
    paths.insert(format!("/v1/{plural}"), json!({ "get": list }));

    let mut parameters = vec![json!({
        "name": "id", "in": "path", "required": true,
        "description": format!("The {singular}'s id, or a former one."),
        "schema": id_schema(), "example": example,
    })];
    parameters.push(lang_parameter());
    parameters.push(fields_parameter::<R>());
    parameters.push(include_parameter::<R>());
    parameters.push(format_parameter(&["json"]));
    if R::AS_OF {
        parameters.push(day_parameter("as_of"));
    }
    let mut responses = answers(
        &json!({
            "description": format!("The {singular}."),
            "headers": kept_headers(),
            "content": { "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}Item") } } },
        }),
        &["400", "404", "406"],
    );
    if let Some(responses) = responses.as_object_mut() {
        responses.insert("308".into(), json!({
            "description": "The id is a former one; `Location` names the present address.",
            "headers": { "Location": { "description": "The present address.", "required": true, "schema": { "type": "string" } } },
        }));
    }
    let item = json!({
        "operationId": format!("get{name}"), "summary": format!("Get one {singular}"),
        "description": format!("One {singular}, whole."),
        "tags": [plural], "parameters": parameters, "responses": responses,
    });
    paths.insert(format!("/v1/{plural}/{{id}}"), json!({ "get": item }));
}

fn list_parameters<R: Resource>(example: &str) -> Vec<Value> {
    let mut parameters = Vec::new();
    for spec in R::FIELDS {
        for operator in spec.operators() {
            parameters.push(field_parameter(spec, operator, example));
        }
    }
    if R::AS_OF {
        parameters.push(day_parameter("as_of"));
    }
    if R::CAPITAL {
        parameters.push(day_parameter("capital"));
    }
    let sorts = R::SORTS.iter().flat_map(|spec| [spec.key.to_owned(), format!("-{}", spec.key)]);
    parameters.push(listed("sort", meaning("sort"), &json!({ "type": "string", "enum": sorts.collect::<Vec<_>>() })));
    parameters.push(parameter(
        "limit",
        meaning("limit"),
        &json!({
            "type": "integer", "minimum": 1, "maximum": MOST_RECORDS, "default": DEFAULT_RECORDS,
        }),
    ));
    parameters.push(parameter(
        "cursor",
        meaning("cursor"),
        &json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }),
    ));
    parameters.push(parameter("total", meaning("total"), &json!({ "type": "boolean", "default": true })));
    parameters.push(fields_parameter::<R>());
    parameters.push(include_parameter::<R>());
    parameters.push(lang_parameter());
    parameters.push(format_parameter(&["json"]));
    parameters
}

fn field_parameter<F>(spec: &FieldSpec<F>, operator: Operator, own_id: &str) -> Value {
    let name = format!("{}{}", spec.key, operator.suffix());
    let how = match (operator, spec.values.single()) {
        (Operator::Any, true) => "",
        (Operator::Any, false) => " Any of the values.",
        (Operator::All, _) => " Every one of the values.",
        (Operator::Not, _) => " None of the values; a record without a value passes.",
    };
    let none = spec.optional && operator != Operator::All;
    let missing = if none { " `none` stands for no value." } else { "" };
    let description = format!("{}{how}{missing}", spec.meaning);
    let schema = value_schema(spec.values, none);
    let mut parameter = if spec.values.single() {
        parameter(&name, &description, &schema)
    } else {
        listed(&name, &description, &schema)
    };
    // The record that the document takes for its examples is known to exist; ids of other kinds go by the table.
    if let (Some(object), ValueType::Id(_)) = (parameter.as_object_mut(), spec.values) {
        let value = if spec.key == "id" { own_id } else { spec.example };
        object.insert("example".into(), json!([value]));
    }
    parameter
}

fn value_schema(values: ValueType, none: bool) -> Value {
    match values {
        ValueType::Words(_) | ValueType::Country | ValueType::Boolean => {
            let also = none.then_some("none");
            json!({ "type": "string", "enum": values.allowed().into_iter().chain(also).collect::<Vec<_>>() })
        }
        ValueType::Year if none => json!({ "type": "string", "pattern": "^([0-9]{3}[1-9]|[0-9]{2}[1-9]0|none)$" }),
        ValueType::Year => json!({ "type": "string", "pattern": "^(19|20)[0-9]{2}$" }),
        ValueType::Id(_) => id_schema(),
        ValueType::FirstDay | ValueType::LastDay => {
            json!({ "type": "string", "pattern": "^(19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?$" })
        }
        ValueType::Phrase => json!({ "type": "string", "pattern": "^[A-Za-z][A-Za-z ]*$", "maxLength": 200 }),
    }
}

fn id_schema() -> Value {
    json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$" })
}

fn parameter(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

/// A parameter with several values, separated by commas (repeating it does as well).
fn listed(name: &str, description: &str, item: &Value) -> Value {
    json!({
        "name": name, "in": "query", "description": description, "style": "form", "explode": false,
        "schema": { "type": "array", "items": item, "minItems": 1, "maxItems": MOST_VALUES, "uniqueItems": true },
    })
}

fn meaning(key: &str) -> &'static str {
    let mut rows = LIST_PARAMETERS.iter().chain(DAY_PARAMETERS);
    rows.find(|(known, ..)| *known == key).map_or("", |(_, meaning, _)| meaning)
}

fn day_parameter(key: &str) -> Value {
    match key {
        "capital" => {
            parameter(key, meaning(key), &json!({ "type": "string", "enum": Capital::ALL.map(Capital::word) }))
        }
        _ => parameter(
            key,
            meaning(key),
            &json!({ "type": "string", "format": "date", "pattern": "^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$" }),
        ),
    }
}

fn lang_parameter() -> Value {
    parameter("lang", meaning("lang"), &json!({ "type": "string", "enum": ["en", "zh"] }))
}

fn format_parameter(formats: &[&str]) -> Value {
    parameter(
        "format",
        "The form of the answer; by default the `Accept` header decides.",
        &json!({ "type": "string", "enum": formats }),
    )
}

fn fields_parameter<R: Resource>() -> Value {
    let keys: Vec<&str> = R::PROPERTIES.iter().map(|property| property.key).collect();
    listed("fields", meaning("fields"), &json!({ "type": "string", "enum": keys }))
}

fn include_parameter<R: Resource>() -> Value {
    let kinds: Vec<&str> = R::INCLUDES.iter().map(|kind| kind.plural()).collect();
    listed("include", meaning("include"), &json!({ "type": "string", "enum": kinds }))
}

fn schemas() -> Value {
    let components = Schemas::openapi().components.unwrap_or_default();
    let mut schemas = serde_json::to_value(components.schemas).unwrap_or_default();
    let Some(schemas_map) = schemas.as_object_mut() else { return schemas };
    for name in ["Event", "Actor", "Commitment"] {
        // `links` is put into a record last, when it is known where the server is reached.
        if let Some(record) = schemas_map.get_mut(name).and_then(Value::as_object_mut) {
            if let Some(properties) = record.get_mut("properties").and_then(Value::as_object_mut) {
                properties.insert("links".into(), json!({ "$ref": "#/components/schemas/SelfLink" }));
            }
            // With `fields`, only the keys asked for are there; `id` always is.
            record.insert("required".into(), json!(["id"]));
        }
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        schemas_map.insert(
            format!("{name}List"),
            json!({
                "type": "object", "description": format!("A page of {}s.", name.to_lowercase()),
                "required": ["data", "page", "meta", "links"],
                "properties": {
                    "data": { "type": "array", "items": reference },
                    "page": { "$ref": "#/components/schemas/Page" },
                    "included": { "$ref": "#/components/schemas/Included" },
                    "meta": { "$ref": "#/components/schemas/Meta" },
                    "links": { "$ref": "#/components/schemas/ListLinks" },
                },
            }),
        );
        schemas_map.insert(
            format!("{name}Item"),
            json!({
                "type": "object", "description": format!("One {}.", name.to_lowercase()),
                "required": ["data", "meta", "links"],
                "properties": {
                    "data": reference,
                    "included": { "$ref": "#/components/schemas/Included" },
                    "meta": { "$ref": "#/components/schemas/Meta" },
                    "links": { "$ref": "#/components/schemas/SelfLink" },
                },
            }),
        );
    }
    schemas_map.insert("Included".into(), json!({
        "type": "object", "description": "The full records behind the stubs of an answer, by kind and id; there only when asked for.",
        "properties": {
            "events": { "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Event" } },
            "actors": { "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Actor" } },
            "commitments": { "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Commitment" } },
        },
    }));
    schemas_map.insert(
        "Data".into(),
        json!({
            "type": "object", "description": "Any other data in the same envelope.",
            "required": ["data", "meta", "links"],
            "properties": {
                "data": { "type": "object" },
                "meta": { "$ref": "#/components/schemas/Meta" },
                "links": { "$ref": "#/components/schemas/SelfLink" },
            },
        }),
    );
    schemas_map.insert("Problem".into(), json!({
        "type": "object", "description": "What went wrong (RFC 9457).",
        "required": ["type", "code", "title", "status", "detail", "request_id"],
        "properties": {
            "type": { "type": "string", "description": "The address of a page that says what the error means." },
            "code": { "type": "string", "enum": CODES.iter().map(|code| code.code).collect::<Vec<_>>() },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string" },
            "request_id": { "type": ["string", "null"], "description": "The request's id, as in `X-Request-Id` and the log." },
            "errors": { "type": "array", "items": { "$ref": "#/components/schemas/ParameterProblem" }, "description": "Every parameter that is refused." },
        },
    }));
    schemas
}

fn responses() -> Value {
    let mut by_status: Map<String, Value> = Map::new();
    for code in CODES.iter().filter(|code| code.status != 405) {
        let status = code.status.to_string();
        let described = by_status.get(&status).and_then(|known| known["description"].as_str()).map(str::to_owned);
        let description = described.map_or(code.title.to_owned(), |known| format!("{known}; or: {}", code.title));
        by_status.insert(
            status,
            json!({
                "description": description,
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            }),
        );
    }
    Value::Object(by_status)
}

fn headers() -> Value {
    json!({
        "ETag": { "description": "A strong tag of these bytes.", "required": true, "schema": { "type": "string" } },
        "Cache-Control": { "description": "How long the answer may be kept.", "required": true, "schema": { "type": "string" } },
        "Vary": { "description": "The request headers that the answer depends on.", "required": true, "schema": { "type": "string" } },
    })
}

fn kept_headers() -> Value {
    json!({
        "ETag": { "$ref": "#/components/headers/ETag" },
        "Cache-Control": { "$ref": "#/components/headers/Cache-Control" },
        "Vary": { "$ref": "#/components/headers/Vary" },
    })
}

fn capitalised(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}
