//! The OpenAPI 3.1 document, made from the field tables and the published types.

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value, json};
use utoipa::OpenApi as _;

use super::cache::{self, Keep, NOTHING, Representation};
use super::error::{CODES, Failure};
use super::state::App;
use crate::domain::country;
use crate::domain::document::{ActorDocument, CommitmentDocument, EventDocument};
use crate::domain::vocab::{
    ActorKind, Capital, Change, CommitmentKind, CommitmentRelation, Comparator, Confidence, Country, EventStatus,
    EventType, Level, Mode, Party, Role, Side, SourceKind, Status, Topic, Vocabulary as _, Word,
};
use crate::format::Format;
use crate::format::json::{ListLinks, Meta, PageInfo, SelfLink};
use crate::query::fields::{FieldSpec, Operator, ValueType};
use crate::query::list::{DEFAULT_RECORDS, MOST_RECORDS};
use crate::query::params::MOST_VALUES;
use crate::query::parse::{DAY_PARAMETERS, LIST_PARAMETERS};
use crate::query::{Actors, Commitments, Events, Kind, Problem, Resource};

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
        content_type: OPENAPI_TYPE,
        lang: None,
        vary: Vec::new(),
        keep: Keep::Shortly,
        csp: NOTHING,
    };
    let store = app.store();
    cache::answer(app, &store.catalogue().version, headers, representation, async { Ok(bytes) }).await
}

/// The document as bytes. It does not depend on the data: examples are the field tables', which name records that exist.
#[must_use]
pub fn rendered(base: &str) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(&document(base)).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn document(base: &str) -> Value {
    let server = if base.is_empty() { "/" } else { base };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "US-China climate timeline",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The record of climate diplomacy between the United States and China since 1979.",
            "description": DESCRIPTION,
            "contact": { "name": "The maintainers of the US-China climate timeline" },
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
        "paths": paths(),
        "components": { "schemas": schemas(), "responses": responses(), "headers": headers() },
    })
}

const DESCRIPTION: &str = "Calls, summits, visits, envoys, pledges, joint statements and withdrawals, each with its sources, \
in English and Chinese.\n\nThe grammar is strict: an unknown parameter, an unknown word or id, an empty value or a contradiction \
is answered with 400 and everything that is wrong. Only `_` and `utm_*` are dropped, and `meta.ignored` says so. \
Within `/v1` the API only grows.";

fn paths() -> Value {
    let mut paths = Map::new();
    let mut add = |path: &str, operation: Value| paths.insert(path.to_owned(), json!({ "get": operation }));
    add("/", page("getHome", "A page for people, or what `/v1` gives", "about", "Entry", Format::OF_PAGES));
    add(
        "/v1",
        page("getEntry", "Where everything is, and what the data set holds", "about", "Entry", Format::OF_RECORDS),
    );
    add("/v1/fields", page("getFields", "The data dictionary", "about", "Dictionary", Format::OF_RECORDS));
    add("/problems/{code}", problem_page());
    add("/openapi.json", other("getOpenApi", "This document", OPENAPI_TYPE, &json!({ "type": "object" })));
    add(
        "/docs",
        other("getDocs", "The interactive reference", Format::Html.content_type(), &json!({ "type": "string" })),
    );
    let linkset = json!({
        "type": "object", "required": ["linkset"],
        "properties": { "linkset": { "type": "array", "items": { "type": "object" } } },
    });
    add(
        "/.well-known/api-catalog",
        other("getApiCatalog", "The catalogue of this API (RFC 9727)", LINKSET_TYPE, &linkset),
    );
    add("/livez", health("getLivez", "Whether the process lives", "Alive"));
    add("/readyz", health("getReadyz", "Whether a data set is served, and which", "Ready"));
    resource_paths::<Events>(&mut paths);
    resource_paths::<Actors>(&mut paths);
    resource_paths::<Commitments>(&mut paths);
    Value::Object(paths)
}

const OPENAPI_TYPE: &str = "application/vnd.oai.openapi+json;version=3.1";
const LINKSET_TYPE: &str = "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"";

/// A read that answers with data of one schema in the envelope, and with a page for people where that is offered.
fn page(id: &str, summary: &str, tag: &str, schema: &str, formats: &[Format]) -> Value {
    let envelope = json!({
        "type": "object", "required": ["data", "meta", "links"],
        "properties": { "data": reference(schema), "meta": reference("Meta"), "links": reference("SelfLink") },
    });
    let content: Map<String, Value> = formats
        .iter()
        .map(|format| {
            let schema = if *format == Format::Html { json!({ "type": "string" }) } else { envelope.clone() };
            (format.content_type().to_owned(), json!({ "schema": schema }))
        })
        .collect();
    json!({
        "operationId": id, "summary": summary, "description": format!("{summary}."), "tags": [tag],
        "parameters": [lang_parameter(), format_parameter(formats)],
        "responses": answers(
            &json!({ "description": summary, "headers": kept_headers(), "content": content }),
            &["400", "406"],
        ),
    })
}

fn problem_page() -> Value {
    let summary = "What an error means and how to mend the request";
    let mut problem = page("getProblem", summary, "about", "ErrorMeaning", Format::OF_PAGES);
    let parameter = json!({
        "name": "code", "in": "path", "required": true, "description": "The error's code.",
        "schema": reference("ErrorCode"), "example": "invalid-parameters",
    });
    if let Some(parameters) = problem.get_mut("parameters").and_then(Value::as_array_mut) {
        parameters.insert(0, parameter);
    }
    if let Some(responses) = problem.get_mut("responses").and_then(Value::as_object_mut) {
        responses.insert("404".into(), json!({ "$ref": "#/components/responses/404" }));
    }
    problem
}

/// A read without parameters.
fn other(id: &str, summary: &str, media_type: &str, schema: &Value) -> Value {
    let content = json!({ media_type: { "schema": schema } });
    json!({
        "operationId": id, "summary": summary, "description": format!("{summary}."), "tags": ["about"],
        "responses": answers(&json!({ "description": summary, "headers": kept_headers(), "content": content }), &[]),
    })
}

fn health(id: &str, summary: &str, schema: &str) -> Value {
    let mut responses = answers(
        &json!({ "description": summary, "content": { "application/json": { "schema": reference(schema) } } }),
        &[],
    );
    // Operators' answers are never kept, so there is nothing to hold already.
    if let Some(responses) = responses.as_object_mut() {
        responses.remove("304");
    }
    json!({
        "operationId": id, "summary": summary, "description": format!("{summary}."), "tags": ["operations"],
        "responses": responses,
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

fn resource_paths<R: Resource>(paths: &mut Map<String, Value>) {
    let (plural, singular) = (R::KIND.plural(), R::KIND.singular());
    let name = capitalised(singular);
    let list = json!({
        "operationId": format!("list{}s", name),
        "summary": format!("List {plural}"),
        "description": format!("The {plural} that match, a page at a time. Follow `links.next` to its end for all of them."),
        "tags": [plural],
        "parameters": list_parameters::<R>(),
        "responses": answers(&json!({
            "description": format!("A page of {plural}."),
            "headers": record_headers(),
            "content": { "application/json": { "schema": reference(&format!("{name}List")) } },
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
        "schema": reference(&id_name(R::KIND)), "example": id_example::<R>(),
    })];
    parameters.push(lang_parameter());
    parameters.push(fields_parameter::<R>());
    parameters.push(include_parameter::<R>());
    parameters.push(format_parameter(Format::OF_RECORDS));
    if R::AS_OF {
        parameters.push(day_parameter("as_of"));
    }
    let mut responses = answers(
        &json!({
            "description": format!("The {singular}."),
            "headers": record_headers(),
            "content": { "application/json": { "schema": reference(&format!("{name}Item")) } },
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

fn list_parameters<R: Resource>() -> Vec<Value> {
    let mut parameters = Vec::new();
    for spec in R::FIELDS {
        for operator in spec.operators() {
            parameters.push(field_parameter(spec, operator));
        }
    }
    if R::AS_OF {
        parameters.push(day_parameter("as_of"));
    }
    if R::CAPITAL {
        parameters.push(day_parameter("capital"));
    }
    let sorts = R::SORTS.iter().flat_map(|spec| [spec.key.to_owned(), format!("-{}", spec.key)]);
    let mut sort = listed("sort", meaning("sort"), &json!({ "type": "string", "enum": sorts.collect::<Vec<_>>() }));
    // An order that is given twice is refused.
    if let Some(schema) = sort.get_mut("schema").and_then(Value::as_object_mut) {
        schema.insert("maxItems".into(), json!(R::SORTS.len()));
        schema.insert("uniqueItems".into(), json!(true));
    }
    parameters.push(sort);
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
    parameters.push(format_parameter(Format::OF_RECORDS));
    parameters
}

fn field_parameter<F>(spec: &FieldSpec<F>, operator: Operator) -> Value {
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
    let mut schema = value_schema(spec.values, none);
    // Beside the value and not beside the parameter: there, interactive references would fill every filter in.
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("examples".into(), json!([spec.example]));
    }
    if spec.values.single() { parameter(&name, &description, &schema) } else { listed(&name, &description, &schema) }
}

fn value_schema(values: ValueType, none: bool) -> Value {
    let value = match values {
        ValueType::Words(words) => {
            let named = VOCABULARIES.iter().find(|(_, known)| *known == words);
            // Every vocabulary is in the table: `tests::every_vocabulary_has_its_schema`.
            named.map_or_else(|| json!({ "type": "string", "enum": values.allowed() }), |(name, _)| reference(name))
        }
        ValueType::Country => reference("CountryCode"),
        ValueType::Boolean => json!({ "type": "string", "enum": values.allowed() }),
        ValueType::Year => reference("Year"),
        ValueType::Id(kind) => reference(&id_name(kind)),
        ValueType::FirstDay | ValueType::LastDay => reference("DayMonthOrYear"),
        ValueType::Phrase => reference("Phrase"),
    };
    if none { json!({ "anyOf": [value, { "type": "string", "const": "none" }] }) } else { value }
}

/// The vocabularies by the names of their schemas.
const VOCABULARIES: &[(&str, &[Word])] = &[
    ("ActorKind", ActorKind::WORDS),
    ("Change", Change::WORDS),
    ("CommitmentKind", CommitmentKind::WORDS),
    ("CommitmentRelation", CommitmentRelation::WORDS),
    ("Comparator", Comparator::WORDS),
    ("Confidence", Confidence::WORDS),
    ("Country", Country::WORDS),
    ("EventStatus", EventStatus::WORDS),
    ("EventType", EventType::WORDS),
    ("Level", Level::WORDS),
    ("Mode", Mode::WORDS),
    ("Party", Party::WORDS),
    ("Role", Role::WORDS),
    ("Side", Side::WORDS),
    ("SourceKind", SourceKind::WORDS),
    ("Status", Status::WORDS),
    ("Topic", Topic::WORDS),
];

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn id_name(kind: Kind) -> String {
    format!("{}Id", capitalised(kind.singular()))
}

/// The id that examples name: the field table's.
fn id_example<R: Resource>() -> &'static str {
    R::FIELDS.iter().find(|spec| spec.key == "id").map_or("", |spec| spec.example)
}

fn parameter(name: &str, description: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

/// A parameter with several values, separated by commas (repeating it does as well).
fn listed(name: &str, description: &str, item: &Value) -> Value {
    json!({
        "name": name, "in": "query", "description": description, "style": "form", "explode": false,
        "schema": { "type": "array", "items": item, "minItems": 1, "maxItems": MOST_VALUES },
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
        _ => parameter(key, meaning(key), &reference("Day")),
    }
}

fn lang_parameter() -> Value {
    parameter("lang", meaning("lang"), &json!({ "type": "string", "enum": ["en", "zh"] }))
}

fn format_parameter(formats: &[Format]) -> Value {
    let names: Vec<&str> = formats.iter().map(|format| format.name()).collect();
    parameter(
        "format",
        "The form of the answer; by default the `Accept` header decides.",
        &json!({ "type": "string", "enum": names }),
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
    for (name, words) in VOCABULARIES {
        if let Some(Value::String(description)) =
            schemas_map.get_mut(*name).and_then(|schema| schema.get_mut("description"))
        {
            let lines = words.iter().map(|word| format!("\n- `{}`: {}", word.word, word.meaning));
            description.push('\n');
            description.extend(lines);
        }
    }
    if let Value::Object(plain) = plain_schemas() {
        schemas_map.extend(plain);
    }
    if let Value::Object(enveloped) = envelope_schemas() {
        schemas_map.extend(enveloped);
    }
    schemas
}

const YEAR: &str = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])";
const MONTH: &str = "(0[1-9]|1[0-2])";
/// The days that no month has are left to `format`.
const DAY: &str = "(0[1-9]|[12][0-9]|3[01])";

/// What parameters are made of.
fn plain_schemas() -> Value {
    let year = format!("^{YEAR}$");
    let month = format!("^{YEAR}-{MONTH}$");
    let day = format!("^{YEAR}-{MONTH}-{DAY}$");
    let id = |kind: Kind, example: &str| {
        json!({
            "type": "string", "description": format!("The id of one of the {}: it never changes.", kind.plural()),
            "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "examples": [example],
        })
    };
    json!({
        "EventId": id(Kind::Events, id_example::<Events>()),
        "ActorId": id(Kind::Actors, id_example::<Actors>()),
        "CommitmentId": id(Kind::Commitments, id_example::<Commitments>()),
        "CountryCode": {
            "type": "string", "description": "A country (ISO 3166-1 alpha-2).", "enum": country::CODES.as_slice(), "examples": ["US"],
        },
        "Year": { "type": "string", "description": "A year of four digits, 0001 to 9999.", "pattern": year, "examples": ["2021"] },
        "Day": {
            "type": "string", "description": "A day, `YYYY-MM-DD`, of the Gregorian calendar.",
            "format": "date", "pattern": day, "examples": ["2021-02-10"],
        },
        "DayMonthOrYear": {
            "description": "A day, a month or a year: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.",
            "anyOf": [
                { "type": "string", "pattern": year },
                { "type": "string", "pattern": month },
                { "type": "string", "format": "date", "pattern": day },
            ],
            "examples": ["2021", "2021-04", "2021-04-17"],
        },
        "Phrase": {
            "type": "string", "description": "Text with a letter or a digit in it, and without NUL characters.",
            "minLength": 1, "pattern": "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$", "examples": ["special envoy"],
        },
        "ErrorCode": {
            "type": "string", "description": "What went wrong; `/problems/{code}` says what it means.",
            "enum": CODES.iter().map(|code| code.code).collect::<Vec<_>>(),
        },
    })
}

/// What answers are made of beside records.
fn envelope_schemas() -> Value {
    let by_id = |name: &str| json!({ "type": "object", "additionalProperties": reference(name) });
    let listed = |item: Value| json!({ "type": "array", "items": item });
    let text = json!({ "type": "string" });
    let day = json!({ "type": ["string", "null"], "format": "date" });
    let records = json!({
        "type": "object", "description": "How many records there are of each kind.",
        "required": Kind::ALL.map(Kind::plural),
        "properties": of_each_kind(&json!({ "type": "integer", "minimum": 0 })),
    });
    json!({
        "Included": {
            "type": "object", "description": "The full records behind the stubs of an answer, by kind and id; there only when asked for.",
            "properties": { "events": by_id("Event"), "actors": by_id("Actor"), "commitments": by_id("Commitment") },
        },
        "Records": records,
        "Entry": {
            "type": "object", "description": "Where everything is, and what the data set holds.",
            "required": ["title", "version", "records", "first_day", "last_day", "licence", "links"],
            "properties": {
                "title": text, "version": text, "records": reference("Records"), "first_day": day, "last_day": day, "licence": text,
                "links": { "type": "object", "additionalProperties": { "anyOf": [text, listed(text.clone())] } },
            },
        },
        "Dictionary": {
            "type": "object", "description": "The data dictionary: what each kind of record holds, and how it can be asked for.",
            "required": Kind::ALL.map(Kind::plural),
            "properties": of_each_kind(&reference("DictionaryOfResource")),
        },
        "DictionaryOfResource": {
            "type": "object", "description": "What one kind of record holds, and how it can be asked for.",
            "required": ["properties", "filters", "sorts", "parameters", "include"],
            "properties": {
                "properties": listed(object(&[("key", &text), ("type", &text), ("meaning", &text)])),
                "filters": listed(reference("DictionaryOfFilter")),
                "sorts": listed(object(&[("key", &text), ("meaning", &text)])),
                "parameters": listed(object(&[("key", &text), ("meaning", &text), ("example", &text)])),
                "include": listed(text.clone()),
            },
        },
        "DictionaryOfFilter": {
            "type": "object", "description": "A field that records can be filtered by.",
            "required": ["key", "type", "meaning", "vocabulary", "forms", "none", "several", "example"],
            "properties": {
                "key": text, "type": text, "meaning": text,
                "vocabulary": {
                    "type": ["array", "null"], "description": "The words that it takes; null where they are not a closed list.",
                    "items": object(&[("word", &text), ("zh", &text), ("meaning", &text)]),
                },
                "forms": { "type": "array", "description": "The parameters that ask for it.", "items": text },
                "none": { "type": "boolean", "description": "Whether `none` stands for no value." },
                "several": { "type": "boolean", "description": "Whether it takes several values." },
                "example": text,
            },
        },
        "ErrorMeaning": {
            "type": "object", "description": "What an error means and how to mend the request.",
            "required": ["code", "status", "title", "meaning", "mend"],
            "properties": {
                "code": reference("ErrorCode"), "status": { "type": "integer", "minimum": 400, "maximum": 599 },
                "title": text, "meaning": text, "mend": text,
            },
        },
        "Alive": {
            "type": "object", "description": "The process lives.",
            "required": ["status"], "properties": { "status": { "type": "string", "const": "alive" } },
        },
        "Ready": {
            "type": "object", "description": "A data set is served.",
            "required": ["status", "version", "records"],
            "properties": {
                "status": { "type": "string", "const": "ready" }, "version": text, "records": reference("Records"),
            },
        },
        "Problem": {
            "type": "object", "description": "What went wrong (RFC 9457).",
            "required": ["type", "code", "title", "status", "detail", "request_id"],
            "properties": {
                "type": { "type": "string", "description": "The address of a page that says what the error means." },
                "code": reference("ErrorCode"),
                "title": text,
                "status": { "type": "integer", "minimum": 400, "maximum": 599 },
                "detail": text,
                "request_id": { "type": ["string", "null"], "description": "The request's id, as in `X-Request-Id` and the log." },
                "errors": { "type": "array", "items": reference("ParameterProblem"), "description": "Every parameter that is refused." },
            },
        },
    })
}

/// The same schema under the name of each kind of record.
fn of_each_kind(schema: &Value) -> Map<String, Value> {
    Kind::ALL.into_iter().map(|kind| (kind.plural().to_owned(), schema.clone())).collect()
}

/// An object with these keys, all of them there.
fn object(keys: &[(&str, &Value)]) -> Value {
    let required: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    let properties: Map<String, Value> =
        keys.iter().map(|(key, schema)| ((*key).to_owned(), (*schema).clone())).collect();
    json!({ "type": "object", "required": required, "properties": properties })
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
                "headers": { "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } },
                "content": { "application/problem+json": { "schema": reference("Problem") } },
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
        "Content-Language": { "description": "The language of the answer.", "required": true, "schema": { "type": "string", "enum": ["en", "zh"] } },
        "Link": { "description": "What `links` says (RFC 8288).", "required": true, "schema": { "type": "string" } },
        "X-Request-Id": { "description": "The request's id, the client's if it sent a fit one.", "schema": { "type": "string" } },
    })
}

fn kept_headers() -> Value {
    json!({
        "ETag": { "$ref": "#/components/headers/ETag" },
        "Cache-Control": { "$ref": "#/components/headers/Cache-Control" },
        "Vary": { "$ref": "#/components/headers/Vary" },
        "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" },
    })
}

/// The headers of answers made of records.
fn record_headers() -> Value {
    let mut headers = kept_headers();
    if let Some(headers) = headers.as_object_mut() {
        for name in ["Content-Language", "Link"] {
            headers.insert(name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }));
        }
    }
    headers
}

fn capitalised(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts that each vocabulary of a field table is referred to by name.
    fn all_named<R: Resource>() {
        for spec in R::FIELDS {
            if let ValueType::Words(_) = spec.values {
                assert!(value_schema(spec.values, false).get("$ref").is_some(), "{}", spec.key);
            }
        }
    }

    #[test]
    fn every_vocabulary_has_its_schema() {
        let document = document("");
        for (name, words) in VOCABULARIES {
            let words: Vec<&str> = words.iter().map(|word| word.word).collect();
            assert_eq!(document["components"]["schemas"][name]["enum"], json!(words), "{name}");
        }
        all_named::<Events>();
        all_named::<Actors>();
        all_named::<Commitments>();
    }
}
